"""Clearing a load that never became visible."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from xinheng.subjects.load.create import hold_codes
from xinheng.subjects.load.index import reindex, remove
from xinheng.subjects.models import Identifier, Merge, Name, Subject


def clear_run(run_id: int, limit: int) -> int:
    """Delete up to `limit` rows of what a run that is not ready made here; returns how many, 0 when nothing is left.

    Resumable, one short transaction a call; leaves and the run itself are the caller's to clear. Values only this run wanted go too,
    also those of subjects that stay. A ready run is left alone.
    """
    steps = (_clear_values, _clear_merges, _clear_names, _clear_identifiers, _clear_subjects)
    with transaction.atomic():
        for step in steps:
            count = step(run_id, limit)
            if count:
                return count
    return 0


def _clear_values(run_id: int, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM subjects_personal_value WHERE id IN (SELECT v.id FROM subjects_personal_value v "
            "JOIN ledger_run r ON r.id = v.batch_id WHERE v.batch_id = %s AND NOT r.ready LIMIT %s)",
            [run_id, limit],
        )
        return int(cursor.rowcount)


def _clear_merges(run_id: int, limit: int) -> int:
    return _delete(Merge, _ids(Merge, run_id, limit))


def _clear_names(run_id: int, limit: int) -> int:
    ids = _ids(Name, run_id, limit)
    # Names this run reported of subjects that stay: whoever searches compares anyway, but the search rows say no more than the names.
    stay = Name.objects.filter(run_id=run_id, id__in=ids).exclude(subject__run_id=run_id)
    subjects = sorted(set(stay.values_list("subject_id", flat=True)))
    count = _delete(Name, ids)
    if subjects:
        hold_codes()
        reindex(subjects)
    return count


def _clear_identifiers(run_id: int, limit: int) -> int:
    return _delete(Identifier, _ids(Identifier, run_id, limit))


def _clear_subjects(run_id: int, limit: int) -> int:
    ids = _ids(Subject, run_id, limit)
    remove(ids)
    # Nobody but this run ever saw these subjects, so whatever is sealed for them goes with them.
    _by_ids("DELETE FROM subjects_personal_value WHERE subject_id IN ({marks})", ids)
    _by_ids("DELETE FROM subjects_key WHERE subject_id IN ({marks})", ids)
    return _delete(Subject, ids)


def _ids(model: type[Any], run_id: int, limit: int) -> list[int]:
    return list(
        model.objects.filter(run_id=run_id, run__ready=False).order_by("id").values_list("id", flat=True)[:limit]
    )


def _delete(model: type[Any], ids: Sequence[int]) -> int:
    return _by_ids(f'DELETE FROM "{model._meta.db_table}" WHERE id IN ({{marks}})', ids)


def _by_ids(statement: str, ids: Sequence[int]) -> int:
    """Run a statement over ids, 500 at a time. Past the models on purpose: they refuse to delete, and these rows never showed."""
    count = 0
    with connection.cursor() as cursor:
        for start in range(0, len(ids), 500):
            chunk = list(ids[start : start + 500])
            cursor.execute(statement.format(marks=", ".join(["%s"] * len(chunk))), chunk)
            count += cursor.rowcount
    return count
