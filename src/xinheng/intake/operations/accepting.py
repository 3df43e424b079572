"""A judged row into the archive: the subject found or made, personal values sealed, the fact entered, or told why it must wait."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from xinheng.engine.problems import Context, Problem
from xinheng.engine.row import check_row
from xinheng.intake.operations.judging import Case, Judged, home_of, natural_keys
from xinheng.intake.operations.registering import follow, registrar, stated
from xinheng.intake.rules import facts
from xinheng.intake.rules.rows import blocks_of, content_of, core_of, key_of, personal_of
from xinheng.intake.values.errors import IntakeInvalid
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import mask_identifiers
from xinheng.records.door import (
    content_hash,
    enter,
    hidden,
    key_hash,
    known_by_key,
    last_acts,
    release_correction,
    shown_harm,
    standing,
    versions_by_ids,
)
from xinheng.records.values import Entered, Fact, PermitRef, Polarity, Standing
from xinheng.subjects.door import ensure_person, entries_of, make_provisional, seal_personal
from xinheng.subjects.values import PersonDraft, RegisterState, SubjectDraft, SubjectFacts

UNIDENTIFIED: Final = "无法确定该行的主体或数据来源单位，不能入库，请退回改正"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The archive cannot take it yet: the problems of the correction."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a row enters: why it corrects, and whether a person has waived what it was held for."""

    reason: str = ""
    waived: bool = False
    batch_id: int | None = None
    row: int | None = None


def accept(case: Case, judged: Judged, terms: Terms) -> Entered | Waiting:
    """Enter a judged row, inside the caller's transaction; what waits is to be rolled back by the caller.

    Cost: about twenty queries. Raises: NotEntered, NotAllowed, IntakeInvalid where nobody can say whom it is about.
    """
    fact = fact_of(case, judged, terms)
    key = key_hash(fact.item, fact.unit_id, fact.subject_id, fact.key)
    known = known_by_key([key]).get(key)
    shown = known is not None and known.version_id is not None
    if shown and known is not None:
        on = legal_date(case.now)
        shown = shown_harm(case.edition, known, on=on, hidden=known.record_id in hidden([known.record_id], on=on))
        version_received = _first_received(known.version_id)
        fact = replace(fact, received=min(version_received, case.received) if version_received else case.received)
    how = standing(
        known,
        content_hash(fact.content),
        fact.core,
        reason=terms.reason,
        published_harm=shown,
        blocks=fact.blocks,
        continued=fact.continued,
    )
    if how is Standing.NEEDS_REVIEW and terms.waived:
        return release_correction(fact=fact, reason=terms.reason, actor=case.actor, now=case.now)
    problems = correction_problems(case, judged, how)
    if problems:
        return Waiting(problems)
    done = enter(fact=fact, reason=terms.reason, published_harm=shown, actor=case.actor, now=case.now)
    # Somebody else may have entered the same record since the look above; then it is they whom this would correct.
    late = correction_problems(case, judged, done.standing)
    return Waiting(late) if late else done


def correction_problems(case: Case, judged: Judged, how: Standing) -> tuple[Problem, ...]:
    """The declared checks about a correction, asked with how the row stands."""
    asked = case.asked
    row = {asked.item.key_field: judged.values.get(asked.item.key_field), **standing_facts(how)}
    return check_row(asked.correction, row, Context(case.on)).problems


def standing_facts(how: Standing) -> Mapping[str, str]:
    """The facts of a correction for each way a row can stand."""
    stored = {Standing.NEW: "none", Standing.UNCHANGED: "same"}.get(how, "other")
    return {
        facts.STORED: stored,
        facts.REASON: "no" if how is Standing.NEEDS_REASON else "yes",
        facts.REVIEW: "yes" if how is Standing.NEEDS_REVIEW else "no",
    }


