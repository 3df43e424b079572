"""Noting what became of rows: the typed row and the settled one by one; what a load's chunks share with them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from xinheng.catalogue.door import calendar, publicity_due
from xinheng.catalogue.values.edition import Edition
from xinheng.engine.problems import Problem
from xinheng.intake import models
from xinheng.intake.operations.judging import Case, Judged
from xinheng.intake.queries.quality import COUNTED
from xinheng.intake.rules.facts import Identity
from xinheng.intake.rules.quality import BAD, TAKEN, Outcome, outcome_of, resent_as
from xinheng.intake.rules.rows import key_of
from xinheng.intake.rules.sheets import Asked
from xinheng.kernel.dates import legal_date
from xinheng.kernel.text import written_number
from xinheng.records.values import Standing
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import keyed_hash

MARK_BYTES = 16


class Dues:
    """By when a decision of each day is due, and whether a calendar not yet announced says so; asked once a day."""

    def __init__(self, edition: Edition, item: str) -> None:
        self._edition, self._item, self._plan = edition, item, calendar()
        self._known: dict[date | None, tuple[date | None, bool]] = {None: (None, False)}

    def of(self, acted: date | None) -> tuple[date | None, bool]:
        """The last day, None without a limit; and whether it is provisional."""
        if acted not in self._known:
            due = publicity_due(self._edition, self._item, acted, self._plan) if acted else None
            self._known[acted] = (due.day, due.provisional) if due else (None, False)
        return self._known[acted]


def marks_of(unit_id: int, asked: Asked, identity: Identity, number: str) -> tuple[bytes, bytes]:
    """The keyed hashes by which a row is known again, empty where it lacks what they are made of; `number` as of `number_of`."""
    by_code, by_name = resent_as(number, identity.code, identity.name)
    return _mark(unit_id, asked, by_code), _mark(unit_id, asked, by_name)


def number_of(asked: Asked, values: Mapping[str, Any], written: Mapping[str, Any]) -> str:
    """The number of a row's document, else the rest of its key; '' where there is none.

    `values` are the row's values as read, `written` its texts: of a value that was refused the text stands for it.
    """
    field = asked.code("document_number")
    if not field:
        parts = key_of(asked, values)
        return "\n".join(parts) if all(parts) else ""
    text = values.get(field) or written.get(field) or ""
    return written_number(str(text).strip())[0]


def _mark(unit_id: int, asked: Asked, parts: tuple[str, ...] | None) -> bytes:
    if parts is None:
        return b""
    return keyed_hash(key_ring().search, "intake.submission", str(unit_id), asked.item.code, *parts)[:MARK_BYTES]


def outstanding(unit_id: int, item: str, marks: tuple[bytes, ...] = ()) -> dict[bytes, int]:
    """The unit's bad rows nobody has put right yet: by each of their marks the first row of its chain. Cost: two queries."""
    rows = models.Submission.objects.filter(COUNTED, unit_id=unit_id, item=item, outcome__in=BAD)
    if marks:
        rows = rows.filter(Q(number_code__in=marks) | Q(number_name__in=marks))
    found = list(rows.order_by("id").values_list("id", "answers", "number_code", "number_name"))
    if not found:
        return {}
    latest = {answers or row_id: row_id for row_id, answers, _, _ in found}
    # Corrected by the time it was bad for the last time: nothing is left to be answered.
    answering: Any = models.Submission.objects.filter(
        COUNTED, unit_id=unit_id, item=item, answers__isnull=False, outcome__in=TAKEN
    )
    done = {root for row_id, root in answering.values_list("id", "answers") if row_id > latest.get(root, row_id)}
    known: dict[bytes, int] = {}
    for row_id, answers, by_code, by_name in found:
        root = answers or row_id
        if root not in done:
            known |= {bytes(mark): root for mark in (by_code, by_name) if mark}
    return known


def note_typed(
    case: Case,
    judged: Judged,
    texts: Mapping[str, str | None],
    problems: tuple[Problem, ...],
    standing: Standing,
    held_id: int | None,
) -> None:
    """Note a typed row that was taken or held, in the caller's transaction. Cost: four queries.

    One that was handed back on the spot was not handed in.
    """
    outcome = outcome_of(problems, standing)
    acted = judged.values.get(case.asked.code("act_date"))
    due, provisional = Dues(case.edition, case.item).of(acted)
    number = number_of(case.asked, judged.values, texts)
    marks = marks_of(case.unit.id, case.asked, judged.identity, number)
    wanted = tuple(filter(None, marks))
    known = outstanding(case.unit.id, case.item, wanted) if wanted else {}
    bad = outcome in BAD
    models.Submission.objects.create(
        row=0,
        unit_id=case.unit.id,
        item=case.item,
        received_on=case.on,
        act_date=acted,
        due_on=due,
        provisional=provisional,
        outcome=outcome,
        answers=next((known[mark] for mark in wanted if mark in known), None),
        held=held_id,
        number_code=marks[0] if bad else b"",
        number_name=marks[1] if bad else b"",
    )


def note_settled(row: models.Held, outcome: Outcome, received: datetime) -> None:
    """Note what became of a held row, in the caller's transaction: for the day it was handed in. Cost: two queries."""
    before = models.Submission.objects.filter(COUNTED, held=row.pk).order_by("id").first()
    models.Submission.objects.create(
        row=row.row,
        unit_id=row.unit_id,
        item=row.item,
        received_on=legal_date(received),
        act_date=before.act_date if before else None,
        due_on=before.due_on if before else None,
        provisional=before.provisional if before else False,
        outcome=outcome,
        answers=(before.answers or before.pk) if before else None,
        held=row.pk,
        number_code=b"",
        number_name=b"",
    )
