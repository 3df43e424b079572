"""Service tokens: issued for a department's service account, shown once, part of what the account may do, ended at once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.conftest import MARKET, TRANSPORT, District
from xinheng.accounts import door, models
from xinheng.accounts.door import PERMISSIONS_OF, TokenDraft
from xinheng.accounts.rules.tokens import TOKEN_SCOPES, TokenIssued, TokenRefused
from xinheng.accounts.values import NotAllowed, PersonDraft, PersonKind, Role

Refused = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def service(district: District) -> int:
    draft = PersonDraft("market.system", "执法系统", district.unit(MARKET).id, PersonKind.SERVICE)
    opened = door.open_person(person=draft, actor=district.actor("sysadmin"), now=district.now).person_id
    door.grant_role(person_id=opened, role=Role.UNIT_SERVICE, actor=district.actor("secadmin"), now=district.now)
    return opened


def draft(service: int, now: datetime, **changed: Any) -> TokenDraft:
    return replace(
        TokenDraft(service, "处罚上报", ("intake.load", "intake.read_own"), now + timedelta(days=30)), **changed
    )


def issue(district: District, service: int, **changed: Any) -> TokenIssued:
    return door.issue_token(
        token=draft(service, district.now, **changed), actor=district.actor("secadmin"), now=district.now
    )


def test_a_token_carries_what_role_and_scope_both_allow(district: District, service: int) -> None:
    issued = issue(district, service)
    found = door.credential(issued.token, district.now)
    assert (found.actor.kind, found.actor.id, found.actor.unit_path) == (
        "service",
        service,
        district.unit(MARKET).path,
    )
    assert found.actor.permissions == {"intake.load", "intake.read_own"}


def test_every_scope_is_a_permission_of_a_reporter_or_the_service_windows() -> None:
    window = {"records.read_licences"}
    assert set(TOKEN_SCOPES) - PERMISSIONS_OF[Role.REPORTER] == window
    assert PERMISSIONS_OF[Role.UNIT_SERVICE] - PERMISSIONS_OF[Role.REPORTER] == window
    assert window <= PERMISSIONS_OF[Role.SUPERVISOR]


def test_the_text_of_a_token_stands_nowhere(district: District, service: int, ledger: Callable[..., Any]) -> None:
    issued = issue(district, service)
    (payload,) = ledger("accounts.token_issued")
    assert issued.token not in str(payload)
    assert payload["prefix"] == issued.prefix
    assert issued.token.startswith(f"xht_{issued.prefix}_")
    assert issued.token not in repr(issued)
    row = models.ServiceToken.objects.get(pk=issued.token_id)
    assert issued.token not in str(vars(row))


def test_a_token_is_confined_to_its_items(district: District, service: int) -> None:
    found = door.credential(issue(district, service, items=("administrative-penalty",)).token, district.now)
    assert (found.allows("administrative-penalty"), found.allows("administrative-licence")) == (True, False)


def test_a_revoked_token_opens_nothing_from_that_moment(
    district: District, service: int, ledger: Callable[..., Any]
) -> None:
    issued = issue(district, service)
    door.revoke_token(token_id=issued.token_id, actor=district.actor("secadmin"), now=district.now)
    with pytest.raises(TokenRefused):
        door.credential(issued.token, district.now)
    assert ledger("accounts.token_revoked") == [{"person_id": service, "token_id": issued.token_id}]


def test_a_token_ends_with_its_last_moment(district: District, service: int) -> None:
    issued = issue(district, service)
    assert door.credential(issued.token, issued.expires_at - timedelta(seconds=1)).token_id == issued.token_id
    with pytest.raises(TokenRefused):
        door.credential(issued.token, issued.expires_at)


@pytest.mark.parametrize("text", ["", "xht_", "xht_AAAAAAAA_" + "a" * 43, "Bearer x", "x" * 5000])
def test_what_is_no_token_is_refused_alike(district: District, text: str) -> None:
    with pytest.raises(TokenRefused):
        door.credential(text, district.now)


def test_a_token_ends_with_role_account_and_unit(district: District, service: int) -> None:
    issued, at = issue(district, service), district.now + timedelta(minutes=1)
    moved = {"person_id": service, "name": "执法系统", "unit_id": district.unit(TRANSPORT).id}
    with transaction.atomic():
        door.change_person(**moved, actor=district.actor("sysadmin"), now=at)
        with pytest.raises(TokenRefused):
            door.credential(issued.token, at)
        transaction.set_rollback(True)
    with transaction.atomic():
        door.end_role(person_id=service, role=Role.UNIT_SERVICE, actor=district.actor("secadmin"), now=at)
        with pytest.raises(TokenRefused):
            door.credential(issued.token, at)
        transaction.set_rollback(True)
    door.close_person(person_id=service, actor=district.actor("sysadmin"), now=at)
    with pytest.raises(TokenRefused):
        door.credential(issued.token, at)


def test_only_the_security_administrator_issues_and_sees_tokens(district: District, service: int) -> None:
    for login in ("sysadmin", "audadmin", "operator", "market"):
        actor = district.actor(login)
        assert not actor.may("accounts.manage_tokens")
        with pytest.raises(Exception, match="权限"):
            door.issue_token(token=draft(service, district.now), actor=actor, now=district.now)
        with pytest.raises(Exception, match="权限"):
            door.tokens(actor, district.now)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scopes": ()}, "accounts.token_scopes"),
        ({"scopes": ("accounts.grant_roles",)}, "accounts.token_scopes"),
        ({"name": " "}, "accounts.token_name"),
        ({"expires_at": datetime.fromisoformat("2026-11-21T03:04:05Z")}, "accounts.token_expiry"),
        ({"expires_at": datetime.fromisoformat("2028-01-01T00:00:00Z")}, "accounts.token_expiry"),
    ],
)
def test_a_draft_that_is_no_token_is_refused(
    district: District, service: int, refused: Refused, changed: dict[str, Any], code: str
) -> None:
    with refused(code):
        issue(district, service, **changed)


def test_a_person_is_given_no_token(district: District, refused: Refused) -> None:
    with refused("accounts.token_account"):
        issue(district, district.id("market"))
    with pytest.raises(NotAllowed, match="服务账号"):
        door.grant_role(
            person_id=district.id("plain"),
            role=Role.UNIT_SERVICE,
            actor=district.actor("secadmin"),
            now=district.now,
        )


def test_the_last_use_is_noted_once_a_minute_and_leaves_no_entry(
    district: District, service: int, ledger: Callable[..., Any]
) -> None:
    issued = issue(district, service)
    entries = len(ledger())
    used = []
    for seconds in (0, 30, 59, 60):
        door.credential(issued.token, district.now + timedelta(seconds=seconds))
        used.append(door.token(issued.token_id, district.actor("secadmin"), district.now).last_used_at)
    assert used == [district.now] * 3 + [district.now + timedelta(seconds=60)]
    assert len(ledger()) == entries


@pytest.mark.parametrize("column", ["digest = digest", "revoked_at = NULL", "scopes = scopes"])
def test_the_database_lets_nobody_wake_a_revoked_token(district: District, service: int, column: str) -> None:
    issued = issue(district, service)
    door.revoke_token(token_id=issued.token_id, actor=district.actor("secadmin"), now=district.now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_service_token SET {column}")
