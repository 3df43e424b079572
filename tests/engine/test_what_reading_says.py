"""One cell read: the value kept, the rule told for what was changed, and what is wrong with it, type by type."""

from datetime import date
from typing import Any

import pytest
from penalty_rows import ON, broken_inner, broken_outer, firm_code, registration_number, resident_number

from xinheng.engine.declare import (
    Choice,
    ChoiceList,
    Effect,
    Field,
    FieldType,
    Outcome,
    Sheet,
    Slot,
    Succession,
)
from xinheng.engine.plain import DeclarationInvalid
from xinheng.engine.steps import Fault, Note, Reading, Step, read, settle
from xinheng.kernel.written_dates import DateSystem

READING = Reading(ON)
OUTCOMES = {slot: Outcome(f"X{place}", Effect.REJECT) for place, slot in enumerate(Slot)}
ALONE = "须与处罚种类一同填写"
KINDS = ChoiceList(
    "kinds",
    (Choice("警告", ("A",)), Choice("罚款"), Choice("吊销", ("吊", "撤"))),
    other="其他",
    other_aliases=("其它",),
    not_alone={"责令改正": ALONE},
    successions=(Succession("旧种类", date(2021, 7, 15), (("暂扣", "暂扣件"), ("吊销", "吊销件"))),),
)
TYPES = {type_: Field("F", "字段", type_, OUTCOMES) for type_ in FieldType if type_ is not FieldType.LIST}
SHORT = {type_: Field("F", "字段", type_, OUTCOMES, 5) for type_ in TYPES}
ONE = Field("F", "类别", FieldType.LIST, OUTCOMES, 20, KINDS)
MANY = Field("F", "类别", FieldType.LIST, OUTCOMES, 20, KINDS, multiple=True)
NUMBER = Field(
    "F", "证件号码", FieldType.PERSON, OUTCOMES, 20, number_patterns={"身份证": "id", "护照号": "[A-Z][0-9]{8}"}
)

PERSON = resident_number()
LIKE_A_PERSON = resident_number(sequence="002")[:-1] + PERSON[-1]
FIRM = firm_code(1)
FILLED_LIKE_A_FILLER = "123456789012345678"

