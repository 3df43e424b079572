"""What is read, from every kind, encoding and delimiter, and what is noted of every kind of damage."""

import io
import json
import os
import subprocess
import sys
from datetime import date, datetime, time
from itertools import product

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from python_calamine import CalamineWorkbook

from tables.builders import (
    FIRST,
    HEADER,
    SECOND,
    csv_bytes,
    opened,
    rezip,
    shared_strings,
    values,
    xls_bytes,
    xlsx_bytes,
)
from xinheng.tables.values import DateSystem, FileKind, Note

TABLE = [HEADER, FIRST, SECOND]
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


def notes(content, name="a.xlsx", field=None):
    return [(n.field, n.rule, n.before, n.after) for row in opened(content, name).rows() for n in row.notes]


def with_cells(*cells, **options):
    """A workbook whose data rows differ in the note column (BZ) only, written by openpyxl."""
    return xlsx_bytes([HEADER, *[(*FIRST[:5], cell) for cell in cells]], **options)


@pytest.mark.parametrize(("encoding", "delimiter"), list(product(ENCODINGS, [",", "\t", ";"])))
def test_every_encoding_with_every_delimiter_gives_the_same_rows(encoding, delimiter):
    rows = [HEADER, FIRST, (*SECOND[:5], '甲,乙;丙\t丁"戊"')]
    content = csv_bytes(rows, delimiter).replace(b'"\xe6\x88\x8a"', b'""\xe6\x88\x8a""').decode().encode(encoding)
    table = opened(content, "a.csv")
    assert values(table) == [FIRST, rows[2]]
    assert table.delimiter == delimiter
    assert table.encoding == encoding


def test_embedded_line_breaks_stay_in_their_cell_and_rows_count_as_a_spreadsheet_does():
    content = csv_bytes([("标题",), HEADER, (*FIRST[:5], "一\r\n二"), [""] * 6, SECOND])
    rows = list(opened(content, "a.csv").rows())
    assert [(row.number, row.record) for row in rows] == [(3, 1), (5, 2)]
    assert rows[0].values[5] == "一\r\n二"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (shared_strings(TABLE), "a.xlsx", FileKind.XLSX),
        (xlsx_bytes(TABLE), "a.xlsx", FileKind.XLSX),
        (xls_bytes(TABLE), "a.xls", FileKind.XLS),
        (json.dumps([dict(zip(HEADER, row, strict=True)) for row in TABLE[1:]]).encode(), "a.json", FileKind.JSON),
        (
            json.dumps({"data": [dict(zip(HEADER, r, strict=True)) for r in TABLE[1:]]}).encode(),
            "a.json",
            FileKind.JSON,
        ),
        (
            "\n\n".join(json.dumps(dict(zip(HEADER, r, strict=True))) for r in TABLE[1:]).encode("utf-16"),
            "a.jsonl",
            FileKind.JSONL,
        ),
    ],
)
def test_every_kind_gives_the_same_rows(content, name, kind):
    table = opened(content, name)
    assert (table.kind, values(table)) == (kind, [FIRST, SECOND])
    assert values(table) == [FIRST, SECOND], "a table can be read again"


