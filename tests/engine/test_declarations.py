"""A wrong declaration is refused with file, key and what may stand there; the shipped ones follow the standard."""

import csv
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from penalty_rows import code_lists, item

from xinheng.catalogue.readers.source import package_data, parse
from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.items import CORE_COLUMNS, parse_code_lists, parse_item, sheet_of
from xinheng.engine.operators import parse_test
from xinheng.engine.plain import DeclarationInvalid

WHERE = "items/administrative-penalty.yaml"
RAW = parse((package_data() / "items" / "administrative-penalty.yaml").read_text("utf-8"), WHERE)

BROKEN: list[tuple[str, Callable[[dict[str, Any]], Any], str, str]] = [
    ("unknown key", lambda raw: raw.update(colour="red"), "colour", "可用的键"),
    ("unknown field key", lambda raw: raw["fields"][0].update(lenght=3), "fields[0].lenght", "可用的键"),
    ("polarity", lambda raw: raw.update(polarity="bad"), "polarity", "harm、neutral、good"),
    ("subject kind", lambda raw: raw.update(subject_kinds=["dog"]), "subject_kinds", "legal_person"),
    ("field type", lambda raw: raw["fields"][0].update(type="word"), "fields[0].type", "document_number"),
    ("length", lambda raw: raw["fields"][0].update(max_length=0), "fields[0].max_length", "正整数"),
    ("obligation", lambda raw: raw["fields"][0].update(required="sometimes"), "fields[0].required", "always、never"),
    ("core column", lambda raw: raw["fields"][0].update(core="soul"), "fields[0].core", "subject_name"),
    ("operator", lambda raw: raw["checks"][0].update(test={"smells": "CF_SY"}), "checks[0].test", "equals"),
    (
        "argument",
        lambda raw: raw["checks"][0].update(test={"has": "CF_SY"}),
        "checks[0].test.has",
        "[字段, 成员或成员列表]",
    ),
    (
        "look-ahead",
        lambda raw: raw["checks"][0].update(test={"matches": ["BZ", "(?=a)"]}),
        "checks[0].test.matches",
        "正则",
    ),
    ("effect", lambda raw: raw["checks"][0].update(effect="shout"), "checks[0].effect", "reject、hold、block、warn"),
    ("store", lambda raw: raw["checks"][0].update(needs="store"), "checks[0].needs", "事实"),
    ("flag", lambda raw: raw["checks"][0].update(flag="ugly"), "checks", "simple_procedure"),
    ("key", lambda raw: raw["key"].update(parts=[]), "key.parts", "字段代码"),
    ("key field", lambda raw: raw["key"].update(field="CF_X"), "key", "本信息项的字段代码"),
    ("doubled field", lambda raw: raw["fields"].append(raw["fields"][-1]), "fields", "不重复的字段代码"),
]


@pytest.mark.parametrize(("_name", "damage", "key", "expected"), BROKEN)
def test_a_broken_item_is_refused_naming_file_key_and_what_is_expected(
    _name: str, damage: Callable[[dict[str, Any]], Any], key: str, expected: str
) -> None:
    raw = deepcopy(RAW)
    damage(raw)
    with pytest.raises(CatalogueInvalid) as refused:
        parse_item(raw, WHERE)
    assert f"文件 {WHERE}，键 {key}" in refused.value.message
    assert expected in refused.value.message


def test_a_check_on_a_field_that_does_not_exist_is_refused() -> None:
    raw = deepcopy(RAW)
    raw["checks"][0]["test"] = {"filled": "CF_NONE"}
    with pytest.raises(CatalogueInvalid, match="CF_NONE"):
        sheet_of(parse_item(raw, WHERE), code_lists())


def test_a_code_list_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CatalogueInvalid, match=r"document_type.*代码表"):
        sheet_of(parse_item(RAW, WHERE), {"subject_class": code_lists()["subject_class"]})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"lists": {"a": {"name": "甲", "values": []}}}, "非空列表"),
        ({"lists": {"a": {"name": "甲", "values": [{"value": "一", "aliases": ["二"]}, {"value": "二"}]}}}, "不重复"),
        (
            {"lists": {"a": {"name": "甲", "values": [{"value": "一"}], "successions": [{"old": "二", "since": "2021-07-15", "to": {}}]}}},
            "本表中的取值",
        ),
        ({"lists": {"a": {"name": "甲", "values": [{"value": "一"}], "sort": 1}}}, "可用的键"),
    ],
)  # fmt: skip
def test_a_broken_code_list_is_refused(raw: dict[str, Any], expected: str) -> None:
    with pytest.raises(CatalogueInvalid, match=expected):
        parse_code_lists(raw, "code_lists.yaml")


def test_a_test_has_exactly_one_operator() -> None:
    with pytest.raises(DeclarationInvalid, match=r"文件 f，键 test"):
        parse_test({"filled": "A", "empty": "B"}, "f", "test")


def test_the_thirteen_new_kinds_and_the_old_ones_are_all_accepted() -> None:
    kinds = code_lists()["penalty_kind"]
    new = (
        "警告 通报批评 罚款 没收违法所得 没收非法财物 暂扣许可证件 降低资质等级 吊销许可证件 "
        "限制开展生产经营活动 责令停产停业 责令关闭 限制从业 行政拘留"
    )
    assert set(new.split()) <= set(kinds.by_writing)
    assert len(new.split()) == 13
    assert {"暂扣或者吊销许可证", "暂扣或者吊销执照"} == set(kinds.by_old)


def test_core_columns_are_filled_by_one_field_each() -> None:
    for code in ("administrative-penalty", "administrative-licence"):
        core = item(code).core
        assert set(core) <= set(CORE_COLUMNS)
        assert {"document_number", "act_date", "authority_code", "source_code", "subject_name", "uscc"} <= set(core)


def test_headers_lead_to_fields_by_code_name_and_old_code() -> None:
    headers = item("administrative-penalty").headers
    assert headers["CF_WSH"] == headers["行政处罚决定书文号"] == "CF_WSH"
    assert headers["CF_FR_SFZH"] == headers["法定代表人身份证号"] == "CF_FR_ZJHM"
    assert item("administrative-licence").headers["XK_FR_SFZH"] == "XK_FR_ZJHM"


def test_numbers_of_persons_are_marked_personal_and_never_public() -> None:
    for code, prefix in (("administrative-penalty", "CF"), ("administrative-licence", "XK")):
        declared = item(code)
        for number in (f"{prefix}_FR_ZJHM", f"{prefix}_XDR_ZJHM"):
            assert declared.field(number).personal
            assert declared.field(number).masking == "never"


@pytest.mark.shared
def test_the_items_have_the_fields_of_the_standard_in_its_order() -> None:
    source = Path(__file__).resolve().parents[3] / "shared" / "data" / "records" / "field_standard_2018.csv"
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for kind, code in (("penalty", "administrative-penalty"), ("permit", "administrative-licence")):
        standard = [(row["field_code"], row["column"]) for row in rows if row["kind"] == kind]
        assert [(each.code, each.name) for each in item(code).fields] == standard
        always = {row["field_code"] for row in rows if row["kind"] == kind and row["required"].startswith("always")}
        assert {each.code for each in item(code).fields if each.is_obligatory} >= always
