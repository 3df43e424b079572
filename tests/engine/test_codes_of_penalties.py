"""Every code of the checks with the row that earns it and the neighbour that just passes."""

from datetime import date

import pytest
from penalty_rows import (
    LICENCE,
    ON,
    PENALTY,
    UNIT,
    Row,
    broken_inner,
    broken_outer,
    business,
    firm_code,
    licence,
    penalty,
    person,
    registration_number,
    resident_number,
)

from xinheng.engine.declare import Effect, Sheet
from xinheng.engine.problems import Context, RowResult
from xinheng.engine.row import check_row, check_rows

CONTEXT = Context(ON)
REJECT, HOLD, BLOCK, WARN = Effect.REJECT, Effect.HOLD, Effect.BLOCK, Effect.WARN


def judged(row: Row, sheet: Sheet = PENALTY, context: Context = CONTEXT) -> RowResult:
    return check_row(sheet, row, context)


def said(row: Row, sheet: Sheet = PENALTY, context: Context = CONTEXT) -> set[tuple[str, str, str]]:
    return {(each.code, each.field, each.effect.value) for each in judged(row, sheet, context).problems}


# code, field, effect, the row that earns it, the neighbour that does not
CASES = [
    ("E101", "CF_WFXW", REJECT, penalty(CF_WFXW="— —"), penalty(CF_WFXW="无证经营")),
    ("E101", "CF_XDR_SHXYM", REJECT, penalty(CF_XDR_SHXYM=None), business(CF_XDR_SHXYM=None)),
    ("E101", "CF_XDR_SHXYM", REJECT, business(CF_XDR_GSZC="/"), business(CF_XDR_GSZC=registration_number())),
    ("E101", "CF_FRDB", REJECT, penalty(CF_FRDB="null"), person(CF_FRDB=None)),
    ("E101", "CF_XDR_ZJHM", REJECT, person(CF_XDR_ZJHM=None), penalty()),
    ("E102", "CF_XDR_MC", REJECT, penalty(CF_XDR_MC="长" * 201), penalty(CF_XDR_MC="长" * 200)),
    ("E102", "CF_SY", REJECT, penalty(CF_SY="事\x00实"), penalty(CF_SY="事\u200b实")),
    ("E102", "CF_SY", REJECT, penalty(CF_SY="事\ufffd实"), penalty(CF_SY="事\ufffc实")),
    ("E103", "CF_XDR_LB", REJECT, penalty(CF_XDR_LB="企业"), penalty(CF_XDR_LB="法人和非法人组织")),
    ("E103", "CF_CFLB", REJECT, penalty(CF_CFLB="罚款;训诫"), penalty(CF_CFLB="罚款;通报批评")),
    ("E103", "CF_CFLB", REJECT, penalty(CF_CFLB="其他"), penalty(CF_CFLB="其他-限期拆除")),
    ("E103", "CF_CFLB", REJECT, penalty(CF_CFLB="责令改正"), penalty(CF_CFLB="责令关闭")),
    ("E103", "CF_CFLB", REJECT, penalty(CF_NR="不予行政处罚。"), penalty(CF_NR="罚款5000元，对其他行为不予处罚。")),
    ("E104", "CF_XDR_SHXYM", REJECT, penalty(CF_XDR_SHXYM=firm_code(1)[:17]), penalty(CF_XDR_SHXYM=firm_code(1).lower())),
    ("E104", "CF_XDR_SHXYM", REJECT, penalty(CF_XDR_SHXYM="9.13E+17"), penalty()),
    ("E104", "CF_XDR_SHXYM", REJECT, penalty(CF_XDR_SHXYM="911101080012345000"), penalty()),
    ("E104", "CF_XDR_SHXYM", REJECT, penalty(CF_XDR_SHXYM="123456789012345678"), penalty()),
    ("E104", "CF_XDR_SHXYM", HOLD, penalty(CF_XDR_SHXYM=broken_outer(firm_code(1))), penalty()),
    ("E105", "CF_XDR_SHXYM", REJECT, penalty(CF_XDR_SHXYM=firm_code(1, "92")), penalty(CF_XDR_SHXYM=firm_code(1, "93"))),
    ("E105", "CF_XDR_SHXYM", REJECT, business(CF_XDR_SHXYM=firm_code(1)), business(CF_XDR_SHXYM=firm_code(1, "92"))),
    ("E105", "CF_XDR_SHXYM", REJECT, person(CF_XDR_SHXYM=firm_code(1)), person()),
    ("E106", "CF_XDR_ZJHM", REJECT, person(CF_XDR_ZJHM=resident_number()[:-1] + "A"), person()),
    ("E106", "CF_XDR_ZJHM", REJECT, person(CF_XDR_ZJHM=resident_number("20261122")), person(CF_XDR_ZJHM=resident_number("20261121"))),
    ("E106", "CF_XDR_ZJLX", REJECT, person(CF_XDR_ZJLX=None), person(CF_XDR_ZJLX="居民身份证")),
    ("E106", "CF_FR_ZJLX", REJECT, penalty(CF_FR_ZJHM=resident_number()), penalty(CF_FR_ZJHM="无")),
    ("E109", "CF_NR_FK", HOLD, penalty(CF_NR="罚款人民币零元。"), penalty(CF_NR="罚款人民币5000元，加处罚款零元。")),
    ("E109", "CF_NR_FK", HOLD, penalty(CF_NR="处以罚款0.00万元"), penalty(CF_NR="处以罚款0.50万元")),
    ("E109", "CF_NR_FK", HOLD, penalty(CF_NR="罚款 0 元"), penalty(CF_NR="罚款伍仟元整，加处罚款零元")),
    ("E108", "CF_JDRQ", REJECT, penalty(CF_JDRQ="2026/11/22"), penalty(CF_JDRQ="2026/11/21")),
    ("E108", "CF_JDRQ", REJECT, penalty(CF_JDRQ="2026/02/29"), penalty(CF_JDRQ="2024/02/29")),
    ("E108", "CF_JDRQ", REJECT, penalty(CF_JDRQ="01/02/2026"), penalty(CF_JDRQ="2026年1月2日")),
    ("E108", "CF_YXQ", REJECT, penalty(CF_YXQ="2026/11/01"), penalty(CF_YXQ="2026/11/02")),
    ("E108", "CF_GSJZQ", REJECT, penalty(CF_GSJZQ="2026/11/01"), penalty(CF_GSJZQ="2026/11/02")),
    ("E109", "CF_NR_FK", REJECT, penalty(CF_NR_FK=None), penalty(CF_NR_FK=None, CF_CFLB="责令关闭")),
    ("E109", "CF_NR_FK", REJECT, penalty(CF_NR_FK="0"), penalty(CF_NR_FK="0.000001")),
    ("E109", "CF_NR_FK", REJECT, penalty(CF_NR_FK="0.5万元"), penalty(CF_NR_FK="０.5")),
    ("E109", "CF_NR_WFFF", REJECT, penalty(CF_CFLB="罚款;没收非法财物"), penalty(CF_CFLB="罚款;没收非法财物", CF_NR_WFFF="0")),
    ("E109", "CF_NR_WFFF", REJECT, penalty(CF_CFLB="没收违法所得", CF_NR_WFFF="0"), penalty(CF_CFLB="没收违法所得", CF_NR_WFFF="1")),
    ("E109", "CF_NR_ZKDX", REJECT, penalty(CF_CFLB="吊销许可证件"), penalty(CF_CFLB="吊销许可证件", CF_NR_ZKDX="证1")),
    ("E109", "CF_NR_FK", HOLD, penalty(CF_NR_FK="5000"), penalty(CF_NR_FK="5000", CF_NR="罚款5000万元")),
    ("E109", "CF_NR_FK", HOLD, penalty(CF_NR_FK="10000.01", CF_NR="罚款"), penalty(CF_NR_FK="10000", CF_NR="罚款")),
    ("E110", "CF_CFJGDM", REJECT, penalty(CF_CFJGDM=broken_outer(UNIT)), penalty(CF_CFJGDM=" " + UNIT)),
    ("E112", "CF_SY", BLOCK, penalty(CF_SY="联系电话138-0013-8000"), penalty(CF_SY="罚没商品13800138000件")),
    ("E112", "CF_NR", BLOCK, penalty(CF_NR=f"罚款5000元，{resident_number()}"), penalty(CF_NR=f"罚款5000元，{firm_code(2)}")),
    ("E113", "CF_CFLB", BLOCK, penalty(CF_CFLB="警告;通报批评"), penalty(CF_CFLB="警告;通报批评", CF_JDRQ="2023/04/30")),
    ("E113", "CF_CFLB", BLOCK, penalty(CF_CFLB="警告", CF_JDRQ="2023/05/01"), penalty(CF_CFLB="警告;罚款")),
    ("E113", "CF_WSH", BLOCK, penalty(CF_NR="适用简易程序，罚款5000元"), penalty(CF_NR="当场缴纳罚款5000元")),
    ("E113", "BZ", BLOCK, penalty(BZ="轻微", CF_JDRQ="2026/04/01"), penalty(BZ="轻微", CF_JDRQ="2026/03/31")),
    ("E113", "CF_XDR_LB", BLOCK, person(), business()),
    ("E113", "CF_SY", BLOCK, penalty(CF_SY="涉及国家秘密"), penalty(CF_SY="侵犯他人商业秘密")),
    ("E113", "CF_SY", BLOCK, penalty(CF_SY="受害人为未成年人"), penalty(CF_SY="接纳未成年人上网")),
    ("W202", "CF_WSH", WARN, penalty(CF_WSH="2026-17"), penalty(CF_WSH="样市监罚[2026]17号")),
    ("W203", "CF_XDR_SHXYM", WARN, penalty(CF_XDR_SHXYM=broken_inner()), penalty()),
]  # fmt: skip


