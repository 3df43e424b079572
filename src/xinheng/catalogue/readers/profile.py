"""A region's profile: its own facts, and what it changes in the national catalogue. It may add or narrow, never widen."""

import re
from dataclasses import dataclass, replace

from xinheng.catalogue.readers import governing, law
from xinheng.catalogue.readers.nodes import Node, closed, invalid, read_all, top, unique
from xinheng.catalogue.readers.source import Raw, region_content
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import DeadlineRule, TermRule, Withheld
from xinheng.catalogue.values.items import Item, parse_item
from xinheng.catalogue.values.law import HARM_FLOOR, Basis
from xinheng.catalogue.values.region import DutySeed, Profile, UnitSeed
from xinheng.kernel.identifiers import uscc

UNIT_KINDS = ("government", "credit_centre", "department", "court", "township", "authorised")
ARCHIVED_KINDS = ("legal_person", "individual_business", "other_organisation")
_DIVISION = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a profile does to the national catalogue."""

    region: str
    bases: tuple[Basis, ...]
    items: tuple[Item, ...]
    terms: tuple[TermRule, ...]
    deadlines: tuple[DeadlineRule, ...]
    withheld: tuple[Withheld, ...]
    disabled: tuple[str, ...]


def load_profile(region: str) -> Profile:
    """The profile of a region from this package.  Raises: RegionUnknown with the list of those present; CatalogueInvalid."""
    return read_profile(region_content(region), region)


def read_profile(raw: Raw, region: str) -> Profile:
    """A profile's own facts: names, division, units.  Raises: CatalogueInvalid."""
    with closed(top(raw, f"profiles/{region}.yaml")) as node:
        key, division = node.text("key"), node.text("division")
        if key != region:
            raise invalid(node.where, node.at("key"), key, f"与文件名相同（{region}）")
        if not _DIVISION.fullmatch(division):
            raise invalid(node.where, node.at("division"), division, "六位数字的区划代码，须加引号")
        node.raw("catalogue")
        units = _units(node)
        return Profile(
            key,
            node.text("name"),
            node.text("site_title"),
            division,
            node.truth("register_complete", default=False),
            units,
            node.word("note"),
            _registrars(node, units),
            _duties(node, tuple(unit.key for unit in units)),
            _expected(node),
        )


def _units(node: Node) -> tuple[UnitSeed, ...]:
    units = unique(read_all(node.nodes("units"), _unit), lambda unit: unit.key, node.where)
    unique(units, lambda unit: unit.code, node.where)
    earlier = [""]
    for unit in units:
        if unit.parent not in earlier:
            raise invalid(node.where, f"units.{unit.key}.parent", unit.parent, "排在前面的单位的 key，或空")
        earlier.append(unit.key)
    if sum(unit.kind == "credit_centre" for unit in units) != 1:
        raise invalid(node.where, node.at("units"), "信用中心", "恰好一个 kind 为 credit_centre 的单位")
    return units


def _registrars(node: Node, units: tuple[UnitSeed, ...]) -> tuple[str, ...]:
    """The codes of the units that keep the register, named by their keys."""
    codes = {unit.key: unit.code for unit in units}
    return tuple(codes[key] for key in node.strings("registrars", known=codes, absent=True))


def _duties(node: Node, keys: tuple[str, ...]) -> tuple[DutySeed, ...]:
    """Who owes what; absent where a region sets its duties by hand."""
    if not node.has("duties"):
        return ()

    def read(one: Node) -> DutySeed:
        return DutySeed(
            one.choice("unit", keys),
            one.strings("items"),
            one.required_day("since"),
            one.text("leader"),
            one.text("business"),
            one.text("technical"),
        )

    found = read_all(node.nodes("duties"), read)
    unique([f"{seed.unit}/{item}" for seed in found for item in seed.items], str, node.where)
    return found


def _expected(node: Node) -> dict[str, tuple[str, ...]]:
    """The items of a complete archive by kind of subject; a natural person's archive is never held against anything."""
    if not node.has("expected"):
        return {}
    with closed(node.node("expected")) as one:
        return {kind: one.strings(kind) for kind in ARCHIVED_KINDS if one.has(kind)}


def _unit(node: Node) -> UnitSeed:
    code = node.text("code")
    if not uscc.is_valid(code):
        raise invalid(node.where, node.at("code"), code, "校验位正确的统一社会信用代码")
    return UnitSeed(
        node.text("key"),
        code,
        node.text("name"),
        node.choice("kind", UNIT_KINDS),
        node.word("parent"),
        node.text("address"),
        node.text("telephone"),
    )


