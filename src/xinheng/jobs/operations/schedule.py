"""Periodic work: what is due is queued once, however many processes tick."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from xinheng.jobs import models
from xinheng.jobs.operations.queue import enqueue
from xinheng.jobs.values import JobState

PERIODIC = "periodic:"
"""What the keys of periodic jobs begin with."""


def forget_done(*, before: datetime) -> int:
    """Delete periodic jobs that ended well before a moment; returns how many. What failed or somebody cancelled stays."""
    rows = models.Job.objects.filter(key__startswith=PERIODIC, state=JobState.DONE.value, finished_at__lt=before)
    forgotten, _kinds = rows.delete()
    return forgotten


def enqueue_due(schedule: Mapping[str, int], *, now: datetime) -> list[int]:
    """Queue each periodic job that is due; `schedule` maps names to seconds between two runs. Returns the jobs' ids.

    A job still open from the last time is not doubled. Missed times are not made up: one run catches up with all.
    """
    rows = {row.name: row for row in models.Schedule.objects.filter(name__in=schedule)}
    return [found for name, seconds in schedule.items() if (found := _enqueue_if_due(name, seconds, rows, now))]


def _enqueue_if_due(name: str, seconds: int, rows: Mapping[str, models.Schedule], now: datetime) -> int | None:
    row = rows.get(name)
    following = now + timedelta(seconds=seconds)
    # Later than one whole interval from now means that the clock was set back (a demo on another day): due as well.
    if row is not None and now < row.next_at <= following:
        return None
    with transaction.atomic():
        if row is None:
            _, ours = models.Schedule.objects.get_or_create(name=name, defaults={"next_at": following})
        else:
            # Two processes tick at once: the one whose update changes the row queues the job.
            same = models.Schedule.objects.filter(id=row.id, next_at=row.next_at)
            ours = bool(same.update(next_at=following))
        return enqueue(name, {}, key=f"{PERIODIC}{name}") if ours else None
