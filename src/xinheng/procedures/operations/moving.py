"""Opening a case and taking its steps. Called by the operations of the modules that own a procedure, inside their transaction and entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from xinheng.accounts.door import in_subtree, unit
from xinheng.catalogue.door import current_edition, edition_by_hash
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.ledger.values import NotAllowed
from xinheng.procedures import load
from xinheng.procedures.models import Case, Party, StepTaken
from xinheng.procedures.operations.clocks import Counting, turn
from xinheng.procedures.operations.ticking import catch_up
from xinheng.procedures.procedure import declared, latest
from xinheng.procedures.queries.cases import acts_for
from xinheng.procedures.rules.declaring import allowed
from xinheng.procedures.values import (
    LONGEST_NOTE,
    CaseDraft,
    CaseUnknown,
    Moved,
    Procedure,
    Side,
    Step,
    StepConflict,
    StepInvalid,
)
from xinheng.storage.locks import lock


@dataclass(frozen=True, slots=True)
class Taking:
    """How a step is taken. `seen`: the number of steps the page knew of (None: not asked); `texts`: what is kept sealed, by what it is.

    `secret`: what opens the case to an applicant without an account.
    """

    note: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    seen: int | None = None
    secret: str = ""


def open_case(code: str, draft: CaseDraft, taking: Taking, *, actor: Actor, now: datetime, on: date) -> Moved:
    """Open a case of the latest version of a procedure; its clocks begin.

    Inside an operation of the module that owns it. Cost: about ten queries. Raises: StepInvalid, CatalogueUnknown.
    """
    procedure = latest(code)
    step, edition = procedure.opening, current_edition(on)
    _require_note(step, taking.note)
    case = Case(
        number=_number(procedure, on),
        procedure=procedure.code,
        version=procedure.version,
        subject_id=draft.subject_id,
        title=draft.title,
        state=step.target,
        seq=1,
        edition=edition.hash,
        secret_hash=load.secret_hash(draft.secret) if draft.secret else "",
        opened_on=on,
    )
    case.save()
    load.new_key(case.pk)
    for party in draft.parties:
        Party(case=case, side=party.side.value, unit_id=party.unit_id, subject_id=party.subject_id).save()
    _note(case, step, "", taking, actor=actor, now=now, on=on)
    turn(case, procedure, step, on, Counting.by(edition), ends=False)
    return Moved(case.pk, case.number, step.code, case.state, case.seq, ended=False)


def take(case_id: int, code: str, taking: Taking, *, actor: Actor, now: datetime, on: date) -> Moved:
    """Take one step of a case: the state, the clocks, one line of the timeline.

    Inside an operation of the module that owns it; one at a time, so that of a thousand who decide at once one does. Cost: about
    eight queries. Raises: CaseUnknown (also for who is no side of it), NotAllowed, StepConflict, StepInvalid.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise CaseUnknown(case_id)
    procedure = declared(case.procedure, case.version).procedure
    step = procedure.step(code)
    _require_side(case, step, taking, actor)
    if step.by is not Side.TIME:
        catch_up(case_id, now=now, on=on)
        case.refresh_from_db()
    taken = StepTaken.objects.filter(case=case, step=code).values_list("step", flat=True) if step.once else ()
    able = {one.code: one.name for one in allowed(procedure, case.state, taken)}
    if code not in able or (taking.seen is not None and taking.seen != case.seq):
        raise StepConflict(step.name, procedure.state(case.state).name, able)
    _require_note(step, taking.note)
    before = case.state
    case.state, case.seq = step.target or before, case.seq + 1
    ends = procedure.state(case.state).ends
    if ends:
        case.ended_on = on
    case.save()
    _note(case, step, before, taking, actor=actor, now=now, on=on)
    turn(case, procedure, step, on, Counting.by(edition_by_hash(case.edition)), ends=ends)
    return Moved(case.pk, case.number, step.code, case.state, case.seq, ends)


def _note(case: Case, step: Step, before: str, taking: Taking, *, actor: Actor, now: datetime, on: date) -> None:
    official = step.by not in (Side.APPLICANT, Side.TIME)
    StepTaken(
        case=case,
        seq=case.seq,
        step=step.code,
        side=step.by.value,
        before=before,
        after=case.state,
        on=on,
        at=now,
        unit_id=actor.unit_id if official else None,
        person_id=actor.id if actor.kind in ("person", "service") else None,
        note=taking.note.strip(),
        texts=load.seal_texts(case.pk, taking.texts),
    ).save()


def _require_side(case: Case, step: Step, taking: Taking, actor: Actor) -> None:
    """Only the side whose step it is takes it; who is no side of the case learns nothing of it."""
    if step.by is Side.TIME:
        if actor.kind != "system":
            raise CaseUnknown(case.pk)
        return
    party = Party.objects.filter(case=case, side=step.by.value).first()
    if step.by is Side.APPLICANT:
        known = taking.secret and case.secret_hash == load.secret_hash(taking.secret)
        own = party is not None and acts_for(actor, party.subject_id)
        if not (known or own):
            raise CaseUnknown(case.pk)
        return
    if party is None or party.unit_id is None or not actor.unit_path:
        raise CaseUnknown(case.pk)
    if not in_subtree(unit(party.unit_id).path, actor.unit_path):
        raise CaseUnknown(case.pk)
    if not actor.may(step.needs):
        raise NotAllowed(f"{case.procedure}.{step.code}", step.needs)


def _require_note(step: Step, note: str) -> None:
    if step.reason and is_blank(note):
        raise StepInvalid("procedures.no_reason", f"办理“{step.name}”须写明理由", field="note")
    if len(note) > LONGEST_NOTE:
        raise StepInvalid(
            "procedures.note_too_long", f"说明有 {len(note)} 个字，最多 {LONGEST_NOTE} 个字", field="note"
        )


def _number(procedure: Procedure, on: date) -> str:
    """The next number of the year: `YY-2026-000001`."""
    lock(f"procedures {procedure.prefix} {on.year}")
    start = f"{procedure.prefix}-{on.year}-"
    last = Case.objects.filter(number__startswith=start).order_by("-number").values_list("number", flat=True).first()
    return f"{start}{(int(last.rpartition('-')[2]) if last else 0) + 1:06d}"
