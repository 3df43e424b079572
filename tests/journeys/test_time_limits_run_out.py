"""The worker minds the time limits of cases: what follows from a missed one follows by its periodic job, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from objections.contested import at, contested, is_shown
from world import World, furnish
from xinheng.console import duties
from xinheng.ledger.models import Run
from xinheng.procedures.models import RunningClock
from xinheng.project.handlers import HANDLERS, SCHEDULE


class Worker:
    """What a job is given of the worker."""

    def __init__(self, now: datetime) -> None:
        self.moment, self.steps = now, 0

    def now(self) -> datetime:
        return self.moment

    def between_steps(self) -> None:
        self.steps += 1


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)


def test_the_periodic_job_does_what_time_asks_for_once(world: World) -> None:
    assert HANDLERS["procedures.tick"] == "xinheng.console.duties.time_limits"
    assert SCHEDULE["procedures.tick"] <= 3600
    found = contested(world)
    last = RunningClock.objects.get(case_id=found.case_id, clock="answer").deadline
    assert last is not None
    worker: Any = Worker(at(last + timedelta(days=1)))
    assert duties.time_limits(worker) == {"recounted": 0, "missed": 3}
    assert worker.steps == 3
    assert not is_shown(found.record_id, last + timedelta(days=1))
    assert not Run.objects.filter(first=None).exists()
    assert duties.time_limits(worker) == {"recounted": 0, "missed": 0}
