"""Reads of a unit's own column names: what was mapped. Only the unit's own."""

from datetime import datetime

from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.intake import models
from xinheng.intake.rules.mapping import parted
from xinheng.intake.values.columns import ColumnMapping
from xinheng.intake.values.errors import NotPossible
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date


def mapped_headers(unit_id: int | None, item: str) -> dict[str, str]:
    """A unit's headings by field as a load asks them, also what does not work any more: reading leaves that aside. Cost: one query."""
    if unit_id is None:
        return {}
    row = models.ColumnMapping.objects.filter(unit_id=unit_id, item=item, run__ready=True).first()
    return dict(row.columns) if row else {}


def require_own_unit(actor: Actor, unit_id: int) -> None:
    """A unit's column names are the unit's own business: nobody else's, not even one above it. The console may for all.

    Raises: NotPossible.
    """
    if actor.may("intake.load") and (actor.unit_id == unit_id or (actor.kind == "service" and actor.unit_id is None)):
        return
    raise NotPossible("intake.foreign_mapping", "列名对应只能由本单位的报送人员查看和修改")


def mappings(actor: Actor, now: datetime) -> tuple[ColumnMapping, ...]:
    """The mappings of the actor's own unit, by item; ended ones are left out. Cost: two queries."""
    if not actor.may("intake.load") or actor.unit_id is None:
        return ()
    rows = models.ColumnMapping.objects.filter(unit_id=actor.unit_id, run__ready=True).select_related(
        "unit", "changed_by"
    )
    edition = current_edition(legal_date(now))
    return tuple(_view(row, edition) for row in rows.order_by("item") if row.columns)


def mapping_of(unit_id: int, item: str, actor: Actor, now: datetime) -> ColumnMapping | None:
    """A unit's mapping for an item, or None. Raises: NotPossible for anybody else's. Cost: two queries."""
    require_own_unit(actor, unit_id)
    row = (
        models.ColumnMapping.objects.filter(unit_id=unit_id, item=item, run__ready=True)
        .select_related("unit", "changed_by")
        .first()
    )
    return _view(row, current_edition(legal_date(now))) if row and row.columns else None


def _view(row: models.ColumnMapping, edition: Edition) -> ColumnMapping:
    known = {each.code for each in edition.items}
    works, stale = parted(edition.item(row.item), row.columns) if row.item in known else ({}, dict(row.columns))
    return ColumnMapping(
        id=row.pk,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        item=row.item,
        columns=works,
        stale=stale,
        changed_at=row.changed_at,
        changed_by=row.changed_by.name if row.changed_by else "",
    )
