"""What follows from missed limits of objections: treated as accepted; what is contested is no longer shown until it was answered."""

from datetime import date, datetime
from typing import Final

from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation
from xinheng.objections.models import Objection
from xinheng.objections.operations.marking import PLATFORM, contest, stop_showing
from xinheng.objections.procedure import OBJECTION
from xinheng.objections.values import Handled
from xinheng.procedures.door import Taking, take
from xinheng.procedures.values import Missed


@operation(code="objections.accepted_by_silence", needs="procedures.tick")
def accept_by_silence(*, case_id: int, actor: Actor, now: datetime, on: date) -> Handled:
    """An objection nobody accepted or refused in time is accepted from the day after. Cost: about fifteen queries."""
    moved = take(case_id, OBJECTION.accepted_by_silence, Taking(), actor=actor, now=now, on=on)
    row = Objection.objects.select_related("case").get(case_id=case_id)
    contest(row, now=now, on=on)
    row.save()
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


@operation(code="objections.publication_stopped", needs="procedures.tick")
def stop_for_delay(*, case_id: int, actor: Actor, now: datetime, on: date) -> Handled:
    """The answer is late: what is contested is no longer shown until it comes. Cost: about eight queries."""
    row = Objection.objects.select_related("case").get(case_id=case_id)
    stop_showing(row, f"异议{row.case.number}逾期未答复，先停止公示", now=now, on=on)
    row.save()
    return Handled(case_id, row.case.number, row.record_id, "", row.case.state, row.outcome)


def _accepted(case_id: int, now: datetime, on: date) -> None:
    if Objection.objects.filter(case_id=case_id, case__state="submitted").exists():
        accept_by_silence(case_id=case_id, actor=PLATFORM, now=now, on=on)


def _stopped(case_id: int, now: datetime, on: date) -> None:
    stop_for_delay(case_id=case_id, actor=PLATFORM, now=now, on=on)


EFFECTS: Final = {Missed.TREAT_AS_ACCEPTED: _accepted, Missed.STOP_PUBLICATION: _stopped}
