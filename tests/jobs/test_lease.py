"""Who holds a job: claim, heartbeat, takeover. Time is an argument; nobody sleeps."""

from datetime import datetime, timedelta

import pytest

from xinheng.jobs import models
from xinheng.jobs.door import JobState, Terms, cancel, enqueue, job
from xinheng.jobs.operations import lease
from xinheng.jobs.values import Claim
from xinheng.kernel.actor import system
from xinheng.kernel.errors import Refused

SYSTEM = system("tests")
TERMS = Terms(lease=timedelta(seconds=60))
LATER = timedelta(seconds=61)
pytestmark = pytest.mark.django_db


def taken(now: datetime, worker: str = "w1") -> Claim:
    held = lease.claim(worker, now=now, terms=TERMS)
    assert held is not None
    return held


def test_the_oldest_job_is_taken_first_and_by_one_worker_only(now: datetime) -> None:
    first, second = enqueue("add", {}), enqueue("add", {})
    assert [taken(now, "w1").job, taken(now, "w2").job] == [first, second]
    assert lease.claim("w3", now=now, terms=TERMS) is None


def test_a_job_is_taken_over_only_after_its_lease(now: datetime) -> None:
    number = enqueue("add", {})
    taken(now)
    assert lease.claim("w2", now=now + timedelta(seconds=60), terms=TERMS) is None
    over = taken(now + LATER, "w2")
    assert (over.job, over.attempt, over.worker) == (number, 2, "w2")


def test_a_heartbeat_renews_the_lease(now: datetime) -> None:
    enqueue("add", {})
    held = taken(now)
    assert lease.heartbeat(held, now=now + timedelta(seconds=50), terms=TERMS) is True
    assert lease.claim("w2", now=now + LATER, terms=TERMS) is None


def test_who_lost_the_lease_can_change_nothing_any_more(now: datetime) -> None:
    number = enqueue("add", {})
    held = taken(now)
    taken(now + LATER, "w2")
    assert lease.heartbeat(held, now=now + LATER, terms=TERMS) is None
    assert lease.progress(held, 1, 2, "旧") is False
    assert lease.finish(held, {"old": True}, now=now + LATER) is False
    assert lease.fail(held, ValueError(), now=now + LATER) is None
    assert lease.release(held) is False
    found = job(number, SYSTEM)
    assert (found.state, found.text, found.result) == (JobState.RUNNING, "", {})


def test_the_same_worker_does_not_mistake_its_second_hold_for_the_first(now: datetime) -> None:
    enqueue("add", {})
    first = taken(now)
    second = taken(now + LATER)
    assert lease.finish(first, {}, now=now + LATER) is False
    assert lease.finish(second, {}, now=now + LATER) is True


def test_a_job_lost_as_often_as_it_may_be_tried_fails(now: datetime) -> None:
    number = enqueue("add", {}, max_attempts=2)
    taken(now)
    taken(now + LATER)
    assert lease.claim("w3", now=now + 2 * LATER, terms=TERMS) is None
    found = job(number, SYSTEM)
    assert (found.state, found.error_code) == (JobState.FAILED, "jobs.worker_lost")


def test_a_lost_job_that_was_to_be_cancelled_ends_instead_of_being_taken_over(now: datetime) -> None:
    number = enqueue("add", {})
    taken(now)
    cancel(number, now=now)
    assert lease.claim("w2", now=now + LATER, terms=TERMS) is None
    assert job(number, SYSTEM).state is JobState.CANCELLED


def test_a_heartbeat_brings_the_wish_to_cancel(now: datetime) -> None:
    number = enqueue("add", {})
    held = taken(now)
    assert cancel(number, now=now) is JobState.RUNNING
    assert lease.heartbeat(held, now=now, terms=TERMS) is False
    assert lease.end_cancelled(held, now=now) is True


def test_an_accident_waits_longer_each_time_and_then_fails(now: datetime) -> None:
    number = enqueue("add", {}, max_attempts=2)
    assert lease.fail(taken(now), ValueError(), now=now) is JobState.QUEUED
    assert lease.claim("w", now=now + timedelta(seconds=9), terms=TERMS) is None
    held = taken(now + timedelta(seconds=10))
    assert lease.fail(held, ValueError(), now=now + LATER) is JobState.FAILED
    assert job(number, SYSTEM).error_code == "jobs.accident"


def test_an_answer_of_no_fails_at_once(now: datetime) -> None:
    number = enqueue("add", {})
    assert lease.fail(taken(now), Refused("a.b", "不"), now=now) is JobState.FAILED
    assert job(number, SYSTEM).error == "不"


def test_a_released_job_keeps_its_attempts(now: datetime) -> None:
    number = enqueue("add", {}, max_attempts=1)
    lease.release(taken(now))
    assert job(number, SYSTEM).attempts == 0
    assert taken(now).attempt == 1


def test_a_lease_from_the_future_does_not_block_after_the_clock_was_set_back(now: datetime) -> None:
    enqueue("add", {})
    taken(now + timedelta(days=30))
    assert taken(now, "w2").attempt == 2


def test_a_done_job_is_never_claimed_again(now: datetime) -> None:
    enqueue("add", {})
    lease.finish(taken(now), {"sum": 3}, now=now)
    assert lease.claim("w2", now=now + 1000 * LATER, terms=TERMS) is None
    assert models.Job.objects.get().result == {"sum": 3}
