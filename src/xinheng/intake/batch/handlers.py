"""What the worker calls: load a batch, clear one that was given up, erase uploads and held rows whose days are over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.batch.clear import clear_abandoned
from xinheng.intake.batch.lease import is_loading
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.operations.loading import abandon_batch, erase_upload
from xinheng.intake.operations.receiving import LOAD_JOB
from xinheng.intake.operations.replacing import carry_out
from xinheng.intake.operations.settling import expire_held
from xinheng.intake.values.batches import ENDED, BatchState, HeldState
from xinheng.intake.values.errors import Busy
from xinheng.jobs.door import JobContext, JobState, JobUnknown, enqueue, job
from xinheng.kernel.actor import system
from xinheng.kernel.dates import legal_date

WORKER = system("worker", "intake.load", "jobs.read", "accounts.see_all_units")
REPLACER = system("worker", "records.enter")
AGAIN = timedelta(seconds=10)
"""How long a load waits while another one runs."""
SILENT = timedelta(hours=1)
AT_ONCE = 500


def handle_load(context: JobContext) -> Mapping[str, Any]:
    """Load a batch (`args`: batch). While another batch is being loaded it comes again a little later."""
    batch_id = int(context.args["batch"])
    way = Way(context.now, context.progress, between=context.between_steps)
    try:
        receipt = load_batch(batch_id, way)
    except Busy:
        later = _later(batch_id, context.now())
        return {"batch": batch_id, "waits_as": later}
    return {"batch": batch_id, "status": receipt.status, "rows": receipt.counts.rows}


def handle_clear(context: JobContext) -> Mapping[str, Any]:
    """Clear and give up batches whose load failed for good or was cancelled (`args`: batch for one, none for all of them)."""
    wanted = context.args.get("batch")
    cleared = {}
    for row in models.Batch.objects.filter(~Q(state__in=ENDED), run__ready=True):
        if (wanted is None or row.pk == int(wanted)) and _given_up(row, context.now()):
            context.between_steps()
            cleared[str(row.pk)] = clear_abandoned(row.pk)
            abandon_batch(batch_id=row.pk, actor=WORKER, now=context.now())
    return {"cleared": cleared, "replaced": _replace_left(context.now())}


def _replace_left(now: datetime) -> int:
    """Replace what a load that died after its batch showed had left waiting; returns how many rows."""
    left = models.Answer.objects.filter(
        batch__state=BatchState.LOADED, batch__run__ready=True, held__state=HeldState.HELD
    )
    ids = list(left.values_list("batch_id", flat=True).distinct()[:AT_ONCE])
    return sum(carry_out(batch_id, REPLACER, now) for batch_id in ids)


def handle_erase(context: JobContext) -> Mapping[str, Any]:
    """Erase sealed uploads and the content of held rows once the days of the catalogue are over."""
    now = context.now()
    uploads = erase_uploads(now)
    context.between_steps()
    return {"uploads": uploads, "held": expire_rows(now)}


def erase_uploads(now: datetime) -> int:
    """Erase the uploads of batches that ended longer ago than the catalogue keeps them; returns how many."""
    days = _days("upload", now)
    if days is None:
        return 0
    over = models.Batch.objects.filter(
        ~Q(upload=""), state__in=ENDED, finished_at__lt=now - timedelta(days=days), run__ready=True
    )
    ids = list(over.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    for batch_id in ids:
        erase_upload(batch_id=batch_id, days=days, actor=WORKER, now=now)
    return len(ids)


def expire_rows(now: datetime) -> int:
    """Send back held rows nobody settled within the days the catalogue keeps them; returns how many."""
    days = _days("held_row", now)
    if days is None:
        return 0
    over = models.Held.objects.filter(state=HeldState.HELD, received_at__lt=now - timedelta(days=days), run__ready=True)
    ids = list(over.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    for held_id in ids:
        expire_held(held_id=held_id, days=days, actor=WORKER, now=now)
    return len(ids)


def _later(batch_id: int, now: datetime) -> int:
    """Enqueue the load anew, and point the batch at that job: the column is no domain state and no leaf binds it."""
    with transaction.atomic():
        later = enqueue(LOAD_JOB, {"batch": batch_id}, not_before=now + AGAIN)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE intake_batch SET job_id = %s WHERE id = %s", [later, batch_id])
    return later


def _days(kind: str, now: datetime) -> int | None:
    rule = current_edition(legal_date(now)).retained(kind)
    return rule.days if rule else None


def _given_up(row: models.Batch, now: datetime) -> bool:
    """Whether nobody will load the batch any more: its job failed for good, was cancelled or is gone; of a batch the console loads
    itself, whether the console has given no sign of life for long."""
    if row.job_id is None:
        return not is_loading(row.pk, now) and row.received_at < now - SILENT
    try:
        found = job(row.job_id, WORKER)
    except JobUnknown:
        return True
    return found.state in (JobState.FAILED, JobState.CANCELLED)
