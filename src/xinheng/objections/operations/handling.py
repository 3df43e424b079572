"""The officials' steps: the centre accepts or refuses, the source unit finds out, the centre answers with reasons."""

from datetime import datetime
from typing import Final

from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.objections.models import Objection
from xinheng.objections.operations.marking import contest, stop_showing
from xinheng.objections.operations.submitting import ended
from xinheng.objections.procedure import ACCEPT, DECIDE, VERIFY
from xinheng.objections.values import Finding, Handled, NotCorrected, Outcome
from xinheng.procedures.door import Taking, take
from xinheng.records.door import mark, superseded
from xinheng.records.values import MarkKind

_ANSWERS: Final = {
    Outcome.CORRECTED: "answer_corrected",
    Outcome.WITHDRAWN: "answer_withdrawn",
    Outcome.UPHELD: "answer_upheld",
    Outcome.UNVERIFIABLE: "answer_unverifiable",
}


@operation(code="objections.supplement_asked", needs=ACCEPT)
def ask_supplement(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """Ask the applicant once for everything that is missing; the time limits stand still until it comes.

    Cost: about fifteen queries. Raises: CaseUnknown, NotAllowed, StepConflict, StepInvalid; so do all steps below.
    """
    return _handled(case_id, "ask_supplement", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="objections.gone_on", needs=ACCEPT)
def go_on(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """Go on without what was asked for: what does not come is not held against anybody."""
    return _handled(case_id, "go_on", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="objections.accepted", needs=ACCEPT)
def accept(*, case_id: int, note: str = "", seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """Accept an objection and hand it to the source unit: the record is contested wherever it is shown. Cost: about twenty-five queries."""
    on = legal_date(now)
    moved = take(case_id, "accept", Taking(note, seen=seen), actor=actor, now=now, on=on)
    row = _row(case_id)
    contest(row, now=now, on=on)
    row.save()
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


@operation(code="objections.refused", needs=ACCEPT)
def refuse(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """Refuse to take an objection up, with reasons."""
    on = legal_date(now)
    moved = take(case_id, "refuse", Taking(note, seen=seen), actor=actor, now=now, on=on)
    row = _row(case_id)
    ended(row, Outcome.REFUSED, now=now, on=on)
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


@operation(code="objections.looked_into", needs=VERIFY)
def find(*, case_id: int, finding: Finding, note: str, seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """The source unit says what it found. `withdrawn` stops the publication in the same moment; `corrected` needs a newer version.

    Cost: about fifteen queries, ten more where the record is withdrawn. Raises: NotCorrected, too.
    """
    on = legal_date(now)
    moved = take(case_id, f"found_{finding.value}", Taking(note, seen=seen), actor=actor, now=now, on=on)
    row = _row(case_id)
    if finding is Finding.CORRECTED and not superseded(row.version_id):
        raise NotCorrected
    if finding is Finding.WITHDRAWN:
        mark(
            record_id=row.record_id,
            kind=MarkKind.WITHDRAWN,
            reason=note.strip()[:500],
            actor=actor,
            now=now,
            on=on,
        )
    row.finding = finding.value
    row.save()
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


@operation(code="objections.sent_back", needs=DECIDE)
def send_back(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """Send it back to the source unit once, with what is still open."""
    return _handled(case_id, "send_back", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="objections.extended", needs=DECIDE)
def extend(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> Handled:
    """Extend the time for the answer once, with a reason, by what the catalogue allows."""
    return _handled(case_id, "extend", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="objections.answered", needs=DECIDE)
def answer(
    *, case_id: int, outcome: Outcome, note: str, seen: int | None = None, actor: Actor, now: datetime
) -> Handled:
    """Answer with reasons; the record is contested no more. What nobody could verify is shown no longer, from the same moment.

    Cost: about thirty queries. Raises: ValueError for an outcome that is no answer, too.
    """
    if outcome not in _ANSWERS:
        raise ValueError(outcome)
    on = legal_date(now)
    moved = take(case_id, _ANSWERS[outcome], Taking(note, seen=seen), actor=actor, now=now, on=on)
    row = _row(case_id)
    if outcome is Outcome.UNVERIFIABLE:
        stop_showing(row, f"异议{moved.number}：无法核实", now=now, on=on)
    ended(row, outcome, now=now, on=on)
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


def _handled(case_id: int, step: str, taking: Taking, *, actor: Actor, now: datetime) -> Handled:
    """A step that changes nothing but the case."""
    moved = take(case_id, step, taking, actor=actor, now=now, on=legal_date(now))
    row = _row(case_id)
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


def _row(case_id: int) -> Objection:
    return Objection.objects.select_related("case").get(case_id=case_id)
