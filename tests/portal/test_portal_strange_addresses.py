"""Addresses nobody should have: keys no table can hold, numbers of people where something else belongs."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from portal.pages import words
from world import World
from xinheng.catalogue.door import current_edition
from xinheng.kernel.identifiers import resident
from xinheng.web import rule_words
from xinheng.web.clock import today

BODY = "99010119900307217"
PERSON = BODY + resident.check_character(BODY)
KEYS = ("9223372036854775807", "9223372036854775808", "9" * 40)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "address", ["/subjects/{}", "/records/{}", "/records/{}/proof.json", "/verify/checkpoints/{}.txt"]
)
def test_a_key_no_table_can_hold_is_no_address(visitor: Client, world: World, address: str, key: str) -> None:
    assert visitor.get(address.format(key)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/catalogue/{}",
        "/catalogue/bases/{}",
        "/catalogue?on={}",
        "/licences?q={}",
        "/penalties?after={}",
        "/records/{record}/proof.json?of={}",
        "/subjects/{subject}?item={}",
        "/subjects/{subject}?page={}",
        "/nowhere/{}",
    ],
)
def test_the_number_of_a_person_is_repeated_to_nobody(visitor: Client, world: World, fine: int, address: str) -> None:
    answer = visitor.get(address.format(PERSON, record=fine, subject=world.subjects["云禾"]))
    assert PERSON[6:14] not in answer.content.decode()


def test_what_is_no_number_of_a_person_is_repeated_so_that_it_can_be_put_right(visitor: Client, world: World) -> None:
    assert "no-such-item" in words(visitor.get("/catalogue/no-such-item"))
    page = visitor.get("/licences?columns=day").content.decode()
    assert 'name="back" value="/licences?columns=day"' in page


def test_every_rule_has_a_name_in_both_languages(world: World) -> None:
    edition = current_edition(today())
    names = {regime.name for regime in edition.regimes} | {tier.name for one in edition.regimes for tier in one.tiers}
    for rules in (edition.withheld, edition.retention, edition.masking, edition.gate, edition.limits):
        names |= {rule.name for rule in rules}
    names |= {field for regime in edition.regimes for clause in regime.clauses for field in clause.fields}
    assert names == set(rule_words.KNOWN)
    with translation.override("en"):
        said = [rule_words.rule_name(name) for name in rule_words.KNOWN]
    assert [each for each in said if re.search(r"[\u4e00-\u9fff]", each)] == []


def test_english_pages_say_the_rule_in_english(visitor: Client, world: World, fine: int, settings: Any) -> None:
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for address in (f"/records/{fine}", f"/subjects/{world.subjects['云禾']}", "/catalogue/terms", "/help"):
        page = re.sub(r"<details>.*?</details>", "", visitor.get(address).content.decode(), flags=re.DOTALL)
        assert "NDRC Order No. 36" in page, address
        assert "第36号令，" not in page, address
        assert "“一般”" not in page, address
