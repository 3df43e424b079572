"""Finds what the modules say in Chinese: every text of their sources that is not a docstring, as a template with `{}` for each value."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from messages import CHINESE, SOURCE

NOT_ON_PAGES = ("web", "portal", "workbench", "api", "console", "project", "__main__.py", "storage/backup")
"""Front ends say their own sentences by `_()`; the API and the command line stay Chinese; so does what only starts the program."""
_VALUE = re.compile(r"\{[A-Za-z_]*\}")


def files() -> list[Path]:
    """The sources of the modules."""
    found = sorted(SOURCE.rglob("*.py"))
    return [path for path in found if not place(path).startswith(NOT_ON_PAGES) and "/migrations/" not in place(path)]


def place(path: Path) -> str:
    """`intake/rules/sheets.py`."""
    return path.relative_to(SOURCE).as_posix()


def templates_of(tree: ast.Module, *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """The Chinese texts of a source: joined where they are added up, `{}` for each value, those within a value on their own.

    What the constants named `without` are made of is left out.
    """
    excused = _docstrings(tree) | {id(value) for name, value in _assigned(tree) if name in without}
    yield from _within(tree, excused)


def constants_of(tree: ast.Module) -> Iterator[str]:
    """The names a source assigns at its top."""
    return (name for name, _value in _assigned(tree))


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, node.value) for target in targets if isinstance(target, ast.Name))


def _docstrings(tree: ast.AST) -> set[int]:
    bare = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return {id(node) for node in bare if isinstance(node, ast.Constant)}


def _within(node: ast.AST, excused: set[int]) -> Iterator[str]:
    if id(node) in excused:
        return
    text = _folded(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _within(child, excused)
        return
    if CHINESE.search(text):
        yield text
    for each in ast.walk(node):
        if isinstance(each, ast.FormattedValue):
            yield from _within(each.value, excused)
        elif isinstance(each, ast.BinOp):
            yield from (
                one for side in (each.left, each.right) if _folded(side) is None for one in _within(side, excused)
            )


def _folded(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        # What `str.format` fills in later.
        return _VALUE.sub("{}", node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _folded(node.left), _folded(node.right)
        return (
            None
            if left is None and right is None
            else ("{}" if left is None else left) + ("{}" if right is None else right)
        )
    return None
