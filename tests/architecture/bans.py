"""What no import contract sees, found by reading: run by `./xinheng check`, and by a test with mistakes planted.

With `--locks` only the lock files are read.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONT_ENDS = ("portal", "workbench", "api")
# Written in pieces, so that this file does not find itself.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "npm" + "mirror.com")
MACHINE_PATHS = tuple("/" + name + "/" for name in ("work", "root", "home"))
LOCKS = ("requirements/core.txt", "requirements/all.txt", "requirements/node.txt", "package-lock.json")
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".json",
    ".yaml",
    ".yml",
    ".cfg",
    ".ini",
    ".sh",
    ".csv",
    "",
}
# Who may speak SQL: the layers under the tables, and the faces made for bulk work. Each of the others has its reason.
SQL_MODULES = ("storage", "ledger")
SQL_FILES = ("load", "frames", "batch", "migrations")
SQL_EXEMPT = {
    "src/xinheng/console/checks.py": "asks the database for its version",
    "src/xinheng/subjects/queries/search.py": "full-text search of SQLite, for which Django has no words",
    "src/xinheng/console/main.py": "asks whether there are tables at all",
}


@dataclass(frozen=True, slots=True)
class Ban:
    """Something that must not be written. `applies` says in which files, by path from the root."""

    name: str
    pattern: re.Pattern[str]

    def applies(self, path: str) -> bool:
        """Whether a file is under this ban."""
        return path.startswith("src/")


class OtherFrontEnd(Ban):
    """A front end that links to, includes or extends a page of another."""

    def __init__(self, other: str) -> None:
        tags = rf"{{%\s*(?:url|include|extends)\s+[\"']{other}[:/]|reverse(?:_lazy)?\(\s*[\"']{other}:"
        super().__init__(f"page of another front end ({other})", re.compile(tags))
        object.__setattr__(self, "other", other)

    def applies(self, path: str) -> bool:
        """The other front ends; `web` lies below all and reaches them by what they pass to it."""
        places = [f"src/xinheng/{name}/" for name in FRONT_ENDS if name != self.other]  # type: ignore[attr-defined]
        return path.startswith(tuple(places))


class RawSql(Ban):
    """SQL outside the places made for it: no fence sees which tables it reads."""

    def applies(self, path: str) -> bool:
        """Everything but the modules and files that may."""
        parts = Path(path).with_suffix("").parts
        allowed = len(parts) > 2 and (parts[2] in SQL_MODULES or any(name in parts[3:] for name in SQL_FILES))
        return path.startswith("src/") and not allowed and path not in SQL_EXEMPT


class Anywhere(Ban):
    """In no file of the repository, except the locks, which have a check of their own."""

    def applies(self, path: str) -> bool:
        """Every text file."""
        return path not in LOCKS


BANS: tuple[Ban, ...] = (
    *(OtherFrontEnd(name) for name in FRONT_ENDS),
    Ban("model looked up by name", re.compile(r"\bapps\.get_model\(")),
    RawSql("raw SQL", re.compile(r"\bcursor\.execute(many)?\(|\.objects\.raw\(|\bRawSQL\(|\.extra\(")),
    Anywhere("package registry", re.compile("|".join(map(re.escape, REGISTRIES)))),
    Anywhere("path of a machine", re.compile(rf"(?<![\w.~}}\"'-])(?:{'|'.join(MACHINE_PATHS)})\w")),
)


def broken(path: str, text: str) -> Iterator[str]:
    """What a file says that it must not, `path:line: ban: words`."""
    for ban in BANS:
        if ban.applies(path):
            for found in ban.pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path}:{line}: {ban.name}: {found.group().strip()}"


def broken_lock(path: str, text: str) -> Iterator[str]:
    """Addresses in a lock file; the funding links that npm writes point to no registry and fetch nothing."""
    for number, line in enumerate(text.splitlines(), 1):
        if "://" in line and not (path.endswith(".json") and '"url": ' in line and "resolved" not in line):
            yield f"{path}:{number}: address in a lock: {line.strip()[:80]}"


def files() -> Iterable[str]:
    """Every file that is, or could be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def main(arguments: list[str]) -> int:
    """Print what is broken; 1 if anything is."""
    found = [finding for lock in LOCKS for finding in broken_lock(lock, read(lock))]
    if arguments != ["--locks"]:
        texts = [path for path in files() if Path(path).suffix in TEXTS and (ROOT / path).is_file()]
        found += [finding for path in texts for finding in broken(path, read(path))]
    for finding in found:
        print(finding)
    return int(bool(found))


def read(path: str) -> str:
    """A file of the repository as text."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
