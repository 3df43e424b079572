"""With English chosen, the workbench's own words are English: items and states too."""

from typing import Any

import pytest

from english_labels import chinese_fields
from workbench.acts import People, words
from world import World
from xinheng.catalogue.door import package_edition
from xinheng.intake.values.batches import BatchState
from xinheng.records.values import MarkKind
from xinheng.web.item_words import ITEM_NAMES

PAGES = (
    ("reporter.market", "/workbench/"),
    ("reporter.market", "/workbench/batches"),
    ("reporter.market", "/workbench/upload"),
    ("reporter.market", "/workbench/entry"),
    ("reporter.market", "/workbench/entry/administrative-licence"),
    ("reviewer", "/workbench/held"),
    ("operator", "/workbench/publicity"),
    ("operator", "/workbench/jobs"),
)
OURS = set(ITEM_NAMES) | {state.label for state in BatchState} | {kind.label for kind in MarkKind}


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
