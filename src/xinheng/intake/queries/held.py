"""Reads of held rows: the list without content, and one with what was written in it; the columns of a template."""

import json
from collections.abc import Mapping
from datetime import date

from xinheng.catalogue.door import current_edition
from xinheng.engine.declare import FieldType
from xinheng.intake import models
from xinheng.intake.queries.batches import LARGEST_PAGE, readable
from xinheng.intake.rules.sheets import Asked, asked_of, template_of
from xinheng.intake.values.batches import HeldFilter, HeldKind, HeldRow, HeldState, HeldView, Page
from xinheng.intake.values.errors import HeldUnknown
from xinheng.intake.values.receipts import TemplateColumn
from xinheng.kernel.actor import Actor
from xinheng.kernel.masking import mask_identifiers, mask_name, mask_resident
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import unseal

PERSON_CLASSES = ("自然人", "个人")


def held(actor: Actor, narrow: HeldFilter | None = None) -> Page[HeldView]:
    """Held rows within what the actor sees, the oldest first, those that wait unless asked otherwise. Cost: one query."""
    narrow = narrow or HeldFilter()
    rows = models.Held.objects.filter(readable(actor), id__gt=narrow.after).select_related("unit", "decided_by")
    exact = {
        "state": narrow.state,
        "unit_id": narrow.unit_id,
        "item": narrow.item or None,
        "item__in": narrow.items or None,
        "kind": narrow.kind,
        "batch_id": narrow.batch_id,
        "codes__contains": narrow.code or None,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    limit = max(1, min(narrow.limit, LARGEST_PAGE))
    found = list(rows.order_by("id")[: limit + 1])
    items = tuple(_view(row) for row in found[:limit])
    return Page(items, items[-1].id if len(found) > limit else None)


def held_row(held_id: int, actor: Actor, *, on: date) -> HeldRow:
    """One held row with its content. Personal values in full only for `subjects.read_personal` with a purpose, else masked.

    The caller registers a read in full. Cost: two queries. Raises: HeldUnknown, CannotUnseal.
    """
    row = models.Held.objects.filter(readable(actor), pk=held_id).select_related("unit", "decided_by").first()
    if row is None:
        raise HeldUnknown(held_id)
    if row.state != HeldState.HELD:
        return HeldRow(_view(row), {}, (), "")
    content = json.loads(unseal(key_ring().files, bytes(row.sealed), held_context(row.unit_id, row.item)))
    texts: Mapping[str, str] = content["texts"]
    if not (actor.may("subjects.read_personal") and actor.purpose):
        edition = current_edition(on)
        texts = _masked(asked_of(edition.item(row.item), edition.code_lists), texts)
    return HeldRow(_view(row), texts, tuple(content["problems"]), content["reason"])


def template_columns(item: str, *, on: date) -> tuple[TemplateColumn, ...]:
    """The columns of an item's template, in order. Cost: one query. Raises: CatalogueUnknown."""
    edition = current_edition(on)
    return template_of(asked_of(edition.item(item), edition.code_lists))


def held_context(unit_id: int, item: str) -> bytes:
    """What a sealed row is bound to."""
    return f"intake.held:{unit_id}:{item}".encode()


def _masked(asked: Asked, texts: Mapping[str, str]) -> dict[str, str]:
    """Every text as somebody without a purpose sees it."""
    person = texts.get(asked.code("subject_class"), "").strip() in PERSON_CLASSES
    fields = {each.code: each for each in asked.full.fields}
    shown = {}
    for code, text in texts.items():
        each = fields.get(code)
        if each is not None and each.type is FieldType.PERSON:
            shown[code] = mask_resident(text)
        elif each is not None and (each.personal or (person and code == asked.code("subject_name"))):
            shown[code] = mask_name(text)
        else:
            shown[code] = mask_identifiers(text)
    return shown


def _view(row: models.Held) -> HeldView:
    return HeldView(
        id=row.pk,
        batch_id=row.batch_id,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        item=row.item,
        row=row.row,
        record=row.record,
        kind=HeldKind(row.kind),
        codes=tuple(row.codes.split(";")),
        state=HeldState(row.state),
        received_at=row.received_at,
        decided_name=row.decided_by.name if row.decided_by else "",
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        record_id=row.result_record,
    )
