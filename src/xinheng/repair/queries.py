"""How records stand to repair: of one record, of all of a subject, of a record that is public; and of facts, without any record."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from xinheng.catalogue.door import calendar as current_calendar
from xinheng.catalogue.door import current_edition, publicity_span, publishable, withheld_by
from xinheng.catalogue.values.decisions import PublicSpan
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.calendar import Calendar
from xinheng.procedures.door import case
from xinheng.procedures.values import CaseUnknown
from xinheng.publicity.door import open_archive
from xinheng.publicity.values import PublicRecord
from xinheng.records.door import Asked, facts_of, mark_holds
from xinheng.records.door import record as archived
from xinheng.records.values import ArchivedRecord, MarkKind
from xinheng.repair import rules
from xinheng.repair.models import Application
from xinheng.repair.values import (
    ApplicationView,
    Judged,
    Reason,
    RepairDecision,
    RepairFacts,
    RepairOutcome,
    Standing,
)

ENDING: Final = (MarkKind.REPAIRED, MarkKind.WITHDRAWN)
"""Marks after which nothing is left to repair; what is only shielded for a while can be repaired."""

SHOWN_THERE: Final = (RepairOutcome.OPEN, RepairOutcome.WAITING, RepairOutcome.NEVER)
"""What is worth telling of another channel: that it is shown there, and from which day it can be repaired."""


def standing_of(record_id: int, *, actor: Actor, on: date) -> Standing:
    """How one record stands to repair. Registering the look is the caller's. Cost: five queries.

    Raises: RecordUnknown where there is none, or none for this actor.
    """
    found = archived(record_id, actor=actor)
    return standings([found], edition=current_edition(on), calendar=current_calendar(), on=on)[record_id]


def standings_of(subject_id: int, *, actor: Actor, on: date) -> dict[int, Standing]:
    """How the records of a subject (and of those merged into it) that the actor may read stand to repair, by record.

    Registering the look is the caller's. Cost: at most fourteen queries, whatever the number of records.
    Raises: SubjectUnknown.
    """
    opened = open_archive(subject_id, Asked(), actor=actor, on=on)
    return standings(opened.records, edition=current_edition(on), calendar=current_calendar(), on=on)


def standings(
    records: Iterable[ArchivedRecord], *, edition: Edition, calendar: Calendar, on: date
) -> dict[int, Standing]:
    """How records stand that the caller was allowed to read, by record. Cost: none."""
    return {record.record_id: _of_archived(record, edition, calendar, on) for record in records}


def public_standing(found: PublicRecord, *, edition: Edition, calendar: Calendar, on: date) -> Standing:
    """How a record that the public sees stands to repair: from what is public of it alone. Cost: none."""
    if found.judged is None:
        return _without_day(edition)
    facts = RepairFacts(found.judged, found.authority)
    return judged_standing(facts, on=on, edition=edition, calendar=calendar)


def judged_standing(facts: RepairFacts, *, on: date, edition: Edition, calendar: Calendar) -> Standing:
    """How facts stand to repair by the rules of an edition, without any table. Cost: none.

    Raises: CatalogueUnknown for an item the edition does not know.
    """
    said = rules.standing(facts, judge(facts, on=on, edition=edition), on=on, edition=edition, calendar=calendar)
    other = rules.other_channel(facts, on=on, edition=edition)
    if other is None:
        return said
    found = rules.standing(other, judge(other, on=on, edition=edition), on=on, edition=edition, calendar=calendar)
    return replace(said, beside=found) if found.outcome in SHOWN_THERE else said


def judge(facts: RepairFacts, *, on: date, edition: Edition) -> Judged:
    """What the catalogue says about showing a record: now, until when, and what it would say if the act lay in a field of its own rules."""
    shown = publishable(edition, facts.judged, on, facts.override)
    term = edition.term_rule(facts.judged.item, facts.judged.act.act_date)
    ground = withheld_by(edition, facts.judged, on)
    if term is None or term.until != "tier":
        return Judged(shown, ground)
    act = facts.judged.act
    if "simple_procedure" in facts.judged.flags:
        act = replace(act, simple_procedure=True)
    span = publicity_span(edition, act, facts.override)
    if facts.fields_known or act.fields or (facts.override is not None and facts.override.tier):
        return Judged(shown, ground, span)
    regime = edition.regime(act.act_date, act.channel)
    told = dict.fromkeys(tuple(sorted(clause.fields)) for clause in (regime.clauses if regime else ()) if clause.fields)
    asked = (
        (fields, publicity_span(edition, replace(act, fields=frozenset(fields)), facts.override)) for fields in told
    )
    return Judged(shown, ground, span, tuple((fields, each) for fields, each in asked if isinstance(each, PublicSpan)))


def _of_archived(record: ArchivedRecord, edition: Edition, calendar: Calendar, on: date) -> Standing:
    version = record.current
    known = any(item.code == version.item for item in edition.items)
    judged = facts_of(version.item, version.subject_kind, version.core, version.blocks) if known else None
    if judged is None:
        return _without_day(edition)
    held = {mark.kind for mark in record.marks if mark_holds(mark.since, mark.until, on=on)}
    mark = next((kind.value for kind in ENDING if kind in held), "")
    facts = RepairFacts(judged, version.core.authority_name, mark=mark)
    return judged_standing(facts, on=on, edition=edition, calendar=calendar)


def _without_day(edition: Edition) -> Standing:
    """Nothing can be counted without the day of the act, or for an item the edition no longer has."""
    code = "repair.no_act_date"
    return Standing(RepairOutcome.UNDECIDED, code, edition.hash, (Reason(code),))


def open_application(record_id: int, *, actor: Actor) -> int | None:
    """The case of the application for a record of the own archive that is being handled, if there is one; for who acts for its subject.

    Cost: one query, a few more where there is one.
    """
    row = Application.objects.filter(record_id=record_id, outcome="").first()
    if row is None:
        return None
    try:
        return case(row.case_id, actor=actor).id
    except CaseUnknown:
        return None


def application(case_id: int, *, actor: Actor) -> ApplicationView:
    """The application of a case, for who may see the case. Cost: six queries. Raises: CaseUnknown."""
    case(case_id, actor=actor)
    row = Application.objects.get(case_id=case_id)
    return ApplicationView(case_id, row.record_id, row.procedure, RepairDecision(row.outcome) if row.outcome else None)