# type, written, kept, the rule of the note or "" for no note, the fault or "" for none
CELLS: list[tuple[FieldType, str, Any, str, str]] = [
    (FieldType.TEXT, "甲 乙", "甲 乙", "", ""),
    (FieldType.TEXT, " 甲\u00a0", "甲", "nbsp+trimmed", ""),
    (FieldType.TEXT, "甲\x00乙", "甲\x00乙", "", "control control 第2个字符 U+0000"),
    (FieldType.TEXT, "甲\ufffd乙", "甲\ufffd乙", "", "control lost 第2个字符 U+FFFD"),
    # One that was lost and one that must go: it is enough to be told what must go.
    (FieldType.TEXT, "\ufffd\x00", "\ufffd\x00", "", "control control 第1个字符 U+FFFD、第2个字符 U+0000"),
    # More than three are not listed.
    (FieldType.TEXT, "\x01\x02\x03\x04", "\x01\x02\x03\x04", "", "control control 第1个字符 U+0001、第2个字符 U+0002、第3个字符 U+0003"),
    (FieldType.NUMBER, "样〔2026〕5号", "样〔2026〕5号", "", ""),
    (FieldType.NUMBER, "[2026] 5\u00a0", "〔2026〕5", "nbsp+trimmed+blanks+year_brackets", ""),
    (FieldType.CODE, "jy1", "JY1", "code_writing", ""),
    (FieldType.CODE, "９１-1 2", "9112", "code_writing", ""),
    (FieldType.CODE, "JY1", "JY1", "", ""),
    (FieldType.CODE, "9.9E+14", "9.9E+14", "", "invalid code.excel_number"),
    # A code of no known kind has no fillers.
    (FieldType.CODE, "000000000", "000000000", "", ""),
    (FieldType.DATE, "2026/11/02", date(2026, 11, 2), "", ""),
    (FieldType.DATE, "2026年9月1日", date(2026, 9, 1), "han", ""),
    (FieldType.DATE, "2026/02/30", None, "", "invalid date.impossible"),
    (FieldType.DATE, "01/02/2026", None, "", "invalid date.ambiguous"),
    (FieldType.DATE, "46000", None, "", "invalid date.serial_number"),
    (FieldType.DATE, "昨天", None, "", "invalid date.not_a_date"),
    (FieldType.DATE, "2026\x0011", None, "", "control control 第5个字符 U+0000"),
    (FieldType.AMOUNT, "0.5", 500_000, "", ""),
    (FieldType.AMOUNT, "0", 0, "", ""),
    (FieldType.AMOUNT, "1,234.5", 1_234_500_000, "thousands", ""),
    (FieldType.AMOUNT, "0.000001", 1, "", ""),
    (FieldType.AMOUNT, "-0.000001", -1, "", "invalid amount.negative"),
    (FieldType.AMOUNT, "0.5万元", None, "", "invalid amount.unit"),
    (FieldType.AMOUNT, "五千", None, "", "invalid amount.not_a_number"),
    (FieldType.AMOUNT, "5\x00", None, "", "control control 第2个字符 U+0000"),
    (FieldType.USCC, FIRM, FIRM, "", ""),
    (FieldType.USCC, " " + FIRM.lower(), FIRM, "code_writing", ""),
    (FieldType.USCC, broken_outer(FIRM), broken_outer(FIRM), "", "held uscc.check"),
    (FieldType.USCC, broken_outer(FIRM).lower(), broken_outer(FIRM), "code_writing", "held uscc.check"),
    (FieldType.USCC, broken_inner(), broken_inner(), "", "doubtful uscc.inner_check"),
    (FieldType.USCC, "91", "91", "", "invalid uscc.length"),
    (FieldType.USCC, "I" * 18, "I" * 18, "", "invalid uscc.charset"),
    (FieldType.USCC, "9.13E+17", "9.13E+17", "", "invalid uscc.excel_number"),
    (FieldType.USCC, "911101080012345000", "911101080012345000", "", "invalid uscc.excel_number"),
    # A filler that also looks like a ruined number is called a filler, and a person's number a person's.
    (FieldType.USCC, "0" * 18, "0" * 18, "", "invalid uscc.placeholder"),
    (FieldType.USCC, FILLED_LIKE_A_FILLER, FILLED_LIKE_A_FILLER, "", "invalid uscc.placeholder"),
    (FieldType.USCC, PERSON, PERSON, "", "invalid uscc.person"),
    # A mistyped number of a person is nothing that somebody could release as a code.
    (FieldType.USCC, LIKE_A_PERSON, LIKE_A_PERSON, "", "invalid uscc.check"),
    (FieldType.ORGANISATION, "D2143569X", "D2143569X", "", ""),
    (FieldType.ORGANISATION, "d2143569-x", "D2143569X", "code_writing", ""),
    (FieldType.ORGANISATION, "D21435691", "D21435691", "", "held orgcode.check"),
    (FieldType.ORGANISATION, "D2143569", "D2143569", "", "invalid orgcode.length"),
    (FieldType.ORGANISATION, "D214356*X", "D214356*X", "", "invalid orgcode.charset"),
    (FieldType.ORGANISATION, "000000000", "000000000", "", "invalid orgcode.placeholder"),
    (FieldType.REGISTRATION, registration_number(), registration_number(), "", ""),
    (FieldType.REGISTRATION, registration_number()[:6] + " " + registration_number()[6:], registration_number(), "code_writing", ""),
    (FieldType.REGISTRATION, registration_number()[:-1] + "9", registration_number()[:-1] + "9", "", "held gs15.check"),
    (FieldType.REGISTRATION, "9901011000001", "9901011000001", "", "doubtful gs15.old_13_digits"),
    (FieldType.REGISTRATION, "1" * 13, "1" * 13, "", "invalid gs15.placeholder"),
    (FieldType.REGISTRATION, "1" * 12, "1" * 12, "", "invalid gs15.placeholder"),
    (FieldType.REGISTRATION, "1" * 10 + "\u00a0", "1" * 10, "nbsp+trimmed", "invalid gs15.placeholder"),
    (FieldType.REGISTRATION, "9.9E+14", "9.9E+14", "", "invalid gs15.excel_number"),
    (FieldType.REGISTRATION, "2015-03-02", "2015-03-02", "", "invalid gs15.is_date"),
    (FieldType.REGISTRATION, "\u00a02015-03-02", "2015-03-02", "nbsp+trimmed", "invalid gs15.is_date"),
    # What has letters is kept as it was written, and only its blanks are told.
    (FieldType.REGISTRATION, "企独样总字第０１号", "企独样总字第０１号", "", ""),
    (FieldType.REGISTRATION, "企独 字\u00a01号", "企独 字 1号", "nbsp", ""),
    (FieldType.REGISTRATION, "990101800229001", "990101800229001", "", "invalid gs15.person"),
    (FieldType.REGISTRATION, PERSON, PERSON, "", "invalid gs15.personal"),
    (FieldType.REGISTRATION, LIKE_A_PERSON, LIKE_A_PERSON, "", "invalid gs15.personal"),
    (FieldType.REGISTRATION, f"见{PERSON}", f"见{PERSON}", "", "invalid gs15.personal"),
    (FieldType.REGISTRATION, "电话13800138000\u00a0", "电话13800138000", "nbsp+trimmed", "invalid gs15.personal"),
    (FieldType.PERSON, PERSON, PERSON, "", ""),
    (FieldType.PERSON, "e 1234-5678", "E12345678", "code_writing", ""),
]  # fmt: skip


