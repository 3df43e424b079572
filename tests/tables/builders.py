"""Files as departments send them, and as nobody should: built by each test, with invented firms only."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

from xinheng.tables.limits import Limits
from xinheng.tables.reading import Table, open_table
from xinheng.tables.refusals import RefusedFile
from xinheng.tables.values import Expected, ExpectedColumn

PENALTY = Expected(
    "administrative-penalty",
    (
        ExpectedColumn("CF_XDR_MC", ("行政相对人名称",), obligatory=True),
        ExpectedColumn("CF_XDR_SHXYM", ("行政相对人代码_1(统一社会信用代码)", "统一社会信用代码")),
        ExpectedColumn("CF_WSH", ("行政处罚决定书文号", "处罚决定书文号"), obligatory=True),
        ExpectedColumn("CF_NR_FK", ("罚款金额(万元)",)),
        ExpectedColumn("CF_JDRQ", ("处罚决定日期",), obligatory=True),
        ExpectedColumn("BZ", ("备注",)),
    ),
    others={
        "administrative-licence": (
            "行政相对人名称",
            "行政许可决定文书名称",
            "行政许可决定文书号",
            "许可类别",
            "许可决定日期",
            "备注",
        )
    },
)
HEADER = ("行政相对人名称", "统一社会信用代码", "行政处罚决定书文号", "罚款金额(万元)", "处罚决定日期", "备注")
FIRST = ("新岭甲商贸有限公司", "91990101MA00000000", "新市监罚〔2026〕1号", "0.5", "2026/03/01", "无")
SECOND = ("新岭乙食品厂", "91990101MA00000001", "新市监罚〔2026〕2号", "1", "2026/03/02", "甲,乙")


def csv_bytes(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    quoted = [[f'"{c}"' if any(s in c for s in (delimiter, "\n", '"')) else c for c in row] for row in rows]
    return "".join(delimiter.join(row) + "\r\n" for row in quoted).encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with one sheet; `change` gets the openpyxl workbook before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def shared_strings(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook whose texts stand in the table of shared strings, as Excel writes them (openpyxl writes them inline)."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return stream.getvalue()


def xls_bytes(rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("数据")
    dated = xlwt.easyxf(num_format_str="YYYY/MM/DD")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, column, cell, *([dated] if hasattr(cell, "isoformat") else []))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rezip(
    content: bytes, changes: dict[str, bytes | Callable[[bytes], bytes] | None], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The zip with members replaced, changed by a function, added, or (None) taken out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", compression) as new:
        for name in (*old.namelist(), *(name for name in changes if name not in old.namelist())):
            change = changes.get(name, lambda data: data)
            if change is None:
                continue
            new.writestr(name, change if isinstance(change, bytes) else change(old.read(name)))
    return stream.getvalue()


def compound_bytes(*names: str) -> bytes:
    """A minimal compound file with empty streams of these names: header, one FAT sector, one directory sector."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    struct.pack_into("<IIIII", header, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b""
    for kind, name in ((5, "Root Entry"), *((2, name) for name in names)):
        entry = bytearray(128)
        text = name.encode("utf-16-le")
        entry[: len(text)] = text
        struct.pack_into("<HB", entry, 64, len(text) + 2, kind)
        struct.pack_into("<II", entry, 116, 0xFFFFFFFE, 0)
        entries += bytes(entry)
    return bytes(header) + table + entries.ljust(512, b"\0")


def opened(content: bytes | Path, name: str, expected: Expected = PENALTY, limits: Limits | None = None) -> Table:
    return open_table(content, expected=expected, limits=limits, name=name)


def refusal(content: bytes | Path, name: str, limits: Limits | None = None, expected: Expected = PENALTY) -> str:
    """The code a file is refused with, reading it to the end; 'taken' when it is not."""
    try:
        for _ in opened(content, name, expected, limits).rows():
            pass
    except RefusedFile as error:
        return error.code if error.message else "no message"
    return "taken"


def values(table: Table) -> list[tuple[str | None, ...]]:
    return [row.values for row in table.rows()]
