"""Reading whole columns: `steps.read` and `steps.settle` for a million cells.

What is evidently good is passed by an expression (`column_evidence`); columns with few distinct values are read once per value; the rest,
too, is read once per distinct value by the very functions the row interpreter calls. The results come back as patches, notes and faults.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

from xinheng.engine.column_evidence import cents, good_resident, good_uscc, odd
from xinheng.engine.declare import Effect, Field, FieldType, Sheet
from xinheng.engine.problems import Context
from xinheng.engine.steps import Step, read, settle

_SAMPLE = 4096
_FEW = 8
"""A column whose sample has fewer than one distinct value in eight is read once per distinct value."""

NOTES = pl.Schema({"record": pl.UInt32, "field": pl.String, "from": pl.String, "to": pl.String, "rule": pl.String})
PROBLEMS = pl.Schema(
    {
        "record": pl.UInt32,
        "order": pl.UInt32,
        "field": pl.String,
        "code": pl.String,
        "effect": pl.String,
        "reason": pl.String,
        "value": pl.String,
        "detail": pl.String,
    }
)


class Way(StrEnum):
    """How columns are read. Only speed depends on it; tests force both."""

    AUTO = "auto"
    EVIDENCE = "evidence"
    DISTINCT = "distinct"


@dataclass(slots=True)
class Columns:
    """All columns read: typed values and presence by field, and what was told on the way (records count from 0).

    `by_value` are the fields with few distinct values; of the others `suspects` are the records that were not evidently good.
    """

    written: pl.DataFrame
    values: dict[str, pl.Series] = field(default_factory=dict)
    filled: dict[str, pl.Series] = field(default_factory=dict)
    by_value: frozenset[str] = frozenset()
    suspects: dict[str, pl.Series] = field(default_factory=dict)
    notes: list[pl.DataFrame] = field(default_factory=list)
    faults: list[pl.DataFrame] = field(default_factory=list)

    @property
    def height(self) -> int:
        """The number of records."""
        return self.written.height


def read_columns(sheet: Sheet, written: pl.DataFrame, context: Context, way: Way) -> Columns:
    """Read every field of the sheet out of a frame of text columns, one per field code."""
    distinct = _read_by_value(sheet, written, way)
    columns = Columns(written, by_value=frozenset(distinct))
    masks = _odd_masks(sheet, written, distinct)
    for order, each in enumerate(sheet.fields):
        cells = written.get_column(each.code)
        if each.code in distinct:
            values = distinct[each.code].drop_nulls().to_list()
            steps = {value: read(each, value, context.reading) for value in values}
            changed = [value for value, step in steps.items() if not _is_plain(step, value)]
            records = cells.is_in(changed).fill_null(False).arg_true() if changed else pl.Series([], dtype=pl.UInt32)
        else:
            records = masks.get_column(each.code).arg_true()
            steps = {value: read(each, value, context.reading) for value in cells.gather(records).unique().to_list()}
            columns.suspects[each.code] = records
        _take(columns, each, order, steps, records, masks)
    for order, each in enumerate(sheet.fields):
        if each.companions:
            _settle(columns, each, order, context)
    return columns


def _read_by_value(sheet: Sheet, written: pl.DataFrame, way: Way) -> dict[str, pl.Series]:
    """The distinct values of the columns that are read once per value."""
    sample = written.gather_every(max(1, written.height // _SAMPLE))
    few = {
        each.code
        for each in sheet.fields
        if each.type in (FieldType.DATE, FieldType.LIST, FieldType.REGISTRATION, FieldType.ORGANISATION)
        or way is Way.DISTINCT
        or (way is Way.AUTO and sample.get_column(each.code).n_unique() * _FEW < _SAMPLE)
    }
    wanted = [each.code for each in sheet.fields if each.code in few]
    listed = written.select(pl.col(code).unique().implode() for code in wanted)
    return {code: listed.get_column(code).explode(empty_as_null=True) for code in wanted}


def _odd_masks(sheet: Sheet, written: pl.DataFrame, distinct: Mapping[str, pl.Series]) -> pl.DataFrame:
    """One mask a column that is not read by value, computed side by side; amounts bring their cents along."""
    wanted: list[pl.Expr] = []
    for each in sheet.fields:
        expression = None if each.code in distinct else odd(each, scanned=each.code in sheet.scanned)
        if expression is not None:
            wanted.append(expression.fill_null(False).alias(each.code))
        if each.type is FieldType.AMOUNT and each.code not in distinct:
            wanted.append(cents(each).alias(f"{each.code}:cents"))
    codes = [
        (written.get_column(each.code).is_not_null() & ~good_uscc(written.get_column(each.code))).alias(each.code)
        for each in sheet.fields
        if each.type is FieldType.USCC and each.code not in distinct
    ]
    return written.select(wanted).with_columns(codes)


def _is_plain(step: Step, value: str) -> bool:
    return step.note is None and not step.faults and step.value == value


def _take(
    columns: Columns, each: Field, order: int, steps: Mapping[str, Step], records: pl.Series, masks: pl.DataFrame
) -> None:
    """Put the results of reading one column in place: typed values, presence, notes, faults."""
    cells = columns.written.get_column(each.code)
    at = pl.DataFrame({"record": records, "written": cells.gather(records)})
    blank = [value for value, step in steps.items() if not step.filled]
    if each.type is FieldType.DATE:
        columns.values[each.code] = _mapped(cells, steps, pl.Date())
    elif each.type is FieldType.AMOUNT:
        columns.values[each.code] = _amounts(each, cells, steps, at, masks)
    else:
        columns.values[each.code] = _patched(cells, steps, at)
    filled = cells.is_not_null()
    columns.filled[each.code] = filled & ~cells.is_in(blank).fill_null(False) if blank else filled
    _tell(columns, each, order, steps, at)


def _mapped(cells: pl.Series, steps: Mapping[str, Step], dtype: pl.DataType) -> pl.Series:
    if not steps:
        return (
            pl.Series([None] * len(cells), dtype=dtype)
            if not len(cells)
            else pl.repeat(None, len(cells), dtype=dtype, eager=True)
        )
    return cells.replace_strict(
        list(steps), pl.Series([step.value for step in steps.values()], dtype=dtype), default=None, return_dtype=dtype
    )


def _amounts(
    each: Field, cells: pl.Series, steps: Mapping[str, Step], at: pl.DataFrame, masks: pl.DataFrame
) -> pl.Series:
    name = f"{each.code}:cents"
    if name not in masks.columns:
        return _mapped(cells, steps, pl.Int64())
    return _scattered(masks.get_column(name), _joined(at, steps, pl.Int64()))


def _patched(cells: pl.Series, steps: Mapping[str, Step], at: pl.DataFrame) -> pl.Series:
    return _scattered(cells, _joined(at, steps, pl.String())) if at.height else cells


def _joined(at: pl.DataFrame, steps: Mapping[str, Step], dtype: pl.DataType) -> pl.DataFrame:
    table = pl.DataFrame(
        {"written": list(steps), "value": pl.Series([step.value for step in steps.values()], dtype=dtype)},
        schema_overrides={"written": pl.String},
    )
    return at.join(table, on="written", how="left", maintain_order="left")


def _scattered(cells: pl.Series, patch: pl.DataFrame) -> pl.Series:
    return cells.clone().scatter(patch.get_column("record"), patch.get_column("value")) if patch.height else cells


def _tell(columns: Columns, each: Field, order: int, steps: Mapping[str, Step], at: pl.DataFrame) -> None:
    """Notes and faults of the records whose cells were read one by one."""
    noted = [(value, step.note) for value, step in steps.items() if step.note]
    if noted:
        table = pl.DataFrame(
            [(value, note.before, note.to, note.rule) for value, note in noted],
            schema={"written": pl.String, "from": pl.String, "to": pl.String, "rule": pl.String},
            orient="row",
        )
        found = at.join(table, on="written", how="inner", maintain_order="left")
        columns.notes.append(found.with_columns(field=pl.lit(each.code)).select(*NOTES).cast(NOTES))
    faulty = [(value, fault) for value, step in steps.items() for fault in step.faults]
    if faulty:
        _fault(columns, each, order, at, faulty)


def _fault(columns: Columns, each: Field, order: int, at: pl.DataFrame, faulty: Iterable[tuple[str, Any]]) -> None:
    rows = []
    for value, fault in faulty:
        outcome = each.outcomes[fault.slot]
        rows.append((value, outcome.code, outcome.effect.value, fault.reason, fault.detail))
    schema = dict.fromkeys(("written", "code", "effect", "reason", "detail"), pl.String)
    table = pl.DataFrame(rows, schema=schema, orient="row")
    found = at.join(table, on="written", how="inner", maintain_order="left")
    as_written = columns.written.get_column(each.code).gather(found.get_column("record"))
    found = found.with_columns(field=pl.lit(each.code), order=pl.lit(order), value=as_written)
    columns.faults.append(found.select(*PROBLEMS).cast(PROBLEMS))


def _settle(columns: Columns, each: Field, order: int, context: Context) -> None:
    """The second step of one field, for the distinct combinations of value and companions that may need it."""
    cells = pl.DataFrame({"value": columns.values[each.code]}).with_columns(
        columns.values[code].alias(f"beside{place}") for place, code in enumerate(each.companions)
    )
    records = _needs_settling(each, cells, context).fill_null(False).arg_true()
    if not len(records):
        return
    needing = cells[records]
    combinations = needing.unique(maintain_order=True)
    # A key of its own for each combination: joining on several columns would have to treat missing companions apart.
    keys = combinations.with_row_index("key")
    at = needing.join(keys, on=needing.columns, how="left", nulls_equal=True, maintain_order="left")
    at = at.select(written=pl.col("key").cast(pl.String)).with_columns(record=records)
    steps = {
        str(key): settle(each, row[0], tuple(row[1:]), context.reading)
        for key, row in enumerate(combinations.iter_rows())
    }
    columns.values[each.code] = _patched(columns.values[each.code], steps, at)
    _tell(columns, each, order, steps, at)


def _needs_settling(each: Field, cells: pl.DataFrame, context: Context) -> pl.Series:
    value, beside = cells.get_column("value"), cells.get_column("beside0")
    if each.type is FieldType.PERSON:
        by_number = [kind for kind, pattern in each.number_patterns.items() if pattern == "id"]
        judged = value.is_not_null() & beside.is_in(list(each.number_patterns))
        return judged & ~(beside.is_in(by_number) & good_resident(value, context.on)) if judged.any() else judged
    old = each.require_choices().by_old
    distinct = value.unique().drop_nulls().to_list()
    return (
        value.is_in([one for one in distinct if any(member in old for member in one.split(";"))]) & beside.is_not_null()
    )


def rejected_fields(columns: Columns, code: str) -> pl.Series:
    """True where a step rejected this field."""
    mask = pl.repeat(False, columns.height, dtype=pl.Boolean, eager=True)
    for faults in columns.faults:
        hit = faults.filter((pl.col("field") == code) & (pl.col("effect") == Effect.REJECT.value))
        if hit.height:
            mask = mask.scatter(hit.get_column("record"), True)
    return mask