@pytest.mark.parametrize(("code", "field", "effect", "row", "neighbour"), CASES)
def test_a_code_is_earned_and_the_neighbour_passes(
    code: str, field: str, effect: Effect, row: Row, neighbour: Row
) -> None:
    assert (code, field, effect.value) in said(row)
    assert code not in {each.code for each in judged(neighbour).problems if each.field == field}


@pytest.mark.parametrize("row", [penalty(), business(), licence()])
def test_a_clean_row_earns_nothing_and_is_not_changed(row: Row) -> None:
    result = judged(row, LICENCE if "XK_WSH" in row else PENALTY)
    assert result.problems == ()
    assert result.normalised == ()


# code, field, effect, what the store knows, what it knows of the neighbour; the row is clean
STORE_CASES = [
    ("E107", "CF_XDR_MC", HOLD, {"__register_name": "样区宏达商贸有限公司"}, {"__register_name": "样区启明１号商贸有限公司"}),
    ("E110", "CF_CFJGDM", REJECT, {"__authority_known": "no"}, {"__authority_known": "yes"}),
    ("E110", "CF_SJLYDM", REJECT, {"__source_known": "no"}, {"__source_known": "yes"}),
    ("E114", "CF_WSH", HOLD, {"__stored": "other", "__reason_given": "no"}, {"__stored": "other", "__reason_given": "yes"}),
    ("W201", "CF_JDRQ", WARN, {"__received": date(2026, 11, 12)}, {"__received": date(2026, 11, 11)}),
    ("W202", "CF_WSH", WARN, {"__number_reused": "yes"}, {"__number_reused": "no"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "field", "effect", "facts", "harmless"), STORE_CASES)
def test_a_code_that_needs_the_store_is_earned_with_its_facts_only(
    code: str, field: str, effect: Effect, facts: dict[str, str], harmless: dict[str, str]
) -> None:
    context = Context(ON, deadlines={date(2026, 11, 2): date(2026, 11, 11)})
    assert (code, field, effect.value) in said(penalty() | facts, context=context)
    assert said(penalty() | harmless, context=context) == set()
    assert said(penalty(), context=context) == set()


def test_what_was_left_out_for_want_of_facts_is_named() -> None:
    assert judged(penalty()).not_checked == ("E107", "E110", "E114", "W201", "W202")
    facts: Row = {"__register_name": None, "__received": None, "__number_reused": None}
    assert judged(penalty() | facts).not_checked == ("E110", "E114")


def test_all_errors_of_a_row_are_told_at_once() -> None:
    row = penalty(CF_XDR_LB="企业", CF_XDR_SHXYM="9.13E+17", CF_JDRQ="2026/02/30", CF_NR_FK="五千", CF_WFXW="")
    assert {code for code, *_ in said(row)} == {"E101", "E103", "E104", "E108", "E109"}


def test_the_later_of_two_equal_rows_is_rejected_and_differing_rows_are_both_held() -> None:
    rows = [penalty(), penalty(2), penalty(), penalty(CF_SY="另一事实"), penalty(CF_SY="另一事实")]
    found = check_rows(PENALTY, rows, CONTEXT)
    assert [[(each.code, each.effect) for each in result.problems] for result in found] == [
        [("E111", HOLD)],
        [],
        [("E111", REJECT)],
        [("E111", HOLD)],
        [("E111", REJECT)],
    ]


def test_a_row_rejected_for_something_else_does_not_hold_its_correction() -> None:
    rows = [penalty(CF_NR_FK=None), penalty()]
    assert check_rows(PENALTY, rows, CONTEXT)[1].problems == ()


def test_two_licences_under_one_decision_are_no_repetition() -> None:
    rows = [licence(XK_XKBH="甲1"), licence(XK_XKBH="甲2")]
    assert [result.problems for result in check_rows(LICENCE, rows, CONTEXT)] == [(), ()]


@pytest.mark.parametrize(
    ("code", "field", "row"),
    [
        ("E103", "XK_XKLB", licence(XK_XKLB="其他")),
        ("E103", "XK_ZT", licence(XK_ZT="0")),
        ("E108", "XK_YXQZI", licence(XK_YXQZI="2026/11/01")),
        ("E101", "XK_NR", licence(XK_NR="/")),
        ("E110", "XK_LYDWDM", licence(XK_LYDWDM="1")),
        ("W202", "XK_WSH", licence(XK_WSH="第5号")),
    ],
)
def test_a_licence_is_judged_by_its_own_declaration(code: str, field: str, row: Row) -> None:
    assert code in {each.code for each in judged(row, LICENCE).problems if each.field == field}


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        (LICENCE, licence(XK_ZT="正常"), {("E103", "XK_ZT", "reject")}),
        (PENALTY, penalty(CF_CFLB=f"罚款;{'训' * 257}"), {("E103", "CF_CFLB", "reject")}),
    ],
)
def test_a_value_that_is_on_no_list_is_told_once_also_where_it_is_too_long(
    sheet: Sheet, row: Row, told: set[tuple[str, str, str]]
) -> None:
    assert said(row, sheet) == told


