"""Signing in: failures, locks, the end of a session. Pure.

The figures are customary: GB/T 22239-2019 level 3 (身份鉴别) asks for each mechanism and names none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xinheng.accounts.values import FAILURES_BEFORE_LOCK, FIRST_LOCK_MINUTES, SessionState, SignInFailure

LONGEST_LOCK = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt to sign in does to the guard: may it be tried at all, what the guard holds if it fails, and the lock it held."""

    open: bool
    failures: int
    locked_until: datetime | None
    before: datetime | None = None


def lock_after(failures: int) -> timedelta | None:
    """How long the `failures`-th failure in a row locks: at each fifth 15 minutes, doubled each time, 8 hours at most.

    Source: GB/T 22239-2019 level 3, 身份鉴别 (handling of failures); figures customary.
    """
    rounds, rest = divmod(failures, FAILURES_BEFORE_LOCK)
    if rest or not rounds:
        return None
    # The exponent is bounded so that an account attacked for years does not overflow a timedelta.
    minutes: int = FIRST_LOCK_MINUTES << min(rounds - 1, 16)
    return min(LONGEST_LOCK, timedelta(minutes=minutes))


def attempt(failures: int, locked_until: datetime | None, *, now: datetime) -> Attempt:
    """What one attempt does. While locked it is not tried and counts for nothing, so nobody can prolong another's lock.

    Else it is counted as a failure beforehand (success puts the count back to zero), so that attempts side by side are no
    way past the limit.
    """
    if locked_until is not None and now < locked_until:
        return Attempt(open=False, failures=failures, locked_until=locked_until)
    locked_for = lock_after(failures + 1)
    return Attempt(
        open=True, failures=failures + 1, locked_until=now + locked_for if locked_for else None, before=locked_until
    )


def sign_in_failure(*, known: bool, in_force: bool, open_: bool, password_right: bool) -> SignInFailure | None:
    """Why an attempt fails, or None. The order decides only what the ledger says; the person hears one answer."""
    if not known:
        return SignInFailure.UNKNOWN_LOGIN
    if not open_:
        return SignInFailure.LOCKED
    if not password_right:
        return SignInFailure.WRONG_PASSWORD
    return None if in_force else SignInFailure.NOT_IN_FORCE


SESSION_IDLE = timedelta(minutes=15)
SESSION_LIFE = timedelta(hours=12)


def session_state(
    *,
    signed_in_at: datetime,
    seen_at: datetime,
    password_changed_at: datetime | None,
    now: datetime,
    idle: timedelta = SESSION_IDLE,
    factor_changed_at: datetime | None = None,
) -> SessionState:
    """Whether a sign-in still holds: it ends after `idle` without a request, after 12 hours, when password or second factor changed.

    Source: GB/T 22239-2019 level 3, 身份鉴别 (end of session, idle time-out); figures customary.
    """
    if password_changed_at is not None and password_changed_at > signed_in_at:
        return SessionState.SUPERSEDED
    if factor_changed_at is not None and factor_changed_at > signed_in_at:
        return SessionState.FACTOR_CHANGED
    if now - signed_in_at >= SESSION_LIFE:
        return SessionState.TOO_OLD
    return SessionState.IDLE if now - seen_at >= idle else SessionState.OPEN
