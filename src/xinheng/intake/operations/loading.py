"""The steps of a load that change a batch: begun, loaded, refused, abandoned, upload erased. The bulk half of intake calls them."""

from dataclasses import dataclass
from datetime import datetime

from xinheng.intake import models
from xinheng.intake.operations import uploads
from xinheng.intake.values.batches import ENDED, BatchEnded, BatchLoaded, BatchState, LoadStarted, UploadErased
from xinheng.intake.values.errors import BatchUnknown, Settled
from xinheng.intake.values.receipts import Counts
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation


@dataclass(frozen=True, slots=True)
class Result:
    """What a load came to: the run it filled, its counts, the receipt as stored, and the receipt's digest."""

    load_run: int
    counts: Counts
    receipt: bytes
    digest: bytes


@operation(code="intake.load_started", needs="intake.load")
def start_load(*, batch_id: int, load_run: int, actor: Actor, now: datetime) -> LoadStarted:
    """Note which run the rows of a batch go into, so that whoever comes after a dead load knows what to clear.

    Raises: BatchUnknown, Settled when it has ended.
    """
    row = _open(batch_id)
    row.state, row.load_run = BatchState.LOADING, load_run
    row.save(update_fields=["state", "load_run"])
    return LoadStarted(batch_id, load_run)


@operation(code="intake.loaded", needs="intake.load")
def finish_load(*, batch_id: int, result: Result, actor: Actor, now: datetime) -> BatchLoaded:
    """End a batch as loaded, inside the transaction that closes its run.

    Raises: BatchUnknown, Settled when it has ended or another run is filled meanwhile.
    """
    row = _open(batch_id)
    if row.load_run != result.load_run:
        raise Settled("intake.settled", f"批次 {batch_id} 已由另一进程重新处理")
    row.state, row.finished_at = BatchState.LOADED, now
    row.receipt_digest = result.digest
    for name in Counts.__slots__:
        setattr(row, name, getattr(result.counts, name))
    row.save(update_fields=["state", "finished_at", "receipt_digest", *Counts.__slots__])
    models.Receipt.objects.create(batch=row, content=result.receipt)
    return BatchLoaded(batch_id, result.load_run, result.counts, result.digest.hex())


@operation(code="intake.refused", needs="intake.load")
def refuse_batch(
    *, batch_id: int, code: str, message: str, receipt: tuple[bytes, bytes], actor: Actor, now: datetime
) -> BatchEnded:
    """End a batch of which nothing was read. `receipt` is the stored form and its digest.

    Raises: BatchUnknown, Settled.
    """
    row = _open(batch_id)
    row.state, row.finished_at = BatchState.REFUSED, now
    row.refusal, row.refusal_message, row.receipt_digest = code, message[:500], receipt[1]
    row.save(update_fields=["state", "finished_at", "refusal", "refusal_message", "receipt_digest"])
    models.Receipt.objects.create(batch=row, content=receipt[0])
    return BatchEnded(batch_id, BatchState.REFUSED, code)


@operation(code="intake.abandoned", needs="intake.load")
def abandon_batch(*, batch_id: int, actor: Actor, now: datetime) -> BatchEnded:
    """End a batch whose load was given up; what it left was cleared before. Raises: BatchUnknown, Settled."""
    row = _open(batch_id)
    row.state, row.finished_at = BatchState.ABANDONED, now
    row.save(update_fields=["state", "finished_at"])
    return BatchEnded(batch_id, BatchState.ABANDONED, "")


@operation(code="intake.upload_erased", needs="intake.load")
def erase_upload(*, batch_id: int, days: int, actor: Actor, now: datetime) -> UploadErased:
    """Delete the sealed file of an ended batch whose days are over.

    The file goes first: a crash in between leaves a path to nothing, which the repeat clears. Raises: BatchUnknown, Settled.
    """
    row = models.Batch.objects.select_for_update().filter(pk=batch_id).first()
    if row is None:
        raise BatchUnknown(batch_id)
    if row.state not in ENDED:
        raise Settled("intake.settled", f"批次 {batch_id} 尚未处理完，上传文件不能清除")
    uploads.remove(row.upload)
    row.upload, row.erased_at = "", now
    row.save(update_fields=["upload", "erased_at"])
    return UploadErased(batch_id, days)


def _open(batch_id: int) -> models.Batch:
    row: models.Batch | None = models.Batch.objects.select_for_update().filter(pk=batch_id).first()
    if row is None:
        raise BatchUnknown(batch_id)
    if row.state in ENDED:
        raise Settled("intake.settled", f"批次 {batch_id} 已处理完（{BatchState(row.state).label}），不能再次处理")
    return row
