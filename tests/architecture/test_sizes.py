"""Files stop at 600 lines, functions at 60 lines and 7 parameters; an exemption has a reason."""

import ast
from pathlib import Path

import pytest

from architecture.tree import ROOT

FILE_STOP, FUNCTION_STOP, PARAMETER_STOP = 600, 60, 7
# `path` or `path:function` → reason. Empty is best.
EXEMPT: dict[str, str] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def programs() -> list[Path]:
    """Every Python file of the repository but migrations, which are written by a program."""
    folders = ("src", "tests", "tools", "benchmarks")
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]
    return sorted([*found, ROOT / "xinheng"])


def too_big(name: str, text: str) -> list[str]:
    """What in a file is over a stop and not exempt."""
    found = []
    if (lines := text.count("\n")) > FILE_STOP:
        found.append((name, f"{lines} lines"))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            found += [(f"{name}:{node.name}", what) for what in over(node)]
    return [f"{place}: {what}" for place, what in found if place not in EXEMPT]


def over(function: Function) -> list[str]:
    """Which stops a function is over. `self` and `cls` do not count."""
    given = function.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    counted = [one for one in parameters if one.arg not in ("self", "cls")]
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    found = [f"{lines} lines"] if lines > FUNCTION_STOP else []
    return [*found, f"{len(counted)} parameters"] if len(counted) > PARAMETER_STOP else found


def test_nothing_is_over_its_stop() -> None:
    found = [too_big(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")) for file in programs()]
    assert [one for some in found for one in some] == []


def test_every_exemption_is_needed_and_has_a_reason() -> None:
    for place, reason in EXEMPT.items():
        assert len(reason) > 20, place
        assert (ROOT / place.partition(":")[0]).is_file(), place


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = 1\n" * 601, ["f.py: 601 lines"]),
        ("def f():\n" + "    x = 1\n" * 60, ["f.py:f: 61 lines"]),
        ("def f():\n" + "    x = 1\n" * 59, []),
        ("def f(self, a, b, c, d, e, f, g): ...", []),
        ("def f(a, b, c, d, *, e, f, g, h): ...", ["f.py:f: 8 parameters"]),
    ],
)
def test_the_measure_itself_is_right(text: str, found: list[str]) -> None:
    assert too_big("f.py", text) == found
