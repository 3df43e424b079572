"""Giving and taking roles: by the operation, and what the database itself refuses."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from xinheng.accounts.door import end_role, grant_role, open_person, people, set_password
from xinheng.accounts.values import PersonDraft, Role


def test_a_granted_role_is_in_force_and_says_who_gave_it(district: Any, ledger: Any, now: datetime) -> None:
    person_id = district.id("plain")
    granted = grant_role(person_id=person_id, role=Role.SUPERVISOR, actor=district.actor("secadmin"), now=now)
    assert district.actor("plain").roles == {"supervisor"}
    assert ledger("accounts.role_granted") == [
        {"grant_id": granted.grant_id, "person_id": person_id, "role": "supervisor"}
    ]


@pytest.mark.parametrize(
    ("login", "role", "code"),
    [
        ("sysadmin", Role.SECURITY_ADMIN, "accounts.separation"),
        ("sysadmin", Role.AUDIT_ADMIN, "accounts.separation"),
        ("sysadmin", Role.REPORTER, "accounts.separation"),
        ("operator", Role.REVIEWER, "accounts.separation"),
        ("operator", Role.AUDITOR, "accounts.separation"),
        ("auditor", Role.INSPECTOR, "accounts.separation"),
        ("market", Role.SYSTEM_ADMIN, "accounts.separation"),
        ("market", Role.REVIEWER, "accounts.centre_only"),
        ("market", Role.CONSOLE_SERVICE, "accounts.service_role"),
        ("console", Role.SYSTEM_ADMIN, "accounts.service_role"),
        ("market", Role.REPORTER, "accounts.role_there"),
        ("secadmin", Role.SECURITY_ADMIN, "accounts.own_roles"),
    ],
)
def test_a_role_that_may_not_be_is_refused(
    district: Any, refused: Any, now: datetime, login: str, role: Role, code: str
) -> None:
    with refused(code):
        grant_role(person_id=district.id(login), role=role, actor=district.actor("secadmin"), now=now)


def test_only_the_security_administrator_gives_and_takes_roles(district: Any, refused: Any, now: datetime) -> None:
    for login in ("sysadmin", "audadmin", "auditor", "operator", "reviewer", "market", "console"):
        with refused("ledger.not_allowed"):
            grant_role(person_id=district.id("plain"), role=Role.REPORTER, actor=district.actor(login), now=now)
        with refused("ledger.not_allowed"):
            end_role(person_id=district.id("market"), role=Role.REPORTER, actor=district.actor(login), now=now)


def test_an_ended_role_is_gone_and_may_be_given_again(district: Any, ledger: Any, now: datetime) -> None:
    person_id, security = district.id("transport"), district.actor("secadmin")
    ended = end_role(person_id=person_id, role=Role.REPORTER, actor=security, now=now)
    assert district.actor("transport").roles == frozenset()
    assert ledger("accounts.role_ended") == [{"grant_id": ended.grant_id, "person_id": person_id, "role": "reporter"}]
    again = grant_role(person_id=person_id, role=Role.REPORTER, actor=security, now=now)
    assert again.grant_id != ended.grant_id


def test_a_role_not_held_cannot_end(district: Any, refused: Any, now: datetime) -> None:
    with refused("accounts.role_not_held"):
        end_role(person_id=district.id("plain"), role=Role.REPORTER, actor=district.actor("secadmin"), now=now)


def test_the_last_system_administrator_keeps_the_role_until_there_is_another(
    district: Any, refused: Any, now: datetime
) -> None:
    person_id, security = district.id("sysadmin"), district.actor("secadmin")
    with refused("accounts.last_holder"):
        end_role(person_id=person_id, role=Role.SYSTEM_ADMIN, actor=security, now=now)
    grant_role(person_id=district.id("plain"), role=Role.SYSTEM_ADMIN, actor=security, now=now)
    end_role(person_id=person_id, role=Role.SYSTEM_ADMIN, actor=security, now=now)
    assert district.actor("sysadmin").roles == frozenset()


def test_a_usable_account_takes_two_administrators(district: Any, now: datetime) -> None:
    unit_id = district.actor("market").unit_id
    opened = open_person(person=PersonDraft("two", "两人", unit_id), actor=district.actor("sysadmin"), now=now)
    security = district.actor("secadmin")
    grant_role(person_id=opened.person_id, role=Role.REPORTER, actor=security, now=now)
    set_password(person_id=opened.person_id, password="One-Time-77", actor=security, now=now)
    found = next(person for person in people(security, now) if person.id == opened.person_id)
    assert (found.has_password, found.roles) == (True, (Role.REPORTER,))


def insert_grant(person_id: int, role: str) -> None:
    """A hand in the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_role_grant (run_id, run_index, person_id, role, active_from) "
            "VALUES (1, 0, %s, %s, '2026-11-21 00:00:00+00:00')",
            [person_id, role],
        )


@pytest.mark.parametrize(
    ("login", "role"),
    [
        ("sysadmin", "security_admin"),
        ("audadmin", "reporter"),
        ("market", "audit_admin"),
        ("auditor", "reviewer"),
        ("operator", "reviewer"),
        ("reviewer", "reporter"),
        ("plain", "emperor"),
    ],
)
def test_the_database_refuses_incompatible_and_unknown_roles(district: Any, login: str, role: str) -> None:
    with pytest.raises(IntegrityError):
        insert_grant(district.id(login), role)


def test_the_database_takes_roles_that_go_together(district: Any, now: datetime) -> None:
    insert_grant(district.id("market"), "supervisor")
    assert "supervisor" in district.actor("market").roles


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_role_grant SET role = 'security_admin' WHERE role = 'reporter'",
        "UPDATE accounts_role_grant SET active_from = '2020-01-01 00:00:00+00:00'",
        "DELETE FROM accounts_role_grant",
        "DELETE FROM accounts_person",
        "DELETE FROM accounts_unit",
        "UPDATE accounts_person SET login = 'other' WHERE login = 'market'",
        "UPDATE accounts_person SET kind = 'person' WHERE login = 'console'",
        "UPDATE accounts_unit SET code = '1' WHERE parent_id IS NULL",
        "UPDATE accounts_unit SET kind = 'credit_centre' WHERE kind = 'department'",
        "UPDATE accounts_unit SET active_to = '2020-01-01'",
    ],
)
def test_the_database_refuses_to_rewrite_history(district: Any, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_ended_grant_never_runs_again(district: Any, now: datetime) -> None:
    end_role(person_id=district.id("market"), role=Role.REPORTER, actor=district.actor("secadmin"), now=now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_role_grant SET active_to = NULL WHERE active_to IS NOT NULL")
