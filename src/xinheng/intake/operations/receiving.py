"""Receiving a file: sealed, entered, and its load enqueued, all or nothing."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from xinheng.accounts.door import may_see_unit, unit
from xinheng.catalogue.door import current_edition, item
from xinheng.intake import models
from xinheng.intake.operations import uploads
from xinheng.intake.queries.batches import readable
from xinheng.intake.queries.mapping import require_own_unit
from xinheng.intake.rules.receipt import file_name
from xinheng.intake.rules.rows import reason_of
from xinheng.intake.values.batches import BatchReceived, BatchState, UploadDraft
from xinheng.intake.values.errors import BatchUnknown, IntakeInvalid, NotPossible, UploadGone
from xinheng.intake.values.receipts import LONGEST_REASON
from xinheng.jobs.door import enqueue
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.ledger.values import NotAllowed
from xinheng.storage.sealing import CannotUnseal

LOAD_JOB = "intake.load"


def receive(
    *,
    stream: BinaryIO,
    draft: UploadDraft,
    actor: Actor,
    now: datetime,
    settle: Callable[[BatchReceived], None] | None = None,
) -> BatchReceived:
    """Store an uploaded file sealed, enter its batch, and enqueue its load.

    The file is on the disk before the transaction begins, and removed again if that fails. Memory does not grow with the file. `settle`
    is called with the result in the same transaction: where it raises, nothing was received.
    Cost: one pass over the file, about eight queries.
    Raises: NotAllowed, NotPossible for a unit outside the actor's, IntakeInvalid (F06, F08, an item that is off, too long a reason).
    """
    if not actor.may("intake.load"):
        raise NotAllowed("intake.received", "intake.load")
    check_draft(draft, actor, now)
    stored = uploads.store(stream, now=now)
    try:
        with transaction.atomic():
            received = _enter(draft=draft, stored=stored, actor=actor, now=now)
            if settle is not None:
                settle(received)
        return received
    except BaseException:
        uploads.remove(stored.path)
        raise


def hand_in_again(*, batch_id: int, actor: Actor, now: datetime) -> BatchReceived:
    """Hand in the file of a batch that was refused as a whole once more, as a new batch: after its unit said what its columns mean.

    Raises: BatchUnknown, NotPossible for another unit's or one that was not refused, UploadGone, and whatever `receive` raises.
    """
    row = models.Batch.objects.filter(readable(actor), pk=batch_id).first()
    if row is None:
        raise BatchUnknown(batch_id)
    require_own_unit(actor, row.unit_id)
    if row.state != BatchState.REFUSED:
        raise NotPossible("intake.not_refused", f"批次 {batch_id} 没有整批退回，不用重新报送同一个文件")
    try:
        content = uploads.read(row.upload) if row.upload else b""
    except (OSError, CannotUnseal) as error:
        raise UploadGone(batch_id) from error
    if not content:
        raise UploadGone(batch_id)
    draft = UploadDraft(row.item, row.unit_id, row.file_name, row.reason)
    return receive(stream=BytesIO(content), draft=draft, actor=actor, now=now)


def check_draft(draft: UploadDraft, actor: Actor, now: datetime) -> None:
    """Refuse what could never be loaded, before a byte is stored. Cost: three queries."""
    source = unit(draft.unit_id)
    if not may_see_unit(actor, source.path):
        raise NotPossible("intake.foreign_unit", f"“{source.name}”不在您的单位范围内，不能代为报送")
    require_enabled(draft.item, now)
    if len(draft.reason) > LONGEST_REASON:
        raise IntakeInvalid("intake.reason", f"更正原因最长 {LONGEST_REASON} 个字", field="reason")


def require_enabled(code: str, now: datetime) -> None:
    """Raises: IntakeInvalid for an item that is off; CatalogueUnknown for one that does not exist."""
    on = legal_date(now)
    current_edition(on).item(code)
    found = item(code, on)
    if not found.enabled:
        raise IntakeInvalid(
            "intake.item_off", f"信息项“{found.item.name}”未启用，不能报送：{found.reason}", field="item"
        )


@operation(code="intake.received", needs="intake.load")
def _enter(*, draft: UploadDraft, stored: uploads.Stored, actor: Actor, now: datetime) -> BatchReceived:
    row = models.Batch(
        unit_id=draft.unit_id,
        item=draft.item,
        file_name=file_name(draft.file_name),
        file_hash=stored.digest,
        size=stored.size,
        submitted_by_id=actor.id if actor.kind in ("person", "service") else None,
        received_at=now,
        reason=reason_of(None, draft.reason),
        state=BatchState.RECEIVED,
        upload=stored.path,
    )
    row.save()
    if draft.job:
        row.job_id = enqueue(
            LOAD_JOB, {"batch": row.pk}, key=f"{LOAD_JOB}:{row.pk}", not_before=draft.not_before, owner=actor
        )
        row.save(update_fields=["job_id"])
    return BatchReceived(row.pk, draft.item, draft.unit_id, stored.digest.hex(), stored.size, row.job_id)
