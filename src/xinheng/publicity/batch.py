"""Pulling from the ledger: every version that became visible gets its decision, a few by an operation, many in bulk.

One reader at a time (a lease on the cursor). A bulk run that was cut off is cleared and done again: nothing of it was ever visible.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from xinheng.kernel.actor import Actor, system
from xinheng.kernel.canonical import canonical, text
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import runs_after
from xinheng.ledger.load import OpenRun, clear_leaves, close_run, drop_run, open_run, write_leaves
from xinheng.publicity import models
from xinheng.publicity.operations import PROJECT, RECOMPUTED_AT_ONCE, decide, recompute_deadlines
from xinheng.publicity.queries.deciding import Decider, row_values, undecided
from xinheng.publicity.values import Projected
from xinheng.records.door import runs_with_versions, versions_of_run
from xinheng.records.values import VersionBrief
from xinheng.storage.bulk import insert_rows, moment, next_ids

FEW = 100
CHUNK = 5000
RUNS_AT_ONCE = 200
LEASE = timedelta(minutes=10)
CALENDAR_OPERATIONS = ("catalogue.calendar_imported", "catalogue.calendar_year_imported")
WORKER = system("publicity", PROJECT)


def project(*, now: datetime, actor: Actor = WORKER) -> Projected:
    """Decide about everything the ledger brought since the last time; recompute deadlines when a calendar came in.

    Returns what was done; nothing when another process is at it. Cost: one query a two hundred runs where nothing is new.
    """
    if not _take_lease(now):
        return Projected(0, 0, 0, 0)
    try:
        _clear_cut_off()
        return _pull(now, actor)
    finally:
        models.Cursor.objects.filter(id=1).update(lease_until=None)


def _pull(now: datetime, actor: Actor) -> Projected:
    runs = versions = shown = 0
    number = models.Cursor.objects.get(id=1).number
    while page := list(runs_after(number, RUNS_AT_ONCE)):
        bringing = runs_with_versions(run.id for run in page)
        for run in page:
            if run.id in bringing:
                count, public = _decide_run(run.id, run.count, now, actor)
                runs, versions, shown = runs + 1, versions + count, shown + public
            if run.header.operation in CALENDAR_OPERATIONS:
                _recompute(now, actor)
            number = run.first
            models.Cursor.objects.filter(id=1).update(number=number)
    return Projected(runs, versions, shown, number)


def _decide_run(run_id: int, count: int, now: datetime, actor: Actor) -> tuple[int, int]:
    if count <= FEW:
        versions = versions_of_run(run_id, after=-1, limit=count)
        done = decide(versions=versions, actor=actor, now=now)
        return done.versions, done.shown
    run = open_run(code="publicity.decided", actor=actor, now=now, on=legal_date(now))
    models.Cursor.objects.filter(id=1).update(open_run=run.id)
    decider, written, shown, after = Decider(now), 0, 0, -1
    while page := versions_of_run(run_id, after=after, limit=CHUNK):
        after = page[-1].run_index
        with transaction.atomic():
            public, new = _write(run, written, list(undecided(page)), decider, now)
        written, shown = written + new, shown + public
    _close(run, written, shown)
    return written, shown


def _close(run: OpenRun, written: int, shown: int) -> None:
    with transaction.atomic():
        if written:
            close_run(run, count=written, payload={"versions": written, "shown": shown})
        else:
            drop_run(run)
        models.Cursor.objects.filter(id=1).update(open_run=None)


COLUMNS = (
    "id",
    "version_id",
    "record_id",
    "item",
    "subject_id",
    "shown",
    "public_from",
    "public_until",
    "rule",
    "reason",
    "bases",
    "tier",
    "edition",
    "deadline",
    "deadline_provisional",
    "calendar",
    "first_public_at",
    "run_id",
    "run_index",
)


def _write(
    run: OpenRun, start: int, versions: Sequence[VersionBrief], decider: Decider, now: datetime
) -> tuple[int, int]:
    """Write the decisions of one chunk with their leaves; returns how many are shown, and how many there are."""
    if not versions:
        return 0, 0
    ids = next_ids("publicity_publication", len(versions))
    shown, leaves = 0, []

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal shown
        for offset, (row_id, version) in enumerate(zip(ids, versions, strict=True)):
            decision = decider.decide(version)
            shown += decision.shown
            values = row_values(version, decision, now)
            # In the order of `ledger_fields`, which is that of the columns without keys.
            leaves.append((row_id, canonical(text(value) for value in values.values())))
            if decision.shown:
                values["first_public_at"] = moment(now)
            yield (row_id, *values.values(), run.id, start + offset)

    insert_rows("publicity_publication", COLUMNS, rows())
    write_leaves(run, models.Publication.ledger_table, start, leaves)
    return shown, len(versions)


def _recompute(now: datetime, actor: Actor) -> None:
    while recompute_deadlines(actor=actor, now=now).looked_at == RECOMPUTED_AT_ONCE:
        pass


def _take_lease(now: datetime) -> bool:
    models.Cursor.objects.get_or_create(id=1)
    free = models.Cursor.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), id=1)
    return free.update(lease_until=now + LEASE) == 1


def _clear_cut_off() -> None:
    """Remove what a killed reader left of a bulk run; it was never visible."""
    left = models.Cursor.objects.get(id=1).open_run
    if left is None:
        return
    run = OpenRun(left)
    while True:
        with transaction.atomic():
            ids = list(
                models.Publication.objects.filter(run_id=left, run__ready=False).values_list("id", flat=True)[:CHUNK]
            )
            models.Publication.objects.filter(pk__in=ids)._raw_delete(using="default")
            if not clear_leaves(run, CHUNK) and not ids:
                drop_run(run)
                models.Cursor.objects.filter(id=1).update(open_run=None)
                return
