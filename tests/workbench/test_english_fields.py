"""With English chosen, the fields of the catalogue have English names on every page of the workbench that names them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from english_labels import chinese_fields
from workbench.acts import PENALTY, People, dirty_rows, penalty_texts, refused, sent_and_loaded, words
from workbench.overview_cast import corrected
from world import World, publish
from xinheng.catalogue.door import package_edition
from xinheng.intake.door import held
from xinheng.web.field_words import FIELD_NAMES, field_name
from xinheng.web.joining import clauses, listed

CHINESE = range(0x4E00, 0xA000)
DEMO = package_edition("demo")


def english(client: Client, settings: Any) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_names_declared_for_translation_are_those_of_the_catalogues_fields() -> None:
    assert list(FIELD_NAMES) == list(dict.fromkeys(each.name for item in DEMO.items for each in item.fields))


def test_every_field_has_an_english_name_and_within_an_item_its_own() -> None:
    with translation.override("en"):
        names = {name: field_name(name) for name in FIELD_NAMES}
    assert [name for name, said in names.items() if any(ord(sign) in CHINESE for sign in said) or not said] == []
    assert [said for said in names.values() if not said[0].isupper()] == []
    for item in DEMO.items:
        assert len({names[each.name] for each in item.fields}) == len(item.fields), item.code


def test_in_chinese_and_for_a_regions_own_fields_a_name_stands_as_the_catalogue_has_it() -> None:
    with translation.override("zh-hans"):
        assert [field_name(name) for name in FIELD_NAMES] == list(FIELD_NAMES)
    with translation.override("en"):
        assert field_name("pH值") == "pH值"
        assert field_name("") == ""


def test_an_archive_and_its_records_name_their_fields_in_english(world: World, people: People, settings: Any) -> None:
    record, subject = corrected(world), world.subjects["云禾"]
    client = people["operator"]
    for address in (f"/workbench/records/{record}", f"/workbench/subjects/{subject}"):
        assert chinese_fields(client.get(address)) != [], address
        answer = english(client, settings).get(address)
        assert chinese_fields(answer) == [], address
        assert "Fine (10,000 yuan)" in words(answer)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"


def test_a_receipt_and_its_rows_name_their_fields_in_english(world: World, people: People, settings: Any) -> None:
    reporter = english(people["reporter.market"], settings)
    dirty = [*dirty_rows(world), penalty_texts(world, CF_WSH="示市监罚〔2026〕24号", CF_JDRQ="2026年11月18日")]
    batch = sent_and_loaded(reporter, world, dirty)
    (row,) = held(world.actor("reviewer")).items
    for address in (f"batches/{batch}", f"batches/{batch}/normalised", f"held/{row.id}"):
        answer = reporter.get(f"/workbench/{address}")
        assert chinese_fields(answer) == [], address
    assert "Name of the party" in words(answer)


def test_a_correction_is_compared_field_by_field_in_english(world: World, people: People, settings: Any) -> None:
    reporter = people["reporter.market"]
    sent_and_loaded(reporter, world, [penalty_texts(world)])
    publish(world.now)
    sent_and_loaded(reporter, world, [penalty_texts(world, CF_NR_FK="0.8", CF_NR="罚款8000元", GZYY="笔误")])
    (row,) = held(world.actor("reviewer")).items
    answer = english(people["reviewer"], settings).get(f"/workbench/held/{row.id}")
    assert "Content of the penalty" in words(answer)
    assert chinese_fields(answer) == []


@pytest.mark.parametrize("item", [item.code for item in DEMO.items])
def test_the_form_of_an_item_asks_in_english(world: World, people: People, settings: Any, item: str) -> None:
    answer = english(people["reporter.market"], settings).get(f"/workbench/entry/{item}")
    assert answer.status_code == 200
    assert chinese_fields(answer) == []


def test_lists_are_divided_as_the_language_divides_them(world: World, people: People, settings: Any) -> None:
    reporter = people["reporter.market"]
    address = f"/workbench/entry/{PENALTY}"
    texts = penalty_texts(world) | {"_step": "review"}
    assert "行政相对人代码_2(工商注册号)、行政相对人代码_3(组织机构代码)" in words(reporter.post(address, texts))
    said = words(english(reporter, settings).post(address, texts))
    assert "(business registration number), Code 3 of the party (organisation code)" in said
    with translation.override("en"):
        assert (listed(["a", "b"]), clauses(["a", "b"])) == ("a, b", "a; b")


def test_what_was_typed_is_reviewed_and_refused_in_english(world: World, people: People, settings: Any) -> None:
    reporter = english(people["reporter.market"], settings)
    address = f"/workbench/entry/{PENALTY}"
    for texts in (penalty_texts(world), penalty_texts(world, CF_XDR_SHXYM="123", CF_WSH="")):
        answer = reporter.post(address, texts | {"_step": "review"})
        assert chinese_fields(answer) == []
        assert "Document number of the penalty decision" in words(answer)


def test_the_columns_of_a_unit_are_matched_in_english(world: World, people: People, settings: Any) -> None:
    reporter = people["reporter.market"]
    batch = refused(reporter, world)
    english(reporter, settings)
    reporter.post(f"/workbench/columns/{PENALTY}", {"CF_WSH": "处罚决定文书号码"})
    for address in ("columns", f"columns/{PENALTY}", f"batches/{batch}/columns"):
        answer = reporter.get(f"/workbench/{address}")
        assert answer.status_code == 200
        assert chinese_fields(answer) == [], address
