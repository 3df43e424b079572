"""Workbooks for people to fill in and send back: notes at the headings, lists to choose from, marked cells, a sheet of instructions.

Every cell that holds somebody's text is a string in a cell formatted as text: nothing is computed, no code becomes a number, no day is
shifted. What is written here reads back equal (`reading.open_table`), the platform's own sheets are told apart by their names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

import xlsxwriter

from xinheng.tables.values import DateSystem

NOTES_SHEET: Final = "填写说明"
LISTS_SHEET: Final = "代码表"
OWN_SHEETS: Final = frozenset({NOTES_SHEET, LISTS_SHEET})
MOST_NOTES: Final = 20_000
"""So many cells carry a note of their own; notes are kept in memory until the end, and a spreadsheet opens slowly with more."""
MOST_ROWS: Final = 1_048_575
"""Data rows under one header row: the last row of a worksheet is 1,048,576."""
_LONGEST: Final = 32_767
_LONGEST_NOTE: Final = 2_000
_LONGEST_LIST: Final = 255
_LONGEST_PROMPT: Final = 255
_AUTHOR: Final = "信衡"

Tone = Literal["plain", "bad", "doubt"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, how it is coloured, what its note says.

    `is_error`: what stood there was no value (the error of a formula): an error is written again, so that it cannot pass for one.
    """

    text: str | None
    tone: Tone = "plain"
    note: str = ""
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its name, the note at it, its values to choose from.

    `is_open`: other values are possible too, so the list only suggests. `width` counts characters. `tone` colours the heading.
    """

    name: str
    note: str = ""
    choices: tuple[str, ...] = ()
    is_open: bool = False
    width: int = 16
    is_obligatory: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of a workbook: name, headings, and which day its numbers count from."""

    name: str
    headings: tuple[Heading, ...]
    date_system: DateSystem | None = None
    frozen_columns: int = 0


@dataclass(frozen=True, slots=True)
class Notes:
    """The sheet of instructions: sentences, then a table with a header row (none: no table)."""

    sentences: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and how many marked cells have no note because there were too many."""

    rows: int
    without_note: int


def write_book(path: Path, sheet: Sheet, rows: Iterable[Sequence[Cell | str | None]], notes: Notes) -> Written:
    """Write a workbook: the table first, then the instructions, then (hidden) the lists.

    Memory is constant but for at most `MOST_NOTES` notes: rows go to disk as they come, beside `path` and nowhere else.
    Raises: ValueError for more rows than a worksheet holds.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
        "date_1904": sheet.date_system is DateSystem.FROM_1904,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        book = _Book(workbook, sheet)
        book.head()
        count = 0
        for count, row in enumerate(rows, 1):
            book.row(count, row)
        book.choices()
        book.instructions(notes)
        book.lists()
        return Written(count, book.without_note)


