"""Words of columns: a unit's own headings, what a file has, workbooks that go back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ColumnsMapped:
    """A unit said which of its own headings stand for which fields of an item. `columns` are pairs of heading and field code."""

    mapping_id: int
    unit_id: int
    item: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A unit's mapping for an item.

    `columns` are heading → field code, those that work; `stale` are the ones whose field the catalogue does not have any more.
    """

    id: int
    unit_id: int
    unit_name: str
    item: str
    columns: Mapping[str, str]
    stale: Mapping[str, str]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file as its unit maps it: heading, the field it means already, who says so, a proposal, and a few values, masked.

    `by` is `item` for the item's own name, `unit` for the unit's mapping, empty for neither.
    """

    header: str
    code: str
    by: str
    suggested: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The columns of a handed in file, and the obligatory fields that no column means."""

    columns: tuple[FileColumn, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookWritten:
    """A workbook of rows to put right: how many, and how many marked cells have no note of their own for there were too many."""

    rows: int
    without_note: int
    fields: tuple[str, ...]
    personal: bool
