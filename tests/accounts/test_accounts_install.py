"""The first day, the audit trail, and that what is entered verifies."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from xinheng.accounts import models
from xinheng.accounts.door import (
    PERMISSIONS,
    PERMISSIONS_OF,
    grant_role,
    install,
    open_person,
    register_query,
    sign_in,
    trail,
)
from xinheng.accounts.values import (
    AuditFilter,
    InstallPlan,
    PersonDraft,
    PersonKind,
    PersonSeed,
    QueryDraft,
    QueryKind,
    Role,
    UnitKind,
    UnitSeed,
)
from xinheng.kernel.actor import system
from xinheng.ledger.door import OPERATIONS, public_key, sequence, verify
from xinheng.storage.journal import OutsideOperation
from xinheng.storage.keys import key_ring

INIT = system("init", "accounts.install")


@pytest.fixture
def plan(code_of: Any) -> InstallPlan:
    """A centre with one system administrator, and the console."""
    centre = UnitSeed(code_of(1), "示例区社会信用中心", UnitKind.CREDIT_CENTRE)
    admin = PersonSeed("sysadmin", "系管甲", centre.code, (Role.SYSTEM_ADMIN,), "Lan-Tian-2026")
    console = PersonSeed("console", "命令行", centre.code, (Role.CONSOLE_SERVICE,), kind=PersonKind.SERVICE)
    return InstallPlan((centre,), (admin, console))


def test_the_first_day_makes_units_people_and_roles_in_one_entry(
    db: None, plan: InstallPlan, ledger: Any, now: datetime
) -> None:
    install(plan=plan, actor=INIT, now=now)
    assert ledger() == [{"units": 1, "people": 2, "grants": 2}]
    assert sign_in(login="sysadmin", password="Lan-Tian-2026", now=now).must_change


def test_a_second_installation_adds_what_is_missing_and_changes_nothing(
    db: None, plan: InstallPlan, now: datetime, code_of: Any
) -> None:
    install(plan=plan, actor=INIT, now=now)
    before = list(models.Person.objects.order_by("id").values())
    bureau = UnitSeed(code_of(2), "示例区税务局", UnitKind.DEPARTMENT, plan.units[0].code)
    renamed = replace(plan.people[0], name="别名", password="Other-Word-55", roles=(Role.AUDITOR,))
    again = InstallPlan((*plan.units, bureau), (renamed, plan.people[1]))
    done = install(plan=again, actor=INIT, now=now)
    assert (done.units, done.people, done.grants) == (1, 0, 0)
    assert list(models.Person.objects.order_by("id").values()) == before


def test_nobody_but_the_installer_installs(district: Any, plan: InstallPlan, refused: Any, now: datetime) -> None:
    for login in ("sysadmin", "secadmin", "console"):
        with refused("ledger.not_allowed"):
            install(plan=plan, actor=district.actor(login), now=now)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"roles": (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)}, "accounts.separation"),
        ({"password": "admin123"}, "accounts.password"),
        ({"unit_code": "X"}, "accounts.unit_unknown"),
        ({"login": "系管"}, "accounts.login"),
        ({"kind": PersonKind.SERVICE}, "accounts.service_password"),
    ],
)
def test_the_rules_hold_on_the_first_day_too_and_nothing_is_left_of_a_refusal(
    db: None, plan: InstallPlan, refused: Any, now: datetime, change: dict[str, Any], code: str
) -> None:
    wrong = InstallPlan(plan.units, (plan.people[1], replace(plan.people[0], **change)))
    with refused(code):
        install(plan=wrong, actor=INIT, now=now)


def test_a_row_is_not_saved_past_the_operations(district: Any) -> None:
    for model in (models.Unit, models.Person, models.RoleGrant):
        row = model.objects.latest("id")
        with pytest.raises(OutsideOperation):
            row.save()
        with pytest.raises(OutsideOperation):
            row.delete()
        with pytest.raises(OutsideOperation):
            model.objects.update(active_to=None)


def busy_day(district: Any, now: datetime) -> None:
    """An account opened and given a role, a sign-in, a query."""
    unit_id = district.actor("market").unit_id
    opened = open_person(person=PersonDraft("novice", "新手", unit_id), actor=district.actor("sysadmin"), now=now)
    grant_role(person_id=opened.person_id, role=Role.REPORTER, actor=district.actor("secadmin"), now=now)
    sign_in(login="market", password="Lan-Tian-2026", now=now)
    query = QueryDraft(QueryKind.VIEW, subject_id=42, fields=("name",))
    register_query(query=query, purposes={}, actor=district.actor("market"), now=now)
    sequence()


def test_the_trail_tells_who_did_what_newest_first(
    district: Any, now: datetime, django_assert_num_queries: Any
) -> None:
    busy_day(district, now)
    auditor = district.actor("auditor")
    with django_assert_num_queries(2):
        page = trail(AuditFilter(), auditor)
    assert [(line.operation, line.actor_name, line.unit_name) for line in page.items] == [
        ("accounts.query_registered", "填报庚", "示例区市场监督管理局"),
        ("accounts.signed_in", "填报庚", "示例区市场监督管理局"),
        ("accounts.role_granted", "安管乙", "示例区社会信用中心"),
        ("accounts.person_opened", "系管甲", "示例区社会信用中心"),
        ("accounts.installed", "init", ""),
    ]
    assert page.next_before is None


def test_the_trail_is_narrowed_and_paged(district: Any, now: datetime) -> None:
    busy_day(district, now)
    auditor, market = district.actor("auditor"), district.actor("market")

    def operations(**wanted: Any) -> list[str]:
        return [line.operation.removeprefix("accounts.") for line in trail(AuditFilter(**wanted), auditor).items]

    assert operations(actor_id=market.id) == ["query_registered", "signed_in"]
    assert operations(unit_id=market.unit_id, operation="accounts.signed_in") == ["signed_in"]
    assert operations(since=now, until=now) == []
    first = trail(AuditFilter(limit=3), auditor)
    rest = operations(limit=3, before=first.next_before)
    assert [line.operation for line in first.items][-1] == "accounts.role_granted"
    assert rest == ["person_opened", "installed"]


def test_the_history_of_one_row_is_part_of_the_trail(district: Any, now: datetime) -> None:
    busy_day(district, now)
    grant = models.RoleGrant.objects.latest("id")
    history = trail(AuditFilter(table="accounts.role_grant/1", row_id=grant.id), district.actor("audadmin"))
    assert [line.operation for line in history.items] == ["accounts.role_granted"]


def test_the_trail_is_for_auditors(district: Any, refused: Any) -> None:
    for login in ("sysadmin", "secadmin", "operator", "reviewer", "market"):
        with refused("ledger.not_allowed"):
            trail(AuditFilter(), district.actor(login))
        with refused("ledger.not_allowed"):
            trail(AuditFilter(table="accounts.unit/1", row_id=1), district.actor(login))


def test_a_busy_day_verifies(district: Any, now: datetime) -> None:
    busy_day(district, now)
    found = verify(key=public_key(key_ring().checkpoint))
    assert found.problems == ()
    assert set(found.rows) >= {"accounts.unit/1", "accounts.person/1", "accounts.role_grant/1", "accounts.query/1"}


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("accounts_unit", "UPDATE accounts_unit SET path = '/1/' WHERE parent_id IS NOT NULL"),
        ("accounts_unit", "UPDATE accounts_unit SET address = '别处' WHERE parent_id IS NULL"),
        ("accounts_person", "UPDATE accounts_person SET password_hash = 'scrypt$2$a$8$1$b' WHERE login = 'market'"),
        ("accounts_person", "UPDATE accounts_person SET must_change = NOT must_change WHERE login = 'market'"),
        ("accounts_role_grant", "UPDATE accounts_role_grant SET granted_by_id = person_id WHERE role = 'auditor'"),
        (
            "accounts_role_grant",
            "INSERT INTO accounts_role_grant (run_id, run_index, person_id, role, active_from) "
            "SELECT run_id, run_index, person_id, 'supervisor', active_from FROM accounts_role_grant "
            "WHERE role = 'inspector'",
        ),
    ],
)
def test_a_hand_in_the_database_is_found(district: Any, now: datetime, table: str, statement: str) -> None:
    busy_day(district, now)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    problems = verify(key=public_key(key_ring().checkpoint)).problems
    assert problems
    assert [p for p in problems if table not in f"{p.place} {p.message}"] == []


def test_every_operation_of_accounts_needs_a_permission_some_role_has() -> None:
    needs = {operation.needs for code, operation in OPERATIONS.items() if code.startswith("accounts.")}
    # Held by parts of the platform alone: `init` and the watch over the register.
    own = {"accounts.install", "accounts.watch"}
    assert needs - set(PERMISSIONS) == {None, *own}
    assert not any(own & permissions for permissions in PERMISSIONS_OF.values())
