"""Which role may do what, and which exclude each other."""

from itertools import combinations

import pytest

from xinheng.accounts.rules.roles import (
    ADMINISTRATORS,
    PERMISSIONS,
    PERMISSIONS_OF,
    may_change_roles_of,
    may_hold,
    may_lose,
    permissions_of,
)
from xinheng.accounts.values import Allowed, Decision, Denied, PersonKind, Role, UnitKind
from xinheng.kernel.actor import Actor

SERVICE_ROLES = [Role.CONSOLE_SERVICE, Role.UNIT_SERVICE]
HUMAN_ROLES = [role for role in Role if role not in SERVICE_ROLES]
BUSINESS = {Role.REPORTER, Role.SUPERVISOR, Role.INSPECTOR, Role.CENTRE_OPERATOR, Role.REVIEWER}
TOGETHER = {
    frozenset(pair)
    for pair in (
        (Role.REPORTER, Role.SUPERVISOR),
        (Role.REPORTER, Role.INSPECTOR),
        (Role.SUPERVISOR, Role.INSPECTOR),
        (Role.CENTRE_OPERATOR, Role.REPORTER),
        (Role.CENTRE_OPERATOR, Role.SUPERVISOR),
        (Role.CENTRE_OPERATOR, Role.INSPECTOR),
        (Role.REVIEWER, Role.SUPERVISOR),
        (Role.REVIEWER, Role.INSPECTOR),
    )
}


def hold(
    role: Role, *held: Role, kind: PersonKind = PersonKind.PERSON, unit: UnitKind = UnitKind.CREDIT_CENTRE
) -> Decision:
    return may_hold(role, held=held, kind=kind, unit_kind=unit)


@pytest.mark.parametrize(("one", "other"), list(combinations(HUMAN_ROLES, 2)))
def test_two_roles_go_together_only_where_the_table_says_so(one: Role, other: Role) -> None:
    allowed = frozenset({one, other}) in TOGETHER
    assert isinstance(hold(one, other), Allowed) == allowed
    assert isinstance(hold(other, one), Allowed) == allowed


@pytest.mark.parametrize("administrator", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("other", sorted(set(HUMAN_ROLES)))
def test_an_administrator_role_goes_with_no_other(administrator: Role, other: Role) -> None:
    if administrator is not other:
        decision = hold(administrator, other)
        assert isinstance(decision, Denied)
        assert decision.reason == "separation"
        assert "GB/T 22239-2019" in decision.basis
        assert other.label in decision.message


@pytest.mark.parametrize("role", [Role.CENTRE_OPERATOR, Role.REVIEWER])
@pytest.mark.parametrize("unit", list(UnitKind))
def test_roles_that_see_everything_belong_to_the_credit_centre(role: Role, unit: UnitKind) -> None:
    decision = hold(role, unit=unit)
    assert isinstance(decision, Allowed) == (unit is UnitKind.CREDIT_CENTRE)


@pytest.mark.parametrize("role", HUMAN_ROLES)
def test_a_service_account_holds_no_role_of_people(role: Role) -> None:
    decision = hold(role, kind=PersonKind.SERVICE)
    assert isinstance(decision, Denied)
    assert decision.reason == "service_role"


def test_only_a_service_account_holds_the_console_role() -> None:
    assert isinstance(hold(Role.CONSOLE_SERVICE, kind=PersonKind.SERVICE), Allowed)
    assert isinstance(hold(Role.UNIT_SERVICE, kind=PersonKind.SERVICE, unit=UnitKind.DEPARTMENT), Allowed)
    assert isinstance(hold(Role.UNIT_SERVICE), Denied)
    assert isinstance(hold(Role.CONSOLE_SERVICE), Denied)


def test_every_role_has_permissions_and_all_are_described() -> None:
    assert set(PERMISSIONS_OF) == set(Role)
    assert set().union(*PERMISSIONS_OF.values()) <= set(PERMISSIONS)
    assert set(PERMISSIONS) == permissions_of(Role)
    assert all(role.label for role in Role)
    assert all(kind.label for kind in UnitKind)


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        ("accounts.manage_people", {Role.SYSTEM_ADMIN}),
        ("accounts.manage_units", {Role.SYSTEM_ADMIN}),
        ("accounts.grant_roles", {Role.SECURITY_ADMIN}),
        ("accounts.set_passwords", {Role.SECURITY_ADMIN}),
        ("accounts.unlock", {Role.SECURITY_ADMIN}),
        ("accounts.read_queries", {Role.AUDITOR, Role.AUDIT_ADMIN}),
        ("ledger.read", {Role.AUDITOR, Role.AUDIT_ADMIN, Role.CONSOLE_SERVICE}),
        ("records.enter", {Role.REPORTER, Role.CENTRE_OPERATOR, Role.CONSOLE_SERVICE, Role.UNIT_SERVICE}),
        ("accounts.manage_tokens", {Role.SECURITY_ADMIN}),
        ("records.release_held", {Role.REVIEWER}),
        ("records.release_correction", {Role.REVIEWER}),
        ("publicity.withdraw", {Role.REVIEWER}),
        ("catalogue.manage", {Role.CENTRE_OPERATOR, Role.CONSOLE_SERVICE}),
        (
            "accounts.see_all_units",
            {Role.CENTRE_OPERATOR, Role.REVIEWER, Role.AUDITOR, Role.CONSOLE_SERVICE},
        ),
    ],
)
def test_a_permission_belongs_to_exactly_these_roles(permission: str, holders: set[Role]) -> None:
    assert {role for role in Role if permission in PERMISSIONS_OF[role]} == holders


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrator_sees_no_business_data(role: Role) -> None:
    assert not {name for name in PERMISSIONS_OF[role] if name.startswith(("records.", "subjects.", "intake."))}


def test_the_audit_administrator_manages_no_account() -> None:
    changing = {"accounts.manage_people", "accounts.grant_roles", "accounts.set_passwords", "accounts.unlock"}
    assert not PERMISSIONS_OF[Role.AUDIT_ADMIN] & changing


@pytest.mark.parametrize("role", sorted(BUSINESS - {Role.REVIEWER}))
def test_only_the_reviewer_releases(role: Role) -> None:
    assert not {name for name in PERMISSIONS_OF[role] if ".release_" in name}


def test_while_the_password_must_be_changed_nothing_else_is_permitted() -> None:
    assert permissions_of([Role.REVIEWER], must_change_password=True) == {"accounts.set_own_password"}


def test_nobody_changes_roles_of_ones_own() -> None:
    actor = Actor(kind="person", id=7)
    assert isinstance(may_change_roles_of(actor, 7), Denied)
    assert isinstance(may_change_roles_of(actor, 8), Allowed)


@pytest.mark.parametrize("role", list(Role))
def test_only_system_and_security_administrators_are_indispensable(role: Role) -> None:
    needed = role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
    assert isinstance(may_lose(role, other_holders=0), Denied) == needed
    assert isinstance(may_lose(role, other_holders=1), Allowed)
