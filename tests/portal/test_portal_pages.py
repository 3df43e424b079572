"""All pages: they answer, say where they are, need no account, refuse what they do not know with a page, cost what is pinned."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from english_labels import chinese_fields
from portal.pages import addresses, main, words
from world import World, licence, penalty, publish
from xinheng.catalogue.door import package_edition
from xinheng.ledger.door import checkpoint
from xinheng.ledger.models import Run
from xinheng.portal import figures
from xinheng.portal.views import bases, catalogue, guidance, home, lists, objections, proofs, records, search, subjects
from xinheng.records.door import enter
from xinheng.web import navigation
from xinheng.web.pages import Page
from xinheng.web.parts import help_of

COUNTS = Path(__file__).with_name("query_counts.json")
BUDGET = 12
MODULES = (bases, catalogue, guidance, home, lists, objections, proofs, records, search, subjects)


@pytest.fixture
def pages(world: World, fine: int, permitted: int, now: Any) -> dict[str, str]:
    checkpoint(now=now)
    return addresses(world, fine, permitted)


def test_every_page_answers_and_begins_with_one_heading(visitor: Client, pages: dict[str, str]) -> None:
    for name, address in pages.items():
        answer = visitor.get(address)
        assert answer.status_code == 200, name
        if answer["Content-Type"].startswith("text/html"):
            assert answer.content.count(b"<h1") == 1, name


def test_every_page_is_drawn_in_english_too(visitor: Client, pages: dict[str, str], settings: Any) -> None:
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Objecting is free of charge." in words(visitor.get(pages["record of a penalty"]))
    for name, address in pages.items():
        answer = visitor.get(address)
        assert answer.status_code == 200, name
        if answer["Content-Type"].startswith("text/html"):
            assert chinese_fields(answer) == [], name


def test_every_item_of_the_catalogue_names_its_fields_in_english(visitor: Client, world: World, settings: Any) -> None:
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for item in package_edition("demo").items:
        assert chinese_fields(visitor.get(f"/catalogue/{item.code}")) == [], item.code


def test_what_speaks_of_a_subject_is_kept_by_nobody(visitor: Client, pages: dict[str, str]) -> None:
    kept = {name for name, address in pages.items() if visitor.get(address).headers.get("Cache-Control") != "no-store"}
    assert kept == {"catalogue", "item", "bases", "basis", "editions", "terms", "verify", "help"}


TAKE_A_FORM = {"objecting": 422, "following an objection": 404}
"""The pages something is sent to, and how they answer a form with nothing in it."""


def test_the_pages_only_read_but_for_those_that_take_an_objection(visitor: Client, pages: dict[str, str]) -> None:
    before = Run.objects.count()
    for name, address in pages.items():
        assert visitor.post(address).status_code in {TAKE_A_FORM.get(name, 405), 403}, name
        assert visitor.head(address).status_code == 200, name
    assert Run.objects.count() == before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/subjects/999999", 404),
        ("/records/999999", 404),
        ("/records/999999/proof.json", 404),
        ("/catalogue/no-such-item", 404),
        ("/catalogue/bases/no-such-basis", 404),
        ("/s/91990101MA0999999X", 404),
        ("/nowhere", 404),
        ("/search?q=" + "云" * 101, 422),
        ("/search?q=%01", 422),
        ("/search?q=云禾&after=@@@", 422),
        ("/search?q=云禾&after=" + "9" * 40, 422),
        ("/licences?after=2026-13-40.5", 422),
        ("/licences?after=nonsense", 422),
        ("/penalties?after=2026-11-10." + "9" * 30, 422),
        ("/penalties?page=0", 422),
        ("/penalties?size=7", 422),
        ("/penalties?colour=red", 422),
        ("/verify/checkpoints/99999999.txt", 422),
    ],
)
def test_what_cannot_be_used_is_answered_with_a_page(visitor: Client, world: World, address: str, status: int) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?item=no-such", "?page=0", "?page=x", "?page=99999999", "?page=-1"], ids=lambda text: text
)
def test_a_subject_page_says_which_parameter_is_wrong(visitor: Client, world: World, query: str) -> None:
    answer = visitor.get(f"/subjects/{world.subjects['云禾']}{query}")
    assert answer.status_code == 422
    assert "可以用的是" in words(answer)


def test_queries_are_as_pinned_and_within_the_budget(visitor: Client, pages: dict[str, str]) -> None:
    counted = counts_of(visitor, pages)
    assert counted == json.loads(COUNTS.read_text(encoding="utf-8"))
    assert max(count for name, count in counted.items() if name != "proof") <= BUDGET


def test_queries_do_not_grow_with_the_data(visitor: Client, pages: dict[str, str], world: World, now: Any) -> None:
    before = counts_of(visitor, pages)
    reporter = world.actor("reporter.market")
    for number in range(2, 9):
        enter(fact=penalty(world, number=f"示市监罚〔2026〕{number}号"), actor=reporter, now=now)
        enter(fact=licence(world, number=f"示市监许〔2026〕{number}号"), actor=reporter, now=now)
    publish(now)
    # How many tiles of the tree a proof reads depends on the place of its entry.
    assert counts_of(visitor, pages) == before


def counts_of(visitor: Client, pages: dict[str, str]) -> dict[str, int]:
    """How many queries each page needs once the process is warm."""
    counted = {}
    for name, address in pages.items():
        visitor.get(address)
        figures.forget()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            visitor.get(address)
        counted[name] = len(queries)
    return counted


def test_every_context_says_what_its_fields_are_for() -> None:
    contexts = {kind for module in MODULES for kind in vars(module).values() if isinstance(kind, type)}
    pages = [kind for kind in contexts if issubclass(kind, Page)]
    assert len(pages) >= 12
    for kind in pages:
        assert all(help_of(kind).values())


def test_every_section_of_the_navigation_leads_somewhere() -> None:
    assert navigation.unresolved("portal") == []


def test_the_first_page_says_how_much_is_public_and_of_which_moment(visitor: Client, pages: dict[str, str]) -> None:
    answer = visitor.get("/")
    said = main(answer)
    assert [figure.value for figure in answer.context["figures"]] == [1, 1]
    assert "统计截至 2026年11月21日" in said
    assert "示例区云禾商贸有限公司" in said
    assert "示例区清岚食品有限公司" in said
    assert "自然人的信息：不公示" in said
