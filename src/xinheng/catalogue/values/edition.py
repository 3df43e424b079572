"""One edition of the catalogue as a whole: everything a rule asks, found by key and date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.catalogue.values.governing import (
    DeadlineRule,
    GateRule,
    LimitRule,
    Masking,
    Purpose,
    Regime,
    Retention,
    TermRule,
    Withheld,
)
from xinheng.catalogue.values.items import Item
from xinheng.catalogue.values.law import Basis, Category, Certainty, Reference
from xinheng.catalogue.values.repair import RepairBook, RepairRule
from xinheng.engine.declare import ChoiceList

OPEN_LEVELS = ("public", "shared", "internal")
"""To whom an item is open, from everybody to the government alone."""


@dataclass(frozen=True, eq=False)
class Edition:
    """The catalogue of one region at one time: national content and what the region's profile adds or narrows.

    `hash` covers all of it and is stamped on every decision; two editions with one hash say the same. `region` is empty for the bare
    national catalogue. Values are immutable; the look-up tables are made once.
    """

    name: str
    hash: str
    region: str
    in_force_from: date
    source: str
    certainty: Certainty
    note: str
    bases: tuple[Basis, ...]
    categories: tuple[Category, ...]
    code_lists: Mapping[str, ChoiceList]
    items: tuple[Item, ...]
    regimes: tuple[Regime, ...]
    deadlines: tuple[DeadlineRule, ...]
    terms: tuple[TermRule, ...]
    withheld: tuple[Withheld, ...]
    masking: tuple[Masking, ...]
    purposes: tuple[Purpose, ...]
    purposes_bases: tuple[str, ...]
    retention: tuple[Retention, ...]
    gate: tuple[GateRule, ...]
    limits: tuple[LimitRule, ...]
    disabled: frozenset[str] = field(default_factory=frozenset)
    repair: RepairBook | None = None

    @cached_property
    def _by_key(self) -> dict[str, tuple[Basis, ...]]:
        grouped: dict[str, list[Basis]] = {}
        for basis in self.bases:
            grouped.setdefault(basis.key, []).append(basis)
        return {key: tuple(versions) for key, versions in grouped.items()}

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def in_force(self, on: date) -> tuple[Basis, ...]:
        """The bases in force on a day, sorted by key."""
        return tuple(basis for basis in self.bases if basis.in_force.contains(on))

    def versions(self, key: str) -> tuple[Basis, ...]:
        """All versions of a basis, oldest first.  Raises: CatalogueUnknown."""
        if key not in self._by_key:
            raise CatalogueUnknown("catalogue.basis_unknown", f"目录中没有法律依据“{key}”")
        return self._by_key[key]

    def basis(self, key: str, on: date) -> Basis:
        """The version of a basis in force on a day.  Raises: CatalogueUnknown."""
        found = self.find_basis(key, on)
        if found is None:
            spans = "；".join(f"{basis.in_force.start} 至 {basis.in_force.end or '今'}" for basis in self.versions(key))
            raise CatalogueUnknown("catalogue.basis_not_in_force", f"法律依据“{key}”在 {on} 不在施行期间（{spans}）")
        return found

    def find_basis(self, key: str, on: date) -> Basis | None:
        """The version of a basis in force on a day, or None."""
        return next((basis for basis in self._by_key.get(key, ()) if basis.in_force.contains(on)), None)

    def references(self, keys: Iterable[str], on: date) -> tuple[Reference, ...]:
        """References to those of the bases that are in force on a day, in the order given, each once."""
        found = (self.find_basis(key, on) for key in dict.fromkeys(keys))
        return tuple(Reference.to(basis) for basis in found if basis is not None)

    def item(self, code: str) -> Item:
        """The item of that code.  Raises: CatalogueUnknown; the message lists the codes there are."""
        if code not in self._items:
            raise CatalogueUnknown(
                "catalogue.item_unknown", f"目录中没有信息项“{code}”；现有：{'、'.join(self._items)}"
            )
        return self._items[code]

    def open_level(self, item: str, subject_kind: str) -> str:
        """To whom an item is open for a kind of subject; natural persons may have a narrower level of their own."""
        levels = self.item(item).open_level
        own = levels.get("natural_person") if subject_kind == "natural_person" else None
        return str(own or levels["level"])

    def code_list(self, key: str) -> ChoiceList:
        """The code list of that key.  Raises: CatalogueUnknown."""
        if key not in self.code_lists:
            raise CatalogueUnknown(
                "catalogue.code_list_unknown", f"目录中没有代码表“{key}”；现有：{'、'.join(self.code_lists)}"
            )
        return self.code_lists[key]

    def category(self, code: str) -> Category:
        """The category of that code.  Raises: CatalogueUnknown."""
        for entry in self.categories:
            if entry.code == code:
                return entry
        raise CatalogueUnknown("catalogue.category_unknown", f"目录中没有类别“{code}”")

    def regime(self, on: date, channel: str = "credit") -> Regime | None:
        """The regime in force on a day in a channel, or None."""
        return next((r for r in self.regimes if r.channel == channel and r.in_force.contains(on)), None)

    def deadline_rule(self, item: str, on: date) -> DeadlineRule | None:
        """The deadline for an item's records decided on a day: the strictest of those for it and its category."""
        category = self.item(item).category
        rules = (
            rule
            for rule in self.deadlines
            if rule.in_force.contains(on) and (item in rule.items or category in rule.categories)
        )
        return min(rules, key=lambda rule: (rule.working_days, rule.key), default=None)

    def term_rule(self, item: str, on: date) -> TermRule | None:
        """Until when an item's records decided on a day may be shown, or None."""
        return next((rule for rule in self.terms if item in rule.items and rule.in_force.contains(on)), None)

    def limit(self, key: str, on: date) -> LimitRule:
        """How long a step of a procedure that begins on a day may take.  Raises: CatalogueUnknown."""
        for rule in self.limits:
            if rule.key == key and rule.in_force.contains(on):
                return rule
        raise CatalogueUnknown("catalogue.limit_unknown", f"目录在 {on} 没有办理时限“{key}”，请先装载新版目录")

    def repair_rule(self, on: date, channel: str = "credit") -> RepairRule | None:
        """What is asked of who applies for repair on a day in a channel, or None."""
        keys = {regime.key for regime in self.regimes if regime.channel == channel}
        rules = self.repair.rules if self.repair is not None else ()
        return next((rule for rule in rules if rule.key in keys and rule.in_force.contains(on)), None)

    def gate_rule(self, matter: str) -> GateRule:
        """Which ranks carry a matter.  Raises: CatalogueUnknown."""
        for rule in self.gate:
            if rule.matter == matter:
                return rule
        raise CatalogueUnknown("catalogue.matter_unknown", f"没有事项“{matter}”的准入规则")

    def mask(self, datum: str) -> Masking:
        """What is seen of a personal datum.  Raises: CatalogueUnknown."""
        for rule in self.masking:
            if rule.datum == datum:
                return rule
        raise CatalogueUnknown("catalogue.datum_unknown", f"没有“{datum}”的脱敏规则")

    def purpose(self, code: str) -> Purpose:
        """A purpose of queries.  Raises: CatalogueUnknown; the message lists those there are."""
        for entry in self.purposes:
            if entry.code == code:
                return entry
        allowed = "、".join(f"{entry.code}（{entry.name}）" for entry in self.purposes)
        raise CatalogueUnknown("catalogue.purpose_unknown", f"没有查询目的“{code}”；可用：{allowed}")

    def purposes_for(self, *, personal: bool) -> dict[str, bool]:
        """The purposes a look may be registered with (`personal`: at a natural person), each with whether it asks for a case number."""
        return {entry.code: entry.needs_reference for entry in self.purposes if entry.natural_persons or not personal}

    def retained(self, kind: str) -> Retention | None:
        """How long a kind of thing is kept, or None."""
        return next((rule for rule in self.retention if rule.kind == kind), None)
