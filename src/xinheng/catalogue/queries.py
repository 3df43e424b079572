"""Reads of the catalogue: the edition that holds, items and bases for pages, permits, the calendar. All of it is public."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from xinheng.catalogue import models
from xinheng.catalogue.readers.edition import build_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.catalogue.values.law import Rank
from xinheng.catalogue.values.views import BasisPage, EditionView, ItemView, PermitView
from xinheng.kernel.calendar import Calendar, YearPlan


def editions() -> tuple[EditionView, ...]:
    """All editions stored, the latest first.  Cost: 1 query."""
    rows = models.Edition.objects.order_by("-id").defer("content")
    return tuple(
        EditionView(row.id, row.name, row.kind, row.region, row.hash, row.in_force_from, row.loaded_at) for row in rows
    )


def current_edition(on: date) -> Edition:
    """The edition that holds on a day: the latest loaded of those whose day has come.

    Cost: 1 query; one more, and the building, the first time a process meets the edition.
    Raises: CatalogueUnknown when none is loaded.
    """
    found = models.Edition.objects.filter(in_force_from__lte=on).order_by("-id").values_list("hash", flat=True).first()
    if found is None:
        raise CatalogueUnknown("catalogue.no_edition", f"{on} 没有可用的目录版本，请先运行 xinheng init 装载目录")
    return edition_by_hash(found)


@lru_cache(maxsize=8)
def edition_by_hash(edition_hash: str) -> Edition:
    """The edition a decision names by its hash.  Cost: 1 query, then none in this process.  Raises: CatalogueUnknown."""
    row = models.Edition.objects.filter(hash=edition_hash).first()
    if row is None:
        raise CatalogueUnknown("catalogue.edition_unknown", f"没有哈希为 {edition_hash} 的目录版本")
    content = json.loads(row.content)
    if row.kind == "profile":
        return build_edition(content["national"], content["profile"])
    return build_edition(content)


def items(on: date) -> tuple[ItemView, ...]:
    """The items of the edition that holds on a day, in its order, with their bases in force that day.  Cost: 2 queries."""
    edition = current_edition(on)
    rows = {row.code: row for row in models.Item.objects.all()}
    return tuple(_item_view(edition, code, rows.get(code), on) for code in (item.code for item in edition.items))


def item(code: str, on: date) -> ItemView:
    """One item.  Cost: 2 queries.  Raises: CatalogueUnknown; the message lists the codes there are."""
    edition = current_edition(on)
    edition.item(code)
    return _item_view(edition, code, models.Item.objects.filter(code=code).first(), on)


def _item_view(edition: Edition, code: str, row: models.Item | None, on: date) -> ItemView:
    declared = edition.item(code)
    bases = (edition.find_basis(key, on) for key in declared.legal_bases)
    return ItemView(
        declared,
        row is not None and row.enabled,
        row.reason if row is not None else "尚未装载",
        tuple(basis for basis in bases if basis is not None),
    )


def basis_page(key: str, on: date) -> BasisPage:
    """One basis with all versions and what rests on it.  Cost: 1 query.  Raises: CatalogueUnknown."""
    edition = current_edition(on)
    rules = {
        f"{name}.{rule.key}": rule.bases
        for name, group in (
            ("regimes", edition.regimes),
            ("deadlines", edition.deadlines),
            ("terms", edition.terms),
            ("withheld", edition.withheld),
            ("retention", edition.retention),
            ("limits", edition.limits),
        )
        for rule in group
    }
    rules |= {f"masking.{rule.datum}": rule.bases for rule in edition.masking}
    rules |= {f"gate.{rule.matter}": rule.bases for rule in edition.gate}
    rules |= {f"categories.{category.code}": category.bases for category in edition.categories}
    rules["purposes"] = edition.purposes_bases
    if edition.repair is not None:
        rules["repair-transition"] = edition.repair.transition_bases
        for rule in edition.repair.rules:
            rules[f"repair.{rule.key}"] = (*rule.bases, *(rule.misuse.bases if rule.misuse is not None else ()))
        rules |= {f"repair-ways.{way.key}": way.bases for way in edition.repair.ways}
    return BasisPage(
        key,
        edition.versions(key),
        tuple(entry.code for entry in edition.items if key in entry.legal_bases),
        tuple(sorted(name for name, bases in rules.items() if key in bases)),
    )


def permits(item_code: str, matter: str = "record") -> tuple[PermitView, ...]:
    """All permits of an item, the strongest and earliest first, ended ones with their end.  Cost: 2 queries."""
    rows = models.Permit.objects.filter(item_code=item_code, matter=matter).select_related("basis")
    ends = dict(models.PermitEnd.objects.filter(permit__item_code=item_code).values_list("permit_id", "last_day"))
    views = (
        PermitView(
            row.id,
            row.basis.key,
            row.basis_version,
            row.item_code,
            row.authority,
            row.subject_kind,
            row.matter,
            Rank(row.rank),
            row.valid_from,
            row.valid_to,
            min(row.valid_to, ends.get(row.id, row.valid_to)),
        )
        for row in rows
    )
    return tuple(sorted(views, key=lambda view: (-view.rank, view.valid_from, view.basis_key, view.id)))


def choose_permit(among: Iterable[PermitView], subject_kind: str, authority: str, act_date: date) -> PermitView | None:
    """The strongest of some permits that carries an act of that day by that authority against that kind of subject, or None.

    Cost: none; give it `permits(item)` once for a whole batch.
    """
    for permit in among:
        if (
            permit.subject_kind == subject_kind
            and permit.authority in ("", authority)
            and permit.valid_from <= act_date <= permit.last_day
        ):
            return permit
    return None


def calendar() -> Calendar:
    """The calendar of the latest version of every year.  Cost: 1 query; two more the first time a process meets it."""
    latest: dict[int, tuple[int, str]] = {}
    rows = models.CalendarYear.objects.order_by("year", "version").values_list("year", "id", "digest")
    for year, row_id, digest in rows:
        latest[year] = (row_id, digest)
    # Kept by content, not by row id: what a rolled back transaction read must not be found under the ids that are given again.
    key = tuple(digest for _, digest in latest.values())
    found = _calendars.get(key)
    if found is None:
        if len(_calendars) >= _CALENDARS_KEPT:
            _calendars.clear()
        found = _calendars[key] = _read_calendar([row_id for row_id, _ in latest.values()])
    return found


_CALENDARS_KEPT = 8
_calendars: dict[tuple[str, ...], Calendar] = {}


def _read_calendar(year_ids: list[int]) -> Calendar:
    days: dict[int, dict[str, set[date]]] = {row_id: {"holiday": set(), "workday": set()} for row_id in year_ids}
    named = models.CalendarDay.objects.filter(calendar_year__in=year_ids)
    for row_id, day, kind in named.values_list("calendar_year_id", "day", "kind"):
        days[row_id][kind].add(day)
    return Calendar.of(
        YearPlan(
            row.year,
            "official" if row.status == "official" else "provisional",
            row.document,
            frozenset(days[row.id]["holiday"]),
            frozenset(days[row.id]["workday"]),
        )
        for row in models.CalendarYear.objects.filter(id__in=year_ids)
    )
