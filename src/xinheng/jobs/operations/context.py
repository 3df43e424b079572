"""What a handler is given: its arguments, the clock, and a way to show progress and to be stopped between two steps."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from xinheng.jobs.operations import lease
from xinheng.jobs.values import Claim


class Stopped(BaseException):
    """Raised between two steps to leave a handler: the worker stops, the job is cancelled, or it is no longer ours.

    Not an Exception, so that a handler's `except Exception` lets it pass.
    """


class JobContext:
    """One run of one handler.

    `args` is what was enqueued, `job` its id, `attempt` counts from 1, `now()` is the platform's clock (aware, UTC).
    """

    def __init__(self, held: Claim, clock: Callable[[], datetime], *, stopping: Callable[[], bool]) -> None:
        self.held = held
        self.job = held.job
        self.args: Mapping[str, Any] = held.args
        self.attempt = held.attempt
        self.now = clock
        self.cancelled = False
        self.lost = False
        self._stopping = stopping
        self._unwritten: tuple[int, int, str] | None = None

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Show `done` of `total` units and a sentence without personal data.

        Outside a transaction it is written at once; inside one the worker's heartbeat writes it on its own connection, for
        nobody would see it before the commit, and on SQLite a second connection would wait for the first.
        """
        self._unwritten = (done, total, text)
        if not connection.in_atomic_block:
            self.write_progress()

    def write_progress(self) -> None:
        """Write what was last shown, if it is not written yet (called by the heartbeat too)."""
        shown, self._unwritten = self._unwritten, None
        if shown is not None and not lease.progress(self.held, *shown):
            self.lost = True

    @property
    def stop_asked(self) -> bool:
        """Whether the handler should leave at the next step."""
        return self.lost or self.cancelled or self._stopping()

    def between_steps(self) -> None:
        """A place where the handler may be left: everything so far is committed, and repeating the job goes on from here.

        Raises: Stopped.
        """
        if self.stop_asked:
            raise Stopped