def read_changes(raw: Raw) -> Changes:
    """What the profile adds (`catalogue.add`: bases, items and their terms) and narrows (`catalogue.narrow`).  Raises: CatalogueInvalid."""
    region = str(raw.get("key", ""))
    with (
        closed(top({"catalogue": raw.get("catalogue")}, f"profiles/{region}.yaml")) as whole,
        closed(whole.node("catalogue")) as node,
        closed(node.node("add")) as add,
        closed(node.node("narrow")) as narrow,
    ):
        return Changes(
            region,
            law.read_bases(dict(add.opaque("bases")), f"{add.where}：{add.at('bases')}"),
            tuple(
                parse_item(entry, f"{add.where}：{add.at('items')}.{code}")
                for code, entry in add.opaque("items").items()
            ),
            read_all(add.nodes("terms"), governing.read_term),
            read_all(narrow.nodes("deadlines"), governing.read_deadline),
            read_all(narrow.nodes("withheld"), governing.read_withheld),
            narrow.strings("disable", absent=True),
        )


def apply(edition: Edition, changes: Changes, new_hash: str) -> Edition:
    """The national edition with a region's changes.

    Refused: a basis or item the nation already has; a local basis above the rank of a local regulation; a term for a national item; a
    deadline longer than the national one; an item switched off that does not exist.  Raises: CatalogueInvalid.
    """
    where = f"profiles/{changes.region}.yaml：catalogue"
    _refuse_doubles(edition, changes, where)
    for deadline in changes.deadlines:
        _refuse_longer(edition, deadline, where)
    codes = {item.code for item in (*edition.items, *changes.items)}
    for code in changes.disabled:
        if code not in codes:
            raise invalid(f"{where}.narrow", "disable", code, f"已有的信息项（one of）：{'、'.join(sorted(codes))}")
    return replace(
        edition,
        hash=new_hash,
        region=changes.region,
        bases=tuple(sorted((*edition.bases, *changes.bases), key=lambda basis: (basis.key, basis.in_force.start))),
        items=law.in_order((*edition.items, *changes.items), edition.categories),
        terms=(*edition.terms, *changes.terms),
        deadlines=(*edition.deadlines, *changes.deadlines),
        withheld=(*edition.withheld, *changes.withheld),
        disabled=frozenset(changes.disabled),
    )


def _refuse_doubles(edition: Edition, changes: Changes, where: str) -> None:
    instruments = {basis.instrument for basis in edition.bases}
    for basis in changes.bases:
        if basis.instrument in instruments:
            raise invalid(f"{where}.add", "bases", basis.instrument, "国家目录中没有的文件；地区配置不得改写国家依据")
        if basis.rank > HARM_FLOOR:
            raise invalid(
                f"{where}.add",
                f"bases.{basis.instrument}.rank",
                basis.rank.word,
                f"不高于 {HARM_FLOOR.word}（地方性法规）的层级",
            )
    known = {item.code for item in edition.items}
    ranks = {basis.key: basis.rank for basis in (*edition.bases, *changes.bases)}
    for item in changes.items:
        if item.code in known:
            raise invalid(f"{where}.add", "items", item.code, "国家目录中没有的信息项；地区配置不得改写国家信息项")
        if not any(ranks.get(key, 0) >= HARM_FLOOR for key in item.legal_bases):
            raise invalid(
                f"{where}.add", f"items.{item.code}", "依据", "至少一项地方性法规以上的依据（补充目录的要求）"
            )
    own = {item.code for item in changes.items}
    for term in changes.terms:
        if not own.issuperset(term.items):
            raise invalid(f"{where}.add", f"terms.{term.key}.items", "、".join(term.items), "本配置新增的信息项")
    for name in ("deadlines", "terms", "withheld"):
        keys = {rule.key for rule in getattr(edition, name)}
        for rule in getattr(changes, name):
            if rule.key in keys:
                raise invalid(f"{where}.narrow", name, rule.key, "国家目录中没有的 key；地区配置不得改写国家规则")


def _refuse_longer(edition: Edition, rule: DeadlineRule, where: str) -> None:
    """A local clock counts only where it is stricter: compare with every national rule it touches in time."""
    for national in edition.deadlines:
        touches = set(rule.items) & set(national.items) or set(rule.categories) & set(national.categories)
        for code in rule.items:
            touches = touches or {edition.item(code).category} & set(national.categories)
        if touches and rule.in_force.overlaps(national.in_force) and rule.working_days > national.working_days:
            raise invalid(
                f"{where}.narrow",
                f"deadlines.{rule.key}.working_days",
                rule.working_days,
                f"不大于国家规定的 {national.working_days} 个工作日",
            )
