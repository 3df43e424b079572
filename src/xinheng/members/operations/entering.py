"""Coming in, going out, the own password of people who act for businesses. As for officials: one answer to every failure, each entered.

An account that acts for nobody any more still opens: what it may see is nothing, and a new code can be used with it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xinheng.accounts.door import Attempt, attempt, hash_password, password_faults, password_matches, written_login
from xinheng.accounts.values import PasswordInvalid, SessionState
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.ledger.door import operation
from xinheng.members.models import Member, MemberGuard
from xinheng.members.queries.agencies import ACCOUNT, member_actor
from xinheng.members.values import (
    MemberGone,
    MemberPasswordSet,
    MemberRefusal,
    MemberSignedIn,
    MemberSignedOut,
    MemberSignInRefused,
    OwnPasswordWrong,
)
from xinheng.storage.locks import lock

_NOBODY = "!"
"""A hash that no password has."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of checking a password: why it does not open (empty: it does), and the count."""

    failure: str
    counted: Attempt


def sign_in(*, login: str, password: str, now: datetime) -> MemberSignedIn:
    """Let somebody in, or raise the one answer that tells nothing. Cost: one scrypt, 4 queries and the ledger's.

    Raises: MemberSignInRefused. Source: GB/T 22239-2019 level 3, 身份鉴别, 安全审计.
    """
    row = Member.objects.filter(login=written_login(login)[:64]).first()
    proof = _prove(row, password, now)
    if row is None or proof.failure:
        _turn_away(row, proof, now)
        raise MemberSignInRefused
    return _admit(member_id=row.pk, proven=row.password_hash, actor=member_actor(row, None, now=now).actor, now=now)


@operation(code="members.signed_out", needs=ACCOUNT)
def sign_out(*, actor: Actor, now: datetime, state: SessionState = SessionState.OPEN) -> MemberSignedOut:
    """Enter that somebody left, by will or because the session ended (`state` says how). Cost: the ledger's."""
    return MemberSignedOut(actor.id or 0, state)


def note_session_end(*, member_id: int, state: SessionState, now: datetime) -> None:
    """Enter that a session was found ended; in the transaction that takes the session away. Cost: two queries and the ledger's."""
    row = Member.objects.filter(pk=member_id).first()
    if row is not None:
        sign_out(actor=member_actor(row, None, now=now).actor, now=now, state=state)


def change_password(*, old: str, new: str, actor: Actor, now: datetime) -> MemberPasswordSet:
    """Replace the own password; whoever is signed in elsewhere with the old one is out with the next request.

    A wrong old password counts as a failed sign-in, and may lock. Cost: two scrypts, six queries.
    Raises: OwnPasswordWrong, PasswordInvalid, MemberGone.
    """
    row = Member.objects.filter(pk=actor.id or 0).first() if actor.kind == "member" else None
    if row is None:
        raise MemberGone
    proof = _prove(row, old, now)
    if proof.failure:
        _turn_away(row, proof, now)
        raise OwnPasswordWrong
    if faults := password_faults(new, login=row.login):
        raise PasswordInvalid(faults)
    return _set(proven=row.password_hash, encoded=hash_password(new), actor=actor, now=now)


@operation(code="members.signed_in", needs=None)
def _admit(*, member_id: int, proven: str, actor: Actor, now: datetime) -> MemberSignedIn:
    if not Member.objects.filter(pk=member_id, password_hash=proven).exists():
        # Changed by somebody else between the check and here: what was proved no longer opens the account.
        raise MemberSignInRefused
    return MemberSignedIn(member_id, now)


@operation(code="members.sign_in_refused", needs=None)
def _refuse(*, member_id: int | None, reason: str, counted: Attempt, actor: Actor, now: datetime) -> MemberRefusal:
    """Enter a refused sign-in; what was typed is not kept."""
    return MemberRefusal(member_id, reason, counted.failures, counted.locked_until)


@operation(code="members.password_set", needs=ACCOUNT)
def _set(*, proven: str, encoded: str, actor: Actor, now: datetime) -> MemberPasswordSet:
    row = Member.objects.select_for_update().get(pk=actor.id or 0)
    if row.password_hash != proven:
        raise MemberGone(SessionState.SUPERSEDED)
    row.password_hash, row.password_changed_at = encoded, now
    row.save(update_fields=["password_hash", "password_changed_at"])
    return MemberPasswordSet(row.pk)


def _prove(row: Member | None, password: str, now: datetime) -> Proof:
    """Count an attempt, check the password, put the count back to zero when it was right; outside any transaction."""
    counted = _count(row.pk if row else 0, now)
    right = password_matches(password, row.password_hash if row else _NOBODY)
    if row is None:
        return Proof("unknown_login", counted)
    if not counted.open:
        return Proof("locked", counted)
    if not right:
        return Proof("wrong_password", counted)
    with transaction.atomic():
        MemberGuard.objects.filter(member_id=row.pk).update(failures=0, locked_until=None)
    return Proof("", counted)


def _turn_away(row: Member | None, proof: Proof, now: datetime) -> None:
    # Nobody has proved to be anybody, so the public is its actor.
    _refuse(member_id=row.pk if row else None, reason=proof.failure, counted=proof.counted, actor=PUBLIC, now=now)


def _count(member_id: int, now: datetime) -> Attempt:
    """Count an attempt before it is made; for an unknown login (0) the same statements run and find nothing."""
    with transaction.atomic():
        lock(f"members.sign_in/{member_id}")
        rows = MemberGuard.objects.filter(member_id=member_id)
        found = rows.first()
        counted = attempt(found.failures if found else 0, found.locked_until if found else None, now=now)
        rows.update(failures=counted.failures, locked_until=counted.locked_until)
    return counted
