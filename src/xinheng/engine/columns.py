"""The column interpreter: a frame of text columns against a sheet, in Polars, for files.

It means what `row` means: a property test over dirty rows holds values, notes and problems equal. Only `batch` modules may import it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from xinheng.engine.column_reading import NOTES, PROBLEMS, Columns, Way, read_columns
from xinheng.engine.column_tests import TestFrame
from xinheng.engine.declare import FACT, Check, Effect, Sheet
from xinheng.engine.operators import atoms
from xinheng.engine.problems import GRAVITY, Context, Normalised, Problem
from xinheng.engine.repeats import Candidate, repetitions

ROW = "__row"
"""A column with the row number a spreadsheet shows; without it the first record stands in row 2."""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """A file judged. `record` counts data rows from 1, `row` as a spreadsheet does.

    values      one row a record, one column a field: text, `Date`, cents as `Int64`
    normalised  record, row, field, from, to, rule; one row a value changed
    problems    record, row, field, code, effect, reason, value (as written), detail; one row a problem, by record
    effects     the gravest effect of each record, null where nothing is wrong
    """

    values: pl.DataFrame
    normalised: pl.DataFrame
    problems: pl.DataFrame
    effects: pl.Series
    not_checked: tuple[str, ...]

    def told(self) -> Iterator[tuple[int, int, Problem]]:
        """Row, record and problem one by one, as the row interpreter has them; for receipts, which show only part of a file."""
        for record, row, field, code, effect, reason, value, detail in self.problems.iter_rows():
            yield row, record, Problem(field, code, Effect(effect), reason, value, detail)

    def told_normalised(self) -> Iterator[tuple[int, Normalised]]:
        """Row and note one by one."""
        for _, row, field, before, to, rule in self.normalised.iter_rows():
            yield row, Normalised(field, before, to, rule)


def check_frame(sheet: Sheet, frame: pl.DataFrame, context: Context, *, way: Way = Way.AUTO) -> FrameResult:
    """Judge all records of a frame at once: text columns headed by field codes, facts of the caller headed `__…`.

    Missing columns count as empty, unknown ones are ignored. Steps: read → ask the tests → find repetitions → put together.
    Cost: a few passes over the text, and Python once for every distinct value that is not evidently good.
    """
    written = _written(sheet, frame)
    columns = read_columns(sheet, written, context, way)
    facts = [name for name in frame.columns if name.startswith(FACT)]
    cells = pl.DataFrame({**columns.values, **{name: frame.get_column(name) for name in facts}})
    known = frozenset(facts)
    problems = columns.faults + _check_problems(sheet, columns, cells, context, known)
    rejected = _rejected(problems, columns.height)
    problems += _repetition_problems(sheet, cells, rejected)
    together = pl.concat([pl.DataFrame(schema=PROBLEMS), *problems])
    rows = frame.get_column(ROW) if ROW in frame.columns else None
    return FrameResult(
        values=pl.DataFrame(columns.values),
        normalised=_numbered(
            pl.concat([pl.DataFrame(schema=NOTES), *columns.notes]).sort("record", maintain_order=True), rows
        ),
        problems=_numbered(together.sort("record", "order", maintain_order=True).drop("order"), rows),
        effects=_effects(together, columns.height),
        not_checked=tuple(sheet.not_checked(known)),
    )


def _written(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the sheet, all of them, as text."""
    return frame.select(
        pl.col(each.code).cast(pl.String) if each.code in frame.columns else pl.lit(None, pl.String).alias(each.code)
        for each in sheet.fields
    )


def _check_problems(
    sheet: Sheet, columns: Columns, cells: pl.DataFrame, context: Context, known: frozenset[str]
) -> list[pl.DataFrame]:
    checks = sheet.askable(known)
    tests = TestFrame(sheet, columns, context, cells)
    tests.ask([atom for check in checks for atom in atoms(check.test)])
    found = []
    for place, check in enumerate(checks):
        records = tests.truth(check.test).arg_true()
        if len(records):
            order = len(sheet.fields) + place
            found.append(_problem_rows(check, records, columns.written.get_column(check.field), order))
    return found


def _problem_rows(check: Check, records: pl.Series, written: pl.Series, order: int) -> pl.DataFrame:
    rows = pl.DataFrame({"record": records, "value": written.gather(records)})
    return rows.select(
        pl.col("record"),
        order=pl.lit(order, pl.UInt32),
        field=pl.lit(check.field),
        code=pl.lit(check.outcome.code),
        effect=pl.lit(check.outcome.effect.value),
        reason=pl.lit(check.name),
        value=pl.col("value"),
        detail=pl.lit(""),
    ).cast(PROBLEMS)


def _rejected(problems: list[pl.DataFrame], height: int) -> pl.Series:
    mask = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    hits = [each.filter(pl.col("effect") == Effect.REJECT.value).get_column("record") for each in problems]
    return mask.scatter(pl.concat(hits), True) if hits else mask


def _repetition_problems(sheet: Sheet, cells: pl.DataFrame, rejected: pl.Series) -> list[pl.DataFrame]:
    """Only records that share the hash of their key with another one are looked at in Python."""
    rule = sheet.repetition
    if rule is None or not cells.height:
        return []
    parts = [
        pl.coalesce([pl.col(name).cast(pl.String) for name in part]).alias(str(n)) for n, part in enumerate(rule.key)
    ]
    taken = (~rejected).arg_true()
    hashes = cells.select(parts)[taken].hash_rows()
    shared = taken.filter(hashes.is_duplicated())
    names = [each.code for each in sheet.fields]
    rows = cells.select(names)[shared].iter_rows(named=True)
    candidates = [Candidate(index, values) for index, values in zip(shared.to_list(), rows, strict=True)]
    found: list[tuple[Any, ...]] = [
        (index, 2**31, each.field, each.code, each.effect.value, each.reason, each.value, each.detail)
        for index, each in repetitions(sheet, candidates)
    ]
    return [pl.DataFrame(found, schema=PROBLEMS, orient="row")] if found else []


def _numbered(told: pl.DataFrame, rows: pl.Series | None) -> pl.DataFrame:
    """Records counted from 1, and the number of the row in the sheet beside them."""
    record = told.get_column("record")
    row = rows.gather(record).cast(pl.UInt32) if rows is not None else record + 2
    rest = [name for name in told.columns if name != "record"]
    return told.with_columns(record=pl.col("record") + 1, row=row).select("record", "row", *rest)


def _effects(problems: pl.DataFrame, height: int) -> pl.Series:
    """The gravest effect by record, written from the lightest to the gravest."""
    effects = pl.repeat(None, height, dtype=pl.String, eager=True)
    for effect in reversed(GRAVITY):
        hit = problems.filter(pl.col("effect") == effect.value).get_column("record")
        effects = effects.scatter(hit, effect.value) if len(hit) else effects
    return effects.alias("effect")


__all__ = ["FrameResult", "Way", "check_frame"]
