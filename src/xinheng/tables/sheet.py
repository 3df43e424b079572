"""The cells of one XLSX sheet, streamed with their types: a number stays known as a number, a date as a date.

calamine reads whole sheets into a grid as large as the furthest cell says, and its Python face drops formula errors;
so XLSX is read here, in memory that does not grow with the sheet, and calamine is the oracle in the tests.
"""

import re
from collections.abc import Iterator

from xinheng.tables.archive import Archive, xml_parser
from xinheng.tables.cells import column_index, number_text, serial_text, unescape
from xinheng.tables.limits import Limits
from xinheng.tables.merges import Merges
from xinheng.tables.package import Package, SheetPart, local
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.values import Mark, NoteRule, RawRow

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_LAST_ROW = 1_048_576
_OVERLAP = 512
_ESCAPE = 7


def sheet_rows(archive: Archive, package: Package, sheet: SheetPart, limits: Limits) -> Iterator[RawRow]:
    """The rows that hold anything, in order; merged cells are not filled yet.

    Raises: RefusedFile F01 damaged, F04 DOCTYPE, F06 a cell too long or too far right.
    """
    reader = _SheetReader(package, limits)
    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    for _ in archive.feed(sheet.part, parser):
        if reader.rows:
            yield from reader.rows
            reader.rows = []


def read_merges(archive: Archive, sheet: SheetPart, limits: Limits) -> Merges:
    """The vertically merged ranges. They stand behind the cells, so this is a pass of its own over the bytes.

    A byte pattern is ten times faster than a parser and exact, as `<` cannot occur in text; UTF-16 is refused.
    """
    merges = Merges(limits.merges)
    rest = b""
    for piece in archive.pieces(sheet.part):
        if not rest and piece.startswith(_UTF16):
            raise RefusedFile(FileCode.UNDECODABLE, "工作表不是 UTF-8 编码。请用 Excel 或 WPS 另存后再上报。")
        window = rest + piece
        last = 0
        for found in _MERGE.finditer(window):
            merges.add(*_corners(found[1].decode()))
            last = found.end()
        rest = window[max(last, len(window) - _OVERLAP) :]
    return merges


def _corners(reference: str) -> tuple[int, int, int]:
    first, _, final = reference.partition(":")
    top, column = column_index(first)
    return top, column_index(final or first)[0], column


class _SheetReader:
    """The state between the events of one sheet; `rows` is taken away by whoever feeds the parser."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self.rows: list[RawRow] = []
        self._package = package
        self._limits = limits
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._number = 0
        self._digits = "0"
        self._column = -1
        self._cells: list[str | None] = []
        self._marks: list[Mark] = []
        self._type = "n"
        self._style = ""
        self._value: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._length = 0
        self._phonetic = False
        self._data = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = self._names.get(name) or self._names.setdefault(name, local(name))
        if element == "c":
            self._open_cell(attributes)
        elif element == "v" or (element == "t" and not self._phonetic):
            self._into = self._value
        elif element == "f":
            self._into = self._formula
        elif element == "row":
            self._open_row(attributes)
        elif element == "rPh":
            self._phonetic = True
        elif element == "sheetData":
            self._data = True

    def data(self, text: str) -> None:
        if self._into is None:
            return
        self._into.append(text)
        self._length += len(text)
        if self._length > _ESCAPE * self._limits.cell_chars:
            # Bounded while it comes, not only when the cell is closed. `_x000D_` takes seven characters for one.
            self._limits.check_cell(self._length // _ESCAPE + 1, self._number, self._column + 1)

    def end(self, name: str) -> None:
        element = self._names[name]
        if element in ("v", "t", "f"):
            self._into = None
        elif element == "c":
            self._close_cell()
        elif element == "row":
            if any(self._cells) or self._marks:
                self.rows.append(RawRow(self._number, self._cells, self._marks))
        elif element == "rPh":
            self._phonetic = False
        elif element == "sheetData":
            self._data = False

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if not self._number < number <= _LAST_ROW or not self._data:
            raise RefusedFile(
                FileCode.NOT_WHAT_IT_SAYS, f"工作表的行号混乱（{number} 在 {self._number} 之后）。请另存后再上报。"
            )
        self._number = number
        self._digits = str(number)
        self._column = -1
        self._cells, self._marks = [], []

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self._place(reference) if reference else self._column + 1
        if column <= self._column:
            raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, f"第 {self._number} 行的单元格次序混乱。请另存后再上报。")
        self._column = column
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value, self._formula = [], []
        self._length = 0

    def _place(self, reference: str) -> int:
        """The column of a reference into this row, else -1. Columns are remembered: this runs once a cell."""
        letters = reference[: -len(self._digits)]
        column = self._columns.get(letters)
        if column is None or not reference.endswith(self._digits):
            row, column = column_index(reference)
            if row != self._number:
                return -1
            self._columns[letters] = column
        return column

    def _close_cell(self) -> None:
        raw = "".join(self._value)
        if not raw and not self._formula:
            return
        text, rule, before = self._text(raw)
        if not text and not rule:
            return
        self._limits.check_width(self._column + 1, self._number)
        if text and len(text) > self._limits.cell_chars:
            self._limits.check_cell(len(text), self._number, self._column + 1)
        self._cells.extend([None] * (self._column - len(self._cells)))
        self._cells.append(text or None)
        if rule:
            self._marks.append(Mark(self._column, rule, before))

    def _text(self, raw: str) -> tuple[str, NoteRule | None, str | None]:
        kind = self._type
        if not raw:
            missing = self._formula and kind != "str"
            return "", NoteRule.FORMULA_WITHOUT_VALUE if missing else None, "=" + "".join(self._formula)
        if kind == "s":
            return self._package.strings[int(raw)] if raw.isdigit() else _no_string(raw), None, None
        if kind in ("str", "inlineStr"):
            return unescape(raw), None, None
        if kind == "b":
            return ("TRUE" if raw.strip() == "1" else "FALSE"), NoteRule.BOOLEAN, raw
        if kind == "e":
            return raw, NoteRule.FORMULA_ERROR, raw
        if kind == "d":
            return raw, NoteRule.EXCEL_DATE, raw
        return self._number_text(raw.strip())

    def _number_text(self, raw: str) -> tuple[str, NoteRule | None, str | None]:
        if self._style and int(self._style) in self._package.date_styles:
            date = serial_text(raw, self._package.date_system)
            if date:
                return date, NoteRule.EXCEL_DATE, raw
        text, rule = number_text(raw)
        return text, rule, raw


def _no_string(raw: str) -> str:
    raise ValueError(f"no shared string {raw!r}")
