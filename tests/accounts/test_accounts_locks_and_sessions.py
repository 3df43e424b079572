"""Failures, locks, the end of a session: rules with time as an argument."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.accounts.rules.entering import LONGEST_LOCK, attempt, lock_after, session_state, sign_in_failure
from xinheng.accounts.values import SessionState, SignInFailure

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [
        (0, None),
        (1, None),
        (4, None),
        (5, 15),
        (6, None),
        (10, 30),
        (15, 60),
        (20, 120),
        (30, 480),
        (35, 480),
        (5000, 480),
    ],
)
def test_each_fifth_failure_locks_twice_as_long(failures: int, minutes: int | None) -> None:
    assert lock_after(failures) == (None if minutes is None else timedelta(minutes=minutes))


@given(st.integers(min_value=0, max_value=10**9))
def test_no_lock_is_longer_than_the_longest(failures: int) -> None:
    assert (lock_after(failures) or timedelta()) <= LONGEST_LOCK


def test_an_attempt_while_locked_is_not_tried_and_does_not_count() -> None:
    until = NOW + MINUTE
    done = attempt(5, until, now=NOW)
    assert (done.open, done.failures, done.locked_until) == (False, 5, until)


def test_the_lock_ends_at_its_moment() -> None:
    done = attempt(5, NOW, now=NOW)
    assert (done.open, done.failures, done.locked_until) == (True, 6, None)


@given(st.integers(min_value=1, max_value=60))
def test_however_many_attempts_come_at_once_only_five_are_tried(count: int) -> None:
    failures, locked_until, tried = 0, None, 0
    for _ in range(count):
        done = attempt(failures, locked_until, now=NOW)
        failures, locked_until = done.failures, done.locked_until
        tried += done.open
    assert tried == min(count, 5)


@pytest.mark.parametrize(
    ("known", "open_", "right", "in_force", "failure"),
    [
        (True, True, True, True, None),
        (False, True, False, False, SignInFailure.UNKNOWN_LOGIN),
        (True, False, True, True, SignInFailure.LOCKED),
        (True, False, False, False, SignInFailure.LOCKED),
        (True, True, False, True, SignInFailure.WRONG_PASSWORD),
        (True, True, False, False, SignInFailure.WRONG_PASSWORD),
        (True, True, True, False, SignInFailure.NOT_IN_FORCE),
    ],
)
def test_a_sign_in_fails_for_the_first_reason_that_holds(
    known: bool, open_: bool, right: bool, in_force: bool, failure: SignInFailure | None
) -> None:
    assert sign_in_failure(known=known, in_force=in_force, open_=open_, password_right=right) is failure


@pytest.mark.parametrize(
    ("since_sign_in", "since_seen", "password_changed", "state"),
    [
        (timedelta(), timedelta(), None, SessionState.OPEN),
        (HOUR, 14 * MINUTE, timedelta(hours=-2), SessionState.OPEN),
        (HOUR, 15 * MINUTE, None, SessionState.IDLE),
        (12 * HOUR - MINUTE, MINUTE, None, SessionState.OPEN),
        (12 * HOUR, MINUTE, None, SessionState.TOO_OLD),
        (HOUR, MINUTE, timedelta(seconds=1), SessionState.SUPERSEDED),
        (HOUR, MINUTE, timedelta(), SessionState.OPEN),
    ],
)
def test_a_session_ends_by_idleness_by_age_and_by_a_new_password(
    since_sign_in: timedelta, since_seen: timedelta, password_changed: timedelta | None, state: SessionState
) -> None:
    signed_in_at = NOW - since_sign_in
    changed_at = None if password_changed is None else signed_in_at + password_changed
    found = session_state(signed_in_at=signed_in_at, seen_at=NOW - since_seen, password_changed_at=changed_at, now=NOW)
    assert found is state


def test_the_idle_time_can_be_set() -> None:
    seen_at = NOW - 20 * MINUTE
    found = session_state(signed_in_at=seen_at, seen_at=seen_at, password_changed_at=None, now=NOW, idle=30 * MINUTE)
    assert found is SessionState.OPEN
