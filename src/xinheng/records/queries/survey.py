"""Passes over the whole archive for later modules: which subject has records of which item, and who is spoken of by several units.

For batches that count or compare; a page never calls these. They take no actor: whoever shows what comes of them asks for the office
that sees every unit.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, Min

from xinheng.records.queries.versions import current, visible

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Statement:
    """What a unit says of a subject in a current version: place, day, the comparable columns, and the fields by code."""

    subject_id: int
    unit_id: int
    record_id: int
    item: str
    document_number: str
    act_date: date | None
    valid_from: date | None
    valid_to: date | None
    amount_cents: int | None
    confiscation_cents: int | None
    state: str
    batch_id: int | None
    row_number: int | None
    content: dict[str, Any]


def items_held() -> Iterator[tuple[int, str]]:
    """Each subject with each item it has a visible version of, in order of subjects. Cost: one pass over an index."""
    pairs = visible().order_by("subject_id", "item").values_list("subject_id", "item").distinct()
    return pairs.iterator(AT_ONCE)


def spoken_of_by_several() -> list[int]:
    """The subjects of whom more than one unit has handed in something. Cost: one pass over the versions."""
    grouped = visible().values("subject_id").annotate(low=Min("unit_id"), high=Max("unit_id"))
    return list(grouped.filter(low__lt=F("high")).order_by("subject_id").values_list("subject_id", flat=True))


def last_acts(subject_ids: Sequence[int], item: str) -> dict[int, date]:
    """The latest day of an act that current versions of an item speak of, by subject. Cost: one query."""
    rows = current().filter(subject_id__in=list(subject_ids), item=item, act_date__isnull=False).order_by()
    return dict(rows.values_list("subject_id").annotate(last=Max("act_date")))


def statements(subject_ids: Sequence[int]) -> list[Statement]:
    """What is said of some subjects now, in order of subject, day and version. Cost: one query."""
    rows = current().filter(subject_id__in=list(subject_ids)).order_by("subject_id", "act_date", "id")
    return [
        Statement(
            row.subject_id,
            row.unit_id,
            row.record_id,
            row.item,
            row.document_number,
            row.act_date,
            row.valid_from,
            row.valid_to,
            row.amount_cents,
            row.confiscation_cents,
            row.state,
            row.batch_id,
            row.row_number,
            json.loads(row.content),
        )
        for row in rows
    ]
