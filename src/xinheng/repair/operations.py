"""Applying for repair, handling it, deciding it: what is granted takes effect on every public surface in the same moment."""

from datetime import date, datetime
from typing import Final

from xinheng.accounts.door import active_units
from xinheng.catalogue.door import calendar, current_edition
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.ledger.values import NotAllowed
from xinheng.members.values import Scope
from xinheng.procedures.door import Taking, open_case, take
from xinheng.procedures.values import CaseDraft, PartyDraft, Side
from xinheng.records.door import mark
from xinheng.records.door import record as archived
from xinheng.records.values import MarkKind, VersionView
from xinheng.repair.models import Application
from xinheng.repair.procedure import ACCEPT, DECIDE
from xinheng.repair.queries import standings
from xinheng.repair.values import (
    LONGEST_CONTACT,
    LONGEST_STATEMENT,
    AlreadyApplied,
    Applied,
    NotRepairable,
    RepairDecision,
    RepairDraft,
    RepairHandled,
    RepairInvalid,
    RepairOutcome,
)
from xinheng.storage.locks import lock

PLATFORM: Final[Actor] = system("repair", "publicity.withdraw", "accounts.see_all_units")
"""Who sets the mark that follows from a decision; the step it follows from says whose decision it was."""

APPLY: Final = Scope.APPLY.permission
BASIS: Final = "repair-order-36.procedure"


@operation(code="repair.applied", needs=APPLY)
def apply(*, draft: RepairDraft, actor: Actor, now: datetime) -> Applied:
    """Apply for the repair of a record of the own archive. Nothing is asked for that the authorities have; it costs nothing.

    Cost: about forty queries. Raises: RepairInvalid, RecordUnknown, NotRepairable, AlreadyApplied, NotAllowed.
    """
    on = legal_date(now)
    _check(draft)
    if actor.kind != "member" or actor.on_behalf_of is None:
        raise NotAllowed("repair.applied", APPLY)
    lock(f"repair {draft.record_id}")
    found, edition = archived(draft.record_id, actor=actor), current_edition(on)
    standing = standings([found], edition=edition, calendar=calendar(), on=on)[found.record_id]
    if standing.outcome is not RepairOutcome.OPEN:
        raise NotRepairable(standing)
    if Application.objects.filter(record_id=draft.record_id, outcome="").exists():
        raise AlreadyApplied
    version = found.current
    parties = (
        PartyDraft(Side.APPLICANT, subject_id=version.subject_id),
        PartyDraft(Side.DETERMINING, unit_id=_determining(version, on)),
    )
    title = f"{edition.item(version.item).name} {version.core.document_number}".strip()
    promised = "；".join(word.name for word in standing.conditions if word.key == "commitment")
    texts = {"statement": draft.performed.strip(), "contact": draft.contact.strip()}
    case = CaseDraft(title, version.subject_id, parties)
    opened = open_case("repair", case, Taking(note=promised, texts=texts), actor=actor, now=now, on=on)
    Application(
        case_id=opened.case_id, record_id=found.record_id, version_id=version.id, procedure=standing.procedure
    ).save()
    return Applied(opened.case_id, opened.number, found.record_id, standing.procedure)


@operation(code="repair.supplied", needs=APPLY)
def supply(*, case_id: int, text: str, actor: Actor, now: datetime) -> RepairHandled:
    """Supply what was asked for; the time limits go on. Cost: about fifteen queries. Raises: CaseUnknown, StepConflict, RepairInvalid."""
    _require_text("performed", "补充说明", text, LONGEST_STATEMENT)
    return _handled(case_id, "supply", Taking(texts={"statement": text.strip()}), actor=actor, now=now)


@operation(code="repair.dropped", needs=APPLY)
def drop(*, case_id: int, actor: Actor, now: datetime) -> RepairHandled:
    """Drop an application; another may be made. Cost: about fifteen queries. Raises: CaseUnknown, StepConflict."""
    return _ended(case_id, "drop", Taking(), RepairDecision.DROPPED, actor=actor, now=now)


