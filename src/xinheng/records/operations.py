"""State changes of the archive: enter or correct one fact, mark a record, end a mark.

Bulk entry goes through `load`; both write the same rows, and one test holds them equal.
"""

from datetime import date, datetime

from xinheng.accounts.door import in_subtree, may_see_unit, unit
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.canonical import json_text
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.ledger.values import NotAllowed
from xinheng.records import models, rules
from xinheng.records.queries.versions import known_by_key
from xinheng.records.values import (
    LONGEST_MARK_REASON,
    Core,
    Entered,
    Fact,
    Marked,
    MarkInvalid,
    MarkKind,
    NotEntered,
    RecordUnknown,
    Standing,
)
from xinheng.storage.locks import lock

OF_SOURCE = (MarkKind.WITHDRAWN, MarkKind.SHIELDED)
"""Marks the source unit may set on its own records; whether one is contested or repaired is the centre's to say."""


@operation(code="records.entered", needs="records.enter")
def enter(*, fact: Fact, reason: str = "", published_harm: bool = False, actor: Actor, now: datetime) -> Entered:
    """Enter a fact: a new record, or a corrected version of the one stored under its key.

    Refuses to decide for people: where a reason is missing or the reviewer must look, nothing is written and the standing says so.
    `published_harm`: what is stored is shown to the public now and harms. Cost: about six queries.
    Raises: NotEntered (no document, no permit, a unit outside the actor's), NotAllowed.
    """
    return _enter(fact, reason=reason, published_harm=published_harm, actor=actor, now=now)


@operation(code="records.correction_released", needs="records.release_correction")
def release_correction(*, fact: Fact, reason: str, actor: Actor, now: datetime) -> Entered:
    """Enter a correction of published harm that waited for the reviewer. Cost and errors: as `enter`."""
    return _enter(fact, reason=reason, published_harm=False, reviewed=True, actor=actor, now=now)


@operation(code="records.marked", needs=None)
def mark(
    *, record_id: int, kind: MarkKind, reason: str, basis: str = "", actor: Actor, now: datetime, on: date
) -> Marked:
    """Set a mark from `on`; from the same moment on no reader shows what it hides. Cost: three queries.

    The permission follows from the kind: `records.withdraw` (the source unit) for stopping publication of its own records,
    `publicity.withdraw` (the centre) for every kind.
    Raises: RecordUnknown for a record the actor may not touch, NotAllowed for a kind that is the centre's to set, MarkInvalid.
    """
    if is_blank(reason) or len(reason) > LONGEST_MARK_REASON:
        raise MarkInvalid
    row = models.Record.objects.select_for_update().select_related("unit").filter(pk=record_id).first()
    if row is None or not _may_mark(actor, row):
        raise RecordUnknown(record_id)
    if kind not in OF_SOURCE:
        _require_centre(actor, "records.marked")
    made = models.Mark(record=row, kind=kind.value, since=on, reason=reason, basis=basis)
    made.save()
    return Marked(record_id, made.pk, kind)


@operation(code="records.mark_ended", needs=None)
def end_mark(*, mark_id: int, actor: Actor, now: datetime, on: date) -> Marked:
    """End a mark: `on` is the first day it no longer holds. Cost: four queries.

    Ended on its first day (or before) it holds on none: its last day is then the one before its first.
    What the centre set only the centre ends: a department cannot publish again what the centre stopped.
    Raises: RecordUnknown for a mark that is not there, has ended, or is on a record the actor may not touch; NotAllowed.
    """
    row = models.Mark.objects.select_for_update().select_related("record__unit").filter(pk=mark_id, until=None).first()
    if row is None or not _may_mark(actor, row.record):
        raise RecordUnknown(mark_id)
    # It was saved once so far: its run is the one that set it.
    set_by = row.run.unit_id
    if (
        MarkKind(row.kind) not in OF_SOURCE
        or set_by is None
        or not in_subtree(unit(set_by).path, actor.unit_path or "")
    ):
        _require_centre(actor, "records.mark_ended")
    row.until = rules.last_day(row.since, ended=on)
    row.save(update_fields=["until"])
    return Marked(row.record_id, row.pk, MarkKind(row.kind))


def _require_centre(actor: Actor, operation: str) -> None:
    if not actor.may("publicity.withdraw"):
        raise NotAllowed(operation, "publicity.withdraw")


def _may_mark(actor: Actor, row: models.Record) -> bool:
    """The centre may by office, the source unit its own."""
    return (actor.may("publicity.withdraw") or actor.may("records.withdraw")) and may_see_unit(actor, row.unit.path)


def _enter(
    fact: Fact, *, reason: str, published_harm: bool, reviewed: bool = False, actor: Actor, now: datetime
) -> Entered:
    if not may_see_unit(actor, unit(fact.unit_id).path):
        raise NotEntered("records.foreign_unit", "数据来源单位不在您的单位范围内，不能代为记入")
    rules.may_exist(fact)
    rules.not_to_come(fact, on=legal_date(now))
    key = rules.key_hash(fact.item, fact.unit_id, fact.subject_id, fact.key)
    lock(f"record {key.hex()}")
    known = known_by_key([key]).get(key)
    digest = rules.content_hash(fact.content)
    found = rules.standing(
        known,
        digest,
        fact.core,
        reason=reason,
        published_harm=published_harm,
        blocks=fact.blocks,
        continued=fact.continued,
    )
    if reviewed and found is Standing.NEEDS_REVIEW:
        found = Standing.CORRECTION
    if known is not None and found in (Standing.UNCHANGED, Standing.NEEDS_REASON, Standing.NEEDS_REVIEW):
        return Entered(known.record_id, known.version_id, found)
    if known is None:
        row = models.Record.objects.create(item=fact.item, unit_id=fact.unit_id, key_hash=key)
    else:
        row = models.Record.objects.get(pk=known.record_id)
    version = _version(row, fact, seq=known.last_seq + 1 if known else 1, digest=digest, reason=reason, now=now)
    version.save()
    return Entered(row.pk, version.pk, found)


def _version(row: models.Record, fact: Fact, *, seq: int, digest: bytes, reason: str, now: datetime) -> models.Version:
    core: Core = fact.core
    return models.Version(
        record=row,
        seq=seq,
        item=fact.item,
        polarity=fact.polarity.value,
        subject_id=fact.subject_id,
        subject_kind=fact.subject_kind,
        unit_id=fact.unit_id,
        **{name: getattr(core, name) for name in Core.__slots__},
        content=json_text(dict(fact.content)),
        content_hash=digest,
        blocks=";".join(fact.blocks),
        reason=reason,
        received_at=fact.received or now,
        batch_id=fact.batch_id,
        row_number=fact.row_number,
        permit_id=fact.permit.id if fact.permit else None,
        permit_rank=fact.permit.rank if fact.permit else None,
        permit_from=fact.permit.valid_from if fact.permit else None,
        permit_to=fact.permit.valid_to if fact.permit else None,
    )
