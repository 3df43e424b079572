"""`open_table`: from a stranger's file to a header and rows of text with honest notes, in bounded memory.

Everything here is text and numbers of places: what a value means is for the checks. No columnar library.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from xinheng.tables.archive import open_archive
from xinheng.tables.header import Located, Names, locate, match, require, survey
from xinheng.tables.kinds import kind_of
from xinheng.tables.legacy import Legacy, LegacySheet, open_legacy
from xinheng.tables.limits import Limits
from xinheng.tables.merges import Merges
from xinheng.tables.objects import JsonSource
from xinheng.tables.package import Package, SheetPart, read_package
from xinheng.tables.refusals import FileCode, RefusedFile, damage_is_refused
from xinheng.tables.rows import build_rows
from xinheng.tables.sheet import read_merges, sheet_rows
from xinheng.tables.source import Source
from xinheng.tables.text import DELIMITERS, CsvSource, encoding_of
from xinheng.tables.values import DateSystem, Expected, FileKind, Header, RawRow, Row, Surveyed

RowMaker = Callable[[], Iterator[RawRow]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was opened: its header is good and it has at least one data row.

    `encoding` and `delimiter` are None where the kind has none; `sheet` is the worksheet read; `ignored_sheets` are
    others with content that is no table of records (instructions, hidden code lists).
    """

    header: Header
    kind: FileKind
    raw_rows: RowMaker
    limits: Limits
    encoding: str | None = None
    delimiter: str | None = None
    date_system: DateSystem | None = None
    sheet: str | None = None
    ignored_sheets: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """The data rows in order, one held at a time; can be asked again. Empty rows are left out but counted.

        Raises: RefusedFile F01, F05, F06, when the rest of the file turns out so while it is read.
        """
        with damage_is_refused():
            yield from build_rows(self)


def open_table(
    content: Path | bytes, *, expected: Expected, limits: Limits | None = None, name: str | None = None
) -> Table:
    """Judge a file and find its header. `name` is the file name the sender gave (default: the path's).

    Cost: the head of the file; for CSV one pass to be sure of the encoding, for JSON one to collect the keys, for XLSX
    the shared strings and one pass for merged cells.
    Raises: RefusedFile F01 to F12; OSError when the path cannot be read.
    """
    limits = limits or Limits()
    source = Source.of(content, name)
    limits.check_file(source.size)
    with damage_is_refused():
        table = _open(source, expected, limits)
        if next(build_rows(table), None) is None:
            raise RefusedFile(FileCode.EMPTY, "表头之下没有数据行。请填写数据后再上报。")
        return table


def survey_table(
    content: Path | bytes, *, expected: Expected, limits: Limits | None = None, name: str | None = None
) -> Surveyed:
    """The columns of a file whatever they are called, with its first rows: for a sender whose headings are not the expected ones.

    Where no header is found, the fullest of the first rows is taken for it, the first of equals.
    Cost: the head of the file.  Raises: RefusedFile F01 to F06, F08, F10; OSError when the path cannot be read.
    """
    limits = limits or Limits()
    source = Source.of(content, name)
    limits.check_file(source.size)
    with damage_is_refused():
        return survey(_survey_head(source, expected, limits), expected)


def _survey_head(source: Source, expected: Expected, limits: Limits) -> list[RawRow]:
    kind, names = kind_of(source), Names.of(expected)
    if kind is FileKind.CSV:
        return _best_head(CsvSource(source, encoding_of(source), limits), names, _head_count(limits))[1]
    if kind in (FileKind.JSON, FileKind.JSONL):
        json_source = JsonSource(source, encoding_of(source), kind, limits)
        keys = json_source.keys()
        return [RawRow(0, list(keys), []), *islice(json_source.rows(keys), _head_count(limits))]
    modern = kind is FileKind.XLSX and source.head(4) == b"PK\x03\x04"
    sheets, _ = _workbook_sheets(source, limits) if modern else _legacy_sheets(source, kind, limits)
    heads = [(visible, list(islice(rows(), _head_count(limits)))) for _, visible, rows in sheets]
    best = max(heads, key=lambda one: (_score(locate(one[1], names)), one[0], _filled(one[1])), default=None)
    return best[1] if best else []


def _filled(head: list[RawRow]) -> int:
    return sum(bool(cell) for row in head for cell in row.cells)


def _open(source: Source, expected: Expected, limits: Limits) -> Table:
    kind = kind_of(source)
    if kind is FileKind.CSV:
        return _open_csv(source, expected, limits)
    if kind is FileKind.XLSX and source.head(4) == b"PK\x03\x04":
        return _open_workbook(source, expected, limits)
    if kind in (FileKind.XLS, FileKind.XLSX):
        return _open_legacy(source, kind, expected, limits)
    return _open_json(source, kind, expected, limits)


def _head_count(limits: Limits) -> int:
    # A header of two rows, and a third that repeats it in codes.
    return limits.title_rows + 3


def _open_csv(source: Source, expected: Expected, limits: Limits) -> Table:
    """The right delimiter is the one under which most expected columns are found; the header is the judge."""
    csv_source = CsvSource(source, encoding_of(source), limits)
    names = Names.of(expected)
    delimiter, head = _best_head(csv_source, names, _head_count(limits))
    found = require(head, expected, names)
    return Table(
        header=match(found, head[found.last].number, expected),
        kind=FileKind.CSV,
        raw_rows=lambda: csv_source.rows(delimiter),
        limits=limits,
        encoding=csv_source.encoding,
        delimiter=delimiter,
    )


