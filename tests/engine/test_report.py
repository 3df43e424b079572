"""Receipts name field, value and what is allowed, and show no number of a person."""

import json

import polars as pl
from penalty_rows import LICENCE, ON, PENALTY, Row, licence, penalty, person, resident_number

from xinheng.engine.columns import check_frame
from xinheng.engine.problems import Context
from xinheng.engine.report import error_items, message, normalised_items
from xinheng.engine.row import check_row, check_rows


def messages(row: Row) -> dict[str, str]:
    sheet = LICENCE if "XK_WSH" in row else PENALTY
    return {each.code: message(sheet, each) for each in check_row(sheet, row, Context(ON)).problems}


def test_a_message_names_field_value_and_what_is_allowed() -> None:
    assert messages(licence(XK_XKLB="一般")) == {
        "E103": "“许可类别”填写为“一般”：“一般”不在代码表中，可填：普通、特许、认可、核准、登记、其他-具体说明"
    }
    assert messages(licence(XK_ZT="正常")) == {
        "E103": "“当前状态”填写为“正常”：“正常”不在代码表中，可填：1（有效）、2（无效）"
    }
    assert messages(penalty(CF_XDR_MC="长" * 201))["E102"].endswith("有 201 个字，最多 200 个字")
    assert messages(penalty(CF_JDRQ="2026/02/30"))["E108"] == "“处罚决定日期”填写为“2026/02/30”：日历上没有这一天"
    assert messages(penalty(CF_WFXW="")) == {"E101": "“违法行为类型”：必填，不能为空（“无”“/”“-”“null”等视为空）"}


def test_a_repeated_row_is_told_which_row_came_first() -> None:
    results = check_rows(PENALTY, [penalty(), penalty()], Context(ON))
    assert "与第 2 行完全重复" in message(PENALTY, results[1].problems[0])
    assert "与第 9 行完全重复" in message(PENALTY, results[1].problems[0], row_of=lambda index: index + 9)


def test_numbers_and_names_of_persons_are_masked_in_every_item() -> None:
    number = resident_number()
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    row = person(
        CF_XDR_ZJHM=wrong,
        CF_SY=f"当事人{number}，电话13800138000",
        CF_XDR_SYDW=number,
        CF_XDR_LB=number,
        CF_FRDB="甲某某\u00a0",
        CF_FR_ZJHM=number[:17] + " " + number[17],
    )
    result = check_row(PENALTY, row, Context(ON))
    items = error_items(PENALTY, [(2, 1, each) for each in result.problems], headers={"CF_SY": "违法事实"})
    told = json.dumps([items, normalised_items(PENALTY, [(2, each) for each in result.normalised])], ensure_ascii=False)
    assert number not in told
    assert wrong not in told
    assert "13800138000" not in told
    assert "甲某某" not in told
    assert f"{number[:6]}********{number[-4:]}" in told


def test_an_item_has_the_keys_of_the_contract() -> None:
    result = check_row(PENALTY, penalty(CF_NR_FK="五千"), Context(ON))
    [item] = error_items(PENALTY, [(3, 2, each) for each in result.problems], headers={"CF_NR_FK": "罚款金额(万元)"})
    assert item == {
        "row": 3,
        "record": 2,
        "field": "CF_NR_FK",
        "header": "罚款金额(万元)",
        "code": "E109",
        "message": "“罚款金额(万元)”填写为“五千”：不是数字，只能填写阿拉伯数字和小数点",
        "value": "五千",
        "effect": "reject",
    }


def test_what_was_changed_is_told_the_same_by_rows_and_by_columns() -> None:
    row = penalty(CF_NR_FK="1,234.5", BZ="— —", CF_FRDB="甲某某\u00a0")
    expected = [
        {"row": 2, "field": "CF_FRDB", "from": "甲*", "to": "甲*", "rule": "nbsp+trimmed"},
        {"row": 2, "field": "CF_NR_FK", "from": "1,234.5", "to": "1234.5", "rule": "thousands"},
        {"row": 2, "field": "BZ", "from": "— —", "to": None, "rule": "blank"},
    ]
    result = check_row(PENALTY, row, Context(ON))
    assert normalised_items(PENALTY, [(2, each) for each in result.normalised]) == expected
    frame = pl.DataFrame({code: pl.Series([text], dtype=pl.String) for code, text in row.items()})
    assert normalised_items(PENALTY, check_frame(PENALTY, frame, Context(ON)).told_normalised()) == expected


def test_columns_count_rows_as_the_sheet_does_where_it_tells_them() -> None:
    rows = [penalty(1, CF_NR_FK="五"), penalty(2), penalty(3, CF_NR_FK="1,0")]
    frame = pl.DataFrame({code: pl.Series([row[code] for row in rows], dtype=pl.String) for code in rows[0]})
    counted = frame.with_columns(__row=pl.Series([5, 6, 9]))
    for told, places in ((frame, [(2, 1), (4, 3)]), (counted, [(5, 1), (9, 3)])):
        result = check_frame(PENALTY, told, Context(ON))
        assert [(row, record) for row, record, _ in result.told()] == places
    changed = frame.with_columns(CF_NR_FK=pl.Series(["1,234.5", "1", "2,000"]), CF_NR=pl.lit("罚款"))
    for told, lines in ((changed, [2, 4]), (changed.with_columns(__row=pl.Series([5, 6, 9])), [5, 9])):
        assert [row for row, _ in check_frame(PENALTY, told, Context(ON)).told_normalised()] == lines


def test_every_check_and_fault_has_a_sentence() -> None:
    for sheet in (PENALTY, LICENCE):
        assert all(check.message or check.name.startswith("required.") for check in sheet.checks)