def test_a_list_that_is_too_long_without_what_is_not_on_it_is_told_both() -> None:
    row = penalty(CF_CFLB=f"罚款;训诫;其他-{'限期' * 128}")
    assert said(row) == {("E102", "CF_CFLB", "reject"), ("E103", "CF_CFLB", "reject")}


def test_the_number_of_a_licence_may_stand_for_the_number_of_its_document() -> None:
    assert said(licence(XK_WSH="JY123", XK_XKBH="JY123"), LICENCE) == set()


# what was written, the value kept, the rule; None for a value not kept
NORMALISED = [
    ("CF_CFLB", "警告&警告&罚款", "警告;罚款", "separator+repeated"),
    ("CF_CFLB", "没收违法所得、没收非法财物；罚款", "没收违法所得;没收非法财物;罚款", "separator"),
    ("CF_WSH", "样市监罚【2026】 5 号", "样市监罚〔2026〕5号", "blanks+year_brackets"),
    ("CF_JDRQ", "2026年9月1日", date(2026, 9, 1), "han"),
    ("CF_NR_FK", "1,234.5", 1_234_500_000, "thousands"),
    ("CF_XDR_MC", "样区启明有限公司\u00a0", "样区启明有限公司", "nbsp+trimmed"),
    ("BZ", "— —", None, "blank"),
]


