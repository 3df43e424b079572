"""The words of this module: what is expected of a table, and what was found. Pure values, cells are text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class FileKind(StrEnum):
    """What a file is by its content."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    JSON = "json"
    JSONL = "jsonl"


class DateSystem(StrEnum):
    """Which day a workbook counts from; needed to read a plain number in a date column."""

    FROM_1900 = "1900"
    FROM_1904 = "1904"


class NoteRule(StrEnum):
    """What happened to a cell or row on its way to text. The checks decide what follows; reading never rejects a row."""

    NUMBER_AS_TEXT = "number_as_text"
    """The cell was a number; its text is exact (leading zeros, if there were any, are gone)."""
    EXCEL_NUMBER = "excel_number"
    """The cell was a number of more than 15 digits: digits are lost for good."""
    EXCEL_DATE = "excel_date"
    """The cell was a date; its text is ISO."""
    BOOLEAN = "boolean"
    FORMULA_ERROR = "formula_error"
    """#N/A and the like; the text is the error."""
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    """A formula nobody calculated; the value is empty, `before` is the formula."""
    APOSTROPHE = "apostrophe"
    """One leading apostrophe (Excel's mark of text) was taken off."""
    MERGED = "merged"
    """The value stands in the first row of a merged cell and was copied down."""
    RAGGED = "ragged"
    """The row has fewer or more cells than the header; `before` counts the row's, `after` the header's."""
    DOUBLED = "doubled"
    """A second column of the same meaning says something else (`before`); the first was taken (`after`)."""
    NESTED = "nested"
    """A JSON value was an array or object; its text is compact JSON."""
    REPLACED = "replaced"
    """Half a surrogate pair in JSON was replaced by U+FFFD."""


@dataclass(frozen=True, slots=True)
class ExpectedColumn:
    """A column an item knows: its code, and the names headers give it (Chinese, old names, aliases, old codes).

    `aside`: a column the platform wrote itself beside the content; it is never missed, and a row in which nothing else stands is empty.
    """

    code: str
    names: tuple[str, ...] = ()
    obligatory: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file of one item looks like; `others` are the header names of the other items, to recognise a mix-up.

    `mapped` are the sender's own headers, each with the code it stands for: asked after the names of all columns, so that none of them
    can be overridden. `own_sheets` are names of worksheets the platform writes beside the table: instructions, never records.
    """

    item: str
    columns: tuple[ExpectedColumn, ...]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mapped: Mapping[str, str] = field(default_factory=dict)
    own_sheets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Header:
    """The header as found.

    `row_number` counts as a spreadsheet does (0 for JSON; of a header of two rows the last). `mapping` goes from code
    to column index from 0, in the order of `Expected.columns`; `as_found` from code to the header's text;
    `doubled_at` from code to the further columns of the same meaning; `mapped` are the codes found by the sender's own header,
    `aside` the places of columns that are no content.
    """

    row_number: int
    mapping: Mapping[str, int]
    as_found: Mapping[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    doubled_at: Mapping[str, tuple[int, ...]]
    width: int
    mapped: tuple[str, ...] = ()
    aside: frozenset[int] = frozenset()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes found, in the order of a row's values."""
        return tuple(self.mapping)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The columns of a table whatever they are called: headings, the code each means (None: none), the first rows.

    `mapped` are the places of those that mean something only by the sender's own headings.
    """

    headers: tuple[str, ...]
    codes: tuple[str | None, ...]
    mapped: frozenset[int]
    rows: tuple[tuple[str | None, ...], ...]


class Note(NamedTuple):
    """What happened to a cell (`field` is its code) or to the row (`field` is None)."""

    field: str | None
    rule: str
    before: str | None
    after: str | None


class Row(NamedTuple):
    """One data row: `number` as a spreadsheet counts, `record` from 1; values in the order of `Header.codes`."""

    number: int
    record: int
    values: tuple[str | None, ...]
    notes: tuple[Note, ...]


class Mark(NamedTuple):
    """A note on a raw cell, before its column has a code."""

    column: int
    rule: NoteRule
    before: str | None


class RawRow(NamedTuple):
    """A row of a source before the header is known; empty cells are None or ''."""

    number: int
    cells: list[str | None]
    marks: list[Mark]

    def is_empty(self) -> bool:
        """Whether nothing was written: a formula nobody calculated has no text, but was."""
        return not any(self.cells) and not self.marks
