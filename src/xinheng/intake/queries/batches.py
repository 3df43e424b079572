"""Reads of batches: lists, one, its receipt, its problems. An actor sees the batches of the own unit's subtree, or all by office."""

from typing import Any

from django.db.models import Q

from xinheng.accounts.door import visible_prefix
from xinheng.intake import models
from xinheng.intake.rules.receipt import unpack
from xinheng.intake.values.batches import (
    ENDED,
    BatchFilter,
    BatchState,
    BatchView,
    HeldKind,
    HeldState,
    IntakeCounts,
    Page,
)
from xinheng.intake.values.errors import BatchUnknown, ReceiptUnknown
from xinheng.intake.values.receipts import Counts, ProblemView
from xinheng.kernel.actor import Actor

LARGEST_PAGE = 200


def readable(actor: Actor) -> Q:
    """The rows (of batches or held rows, by `unit`) an actor may read."""
    if actor.may("intake.read_all"):
        return Q(run__ready=True)
    prefix = visible_prefix(actor)
    if not actor.may("intake.read_own") or prefix is None:
        return Q(pk__in=[])
    return Q(run__ready=True, unit__path__startswith=prefix)


def batches(actor: Actor, narrow: BatchFilter | None = None) -> Page[BatchView]:
    """Batches, the latest first. Cost: one query."""
    narrow = narrow or BatchFilter()
    rows = models.Batch.objects.filter(readable(actor)).select_related("unit", "submitted_by")
    if narrow.unit_id is not None:
        rows = rows.filter(unit_id=narrow.unit_id)
    if narrow.item:
        rows = rows.filter(item=narrow.item)
    if narrow.items:
        rows = rows.filter(item__in=narrow.items)
    if narrow.state is not None:
        rows = rows.filter(state=narrow.state)
    if narrow.before is not None:
        rows = rows.filter(id__lt=narrow.before)
    limit = max(1, min(narrow.limit, LARGEST_PAGE))
    found = list(rows.order_by("-id")[: limit + 1])
    items = tuple(_view(row) for row in found[:limit])
    return Page(items, items[-1].id if len(found) > limit else None)


def batch(batch_id: int, actor: Actor) -> BatchView:
    """One batch. Raises: BatchUnknown. Cost: one query."""
    return _view(_row(batch_id, actor))


def receipt(batch_id: int, actor: Actor) -> dict[str, Any]:
    """The receipt of a batch as JSON, masked. Raises: BatchUnknown, ReceiptUnknown before it has ended. Cost: two queries."""
    row = _row(batch_id, actor)
    found = models.Receipt.objects.filter(batch=row).first() if row.state in ENDED else None
    if found is None:
        raise ReceiptUnknown(batch_id)
    return unpack(bytes(found.content))


def problems(
    batch_id: int, actor: Actor, *, code: str = "", effect: str = "", after: int = 0, limit: int = 100
) -> Page[ProblemView]:
    """The problems of an ended batch in file order; before that there are none. Cost: two queries. Raises: BatchUnknown."""
    row = _row(batch_id, actor)
    if row.state not in ENDED:
        return Page((), None)
    rows = models.Problem.objects.filter(batch=row, id__gt=after)
    if code:
        rows = rows.filter(code=code)
    if effect:
        rows = rows.filter(effect=effect)
    limit = max(1, min(limit, LARGEST_PAGE))
    found = list(rows.order_by("id")[: limit + 1])
    items = tuple(
        ProblemView(one.row, one.record, one.field, one.header, one.code, one.effect, one.message, one.value)
        for one in found[:limit]
    )
    return Page(items, found[limit - 1].pk if len(found) > limit else None)


def counts(actor: Actor) -> IntakeCounts:
    """Figures for the workbench, within what the actor sees. Cost: four counts."""
    own = models.Batch.objects.filter(readable(actor))
    waiting = models.Held.objects.filter(readable(actor), state=HeldState.HELD)
    return IntakeCounts(
        open_batches=own.exclude(state__in=ENDED).count(),
        held=waiting.count(),
        held_corrections=waiting.filter(kind=HeldKind.CORRECTION).count(),
        refused_batches=own.filter(state=BatchState.REFUSED).count(),
    )


def _row(batch_id: int, actor: Actor) -> models.Batch:
    row: models.Batch | None = (
        models.Batch.objects.filter(readable(actor), pk=batch_id).select_related("unit", "submitted_by").first()
    )
    if row is None:
        raise BatchUnknown(batch_id)
    return row


def _view(row: models.Batch) -> BatchView:
    ended = row.state in ENDED
    return BatchView(
        id=row.pk,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        item=row.item,
        file_name=row.file_name,
        size=row.size,
        state=BatchState(row.state),
        refusal=row.refusal,
        refusal_message=row.refusal_message,
        counts=Counts(**{name: getattr(row, name) for name in Counts.__slots__}) if ended else Counts(),
        reason=row.reason,
        submitted_by=row.submitted_by_id,
        submitted_name=row.submitted_by.name if row.submitted_by else "",
        received_at=row.received_at,
        finished_at=row.finished_at,
        erased_at=row.erased_at,
        job_id=row.job_id,
    )
