"""With English chosen, the workbench's own words are English: items and states too."""

import re
from typing import Any

import pytest
from django.utils import translation

from english_labels import chinese_fields
from workbench.acts import People, words
from workbench.overview_cast import administer, corrected
from world import World
from xinheng.accounts.door import PERMISSIONS
from xinheng.catalogue.door import package_edition
from xinheng.intake.values.batches import BatchState
from xinheng.records.values import MarkKind
from xinheng.web.item_words import CATEGORY_NAMES, ITEM_NAMES, PURPOSE_NAMES
from xinheng.workbench.overview.words import PERMISSION_WORDS, word

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAGES = (
    ("reporter.market", "/workbench/"),
    ("reporter.market", "/workbench/batches"),
    ("reporter.market", "/workbench/upload"),
    ("reporter.market", "/workbench/entry"),
    ("reporter.market", "/workbench/entry/administrative-licence"),
    ("reviewer", "/workbench/held"),
    ("operator", "/workbench/publicity"),
    ("operator", "/workbench/jobs"),
    ("operator", "/workbench/subjects/person"),
    ("auditor", "/workbench/audit/queries"),
)
OURS = (
    set(ITEM_NAMES + CATEGORY_NAMES + PURPOSE_NAMES)
    | {state.label for state in BatchState}
    | {kind.label for kind in MarkKind}
)


@pytest.mark.parametrize(("login", "address"), PAGES)
def test_items_and_states_are_english(world: World, people: People, settings: Any, login: str, address: str) -> None:
    client = people[login]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(address)
    assert answer.status_code == 200
    assert chinese_fields(answer) == []
    said = words(answer).split(" ")
    assert sorted(OURS & set(said)) == []


def test_the_names_declared_for_translation_are_those_of_the_catalogues_items() -> None:
    assert [item.name for item in package_edition("demo").items if item.name not in ITEM_NAMES] == []
    assert len(ITEM_NAMES) == len(package_edition("demo").items)
    assert {"行政许可", "行政处罚"} <= set(ITEM_NAMES)


def test_so_are_those_of_categories_purposes_and_permissions() -> None:
    edition = package_edition("demo")
    assert list(CATEGORY_NAMES) == [one.name for one in edition.categories]
    assert list(PURPOSE_NAMES) == [one.name for one in edition.purposes]
    assert list(PERMISSION_WORDS) == list(PERMISSIONS.values())
    with translation.override("en"):
        said = [word(name) for name in (*CATEGORY_NAMES, *PURPOSE_NAMES, *PERMISSION_WORDS)]
    assert [each for each in said if CHINESE.search(each)] == []


def test_a_role_and_an_archive_are_told_in_english(world: World, people: People, settings: Any) -> None:
    """What a role may do, the categories to choose from, and who entered what."""
    administer(world)
    record, subject, person = corrected(world), world.subjects["云禾"], world.actor("operator").id
    for login, address, said in (
        ("sysadmin", f"/workbench/people/{person}", "See subjects"),
        ("operator", f"/workbench/subjects/{subject}", "C03 Administrative information"),
        ("operator", f"/workbench/records/{record}", ": Released a correction"),
    ):
        client = people[login]
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert said in words(client.get(address)), address
