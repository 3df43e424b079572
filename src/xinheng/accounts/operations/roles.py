"""Giving and taking roles, with the separation of duties."""

from datetime import datetime

from xinheng.accounts import models
from xinheng.accounts.queries.people import holders, person_row, roles_in_force
from xinheng.accounts.queries.standing import in_force
from xinheng.accounts.rules.roles import may_change_roles_of, may_hold, may_lose
from xinheng.accounts.values import (
    AlreadyThere,
    Denied,
    NotAllowed,
    PersonKind,
    Role,
    RoleEnded,
    RoleGranted,
    RoleNotHeld,
    StillInUse,
    UnitKind,
)
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock

ROLES = "accounts.roles"
"""The lock of all grants: two grants side by side must not add up to what neither may be, nor two ends to no holder."""


@operation(code="accounts.role_granted", needs="accounts.grant_roles")
def grant_role(*, person_id: int, role: Role, actor: Actor, now: datetime) -> RoleGranted:
    """Give a person a role from now on.

    Cost: 3 queries. Raises: PersonUnknown, AlreadyThere, NotAllowed (own roles; separation of duties; kind of unit).
    Source: GB/T 22239-2019 level 3.
    """
    decision = may_change_roles_of(actor, person_id)
    if isinstance(decision, Denied):
        raise NotAllowed(decision)
    lock(ROLES)
    granted_by = actor.id if actor.kind in {"person", "service"} else None
    grant = insert_grant(person_row(person_id, now), role, granted_by=granted_by, now=now)
    return RoleGranted(grant.id, person_id, role)


@operation(code="accounts.role_ended", needs="accounts.grant_roles")
def end_role(*, person_id: int, role: Role, actor: Actor, now: datetime) -> RoleEnded:
    """Take a role from a person, at once.

    Cost: 3 queries. Raises: RoleNotHeld, StillInUse (the last of an indispensable role), NotAllowed (own roles).
    """
    decision = may_change_roles_of(actor, person_id)
    if isinstance(decision, Denied):
        raise NotAllowed(decision)
    lock(ROLES)
    grant = models.RoleGrant.objects.filter(in_force(now), person_id=person_id, role=role).first()
    if grant is None:
        raise RoleNotHeld("accounts.role_not_held", f"该账号现在没有“{role.label}”角色")
    check_indispensable(role, person_id, now)
    end_grant(grant, now)
    return RoleEnded(grant.id, person_id, role)


def insert_grant(person: models.Person, role: Role, *, granted_by: int | None, now: datetime) -> models.RoleGrant:
    """Ask the rule and write the grant, inside a running operation that holds the lock; the person's unit is loaded."""
    held = roles_in_force(person.id, now)
    if role in held:
        raise AlreadyThere("accounts.role_there", f"该账号已有“{role.label}”角色", field="role")
    decision = may_hold(role, held=held, kind=PersonKind(person.kind), unit_kind=UnitKind(person.unit.kind))
    if isinstance(decision, Denied):
        raise NotAllowed(decision)
    grant = models.RoleGrant(person=person, role=role, active_from=now, granted_by_id=granted_by)
    grant.save()
    return grant


def end_grant(grant: models.RoleGrant, now: datetime) -> None:
    """Write the end of a grant, inside a running operation."""
    grant.active_to = now
    grant.save(update_fields=["active_to"])


def check_indispensable(role: Role, person_id: int, now: datetime) -> None:
    """Raise StillInUse when nobody else holds a role the installation cannot do without."""
    decision = may_lose(role, other_holders=holders(role, now).exclude(person_id=person_id).count())
    if isinstance(decision, Denied):
        raise StillInUse(f"accounts.{decision.reason}", f"{decision.message}（依据：{decision.basis}）")
