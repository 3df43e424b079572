"""From raw rows to data rows: the columns the header names, apostrophes, ragged rows, doubled columns."""

from collections.abc import Iterator
from typing import Protocol

from xinheng.tables.limits import Limits
from xinheng.tables.values import FileKind, Header, Mark, Note, NoteRule, RawRow, Row


class Opened(Protocol):
    """What is needed of an opened table."""

    @property
    def header(self) -> Header: ...
    @property
    def kind(self) -> FileKind: ...
    @property
    def limits(self) -> Limits: ...
    def raw_rows(self) -> Iterator[RawRow]: ...


def build_rows(table: Opened) -> Iterator[Row]:
    """Every non-empty row below the header.  Raises: RefusedFile F06 at the first row beyond the bound."""
    header, limits = table.header, table.limits
    columns = list(header.mapping.items())
    in_grid = table.kind is not FileKind.JSON and table.kind is not FileKind.JSONL
    record = 0
    for raw in table.raw_rows():
        if in_grid and (raw.number <= header.row_number or raw.is_empty() or _only_aside(raw, header.aside)):
            continue
        record += 1
        limits.check_record(record)
        notes = _row_notes(raw, header, table.kind) if in_grid else []
        marks = _by_index(raw.marks) if raw.marks else {}
        values = tuple([_value(raw, code, index, marks, notes) for code, index in columns])
        for code, places in header.doubled_at.items():
            notes.extend(_doubled(raw, code, header.mapping[code], places))
        yield Row(raw.number, record, values, tuple(notes))


def _only_aside(raw: RawRow, aside: frozenset[int]) -> bool:
    """Whether nothing is left of a row but what the platform itself had written beside it."""
    if not aside:
        return False
    written = any(cell and index not in aside for index, cell in enumerate(raw.cells))
    return not written and not any(mark.column not in aside for mark in raw.marks)


def _value(raw: RawRow, code: str, index: int, marks: dict[int, list[Mark]], notes: list[Note]) -> str | None:
    value = (raw.cells[index] or None) if index < len(raw.cells) else None
    for mark in marks.get(index, ()):
        notes.append(Note(code, mark.rule, mark.before, value))
    if value and value[0] == "'":
        stripped = value[1:] or None
        notes.append(Note(code, NoteRule.APOSTROPHE, value, stripped))
        return stripped
    return value


def _by_index(marks: list[Mark]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.column, []).append(mark)
    return found


def _row_notes(raw: RawRow, header: Header, kind: FileKind) -> list[Note]:
    count = len(raw.cells)
    if count == header.width:
        return []
    if count < header.width:
        # A spreadsheet has no cells where nothing was written; a line of text with too few has lost a delimiter.
        return [_ragged(count, header)] if kind is FileKind.CSV else []
    while count > header.width and not raw.cells[count - 1]:
        count -= 1
    return [_ragged(count, header)] if count > header.width else []


def _ragged(count: int, header: Header) -> Note:
    return Note(None, NoteRule.RAGGED, str(count), str(header.width))


def _doubled(raw: RawRow, code: str, first: int, places: tuple[int, ...]) -> Iterator[Note]:
    value = (raw.cells[first] or None) if first < len(raw.cells) else None
    for place in places:
        other = (raw.cells[place] or None) if place < len(raw.cells) else None
        if other != value:
            yield Note(code, NoteRule.DOUBLED, other, value)
