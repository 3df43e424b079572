"""Putting work into the queue, and taking it out again. No ledger entry: who offers retry or cancel to people enters it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from xinheng.jobs import models
from xinheng.jobs.values import OPEN_STATES, JobSettled, JobState, JobUnknown
from xinheng.kernel.actor import Actor


@transaction.atomic(savepoint=False)
def enqueue(
    name: str,
    args: Mapping[str, Any],
    *,
    key: str | None = None,
    not_before: datetime | None = None,
    owner: Actor | None = None,
    max_attempts: int = 5,
) -> int:
    """Queue work by name in the caller's transaction; a worker sees it when that commits. Returns the job's id.

    `args` is JSON without personal data. While a job of the same `key` is open, that job's id comes back and nothing is added:
    a running one may already have read what the caller just wrote, so a handler with a key must look again before it ends.
    `owner` may see the job, with their unit. Cost: 1 query, 3 when the key is taken.
    """
    values = {
        "name": name,
        "args": dict(args),
        "key": key,
        "not_before": not_before,
        "max_attempts": max_attempts,
        "unit_id": owner.unit_id if owner else None,
        "person_id": owner.id if owner and owner.kind == "person" else None,
    }
    if key is None:
        return models.Job.objects.create(**values).id
    while True:
        try:
            with transaction.atomic():
                return models.Job.objects.create(**values).id
        except IntegrityError:
            taken = models.Job.objects.filter(key=key, state__in=OPEN_STATES).values_list("id", flat=True).first()
            if taken is not None:
                return taken
            # It ended between the two statements: the key is free again.


@transaction.atomic
def cancel(job_id: int, *, now: datetime) -> JobState:
    """Cancel a job: at once if it waits, after its current step if it runs. Returns the state it has now.

    Raises: JobUnknown; JobSettled when it has already ended.
    """
    waiting = models.Job.objects.filter(id=job_id, state=JobState.QUEUED)
    if waiting.update(state=JobState.CANCELLED, cancel_asked=True, finished_at=now):
        return JobState.CANCELLED
    if models.Job.objects.filter(id=job_id, state=JobState.RUNNING).update(cancel_asked=True):
        return JobState.RUNNING
    raise _settled(job_id, "取消")


def retry(job_id: int) -> None:
    """Queue a failed or cancelled job again, with all its attempts.

    Raises: JobUnknown; JobSettled when it has not failed, or another job of its key is open.
    """
    ended = models.Job.objects.filter(id=job_id, state__in=(JobState.FAILED, JobState.CANCELLED))
    fresh = {"state": JobState.QUEUED, "attempts": 0, "not_before": None, "cancel_asked": False, "finished_at": None}
    try:
        with transaction.atomic():
            changed = ended.update(**fresh, error="", error_code="", done=0, total=0, text="")
    except IntegrityError:
        raise JobSettled(job_id, "failed", "重试：同一件工作已在排队或执行") from None
    if not changed:
        raise _settled(job_id, "重试")


def _settled(job_id: int, wanted: str) -> JobUnknown | JobSettled:
    state = models.Job.objects.filter(id=job_id).values_list("state", flat=True).first()
    return JobUnknown(job_id) if state is None else JobSettled(job_id, state, wanted)
