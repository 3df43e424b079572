"""One load at a time in an installation."""

from datetime import datetime, timedelta

from xinheng.intake.values.errors import Busy, LeaseLost
from xinheng.storage.leases import Clock, Hold, is_held

NAME = "intake"
LEASE = timedelta(minutes=10)
"""Longer than reading and checking the largest file takes: a sign of life is given before and after it, and with every chunk."""


def take(batch_id: int, clock: Clock) -> Hold:
    """Take the lease for loading a batch. `clock` gives aware UTC moments.

    The queue gives a batch to one process at a time, so whoever held it for the same batch is dead, or will learn at its next chunk
    that it was replaced. Raises: Busy.
    """
    hold = Hold(NAME, clock, length=LEASE, lost=lambda: LeaseLost(batch_id), task=batch_id)
    if not hold.take():
        raise Busy
    return hold


def is_loading(batch_id: int, now: datetime) -> bool:
    """Whether a process that is not known to be dead is loading this batch."""
    return is_held(NAME, task=batch_id, now=now)
