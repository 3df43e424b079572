"""What the architecture tests share: the layers of `.importlinter` and the import graph."""

from configparser import ConfigParser
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
FRONT_ENDS = frozenset({"portal", "workbench", "api", "console"})
# Modules without a door: their files are imported by name.
OPEN = frozenset({"kernel", "storage", "engine", "tables", "web", "project"}) | FRONT_ENDS


@cache
def layers() -> dict[str, int]:
    """Each module's line, 0 at the bottom, as `.importlinter` has it."""
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    lines = parser["importlinter:contract:way"]["layers"].split("\n")
    written = [line.strip() for line in lines if line.strip()]
    return {name.strip(): level for level, line in enumerate(reversed(written)) for name in line.split("|")}


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, with imports inside functions and under TYPE_CHECKING."""
    return grimp.build_graph("xinheng", cache_dir=None)


def imports() -> list[tuple[str, str]]:
    """All direct imports inside the package, without its root, as (importer, imported)."""
    found = graph()
    return sorted((importer, imported) for importer in found.modules for imported in _imported(found, importer))


def _imported(found: grimp.ImportGraph, importer: str) -> set[str]:
    return found.find_modules_directly_imported_by(importer)
