"""Loading a batch: chunk by chunk into a run nobody sees, then one short transaction that shows it whole.

    start     take the lease, clear what a dead load left, open the run
    judge     unseal the upload (in memory), read it, judge all rows
    chunks    each a short transaction of its own: subjects, sealed values, versions, held rows, problems
    close     collisions, double subjects, the run, counts and receipt, in one transaction
    number    the sequencer

Killed anywhere before the close nothing shows, and the repeat begins anew; killed after it, everything is there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from xinheng.accounts.door import actor_for, unit
from xinheng.accounts.values import PersonUnknown, Unit
from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.batch import lease
from xinheng.intake.batch.check import Judged, judge_file, receipt_of
from xinheng.intake.batch.chunks import ChunkDone, Writer
from xinheng.intake.batch.clear import clear_rows
from xinheng.intake.batch.pause import collector_paused
from xinheng.intake.batch.register import follow_register
from xinheng.intake.operations import uploads
from xinheng.intake.operations.loading import Result, finish_load, refuse_batch, start_load
from xinheng.intake.operations.replacing import carry_out
from xinheng.intake.queries.mapping import mapped_headers
from xinheng.intake.rules.receipt import pack, refused, unpack
from xinheng.intake.values.batches import ENDED, BatchState
from xinheng.intake.values.errors import BatchUnknown, OvertakenLoad, Settled, UploadGone
from xinheng.intake.values.receipts import Counts, Receipt
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import sequence
from xinheng.ledger.load import OpenRun, close_run, drop_run, open_run
from xinheng.records.load import collisions
from xinheng.storage.leases import Hold
from xinheng.storage.points import reach
from xinheng.storage.sealing import CannotUnseal
from xinheng.subjects.load.settle import settle
from xinheng.tables.refusals import RefusedFile

CODE = "intake.batch_loaded"
CHUNK = 5000
TRIES = 3
"""How often a load is done anew because others entered the same records while it ran, and a chunk because they did so in that moment."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Way:
    """How a load goes: its clock, who hears of its progress, how many rows a chunk has, what is asked between two chunks."""

    clock: Callable[[], datetime]
    progress: Progress = lambda done, total, text: None
    chunk: int = CHUNK
    between: Callable[[], None] = lambda: None


class _Overtaken(Exception):
    """Others entered a version of a record of this load; it must look again."""


def load_batch(batch_id: int, way: Way) -> Receipt:
    """Load a received batch, or do it again after a load that died; of one that has ended, the receipt.

    Cost: about 150 µs a row. Raises: BatchUnknown, Busy when another batch is being loaded, UploadGone, LeaseLost, OvertakenLoad.
    """
    row = _row(batch_id)
    if row.state in ENDED:
        # The process may have died between showing the load and following it.
        follow_register(row, way.clock())
        _replace_waiting(row, way)
        sequence()
        return _stored(row)
    hold = lease.take(batch_id, way.clock)
    try:
        for left in reversed(range(TRIES)):
            try:
                return _Load(_row(batch_id), hold, way, last=not left).run()
            except _Overtaken:
                continue
        raise OvertakenLoad(batch_id)
    finally:
        hold.free()


