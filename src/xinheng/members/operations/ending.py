"""Ending authorisations: by those who manage the agents, by oneself, at the window."""

from datetime import datetime

from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.ledger.door import operation
from xinheng.members.models import Agency
from xinheng.members.queries.agencies import ACCOUNT, ISSUE, claims_of_subject, in_force, of_subject
from xinheng.members.values import (
    LONGEST_REASON,
    AgencyEnded,
    AgencyUnknown,
    ClaimState,
    EndedBy,
    LastAgent,
    MemberInvalid,
    Scope,
)
from xinheng.storage.locks import lock


@operation(code="members.agency_ended", needs=ACCOUNT)
def end_agency(*, agency_id: int, actor: Actor, now: datetime) -> AgencyEnded:
    """End an authorisation for the own subject: another's by who manages the agents, the own one by oneself.

    Somebody who can manage stays: the last is removed at the window. Cost: about ten queries.  Raises: AgencyUnknown, LastAgent.
    """
    row = _row(agency_id, now)
    own = row.member_id == actor.id
    if not own and not (actor.may(Scope.MANAGE.permission) and _is_of(row, actor)):
        raise AgencyUnknown(agency_id)
    others = _others(row, now)
    managed = any(Scope.MANAGE in one.scopes for one in others)
    if not others or (Scope.MANAGE in row.scopes and not managed):
        raise LastAgent
    return _end(row, EndedBy.SELF if own else EndedBy.AGENT, "", now, last=False)


@operation(code="members.agency_revoked", needs=ISSUE)
def revoke_agency(*, agency_id: int, reason: str, actor: Actor, now: datetime) -> AgencyEnded:
    """End an authorisation at the window, the last one too. Cost: about eight queries.  Raises: AgencyUnknown, MemberInvalid."""
    if is_blank(reason) or len(reason) > LONGEST_REASON:
        raise MemberInvalid("members.reason", f"请写明收回授权的理由，1 至 {LONGEST_REASON} 个字", field="reason")
    row = _row(agency_id, now)
    return _end(row, EndedBy.OFFICE, reason.strip(), now, last=not _others(row, now))


def _row(agency_id: int, now: datetime) -> Agency:
    found = Agency.objects.select_related("subject").filter(pk=agency_id).first()
    if found is not None:
        # One at a time for a subject: two who remove each other at once do not leave nobody.
        lock(f"members.subject/{found.subject_id}")
        found.refresh_from_db()
    if found is None or not in_force([found], now):
        raise AgencyUnknown(agency_id)
    return found


def _others(row: Agency, now: datetime) -> list[Agency]:
    return [one for one in in_force(of_subject(row.subject_id), now) if one.pk != row.pk]


def _is_of(row: Agency, actor: Actor) -> bool:
    return actor.on_behalf_of is not None and of_subject(actor.on_behalf_of).filter(pk=row.pk).exists()


def _end(row: Agency, by: EndedBy, reason: str, now: datetime, *, last: bool) -> AgencyEnded:
    # The codes somebody made go with the authorisation they were made by: nobody comes back by one of their own.
    for code in claims_of_subject(row.subject_id).filter(agent_id=row.member_id, outcome=""):
        code.outcome, code.ended_at = ClaimState.WITHDRAWN.value, now
        code.save(update_fields=["outcome", "ended_at"])
    row.ended_at, row.ended_by, row.reason = now, by.value, reason
    row.save(update_fields=["ended_at", "ended_by", "reason"])
    return AgencyEnded(row.pk, row.subject_id, by, last)
