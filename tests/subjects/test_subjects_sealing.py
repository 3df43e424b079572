"""Sealed values stay where they were put: exchanged or changed by hand they do not open, and what is beside them still does."""

from datetime import datetime

import pytest
from django.db import transaction
from subject_cast import OPERATOR, firm, person

from hands import by_hand, sql
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import CannotUnseal, unseal
from xinheng.subjects import door
from xinheng.subjects.load.sealing import open_values
from xinheng.subjects.values import PersonalField

pytestmark = pytest.mark.django_db

VALUE = "subjects_personal_value"


@pytest.fixture
def names(now: datetime) -> tuple[int, list[str]]:
    """A business with two legal representatives one after the other, and an address."""
    subject = door.make_provisional(draft=firm(1), actor=OPERATOR, now=now).subject_id
    tokens = [_sealed(subject, PersonalField.NAME, name) for name in ("甲某某", "乙某某")]
    return subject, [*tokens, _sealed(subject, PersonalField.ADDRESS, "示例路9号")]


def _sealed(subject: int, field: PersonalField, value: str) -> str:
    with transaction.atomic():
        return door.seal_personal(subject, {field: value})[field]


def _exchange(subject: int, column: str, one: str, two: str) -> None:
    """Give each of two values the other's content of a column."""
    [(first,)] = sql(f"SELECT {column} FROM {VALUE} WHERE subject_id = %s AND token = %s", subject, one)
    [(second,)] = sql(f"SELECT {column} FROM {VALUE} WHERE subject_id = %s AND token = %s", subject, two)
    for token, content in ((one, second), (two, first)):
        by_hand(f"UPDATE {VALUE} SET {column} = %s WHERE subject_id = %s AND token = %s", content, subject, token)


def test_values_open_as_they_were_sealed(names: tuple[int, list[str]]) -> None:
    subject, tokens = names
    values = open_values(subject, tokens)
    assert [values[token][1] for token in tokens] == ["甲某某", "乙某某", "示例路9号"]


@pytest.mark.parametrize(("one", "two"), [(0, 1), (0, 2)], ids=["of the same field", "of two fields"])
def test_exchanged_ciphertexts_of_one_subject_do_not_open(names: tuple[int, list[str]], one: int, two: int) -> None:
    subject, tokens = names
    _exchange(subject, "ciphertext", tokens[one], tokens[two])
    for token in (tokens[one], tokens[two]):
        with pytest.raises(CannotUnseal) as caught:
            open_values(subject, [token])
        assert caught.value.code == "subjects.value_changed"
        assert f"主体 {subject} " in caught.value.message
        assert token in caught.value.message
        assert not any(text in caught.value.message for text in ("甲某某", "乙某某", "示例路"))


def test_whoever_may_see_a_value_gets_the_error_and_not_another_name(names: tuple[int, list[str]]) -> None:
    subject, tokens = names
    _exchange(subject, "ciphertext", tokens[0], tokens[1])
    with pytest.raises(CannotUnseal):
        door.personal(subject, tokens[:1], OPERATOR)
    assert door.personal(subject, tokens[2:], OPERATOR)[tokens[2]].text == "****"


@pytest.mark.parametrize("field", ["address", "nonsense"])
def test_a_value_given_another_field_does_not_open(names: tuple[int, list[str]], field: str) -> None:
    subject, tokens = names
    by_hand(f"UPDATE {VALUE} SET field = %s WHERE subject_id = %s AND token = %s", field, subject, tokens[0])
    with pytest.raises(CannotUnseal, match="改动或调换"):
        open_values(subject, tokens[:1])


def test_a_value_moved_to_another_subject_does_not_open(names: tuple[int, list[str]], now: datetime) -> None:
    subject, tokens = names
    with transaction.atomic():
        other = door.ensure_person(draft=person(1), actor=OPERATOR, now=now).subject_id
    by_hand(f"UPDATE {VALUE} SET subject_id = %s WHERE subject_id = %s AND token = %s", other, subject, tokens[0])
    with pytest.raises(CannotUnseal):
        open_values(other, tokens[:1])


def test_a_key_moved_to_another_subject_opens_nothing(names: tuple[int, list[str]], now: datetime) -> None:
    subject, tokens = names
    with transaction.atomic():
        other = door.ensure_person(draft=person(1), actor=OPERATOR, now=now).subject_id
    [(wrapped,)] = sql("SELECT wrapped FROM subjects_key WHERE subject_id = %s", other)
    by_hand("UPDATE subjects_key SET wrapped = %s WHERE subject_id = %s", wrapped, subject)
    with pytest.raises(CannotUnseal):
        open_values(subject, tokens[:1])


def test_a_value_is_bound_to_subject_field_and_token(names: tuple[int, list[str]]) -> None:
    subject, tokens = names
    [(sealed,)] = sql(f"SELECT ciphertext FROM {VALUE} WHERE subject_id = %s AND token = %s", subject, tokens[0])
    [(wrapped,)] = sql("SELECT wrapped FROM subjects_key WHERE subject_id = %s", subject)
    key = unseal(key_ring().master, bytes(wrapped), f"subjects.key:{subject}".encode())
    bound = f"subjects.personal:{subject}:name:{tokens[0]}".encode()
    assert unseal(key, bytes(sealed), bound).decode() == "甲某某"
    with pytest.raises(CannotUnseal):
        unseal(key, bytes(sealed), f"subjects.personal:{subject}:name:{tokens[1]}".encode())
