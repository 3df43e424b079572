"""Problems as the items of a receipt, with what the engine cannot know masked: the name of a natural person. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from xinheng.engine.problems import Problem
from xinheng.engine.report import error_items
from xinheng.intake.rules.sheets import Asked
from xinheng.kernel.masking import mask_name


def problem_items(
    asked: Asked,
    told: Iterable[tuple[int, int, Problem]],
    *,
    person: bool,
    headers: Mapping[str, str] | None = None,
    row_of: Callable[[int], int] = lambda index: index + 2,
) -> list[dict[str, Any]]:
    """Problems of one row (row, record, problem) as items, in the order given. `person`: the row is about a natural person."""
    name = asked.code("subject_name")
    safe = (
        (row, record, replace(problem, value=mask_name(problem.value)))
        if person and problem.field == name and problem.value
        else (row, record, problem)
        for row, record, problem in told
    )
    items = error_items(asked.full, safe, headers=headers, row_of=row_of)
    return [{key: _storable(value) for key, value in item.items()} for item in items]


def _storable(value: Any) -> Any:
    """A text without NUL, which no PostgreSQL text can hold; the sign for it is shown instead."""
    return value.replace("\x00", "\u2400") if isinstance(value, str) else value
