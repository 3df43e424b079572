"""Who acts for a subject, which claims are open, and the actor a sign-in makes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xinheng.accounts.door import SESSION_IDLE, session_state
from xinheng.accounts.values import SessionState
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed
from xinheng.members.models import Agency, Claim, Member
from xinheng.members.rules import claim_state, holds, ordered
from xinheng.members.values import AgencyView, Channel, ClaimState, ClaimView, EndedBy, MemberGone, Scope

ISSUE = "members.issue_claims"
ACCOUNT = "members.account"
MANAGE = Scope.MANAGE.permission


@dataclass(frozen=True, slots=True)
class OwnAgency:
    """One of the subjects somebody may act for."""

    id: int
    subject_id: int
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class MemberActor:
    """Who is signed in, and for which subject of those they may act for (none: `agency` is None)."""

    actor: Actor
    agency: OwnAgency | None
    others: tuple[OwnAgency, ...]


def in_force(rows: Iterable[Agency], now: datetime) -> list[Agency]:
    """The authorisations (their subjects loaded with them) that hold at a moment.

    A person whose data was erased has none; nor has a subject that was merged into another: who acts for that one, its own agents and the
    window say. Where the merge is undone they hold again.
    """
    on = legal_date(now)
    return [row for row in rows if _stands(row.subject) and holds(row.since, row.until, row.ended_at, now=now, on=on)]


def of_subject(subject_id: int) -> Any:
    """The authorisations for a subject, the oldest first; for operations, lazily."""
    return Agency.objects.filter(subject_id=subject_id).select_related("subject", "member").order_by("id")


def claims_of_subject(subject_id: int) -> Any:
    """The claims for a subject, the oldest first; for operations, lazily."""
    return Claim.objects.filter(subject_id=subject_id).select_related("unit").order_by("id")


def session_actor(
    *,
    member_id: int,
    agency_id: int | None,
    signed_in_at: datetime,
    seen_at: datetime,
    now: datetime,
    idle: timedelta = SESSION_IDLE,
) -> MemberActor:
    """The actor of a sign-in that still holds, on behalf of the subject chosen (or the first one there is).

    An authorisation that ended a moment ago carries nothing any more. Raises: MemberGone. Cost: two queries.
    """
    row = Member.objects.filter(pk=member_id).first()
    if row is None:
        raise MemberGone
    state = session_state(
        signed_in_at=signed_in_at,
        seen_at=seen_at,
        password_changed_at=row.password_changed_at,
        now=now,
        idle=idle,
    )
    if state is not SessionState.OPEN:
        raise MemberGone(state)
    return member_actor(row, agency_id, now=now)


def member_by_id(member_id: int, *, now: datetime) -> Actor:
    """The actor an account makes, for its first authorisation that holds. Cost: two queries.  Raises: MemberGone."""
    row = Member.objects.filter(pk=member_id).first()
    if row is None:
        raise MemberGone
    return member_actor(row, None, now=now).actor


def member_actor(row: Member, agency_id: int | None, *, now: datetime) -> MemberActor:
    """The actor of an account, for the authorisation named or else its first that holds."""
    held = in_force(Agency.objects.filter(member=row).select_related("subject").order_by("id"), now)
    found = tuple(OwnAgency(one.pk, one.subject_id, ordered(one.scopes)) for one in held)
    chosen = next((one for one in found if one.id == agency_id), found[0] if found else None)
    permissions = {ACCOUNT, *(scope.permission for scope in chosen.scopes)} if chosen else {ACCOUNT}
    actor = Actor(
        kind="member",
        id=row.pk,
        login=row.login,
        name=row.login,
        permissions=frozenset(permissions),
        on_behalf_of=chosen.subject_id if chosen else None,
    )
    return MemberActor(actor, chosen, tuple(one for one in found if one != chosen))


def agents(subject_id: int, *, actor: Actor, now: datetime) -> tuple[AgencyView, ...]:
    """Who acts or acted for a subject, newest first: for its own agents, and for the office that hands out claims.

    Cost: one query.  Raises: NotAllowed.
    """
    _require(subject_id, actor)
    rows = list(of_subject(subject_id).order_by("-id"))
    held = {row.pk for row in in_force(rows, now)}
    return tuple(_agency(row, row.pk in held) for row in rows)


def claims(subject_id: int, *, actor: Actor, now: datetime) -> tuple[ClaimView, ...]:
    """The claims for a subject, newest first. Cost: one query.  Raises: NotAllowed."""
    _require(subject_id, actor)
    return tuple(_claim(row, now) for row in claims_of_subject(subject_id).order_by("-id"))


def open_claims(subject_id: int, now: datetime) -> int:
    """How many codes are out that could still be used."""
    rows = claims_of_subject(subject_id).filter(outcome="")
    return sum(claim_state(row.outcome, row.expires_at, now) is ClaimState.OPEN for row in rows)


def _require(subject_id: int, actor: Actor) -> None:
    own = actor.kind == "member" and actor.on_behalf_of == subject_id and actor.may(Scope.VIEW.permission)
    if not own and not actor.may(ISSUE):
        raise NotAllowed("members.agents", ISSUE)


def _stands(subject: Any) -> bool:
    """Whether a subject (its row) is there and stands for itself."""
    return subject.erased_at is None and subject.merged_into_id is None


def _agency(row: Agency, holding: bool) -> AgencyView:
    return AgencyView(
        row.pk,
        row.member.login,
        row.post,
        ordered(row.scopes),
        row.since,
        row.until,
        row.ended_at,
        EndedBy(row.ended_by) if row.ended_by else None,
        row.reason,
        holding,
    )


def _claim(row: Claim, now: datetime) -> ClaimView:
    return ClaimView(
        row.pk,
        row.number,
        Channel(row.channel),
        ordered(row.scopes),
        row.post,
        row.evidence,
        row.until,
        row.issued_at,
        row.unit.name if row.unit is not None else "",
        row.expires_at,
        claim_state(row.outcome, row.expires_at, now),
    )
