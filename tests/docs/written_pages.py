"""What the tests of the pages share: the pages, their code blocks, their tables."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")

_RULE = re.compile(r":?-+:?")
_BLOCK = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    """A page of the repository by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[str]:
    """All pages people read: those at the root and those of `docs/`."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def blocks(text: str) -> dict[str, str]:
    """Fenced blocks by the words behind the fence, each without its last line feed."""
    return {found["info"].strip(): found["body"].removesuffix("\n") for found in _BLOCK.finditer(text)}


def without_blocks(text: str) -> str:
    """The page without fenced and indented code."""
    kept = (line for line in _BLOCK.sub("", text).splitlines() if not line.startswith("    "))
    return "\n".join(kept)


def rows(text: str, width: int) -> list[list[str]]:
    """The rows of all tables of `width` columns, without heads and rules."""
    found: list[list[str]] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != width:
            continue
        if all(_RULE.fullmatch(cell) for cell in cells):
            found.pop()
        else:
            found.append(cells)
    return found
