"""With English chosen, the public is told in English what is wrong."""

from typing import Any

import pytest
from django.test import Client

from english_labels import chinese_but_values, errors_said
from world import World

ONCE = "0" * 32


@pytest.fixture
def reader(visitor: Client, settings: Any) -> Client:
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return visitor


def said_in_english(answer: Any) -> str:
    found = errors_said(answer)
    assert found
    assert [one for one in found if chinese_but_values(one)] == []
    return " ".join(found)


def test_an_objection_that_cannot_be_taken_is_refused_in_english(reader: Client, fine: int) -> None:
    typed = {"about": "content", "statement": "长" * 2001, "name": "", "contact": "", "once": ONCE}
    answer = reader.post(f"/records/{fine}/objection", typed)
    assert answer.status_code == 422
    said_in_english(answer)
    assert "The form is not complete; open the page again and submit once more" in said_in_english(
        reader.post(f"/records/{fine}/objection", typed | {"statement": "罚款应为三千元", "name": "云禾", "once": "x"})
    )


@pytest.mark.parametrize(
    "address",
    [
        "/records/999999",
        "/records/999999/objection",
        "/subjects/999999",
        "/catalogue/nothing",
        "/bases/nothing",
        "/lists/nothing",
        "/licences?code=1",
        "/subjects/by-code/123456789012345678",
        "/open-data/2020-01-01/manifest.json",
        "/proofs/999999",
    ],
)
def test_what_is_not_there_is_answered_in_english(reader: Client, world: World, fine: int, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        said_in_english(answer)


def test_a_proof_since_an_impossible_size_is_refused_in_english(reader: Client, fine: int) -> None:
    answer = reader.get(f"/records/{fine}/proof?since=-1")
    assert answer.status_code in (404, 409, 422)
    said_in_english(answer)
