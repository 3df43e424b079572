"""Idempotency keys: one write for one key; others wait, differ, or get the first answer."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.conftest import District
from accounts.test_accounts_tokens import issue, service  # noqa: F401
from xinheng.accounts import models
from xinheng.accounts.door import Claimed, KeptAnswer, claim_key, forget_keys, release_key, settle_key
from xinheng.accounts.rules.tokens import KEY_PATIENCE, KEYS_KEPT, KeyInProgress, KeyInvalid, KeyReused

ANSWER = KeptAnswer(202, '{"id": 1}', {"Location": "/api/v1/batches/1"})


@pytest.fixture
def token(district: District, service: int) -> int:  # noqa: F811
    return issue(district, service).token_id


def claim(district: District, token: int, *content: str, after: timedelta = timedelta(), key: str = "k-1") -> Claimed:
    found = claim_key(token_id=token, key=key, content=content or ("POST", "a"), now=district.now + after)
    assert isinstance(found, Claimed)
    return found


def test_the_first_answer_is_given_again(district: District, token: int) -> None:
    settle_key(claimed=claim(district, token), answer=ANSWER)
    assert claim_key(token_id=token, key="k-1", content=("POST", "a"), now=district.now) == ANSWER


def test_another_content_under_the_same_key_is_refused(district: District, token: int) -> None:
    settle_key(claimed=claim(district, token), answer=ANSWER)
    with pytest.raises(KeyReused):
        claim(district, token, "POST", "b")


def test_what_is_in_progress_is_told(district: District, token: int) -> None:
    claim(district, token)
    with pytest.raises(KeyInProgress):
        claim(district, token, after=KEY_PATIENCE - timedelta(seconds=1))


def test_a_write_that_had_no_effect_gives_its_key_back(district: District, token: int) -> None:
    release_key(claimed=claim(district, token))
    assert claim(district, token, "POST", "b").key_id


def test_a_dead_write_is_taken_over_and_cannot_settle_any_more(district: District, token: int) -> None:
    dead = claim(district, token)
    settle_key(claimed=claim(district, token, after=KEY_PATIENCE), answer=ANSWER)
    with pytest.raises(KeyInProgress), transaction.atomic():
        settle_key(claimed=dead, answer=KeptAnswer(202, "{}"))
    release_key(claimed=dead)
    assert models.IdempotencyKey.objects.get().body == ANSWER.body


def test_a_key_is_forgotten_after_a_day(district: District, token: int) -> None:
    settle_key(claimed=claim(district, token), answer=ANSWER)
    claim(district, token, key="k-2", after=timedelta(hours=1))
    assert forget_keys(now=district.now + KEYS_KEPT - timedelta(seconds=1)) == 0
    assert forget_keys(now=district.now + KEYS_KEPT) == 1
    assert models.IdempotencyKey.objects.get().key == "k-2"


def test_a_key_of_more_than_a_day_ago_stands_for_nothing_before_it_is_swept(district: District, token: int) -> None:
    settle_key(claimed=claim(district, token), answer=ANSWER)
    assert claim(district, token, "POST", "b", after=KEYS_KEPT)


@pytest.mark.parametrize("key", ["", "a b", "键", "x" * 201, "a\n"])
def test_what_is_no_key_is_refused(district: District, token: int, key: str) -> None:
    with pytest.raises(KeyInvalid):
        claim(district, token, key=key)