def test_a_path_is_read_like_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(TABLE))
    assert values(opened(path, "a.csv")) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("cell", "text", "rule", "before"),
    [
        (2017, "2017", "number_as_text", "2017"),
        (0.5, "0.5", None, None),
        (0.1234567890123456, "0.1234567890123456", None, None),
        (1e-7, "0.0000001", "number_as_text", "1e-07"),
        (0.7 + 0.1 - 0.3, "0.5", "number_as_text", "0.4999999999999999"),
        (0.5000000000000001, "0.5", "number_as_text", "0.5000000000000001"),
        (2.000000000000001, "2", "number_as_text", "2.000000000000001"),
        (913100001234567891, "913100001234568000", "excel_number", "9.131000012345679e+17"),
        (10**15, "1000000000000000", "excel_number", "1000000000000000"),
        (10**15 - 1, "999999999999999", "number_as_text", "999999999999999"),
        (True, "TRUE", "boolean", "1"),
        ("#N/A", "#N/A", "formula_error", "#N/A"),
        ("=1/0", None, "formula_without_value", "=1/0"),
        (date(2020, 9, 1), "2020-09-01", "excel_date", "44075"),
        (datetime.fromisoformat("2020-09-01T03:04:05"), "2020-09-01T03:04:05", "excel_date", None),
        (time(3, 4, 5), "03:04:05", "excel_date", None),
        ("'0123", "0123", "apostrophe", "'0123"),
        ("''0123", "'0123", "apostrophe", "''0123"),
        ("91310000123456789X", "91310000123456789X", None, None),
        ("一\n二", "一\n二", None, None),
    ],
)
def test_a_cell_of_a_workbook_becomes_text_and_says_what_it_was(cell, text, rule, before):
    row = next(opened(with_cells(cell), "a.xlsx").rows())
    assert row.values[5] == text
    assert [note.rule for note in row.notes] == ([rule] if rule else [])
    if before:
        assert row.notes == (Note("BZ", rule, before, text),)


def test_a_row_of_nothing_but_formulas_nobody_calculated_is_no_empty_row():
    content = xlsx_bytes([HEADER, FIRST, ["=A2", None, "=C2"], [None, None, None], SECOND])
    rows = list(opened(content, "a.xlsx").rows())
    assert [(row.number, row.record) for row in rows] == [(2, 1), (3, 2), (5, 3)]
    assert [(note.field, note.rule) for note in rows[1].notes] == [
        ("CF_XDR_MC", "formula_without_value"),
        ("CF_WSH", "formula_without_value"),
    ]


def test_a_number_written_with_an_exponent_shows_what_excel_kept():
    content = with_cells(913100001234567)
    sheet = "xl/worksheets/sheet1.xml"
    content = rezip(content, {sheet: lambda data: data.replace(b"913100001234567", b"9.1310000123456704E+17")})
    assert notes(content) == [("BZ", "excel_number", "9.1310000123456704E+17", "913100001234567000")]
    whole = rezip(content, {sheet: lambda data: data.replace(b"9.1310000123456704E+17", b"2017.0")})
    assert notes(whole) == [("BZ", "number_as_text", "2017.0", "2017")]


