"""Writing tables that are safe to open: no cell is ever taken for a formula, whatever a stranger put into it."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

# What spreadsheets read as the start of a formula; the apostrophe itself, so that reading takes off exactly one.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")
_LONGEST = 32_767


def neutral(value: str | None) -> str:
    """The text with a leading apostrophe where a spreadsheet would run it; reading takes the apostrophe off again."""
    if not value:
        return ""
    return f"'{value}" if value.startswith(_DANGEROUS) else value


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> int:
    """Write text as CSV and return the number of data rows; with a mark of order, or Excel takes UTF-8 for GB18030.

    Raises: UnicodeEncodeError for a character the encoding lacks.
    """
    count = 0
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([neutral(cell) for cell in header])
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last one is returned
            writer.writerow([neutral(cell) for cell in row])
    return count


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str | None]], *, sheet: str = "数据") -> int:
    """Write text as a workbook of one sheet and return the number of data rows.

    Every cell is a string, so nothing is computed, no code becomes a number and no address a link; the apostrophe is
    written only before one that is there already. Memory is constant: rows go to disk as they come,
    beside `path` and nowhere else, since they may be personal.
    Raises: ValueError for a cell longer than a workbook can hold.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    count = 0
    with xlsxwriter.Workbook(str(path), options) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        worksheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for column, cell in enumerate(header):
            worksheet.write_string(0, column, cell, bold)
        for count, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                if text:
                    _write(worksheet, count, column, text)
    return count


def _write(worksheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: str) -> None:
    text = f"'{cell}" if cell.startswith("'") else cell
    if len(text) > _LONGEST:
        raise ValueError(f"第 {row + 1} 行第 {column + 1} 列有 {len(text)} 个字符，工作簿的一格最多 {_LONGEST} 个")
    worksheet.write_string(row, column, text)
