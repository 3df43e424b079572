"""Words of the queue: states, what a reader sees of a job, what a worker holds, and errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from xinheng.kernel.errors import Conflict, Unknown


class JobState(StrEnum):
    """Where a job stands. `queued` and `running` are open; the others are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its owner or an operator sees it. `done` of `total` are units of work, `total` 0 when not known yet."""

    id: int
    name: str
    state: JobState
    key: str | None
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    text: str
    result: Mapping[str, Any]
    error_code: str
    error: str
    unit_id: int | None
    person_id: int | None

    @property
    def open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of one worker. `attempt` counts from 1 and, with `worker`, tells this hold from every other."""

    job: int
    name: str
    args: Mapping[str, Any]
    attempt: int
    worker: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a worker holds a job without a sign of life, and how often it gives one."""

    lease: timedelta = timedelta(seconds=60)
    beat: timedelta = timedelta(seconds=10)
    poll: timedelta = timedelta(seconds=1)


SILENCE = timedelta(minutes=2)
"""A worker gives a sign of life every ten seconds; unheard for so long it is taken for dead."""


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    """The last sign of life of a worker process."""

    worker: str
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None

    def alive(self, now: datetime) -> bool:
        """Whether the process is taken for running: it did not say that it ended, and was heard within `SILENCE`."""
        return self.stopped_at is None and now - self.beat_at <= SILENCE


@dataclass(frozen=True, slots=True)
class Pressure:
    """How many jobs wait, run and have failed; `oldest_at`: since when the oldest waits (the database's clock)."""

    queued: int
    running: int
    failed: int
    oldest_at: datetime | None


class JobUnknown(Unknown):
    """No such job, or not for this actor."""

    def __init__(self, job: int) -> None:
        super().__init__("jobs.unknown", f"没有编号为 {job} 的后台任务，或您无权查看")


class JobSettled(Conflict):
    """The job is not in a state in which this can be done."""

    def __init__(self, job: int, state: str, wanted: str) -> None:
        super().__init__("jobs.settled", f"后台任务 {job} 当前状态为 {state}，不能{wanted}")


class HandlerUnknown(Unknown):
    """The program knows no handler of this name."""

    def __init__(self, name: str) -> None:
        super().__init__("jobs.handler_unknown", f"没有名为“{name}”的后台任务处理程序")