def fact_of(case: Case, judged: Judged, terms: Terms) -> Fact:
    """The fact a row states; its subject is made where it is not known, its personal values are sealed."""
    if judged.source_id is None or judged.identity.scheme is None:
        raise IntakeInvalid("intake.unidentified", UNIDENTIFIED)
    subject_id = _subject(case, judged, terms)
    content = content_of(case.asked, judged.values)
    personal = personal_of(case.asked, content, judged.identity)
    for code, kind in personal.items():
        content[code] = seal_personal(subject_id, {kind: content[code]})[kind]
    permit = judged.permit
    return Fact(
        item=case.item,
        polarity=Polarity(case.asked.item.polarity.value),
        subject_id=subject_id,
        subject_kind=judged.kind.value,
        unit_id=judged.source_id,
        key=key_of(case.asked, judged.values),
        core=core_of(case.asked, judged.values, personal),
        content=content,
        blocks=blocks_of(case.asked, judged.problems),
        received=case.received,
        permit=PermitRef(permit.id, int(permit.rank), permit.valid_from, permit.valid_to) if permit else None,
        batch_id=terms.batch_id,
        row_number=terms.row,
        continued=case.asked.item.continued,
    )


def _subject(case: Case, judged: Judged, terms: Terms) -> int:
    found = judged.found
    if case.asked.item.states_register:
        return _registered(case, judged, terms)
    # A provisional subject is made again, so that it has every name that was reported of it and nobody's answer tells who came first.
    if found is None or (found.state is RegisterState.PROVISIONAL and not judged.identity.is_person):
        made = _make_subject(case, judged, terms)
        return made if found is None else _home(case, judged, found)
    return _home(case, judged, found)


def _registered(case: Case, judged: Judged, terms: Terms) -> int:
    """The subject as the row of the register states it: entered or brought up to date by the same row."""
    identity, found = judged.identity, judged.found
    if identity.scheme is None or identity.is_person:
        raise IntakeInvalid("intake.unidentified", UNIDENTIFIED)
    source = source_text(case.unit.name, terms.batch_id)
    draft = SubjectDraft(judged.kind, identity.scheme, identity.code, mask_identifiers(identity.name), source)
    draft = stated(draft, case.asked.item, judged.values)
    confirmed = judged.values.get(case.asked.code("act_date")) or case.on
    acting = registrar(case.unit.id, case.unit.path)
    ids = [found.id] if found is not None else []
    if found is not None and confirmed < last_acts(ids, case.item).get(found.id, confirmed):
        # Another registrar, or a later row, confirmed something since.
        return _home(case, judged, found)
    entry = entries_of(ids).get(ids[0]) if ids else None
    made = follow(draft, found, entry, confirmed=confirmed, actor=acting, now=case.now)
    if made is None and found is not None:
        return _home(case, judged, found)
    return made if made is not None else _make_subject(case, judged, terms)


def _home(case: Case, judged: Judged, found: SubjectFacts) -> int:
    if len(found.family) < 2 or judged.source_id is None:
        return found.entry
    keys = natural_keys(case.item, judged.source_id, found, key_of(case.asked, judged.values))
    return home_of(found, known_by_key(keys), keys)


def _make_subject(case: Case, judged: Judged, terms: Terms) -> int:
    identity = judged.identity
    if identity.scheme is None:
        raise IntakeInvalid("intake.unidentified", UNIDENTIFIED)
    source = source_text(case.unit.name, terms.batch_id)
    if identity.is_person:
        draft = PersonDraft(identity.scheme, identity.code, identity.name, source)
        return ensure_person(draft=draft, actor=case.actor, now=case.now).subject_id
    made = make_provisional(
        draft=SubjectDraft(judged.kind, identity.scheme, identity.code, mask_identifiers(identity.name), source),
        actor=case.actor,
        now=case.now,
    )
    return made.subject_id


def source_text(unit_name: str, batch_id: int | None) -> str:
    """Where a provisional subject comes from: the unit and the batch, or that it was typed."""
    return f"{unit_name} 报送批次 {batch_id}" if batch_id is not None else f"{unit_name} 录入"


def _first_received(version_id: int | None) -> datetime | None:
    found = versions_by_ids([version_id]) if version_id is not None else {}
    return next((view.received_at for view in found.values()), None)
