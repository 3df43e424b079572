"""A subject's archive, a record with its history, and lists of versions: each as of a day and as known at a ledger number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xinheng.accounts.door import visible_prefix
from xinheng.kernel.actor import Actor
from xinheng.kernel.text import written_number
from xinheng.ledger.door import numbers_of
from xinheng.members.values import Scope
from xinheng.records import models
from xinheng.records.queries.versions import current, view, visible
from xinheng.records.rules import mark_holds
from xinheng.records.values import (
    HIDING,
    ArchivedRecord,
    Core,
    MarkKind,
    MarkView,
    RecordUnknown,
    VersionBrief,
    VersionView,
)
from xinheng.subjects.door import WHOLE, members_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What of an archive is wanted: as it held on a day (None: everything), as known at a ledger number (None: now)."""

    on: date | None = None
    known_at: int | None = None
    item: str = ""


def readable(actor: Actor) -> Q:
    """The versions whose unpublished content the actor may read: the own unit's subtree, all by office, or the own subject's; else none."""
    if actor.kind == "member":
        own = actor.on_behalf_of if actor.may(Scope.VIEW.permission) else None
        return Q(pk__in=[]) if own is None else Q(subject_id__in=members_of(own, reach=WHOLE))
    prefix = visible_prefix(actor) if actor.may("records.read_unpublished") else None
    return Q(pk__in=[]) if prefix is None else Q(unit__path__startswith=prefix)


def archive(subject_ids: Sequence[int], asked: Asked, *, actor: Actor) -> tuple[ArchivedRecord, ...]:
    """The records of a subject (and of those merged into it) the actor may read, latest act first, each with its history and marks.

    Cost: three queries, whatever the size.
    """
    rows = current(asked.known_at).filter(readable(actor), subject_id__in=subject_ids).select_related("run")
    if asked.item:
        rows = rows.filter(item=asked.item)
    if asked.on is not None:
        rows = rows.filter(_held(asked.on))
    latest = list(rows.order_by("-act_date", "-id"))
    return _with_history(latest, asked.known_at)


def record(record_id: int, *, actor: Actor, known_at: int | None = None) -> ArchivedRecord:
    """One record with its history and marks. Cost: three queries.

    Raises: RecordUnknown where there is none, or none for this actor.
    """
    row = current(known_at).filter(readable(actor), record_id=record_id).select_related("run").first()
    if row is None:
        raise RecordUnknown(record_id)
    return _with_history([row], known_at)[0]


def by_document(number: str, *, actor: Actor, limit: int = 50) -> tuple[VersionView, ...]:
    """Current versions with exactly this document number, whatever brackets stand around its year, that the actor may read.

    Cost: one query.
    """
    wanted = current().filter(readable(actor), document_number__in={number, written_number(number)[0]})
    rows = wanted.select_related("run").order_by("-act_date")[:limit]
    return tuple(view(row) for row in rows)


def of_batch(batch_id: int, *, actor: Actor, after: int = 0, limit: int = 100) -> tuple[VersionView, ...]:
    """The versions a batch brought, in file order. Cost: one query."""
    rows = visible().filter(readable(actor), batch_id=batch_id, row_number__gt=after).select_related("run")
    return tuple(view(row) for row in rows.order_by("row_number")[:limit])


def current_of_batch(batch_id: int, *, after: int = 0, limit: int = 500) -> tuple[VersionView, ...]:
    """The versions a batch brought that are still their record's latest, in file order: what later modules act on. Cost: one query."""
    rows = current().filter(batch_id=batch_id, row_number__gt=after).select_related("run")
    return tuple(view(row) for row in rows.order_by("row_number")[:limit])


def versions_by_ids(ids: Iterable[int]) -> dict[int, VersionView]:
    """Visible versions by id, for later modules that hold ids they were allowed to show. Cost: one query."""
    return {row.pk: view(row) for row in visible().filter(pk__in=list(ids)).select_related("run")}


def versions_of_run(run_id: int, *, after: int, limit: int) -> tuple[VersionBrief, ...]:
    """The visible versions of one run after an index, in order: what later modules pull. Cost: one query."""
    head = ("id", "record_id", "item", "subject_id", "subject_kind", "blocks", "run_index")
    rows = visible().filter(run_id=run_id, run_index__gt=after).order_by("run_index")
    found = []
    for row in rows.values_list(*head, *Core.__slots__)[:limit]:
        version_id, record_id, item, subject_id, kind, blocks, index, *core = row
        held = tuple(filter(None, blocks.split(";")))
        found.append(VersionBrief(version_id, record_id, item, subject_id, kind, Core(*core), held, index))
    return tuple(found)


def marks_of(record_ids: Iterable[int], *, known_at: int | None = None) -> dict[int, tuple[MarkView, ...]]:
    """The marks of records, oldest first; as known at a ledger number, those set by then, open where their end came later.

    Cost: one query, two with a number.
    """
    found: dict[int, list[MarkView]] = {}
    rows = list(models.Mark.objects.filter(record_id__in=list(record_ids), run__ready=True).order_by("since", "id"))
    saved = {} if known_at is None else numbers_of(models.Mark.ledger_table, [row.pk for row in rows])
    for row in rows:
        until = row.until
        if known_at is not None:
            # Saved once when it was set, and once more when it ended.
            numbers = saved.get(row.pk, ())
            if not numbers or numbers[0] > known_at:
                continue
            until = row.until if len(numbers) > 1 and numbers[-1] <= known_at else None
        mark = MarkView(row.pk, row.record_id, MarkKind(row.kind), row.since, until, row.reason)
        found.setdefault(row.record_id, []).append(mark)
    return {record_id: tuple(marks) for record_id, marks in found.items()}


def hidden(record_ids: Iterable[int], *, on: date) -> frozenset[int]:
    """Which of the records carry a mark that ends publication on a day. Cost: one query."""
    marks = marks_of(record_ids)
    return frozenset(
        record_id
        for record_id, some in marks.items()
        if any(mark.kind in HIDING and mark_holds(mark.since, mark.until, on=on) for mark in some)
    )


def _held(on: date) -> Q:
    """Facts that had happened by a day and had not ended before it."""
    return (Q(act_date=None) | Q(act_date__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on) | Q(polarity="harm"))


def _with_history(latest: Sequence[models.Version], known_at: int | None) -> tuple[ArchivedRecord, ...]:
    ids = [row.record_id for row in latest]
    earlier: dict[int, list[VersionView]] = {}
    older: QuerySet[models.Version] = visible(known_at).filter(record_id__in=ids).select_related("run").order_by("-seq")
    shown = {row.pk for row in latest}
    for row in older:
        if row.pk not in shown:
            earlier.setdefault(row.record_id, []).append(view(row))
    marks = marks_of(ids, known_at=known_at)
    return tuple(
        ArchivedRecord(row.record_id, view(row), tuple(earlier.get(row.record_id, ())), marks.get(row.record_id, ()))
        for row in latest
    )