class _Load:
    """One try at one batch."""

    def __init__(self, row: models.Batch, hold: Hold, way: Way, *, last: bool) -> None:
        self.row, self.hold, self.way, self.last = row, hold, way, last
        self.now = way.clock()
        self.unit: Unit = unit(row.unit_id)
        self.actor = _submitter(row, self.unit, self.now)

    def run(self) -> Receipt:
        """All steps."""
        if self.row.state in ENDED:
            return _stored(self.row)
        if self.row.load_run is not None:
            clear_rows(self.row, self.row.load_run, CHUNK)
        run = self._start()
        try:
            judged = self._judge()
        except RefusedFile as error:
            return self._refuse(run, error)
        writer = Writer(run, self.row, self.unit.name, judged, current_edition(legal_date(self.now)), self.now)
        for start in range(0, judged.height, self.way.chunk):
            self.way.between()
            reach("intake.before_chunk")
            writer.take(self._chunk(writer, start))
            reach("intake.after_chunk")
            self.way.progress(writer.done, judged.height, f"已处理 {writer.done} / {judged.height} 行")
        receipt = self._close(run, writer, judged)
        _replace_waiting(self.row, self.way)
        reach("intake.before_numbering")
        sequence()
        follow_register(self.row, self.now)
        return receipt

    def _start(self) -> OpenRun:
        with transaction.atomic():
            self.hold.renew()
            run = open_run(code=CODE, actor=self.actor, now=self.now, on=legal_date(self.now))
            start_load(batch_id=self.row.pk, load_run=run.id, actor=self.actor, now=self.now)
        return run

    def _judge(self) -> Judged:
        self.way.progress(0, 0, "正在读取和检查文件")
        with collector_paused():
            judged = judge_file(
                self._upload,
                self.row.file_name,
                item=self.row.item,
                edition=current_edition(legal_date(self.now)),
                on=legal_date(self.row.received_at),
                prefix=self.unit.path,
                mapped=mapped_headers(self.row.unit_id, self.row.item),
            )
        with transaction.atomic():
            self.hold.renew()
        return judged

    def _upload(self) -> bytes:
        try:
            return uploads.read(self.row.upload)
        except (OSError, CannotUnseal) as error:
            raise UploadGone(self.row.pk) from error

    def _chunk(self, writer: Writer, start: int) -> ChunkDone:
        """One chunk; done again when somebody entered one of its records or subjects in this very moment."""
        for left in reversed(range(TRIES)):
            try:
                with collector_paused(), transaction.atomic():
                    self.hold.renew()
                    done = writer.write(start, start + self.way.chunk)
                    reach("intake.in_chunk")
                return done
            except IntegrityError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _close(self, run: OpenRun, writer: Writer, judged: Judged) -> Receipt:
        counts = writer.counts
        receipt = receipt_of(judged, self.row.file_name, counts, writer.errors, loading=True)
        beyond = writer.problems - len(writer.errors)
        left_out = {**receipt.left_out, **({"errors": beyond} if beyond else {})}
        replaced = len(writer.answers.settled) or None
        receipt = replace(receipt, batch=self.row.pk, left_out=left_out, replaced=replaced)
        content, digest = pack(receipt)
        reach("intake.before_visible")
        with transaction.atomic():
            self.hold.renew()
            doubles = settle(run, writer.leaves, now=self.now)
            # A subject that others made known meanwhile may have the same records by now: under its id, not under ours.
            if collisions(run, self.row.pk) or (doubles and not self.last):
                raise _Overtaken
            leaves = writer.leaves + doubles
            if leaves:
                close_run(run, count=leaves, payload={"batch_id": self.row.pk, **_payload(counts)})
            else:
                drop_run(run)
            result = Result(run.id, counts, content, digest)
            writer.submissions.tally(writer.sums)
            finish_load(batch_id=self.row.pk, result=result, actor=self.actor, now=self.now)
        reach("intake.after_visible")
        return receipt

    def _refuse(self, run: OpenRun, error: RefusedFile) -> Receipt:
        receipt = refused(self.row.file_name, self.row.item, error.code, error.message, self.row.pk)
        with transaction.atomic():
            self.hold.renew()
            drop_run(run)
            refuse_batch(
                batch_id=self.row.pk,
                code=error.code,
                message=receipt.message,
                receipt=pack(receipt),
                actor=self.actor,
                now=self.now,
            )
        sequence()
        return receipt


def _payload(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__slots__}


def _row(batch_id: int) -> models.Batch:
    row: models.Batch | None = models.Batch.objects.filter(pk=batch_id, run__ready=True).first()
    if row is None:
        raise BatchUnknown(batch_id)
    return row


def _replace_waiting(row: models.Batch, way: Way) -> None:
    """After the batch shows: what its rows answer waits no more. A load that died in between does it when it is done again."""
    carry_out(row.pk, _submitter(row, unit(row.unit_id), way.clock()), way.clock())


def _stored(row: models.Batch) -> Receipt:
    """The receipt of a batch that has ended, as it was."""
    if row.state == BatchState.ABANDONED:
        raise Settled("intake.settled", f"批次 {row.pk} 已放弃，请重新上传")
    found = unpack(bytes(models.Receipt.objects.get(batch=row).content))
    return Receipt(
        file=found["file"],
        item=found["item"],
        counts=Counts(**{name: found[name] for name in Counts.__slots__}),
        status=found["status"],
        reason=found["reason"],
        message=found.get("message", ""),
        not_checked=tuple(found["not_checked"]),
        columns=found["columns"],
        normalised=found["normalised"],
        errors=found["errors"],
        left_out=found.get("left_out", {}),
        batch=found["batch"],
        replaced=found.get("replaced"),
    )


def _submitter(row: models.Batch, source: Unit, now: datetime) -> Actor:
    """Who handed the file in; where that account has ended meanwhile, the worker in the unit's name."""
    worker = replace(system("worker", "intake.load", "records.enter"), unit_id=source.id, unit_path=source.path)
    if row.submitted_by_id is None:
        return worker
    try:
        actor = actor_for(row.submitted_by_id, now)
    except PersonUnknown:
        return worker
    # What was allowed when it was handed in stays allowed: roles may have changed in the hours between.
    return replace(actor, permissions=actor.permissions | worker.permissions)
