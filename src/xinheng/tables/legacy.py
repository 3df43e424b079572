"""XLS (BIFF8): judged by its records, and read from them, a row at a time.

calamine reads it too, but a few changed bytes make it allocate until the process is aborted, which no `except` can
catch, and it drops formula errors. So it is the oracle of the tests, and the cells are read here.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from xinheng.tables.biff import SharedStrings, long_string, records, rk_number, short_string
from xinheng.tables.cells import is_date_format, number_text, serial_text
from xinheng.tables.compound import Compound
from xinheng.tables.limits import Limits
from xinheng.tables.merges import Merges
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.values import DateSystem, Mark, NoteRule, RawRow

_ENCRYPTED = ("EncryptedPackage", "EncryptionInfo")
_MACROS = ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

_BOF, _FILEPASS, _DATEMODE, _BOUNDSHEET, _SUPBOOK = 0x809, 0x2F, 0x22, 0x85, 0x1AE
_FORMAT, _XF, _SST, _CONTINUE, _MERGED = 0x41E, 0xE0, 0xFC, 0x3C, 0xE5
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6
_FORMULA, _STRING, _BOOLERR = 0x06, 0x207, 0x205
_CELLS = frozenset((_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING, _FORMULA, _BOOLERR))
_BIFF8 = 0x600
_OWN_BOOKS = (0x0401, 0x3A01)
_MACRO_SHEETS = (1, 6)

_Cell = tuple[str, NoteRule | None, str | None]


@dataclass(frozen=True, slots=True)
class LegacySheet:
    """A sheet of an XLS: its name, whether it is shown, where its records begin."""

    name: str
    visible: bool
    start: int


@dataclass(slots=True)
class Legacy:
    """An XLS that passed its checks."""

    stream: bytes
    limits: Limits
    sheets: list[LegacySheet] = field(default_factory=list)
    date_system: DateSystem = DateSystem.FROM_1900
    strings: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)

    def rows(self, sheet: LegacySheet) -> Iterator[RawRow]:
        """The rows that hold anything, numbered from 1; merged values copied down and marked.

        Raises: RefusedFile F01 damaged, F06 a cell too long or too far right, too many merges.
        """
        merges = Merges(self.limits.merges)
        for kind, data in records(self.stream, sheet.start):
            if kind == _MERGED:
                for top, bottom, left, _ in struct.iter_unpack("<4H", data[2 : 2 + (len(data) - 2) // 8 * 8]):
                    merges.add(top + 1, bottom + 1, left)
        yield from merges.filled(self._own_rows(sheet))

    def _own_rows(self, sheet: LegacySheet) -> Iterator[RawRow]:
        current = RawRow(0, [], [])
        for row, column, (text, rule, before) in self._cells(sheet):
            number = row + 1
            if number != current.number:
                if number < current.number:
                    raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, f"第 {number} 行的次序混乱。请另存为 .xlsx 后再上报。")
                if any(current.cells):
                    yield current
                current = RawRow(number, [], [])
            if text:
                self._put(current, column, text, rule, before)
        if any(current.cells):
            yield current

    def _put(self, row: RawRow, column: int, text: str, rule: NoteRule | None, before: str | None) -> None:
        self.limits.check_width(column + 1, row.number)
        self.limits.check_cell(len(text), row.number, column + 1)
        row.cells.extend([None] * (column + 1 - len(row.cells)))
        row.cells[column] = text
        if rule:
            row.marks.append(Mark(column, rule, before))

    def _cells(self, sheet: LegacySheet) -> Iterator[tuple[int, int, _Cell]]:
        waiting: tuple[int, int] | None = None
        pieces: list[bytes] = []
        for kind, data in records(self.stream, sheet.start):
            if waiting and kind in (_STRING, _CONTINUE):
                pieces.append(data)
                continue
            if waiting and pieces:
                yield *waiting, (long_string(pieces), None, None)
                waiting, pieces = None, []
            if kind not in _CELLS or len(data) < 6:
                continue
            row, column, style = struct.unpack_from("<3H", data)
            if kind == _MULRK:
                for place, (own_style, number) in enumerate(
                    struct.iter_unpack("<HI", data[4:-2][: (len(data) - 6) // 6 * 6])
                ):
                    yield row, column + place, self._number(rk_number(number), own_style)
            elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 0:
                waiting = (row, column)
            else:
                yield row, column, self._cell(kind, data, style)
        if waiting and pieces:
            yield *waiting, (long_string(pieces), None, None)

    def _cell(self, kind: int, data: bytes, style: int) -> _Cell:
        if kind == _LABELSST:
            return self.strings[struct.unpack_from("<I", data, 6)[0]], None, None
        if kind in (_LABEL, _RSTRING):
            return long_string([data[6:]]), None, None
        if kind == _RK:
            return self._number(rk_number(struct.unpack_from("<I", data, 6)[0]), style)
        if kind == _BOOLERR:
            return _error(data[6]) if data[7] else _boolean(data[6])
        if kind == _FORMULA and data[12:14] == b"\xff\xff":
            return {1: _boolean, 2: _error}.get(data[6], _nothing)(data[8])
        return self._number(struct.unpack_from("<d", data, 6)[0], style)

    def _number(self, value: float, style: int) -> _Cell:
        raw = repr(value)
        key = self.styles[style] if style < len(self.styles) else 0
        if is_date_format(key, self.formats.get(key)) and (date := serial_text(raw, self.date_system)):
            return date, NoteRule.EXCEL_DATE, raw
        text, rule = number_text(raw)
        return text, rule, raw


def open_legacy(content: bytes, limits: Limits) -> Legacy:
    """Judge the compound file and its records, and read what the cells need.

    Raises: RefusedFile F01, F02, F03, F04, F06.
    """
    compound = Compound(content)
    if not compound.names.isdisjoint(_ENCRYPTED):
        raise _encrypted()
    if not compound.names.isdisjoint(_MACROS):
        raise _macros()
    stream = compound.stream("Workbook")
    if stream is None or struct.unpack_from("<3H", stream)[::2] != (_BOF, _BIFF8):
        raise RefusedFile(
            FileCode.NOT_WHAT_IT_SAYS,
            "这不是 Excel 97–2003 工作簿（可能是 Excel 95、Word 文档或 WPS 格式）。请另存为 .xlsx 后再上报。",
        )
    legacy = Legacy(stream, limits)
    _read_globals(legacy)
    return legacy


def _read_globals(legacy: Legacy) -> None:
    strings: list[bytes] = []
    in_strings = False
    for kind, data in records(legacy.stream, 0):
        in_strings = kind == _SST or (in_strings and kind == _CONTINUE)
        if in_strings:
            strings.append(data)
        elif kind == _FILEPASS:
            raise _encrypted()
        elif kind == _DATEMODE and data[:2] == b"\x01\x00":
            legacy.date_system = DateSystem.FROM_1904
        elif kind == _SUPBOOK and len(data) >= 4 and struct.unpack_from("<H", data, 2)[0] not in _OWN_BOOKS:
            raise RefusedFile(
                FileCode.EXTERNAL, "工作簿引用了其他文件。请断开链接（数据 → 编辑链接），只保留值，再上报。"
            )
        elif kind == _FORMAT:
            legacy.formats[struct.unpack_from("<H", data)[0]] = long_string([data[2:]])
        elif kind == _XF:
            legacy.styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _BOUNDSHEET:
            _add_sheet(legacy, data)
    if strings:
        legacy.strings = SharedStrings(strings, legacy.limits).read()


def _add_sheet(legacy: Legacy, data: bytes) -> None:
    start, state, sort = struct.unpack_from("<IBB", data)
    if sort in _MACRO_SHEETS:
        raise _macros()
    if sort == 0:
        legacy.sheets.append(LegacySheet(short_string(data[6:]), state & 3 == 0, start))


def _boolean(value: int) -> _Cell:
    return ("TRUE" if value else "FALSE"), NoteRule.BOOLEAN, str(value)


def _error(value: int) -> _Cell:
    text = _ERRORS.get(value, "#N/A")
    return text, NoteRule.FORMULA_ERROR, text


def _nothing(_value: int) -> _Cell:
    return "", None, None


def _encrypted() -> RefusedFile:
    return RefusedFile(FileCode.ENCRYPTED, "文件加了密码，无法读取。请在 Excel 或 WPS 中取消密码后再上报。")


def _macros() -> RefusedFile:
    return RefusedFile(FileCode.MACROS, "工作簿带有宏，不予读取。请另存为「Excel 工作簿（.xlsx）」后再上报。")
