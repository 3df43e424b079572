"""Workbooks for people to fill in: what is written reads back equal, notes and lists stand where they belong, limits are told."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tables.builders import FIRST, HEADER, PENALTY, refusal, values
from xinheng.tables import books
from xinheng.tables.books import LISTS_SHEET, NOTES_SHEET, OWN_SHEETS, Cell, Heading, Notes, Sheet, write_book
from xinheng.tables.reading import open_table
from xinheng.tables.refusals import RefusedFile
from xinheng.tables.values import DateSystem, Expected, ExpectedColumn, NoteRule

EXPECTED = replace(PENALTY, own_sheets=OWN_SHEETS)
NOTES = Notes(
    ("说明",), (("列名", "怎样填", "备注"), ("处罚决定日期", "写作 2026-11-20", "备注"), ("x", "y", "z")), (20, 20, 20)
)
TABLE = Sheet("数据", tuple(Heading(name, "怎样填") for name in HEADER))
# Half a pair of surrogates is no character, and no file can hold it.
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=20)
NASTY = st.sampled_from(
    ["=1+1", "'", "''", "_x000D_", "_x0041_", "\r\n", "\r", "\t", " 前后 ", "0012", "1E5", "2026-11-20", "#N/A"]
)
CELL = st.one_of(st.none(), ANY.filter(bool), NASTY)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*[CELL] * 6).filter(any), min_size=1, max_size=5), tone=st.sampled_from(["plain", "bad"])
)
def test_any_table_of_text_survives_writing_and_reading(tmp_path: Path, rows, tone):
    path = tmp_path / "a.xlsx"
    written = write_book(path, TABLE, ([Cell(text, tone, "注") for text in row] for row in rows), NOTES)
    assert written.rows == len(rows)
    table = open_table(path, expected=EXPECTED)
    assert values(table) == rows
    assert {note.rule for row in table.rows() for note in row.notes} <= {NoteRule.APOSTROPHE}


def test_the_instructions_are_no_records(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    write_book(path, TABLE, [FIRST], NOTES)
    assert open_table(path, expected=EXPECTED).ignored_sheets == (NOTES_SHEET,)
    with pytest.raises(RefusedFile, match="F12"):
        open_table(path, expected=PENALTY)


def test_records_in_the_sheet_of_instructions_are_not_lost_without_a_word(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    write_book(path, TABLE, [FIRST], NOTES)
    book = load_workbook(path)
    sheet = book[NOTES_SHEET]
    sheet.delete_rows(1, sheet.max_row)
    sheet.append(list(HEADER))
    sheet.append(list(FIRST))
    book.save(path)
    assert refusal_of(path) == "F12"


def refusal_of(path: Path) -> str:
    try:
        open_table(path, expected=EXPECTED)
    except RefusedFile as error:
        return error.code
    return "taken"


def test_nothing_is_a_formula_but_the_error_that_was_one(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    row = [Cell("=1+1"), Cell("+1"), Cell("@x"), Cell("-1"), Cell(None, "bad", "公式", is_error=True), Cell("\t=1")]
    write_book(path, TABLE, [row], NOTES)
    cells = list(load_workbook(path).worksheets[0][2])
    assert [cell.data_type for cell in cells] == ["s", "s", "s", "s", "f", "s"]
    (read,) = open_table(path, expected=EXPECTED).rows()
    assert [note.rule for note in read.notes] == [NoteRule.FORMULA_ERROR]


def test_a_cell_too_long_for_a_workbook_is_cut_and_says_so(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    write_book(path, TABLE, [[Cell("😀" * 32_000, "bad", "太长")]], NOTES)
    cell = load_workbook(path).worksheets[0]["A2"]
    assert cell.value == "😀" * 16_383
    assert "只有前 16383 个字" in cell.comment.text


def test_only_so_many_cells_have_a_note_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(books, "MOST_NOTES", 3)
    path = tmp_path / "a.xlsx"
    written = write_book(path, TABLE, ([Cell("甲", "bad", "错")] for _ in range(5)), NOTES)
    assert written.without_note == 2
    column = [row[0] for row in load_workbook(path).worksheets[0].iter_rows(min_row=2)]
    assert [cell.comment is not None for cell in column] == [True, True, True, False, False]
    assert len({cell.fill.fgColor.rgb for cell in column}) == 1


def test_more_rows_than_a_worksheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(books, "MOST_ROWS", 2)
    with pytest.raises(ValueError, match="最多 2 行"):
        write_book(tmp_path / "a.xlsx", TABLE, [FIRST] * 3, NOTES)


def test_numbers_count_from_the_day_they_counted_from_before(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    write_book(path, replace(TABLE, date_system=DateSystem.FROM_1904), [FIRST], NOTES)
    assert open_table(path, expected=EXPECTED).date_system is DateSystem.FROM_1904


def test_a_long_list_stands_on_a_hidden_sheet_and_a_short_one_in_the_cell(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    long = tuple(f"第{number}种，“很长”的取值" for number in range(60))
    sheet = Sheet("数据", (Heading("短", choices=("甲", "乙")), Heading("长", choices=long)))
    write_book(path, sheet, (), NOTES)
    book = load_workbook(path)
    rules = {str(each.sqref)[0]: each.formula1 for each in book.worksheets[0].data_validations.dataValidation}
    assert rules == {"A": '"甲,乙"', "B": f"'{LISTS_SHEET}'!$A$1:$A$60"}
    assert book[LISTS_SHEET].sheet_state == "hidden"
    assert [cell.value for cell in book[LISTS_SHEET]["A"]] == list(long)


MAPPED = Expected(
    "x",
    (
        ExpectedColumn("A", ("甲列",), obligatory=True),
        ExpectedColumn("B", ("乙列",), obligatory=True),
        ExpectedColumn("C", ("丙列",)),
        ExpectedColumn("__aside", ("信衡：旁注",), aside=True),
    ),
    mapped={"我的甲": "A", "我的丙": "C", "没有的": "Z"},
)


def read(text: str):
    return open_table(text.encode(), expected=MAPPED, name="a.csv")


def test_the_senders_own_heading_stands_for_its_field():
    table = read("我的甲,乙列\n1,2\n")
    assert (table.header.mapping, table.header.mapped, table.header.unknown) == ({"A": 0, "B": 1}, ("A",), ())


def test_the_items_own_name_goes_before_the_senders():
    table = read("我的甲,甲列,乙列\n9,1,2\n")
    assert (table.header.mapping, table.header.mapped) == ({"A": 1, "B": 2}, ())
    assert (table.header.unknown, table.header.doubled) == (("我的甲",), ())


def test_a_heading_for_a_field_that_is_gone_is_not_known():
    assert read("甲列,乙列,没有的\n1,2,3\n").header.unknown == ("没有的",)


def test_two_columns_with_the_senders_heading_are_one_too_many():
    assert refusal_text("我的甲,我的甲,乙列\n1,2,3\n") == "F11"


def refusal_text(text: str) -> str:
    try:
        read(text)
    except RefusedFile as error:
        return error.code
    return "taken"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_the_platform_wrote_beside_a_row_makes_no_row(end: str):
    """By rows and by columns."""
    from xinheng.tables.frames import read_frame

    text = end.join(["甲列,乙列,信衡：旁注", "1,2,x", ",,只有旁注", ""])
    table = read(text)
    assert [row.number for row in table.rows()] == [2]
    assert (table.header.missing, table.header.unknown) == (("C",), ())
    frame = read_frame(text.encode(), expected=MAPPED, name="a.csv")
    assert (frame.frame.height, frame.fast) == (1, True)


def test_any_bytes_end_in_a_survey_or_a_refusal():
    from xinheng.tables.reading import survey_table

    for content in (b"a", b"\x00\x01", b"PK\x03\x04", b"[]", b"{}", "甲,乙\n1,2\n".encode("gb18030")):
        try:
            survey_table(content, expected=MAPPED, name="a.csv")
        except RefusedFile:
            continue
    assert refusal(b"", "a.csv", None) == "F08"
