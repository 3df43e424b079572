"""Rows of one file that repeat each other; plain Python over the few rows that share a key, for both interpreters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xinheng.engine.declare import Outcome, Repetition, Sheet
from xinheng.engine.problems import Problem

SAME = "repeated.same"
OTHER = "repeated.other"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that was not rejected: its place in the file and its values."""

    index: int
    values: Mapping[str, Any]


def repetitions(sheet: Sheet, rows: Iterable[Candidate]) -> Iterator[tuple[int, Problem]]:
    """The problems of rows with the same key, by index.

    Rejected rows take no part: nothing of them is taken that could be repeated. Among the others the first of each content stays;
    later rows with a content seen before are `same`; if there is more than one content, the first of each is `other`.
    """
    rule = sheet.repetition
    if rule is None:
        return
    groups: dict[tuple[Any, ...], list[Candidate]] = defaultdict(list)
    for row in rows:
        groups[key_of(rule, row.values)].append(row)
    for group in groups.values():
        if len(group) > 1:
            yield from _judge(sheet, rule, group)


def key_of(rule: Repetition, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The key of a row: of each part the first filled field, with its name, or None."""
    return tuple(
        next(((name, values[name]) for name in part if values.get(name) is not None), None) for part in rule.key
    )


def _judge(sheet: Sheet, rule: Repetition, group: list[Candidate]) -> Iterator[tuple[int, Problem]]:
    first: dict[tuple[Any, ...], Candidate] = {}
    for row in group:
        content = tuple(row.values.get(field.code) for field in sheet.fields)
        if content in first:
            yield row.index, _problem(rule, rule.same, SAME, row, first[content])
        else:
            first[content] = row
    if len(first) > 1:
        known = list(first.values())
        for row in known:
            yield row.index, _problem(rule, rule.other, OTHER, row, known[1] if row is known[0] else known[0])


def _problem(rule: Repetition, outcome: Outcome, reason: str, row: Candidate, beside: Candidate) -> Problem:
    value = row.values.get(rule.field)
    return Problem(
        rule.field, outcome.code, outcome.effect, reason, None if value is None else str(value), str(beside.index)
    )
