"""Reads of people: accounts, roles in force, and the actor made of both."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from xinheng.accounts import models
from xinheng.accounts.queries.factor import person_with_factor
from xinheng.accounts.queries.standing import in_force
from xinheng.accounts.rules.entering import SESSION_IDLE, session_state
from xinheng.accounts.rules.passwords import PASSWORD_AGE, must_change, written_login
from xinheng.accounts.rules.roles import permissions_of
from xinheng.accounts.values import Person, PersonKind, PersonUnknown, Role, SessionEnded, SessionState
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed

UNUSABLE = "!"
"""What stands in `password_hash` where no password opens the account."""


def person_row(person_id: int, now: datetime) -> models.Person:
    """The row of an account in force, its unit with it, for operations. Raises: PersonUnknown. Cost: one query."""
    return _found(models.Person.objects.filter(in_force(now), id=person_id), f"编号 {person_id}")


def is_in_force(row: models.Person, now: datetime) -> bool:
    """Whether an account (its unit loaded with it) opens anything at a moment: it has begun and not ended, nor has its unit."""
    today = legal_date(now)
    begun = row.active_from <= now and row.unit.active_from <= today
    ended = (row.active_to is not None and row.active_to <= now) or (
        row.unit.active_to is not None and row.unit.active_to < today
    )
    return begun and not ended


def roles_in_force(person_id: int, now: datetime) -> tuple[Role, ...]:
    """The roles a person has at a moment, in the order of `Role`'s names. Cost: one query."""
    found = models.RoleGrant.objects.filter(in_force(now), person_id=person_id).values_list("role", flat=True)
    return tuple(sorted(map(Role, found)))


def actor_for(person_id: int, now: datetime) -> Actor:
    """The actor an account makes at a moment: unit, roles in force and what they permit.

    While the password must be changed nothing but changing it is permitted. Raises: PersonUnknown when the account, or its
    unit, is not in force. Cost: two queries.
    """
    return actor_of(_found(models.Person.objects.filter(id=person_id), f"编号 {person_id}"), now)


def actor_by_login(login: str, now: datetime) -> Actor:
    """As `actor_for`, by login: for the command line's `--as LOGIN`, where whoever asks already has the machine."""
    written = written_login(login)
    return actor_of(_found(models.Person.objects.filter(login=written), f"登录名“{written}”"), now)


def session_actor(
    *, person_id: int, signed_in_at: datetime, seen_at: datetime, now: datetime, idle: timedelta = SESSION_IDLE
) -> Actor:
    """The actor of a sign-in that still holds; for every request of the workbench.

    Whoever must have a second factor and has none may only enrol. Raises: SessionEnded after `idle` without a request, 12 hours
    after the sign-in, and when password or second factor was changed since; PersonUnknown when the account is no longer in
    force. Cost: two queries.
    """
    row = _there(person_with_factor(person_id, now), f"编号 {person_id}")
    state = session_state(
        signed_in_at=signed_in_at,
        seen_at=seen_at,
        password_changed_at=row.password_changed_at,
        now=now,
        idle=idle,
        factor_changed_at=getattr(row, "factor_changed_at", None),
    )
    if state is not SessionState.OPEN:
        raise SessionEnded(state)
    owing = bool(getattr(row, "owes_factor", False)) and not getattr(row, "has_factor", False)
    return actor_of(row, now, must_enrol=owing)


def actor_of(row: models.Person, now: datetime, *, must_enrol: bool = False) -> Actor:
    """The actor of a row (its unit loaded with it). Raises: PersonUnknown when not in force. Cost: one query."""
    if not is_in_force(row, now):
        raise PersonUnknown("accounts.person_unknown", f"账号“{row.login}”不在有效期内，或其单位已停用")
    roles = roles_in_force(row.id, now)
    service = row.kind == PersonKind.SERVICE
    changing = not service and password_is_due(row, now)
    return Actor(
        kind="service" if service else "person",
        id=row.id,
        login=row.login,
        name=row.name,
        unit_id=row.unit_id,
        unit_path=row.unit.path,
        roles=frozenset(role.value for role in roles),
        permissions=permissions_of(roles, must_change_password=changing, must_enrol=must_enrol and not service),
    )


def password_is_due(row: models.Person, now: datetime) -> bool:
    """Whether a person's password must be replaced: set by somebody else, or older than `XINHENG_PASSWORD_DAYS`."""
    days = getattr(settings, "XINHENG_PASSWORD_DAYS", None)
    age = timedelta(days=days) if days else PASSWORD_AGE
    return must_change(flagged=row.must_change, changed_at=row.password_changed_at, now=now, age=age)


def people(actor: Actor, now: datetime) -> tuple[Person, ...]:
    """All accounts, ended ones too, by login, with the roles in force at `now`.

    Raises: NotAllowed without `accounts.read_people`. Cost: three queries.
    """
    if not actor.may("accounts.read_people"):
        raise NotAllowed("accounts.people", "accounts.read_people")
    rows = list(models.Person.objects.select_related("unit").order_by("login"))
    roles: dict[int, list[Role]] = defaultdict(list)
    for person_id, role in models.RoleGrant.objects.filter(in_force(now)).values_list("person_id", "role"):
        roles[person_id].append(Role(role))
    locks = dict(models.SignInGuard.objects.filter(locked_until__gt=now).values_list("person_id", "locked_until"))
    return tuple(_to_person(row, roles[row.id], locks.get(row.id)) for row in rows)


def holders(role: Role, now: datetime) -> "QuerySet[models.RoleGrant]":
    """The grants of a role in force whose person is in force too; for operations, lazily."""
    found: QuerySet[models.RoleGrant] = models.RoleGrant.objects.filter(
        in_force(now), in_force(now, "person__"), role=role
    )
    return found


def _found(rows: "QuerySet[models.Person]", named: str) -> models.Person:
    return _there(rows.select_related("unit").first(), named)


def _there(row: models.Person | None, named: str) -> models.Person:
    if row is None:
        raise PersonUnknown("accounts.person_unknown", f"没有{named}的账号，或该账号已停用")
    return row


def _to_person(row: models.Person, roles: Iterable[Role], locked_until: datetime | None) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        kind=PersonKind(row.kind),
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        roles=tuple(sorted(roles)),
        must_change=row.must_change,
        has_password=not row.password_hash.startswith(UNUSABLE),
        locked_until=locked_until,
        active_from=row.active_from,
        active_to=row.active_to,
    )
