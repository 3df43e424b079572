"""What a unit sends back for a row that waits takes its place: nothing that was put right is left waiting for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xinheng.intake import models
from xinheng.intake.values.batches import HeldReplaced, HeldState
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation

AT_ONCE = 200


def waiting_of(unit_id: int, item: str) -> Any:
    """The rows of a unit that wait, as a query set."""
    return models.Held.objects.filter(unit_id=unit_id, item=item, state=HeldState.HELD, run__ready=True)


@operation(code="intake.held_replaced", needs="records.enter")
def replace_held(*, held_ids: Sequence[int], batch_id: int, actor: Actor, now: datetime) -> HeldReplaced:
    """Settle rows that waited as replaced by what their unit handed in since (`batch_id`); their content is erased.

    One that was settled meanwhile is left alone. The caller says which rows, and has asked that they are the unit's own.
    Cost: one query, and one a row.
    """
    reason = f"报送单位已在批次 {batch_id} 重新报送，由新报送的行代替"
    rows = (
        models.Held.objects.select_for_update(of=("self",))
        .filter(pk__in=list(held_ids), state=HeldState.HELD, run__ready=True)
        .order_by("id")
    )
    done = []
    for row in rows:
        row.state, row.decided_at, row.decision_reason, row.sealed = HeldState.REPLACED, now, reason, b""
        row.decided_by_id = actor.id if actor.kind in ("person", "service") else None
        row.save()
        done.append(row.pk)
    return HeldReplaced(tuple(done), batch_id, reason)


def carry_out(batch_id: int, actor: Actor, now: datetime) -> int:
    """Replace what the rows of a batch that shows answer, some hundred at a time; returns how many. As often as one likes.

    A load that died after its batch showed leaves the rest to whoever calls this next.
    """
    count = 0
    while ids := list(
        models.Answer.objects.filter(batch=batch_id, held__state=HeldState.HELD)
        .order_by("id")
        .values_list("held_id", flat=True)[:AT_ONCE]
    ):
        count += len(replace_held(held_ids=ids, batch_id=batch_id, actor=actor, now=now).held_ids)
    return count
