"""Opening, changing and closing accounts. Whoever opens an account gives it neither password nor role: two people are needed."""

from datetime import date, datetime

from xinheng.accounts import models
from xinheng.accounts.operations.roles import ROLES, check_indispensable, end_grant
from xinheng.accounts.queries.people import UNUSABLE, person_row, roles_in_force
from xinheng.accounts.queries.standing import in_force
from xinheng.accounts.queries.units import unit_row
from xinheng.accounts.rules.passwords import login_fault, written_login
from xinheng.accounts.rules.roles import may_hold
from xinheng.accounts.values import (
    AlreadyThere,
    Denied,
    DraftInvalid,
    NotAllowed,
    PersonChanged,
    PersonClosed,
    PersonDraft,
    PersonKind,
    PersonOpened,
    Role,
    UnitKind,
)
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock


@operation(code="accounts.person_opened", needs="accounts.manage_people")
def open_person(*, person: PersonDraft, actor: Actor, now: datetime) -> PersonOpened:
    """Open an account: no password opens it and no role is given yet; the security administrator does both.

    Cost: 4 queries. Raises: DraftInvalid, AlreadyThere, UnitUnknown, NotAllowed.
    """
    row = insert_person(person, now=now)
    return PersonOpened(row.id, row.unit_id, PersonKind(row.kind))


@operation(code="accounts.person_changed", needs="accounts.manage_people")
def change_person(*, person_id: int, name: str, unit_id: int, actor: Actor, now: datetime) -> PersonChanged:
    """Change an account's name or unit. A unit whose kind does not go with the roles held is refused.

    Cost: 4 queries. Raises: PersonUnknown, DraftInvalid, UnitUnknown, NotAllowed.
    """
    lock(ROLES)
    row = person_row(person_id, now)
    _check_name(name)
    unit = _active_unit(unit_id, legal_date(now))
    for role in roles_in_force(person_id, now):
        decision = may_hold(role, held=(), kind=PersonKind(row.kind), unit_kind=UnitKind(unit.kind))
        if isinstance(decision, Denied):
            raise NotAllowed(decision)
    row.name, row.unit = name, unit
    row.save()
    return PersonChanged(row.id, unit.id)


@operation(code="accounts.person_closed", needs="accounts.manage_people")
def close_person(*, person_id: int, actor: Actor, now: datetime) -> PersonClosed:
    """Close an account at once, with all its roles; whoever is signed in with it is out with the next request.

    Cost: 3 queries, 2 a role. Raises: PersonUnknown, NotAllowed (the own account), StillInUse (the last of an
    indispensable role).
    """
    lock(ROLES)
    row = person_row(person_id, now)
    if actor.id == person_id:
        raise NotAllowed(Denied("own_account", "不得注销自己的账号，请由另一名系统管理员办理", "职责分离"))
    grants = list(models.RoleGrant.objects.filter(in_force(now), person_id=person_id).order_by("role"))
    for grant in grants:
        check_indispensable(Role(grant.role), person_id, now)
        end_grant(grant, now)
    row.active_to = now
    row.save(update_fields=["active_to"])
    return PersonClosed(row.id, tuple(Role(grant.role) for grant in grants))


def insert_person(person: PersonDraft, *, now: datetime) -> models.Person:
    """Check a draft and write its row, inside a running operation."""
    login = written_login(person.login)
    fault = login_fault(login)
    if fault is not None:
        raise DraftInvalid("accounts.login", fault, field="login")
    _check_name(person.name)
    # An ended account keeps its login for ever: the trail must not mean two people by one name.
    lock(f"accounts.login/{login}")
    if models.Person.objects.filter(login=login).exists():
        raise AlreadyThere("accounts.login_there", f"登录名“{login}”已被使用（注销的账号也不能重用）", field="login")
    unit = _active_unit(person.unit_id, legal_date(now))
    row = models.Person(
        login=login,
        name=person.name,
        kind=person.kind,
        unit=unit,
        password_hash=UNUSABLE,
        must_change=person.kind is PersonKind.PERSON,
        active_from=now,
    )
    row.save()
    models.SignInGuard.objects.create(person=row)
    return row


def _active_unit(unit_id: int, on: date) -> models.Unit:
    unit = unit_row(unit_id)
    if unit.active_to is not None and unit.active_to < on:
        raise DraftInvalid(
            "accounts.person_unit_closed",
            f"单位“{unit.name}”已于 {unit.active_to} 停用，请选择在用单位",
            field="unit_id",
        )
    return unit


def _check_name(name: str) -> None:
    if is_blank(name) or len(name) > 100:
        raise DraftInvalid("accounts.person_name", "姓名应为 1 至 100 个字", field="name")
