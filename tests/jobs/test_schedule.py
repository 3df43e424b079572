"""Periodic work."""

from datetime import datetime, timedelta

import pytest

from xinheng.jobs import models
from xinheng.jobs.door import Terms, enqueue_due
from xinheng.jobs.operations import lease

HOURLY = {"sweep": 3600}
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def run_all(now: datetime) -> int:
    count = 0
    while (held := lease.claim("w", now=now, terms=Terms())) is not None:
        lease.finish(held, {}, now=now)
        count += 1
    return count


def test_what_is_due_is_queued_once_per_interval(now: datetime) -> None:
    assert len(enqueue_due(HOURLY, now=now)) == 1
    assert run_all(now) == 1
    assert enqueue_due(HOURLY, now=now + HOUR - timedelta(seconds=1)) == []
    assert len(enqueue_due(HOURLY, now=now + HOUR)) == 1


def test_a_job_still_open_from_the_last_time_is_not_doubled(now: datetime) -> None:
    enqueue_due(HOURLY, now=now)
    enqueue_due(HOURLY, now=now + HOUR)
    assert models.Job.objects.count() == 1


def test_missed_times_are_not_made_up(now: datetime) -> None:
    enqueue_due(HOURLY, now=now)
    run_all(now)
    enqueue_due(HOURLY, now=now + 10 * HOUR)
    assert run_all(now + 10 * HOUR) == 1
    assert enqueue_due(HOURLY, now=now + 10 * HOUR) == []


def test_periodic_work_goes_on_after_the_clock_was_set_back(now: datetime) -> None:
    enqueue_due(HOURLY, now=now + timedelta(days=400))
    run_all(now + timedelta(days=400))
    assert len(enqueue_due(HOURLY, now=now)) == 1
