"""What the store knows of a row, as facts, becomes a code, an effect and a sentence; tables without a database."""

from datetime import date
from typing import Any

import pytest

from kinds import Unit, clean
from xinheng.catalogue.door import package_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.engine.declare import FieldType
from xinheng.engine.problems import Context
from xinheng.engine.report import message
from xinheng.engine.row import check_row
from xinheng.intake.rules import facts
from xinheng.intake.rules.sheets import Asked, Damage, asked_of, damage_fact, expected_of, template_of
from xinheng.intake.values.receipts import TemplateColumn
from xinheng.tables.books import OWN_SHEETS
from xinheng.tables.values import ExpectedColumn

UNIT = Unit("示例区市场监督管理局", "11990101990101037C")
CONTEXT = Context(date(2026, 11, 21))
PENALTY, LICENCE, REGISTER = "administrative-penalty", "administrative-licence", "subject-register"
OUTER_WRONG = UNIT.code[:-1] + "D"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return package_edition("demo")


def asked_for(edition: Edition, code: str) -> Asked:
    return asked_of(edition.item(code), edition.code_lists)


def told(
    edition: Edition, code: str, known: dict[str, Any], *, person: bool = False
) -> list[tuple[str, str, str, str]]:
    """Core column (or field), code, effect and name of every problem of a clean row with these facts."""
    asked = asked_for(edition, code)
    row = clean(edition, code, unit=UNIT, person=person)
    changed = {asked.code(name) if name in asked.places else name: value for name, value in known.items()}
    cores = {field: core for core, field in asked.places.items()}
    found = check_row(asked.full, row | changed, CONTEXT).problems
    return [
        (cores.get(each.field, each.field), each.code, each.effect.value, each.reason)
        for each in found
        if not each.reason.startswith("withheld.")
    ]


NOBODY = ("registration_number", "E104", "hold", "register.unidentified")

