"""Finding the header and matching it: the forms departments use, and the ones that must not match."""

import pytest

from tables.builders import FIRST, HEADER, PENALTY, SECOND, csv_bytes, opened, values, xlsx_bytes
from xinheng.tables.header import Names, header_key
from xinheng.tables.values import Expected, ExpectedColumn

CODES = tuple(column.code for column in PENALTY.columns)


@pytest.mark.parametrize(
    "text",
    [
        "罚款金额(万元)",
        "罚款金额（万元）",
        "*罚款金额（万元）",
        "罚款金额\n（万元）",
        " 罚款金额 〔万元〕 ",
        "罚款金额「万元」",
        "罚款金额(万元)（必填）",
        "罚款金额",
        "cf_nr_fk",
        "ＣＦ＿ＮＲ＿ＦＫ★",
        "罚款金额（万元）：",
    ],
)
def test_a_header_matches_in_every_usual_writing(text):
    assert Names.of(PENALTY).code(text) == "CF_NR_FK"


@pytest.mark.parametrize("text", ["罚款金额（元）", "罚款", "金额(万元)", "罚款金额万元", "", None, "CF_NR"])
def test_a_header_that_means_something_else_does_not_match(text):
    assert Names.of(PENALTY).code(text) is None


def test_a_name_without_its_bracket_matches_only_where_it_is_unambiguous():
    columns = (ExpectedColumn("A", ("金额(元)",)), ExpectedColumn("B", ("金额(万元)",)))
    names = Names.of(Expected("x", columns))
    assert [names.code(text) for text in ("金额", "金额（元）", "金额（万元）")] == [None, "A", "B"]


def test_the_key_of_a_key_is_itself():
    for text in (*HEADER, "*甲（必填）", "Ａ〔ｂ〕"):
        assert header_key(header_key(text)) == header_key(text)


def test_titles_stand_above_the_header_and_the_row_number_counts_them():
    table = opened(
        csv_bytes([("行政处罚信息公示表",), (), ("填报单位：某局", "", "单位：万元"), HEADER, FIRST]), "a.csv"
    )
    assert table.header.row_number == 4
    assert [row.number for row in table.rows()] == [5]


def test_columns_may_be_reordered_coded_unknown_and_missing():
    table = opened(
        csv_bytes([("案件承办人", "CF_JDRQ", "CF_WSH", "", "行政相对人名称"), ("李", "d", "w", "?", "甲")]), "a.csv"
    )
    header = table.header
    assert dict(header.mapping) == {"CF_XDR_MC": 4, "CF_WSH": 2, "CF_JDRQ": 1}
    assert header.as_found == {"CF_XDR_MC": "行政相对人名称", "CF_WSH": "CF_WSH", "CF_JDRQ": "CF_JDRQ"}
    assert header.unknown == ("案件承办人", "第4列（无表头）")
    assert header.missing == ("CF_XDR_SHXYM", "CF_NR_FK", "BZ")
    assert values(table) == [("甲", "w", "d")]


def test_of_a_doubled_column_the_first_is_taken_and_a_difference_is_noted():
    content = csv_bytes([(*HEADER, "备注"), (*FIRST, FIRST[5]), (*SECOND, "别的")])
    table = opened(content, "a.csv")
    rows = list(table.rows())
    assert table.header.doubled == ("BZ",)
    assert [row.notes for row in rows] == [(), (("BZ", "doubled", "别的", SECOND[5]),)]


def test_a_header_of_two_rows_with_vertical_and_horizontal_merges_is_one():
    upper = ["行政相对人名称", "行政相对人代码_1", "行政处罚决定书文号", "处罚", None, "备注"]
    lower = [None, "统一社会信用代码", None, "罚款金额(万元)", "处罚决定日期", None]

    def merge(book):
        for area in ("A2:A3", "C2:C3", "F2:F3", "D2:E2"):
            book.active.merge_cells(area)

    table = opened(xlsx_bytes([("标题",), upper, lower, FIRST, SECOND], merge), "a.xlsx")
    assert table.header.codes == CODES
    assert table.header.row_number == 3
    assert values(table) == [FIRST, SECOND]


def test_two_header_rows_without_merges_are_one():
    upper = ("行政相对人名称", "", "行政处罚决定书文号", "罚款金额", "", "")
    lower = ("", "统一社会信用代码", "", "万元", "处罚决定日期", "备注")
    table = opened(csv_bytes([upper, lower, FIRST]), "a.csv")
    assert table.header.codes == CODES
    assert values(table) == [FIRST]


def test_a_header_repeated_in_codes_is_no_data():
    table = opened(csv_bytes([HEADER, CODES, FIRST]), "a.csv")
    assert table.header.row_number == 2
    assert values(table) == [FIRST]


def test_a_data_row_below_a_sparse_header_stays_data():
    table = opened(csv_bytes([HEADER, ("甲", "", "", "", "", "备注"), FIRST]), "a.csv")
    assert len(values(table)) == 2


def test_the_delimiter_is_the_one_under_which_the_header_is_found():
    row = ("甲;乙;丙;丁", "1,2,3,4,5,6,7", "w", "1", "d", "a;b")
    content = "\t".join(HEADER) + "\n" + "\t".join(row) + "\n"
    table = opened(content.encode(), "a.txt")
    assert (table.delimiter, values(table)) == ("\t", [row])


def test_trailing_empty_columns_and_rows_are_ignored():
    content = csv_bytes([(*HEADER, "", ""), (*FIRST, "", ""), [""] * 8, [""] * 8])
    table = opened(content, "a.csv")
    assert table.header.unknown == ()
    assert [(row.values, row.notes) for row in table.rows()] == [(FIRST, ())]
