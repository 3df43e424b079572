"""One process at a time at a task: a lease that is renewed in the transaction of every write, and fenced.

Each hold has a number of its own, and every write asks for it: who was replaced writes nothing more, whatever its clock says. A lease
ends by itself when its holder gives no sign of life; a holder known to be dead is succeeded at once. No domain state, no ledger entry.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from xinheng.storage.holders import holder_id, known_dead
from xinheng.storage.models import Lease

Clock = Callable[[], datetime]


class Hold:
    """The hold of one process on the lease of a name.

    `clock` gives aware UTC moments; `length`: how long it may be silent before another takes over; `lost` makes the error that says so;
    `task`: what it holds the lease for, where who comes for the same may take over at once (a queue gives a task to one process at a
    time, so the one before is dead, or learns at its next write that it was replaced).
    """

    def __init__(
        self, name: str, clock: Clock, *, length: timedelta, lost: Callable[[], Exception], task: int | None = None
    ) -> None:
        self.holder = holder_id()
        self._name, self._clock, self._length, self._lost, self._task = name, clock, length, lost, task
        self._fence = -1

    def take(self) -> bool:
        """Take the lease where nobody holds it, its time is over, its holder is known to be dead or had the same task.

        Cost: one query where somebody holds it, else four.
        """
        seen = Lease.objects.filter(name=self._name).first()
        # Most often somebody just asks: that must not take SQLite's write lock.
        if seen is not None and not self._is_free(seen):
            return False
        with transaction.atomic():
            Lease.objects.get_or_create(name=self._name)
            rows = Lease.objects.filter(name=self._name)
            if connection.features.has_select_for_update_skip_locked:
                # Locked: its holder is writing in this moment.
                rows = rows.select_for_update(skip_locked=True)
            row = rows.first()
            if row is None or not self._is_free(row):
                return False
            row.fence, row.holder, row.task, row.until = row.fence + 1, self.holder, self._task, self._end()
            row.save()
            self._fence = row.fence
        return True

    def renew(self) -> None:
        """Give a sign of life, in the transaction of a write and before it.

        The row stays locked until that commits, so nobody takes over in between; if somebody did before, nothing commits.
        Raises: what `lost` makes.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("a lease is renewed in the transaction that it protects")
        if not self._mine().update(until=self._end()):
            raise self._lost()

    def free(self) -> None:
        """Let the next one in; a hold that was lost frees nothing."""
        with transaction.atomic():
            self._mine().update(until=None, holder="", task=None)

    def _end(self) -> datetime:
        return self._clock() + self._length

    def _mine(self) -> QuerySet[Lease]:
        return Lease.objects.filter(name=self._name, holder=self.holder, fence=self._fence)

    def _is_free(self, row: Lease) -> bool:
        now = self._clock()
        # Clocks of two machines may differ by less than a lease; an end beyond that means that the clock was set back (a demo on
        # another day), and must not lock the door for years.
        over = row.until is None or not now <= row.until <= now + 2 * self._length
        same = self._task is not None and row.task == self._task
        return over or same or known_dead(row.holder)


def is_held(name: str, *, task: int, now: datetime) -> bool:
    """Whether somebody who is not known to be dead holds the lease for this task."""
    row = Lease.objects.filter(name=name, task=task, until__gte=now).first()
    return row is not None and not known_dead(row.holder)
