"""The typed row: judged as a file's row is, then entered, held or handed back. And the same without writing, for the review page."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from xinheng.accounts.door import may_see_unit, unit
from xinheng.engine.problems import Problem
from xinheng.engine.report import normalised_items
from xinheng.intake import models
from xinheng.intake.operations.accepting import Terms, Waiting, accept
from xinheng.intake.operations.judging import Case, Judged, case_of, judge
from xinheng.intake.operations.receiving import require_enabled
from xinheng.intake.operations.submitting import note_typed
from xinheng.intake.queries.held import held_context
from xinheng.intake.rules.items import problem_items
from xinheng.intake.rules.receipt import shown_values
from xinheng.intake.rules.rows import hold_codes, hold_kind, in_order, reason_of, taken
from xinheng.intake.values.batches import HeldKind, HeldState, RowHeld
from xinheng.intake.values.errors import NotPossible
from xinheng.intake.values.receipts import REASON_COLUMN, Outcome, Taken
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation
from xinheng.ledger.values import NotAllowed
from xinheng.records.values import Standing
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import keyed_hash, seal

Texts = Mapping[str, str | None]


def enter_row(
    *, item: str, texts: Texts, reason: str = "", unit_id: int | None = None, actor: Actor, now: datetime
) -> Outcome:
    """Take one typed row: field code → text as typed. Accepted it is in the archive, held it waits, rejected nothing was written.

    `unit_id` is the submitting unit (default: the actor's). Each thing done writes its own ledger entry, all in one transaction.
    Cost: about forty queries. Raises: NotAllowed, NotPossible for a foreign unit, IntakeInvalid for an item that is off, NotEntered.
    """
    case = _case(item, unit_id, actor, now)
    with transaction.atomic():
        return _take(case, texts, reason_of(texts.get(REASON_COLUMN), reason), actor)


def check_row(
    *, item: str, texts: Texts, reason: str = "", unit_id: int | None = None, actor: Actor, now: datetime
) -> Outcome:
    """What `enter_row` would answer, without writing: it is done and undone. Ids in the answer are left out."""
    case = _case(item, unit_id, actor, now)
    with transaction.atomic():
        outcome = _take(case, texts, reason_of(texts.get(REASON_COLUMN), reason), actor)
        transaction.set_rollback(True)
    return replace(outcome, record_id=None, version_id=None, held_id=None)


def _case(item: str, unit_id: int | None, actor: Actor, now: datetime) -> Case:
    if not actor.may("records.enter"):
        raise NotAllowed("intake.row_entered", "records.enter")
    chosen = unit_id if unit_id is not None else actor.unit_id
    if chosen is None or not may_see_unit(actor, unit(chosen).path):
        raise NotPossible("intake.foreign_unit", "所选单位不在您的单位范围内，不能代为录入")
    require_enabled(item, now)
    return case_of(item, chosen, actor=actor, now=now, received=now)


def _take(case: Case, texts: Texts, reason: str, actor: Actor) -> Outcome:
    judged = judge(case, texts)
    problems = judged.problems
    if taken(problems) is Taken.ACCEPTED:
        point = transaction.savepoint()
        done = accept(case, judged, Terms(reason))
        if not isinstance(done, Waiting):
            transaction.savepoint_commit(point)
            note_typed(case, judged, texts, problems, done.standing, None)
            said = _said(case, judged, problems)
            return replace(said, standing=done.standing.value, record_id=done.record_id, version_id=done.version_id)
        transaction.savepoint_rollback(point)
        problems = (*problems, *done.problems)
    said = _said(case, judged, problems)
    if said.taken is Taken.REJECTED:
        return said
    held = hold_row(case=case, row=held_content(texts, reason, said), problems=problems, actor=actor, now=case.now)
    note_typed(case, judged, texts, problems, Standing.NEW, held.held_id)
    return replace(said, held_id=held.held_id)


def _said(case: Case, judged: Judged, problems: tuple[Problem, ...]) -> Outcome:
    asked = case.asked
    told = [(1, 1, problem) for problem in in_order(asked, problems)]
    return Outcome(
        taken=taken(problems),
        problems=tuple(problem_items(asked, told, person=judged.identity.is_person)),
        normalised=tuple(normalised_items(asked.full, ((1, note) for note in judged.normalised))),
        values=shown_values(asked, judged.values),
    )


def held_content(texts: Texts, reason: str, said: Outcome) -> dict[str, Any]:
    """What is sealed of a row that waits: the texts as they came, its reason, and what was said about it."""
    return {
        "texts": {code: text for code, text in texts.items() if text is not None},
        "reason": reason,
        "problems": [dict(problem) for problem in said.problems],
    }


@operation(code="intake.row_held", needs="records.enter")
def hold_row(
    *, case: Case, row: Mapping[str, Any], problems: tuple[Problem, ...], actor: Actor, now: datetime
) -> RowHeld:
    """Keep a row, sealed, until a person settles it. The same row, still waiting, is found again instead of doubled."""
    mark = fingerprint(case.unit.id, case.item, row["texts"])
    known = models.Held.objects.filter(fingerprint=mark, state=HeldState.HELD, run__ready=True).first()
    if known is not None:
        return RowHeld(known.pk, HeldKind(known.kind), tuple(known.codes.split(";")))
    made = models.Held(
        unit_id=case.unit.id,
        item=case.item,
        codes=";".join(hold_codes(problems)),
        kind=hold_kind(problems),
        fingerprint=mark,
        received_at=case.received,
        sealed=seal_row(case.unit.id, case.item, row),
        state=HeldState.HELD,
    )
    made.save()
    return RowHeld(made.pk, HeldKind(made.kind), hold_codes(problems))


def fingerprint(unit_id: int, item: str, texts: Mapping[str, str | None]) -> bytes:
    """What tells that the same row came again: a keyed hash of unit, item and everything written."""
    parts = [part for code in sorted(texts) if (text := texts[code]) for part in (code, text)]
    return keyed_hash(key_ring().search, "intake.held", str(unit_id), item, *parts)


def seal_row(unit_id: int, item: str, row: Mapping[str, Any]) -> bytes:
    """The sealed content of a held row, bound to unit and item."""
    return seal(key_ring().files, json.dumps(row, ensure_ascii=False).encode(), held_context(unit_id, item))
