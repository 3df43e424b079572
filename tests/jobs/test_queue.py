"""Enqueue, cancel, retry."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from xinheng.jobs import models
from xinheng.jobs.door import JobSettled, JobState, JobUnknown, Terms, cancel, enqueue, job, retry
from xinheng.jobs.operations import lease
from xinheng.kernel.actor import PUBLIC, Actor, system

SYSTEM = system("tests")
pytestmark = pytest.mark.django_db


def test_a_job_waits_with_its_arguments() -> None:
    found = job(enqueue("add", {"left": 1}), SYSTEM)
    assert (found.name, found.state, found.attempts, found.open) == ("add", JobState.QUEUED, 0, True)


def test_a_job_vanishes_with_the_transaction_that_enqueued_it() -> None:
    with transaction.atomic():
        enqueue("add", {})
        transaction.set_rollback(True)
    assert not models.Job.objects.exists()


def test_the_same_key_is_not_queued_twice() -> None:
    first = enqueue("add", {"left": 1}, key="k")
    assert enqueue("add", {"left": 2}, key="k") == first
    assert models.Job.objects.count() == 1


def test_the_key_is_still_taken_while_the_job_runs_and_free_once_it_ended(now: datetime) -> None:
    first = enqueue("add", {}, key="k")
    held = lease.claim("w", now=now, terms=Terms())
    assert held is not None
    assert enqueue("add", {}, key="k") == first
    lease.finish(held, {}, now=now)
    assert enqueue("add", {}, key="k") != first


def test_the_database_itself_refuses_a_second_open_job_of_a_key() -> None:
    models.Job.objects.create(name="add", key="k")
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Job.objects.create(name="add", key="k", state="running")


def test_the_database_refuses_an_unknown_state() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Job.objects.create(name="add", state="sleeping")


def test_a_waiting_job_is_cancelled_at_once(now: datetime) -> None:
    number = enqueue("add", {})
    assert cancel(number, now=now) is JobState.CANCELLED
    assert lease.claim("w", now=now, terms=Terms()) is None


def test_an_ended_job_cannot_be_cancelled(now: datetime) -> None:
    number = enqueue("add", {})
    cancel(number, now=now)
    with pytest.raises(JobSettled, match="cancelled"):
        cancel(number, now=now)


def test_an_unknown_job_cannot_be_cancelled_or_retried(now: datetime) -> None:
    for attempt in (lambda: cancel(999_999, now=now), lambda: retry(999_999)):
        with pytest.raises(JobUnknown):
            attempt()


def test_a_cancelled_job_can_be_queued_again(now: datetime) -> None:
    number = enqueue("add", {})
    cancel(number, now=now)
    retry(number)
    assert job(number, SYSTEM).state is JobState.QUEUED


def test_retry_is_refused_while_the_job_waits_or_its_key_is_taken(now: datetime) -> None:
    number = enqueue("add", {}, key="k")
    with pytest.raises(JobSettled):
        retry(number)
    cancel(number, now=now)
    enqueue("add", {}, key="k")
    with pytest.raises(JobSettled):
        retry(number)
    assert job(number, SYSTEM).state is JobState.CANCELLED


def test_a_job_is_not_taken_before_its_time(now: datetime) -> None:
    enqueue("add", {}, not_before=now + timedelta(seconds=1))
    assert lease.claim("w", now=now, terms=Terms()) is None
    assert lease.claim("w", now=now + timedelta(seconds=1), terms=Terms()) is not None


def test_a_job_is_seen_by_its_owner_their_unit_and_the_centre_only() -> None:
    alice = Actor(kind="person", id=7, unit_id=3)
    number = enqueue("add", {}, owner=alice)
    colleague, stranger = Actor(kind="person", id=8, unit_id=3), Actor(kind="person", id=9, unit_id=4)
    centre = Actor(kind="person", id=10, unit_id=1, permissions=frozenset({"jobs.read"}))
    for actor in (alice, colleague, centre, SYSTEM):
        assert job(number, actor).id == number
    for actor in (stranger, PUBLIC, Actor(kind="service", id=7)):
        with pytest.raises(JobUnknown):
            job(number, actor)
