"""From claim to finish: who holds a job is decided by the database, one conditional update each.

Every write after the claim names worker and attempt; a worker that lost its lease changes no row and learns it from the count.
Each is a transaction of its own, though one statement, because on SQLite only transactions stand in line: a heartbeat beside a
bulk load would otherwise poll for the lock, starve, and lose the lease.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from xinheng.jobs import models
from xinheng.jobs.rules import describe, may_retry, retry_after
from xinheng.jobs.values import Claim, JobState, Terms

LOST = ("jobs.worker_lost", "执行该任务的进程多次中断，任务未完成，请联系管理员")


def claim(worker: str, *, now: datetime, terms: Terms) -> Claim | None:
    """Take the oldest job that is due, or one whose holder's lease has run out; None when there is nothing.

    A job that was lost as often as it may be tried fails here. Cancelled ones whose worker died end here.
    """
    # An idle worker asks every second: it must not take SQLite's write lock for that.
    while _takeable(now, terms).exists():
        with transaction.atomic():
            row = _candidate(now, terms)
            if row is None:
                return None
            if row.state == JobState.RUNNING and _ended_instead(row, now):
                continue
            # On SQLite the transaction is the only writer, on PostgreSQL the row is locked; the condition holds on both
            # whatever becomes of that: whoever changes the row has the job.
            changed = _same(row).update(
                state=JobState.RUNNING,
                worker=worker,
                attempts=F("attempts") + 1,
                started_at=now,
                heartbeat_at=now,
                lease_until=now + terms.lease,
                done=0,
                total=0,
                text="",
            )
            if changed:
                return Claim(row.id, row.name, row.args, row.attempts + 1, worker)
    return None


@transaction.atomic
def heartbeat(held: Claim, *, now: datetime, terms: Terms) -> bool | None:
    """Renew the lease. True: go on; False: it was asked to cancel; None: the job is no longer ours."""
    if not _held(held).update(heartbeat_at=now, lease_until=now + terms.lease):
        return None
    return not _held(held).values_list("cancel_asked", flat=True).first()


@transaction.atomic
def progress(held: Claim, done: int, total: int, text: str) -> bool:
    """Show how far the work is; False when the job is no longer ours."""
    return bool(_held(held).update(done=done, total=total, text=text[:300]))


@transaction.atomic
def finish(held: Claim, result: Mapping[str, Any], *, now: datetime) -> bool:
    """End the job as done; False when it is no longer ours."""
    ended = {"state": JobState.DONE, "finished_at": now, "lease_until": None, "result": dict(result)}
    return bool(_held(held).update(**ended, error="", error_code=""))


@transaction.atomic
def fail(held: Claim, error: BaseException, *, now: datetime) -> JobState | None:
    """Queue the job again after a growing delay, or end it as failed; None when it is no longer ours."""
    code, text = describe(error)
    if may_retry(error):
        again = _held(held).filter(attempts__lt=F("max_attempts"))
        later = now + retry_after(held.attempt)
        if again.update(state=JobState.QUEUED, not_before=later, lease_until=None, error_code=code, error=text):
            return JobState.QUEUED
    ended = {"state": JobState.FAILED, "finished_at": now, "lease_until": None}
    return JobState.FAILED if _held(held).update(**ended, error_code=code, error=text) else None


@transaction.atomic
def release(held: Claim) -> bool:
    """Give the job back unharmed, because the worker stops; the attempt does not count."""
    back = {"state": JobState.QUEUED, "lease_until": None, "not_before": None}
    return bool(_held(held).update(**back, attempts=F("attempts") - 1))


@transaction.atomic
def end_cancelled(held: Claim, *, now: datetime) -> bool:
    """End the job as cancelled, between two steps; False when it is no longer ours."""
    return bool(_held(held).update(state=JobState.CANCELLED, finished_at=now, lease_until=None))


@transaction.atomic
def beat(worker: str, *, now: datetime, stopped: bool = False) -> None:
    """Note a worker's sign of life, or that it stopped in order."""
    signs = {"beat_at": now, "stopped_at": now if stopped else None}
    models.Worker.objects.update_or_create(name=worker, defaults=signs, create_defaults={**signs, "started_at": now})


def _takeable(now: datetime, terms: Terms) -> QuerySet[models.Job]:
    due = Q(state=JobState.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    lost = Q(state=JobState.RUNNING, lease_until__lt=now)
    # The clock was set back (a demo on another day): a sign of life from the future is none.
    future = Q(state=JobState.RUNNING, heartbeat_at__gt=now + terms.lease)
    return models.Job.objects.filter(due | lost | future)


def _candidate(now: datetime, terms: Terms) -> models.Job | None:
    rows = _takeable(now, terms).order_by("id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows.first()


def _ended_instead(row: models.Job, now: datetime) -> bool:
    """A lost job is not taken over when it was to be cancelled or has no attempt left."""
    if row.cancel_asked:
        _same(row).update(state=JobState.CANCELLED, finished_at=now, lease_until=None)
        return True
    if row.attempts >= row.max_attempts:
        code, text = LOST
        _same(row).update(state=JobState.FAILED, finished_at=now, lease_until=None, error_code=code, error=text)
        return True
    return False


def _same(row: models.Job) -> QuerySet[models.Job]:
    return models.Job.objects.filter(id=row.id, state=row.state, attempts=row.attempts, lease_until=row.lease_until)


def _held(held: Claim) -> QuerySet[models.Job]:
    mine = {"state": JobState.RUNNING, "worker": held.worker, "attempts": held.attempt}
    return models.Job.objects.filter(id=held.job, **mine)
