"""Handing out claim codes, and using them: how somebody comes to act for a subject.

What is refused must raise and yet be counted and entered, so `claim` is no operation: it counts the try in a transaction of its own,
compares, and ends in one of two operations, `members.claimed` or `members.claim_refused`.
"""

import hmac
import secrets
from datetime import datetime
from typing import Final

from django.db import transaction

from xinheng.accounts.door import hash_password, login_fault, password_faults, written_login
from xinheng.accounts.values import PasswordInvalid
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.members.models import Agency, Claim, ClaimGuard, Member, MemberGuard
from xinheng.members.queries.agencies import ISSUE, MANAGE, claims_of_subject, in_force, of_subject, open_claims
from xinheng.members.rules import (
    check_draft,
    check_given,
    claim_state,
    ordered,
    whole,
    written_code,
    written_number,
)
from xinheng.members.values import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    MOST_AGENTS,
    AlreadyAgent,
    Channel,
    ClaimDraft,
    Claimed,
    ClaimIssued,
    ClaimRefusal,
    ClaimRefused,
    ClaimState,
    ClaimUnknown,
    ClaimWithdrawn,
    LoginTaken,
    MemberDraft,
    MemberInvalid,
    Scope,
    TooManyAgents,
)
from xinheng.storage.keys import key_ring
from xinheng.storage.locks import lock
from xinheng.storage.sealing import keyed_hash
from xinheng.subjects import door as subjects

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBER_LENGTH: Final = 8
_PLATFORM: Final = system("members", "subjects.read")


@operation(code="members.claim_issued", needs=ISSUE)
def issue_claim(*, draft: ClaimDraft, actor: Actor, now: datetime) -> ClaimIssued:
    """Make a code for somebody whose papers an office has checked, or for the registered address.

    Cost: about ten queries.  Raises: MemberInvalid, TooManyAgents, SubjectUnknown, NotAllowed.
    """
    if draft.channel is Channel.AGENT or actor.unit_id is None:
        raise MemberInvalid(
            "members.channel", "请选择认领码的交付方式：窗口当面交付，或者寄往登记住所", field="channel"
        )
    check_draft(draft, on=legal_date(now), evidence=True)
    return _issue(draft, actor, now)


@operation(code="members.agent_invited", needs=MANAGE)
def invite(*, draft: ClaimDraft, actor: Actor, now: datetime) -> ClaimIssued:
    """Make a code that an agent passes on to another: no wider and no longer than the own authorisation.

    Cost: about twelve queries.  Raises: MemberInvalid, TooManyAgents, NotAllowed, ClaimUnknown (another's subject).
    """
    if draft.channel is not Channel.AGENT or actor.on_behalf_of is None or actor.on_behalf_of != draft.subject_id:
        raise ClaimUnknown(draft.subject_id)
    check_draft(draft, on=legal_date(now), evidence=False)
    own = [row for row in in_force(of_subject(draft.subject_id), now) if row.member_id == actor.id]
    if not own:
        raise ClaimUnknown(draft.subject_id)
    check_given(draft, own=frozenset(ordered(own[0].scopes)), own_until=own[0].until)
    return _issue(draft, actor, now)


@operation(code="members.claim_withdrawn", needs=ISSUE)
def withdraw_claim(*, claim_id: int, actor: Actor, now: datetime) -> ClaimWithdrawn:
    """Take a code back that was not used yet. Cost: three queries.  Raises: ClaimUnknown."""
    return _withdraw(Claim.objects.select_for_update().filter(pk=claim_id).first(), claim_id, now)


@operation(code="members.invitation_withdrawn", needs=MANAGE)
def withdraw_invitation(*, claim_id: int, actor: Actor, now: datetime) -> ClaimWithdrawn:
    """The same by an agent, for the own subject, for what an agent made. Cost: five queries.  Raises: ClaimUnknown."""
    rows = claims_of_subject(actor.on_behalf_of or 0).filter(pk=claim_id, channel=Channel.AGENT.value)
    return _withdraw(rows.select_related(None).select_for_update().first(), claim_id, now)


def claim(*, number: str, code: str, draft: MemberDraft | None, actor: Actor, now: datetime) -> Claimed:
    """Use a code: open an account with it (`draft`), or add a subject to the account that is signed in.

    A login that is taken, or an account that acts for the subject already, leaves the code as it was. Cost: one scrypt with a draft, about
    fifteen queries. Raises: ClaimRefused (one answer, whatever the cause), MemberInvalid, PasswordInvalid, LoginTaken, AlreadyAgent.
    """
    login = ""
    if draft is not None:
        login = written_login(draft.login)
        if (fault := login_fault(login)) is not None:
            raise MemberInvalid("members.login", fault, field="login")
        if faults := password_faults(draft.password, login=login):
            raise PasswordInvalid(faults)
    elif actor.kind != "member":
        raise MemberInvalid("members.login", "请填写登录名和口令", field="login")
    encoded = hash_password(draft.password) if draft is not None else ""
    row = Claim.objects.filter(number=written_number(number)).first()
    tries = _count(row.pk if row else 0)
    if row is None or tries > CODE_TRIES or not _opens(row, code, now):
        _refused(claim_id=row.pk if row else None, tries=tries, actor=actor, now=now)
        raise ClaimRefused
    try:
        return _claimed(claim_id=row.pk, login=login, encoded=encoded, actor=actor, now=now)
    except (LoginTaken, AlreadyAgent):
        _take_back(row.pk)
        raise