@operation(code="repair.supplement_asked", needs=ACCEPT)
def ask_supplement(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Say once all that is missing; the time limits stand still until it comes.

    Cost: about fifteen queries. Raises: CaseUnknown, NotAllowed, StepConflict, StepInvalid; so do all steps below.
    """
    return _handled(case_id, "ask_supplement", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="repair.gone_on", needs=ACCEPT)
def go_on(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Go on without what was asked for: the unit looks it up itself."""
    return _handled(case_id, "go_on", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="repair.accepted", needs=ACCEPT)
def accept(*, case_id: int, note: str = "", seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Accept an application; the time for the decision begins."""
    return _handled(case_id, "accept", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="repair.refused", needs=ACCEPT)
def refuse(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Refuse to take an application up, with reasons; another may be made."""
    return _ended(case_id, "refuse", Taking(note, seen=seen), RepairDecision.REFUSED, actor=actor, now=now)


@operation(code="repair.extended", needs=DECIDE)
def extend(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Extend the time for decision and answer once, with a reason, by what the catalogue allows."""
    return _handled(case_id, "extend", Taking(note, seen=seen), actor=actor, now=now)


@operation(code="repair.granted", needs=DECIDE)
def grant(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Grant the repair: from the same moment the record is shown to nobody any more; it stays in the archive.

    Cost: about thirty queries.
    """
    return _ended(case_id, "grant", Taking(note, seen=seen), RepairDecision.GRANTED, actor=actor, now=now)


@operation(code="repair.rejected", needs=DECIDE)
def reject(*, case_id: int, note: str, seen: int | None = None, actor: Actor, now: datetime) -> RepairHandled:
    """Reject the repair, with reasons; the record is shown as its own rules say."""
    return _ended(case_id, "reject", Taking(note, seen=seen), RepairDecision.REJECTED, actor=actor, now=now)


def _handled(case_id: int, step: str, taking: Taking, *, actor: Actor, now: datetime) -> RepairHandled:
    """A step that changes nothing but the case."""
    moved = take(case_id, step, taking, actor=actor, now=now, on=legal_date(now))
    row = Application.objects.get(case_id=case_id)
    return RepairHandled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


def _ended(
    case_id: int, step: str, taking: Taking, outcome: RepairDecision, *, actor: Actor, now: datetime
) -> RepairHandled:
    on = legal_date(now)
    moved = take(case_id, step, taking, actor=actor, now=now, on=on)
    row = Application.objects.get(case_id=case_id)
    if outcome is RepairDecision.GRANTED:
        done = mark(
            record_id=row.record_id,
            kind=MarkKind.REPAIRED,
            reason=f"准予修复，办件{moved.number}",
            basis=BASIS,
            actor=PLATFORM,
            now=now,
            on=on,
        )
        row.repaired_id = done.mark_id
    row.outcome = outcome.value
    row.save()
    return RepairHandled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


def _determining(version: VersionView, on: date) -> int:
    """The unit that determined: the authority of the act where it is a unit here, else the one that handed it in."""
    found = (unit.id for unit in active_units(on) if unit.code == version.core.authority_code)
    return next(found, version.unit_id)


def _check(draft: RepairDraft) -> None:
    _require_text("performed", "履行情况", draft.performed, LONGEST_STATEMENT)
    if len(draft.contact) > LONGEST_CONTACT:
        raise RepairInvalid(
            "repair.contact", f"联系方式有 {len(draft.contact)} 个字，最多 {LONGEST_CONTACT} 个字", field="contact"
        )
    if not draft.promised:
        raise RepairInvalid("repair.promised", "请先作出信用承诺：材料真实，愿意承担责任", field="promised")


def _require_text(field: str, name: str, text: str, most: int) -> None:
    if is_blank(text) or len(text) > most:
        raise RepairInvalid(f"repair.{field}", f"{name}不能为空，最多 {most} 个字（现有 {len(text)} 个）", field=field)