@pytest.mark.parametrize(
    ("system", "early"), [(DateSystem.FROM_1900, "1900-02-28"), (DateSystem.FROM_1904, "1904-01-02")]
)
def test_both_date_systems_of_an_xlsx_give_the_day_that_was_shown(tmp_path, system, early):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": system is DateSystem.FROM_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number, day in enumerate((date(2020, 9, 1), date.fromisoformat(early)), 1):
            sheet.write_row(number, 0, FIRST)
            sheet.write_datetime(number, 4, day, book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
        sheet.write_number(2, 5, 44075)
    table = opened(path, "a.xlsx")
    rows = list(table.rows())
    assert table.date_system is system
    assert [row.values[4] for row in rows] == ["2020-09-01", early]
    assert rows[1].values[5] == "44075", "a plain number is never taken for a day"


@pytest.mark.parametrize("system", list(DateSystem))
def test_both_date_systems_of_an_xls_are_reported(system):
    def change(book):
        book.dates_1904 = system is DateSystem.FROM_1904

    content = xls_bytes([HEADER, (*FIRST[:4], 44075, 2017)], change)
    dated = xls_bytes([HEADER, (*FIRST[:4], date(2020, 9, 1), "x")])
    assert opened(content, "a.xls").date_system is system
    assert values(opened(content, "a.xls"))[0][4:] == ("44075", "2017")
    assert values(opened(dated, "a.xls"))[0][4] == "2020-09-01"


def test_a_formula_error_of_an_xls_is_not_lost():
    def change(book):
        book.get_sheet(0).row(1).set_cell_error(5, "#REF!")

    assert notes(xls_bytes([HEADER, FIRST[:5]], change), "a.xls") == [("BZ", "formula_error", "#REF!", "#REF!")]


@pytest.mark.parametrize(
    ("cell", "text", "rule"),
    [
        (-7, "-7", "number_as_text"),
        (12.34, "12.34", None),
        (1 / 3, "0.3333333333333333", None),
        (2**29 + 1, "536870913", "number_as_text"),
        (True, "TRUE", "boolean"),
        (datetime.fromisoformat("2020-09-01T12:00:00"), "2020-09-01T12:00:00", "excel_date"),
        ("é窄", "é窄", None),
        ("latin é", "latin é", None),
        (xlwt.Formula("1/3"), None, None),
    ],
)
def test_a_cell_of_an_xls_becomes_text_and_says_what_it_was(cell, text, rule):
    row = next(opened(xls_bytes([HEADER, (*FIRST[:5], cell)]), "a.xls").rows())
    assert (row.values[5] if text else None) == text
    assert [note.rule for note in row.notes if text] == ([rule] if rule else [])


def test_strings_of_an_xls_that_run_over_many_records_are_whole():
    """Against calamine: lengths around the 8,224 bytes of a record, narrow and wide, so that every split occurs."""
    cells = [letter * length for length in range(2_000, 5_000, 97) for letter in "x甲"]
    content = xls_bytes([HEADER, *[(*FIRST[:5], f"{n}{cell}") for n, cell in enumerate(cells)]])
    read = [row[5] for row in values(opened(content, "a.xls"))]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert read == [f"{n}{cell}" for n, cell in enumerate(cells)] == [row[5] for row in sheet.to_python()[1:]]


def test_rich_strings_of_an_xls_are_plain_text():
    def change(book):
        bold = xlwt.easyfont("bold true")
        for row in range(1, 400):
            book.get_sheet(0).write_rich_text(row, 5, (("甲乙" * 20, bold), f"丙{row}", ("丁", bold)))

    content = xls_bytes([HEADER, *[FIRST[:5]] * 399], change)
    assert [row[5] for row in values(opened(content, "a.xls"))] == ["甲乙" * 20 + f"丙{row}丁" for row in range(1, 400)]


def test_a_long_number_of_an_xls_is_noted():
    assert notes(xls_bytes([HEADER, (*FIRST[:5], 9.131e17)]), "a.xls")[0][1:] == (
        "excel_number",
        "9.131e+17",
        "913100000000000000",
    )


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_merged_cell_is_copied_down_and_every_copy_is_noted(kind):
    rows = [HEADER, FIRST, (None, *SECOND[1:]), (None, *SECOND[1:]), SECOND]
    if kind == "xlsx":
        content = xlsx_bytes(rows, lambda book: book.active.merge_cells("A2:A4"))
    else:
        content = xls_bytes(
            [HEADER, (None, *FIRST[1:]), *rows[2:]], lambda book: book.get_sheet(0).write_merge(1, 3, 0, 0, FIRST[0])
        )
    read = list(opened(content, f"a.{kind}").rows())
    assert [row.values[0] for row in read] == [FIRST[0], FIRST[0], FIRST[0], SECOND[0]]
    copy = Note("CF_XDR_MC", "merged", None, FIRST[0])
    assert [row.notes for row in read] == [(), (copy,), (copy,), ()]


def test_the_copy_of_a_ruined_number_is_ruined_too():
    rows = [HEADER, (FIRST[0], 913100001234567891, *FIRST[2:]), (SECOND[0], None, *SECOND[2:])]
    content = xlsx_bytes(rows, lambda book: book.active.merge_cells("B2:B3"))
    assert [rule for _, rule, _, _ in notes(content)] == ["excel_number", "merged", "excel_number"]


def test_rich_text_phonetic_hints_and_escaped_characters_are_plain_text():
    rich = CellRichText("甲", TextBlock(InlineFont(b=True), "乙"))
    assert values(opened(with_cells(rich), "a.xlsx"))[0][5] == "甲乙"
    shared = rezip(
        shared_strings(TABLE),
        {
            "xl/sharedStrings.xml": lambda data: data.replace(
                "无</t>".encode(), "无_x000D_</t><rPh sb='0' eb='1'><t>wu</t></rPh>".encode()
            )
        },
    )
    assert values(opened(shared, "a.xlsx"))[0][5] == "无\r"


def test_json_numbers_keep_every_digit():
    row = dict(zip(HEADER, FIRST, strict=True))
    text = json.dumps([row | {"备注": 0}]).replace(": 0}", ": 913100001234567891}")
    assert notes(text.encode(), "a.json") == [("BZ", "number_as_text", "913100001234567891", "913100001234567891")]
    assert notes(text.replace("913100001234567891", "0.1234560000000000001").encode(), "a.json") == []
    assert notes(text.replace("913100001234567891", "-1.50").encode(), "a.json") == [
        ("BZ", "number_as_text", "-1.50", "-1.5")
    ]
    text = text.replace("913100001234567891", "9.13100001234567891E+17")
    assert notes(text.encode(), "a.json") == [("BZ", "excel_number", "9.13100001234567891E+17", "913100001234568000")]


@pytest.mark.parametrize(
    ("value", "text", "rule"),
    [
        (True, "TRUE", "boolean"),
        (None, None, None),
        ("", None, None),
        (["甲", {"a": 1}], '["甲",{"a":"1"}]', "nested"),
        ("\ud800x", "\ufffdx", "replaced"),
        (0.50, "0.5", None),
    ],
)
def test_json_values_become_text(value, text, rule):
    content = json.dumps([dict(zip(HEADER, FIRST, strict=True)) | {"备注": value}]).encode()
    row = next(opened(content, "a.json").rows())
    assert row.values[5] == text
    assert [note.rule for note in row.notes] == ([rule] if rule else [])


def test_json_objects_may_lack_keys_and_a_key_given_twice_is_noted():
    content = '[{"行政相对人名称":"甲","CF_WSH":"1","CF_JDRQ":"x"},{"CF_WSH":"2","备注":"a","备注":"b"}]'.encode()
    rows = list(opened(content, "a.json").rows())
    assert rows[1].values == (None, "2", None, "a")
    assert rows[1].notes == (Note("BZ", "doubled", "b", "a"),)


@pytest.mark.parametrize(
    ("row", "count", "kept"),
    [
        (FIRST[:5], "5", (*FIRST[:5], None)),
        ((*FIRST, "", "x"), "8", FIRST),
        ((*FIRST, "", ""), None, FIRST),
    ],
)
def test_a_ragged_row_is_noted_and_kept(row, count, kept):
    read = next(opened(csv_bytes([HEADER, row]), "a.csv").rows())
    assert read.values == kept
    assert read.notes == ((Note(None, "ragged", count, "6"),) if count else ())


def test_xlsx_cells_are_those_that_calamine_reads(tmp_path):
    """Another reader as oracle, over texts, numbers and dates far from the first column."""
    path = tmp_path / "a.xlsx"
    cells = ["甲", "a_x000D_b", "<&>\"'", "  blanks  ", 1.5, -3, 1e10, "0012", "一" * 300]
    book = openpyxl.Workbook()
    for row in [HEADER, *[(*FIRST[:5], cell) for cell in cells]]:
        book.active.append(list(row))
    book.save(path)
    expected = [
        str(int(v) if isinstance(v, float) and v.is_integer() else v)
        for *_, v in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    ]
    assert [row[5] for row in values(opened(path, "a.xlsx"))] == expected


def test_reading_and_writing_load_no_columnar_library():
    """What a page may import must not bring Polars with it."""
    code = (
        "import sys; import xinheng.tables.reading, xinheng.tables.writing; "
        "sys.exit(any(name in sys.modules for name in ('polars', 'duckdb', 'django')))"
    )
    found = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=found).returncode == 0
