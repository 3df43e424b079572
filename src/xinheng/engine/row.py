"""The row interpreter: one row against a sheet, in plain Python, for pages, API and single cases.

`columns` does the same to a million rows; a property test holds the two equal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xinheng.engine.declare import FACT, Check, Effect, Field, Sheet
from xinheng.engine.operators import OPERATORS, All, Atom, Not, Some, Test
from xinheng.engine.problems import Context, Normalised, Problem, RowResult
from xinheng.engine.repeats import Candidate, repetitions
from xinheng.engine.steps import Fault, Step, read, settle


@dataclass(frozen=True, slots=True)
class _Cells:
    """The steps of all fields and the facts of the caller, as tests see them."""

    steps: Mapping[str, Step]
    facts: Mapping[str, Any]
    unsound: frozenset[str]

    def value(self, name: str) -> Any:
        return self.facts.get(name) if name.startswith(FACT) else self.steps[name].value

    def is_filled(self, name: str) -> bool:
        return self.facts.get(name) is not None if name.startswith(FACT) else self.steps[name].filled


def check_row(sheet: Sheet, row: Mapping[str, Any], context: Context) -> RowResult:
    """Judge one row: field code → text as written or None; keys with `__` are facts of the caller.

    Problems come in the order of the fields' steps, then of the checks. Keys the sheet does not know are ignored.
    """
    steps: dict[str, Step] = {field.code: read(field, row.get(field.code), context.reading) for field in sheet.fields}
    notes = [(field.code, steps[field.code].note) for field in sheet.fields]
    for field in sheet.fields:
        value = steps[field.code].value
        if field.companions and isinstance(value, str):
            beside = tuple(steps[code].value for code in field.companions)
            later = settle(field, value, beside, context.reading)
            notes.append((field.code, later.note))
            steps[field.code] = replace(later, faults=(*steps[field.code].faults, *later.faults))
    problems = [
        _fault_problem(field, fault, row.get(field.code))
        for field in sheet.fields
        for fault in steps[field.code].faults
    ]
    facts = {name: value for name, value in row.items() if name.startswith(FACT)}
    rejected = frozenset(problem.field for problem in problems if problem.effect is Effect.REJECT)
    cells = _Cells(steps, facts, rejected)
    known = frozenset(facts)
    problems += [_check_problem(check, row) for check in sheet.askable(known) if _holds(check.test, cells, context)]
    return RowResult(
        values={field.code: steps[field.code].value for field in sheet.fields},
        normalised=tuple(Normalised(code, note.before, note.to, note.rule) for code, note in notes if note),
        problems=tuple(problems),
        not_checked=tuple(sheet.not_checked(known)),
    )


def check_rows(sheet: Sheet, rows: Sequence[Mapping[str, Any]], context: Context) -> list[RowResult]:
    """Judge the rows of one file, also against each other (repeated rows), in their order.

    Cost: linear; meant for the few rows of a page. For files there is `columns.check_frame`.
    """
    results = [check_row(sheet, row, context) for row in rows]
    candidates = [
        Candidate(index, result.values) for index, result in enumerate(results) if result.effect is not Effect.REJECT
    ]
    for index, problem in repetitions(sheet, candidates):
        results[index] = replace(results[index], problems=(*results[index].problems, problem))
    return results


def _fault_problem(field: Field, fault: Fault, written: str | None) -> Problem:
    outcome = field.outcomes[fault.slot]
    return Problem(field.code, outcome.code, outcome.effect, fault.reason, written, fault.detail)


def _check_problem(check: Check, row: Mapping[str, Any]) -> Problem:
    return Problem(check.field, check.outcome.code, check.outcome.effect, check.name, row.get(check.field))


def _holds(test: Test, cells: _Cells, context: Context) -> bool:
    if isinstance(test, Atom):
        return _atom_holds(test, cells, context)
    if isinstance(test, Not):
        return not _holds(test.part, cells, context)
    return (all if isinstance(test, All) else any)(_parts(test, cells, context))


def _parts(test: All | Some, cells: _Cells, context: Context) -> Iterator[bool]:
    return (_holds(part, cells, context) for part in test.parts)


def _atom_holds(atom: Atom, cells: _Cells, context: Context) -> bool:
    if atom.operator == "empty":
        return not cells.is_filled(atom.fields[0])
    if atom.operator == "filled":
        return cells.is_filled(atom.fields[0])
    if atom.operator == "sound":
        return cells.is_filled(atom.fields[0]) and atom.fields[0] not in cells.unsound
    values = tuple(cells.value(name) for name in atom.fields)
    holds = OPERATORS[atom.operator].holds
    return holds is not None and None not in values and holds(values, atom.argument, context.facts)


__all__ = ["Context", "RowResult", "check_row", "check_rows"]
