"""Accounts: opened, changed, closed; the actors and lists made of them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from xinheng.accounts.door import (
    actor_by_login,
    actor_for,
    change_person,
    close_person,
    close_unit,
    end_role,
    grant_role,
    open_person,
    people,
    session_actor,
)
from xinheng.accounts.rules.passwords import PASSWORD_AGE
from xinheng.accounts.values import PersonDraft, PersonKind, PersonUnknown, Role, SessionEnded, SessionState

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def market_id(district: Any) -> int:
    """The market regulation bureau."""
    found: int = district.actor("market").unit_id
    return found


@pytest.fixture
def transport_id(district: Any) -> int:
    """The transport bureau."""
    found: int = district.actor("transport").unit_id
    return found


def test_an_opened_account_has_neither_password_nor_role(
    district: Any, market_id: int, ledger: Any, now: datetime
) -> None:
    draft = PersonDraft(" New.Person ", "新人", market_id)
    opened = open_person(person=draft, actor=district.actor("sysadmin"), now=now)
    found = next(person for person in people(district.actor("sysadmin"), now) if person.id == opened.person_id)
    assert (found.login, found.roles, found.has_password, found.must_change) == ("new.person", (), False, True)
    assert actor_for(opened.person_id, now).permissions == {"accounts.set_own_password"}
    assert ledger("accounts.person_opened") == [{"person_id": opened.person_id, "unit_id": market_id, "kind": "person"}]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"login": "market"}, "accounts.login_there"),
        ({"login": "MARKET"}, "accounts.login_there"),
        ({"login": "张三"}, "accounts.login"),
        ({"name": ""}, "accounts.person_name"),
        ({"unit_id": 0}, "accounts.unit_unknown"),
    ],
)
def test_a_wrong_account_is_refused(
    district: Any, market_id: int, refused: Any, now: datetime, draft: dict[str, Any], code: str
) -> None:
    words = {"login": "somebody", "name": "某人", "unit_id": market_id, **draft}
    with refused(code):
        open_person(person=PersonDraft(**words), actor=district.actor("sysadmin"), now=now)


def test_only_the_system_administrator_opens_changes_and_closes_accounts(
    district: Any, market_id: int, refused: Any, now: datetime
) -> None:
    person_id = district.id("plain")
    for login in ("secadmin", "audadmin", "auditor", "operator", "reviewer", "market", "console"):
        actor = district.actor(login)
        with refused("ledger.not_allowed"):
            open_person(person=PersonDraft("new", "新", market_id), actor=actor, now=now)
        with refused("ledger.not_allowed"):
            change_person(person_id=person_id, name="某", unit_id=market_id, actor=actor, now=now)
        with refused("ledger.not_allowed"):
            close_person(person_id=person_id, actor=actor, now=now)


def test_a_login_is_never_given_twice_even_after_its_account_ended(
    district: Any, market_id: int, refused: Any, now: datetime
) -> None:
    close_person(person_id=district.id("plain"), actor=district.actor("sysadmin"), now=now)
    with refused("accounts.login_there"):
        open_person(person=PersonDraft("plain", "别人", market_id), actor=district.actor("sysadmin"), now=now)


def test_whoever_moves_to_another_unit_sees_that_one(
    district: Any, transport_id: int, ledger: Any, now: datetime
) -> None:
    person_id = district.id("market")
    change_person(person_id=person_id, name="填报庚", unit_id=transport_id, actor=district.actor("sysadmin"), now=now)
    assert district.actor("market").unit_path == district.actor("transport").unit_path
    assert ledger("accounts.person_changed") == [{"person_id": person_id, "unit_id": transport_id}]


def test_whoever_holds_a_role_of_the_centre_does_not_leave_it(
    district: Any, market_id: int, refused: Any, now: datetime
) -> None:
    with refused("accounts.centre_only"):
        change_person(
            person_id=district.id("reviewer"),
            name="复核己",
            unit_id=market_id,
            actor=district.actor("sysadmin"),
            now=now,
        )


def test_a_closed_account_is_out_at_once_with_all_its_roles(district: Any, ledger: Any, now: datetime) -> None:
    person_id = district.id("market")
    closed = close_person(person_id=person_id, actor=district.actor("sysadmin"), now=now)
    assert closed.ended_roles == (Role.INSPECTOR, Role.REPORTER)
    with pytest.raises(PersonUnknown):
        actor_for(person_id, now)
    assert ledger("accounts.person_closed") == [{"person_id": person_id, "ended_roles": ["inspector", "reporter"]}]


def test_nobody_closes_the_own_account(district: Any, refused: Any, now: datetime) -> None:
    with refused("accounts.own_account"):
        close_person(person_id=district.id("sysadmin"), actor=district.actor("sysadmin"), now=now)


def test_the_last_security_administrator_is_not_closed(district: Any, refused: Any, now: datetime) -> None:
    with refused("accounts.last_holder"):
        close_person(person_id=district.id("secadmin"), actor=district.actor("sysadmin"), now=now)


def test_an_actor_carries_unit_roles_and_permissions(
    district: Any, now: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        actor = actor_by_login("market", now)
    assert (actor.kind, actor.login, actor.name) == ("person", "market", "填报庚")
    assert actor.roles == {"reporter", "inspector"}
    assert actor.may("records.enter")
    assert not actor.may("records.release_held")
    assert actor == actor_for(district.id("market"), now)


def test_the_console_is_a_service_that_needs_no_password(district: Any) -> None:
    actor = district.actor("console")
    assert actor.kind == "service"
    assert actor.may("intake.load")
    assert not actor.may("accounts.manage_people")


def test_a_role_counts_from_its_grant_to_its_end(district: Any, now: datetime) -> None:
    person_id, security = district.id("plain"), district.actor("secadmin")
    grant_role(person_id=person_id, role=Role.INSPECTOR, actor=security, now=now + MINUTE)
    end_role(person_id=person_id, role=Role.INSPECTOR, actor=security, now=now + 3 * MINUTE)
    moments = [now, now + MINUTE, now + 3 * MINUTE - SECOND, now + 3 * MINUTE]
    assert ["inspector" in actor_for(person_id, moment).roles for moment in moments] == [False, True, True, False]


def test_an_account_of_a_closed_unit_opens_nothing_after_its_last_day(district: Any, now: datetime) -> None:
    transport, system_admin = district.actor("transport").unit_id, district.actor("sysadmin")
    # The unit is closed while its new account has not begun, so the account outlives it.
    opened = open_person(person=PersonDraft("later", "以后", transport), actor=system_admin, now=now + MINUTE)
    close_person(person_id=district.id("transport"), actor=system_admin, now=now)
    close_unit(unit_id=transport, last_day=date(2026, 11, 21), actor=system_admin, now=now)
    assert actor_for(opened.person_id, now + MINUTE).unit_id == transport
    with pytest.raises(PersonUnknown):
        actor_for(opened.person_id, now + timedelta(days=1))


def test_a_password_too_old_leaves_only_its_change(district: Any, now: datetime) -> None:
    assert district.actor("reviewer", now + PASSWORD_AGE - SECOND).may("records.release_held")
    assert district.actor("reviewer", now + PASSWORD_AGE).permissions == {"accounts.set_own_password"}
    assert district.actor("console", now + PASSWORD_AGE).may("intake.load")


@pytest.mark.parametrize(
    ("since_sign_in", "since_seen", "state"),
    [
        (timedelta(hours=1), timedelta(minutes=15), SessionState.IDLE),
        (timedelta(hours=12), MINUTE, SessionState.TOO_OLD),
    ],
)
def test_a_session_that_ended_makes_no_actor(
    district: Any, now: datetime, since_sign_in: timedelta, since_seen: timedelta, state: SessionState
) -> None:
    later = now + timedelta(days=1)
    with pytest.raises(SessionEnded) as caught:
        session_actor(
            person_id=district.id("market"),
            signed_in_at=later - since_sign_in,
            seen_at=later - since_seen,
            now=later,
        )
    assert caught.value.state is state


def test_a_session_that_holds_makes_the_actor(district: Any, now: datetime, django_assert_num_queries: Any) -> None:
    person_id, later = district.id("market"), now + timedelta(hours=1)
    with django_assert_num_queries(2):
        actor = session_actor(person_id=person_id, signed_in_at=now, seen_at=later - MINUTE, now=later)
    assert actor == actor_for(person_id, later)


def test_a_session_from_before_the_password_changed_is_over(district: Any, now: datetime) -> None:
    with pytest.raises(SessionEnded) as caught:
        session_actor(
            person_id=district.id("market"), signed_in_at=now - MINUTE, seen_at=now - SECOND, now=now + SECOND
        )
    assert caught.value.state is SessionState.SUPERSEDED


def test_accounts_are_listed_for_administrators_and_the_auditor_only(
    district: Any, now: datetime, refused: Any, django_assert_num_queries: Any
) -> None:
    for login in ("sysadmin", "secadmin", "audadmin", "auditor"):
        actor = district.actor(login)
        with django_assert_num_queries(3):
            listed = people(actor, now)
        assert [person.login for person in listed] == sorted(person.login for person in listed)
    for login in ("operator", "reviewer", "market", "console"):
        with refused("ledger.not_allowed"):
            people(district.actor(login), now)


def test_a_service_account_is_listed_as_one_without_a_password(district: Any, now: datetime) -> None:
    console = next(found for found in people(district.actor("sysadmin"), now) if found.login == "console")
    assert (console.kind, console.has_password, console.roles) == (PersonKind.SERVICE, False, (Role.CONSOLE_SERVICE,))
