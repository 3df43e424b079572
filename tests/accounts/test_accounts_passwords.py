"""Passwords: set by another, changed by oneself."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from xinheng.accounts import models
from xinheng.accounts.door import change_own_password, session_actor, set_password, sign_in
from xinheng.accounts.values import OldPasswordWrong, PasswordInvalid, SessionEnded, SignInRefused
from xinheng.kernel.actor import PUBLIC

OLD, NEW = "Lan-Tian-2026", "Hong-Hua-2027"
SECOND = timedelta(seconds=1)


def change(district: Any, new: str, old: str = OLD, login: str = "market", at: timedelta = timedelta()) -> None:
    """Change one's own password."""
    moment = district.now + at
    change_own_password(old=old, new=new, actor=district.actor(login, moment), now=moment)


def test_the_new_password_opens_and_the_old_does_not(district: Any, ledger: Any, now: datetime) -> None:
    change(district, NEW)
    assert not sign_in(login="market", password=NEW, now=now).must_change
    with pytest.raises(SignInRefused):
        sign_in(login="market", password=OLD, now=now)
    person_id = district.id("market")
    assert ledger("accounts.own_password_changed") == [{"person_id": person_id, "own": True, "must_change": False}]
    assert NEW not in str(ledger())


def test_a_changed_password_ends_other_sessions(district: Any, now: datetime) -> None:
    change(district, NEW, at=SECOND)
    with pytest.raises(SessionEnded, match="别处修改"):
        session_actor(person_id=district.id("market"), signed_in_at=now, seen_at=now, now=now + 2 * SECOND)


def test_a_wrong_old_password_counts_as_a_failure_and_locks(district: Any, ledger: Any, now: datetime) -> None:
    for _ in range(5):
        with pytest.raises(OldPasswordWrong):
            change(district, NEW, old="wrong")
    with pytest.raises(OldPasswordWrong):
        change(district, NEW)
    with pytest.raises(SignInRefused):
        sign_in(login="market", password=OLD, now=now)
    assert len(ledger("accounts.sign_in_refused")) == 7
    assert ledger("accounts.own_password_changed") == []


def test_all_faults_are_told_at_once_and_nothing_changes(district: Any, refused: Any, now: datetime) -> None:
    with refused("accounts.password") as caught:
        change(district, "market")
    error = caught.value
    assert isinstance(error, PasswordInvalid)
    assert [fault.code for fault in error.faults] == ["weak", "contains_login"]
    assert "；" in error.message


def test_the_last_five_passwords_are_not_used_again(district: Any) -> None:
    names = [OLD, *(f"Kai-Xin-{number}" for number in range(101, 106))]
    for old, new in pairwise(names):
        change(district, new, old=old)
    for name in names[1:]:
        with pytest.raises(PasswordInvalid, match="最近 5 次"):
            change(district, name, old=names[-1])
    change(district, OLD, old=names[-1])


def test_only_five_old_hashes_are_kept(district: Any) -> None:
    previous = OLD
    for number in range(201, 209):
        change(district, f"Kai-Xin-{number}", old=previous)
        previous = f"Kai-Xin-{number}"
    assert models.OldPassword.objects.filter(person_id=district.id("market")).count() == 5


def test_a_password_set_by_another_opens_only_its_change(district: Any, ledger: Any, now: datetime) -> None:
    person_id = district.id("market")
    set_password(person_id=person_id, password="One-Time-77", actor=district.actor("secadmin"), now=now)
    assert sign_in(login="market", password="One-Time-77", now=now).must_change
    assert district.actor("market").permissions == {"accounts.set_own_password"}
    change(district, NEW, old="One-Time-77")
    assert district.actor("market").may("records.enter")
    assert ledger("accounts.password_set") == [{"person_id": person_id, "own": False, "must_change": True}]
    assert "One-Time-77" not in str(ledger())


@pytest.mark.parametrize(
    ("actor", "person", "password", "code"),
    [
        ("sysadmin", "market", NEW, "ledger.not_allowed"),
        ("auditor", "market", NEW, "ledger.not_allowed"),
        ("market", "market", NEW, "ledger.not_allowed"),
        ("secadmin", "secadmin", NEW, "accounts.own_password"),
        ("secadmin", "console", NEW, "accounts.service_password"),
        ("secadmin", "market", "short", "accounts.password"),
    ],
)
def test_a_password_that_may_not_be_set_is_refused(
    district: Any, refused: Any, now: datetime, actor: str, person: str, password: str, code: str
) -> None:
    with refused(code):
        set_password(person_id=district.id(person), password=password, actor=district.actor(actor), now=now)


def test_whoever_is_not_signed_in_as_a_person_has_no_password_to_change(
    district: Any, refused: Any, now: datetime
) -> None:
    for actor in (PUBLIC, district.actor("console")):
        with refused("accounts.person_unknown"):
            change_own_password(old=OLD, new=NEW, actor=actor, now=now)


def test_a_hash_is_scrypt_with_its_own_salt(district: Any) -> None:
    hashes = list(models.Person.objects.exclude(login="console").values_list("password_hash", flat=True))
    assert all(encoded.startswith("scrypt$") for encoded in hashes)
    assert len(set(hashes)) == len(hashes)
