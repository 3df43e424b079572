"""Signing in and out, locks.

A refusal must raise and yet be counted and entered, so `sign_in` is no operation: it counts the attempt in a transaction of
its own, checks the password outside any, and ends in one of two operations, `accounts.signed_in` or `accounts.sign_in_refused`.
An unknown login, a wrong password, a lock and an ended account take the same statements, the same hashing, and get the same
answer.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xinheng.accounts import models
from xinheng.accounts.operations.hashing import encode, is_outdated, matches
from xinheng.accounts.queries.factor import open_factor
from xinheng.accounts.queries.people import UNUSABLE, actor_of, is_in_force, password_is_due, person_row
from xinheng.accounts.queries.standing import in_force
from xinheng.accounts.rules.entering import Attempt, attempt, sign_in_failure
from xinheng.accounts.rules.factor import CodeNeeded, HalfSigned
from xinheng.accounts.rules.passwords import written_login
from xinheng.accounts.values import (
    PersonUnknown,
    SessionState,
    SignedIn,
    SignedOut,
    SignInFailure,
    SignInRefusal,
    SignInRefused,
    Unlocked,
)
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of checking a password; `factor`: a code is asked for besides."""

    failure: SignInFailure | None
    attempt: Attempt
    factor: bool = False


def sign_in(*, login: str, password: str, now: datetime) -> SignedIn:
    """Let a person in, or raise the one answer that tells nothing.

    Whoever has a second factor is not in yet: `operations.factor.enter_code` lets them in. Cost: one scrypt (two when its
    parameters were raised since), 5 queries and the ledger's. Raises: SignInRefused; CodeNeeded when the password was right.
    Source: GB/T 22239-2019 level 3, 身份鉴别, 安全审计.
    """
    row = models.Person.objects.select_related("unit").filter(login=written_login(login)[:64]).first()
    proof = prove(row, password, now=now)
    if row is None or proof.failure is not None:
        turn_away(row, proof, now=now)
        raise SignInRefused
    if proof.factor:
        raise CodeNeeded(HalfSigned(row.id, now))
    fresh = encode(password) if is_outdated(row.password_hash) else row.password_hash
    return admit(person_id=row.id, proven=row.password_hash, fresh=fresh, actor=actor_of(row, now), now=now)


@operation(code="accounts.signed_out", needs=None)
def sign_out(*, actor: Actor, now: datetime, state: SessionState = SessionState.OPEN) -> SignedOut:
    """Enter that a person left, by will (`open`) or because the session ended (`state` says how). Cost: the ledger's."""
    if actor.kind != "person" or actor.id is None:
        raise PersonUnknown("accounts.person_unknown", "没有以账号登录，无需退出")
    return SignedOut(actor.id, state)


def note_session_end(*, person_id: int, state: SessionState, now: datetime) -> None:
    """Enter that a session of this person was found ended; nothing for an account that is no longer in force, whose end is entered.

    Call it once a session: in the transaction that takes the session away. Cost: two queries and the ledger's.
    """
    row = models.Person.objects.select_related("unit").filter(id=person_id).first()
    if row is not None and is_in_force(row, now):
        sign_out(actor=actor_of(row, now), now=now, state=state)


@operation(code="accounts.unlocked", needs="accounts.unlock")
def unlock(*, person_id: int, actor: Actor, now: datetime) -> Unlocked:
    """Let a person try again at once, the count of failures at zero. Cost: 3 queries. Raises: PersonUnknown, NotAllowed."""
    row = person_row(person_id, now)
    lock(_guard_lock(row.id))
    failures = models.SignInGuard.objects.filter(person_id=row.id).values_list("failures", flat=True).first()
    clear(row.id)
    return Unlocked(row.id, failures or 0)


def prove(row: models.Person | None, password: str, *, now: datetime) -> Proof:
    """Count an attempt, check the password, and put the count back to zero when it was right.

    Where a code is still to come the count only goes back to what it was: else whoever knows the password could try codes
    without end, a right password between each four. Call it outside a transaction: the count must stay when the caller
    refuses. The unit of `row` is loaded with it.
    """
    counted = count(row.id if row else 0, now)
    right = matches(password, row.password_hash if row else UNUSABLE)
    failure = sign_in_failure(
        known=row is not None,
        in_force=row is not None and is_in_force(row, now),
        open_=counted.open,
        password_right=right,
    )
    factor = False
    if row is not None and failure is None:
        factor = open_factor(row.id) is not None
        with transaction.atomic():
            if factor:
                _take_back(row.id, counted)
            else:
                clear(row.id)
    return Proof(failure, counted, factor)


def turn_away(row: models.Person | None, proof: Proof, *, now: datetime) -> None:
    """Enter a refused attempt. Nobody has proved to be anybody, so the public is its actor."""
    if proof.failure is not None:
        _refuse(person_id=row.id if row else None, failure=proof.failure, counted=proof.attempt, actor=PUBLIC, now=now)


@operation(code="accounts.signed_in", needs=None)
def admit(*, person_id: int, proven: str, fresh: str, actor: Actor, now: datetime, means: str = "password") -> SignedIn:
    """Enter a sign-in whose password, and code where there is a factor (`means`), was proved.

    `fresh` replaces the hash when its parameters were raised since.
    """
    row = models.Person.objects.filter(in_force(now), id=person_id, password_hash=proven).first()
    if row is None:
        # Ended or changed by somebody else between the check and here: what was proved no longer opens the account.
        raise SignInRefused
    if fresh != proven:
        row.password_hash = fresh
        row.save(update_fields=["password_hash"])
    if means == "password" and open_factor(row.id) is not None:
        # Enrolled by somebody else between the check and here.
        raise SignInRefused
    return SignedIn(row.id, now, password_is_due(row, now), means)


@operation(code="accounts.sign_in_refused", needs=None)
def _refuse(
    *, person_id: int | None, failure: SignInFailure, counted: Attempt, actor: Actor, now: datetime
) -> SignInRefusal:
    """Enter a refused sign-in; what was typed is not kept."""
    return SignInRefusal(person_id, failure, counted.failures, counted.locked_until)


def count(person_id: int, now: datetime) -> Attempt:
    """Count an attempt before it is made: a hundred side by side are then no way past the limit of five.

    For an unknown login (0) the same statements run and find nothing.
    """
    with transaction.atomic():
        lock(_guard_lock(person_id))
        rows = models.SignInGuard.objects.filter(person_id=person_id)
        found = rows.first()
        counted = attempt(found.failures if found else 0, found.locked_until if found else None, now=now)
        rows.update(failures=counted.failures, locked_until=counted.locked_until)
    return counted


def _take_back(person_id: int, counted: Attempt) -> None:
    """Put the guard back to what it was before one attempt; where others counted meanwhile, all that was counted stays."""
    lock(_guard_lock(person_id))
    rows = models.SignInGuard.objects.filter(person_id=person_id, failures=counted.failures)
    rows.update(failures=counted.failures - 1, locked_until=counted.before)


def clear(person_id: int) -> None:
    """Put the count of failures back to zero."""
    models.SignInGuard.objects.filter(person_id=person_id).update(failures=0, locked_until=None)


def _guard_lock(person_id: int) -> str:
    return f"accounts.sign_in/{person_id}"
