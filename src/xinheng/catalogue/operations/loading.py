"""An edition comes into the store: bases as new versions, items through the gate, permits for what harms."""

from datetime import date, datetime, timedelta
from typing import Any

from xinheng.catalogue import models
from xinheng.catalogue.operations.permits import LOCK, end, issue
from xinheng.catalogue.readers.edition import build_edition
from xinheng.catalogue.readers.source import Raw, national_content, region_content
from xinheng.catalogue.rules.gate import PermitTerms, may_enable, permits_for
from xinheng.catalogue.values.decisions import Granted, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueConflict
from xinheng.catalogue.values.items import Item
from xinheng.catalogue.values.law import OPEN_END, Basis
from xinheng.catalogue.values.views import EditionLoaded, ItemState
from xinheng.kernel.actor import Actor
from xinheng.kernel.canonical import json_text
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock


@operation(code="catalogue.edition_loaded", needs="catalogue.manage")
def load_edition(*, region: str = "", national: Raw | None = None, actor: Actor, now: datetime) -> EditionLoaded:
    """Load the catalogue of this package (or `national`, raw content), for a region or bare, if it is not the one in the store.

    Everything is validated first. Then: the edition, new versions of bases, items switched on or off by the gate as of today, permits
    for items that harm, and ends for permits whose basis, rank or item fell. What was entered under an ended permit stays.
    Cost: a few queries a basis and a permit that is new.
    Raises: CatalogueInvalid, RegionUnknown, CatalogueConflict for an edition that an other one replaced or that turns an item around.
    """
    content = national_content() if national is None else national
    profile = region_content(region) if region else None
    edition = build_edition(content, profile)
    lock(LOCK)
    latest = models.Edition.objects.order_by("-id").first()
    if latest is not None and latest.hash == edition.hash:
        return EditionLoaded(edition.name, edition.hash, region, new=False)
    _refuse_turning(edition, latest)
    row = models.Edition(
        name=edition.name,
        kind="profile" if profile is not None else "national",
        region=region,
        hash=edition.hash,
        content=json_text(content if profile is None else {"national": content, "profile": profile}),
        in_force_from=edition.in_force_from,
        loaded_at=now,
    )
    row.save()
    on = legal_date(now)
    bases = _store_bases(row, edition)
    states = tuple(_switch(row, edition, item, on) for item in edition.items)
    _switch_off_missing(row, edition)
    wanted = [terms for state in states if state.enabled for terms in permits_for(edition, state.code)]
    ended = _end_fallen(edition, wanted, on)
    issued = sum(issue(terms) is not None for terms in wanted)
    return EditionLoaded(
        edition.name,
        edition.hash,
        region,
        new=True,
        items=states,
        bases=bases,
        permits_issued=issued,
        permits_ended=ended,
    )


def _refuse_turning(edition: Edition, latest: models.Edition | None) -> None:
    if models.Edition.objects.filter(hash=edition.hash).exists():
        raise CatalogueConflict(
            "catalogue.edition_replaced", f"目录版本“{edition.name}”已被后来的版本取代，不得再次装载；请另立新版本"
        )
    if latest is not None and latest.region and latest.region != edition.region:
        raise CatalogueConflict(
            "catalogue.other_region",
            f"本库属于地区“{latest.region}”，不得装载地区“{edition.region or '（无）'}”的目录",
        )
    known = dict(models.Item.objects.values_list("code", "polarity"))
    for item in edition.items:
        before = known.get(item.code, item.polarity.value)
        if before != item.polarity.value:
            raise CatalogueConflict(
                "catalogue.polarity_turned",
                f"信息项“{item.code}”的性质不得由 {before} 改为 {item.polarity.value}；请另立编码",
            )


def _store_bases(row: models.Edition, edition: Edition) -> int:
    """Save every basis as a new version unless the latest one of its day says the same; returns how many were saved."""
    latest: dict[tuple[str, date], models.Basis] = {}
    highest: dict[str, int] = {}
    for known in models.Basis.objects.order_by("version"):
        latest[known.key, known.in_force_from] = known
        highest[known.key] = known.version
    saved = 0
    for basis in edition.bases:
        same_day = latest.get((basis.key, basis.in_force.start))
        fields = _fields(basis)
        if same_day is not None and all(getattr(same_day, name) == value for name, value in fields.items()):
            continue
        highest[basis.key] = highest.get(basis.key, 0) + 1
        models.Basis(
            edition=row, key=basis.key, version=highest[basis.key], in_force_from=basis.in_force.start, **fields
        ).save()
        saved += 1
    return saved


def _fields(basis: Basis) -> dict[str, Any]:
    return {
        "instrument": basis.instrument,
        "title": basis.title,
        "number": basis.number,
        "issuer": basis.issuer,
        "article": basis.article,
        "about": basis.about,
        "rank": basis.rank.value,
        "in_force_to": basis.in_force.end,
        "certainty": basis.certainty.value,
        "note": basis.note,
    }


def _switch(row: models.Edition, edition: Edition, item: Item, on: date) -> ItemState:
    """Ask the gate, and save the item if anything about it changed."""
    decision = may_enable(edition, item.code, on)
    enabled = isinstance(decision, Granted)
    reason = ""
    if not isinstance(decision, Granted):
        reason = decision.question if isinstance(decision, Undecided) else decision.reason
    fields: dict[str, str | bool] = {"name": item.name, "category": item.category, "enabled": enabled, "reason": reason}
    known = models.Item.objects.filter(code=item.code).first()
    if known is None:
        models.Item(edition=row, code=item.code, polarity=item.polarity.value, **fields).save()
    elif any(getattr(known, name) != value for name, value in fields.items()):
        _change(known, row, fields)
    return ItemState(item.code, enabled, reason)


def _switch_off_missing(row: models.Edition, edition: Edition) -> None:
    codes = [item.code for item in edition.items]
    for known in models.Item.objects.filter(enabled=True).exclude(code__in=codes):
        _change(known, row, {"enabled": False, "reason": f"目录版本“{edition.name}”不再收录"})


def _change(known: models.Item, row: models.Edition, fields: dict[str, str | bool]) -> None:
    known.edition = row
    for name, value in fields.items():
        setattr(known, name, value)
    known.save(update_fields=["edition", *fields])


def _end_fallen(edition: Edition, wanted: list[PermitTerms], on: date) -> int:
    """End every permit that the edition no longer carries.

    Where the basis only got an earlier end, its last day; else the day before today, for what was entered until then was in order.
    """
    carried = {(terms.basis.key, terms.item, terms.subject_kind, terms.matter) for terms in wanted}
    ended = models.PermitEnd.objects.values("permit_id")
    count = 0
    for permit in models.Permit.objects.exclude(id__in=ended).select_related("basis"):
        same = (permit.basis.key, permit.item_code, permit.subject_kind, permit.matter) in carried
        basis = next(
            (b for b in edition.bases if b.key == permit.basis.key and b.in_force.start == permit.basis.in_force_from),
            None,
        )
        if same and basis is not None and basis.rank == permit.rank:
            last = basis.in_force.end or OPEN_END
            if permit.valid_to <= last:
                continue
            end(permit.id, last, "依据终止施行")
        else:
            end(permit.id, on - timedelta(days=1), "依据、层级或信息项不再有效")
        count += 1
    return count
