"""Reads of the latest survey: coverage and completeness, contradictions side by side. Only for offices that see every unit's data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xinheng.accounts.door import units
from xinheng.catalogue.door import load_profile
from xinheng.catalogue.values.edition import Edition
from xinheng.intake import models
from xinheng.intake.queries.batches import LARGEST_PAGE
from xinheng.intake.rules.survey import Datum, Dimension, present
from xinheng.intake.values.batches import Page
from xinheng.intake.values.duties import ContradictionState
from xinheng.intake.values.errors import ContradictionUnknown
from xinheng.kernel.actor import Actor
from xinheng.subjects.door import facts, personal
from xinheng.subjects.values import SubjectKind


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension: `items` how many subjects have a record of each item, `complete` how many have so many expected parts.

    Of natural persons only `subjects`.
    """

    dimension: Dimension
    subjects: int
    registered: int
    covered: int
    items: Mapping[str, int]
    complete: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SurveyView:
    """The latest survey; `expected` has the items of a complete archive by kind of subject."""

    on: date
    made_at: datetime
    dimensions: tuple[DimensionView, ...]
    expected: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of a contradiction; a person's name is masked."""

    unit_id: int
    unit_name: str
    record_id: int
    item: str
    day: date | None
    value: str
    batch_id: int | None
    row: int | None


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """A datum said differently by different units; `subject_name` is empty for a natural person. `state` is the centre's last word."""

    id: int
    subject_id: int
    subject_name: str
    datum: Datum
    document: str
    sides: tuple[SideView, ...]
    state: ContradictionState
    reason: str
    noted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContradictionFilter:
    """Which contradictions; what is empty does not narrow. `after` is the id the last page ended with."""

    datum: Datum | None = None
    state: ContradictionState | None = None
    after: int = 0
    limit: int = 50


def latest_survey(actor: Actor) -> SurveyView | None:
    """The latest survey; None before the first, and for whoever does not see every unit. Cost: one query."""
    row = models.Survey.objects.order_by("-id").first() if actor.may("intake.read_all") else None
    if row is None:
        return None
    content = json.loads(row.content)
    views = tuple(_dimension(each, content["dimensions"][each.value]) for each in Dimension)
    return SurveyView(row.on, row.made_at, views, content["expected"])


def completeness(
    actor: Actor, kind: SubjectKind, items: frozenset[str], *, registered: bool, edition: Edition
) -> Mapping[str, bool]:
    """Which parts of a complete archive a subject has; empty for natural persons, and for whoever does not see every unit's records:
    what is missing would tell what others have. Cost: none."""
    if kind is SubjectKind.NATURAL_PERSON or not actor.may("intake.read_all") or not edition.region:
        return {}
    return present(load_profile(edition.region).expected.get(kind.value, ()), items, registered=registered)


def contradictions(actor: Actor, narrow: ContradictionFilter | None = None) -> Page[ContradictionView]:
    """What units say differently, in the survey's order; nothing for whoever does not see every unit.

    Cost: four queries, and two for each representative's name on the page.
    """
    if not actor.may("intake.read_all"):
        return Page((), None)
    narrow = narrow or ContradictionFilter()
    rows = models.Contradiction.objects.filter(id__gt=narrow.after).order_by("id")
    if narrow.datum is not None:
        rows = rows.filter(datum=narrow.datum)
    noted = models.ContradictionNote.objects.values("fingerprint")
    if narrow.state is ContradictionState.OPEN:
        rows = rows.exclude(fingerprint__in=noted)
    elif narrow.state is not None:
        rows = rows.filter(fingerprint__in=noted.filter(state=narrow.state))
    limit = max(1, min(narrow.limit, LARGEST_PAGE))
    found = list(rows[: limit + 1])
    items = tuple(_views(found[:limit], actor))
    return Page(items, items[-1].id if len(found) > limit else None)


def contradiction(contradiction_id: int, actor: Actor) -> ContradictionView:
    """One of them. Raises: ContradictionUnknown. Cost: as one of a page."""
    rows = models.Contradiction.objects.filter(pk=contradiction_id) if actor.may("intake.read_all") else ()
    for view in _views(list(rows), actor):
        return view
    raise ContradictionUnknown(contradiction_id)


def _dimension(each: Dimension, told: Mapping[str, Any]) -> DimensionView:
    complete = {int(parts): count for parts, count in told["complete"].items()}
    return DimensionView(each, told["subjects"], told["registered"], told["covered"], told["items"], complete)


def _views(rows: Sequence[models.Contradiction], actor: Actor) -> list[ContradictionView]:
    if not rows:
        return []
    known = facts({row.subject_id for row in rows}, actor=actor)
    names = {unit.id: unit.name for unit in units(actor)}
    notes = {}
    marks = [bytes(row.fingerprint) for row in rows]
    for note in models.ContradictionNote.objects.filter(fingerprint__in=marks).order_by("id"):
        notes[bytes(note.fingerprint)] = note
    return [_view(row, known.get(row.subject_id), names, notes.get(bytes(row.fingerprint)), actor) for row in rows]


def _view(
    row: models.Contradiction,
    subject: Any,
    names: Mapping[int, str],
    note: models.ContradictionNote | None,
    actor: Actor,
) -> ContradictionView:
    datum, told = Datum(row.datum), json.loads(row.sides)
    shown = {side["value"]: side["value"] for side in told}
    if datum is Datum.REPRESENTATIVE:
        # Never in full, whatever purpose was declared for somebody else.
        masked = personal(row.subject_id, shown, Actor(kind="system"))
        shown = {token: view.text for token, view in masked.items()}
    sides = tuple(
        SideView(
            side["unit"],
            names.get(side["unit"], ""),
            side["record"],
            side["item"],
            date.fromisoformat(side["day"]) if side["day"] else None,
            shown[side["value"]],
            side["batch"],
            side["row"],
        )
        for side in told
    )
    return ContradictionView(
        row.pk,
        row.subject_id,
        subject.name if subject is not None else "",
        datum,
        row.document,
        sides,
        ContradictionState(note.state) if note else ContradictionState.OPEN,
        note.reason if note else "",
        note.noted_at if note else None,
    )
