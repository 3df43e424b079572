"""Signing in and out, locks: time is an argument."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinheng.accounts import models
from xinheng.accounts.door import close_person, people, sign_in, sign_out, unlock
from xinheng.accounts.rules.passwords import PASSWORD_AGE
from xinheng.accounts.values import SessionState, SignInRefused
from xinheng.kernel.actor import PUBLIC

PASSWORD = "Lan-Tian-2026"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def fail(login: str, now: datetime, times: int = 1, password: str = "wrong") -> SignInRefused:
    """Try to sign in and be refused, so many times."""
    for _ in range(times):
        with pytest.raises(SignInRefused) as caught:
            sign_in(login=login, password=password, now=now)
    return caught.value


def test_the_right_password_lets_in(district: Any, ledger: Any, now: datetime) -> None:
    entered = sign_in(login=" Market ", password=PASSWORD, now=now)
    assert (entered.person_id, entered.must_change) == (district.id("market"), False)
    assert ledger("accounts.signed_in") == [
        {
            "person_id": entered.person_id,
            "at": "2026-11-21T03:04:05.000000Z",
            "must_change": False,
            "means": "password",
        }
    ]


def test_a_full_width_password_is_the_same(district: Any, now: datetime) -> None:
    assert sign_in(login="market", password="Lan-Tian-２０２６", now=now).person_id == district.id("market")


def test_a_wrong_password_is_entered_without_what_was_typed(district: Any, ledger: Any, now: datetime) -> None:
    fail("market", now, password="not-this-one-99")
    assert ledger("accounts.sign_in_refused") == [
        {"person_id": district.id("market"), "failure": "wrong_password", "failures": 1, "locked_until": None}
    ]
    assert "not-this-one-99" not in str(ledger())
    assert ledger("accounts.signed_in") == []


def test_an_unknown_login_is_entered_without_what_was_typed(district: Any, ledger: Any, now: datetime) -> None:
    fail("Lan-Tian-2026", now)
    assert ledger("accounts.sign_in_refused") == [
        {"person_id": None, "failure": "unknown_login", "failures": 1, "locked_until": None}
    ]
    assert "lan-tian" not in str(ledger()).lower()


def close(login: str, district: Any, now: datetime) -> None:
    close_person(person_id=district.id(login), actor=district.actor("sysadmin"), now=now)


def test_every_refusal_is_the_same_answer(district: Any, now: datetime) -> None:
    close("plain", district, now)
    fail("transport", now, times=5)
    answers = [
        fail("nobody", now),
        fail("market", now),
        fail("transport", now, password=PASSWORD),
        fail("plain", now, password=PASSWORD),
        fail("console", now, password=""),
        fail("market", now, password="x" * 100_000),
        fail("x" * 100_000, now),
        fail("", now, password=""),
    ]
    assert {(type(answer), answer.code, answer.message) for answer in answers} == {
        (SignInRefused, "accounts.sign_in_refused", answers[0].message)
    }


def test_an_unknown_login_costs_the_same_work_as_a_wrong_password(
    district: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    close("plain", district, now)
    fail("transport", now, times=5)
    hashed = []
    real = ScryptPasswordHasher.encode

    def counted(self: ScryptPasswordHasher, password: str, salt: str, *rest: Any) -> str:
        hashed.append((salt != "", rest))
        encoded: str = real(self, password, salt, *rest)
        return encoded

    fail("nobody", now)
    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    costs = set()
    for login in ("nobody", "market", "transport", "plain", "console"):
        hashed.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            fail(login, now)
        costs.add((len(queries), len(hashed)))
    assert len(costs) == 1


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(district: Any, ledger: Any, now: datetime) -> None:
    fail("market", now, times=5)
    fail("market", now + 15 * MINUTE - SECOND, password=PASSWORD)
    sign_in(login="market", password=PASSWORD, now=now + 15 * MINUTE)
    said = [(entry["failure"], entry["failures"]) for entry in ledger("accounts.sign_in_refused")]
    assert said == [("wrong_password", count) for count in (1, 2, 3, 4, 5)] + [("locked", 5)]


def test_a_second_lock_is_twice_as_long(district: Any, now: datetime) -> None:
    fail("market", now, times=5)
    later = now + 15 * MINUTE
    fail("market", later, times=5)
    fail("market", later + 30 * MINUTE - SECOND, password=PASSWORD)
    sign_in(login="market", password=PASSWORD, now=later + 30 * MINUTE)


def test_failures_while_locked_do_not_prolong_the_lock(district: Any, now: datetime) -> None:
    fail("market", now, times=5)
    fail("market", now + MINUTE, times=20)
    sign_in(login="market", password=PASSWORD, now=now + 15 * MINUTE)


def test_success_puts_the_count_back_to_zero(district: Any, now: datetime) -> None:
    fail("market", now, times=4)
    sign_in(login="market", password=PASSWORD, now=now)
    fail("market", now, times=4)
    sign_in(login="market", password=PASSWORD, now=now)


def test_one_accounts_lock_is_not_anothers(district: Any, now: datetime) -> None:
    fail("market", now, times=5)
    assert sign_in(login="transport", password=PASSWORD, now=now).person_id == district.id("transport")


def test_an_ended_account_lets_nobody_in(district: Any, ledger: Any, now: datetime) -> None:
    close("market", district, now)
    fail("market", now, password=PASSWORD)
    assert ledger("accounts.sign_in_refused")[0]["failure"] == "not_in_force"


def test_the_security_administrator_unlocks(district: Any, ledger: Any, now: datetime) -> None:
    person_id = district.id("market")
    fail("market", now, times=5)
    listed = {found.login: found.locked_until for found in people(district.actor("secadmin"), now)}
    assert (listed["market"], listed["transport"]) == (now + 15 * MINUTE, None)
    unlock(person_id=person_id, actor=district.actor("secadmin"), now=now)
    assert sign_in(login="market", password=PASSWORD, now=now).person_id == person_id
    assert ledger("accounts.unlocked") == [{"person_id": person_id, "failures": 5}]


def test_nobody_else_unlocks(district: Any, refused: Any, now: datetime) -> None:
    fail("market", now, times=5)
    for login in ("sysadmin", "audadmin", "auditor", "operator", "market", "console"):
        with refused("ledger.not_allowed"):
            unlock(person_id=district.id("market"), actor=district.actor(login), now=now)
    with refused("accounts.person_unknown"):
        unlock(person_id=0, actor=district.actor("secadmin"), now=now)


def test_too_old_a_password_opens_only_its_change(district: Any, now: datetime) -> None:
    later = now + PASSWORD_AGE
    assert sign_in(login="market", password=PASSWORD, now=later).must_change
    assert district.actor("market", later).permissions == {"accounts.set_own_password"}


def test_a_hash_of_weaker_parameters_is_made_anew(
    district: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = models.Person.objects.get(login="market").password_hash
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 4)
    sign_in(login="market", password=PASSWORD, now=now)
    after = models.Person.objects.get(login="market").password_hash
    assert (before.split("$")[1], after.split("$")[1]) == ("2", "4")
    sign_in(login="market", password=PASSWORD, now=now)
    assert models.Person.objects.get(login="market").password_hash == after


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.IDLE])
def test_leaving_is_entered_with_its_cause(district: Any, ledger: Any, now: datetime, state: SessionState) -> None:
    sign_out(actor=district.actor("market"), now=now, state=state)
    assert ledger("accounts.signed_out") == [{"person_id": district.id("market"), "state": state.value}]


def test_the_public_cannot_leave(district: Any, refused: Any, now: datetime) -> None:
    for actor in (PUBLIC, district.actor("console")):
        with refused("accounts.person_unknown"):
            sign_out(actor=actor, now=now)
