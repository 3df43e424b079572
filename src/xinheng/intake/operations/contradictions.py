"""What the centre did about units that say different things of one subject: asked them, or settled it, and why."""

from datetime import datetime

from xinheng.intake import models
from xinheng.intake.rules.rows import reason_of
from xinheng.intake.values.duties import ContradictionNoted, ContradictionState
from xinheng.intake.values.errors import ContradictionUnknown, IntakeInvalid
from xinheng.intake.values.receipts import LONGEST_REASON
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation


@operation(code="intake.contradiction_noted", needs="intake.settle_contradictions")
def note_contradiction(
    *, contradiction_id: int, state: ContradictionState, reason: str, actor: Actor, now: datetime
) -> ContradictionNoted:
    """Note that the units were asked, or that it is settled. It holds as long as they say what they say now; no record is changed.

    Cost: three queries. Raises: ContradictionUnknown, IntakeInvalid without a reason, or for a state that nobody sets.
    """
    row = models.Contradiction.objects.filter(pk=contradiction_id).first()
    if row is None:
        raise ContradictionUnknown(contradiction_id)
    if state is ContradictionState.OPEN:
        raise IntakeInvalid("intake.contradiction_state", "请选择“已询问单位”或“已有结论”", field="state")
    why = reason_of(None, reason)
    if not why or len(reason) > LONGEST_REASON:
        raise IntakeInvalid("intake.reason", f"须写明处理意见，1 至 {LONGEST_REASON} 个字", field="reason")
    note = models.ContradictionNote(
        subject_id=row.subject_id,
        datum=row.datum,
        document=row.document,
        fingerprint=bytes(row.fingerprint),
        state=state,
        reason=why,
        noted_by_id=actor.id if actor.kind in ("person", "service") else None,
        noted_at=now,
    )
    note.save()
    return ContradictionNoted(note.pk, row.subject_id, row.datum, state)