def step(kept: Any, before: str, to: str | None, rule: str, fault: str) -> Step:
    slot, _, rest = fault.partition(" ")
    reason, _, detail = rest.partition(" ")
    faults = (Fault(Slot(slot), reason, detail),) if fault else ()
    return Step(kept, True, Note(before, to, rule) if rule else None, faults)


@pytest.mark.parametrize(("type_", "written", "kept", "rule", "fault"), CELLS)
def test_a_cell_is_kept_told_and_judged_by_its_type(
    type_: FieldType, written: str, kept: Any, rule: str, fault: str
) -> None:
    to = {FieldType.DATE: str(kept), FieldType.AMOUNT: "1234.5"}.get(type_, kept)
    assert read(TYPES[type_], written, READING) == step(kept, written, to, rule, fault)


@pytest.mark.parametrize("type_", list(TYPES))
@pytest.mark.parametrize("written", ["无", "—", " / ", "·"])
def test_a_mark_for_nothing_is_nothing_in_every_type_and_told_as_such(type_: FieldType, written: str) -> None:
    assert read(TYPES[type_], written, READING) == Step(None, False, Note(written, None, "blank"))


@pytest.mark.parametrize("type_", [FieldType.CODE, FieldType.USCC, FieldType.ORGANISATION, FieldType.PERSON])
@pytest.mark.parametrize("written", ["?", "，", "'", "没有", "\u200b‑"])
def test_what_says_something_in_a_text_may_be_nothing_in_a_code(type_: FieldType, written: str) -> None:
    assert read(TYPES[type_], written, READING) == Step(None, False, Note(written, None, "blank"))


@pytest.mark.parametrize("type_", list(TYPES))
@pytest.mark.parametrize("written", [None, "", " ", "\u00a0"])
def test_an_empty_cell_is_nothing_and_nothing_is_told_of_it(type_: FieldType, written: str | None) -> None:
    assert read(TYPES[type_], written, READING) == Step(None, False)


def test_days_counted_by_a_spreadsheet_are_read_where_its_way_of_counting_is_known() -> None:
    systems: tuple[tuple[DateSystem, date], ...] = (("1900", date(2025, 12, 9)), ("1904", date(2029, 12, 10)))
    for system, day in systems:
        kept = read(TYPES[FieldType.DATE], "46000", Reading(ON, system))
        assert (kept.value, kept.faults) == (day, ())
        assert kept.note is not None
        assert (kept.note.before, kept.note.to) == ("46000", day.isoformat())


@pytest.mark.parametrize(
    ("type_", "five", "six"),
    [
        (FieldType.TEXT, "甲乙丙丁戊", "甲乙丙丁戊己"),
        (FieldType.NUMBER, "12345", "123456"),
        (FieldType.CODE, "12345", "123456"),
        (FieldType.PERSON, "12345", "123456"),
        (FieldType.REGISTRATION, "样字第1号", "样字第01号"),
    ],
)
def test_a_text_may_be_as_long_as_its_field_and_no_longer(type_: FieldType, five: str, six: str) -> None:
    assert read(SHORT[type_], five, READING) == Step(five, True)
    assert read(SHORT[type_], six, READING) == Step(six, True, None, (Fault(Slot.LENGTH, "length", "6"),))


