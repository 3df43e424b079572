"""Settling held rows: a reviewer releases one into the archive, or it goes back to its unit. Either way its content is erased here."""

import json
from datetime import datetime
from typing import Any

from xinheng.accounts.door import may_see_unit
from xinheng.engine.declare import Effect
from xinheng.engine.problems import Problem
from xinheng.intake import models
from xinheng.intake.operations.accepting import Terms, Waiting, accept
from xinheng.intake.operations.judging import case_of, judge
from xinheng.intake.operations.submitting import note_settled
from xinheng.intake.queries.held import held_context
from xinheng.intake.rules.items import problem_items
from xinheng.intake.rules.quality import Outcome, released
from xinheng.intake.rules.rows import in_order, reason_of
from xinheng.intake.values.batches import HeldKind, HeldSettled, HeldState
from xinheng.intake.values.errors import HeldUnknown, IntakeInvalid, NotPossible, Settled
from xinheng.intake.values.receipts import LONGEST_REASON
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation
from xinheng.ledger.values import NotAllowed
from xinheng.records.door import replaced
from xinheng.records.values import Entered, Standing
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import unseal

RELEASE_CORRECTION = "records.release_correction"
SETTLERS = ("records.release_held", "intake.settle_held")


@operation(code="intake.held_released", needs="records.release_held")
def release(*, held_id: int, reason: str, actor: Actor, now: datetime) -> HeldSettled:
    """Release a held row: it is judged again, exactly the codes it was held for are waived, and it enters the archive.

    A correction also needs `records.release_correction`. What became wrong meanwhile refuses it; nothing is changed then. Nor is a
    release a correction by accident: where the same decision came in meanwhile with other content, only the unit's reason corrects it,
    and never what the unit sent after the row.
    Cost: about forty queries.
    Raises: HeldUnknown, Settled, NotAllowed, IntakeInvalid (no reason, other problems by now), NotEntered.
    """
    row = _waiting(held_id, actor)
    _require_reason(reason)
    if row.kind != HeldKind.CHECK and not actor.may(RELEASE_CORRECTION):
        raise NotAllowed("intake.held_released", RELEASE_CORRECTION)
    stored = opened(row)
    case = case_of(row.item, row.unit_id, actor=actor, now=now, received=row.received_at)
    judged = judge(case, stored["texts"])
    waived = frozenset(row.codes.split(";"))
    _require_releasable(case.asked, judged.problems, waived, person=judged.identity.is_person)
    correcting = "E114" in waived
    why = reason_of(stored["reason"], reason if correcting else "")
    terms = Terms(why, waived=correcting, batch_id=row.batch_id, row=row.row or None)
    done = accept(case, judged, terms)
    if isinstance(done, Waiting):
        raise NotPossible(
            "intake.needs_correction_release",
            "同一决定已经入库而内容不同，放行就成了更正，而该行不是为更正暂存的："
            "请退回；确需更正的，由报送单位写明更正原因后重新报送",
        )
    _require_newer(row, done)
    return _settle(row, HeldState.RELEASED, reason_of(None, reason), actor, now, done)


@operation(code="intake.held_returned", needs=None)
def send_back(*, held_id: int, reason: str, actor: Actor, now: datetime) -> HeldSettled:
    """Send a held row back to its unit, which corrects it and hands it in again. Cost: three queries.

    For who settles (`intake.settle_held`) or releases (`records.release_held`).
    Raises: HeldUnknown, Settled, NotAllowed, IntakeInvalid without a reason.
    """
    if not any(actor.may(permission) for permission in SETTLERS):
        raise NotAllowed("intake.held_returned", SETTLERS[1])
    row = _waiting(held_id, actor)
    _require_reason(reason)
    return _settle(row, HeldState.RETURNED, reason_of(None, reason), actor, now, None)


@operation(code="intake.held_expired", needs="intake.load")
def expire_held(*, held_id: int, days: int, actor: Actor, now: datetime) -> HeldSettled:
    """Send back a row that nobody settled within the days the catalogue allows it to be kept. Raises: HeldUnknown, Settled."""
    row = _row(held_id)
    return _settle(row, HeldState.RETURNED, f"暂存满 {days} 天未处理，内容已清除，请重新报送", actor, now, None)


def opened(row: models.Held) -> dict[str, Any]:
    """The content of a row that waits. Raises: CannotUnseal."""
    found: dict[str, Any] = json.loads(unseal(key_ring().files, bytes(row.sealed), held_context(row.unit_id, row.item)))
    return found


def _settle(
    row: models.Held, state: HeldState, reason: str, actor: Actor, now: datetime, done: Entered | None
) -> HeldSettled:
    row.state, row.decided_at, row.decision_reason, row.sealed = state, now, reason, b""
    row.decided_by_id = actor.id if actor.kind in ("person", "service") else None
    if done is not None:
        row.result_record, row.result_version = done.record_id, done.version_id
    row.save()
    note_settled(row, Outcome.RETURNED if done is None else released(done.standing), row.received_at)
    codes = tuple(row.codes.split(";"))
    if done is None:
        return HeldSettled(row.pk, state, codes, reason)
    return HeldSettled(row.pk, state, codes, reason, done.record_id, done.version_id)


def _require_releasable(asked: Any, problems: tuple[Problem, ...], waived: frozenset[str], *, person: bool) -> None:
    """Nothing rejects the row, and nothing holds it but what is waived."""
    left = [
        problem
        for problem in problems
        if problem.effect is Effect.REJECT or (problem.effect is Effect.HOLD and problem.code not in waived)
    ]
    if left:
        said = problem_items(asked, [(1, 1, problem) for problem in in_order(asked, left)], person=person)
        listed = "；".join(f"{item['code']} {item['message']}" for item in said)
        raise IntakeInvalid("intake.not_releasable", f"该行现在还有其他问题，不能放行：{listed}")


def _require_newer(row: models.Held, done: Entered) -> None:
    """A row corrects what was sent before it, not what the unit sent since."""
    before = replaced(done.version_id) if done.standing is Standing.CORRECTION and done.version_id is not None else None
    if before is None:
        return
    version_id, closed = before
    waited_too = models.Held.objects.filter(result_version=version_id).values_list("pk", flat=True).first()
    # A version that waited is as old as its row: rows may be released in any order.
    if waited_too > row.pk if waited_too is not None else closed > (row.run.closed or 0):
        raise NotPossible(
            "intake.overtaken",
            "该行暂存之后，报送单位又报送了同一决定的更正并已入库，放行会把新的内容改回去："
            "请退回；确需更正的，由报送单位按现在的内容重新报送",
        )


def _waiting(held_id: int, actor: Actor) -> models.Held:
    row = _row(held_id, actor)
    if row.state != HeldState.HELD:
        raise Settled("intake.held_settled", f"待处理行 {held_id} 已处理：{HeldState(row.state).label}")
    return row


def _row(held_id: int, actor: Actor | None = None) -> models.Held:
    row: models.Held | None = (
        models.Held.objects.select_for_update(of=("self",))
        .select_related("unit", "run")
        .filter(pk=held_id, run__ready=True)
        .first()
    )
    if row is None or (actor is not None and not may_see_unit(actor, row.unit.path)):
        raise HeldUnknown(held_id)
    if actor is None and row.state != HeldState.HELD:
        raise Settled("intake.held_settled", f"待处理行 {held_id} 已处理")
    return row


def _require_reason(reason: str) -> None:
    if not reason_of(None, reason) or len(reason) > LONGEST_REASON:
        raise IntakeInvalid("intake.reason", f"须写明处理意见，1 至 {LONGEST_REASON} 个字", field="reason")