def _best_head(csv_source: CsvSource, names: Names, count: int) -> tuple[str, list[RawRow]]:
    """The delimiter under which the header is found; where none is, what is broken under any is the better answer."""
    best, best_head, broken = DELIMITERS[0], None, None
    best_score = (-1, 0)
    for delimiter in DELIMITERS:
        head = csv_source.head(delimiter, count)
        if isinstance(head, RefusedFile):
            broken = broken or head
            continue
        score = (_score(locate(head, names)), sum(len(row.cells) for row in head))
        if score > best_score:
            best, best_head, best_score = delimiter, head, score
    if broken and best_score[0] < 1:
        raise broken
    return best, best_head or []


def _open_json(source: Source, kind: FileKind, expected: Expected, limits: Limits) -> Table:
    json_source = JsonSource(source, encoding_of(source), kind, limits)
    keys = json_source.keys()
    head = [RawRow(0, list(keys), [])]
    found = require(head, expected, Names.of(expected))
    return Table(
        header=match(found, 0, expected),
        kind=kind,
        raw_rows=lambda: json_source.rows(keys),
        limits=limits,
        encoding=json_source.encoding,
    )


def _open_workbook(source: Source, expected: Expected, limits: Limits) -> Table:
    sheets, system = _workbook_sheets(source, limits)
    return _table_of_sheets(sheets, FileKind.XLSX, system, expected, limits)


def _workbook_sheets(source: Source, limits: Limits) -> tuple[list[tuple[str, bool, RowMaker]], DateSystem]:
    with open_archive(source, limits) as archive:
        package = read_package(archive, limits)

    @cache
    def merges(sheet: SheetPart) -> Merges:
        with open_archive(source, limits) as archive:
            return read_merges(archive, sheet, limits)

    def maker(sheet: SheetPart) -> RowMaker:
        return lambda: merges(sheet).filled(_workbook_rows(source, package, sheet, limits))

    return [(sheet.name, sheet.visible, maker(sheet)) for sheet in package.sheets], package.date_system


def _workbook_rows(source: Source, package: Package, sheet: SheetPart, limits: Limits) -> Iterator[RawRow]:
    with open_archive(source, limits) as archive:
        yield from sheet_rows(archive, package, sheet, limits)


def _open_legacy(source: Source, kind: FileKind, expected: Expected, limits: Limits) -> Table:
    sheets, system = _legacy_sheets(source, kind, limits)
    return _table_of_sheets(sheets, kind, system, expected, limits)


def _legacy_sheets(
    source: Source, kind: FileKind, limits: Limits
) -> tuple[list[tuple[str, bool, RowMaker]], DateSystem]:
    legacy = open_legacy(source.read(), limits)
    if kind is FileKind.XLSX:
        raise RefusedFile(
            FileCode.NOT_WHAT_IT_SAYS, "扩展名是 .xlsx，内容却是 Excel 97–2003 工作簿。请另存为 .xlsx，不要只改扩展名。"
        )

    def maker(legacy: Legacy, sheet: LegacySheet) -> RowMaker:
        return lambda: legacy.rows(sheet)

    return [(sheet.name, sheet.visible, maker(legacy, sheet)) for sheet in legacy.sheets], legacy.date_system


def _table_of_sheets(
    sheets: list[tuple[str, bool, RowMaker]],
    kind: FileKind,
    system: DateSystem,
    expected: Expected,
    limits: Limits,
) -> Table:
    """The one sheet that holds records.

    A sheet with the expected header and a row counts, hidden or not (hidden records would be lost without a word). A
    shown sheet that looks like a table (two rows of two cells) counts too: it may be a continuation. What is left -
    instructions in one column, hidden code lists, the sheets the platform wrote itself - is named as ignored.
    """
    names = Names.of(expected)
    heads = [(sheet, visible, rows, list(islice(rows(), _head_count(limits)))) for sheet, visible, rows in sheets]
    filled = [entry for entry in heads if not all(row.is_empty() for row in entry[3])]
    if not filled:
        raise RefusedFile(FileCode.EMPTY, "工作簿里没有内容。请填写数据后再上报。")
    ranked = sorted(filled, key=lambda entry: -_score(locate(entry[3], names)))
    sheet, _, rows, head = ranked[0]
    others = [
        entry for entry in ranked[1:] if _has_data(entry[3], entry[1], names, own=entry[0] in expected.own_sheets)
    ]
    found = require(head, expected, names)
    if others:
        listed = "、".join(f"「{entry[0]}」" for entry in (ranked[0], *others))
        raise RefusedFile(
            FileCode.SEVERAL_SHEETS,
            f"有 {len(others) + 1} 张工作表都有数据：{listed}。请只保留一张，其余另存为单独的文件。",
        )
    return Table(
        header=match(found, head[found.last].number, expected),
        kind=kind,
        raw_rows=rows,
        limits=limits,
        date_system=system,
        sheet=sheet,
        ignored_sheets=tuple(entry[0] for entry in ranked[1:]),
    )


def _score(found: Located | None) -> int:
    return found.score if found else 0


def _has_data(head: list[RawRow], visible: bool, names: Names, *, own: bool) -> bool:
    """Whether a sheet holds records. One that the platform wrote beside the table must look very much like one."""
    found = locate(head, names)
    if found and (not own or found.score > _BY_CHANCE):
        return any(not row.is_empty() for row in head[found.last + 1 :])
    return visible and not own and sum(sum(map(bool, row.cells)) >= _FEWEST for row in head) >= _FEWEST


_FEWEST = 2
_BY_CHANCE = 3
"""A row of instructions may name a column or two: it describes them."""