def test_a_code_that_is_ruined_and_too_long_is_told_both() -> None:
    found = read(SHORT[FieldType.CODE], "9.9E+14", READING)
    assert [fault.reason for fault in found.faults] == ["code.excel_number", "length"]


# written, kept, rule, fault; a field that takes several
LISTS: list[tuple[str, str, str, str]] = [
    ("警告", "警告", "", ""),
    ("A", "警告", "alias", ""),
    ("警告;罚款", "警告;罚款", "", ""),
    ("警告；罚款", "警告;罚款", "separator", ""),
    ("警告;", "警告", "separator", ""),
    ("警告; 罚款", "警告;罚款", "separator", ""),
    ("警告、撤", "警告;吊销", "separator", ""),
    ("警告|罚款/吊销", "警告;罚款;吊销", "separator", ""),
    ("警告,警告", "警告", "separator+repeated", ""),
    ("A;警告;A", "警告", "alias+repeated", ""),
    ("警告;警告;罚款", "警告;罚款", "repeated", ""),
    ("\u00a0A", "警告", "nbsp+trimmed+alias", ""),
    ("其他-限期拆除", "其他-限期拆除", "", ""),
    ("其它：限期拆除", "其他-限期拆除", "alias", ""),
    ("警告、其他-限期拆除", "警告;其他-限期拆除", "separator", ""),
    ("其他-限期\n拆除", "其他-限期\n拆除", "", ""),
    ("训诫", "训诫", "", "listed list.unknown 训诫"),
    # One stranger among several: the whole stays as it was written, since it may be one name.
    ("警告、训诫", "警告、训诫", "", "listed list.unknown 警告、训诫"),
    ("警告;训诫", "警告;训诫", "", "listed list.unknown 训诫"),
    ("其他", "其他", "", "listed list.no_note 其他"),
    ("其它", "其它", "", "listed list.no_note 其它"),
    ("其他-", "其他-", "", "listed list.unknown 其他-"),
    ("其他－无", "其他－无", "", "listed list.unknown 其他－无"),
    ("其他-责令改正", "其他-责令改正", "", f"listed list.not_alone {ALONE}"),
    ("责令改正", "责令改正", "", f"listed list.not_alone {ALONE}"),
    ("其他-责令改正;警告", "其他-责令改正;警告", "", ""),
    ("训" * 21, "训" * 21, "", f"listed list.unknown {'训' * 21}"),
    (f"警告;{'训' * 21}", f"警告;{'训' * 21}", "", f"listed list.unknown {'训' * 21}"),
    (f"其他-{'限' * 17}", f"其他-{'限' * 17}", "", ""),
    (f"其他-{'限' * 18}", f"其他-{'限' * 18}", "", "length length 21"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "kept", "rule", "fault"), LISTS)
def test_a_list_keeps_members_as_it_writes_them_each_once(written: str, kept: str, rule: str, fault: str) -> None:
    assert read(MANY, written, READING) == step(kept, written, kept, rule, fault)


@pytest.mark.parametrize("written", [";", "；；", "无"])
def test_a_list_of_separators_is_nothing(written: str) -> None:
    assert read(MANY, written, READING) == Step(None, False, Note(written, None, "blank"))


@pytest.mark.parametrize("written", ["警告;罚款", "警告、罚款", "A;警告", "警告;", ";"])
def test_a_field_for_one_member_takes_several_for_an_unknown_one(written: str) -> None:
    assert read(ONE, written, READING) == Step(written, True, None, (Fault(Slot.LISTED, "list.unknown", written),))


def test_a_long_list_is_told_its_length_beside_the_stranger_where_it_is_too_long_without_it() -> None:
    whole = f"训诫;其他-{'限' * 18}"
    found = read(MANY, whole, READING)
    assert found.faults == (Fault(Slot.LISTED, "list.unknown", "训诫"), Fault(Slot.LENGTH, "length", "24"))


def test_every_stranger_of_a_list_is_told() -> None:
    found = read(MANY, "训诫;警告;斥责", READING)
    assert [fault.detail for fault in found.faults] == ["训诫", "斥责"]


