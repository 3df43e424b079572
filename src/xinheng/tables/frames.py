"""A table as columns, for batches: the same rows as `open_table(...).rows()`, by Polars. Not for web processes.

A regular CSV goes through Polars' own reader; whatever is irregular (ragged rows, blank lines, odd quotation marks, lone
carriage returns) goes row by row, so both ways cannot differ in how they read it. Nothing is written to disk: a file in
another encoding is turned to UTF-8 in memory, which the bound on the file's size keeps below about twice that size.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import polars as pl

from xinheng.tables.limits import MIB, Limits
from xinheng.tables.reading import Table, open_table
from xinheng.tables.refusals import damage_is_refused
from xinheng.tables.source import Source
from xinheng.tables.values import Expected, FileKind, NoteRule, RawRow, Row

ROW, RECORD = "__row", "__record"

NOTE_SCHEMA = pl.Schema(
    {
        ROW: pl.UInt32,
        RECORD: pl.UInt32,
        "field": pl.String,
        "rule": pl.String,
        "before": pl.String,
        "after": pl.String,
    }
)
_CHUNK = 20_000
_APOSTROPHE = "'"


@dataclass(frozen=True, slots=True)
class FrameTable:
    """A table as a frame of text columns named by code, with `__row` and `__record`; notes one row each.

    `notes` has `__row, __record, field, rule, before, after`, ordered by record. `fast` tells which way it was read.
    """

    table: Table
    frame: pl.DataFrame
    notes: pl.DataFrame
    fast: bool


def read_frame(
    content: Path | bytes, *, expected: Expected, limits: Limits | None = None, name: str | None = None
) -> FrameTable:
    """All rows of a file as columns. `name` is the file name the sender gave.

    Cost: a regular CSV about what Polars needs to read it, anything else about ten times that; memory some times the
    file's size.  Raises: RefusedFile F01 to F12; OSError when the path cannot be read.
    """
    table = open_table(content, expected=expected, limits=limits, name=name)
    if table.kind is FileKind.CSV:
        with damage_is_refused():
            fast = _read_regular(Source.of(content, name), table)
        if fast:
            return _closed(fast)
    return _closed(_read_rows(table))


def _closed(read: FrameTable) -> FrameTable:
    """The same without its source: the frame has every row, and the bytes of a large upload would stay beside it for a whole load."""
    return replace(read, table=replace(read.table, raw_rows=_read_already))


def _read_already() -> Iterator[RawRow]:
    raise AssertionError("the rows of a frame stand in its columns")


def _read_rows(table: Table) -> FrameTable:
    frames, notes = [], []
    rows = table.rows()
    while chunk := list(islice(rows, _CHUNK)):
        frames.append(_frame(chunk, table.header.codes))
        notes.append(
            pl.DataFrame(
                [(row.number, row.record, *note) for row in chunk for note in row.notes],
                schema=NOTE_SCHEMA,
                orient="row",
            )
        )
    return FrameTable(table, pl.concat(frames), pl.concat(notes), fast=False)


def _frame(rows: list[Row], codes: tuple[str, ...]) -> pl.DataFrame:
    columns = zip(*(row.values for row in rows), strict=True)
    return pl.DataFrame(
        [
            pl.Series(ROW, [row.number for row in rows], pl.UInt32),
            pl.Series(RECORD, [row.record for row in rows], pl.UInt32),
            *(pl.Series(code, values, pl.String) for code, values in zip(codes, columns, strict=True)),
        ]
    )


def _read_regular(source: Source, table: Table) -> FrameTable | None:
    """The fast way, or None when anything about the file is irregular."""
    frame = _regular(_without_blank_end(_utf8(source, table.encoding or "utf-8")), table)
    return None if frame is None or _has_long_cells(frame, table.limits) else _finish(frame, table)


def _regular(text: bytes, table: Table) -> pl.DataFrame | None:
    """The body of a regular CSV as it stands, columns `c0`, `c1` …; nothing of the text is copied but its cells."""
    start = _end_of_header(text, table)
    if start is None or not _is_regular(text, start, table.delimiter or ","):
        return None
    width = max(table.header.width, _first_width(text, start, table))
    try:
        frame = _parse(text, text.count(b"\n", 0, start), width, table)
    except pl.exceptions.PolarsError:
        # Longer rows, or bytes that are no text: the slow way says what and where.
        return None
    delimiters = text.count(table.delimiter.encode() if table.delimiter else b",", start)
    quoted = text.find(b'"', start) >= 0
    return frame if delimiters == _delimiters(frame, width, table, quoted=quoted) else None


def _utf8(source: Source, encoding: str) -> bytes:
    """The text as UTF-8; a mark at its start stays, for taking it away would take a second copy of a large file."""
    if encoding in ("utf-8", "utf-8-sig"):
        return source.read()
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    parts = []
    with source.open() as stream:
        while piece := stream.read(4 * MIB):
            parts.append(decoder.decode(piece).encode())
        parts.append(decoder.decode(b"", final=True).encode())
    return b"".join(parts)


def _without_blank_end(text: bytes) -> bytes:
    """The text without the blank lines behind its last row, where there are any: Polars would make rows of them."""
    blank = text.endswith(b"\n\n") or not text[-3:].strip(b"\r\n")
    return text.rstrip(b"\r\n") if blank else text


def _end_of_header(text: bytes, table: Table) -> int | None:
    """Where the first data row begins. The head is read by the csv module, which says how many lines it took."""
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in io.BytesIO(text):
            first, taken = not taken, taken + len(line)
            yield (line.removeprefix(codecs.BOM_UTF8) if first else line).decode()

    reader = csv.reader(lines(), delimiter=table.delimiter or ",", strict=True)
    try:
        for _ in range(table.header.row_number):
            next(reader)
    except (csv.Error, StopIteration):
        return None
    return None if b"\r" in text[:taken].replace(b"\r\n", b"") else taken


def _is_regular(text: bytes, start: int, delimiter: str) -> bool:
    """No lone carriage return, and every quotation mark opens, closes or is doubled where it should be."""
    if text.find(b"\r", start) >= 0 and text.count(b"\r", start) != text.count(b"\r\n", start):
        return False
    if text.find(b'"', start) < 0:
        return True
    edge = re.escape(delimiter.encode())
    pattern = re.compile(
        rb'[^"]*+(?:(?<=[\n' + edge + rb'])"[^"]*+(?:""[^"]*+)*+"(?=[\r\n' + edge + rb"]|\Z)" + rb'[^"]*+)*+'
    )
    # One byte of the header's line end goes before, so that a quotation mark at the very start has its edge.
    found = pattern.match(text, start - 1)
    return found is not None and found.end() == len(text)


def _first_width(text: bytes, start: int, table: Table) -> int:
    head = text[start : start + 4 * MIB].decode(errors="ignore")
    return len(next(csv.reader(io.StringIO(head, newline=""), delimiter=table.delimiter or ",")))


def _parse(text: bytes, header_lines: int, width: int, table: Table) -> pl.DataFrame:
    return pl.read_csv(
        text,
        has_header=False,
        skip_lines=header_lines,
        schema={f"c{index}": pl.String for index in range(width)},
        separator=table.delimiter or ",",
        quote_char='"',
        n_rows=table.limits.rows + table.limits.title_rows + 1,
        low_memory=False,
    )


def _delimiters(frame: pl.DataFrame, width: int, table: Table, *, quoted: bool) -> int:
    """How many delimiters the body has if no row is short: Polars fills short rows without a word."""
    between = frame.height * (width - 1)
    if not quoted:
        return between
    inside = frame.select(pl.all().str.count_matches(table.delimiter or ",", literal=True).sum()).row(0)
    return between + sum(count or 0 for count in inside)


def _has_long_cells(frame: pl.DataFrame, limits: Limits) -> bool:
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    suspects = [name for name, size in zip(frame.columns, longest, strict=True) if (size or 0) > limits.cell_chars]
    return any((frame[name].str.len_chars().max() or 0) > limits.cell_chars for name in suspects)  # type: ignore[operator]


def _finish(frame: pl.DataFrame, table: Table) -> FrameTable:
    header = table.header
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    frame = frame.with_row_index(ROW, header.row_number + 1)
    filled = [f"c{index}" for index in range(frame.width - 1)]
    content = [name for index, name in enumerate(filled) if index not in header.aside]
    frame = frame.filter(pl.any_horizontal(pl.col(content).is_not_null()))
    table.limits.check_record(frame.height)
    frame = frame.with_columns((pl.int_range(pl.len(), dtype=pl.UInt32) + 1).alias(RECORD))
    notes = [_ragged(frame, filled, header.width)]
    for code, index in header.mapping.items():
        notes.append(_apostrophes(frame, code, f"c{index}"))
        notes.extend(_doubled(frame, code, index, place) for place in header.doubled_at.get(code, ()))
    values = [_without_apostrophe(f"c{index}").alias(code) for code, index in header.mapping.items()]
    result = frame.select(pl.col(ROW).cast(pl.UInt32), RECORD, *values)
    return FrameTable(table, result, pl.concat(notes).sort(RECORD, maintain_order=True), fast=True)


def _without_apostrophe(column: str) -> pl.Expr:
    text = pl.col(column)
    stripped = text.str.slice(1)
    return pl.when(text.str.starts_with(_APOSTROPHE)).then(pl.when(stripped != "").then(stripped)).otherwise(text)


def _note(field: str | None, rule: NoteRule, before: pl.Expr, after: pl.Expr) -> list[pl.Expr]:
    return [
        pl.col(ROW).cast(pl.UInt32),
        pl.col(RECORD),
        pl.lit(field, pl.String).alias("field"),
        pl.lit(rule.value).alias("rule"),
        before.cast(pl.String).alias("before"),
        after.cast(pl.String).alias("after"),
    ]


def _apostrophes(frame: pl.DataFrame, code: str, column: str) -> pl.DataFrame:
    hit = frame.filter(pl.col(column).str.starts_with(_APOSTROPHE))
    return hit.select(_note(code, NoteRule.APOSTROPHE, pl.col(column), _without_apostrophe(column)))


def _doubled(frame: pl.DataFrame, code: str, index: int, place: int) -> pl.DataFrame:
    first, other = pl.col(f"c{index}"), pl.col(f"c{place}")
    return frame.filter(first.ne_missing(other)).select(_note(code, NoteRule.DOUBLED, other, first))


def _ragged(frame: pl.DataFrame, filled: list[str], width: int) -> pl.DataFrame:
    """Rows with content beyond the header's last column; short rows never come this way."""
    beyond = filled[width:]
    if not beyond:
        return pl.DataFrame(schema=NOTE_SCHEMA)
    count = pl.max_horizontal(
        pl.when(pl.col(name).is_not_null()).then(width + place) for place, name in enumerate(beyond, 1)
    )
    hit = frame.filter(pl.any_horizontal(pl.col(beyond).is_not_null()))
    return hit.select(_note(None, NoteRule.RAGGED, count, pl.lit(str(width))))