@operation(code="members.claimed", needs=None)
def _claimed(*, claim_id: int, login: str, encoded: str, actor: Actor, now: datetime) -> Claimed:
    row = Claim.objects.select_for_update().get(pk=claim_id)
    lock(f"members.subject/{row.subject_id}")
    if claim_state(row.outcome, row.expires_at, now) is not ClaimState.OPEN or not _still_given(row, now):
        # Used or withdrawn by somebody else between the comparison and here, or whoever gave it may give it no more.
        raise ClaimRefused
    if login:
        lock(f"members.login/{login}")
        if Member.objects.filter(login=login).exists():
            raise LoginTaken(login)
        member = Member(login=login, password_hash=encoded, password_changed_at=now, opened_at=now)
        member.save()
        MemberGuard.objects.create(member=member)
    else:
        member = Member.objects.get(pk=actor.id or 0)
        if any(held.member_id == member.pk for held in in_force(of_subject(row.subject_id), now)):
            raise AlreadyAgent
    row.outcome, row.ended_at = ClaimState.USED.value, now
    row.save(update_fields=["outcome", "ended_at"])
    agency = Agency(
        member=member,
        subject_id=row.subject_id,
        claim=row,
        scopes=row.scopes,
        post=row.post,
        since=now,
        until=row.until,
    )
    agency.save()
    return Claimed(member.pk, agency.pk, row.subject_id, ordered(row.scopes), row.until, bool(login))


@operation(code="members.claim_refused", needs=None)
def _refused(*, claim_id: int | None, tries: int, actor: Actor, now: datetime) -> ClaimRefusal:
    """Enter a refused try; with the last one the code is spoiled. What was typed is not kept."""
    if claim_id is None:
        return ClaimRefusal(None, None)
    row = Claim.objects.select_for_update().get(pk=claim_id)
    if tries >= CODE_TRIES and claim_state(row.outcome, row.expires_at, now) is ClaimState.OPEN:
        row.outcome, row.ended_at = ClaimState.SPOILED.value, now
        row.save(update_fields=["outcome", "ended_at"])
    return ClaimRefusal(claim_id, max(0, CODE_TRIES - tries))


def _issue(draft: ClaimDraft, actor: Actor, now: datetime) -> ClaimIssued:
    subject_id = subjects.standing_for(draft.subject_id, reach=subjects.WHOLE)
    lock(f"members.subject/{subject_id}")
    if len(in_force(of_subject(subject_id), now)) + open_claims(subject_id, now) >= MOST_AGENTS:
        raise TooManyAgents
    number, code = _new_number(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    scopes = ordered(whole(draft.scopes))
    official = actor.kind in ("person", "service")
    row = Claim(
        number=number,
        subject_id=subject_id,
        channel=draft.channel.value,
        scopes=list(scopes),
        post=draft.post.strip(),
        evidence=draft.evidence.strip(),
        until=draft.until,
        code_hash=_hash(number, code),
        issued_at=now,
        unit_id=actor.unit_id if official else None,
        official_id=actor.id if official else None,
        agent_id=None if official else actor.id,
        expires_at=now + CODE_LIFE,
    )
    row.save()
    ClaimGuard.objects.create(claim=row)
    return ClaimIssued(row.pk, number, subject_id, draft.channel, scopes, draft.until, row.expires_at, code)


def _still_given(row: Claim, now: datetime) -> bool:
    """Whether what a claim gives can be given: its subject stands for itself, and an agent who made it has as much and may manage."""
    subject = subjects.subject(row.subject_id, actor=_PLATFORM, reach=subjects.WHOLE)
    if subject.merged_into is not None or subject.erased:
        return False
    if row.agent_id is None:
        return True
    givers = [held for held in in_force(of_subject(row.subject_id), now) if held.member_id == row.agent_id]
    wanted = frozenset(row.scopes) | {Scope.MANAGE}
    return any(
        wanted <= frozenset(held.scopes) and (held.until is None or (row.until is not None and row.until <= held.until))
        for held in givers
    )


def _withdraw(row: Claim | None, claim_id: int, now: datetime) -> ClaimWithdrawn:
    if row is None or claim_state(row.outcome, row.expires_at, now) is not ClaimState.OPEN:
        raise ClaimUnknown(claim_id)
    row.outcome, row.ended_at = ClaimState.WITHDRAWN.value, now
    row.save(update_fields=["outcome", "ended_at"])
    return ClaimWithdrawn(row.pk, row.number)


def _opens(row: Claim, code: str, now: datetime) -> bool:
    right = hmac.compare_digest(row.code_hash, _hash(row.number, written_code(code)))
    return right and claim_state(row.outcome, row.expires_at, now) is ClaimState.OPEN


def _count(claim_id: int) -> int:
    """Count a try before it is made: a hundred side by side are then no way past the limit. For no claim (0) nothing is found."""
    with transaction.atomic():
        lock(f"members.claim/{claim_id}")
        rows = ClaimGuard.objects.filter(claim_id=claim_id)
        tries = (rows.values_list("tries", flat=True).first() or 0) + 1
        rows.update(tries=tries)
    return tries


def _take_back(claim_id: int) -> None:
    with transaction.atomic():
        lock(f"members.claim/{claim_id}")
        rows = ClaimGuard.objects.filter(claim_id=claim_id)
        rows.update(tries=max(0, (rows.values_list("tries", flat=True).first() or 0) - 1))


def _hash(number: str, code: str) -> str:
    return keyed_hash(key_ring().search, "members.claim", number, code).hex()


def _new_number() -> str:
    """`RL-7KQ2-M4XP`: drawn, so that nobody can spoil the code of another by trying its neighbours."""
    drawn = "".join(secrets.choice(_LETTERS) for _place in range(_NUMBER_LENGTH))
    return f"RL-{drawn[:4]}-{drawn[4:]}"
