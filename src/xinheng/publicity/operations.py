"""State changes of publicity: decide about a few versions, recompute deadlines after a holiday notice."""

from collections.abc import Sequence
from datetime import datetime

from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation
from xinheng.publicity import models
from xinheng.publicity.queries.deciding import Decider, first_public, row_values, undecided
from xinheng.publicity.values import DeadlineChange, Decided, Recomputed, SnapshotIssued
from xinheng.records.values import VersionBrief

PROJECT = "publicity.project"
"""The permission of the worker that pulls from the ledger; no role carries it."""

RECOMPUTED_AT_ONCE = 2000


@operation(code="publicity.snapshot_issued", needs=PROJECT)
def issue_snapshot(*, issued: SnapshotIssued, actor: Actor, now: datetime) -> SnapshotIssued:
    """Enter an issue of the day's open data: whoever has its manifest can show that it is the one that was issued. Cost: the ledger's."""
    return issued


@operation(code="publicity.decided", needs=PROJECT)
def decide(*, versions: Sequence[VersionBrief], actor: Actor, now: datetime) -> Decided:
    """Decide about some versions; those decided already stay as they are. Cost: two queries, and one insert a version.

    What the catalogue lets be shown is public from the commit on; what it withholds keeps its reason and basis.
    """
    decider, count, shown = Decider(now), 0, 0
    new = list(undecided(versions))
    first = first_public(new)
    for version in new:
        decision = decider.decide(version)
        models.Publication(**row_values(version, decision, first.get(version.record_id, now))).save()
        count, shown = count + 1, shown + decision.shown
    return Decided(count, shown)


@operation(code="publicity.deadlines_recomputed", needs=PROJECT)
def recompute_deadlines(*, actor: Actor, now: datetime) -> Recomputed:
    """Recompute provisional deadlines by the calendar of now; every one that moves or becomes certain is in the payload.

    At most two thousand at a time: call again while `looked_at` says so. Cost: one query and one update a change.
    """
    decider, changes = Decider(now), []
    rows = (
        models.Publication.objects.select_for_update(of=("self",))
        .filter(deadline_provisional=True, run__ready=True)
        .exclude(calendar=decider.calendar)
        .select_related("version")
        .order_by("id")[:RECOMPUTED_AT_ONCE]
    )
    looked_at = 0
    for row in rows:
        looked_at += 1
        due = decider.deadline(row.item, row.version.act_date) if row.version.act_date else None
        before = (row.deadline, row.deadline_provisional)
        row.deadline, row.deadline_provisional = due or (row.deadline, row.deadline_provisional)
        row.calendar = decider.calendar
        row.save(update_fields=["deadline", "deadline_provisional", "calendar"])
        if before != (row.deadline, row.deadline_provisional):
            changes.append(DeadlineChange(row.pk, before[0], row.deadline))
    return Recomputed(decider.calendar, looked_at, tuple(changes))
