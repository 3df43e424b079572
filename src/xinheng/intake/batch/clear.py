"""Clearing what a load left that never became visible: in small transactions, resumable, as often as one likes."""

from collections.abc import Callable

from django.db import connection, transaction

from xinheng.intake import models
from xinheng.intake.values.batches import BatchState
from xinheng.kernel.dates import legal_date
from xinheng.ledger.load import OpenRun, clear_leaves, drop_run
from xinheng.records.load import clear as clear_versions
from xinheng.subjects.load.clear import clear_run as clear_subjects

_PROBLEMS = "DELETE FROM intake_problem WHERE id IN (SELECT id FROM intake_problem WHERE batch_id = %s LIMIT %s)"
_ANSWERS = "DELETE FROM intake_answer WHERE id IN (SELECT id FROM intake_answer WHERE batch_id = %s LIMIT %s)"
_HELD = (
    "DELETE FROM intake_held WHERE id IN (SELECT h.id FROM intake_held h JOIN ledger_run r ON r.id = h.run_id "
    "WHERE h.run_id = %s AND NOT r.ready LIMIT %s)"
)


# By the columns of the table's one large index: no index knows the batch.
_SUBMISSIONS = (
    "DELETE FROM intake_submission WHERE id IN (SELECT s.id FROM intake_submission s JOIN intake_batch b ON b.id = s.batch_id "
    "WHERE s.unit_id = b.unit_id AND s.item = b.item AND s.received_on = %s AND b.id = %s AND b.state <> 'loaded' LIMIT %s)"
)


def clear_abandoned(batch_id: int, limit: int = 5000) -> int:
    """Remove what a batch that is not visible has left so far, `limit` rows a transaction; returns how many rows went.

    A batch that has ended is left alone. Cost: a few statements a step.
    """
    row = models.Batch.objects.filter(pk=batch_id, state=BatchState.LOADING).first()
    if row is None or row.load_run is None:
        return 0
    return clear_rows(row, row.load_run, limit)


def clear_rows(batch: models.Batch, run_id: int, limit: int) -> int:
    """Remove the rows of one dead run, then the run."""
    run = OpenRun(run_id)
    steps: tuple[Callable[[], int], ...] = (
        lambda: _delete(_PROBLEMS, batch.pk, limit),
        lambda: _delete(_SUBMISSIONS, legal_date(batch.received_at).isoformat(), batch.pk, limit),
        lambda: _delete(_ANSWERS, batch.pk, limit),
        lambda: _delete(_HELD, run_id, limit),
        lambda: clear_versions(run, limit),
        lambda: clear_subjects(run_id, limit),
        lambda: clear_leaves(run, limit),
    )
    count = 0
    for step in steps:
        while removed := _once(step):
            count += removed
    with transaction.atomic():
        drop_run(run)
    return count


def _once(step: Callable[[], int]) -> int:
    with transaction.atomic():
        return step()


def _delete(statement: str, *values: int | str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