class _Book:
    """One workbook while it is written; its sheets are added in the order they are shown."""

    def __init__(self, workbook: Any, sheet: Sheet) -> None:
        self.sheet = sheet
        self.table = workbook.add_worksheet(sheet.name)
        self.notes = workbook.add_worksheet(NOTES_SHEET)
        self.long = [index for index, each in enumerate(sheet.headings) if _needs_sheet(each.choices)]
        self.listed = workbook.add_worksheet(LISTS_SHEET) if self.long else None
        text: dict[str, Any] = {"num_format": "@", "valign": "top"}
        edge: dict[str, Any] = {"border": 1, "border_color": "#BFBFBF"}
        self.formats = {
            "plain": workbook.add_format(text),
            "bad": workbook.add_format({**text, **edge, "bg_color": "#F8CBAD"}),
            "doubt": workbook.add_format({**text, **edge, "bg_color": "#FFE699"}),
            "head": workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, **edge}),
            "must": workbook.add_format({"bold": True, "bg_color": "#9DC3E6", "text_wrap": True, **edge}),
            "wrapped": workbook.add_format({"text_wrap": True, "valign": "top"}),
            "title": workbook.add_format({"bold": True}),
        }
        self.noted = self.without_note = 0

    def head(self) -> None:
        """Column formats and the header row with its notes."""
        self.table.freeze_panes(1, self.sheet.frozen_columns)
        for column, heading in enumerate(self.sheet.headings):
            self.table.set_column(column, column, heading.width, self.formats["plain"])
            self.table.write_string(0, column, heading.name, self.formats["must" if heading.is_obligatory else "head"])
            if heading.note:
                self._note(0, column, heading.note)

    def row(self, number: int, cells: Sequence[Cell | str | None]) -> None:
        """One row; a plain text is a cell without a mark."""
        if number > MOST_ROWS:
            raise ValueError(f"一张工作表最多 {MOST_ROWS:,} 行数据")
        for column, each in enumerate(cells):
            if each:
                self._cell(number, column, each if isinstance(each, Cell) else Cell(each))

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        form = self.formats[cell.tone]
        text, note = _fit(cell)
        if cell.is_error:
            # The one formula that is ever written, and ours: the error value itself.
            self.table.write_formula(row, column, "=NA()", form, "#N/A")
        elif text:
            self.table.write_string(row, column, text, form)
        elif cell.tone != "plain":
            self.table.write_blank(row, column, None, form)
        if not note:
            return
        if self.noted < MOST_NOTES:
            self.noted += 1
            self._note(row, column, note)
        else:
            self.without_note += 1

    def _note(self, row: int, column: int, text: str) -> None:
        lines = sum(1 + len(line) // 22 for line in text.split("\n"))
        size = {"author": _AUTHOR, "width": 280, "height": min(24 + 18 * lines, 420)}
        self.table.write_comment(row, column, text[:_LONGEST_NOTE], size)

    def choices(self) -> None:
        """The lists to choose from, below the header to the last row."""
        for column, heading in enumerate(self.sheet.headings):
            if heading.choices:
                self.table.data_validation(1, column, MOST_ROWS, column, self._validation(column, heading))

    def _validation(self, column: int, heading: Heading) -> dict[str, Any]:
        last = len(heading.choices)
        own = self.long.index(column) if column in self.long else None
        letter = "" if own is None else xlsxwriter.utility.xl_col_to_name(own)
        source = list(heading.choices) if own is None else f"='{LISTS_SHEET}'!${letter}$1:${letter}${last}"
        return {
            "validate": "list",
            "source": source,
            "ignore_blank": True,
            "error_type": "information" if heading.is_open else "stop",
            "error_title": "不在可填的值中",
            "error_message": f"请从下拉列表中选择，或看“{NOTES_SHEET}”。"[:_LONGEST_PROMPT],
            "show_error": not heading.is_open,
        }

    def instructions(self, notes: Notes) -> None:
        """The second sheet."""
        widths = notes.widths or (100,)
        for column, width in enumerate(widths):
            self.notes.set_column(column, column, width)
        for row, sentence in enumerate(notes.sentences):
            self.notes.write_string(row, 0, sentence, self.formats["title" if row == 0 else "plain"])
        first = len(notes.sentences) + 1 if notes.sentences else 0
        for row, line in enumerate(notes.table, first):
            form = self.formats["head" if row == first else "wrapped"]
            for column, text in enumerate(line):
                self.notes.write_string(row, column, text, form)

    def lists(self) -> None:
        """The hidden sheet, one list a column; written row by row, as memory asks."""
        if self.listed is None:
            return
        columns = [self.sheet.headings[index].choices for index in self.long]
        for row in range(max(map(len, columns))):
            for column, values in enumerate(columns):
                if row < len(values):
                    self.listed.write_string(row, column, values[row])
        self.listed.hide()


def _needs_sheet(choices: Sequence[str]) -> bool:
    """Whether a list is too long for a cell's own rule, or would be misread there: a comma parts values, `=` begins a formula."""
    return bool(choices) and (
        len(",".join(choices)) > _LONGEST_LIST or any("," in each or '"' in each or each[:1] == "=" for each in choices)
    )


def _fit(cell: Cell) -> tuple[str, str]:
    """Text and note of a cell as a workbook can hold them; what is cut is said.

    The apostrophe is written before one that is there already: reading takes off exactly one.
    """
    text = f"'{cell.text}" if (cell.text or "").startswith("'") else cell.text or ""
    # No character counts for more than two, so a text of half the length fits whatever stands in it.
    if 2 * len(text) <= _LONGEST or len(text) + sum(map(_is_wide, text)) <= _LONGEST:
        return text, cell.note
    kept = list(text[:_LONGEST])
    over = len(kept) + sum(map(_is_wide, kept)) - _LONGEST
    while over > 0:
        over -= 1 + _is_wide(kept.pop())
    said = f"原文 {len(cell.text or '')} 个字，工作簿的一格放不下，这里只有前 {len(kept)} 个字。"
    return "".join(kept), "\n".join(chain(filter(None, (cell.note, said))))


def _is_wide(character: str) -> int:
    """1 for a character a workbook counts as two."""
    return character > "\uffff"