# item, what the store says (and what is written otherwise), what is told
ANSWERS: list[tuple[str, dict[str, Any], list[tuple[str, str, str, str]]]] = [
    (PENALTY, {facts.REGISTER_FOUND: "no"}, [("uscc", "E107", "hold", "register.missing")]),
    (PENALTY, {facts.REGISTER_FOUND: "yes"}, []),
    (PENALTY, {facts.REGISTER_FOUND: None}, []),
    (LICENCE, {facts.REGISTER_FOUND: "no"}, [("uscc", "E107", "hold", "register.missing")]),
    # What states the register itself need not be in it yet.
    (REGISTER, {facts.REGISTER_FOUND: "no"}, []),
    (PENALTY, {facts.BEARER: "no", "registration_number": "企独字1号"}, [NOBODY]),
    (LICENCE, {facts.BEARER: "no", "registration_number": "企独字1号"}, [NOBODY]),
    (REGISTER, {facts.BEARER: "no", "registration_number": "企独字1号"}, [NOBODY]),
    (PENALTY, {facts.BEARER: "no"}, []),
    (PENALTY, {facts.BEARER: None, "registration_number": "企独字1号"}, []),
    (PENALTY, {facts.SOURCE_OWN: "no"}, [("source_code", "E110", "reject", "directory.foreign_source")]),
    (REGISTER, {facts.SOURCE_OWN: "no"}, [("source_code", "E110", "reject", "directory.foreign_source")]),
    (PENALTY, {facts.SOURCE_OWN: "yes"}, []),
    (PENALTY, {facts.SOURCE_OWN: None}, []),
    # A code that is wrong in itself is told once.
    (PENALTY, {facts.SOURCE_OWN: "no", "source_code": OUTER_WRONG}, [("source_code", "E110", "reject", "uscc.check")]),
    (REGISTER, {facts.ENTITLED: "no"}, [("source_code", "E110", "reject", "directory.not_entitled")]),
    (REGISTER, {facts.ENTITLED: "yes"}, []),
    (REGISTER, {facts.ENTITLED: None}, []),
    (REGISTER, {facts.ENTITLED: "no", "source_code": OUTER_WRONG}, [("source_code", "E110", "reject", "uscc.check")]),
    # Anybody hands in penalties.
    (PENALTY, {facts.ENTITLED: "no"}, []),
    (PENALTY, {facts.PERMIT: "no"}, [("act_date", "E108", "reject", "gate.no_permit")]),
    (PENALTY, {facts.PERMIT: "yes"}, []),
    # The gate is for what does harm.
    (LICENCE, {facts.PERMIT: "no"}, []),
    (PENALTY, {facts.STORED: "other", facts.REVIEW: "yes"}, [("document_number", "E114", "hold", "correction.review")]),
    (PENALTY, {facts.STORED: "other", facts.REVIEW: "no"}, []),
    (PENALTY, {facts.STORED: "same", facts.REVIEW: "yes"}, []),
    (PENALTY, {facts.STORED: None, facts.REVIEW: "yes"}, []),
    (LICENCE, {facts.STORED: "other", facts.REVIEW: "yes"}, []),
    (PENALTY, {facts.STORED: "other", facts.REASON: "no"}, [("document_number", "E114", "hold", "correction.reason")]),
    # An item that does not ask in its own words why it is corrected is asked all the same.
    (REGISTER, {facts.STORED: "other", facts.REASON: "no"}, [("uscc", "E114", "hold", "correction.reason")]),
    (REGISTER, {facts.STORED: "other", facts.REASON: "yes"}, []),
    (REGISTER, {facts.STORED: "same", facts.REASON: "no"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "known", "expected"), ANSWERS)
def test_what_the_store_knows_is_told_where_it_belongs(
    edition: Edition, code: str, known: dict[str, Any], expected: list[tuple[str, str, str, str]]
) -> None:
    assert told(edition, code, known) == expected


@pytest.mark.parametrize("code", [PENALTY, LICENCE])
def test_a_number_that_identifies_nobody_rejects_the_row_about_a_person(edition: Edition, code: str) -> None:
    bad = ("person_document_number", "E106", "reject", "register.person_unidentified")
    assert told(edition, code, {facts.BEARER: "no"}, person=True) == [bad]
    assert told(edition, code, {facts.BEARER: None}, person=True) == []
    none = {facts.BEARER: "no", "person_document_number": None}
    assert bad not in told(edition, code, none, person=True)


# item, the facts that call for it, the sentence
SENTENCES = [
    (PENALTY, "register.missing", "该代码不在登记库中，而本地区登记库完整，待核实"),
    (PENALTY, "register.unidentified", "没有统一社会信用代码，注册号又不能识别，无法确定主体，待核实；请补填统一社会信用代码"),
    (PENALTY, "register.person_unidentified", "证件号码无法识别，不能确定是哪一个人"),
    (PENALTY, "directory.foreign_source", "数据来源单位不是本单位或本单位的下级单位，不能代为报送"),
    (PENALTY, "gate.no_permit", "作出决定之日没有可以依据的现行规定，不得记入失信信息"),
    (PENALTY, "correction.review", "更正的是已公示的失信信息，且改变了种类、金额或期间，须经信用中心复核"),
    (REGISTER, "correction.reason", "本单位已报送过同一信息而内容不同，属于更正，须填写更正原因"),
    (REGISTER, "directory.not_entitled", "“经营主体登记”只由登记机关报送，数据来源单位不在其列"),
    ("utility-payment", "directory.not_entitled", "“水电气热缴费”只由法律法规授权的组织、政府部门报送，数据来源单位不在其列"),
    ("court-judgment", "directory.not_entitled", "“司法裁判”只由人民法院报送，数据来源单位不在其列"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "sentence"), SENTENCES)
def test_the_uploader_reads_why_and_what_to_do(edition: Edition, code: str, name: str, sentence: str) -> None:
    check = asked_for(edition, code).full.check(name)
    assert check is not None
    assert check.message == sentence


DAMAGED = [
    (Damage.FORMULA, "单元格里是公式错误或没有算出结果的公式，不是填写的内容，请改为直接填写"),
    (Damage.DOUBLED, "这一列在文件里出现不止一次，内容又不相同，无法判断取哪个，请只保留一列"),
    (Damage.RAGGED, "这一行的内容比表头的列多，各列可能已经错位，多半是内容里的分隔符没有加引号，请改正或另存为 .xlsx"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "sentence"), DAMAGED)
def test_a_damaged_cell_rejects_its_row_and_says_what_kind_of_damage_it_is(
    edition: Edition, damage: Damage, sentence: str
) -> None:
    asked = asked_of(edition.item(PENALTY), edition.code_lists, damaged=[("CF_WSH", damage), ("BZ", damage)])
    row = clean(edition, PENALTY, unit=UNIT)
    [problem] = check_row(asked.full, row | {damage_fact("CF_WSH", damage): "yes"}, CONTEXT).problems
    assert (problem.field, problem.code, problem.effect.value) == ("CF_WSH", "E102", "reject")
    assert message(asked.full, problem).endswith(f"”：{sentence}")
    assert check_row(asked.full, row | {damage_fact("CF_WSH", damage): None}, CONTEXT).problems == ()
    other = next(each for each in Damage if each is not damage)
    assert check_row(asked.full, row | {damage_fact("CF_WSH", other): "yes"}, CONTEXT).problems == ()
    assert check_row(asked.full, row | {damage_fact("BZ", damage): "yes"}, CONTEXT).problems[0].field == "BZ"


def test_a_row_is_asked_in_three_parts_that_share_the_fields(edition: Edition) -> None:
    asked = asked_for(edition, PENALTY)
    assert [each.code for each in asked.identity.fields] == [
        "CF_XDR_MC",
        "CF_XDR_LB",
        "CF_XDR_SHXYM",
        "CF_XDR_GSZC",
        "CF_XDR_ZJLX",
        "CF_XDR_ZJHM",
        "CF_WSH",
        "CF_JDRQ",
        "CF_CFJGDM",
        "CF_SJLYDM",
    ]
    assert asked.identity.checks == ()
    assert asked.main.fields == asked.full.fields
    assert asked.main.repetition == asked.full.repetition
    assert [each.code for each in asked.correction.fields] == ["CF_WSH"]
    assert [each.name for each in asked.correction.checks] == ["correction.reason", "correction.review"]
    named = {each.name for each in asked.full.checks}
    assert {each.name for each in asked.main.checks} == named - {"correction.reason", "correction.review"}
    assert {part.name for part in (asked.identity, asked.main, asked.correction)} == {asked.full.name}


def test_the_places_of_checks_and_fields_are_those_of_the_sheet(edition: Edition) -> None:
    asked = asked_for(edition, PENALTY)
    assert list(asked.order) == [each.name for each in asked.full.checks]
    assert list(asked.order.values()) == list(range(len(asked.full.checks)))
    assert [(code, place) for place, code in enumerate(each.code for each in asked.full.fields)] == list(
        asked.positions.items()
    )
    assert [code for code, _ in asked.types] == list(asked.positions)
    assert dict(asked.types)["CF_NR_FK"] is FieldType.AMOUNT
    assert {name for name, flag in asked.flags.items() if flag == "personal_data_in_text"} >= {"personal.CF_SY"}
    assert asked.key_parts == (("CF_CFJGDM",), ("CF_WSH",), ("CF_JDRQ",))
    assert (asked.code("act_date"), asked.code("nothing")) == ("CF_JDRQ", "")
    assert ("act_date", "CF_JDRQ") in asked.typed_core
    assert "subject_name" not in dict(asked.typed_core)


def test_numbers_and_names_of_people_are_known_by_their_fields(edition: Edition) -> None:
    asked = asked_for(edition, PENALTY)
    assert asked.personal_fields == (
        ("CF_FR_ZJHM", "CF_FR_ZJLX"),
        ("CF_XDR_ZJHM", "CF_XDR_ZJLX"),
        ("CF_FRDB", None),
    )
    assert {"CF_XDR_MC", "CF_SY", "CF_NR", "CF_WSH", "BZ", "CF_CFLB"} <= set(asked.scanned)
    assert not {"CF_FRDB", "CF_XDR_ZJHM", "CF_XDR_SHXYM", "CF_JDRQ", "CF_NR_FK"} & set(asked.scanned)


def test_a_file_is_expected_with_its_columns_the_reason_and_what_the_platform_wrote(edition: Edition) -> None:
    item = edition.item(PENALTY)
    expected = expected_of(edition, item, {"文书": "CF_WSH"})
    columns = {each.code: each for each in expected.columns}
    assert [each.code for each in expected.columns] == [
        *(each.code for each in item.fields),
        "GZYY",
        "__outcome",
        "__said",
        "__place",
    ]
    assert columns["CF_WSH"].names[0] == "行政处罚决定书文号"
    assert columns["CF_WSH"].obligatory
    assert columns["CF_FR_ZJHM"].names[0] == "法定代表人证件号码"
    assert {"CF_FR_SFZH", "法定代表人身份证号"} <= set(columns["CF_FR_ZJHM"].names)
    assert not columns["BZ"].obligatory
    assert columns["GZYY"] == ExpectedColumn("GZYY", ("更正原因", "更正理由"))
    assert columns["__place"] == ExpectedColumn("__place", ("信衡：原位置",), aside=True)
    assert expected.item == "行政处罚"
    assert "行政处罚" not in expected.others
    assert set(expected.others) == {each.name for each in edition.items} - {"行政处罚"}
    assert "XK_WSH" in expected.others["行政许可"]
    assert (expected.mapped, expected.own_sheets) == ({"文书": "CF_WSH"}, OWN_SHEETS)
    assert expected_of(edition, item).mapped == {}


def test_a_template_has_the_fields_of_the_item_and_the_reason_last(edition: Edition) -> None:
    asked = asked_for(edition, PENALTY)
    columns = template_of(asked)
    assert [each.code for each in columns] == [*(each.code for each in asked.full.fields), "GZYY"]
    by_code = {each.code: each for each in columns}
    assert by_code["CF_WSH"] == TemplateColumn(
        "CF_WSH", "行政处罚决定书文号", "document_number", True, asked.full.field("CF_WSH").max_length, (), False
    )
    assert by_code["CF_FRDB"].personal
    assert by_code["CF_XDR_LB"].allowed == asked.full.field("CF_XDR_LB").require_choices().values
    assert not by_code["BZ"].obligatory
    assert by_code["GZYY"] == TemplateColumn("GZYY", "更正原因", "text", False, None, (), False)