# number, kind of document, kept, rule, fault
DOCUMENTS: list[tuple[str, str | None, str, str, str]] = [
    (PERSON, "身份证", PERSON, "", ""),
    ("990101800229001", "身份证", PERSON, "id15_to_18", ""),
    (PERSON[:-1] + "a", "身份证", PERSON[:-1] + "a", "", "invalid id.charset"),
    (LIKE_A_PERSON, "身份证", LIKE_A_PERSON, "", "invalid id.check"),
    (resident_number("20300101"), "身份证", resident_number("20300101"), "", "invalid id.date"),
    ("123", "身份证", "123", "", "invalid id.length"),
    ("1" * 18, "身份证", "1" * 18, "", "invalid id.placeholder"),
    ("0" * 18, "身份证", "0" * 18, "", "invalid id.placeholder"),
    ("9.9E+17", "身份证", "9.9E+17", "", "invalid id.excel_number"),
    ("E12345678", "护照号", "E12345678", "", ""),
    ("E1", "护照号", "E1", "", "invalid document.pattern 护照号"),
    ("E123456789", "护照号", "E123456789", "", "invalid document.pattern 护照号"),
    # Of a kind nobody knows the pattern of, and of none at all, nothing is said.
    ("1", "军官证", "1", "", ""),
    ("1", None, "1", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind", "kept", "rule", "fault"), DOCUMENTS)
def test_a_persons_number_is_judged_by_the_kind_of_document_beside_it(
    value: str, kind: str | None, kept: str, rule: str, fault: str
) -> None:
    assert settle(NUMBER, value, (kind,), READING) == step(kept, value, kept, rule, fault)


# value, decided, wording, what it became
SUCCEEDED: list[tuple[str, date | None, str | None, str]] = [
    ("旧种类", date(2021, 7, 15), "暂扣30天", "暂扣件"),
    ("旧种类", date(2021, 7, 14), "暂扣30天", "旧种类"),
    ("旧种类", None, "暂扣30天", "旧种类"),
    ("旧种类", date(2021, 7, 15), None, "旧种类"),
    ("旧种类", date(2021, 7, 15), "暂扣，逾期吊销", "旧种类"),
    ("警告;旧种类", date(2021, 7, 16), "吊销", "警告;吊销件"),
    # What the successor is already there for is not doubled, and the others stay.
    ("旧种类;吊销件;警告", date(2021, 7, 16), "吊销", "吊销件;警告"),
    ("警告;罚款", date(2021, 7, 16), "暂扣", "警告;罚款"),
]


@pytest.mark.parametrize(("value", "decided", "wording", "now"), SUCCEEDED)
def test_an_old_kind_becomes_what_day_and_wording_make_of_it(
    value: str, decided: date | None, wording: str | None, now: str
) -> None:
    assert settle(MANY, value, (decided, wording), READING) == step(
        now, value, now, "succeeded" if now != value else "", ""
    )


def test_a_list_without_its_members_and_a_step_without_its_companions_are_refused() -> None:
    expected = "应为代码表字段须有 choices；companions：证件号码为证件类型，代码表为日期和内容，其他类型不写"
    beside = Field("B", "旁", FieldType.TEXT, OUTCOMES)
    for wrong in (
        Field("F", "字段", FieldType.LIST, OUTCOMES),
        Field("F", "字段", FieldType.TEXT, OUTCOMES, choices=KINDS),
        Field("F", "字段", FieldType.TEXT, OUTCOMES, companions=("B",)),
        Field("F", "字段", FieldType.PERSON, OUTCOMES, companions=("B", "B")),
        Field("F", "字段", FieldType.LIST, OUTCOMES, choices=KINDS, companions=("B",)),
    ):
        with pytest.raises(DeclarationInvalid) as refused:
            Sheet("表", (wrong, beside), ())
        assert refused.value.message == f"文件 表，键 fields.F：值为 {wrong.companions!r}，{expected}"
    for right in (
        Field("F", "字段", FieldType.PERSON, OUTCOMES),
        Field("F", "字段", FieldType.PERSON, OUTCOMES, companions=("B",)),
        Field("F", "字段", FieldType.LIST, OUTCOMES, choices=KINDS),
        Field("F", "字段", FieldType.LIST, OUTCOMES, choices=KINDS, companions=("B", "B")),
    ):
        assert Sheet("表", (right, beside), ()).field("F") is right
