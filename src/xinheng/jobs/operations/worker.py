"""The worker: claim, run the handler, finish; a heartbeat beside it on its own connection."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from traceback import extract_tb
from typing import Any

from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from xinheng.jobs.operations import lease
from xinheng.jobs.operations.context import JobContext, Stopped
from xinheng.jobs.operations.schedule import enqueue_due
from xinheng.jobs.values import Claim, HandlerUnknown, JobState, Terms
from xinheng.kernel.log_context import bound
from xinheng.storage.points import reach

logger = logging.getLogger("xinheng.jobs")

Handler = Callable[[JobContext], Mapping[str, Any] | None]


@dataclass(slots=True)
class Worker:
    """One worker process. `clock` gives aware UTC moments; `stop` is set to make it leave after the current step."""

    name: str
    handlers: Mapping[str, str]
    clock: Callable[[], datetime]
    schedule: Mapping[str, int] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    orphaned: Callable[[], bool] = lambda: False
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Work until `stop` is set or the parent is gone. A database that is away for a moment is waited for."""
        beaten: datetime | None = None
        while not self.stopping():
            try:
                now = self.clock()
                if beaten is None or now - beaten >= self.terms.beat:
                    lease.beat(self.name, now=now)
                    beaten = now
                enqueue_due(self.schedule, now=now)
                busy = self.run_one() is not None
            except DatabaseError:
                logger.warning("the database did not answer; the worker tries again")
                connection.close()
                busy = False
            if not busy:
                self.stop.wait(self.terms.poll.total_seconds())
        lease.beat(self.name, now=self.clock(), stopped=True)

    def drain(self) -> int:
        """Run what is due now, until nothing is; returns how many jobs were run."""
        count = 0
        while not self.stopping() and self.run_one() is not None:
            count += 1
        return count

    def run_one(self) -> JobState | None:
        """Claim and run one job; the state it has afterwards, or None when there was nothing to do."""
        held = lease.claim(self.name, now=self.clock(), terms=self.terms)
        if held is None:
            return None
        reach("jobs.claimed")
        with bound(job=held.job, job_name=held.name, attempt=held.attempt):
            return self._carried_out(held)

    def _carried_out(self, held: Claim) -> JobState:
        context, begun = JobContext(held, self.clock, stopping=self.stopping), time.perf_counter()
        try:
            with _beating(self, context):
                result = self._handler(held)(context)
            context.write_progress()
        except Stopped:
            return self._left(context)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises must end as the job's state
            logger.error("job %s %s failed: %s at %s", held.job, held.name, type(error).__name__, _places(error))
            return lease.fail(held, error, now=self.clock()) or JobState.RUNNING
        reach("jobs.before_finish")
        done = lease.finish(held, result or {}, now=self.clock())
        logger.info("job done", extra={"ms": round((time.perf_counter() - begun) * 1000)})
        return JobState.DONE if done else JobState.RUNNING

    def stopping(self) -> bool:
        """Whether to leave after the current step."""
        return self.stop.is_set() or self.orphaned()

    def _handler(self, held: Claim) -> Handler:
        if held.name not in self.handlers:
            raise HandlerUnknown(held.name)
        handler: Handler = import_string(self.handlers[held.name])
        return handler

    def _left(self, context: JobContext) -> JobState:
        if context.lost:
            return JobState.RUNNING
        if context.cancelled:
            lease.end_cancelled(context.held, now=self.clock())
            return JobState.CANCELLED
        lease.release(context.held)
        return JobState.QUEUED


@contextmanager
def _beating(worker: Worker, context: JobContext) -> Iterator[None]:
    """Renew the lease and write progress from a thread, which Django gives a connection of its own."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(worker, context, over), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(worker: Worker, context: JobContext, over: threading.Event) -> None:
    # Progress shown inside a transaction should be seen sooner than the next renewal.
    pause = min(worker.terms.beat, timedelta(seconds=1)).total_seconds()
    renewed = worker.clock()
    try:
        while not over.wait(pause):
            try:
                context.write_progress()
                now = worker.clock()
                if now - renewed >= worker.terms.beat:
                    renewed = now
                    go_on = lease.heartbeat(context.held, now=now, terms=worker.terms)
                    context.lost |= go_on is None
                    context.cancelled |= go_on is False
                    lease.beat(worker.name, now=now)
            except DatabaseError:
                # Missed once is no harm: the lease lasts several beats.
                connection.close()
    finally:
        connection.close()


def _places(error: BaseException) -> str:
    """Where it happened, without the exception's words: they may quote data."""
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(extract_tb(error.__traceback__)[-5:]))