@pytest.mark.parametrize(("field", "written", "kept", "rule"), NORMALISED)
def test_what_was_normalised_is_listed_with_its_rule(field: str, written: str, kept: object, rule: str) -> None:
    result = judged(penalty(**{field: written}))
    assert result.values[field] == kept
    assert [(each.before, each.rule) for each in result.normalised if each.field == field] == [(written, rule)]


# decided, wording, the kind that is kept
OLD_KINDS = [
    ("2021/07/14", "吊销许可证", "暂扣或者吊销许可证"),
    ("2021/07/15", "吊销许可证", "吊销许可证件"),
    ("2021/07/15", "暂扣许可证", "暂扣许可证件"),
    ("2021/07/15", "暂扣，逾期吊销", "暂扣或者吊销许可证"),
    ("2021/07/15", "照章处理", "暂扣或者吊销许可证"),
]


@pytest.mark.parametrize(("decided", "wording", "kept"), OLD_KINDS)
def test_an_old_kind_becomes_the_new_one_by_date_and_wording_and_is_never_guessed(
    decided: str, wording: str, kept: str
) -> None:
    row = penalty(CF_CFLB="暂扣或者吊销许可证", CF_JDRQ=decided, CF_NR=wording, CF_NR_ZKDX="证1", CF_NR_FK=None)
    assert judged(row).values["CF_CFLB"] == kept
    assert judged(row).problems == ()
