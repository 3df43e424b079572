"""An edition from raw content: every file read, every reference resolved."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from xinheng.catalogue.readers import governing, law
from xinheng.catalogue.readers.nodes import Node, closed, invalid, read_all, top, unique
from xinheng.catalogue.readers.profile import Changes, apply, read_changes
from xinheng.catalogue.readers.repair import read_repair
from xinheng.catalogue.readers.source import Raw, content_hash, national_content, region_content
from xinheng.catalogue.values.edition import OPEN_LEVELS, Edition
from xinheng.catalogue.values.items import Item, Polarity, parse_code_lists, parse_item, sheet_of
from xinheng.kernel.periods import Period


@lru_cache(maxsize=8)
def package_edition(region: str = "") -> Edition:
    """The edition of this package, for a region or bare.  Cost: some 40 small files, once a process.

    Raises: CatalogueInvalid, RegionUnknown.
    """
    return build_edition(national_content(), region_content(region) if region else None)


def build_edition(content: Raw, profile: Raw | None = None) -> Edition:
    """The edition of a national content and a region's profile, both as `readers.source` reads them.

    Raises: CatalogueInvalid naming file, key, value and what is allowed; also for a profile that widens instead of narrowing.
    """
    bare = _national(content)
    check_references(bare)
    if profile is None:
        return bare
    changes: Changes = read_changes(profile)
    changed = apply(bare, changes, edition_hash({"national": content, "profile": profile}))
    check_references(changed)
    return changed


def edition_hash(content: Any) -> str:
    """What is stamped on decisions: the hash of the national content, or of `{"national": …, "profile": …}`."""
    return content_hash(content)


def _national(content: Raw) -> Edition:
    purposes, purposes_bases, _ = governing.read_purposes(content["purposes"])
    with closed(top(content["publicity"], "publicity.yaml")) as publicity:
        deadlines = read_all(publicity.nodes("deadlines"), governing.read_deadline)
        terms = read_all(publicity.nodes("terms"), governing.read_term)
        withheld = read_all(publicity.nodes("withheld"), governing.read_withheld)
        masking = read_all(publicity.nodes("masking"), governing.read_masking)
    unique([*(d.key for d in deadlines), *(t.key for t in terms), *(w.key for w in withheld)], str, "publicity.yaml")
    unique(masking, lambda rule: rule.datum, "publicity.yaml：masking")
    categories = unique(law.read_categories(content["categories"]), lambda category: category.code, "categories.yaml")
    regimes = governing.read_regimes(content["tiers"])
    # Editions loaded before there were procedures name no limits, and those before repair was data no rules of repair.
    limits = governing.read_limits(content["limits"]) if "limits" in content else ()
    repair = read_repair(content["repair"], regimes, limits) if "repair" in content else None
    with closed(top(content["edition"], "edition.yaml")) as node:
        return Edition(
            name=node.text("name"),
            hash=edition_hash(content),
            region="",
            in_force_from=node.required_day("in_force_from"),
            source=node.text("source"),
            certainty=node.certainty(),
            note=node.word("note"),
            bases=law.read_bases(content["bases"]),
            categories=categories,
            code_lists=parse_code_lists(content["code_lists"], "code_lists.yaml"),
            items=law.in_order(read_items(content["items"], "items"), categories),
            regimes=regimes,
            deadlines=deadlines,
            terms=terms,
            withheld=withheld,
            masking=masking,
            purposes=purposes,
            purposes_bases=purposes_bases,
            retention=governing.read_retention(content["retention"]),
            gate=governing.read_gate(content["gate"]),
            limits=limits,
            repair=repair,
        )


def read_items(raw: Raw, folder: str) -> tuple[Item, ...]:
    """Every item file; the code of each is its file's name."""
    items = []
    for stem, entry in raw.items():
        where = f"{folder}/{stem}.yaml"
        item = parse_item(entry, where)
        if item.code != stem:
            raise invalid(where, "code", item.code, f"与文件名相同（{stem}）")
        items.append(item)
    return tuple(items)


def check_references(edition: Edition) -> None:
    """Refuse a reference to a basis, item, category or code list that is not there, and a rule none of whose bases overlaps it."""
    bases = {basis.key for basis in edition.bases}
    for where, keys in _basis_references(edition):
        _known(where, "bases", keys, bases)
    for where, keys, period in _dated_references(edition):
        _known(where, "bases", keys, bases)
        versions = [basis for key in keys for basis in edition.versions(key)]
        if not any(basis.in_force.overlaps(period) for basis in versions):
            raise invalid(where, "bases", "、".join(keys), f"至少一项在 {period.start} 之后施行过的依据")
    items = {item.code for item in edition.items}
    categories = {category.code for category in edition.categories}
    for rule in edition.deadlines:
        _known(f"deadlines.{rule.key}", "items", rule.items, items)
        _known(f"deadlines.{rule.key}", "categories", rule.categories, categories)
    for term in edition.terms:
        _known(f"terms.{term.key}", "items", term.items, items)
        harmful = [code for code in term.items if edition.item(code).polarity is Polarity.HARM]
        if term.until == "open" and term.longest is None and harmful:
            raise invalid(
                f"terms.{term.key}", "until", "open", f"tier 或 valid_to，因为 {harmful[0]} 是失信信息，公示须有期限"
            )
    for ground in edition.withheld:
        _known(f"withheld.{ground.key}", "items", ground.items, items)
    for item in edition.items:
        _check_sections(edition, item)
        sheet_of(item, edition.code_lists)
    kinds = {choice.value for choice in edition.code_list("penalty_kind").choices}
    for regime in edition.regimes:
        for clause in regime.clauses:
            _known(f"tiers.yaml：{regime.key}.clauses", "kinds", sorted(clause.kinds), kinds)
    for item in edition.items:
        _known(f"items/{item.code}.yaml", "category", (item.category,), categories)
    for way in edition.repair.ways if edition.repair is not None else ():
        _known(f"repair.yaml：ways.{way.key}", "items", way.items, items)


def _check_sections(edition: Edition, item: Item) -> None:
    """The sections of an item that refer to other files: open level, cycle, retention, publicity."""
    where = f"items/{item.code}.yaml"
    with closed(Node(item.open_level, where, "open_level")) as node:
        level = node.choice("level", OPEN_LEVELS)
        of_people = node.choice("natural_person", OPEN_LEVELS, level)
    with closed(Node(item.cycle, where, "cycle")) as node:
        node.whole("working_days", least=1)
        node.choice("from", ("act_date",))
    retained = [rule.key for rule in edition.retention]
    with closed(Node(item.retention, where, "retention")) as node:
        node.choice("natural_person", retained, node.choice("rule", retained))
    with closed(Node(item.publicity, where, "publicity")) as node:
        terms = [term.key for term in edition.terms if item.code in term.items]
        if "public" in (level, of_people):
            node.choice("term", terms)
        elif terms or node.has("term"):
            raise node.wrong("term", "不写，因为这一信息项不公开")
        people = node.truth("natural_person", default=False)
        if people != (of_people == "public" and "natural_person" in item.subject_kinds):
            raise node.wrong("natural_person", "与 open_level 一致：自然人的信息公开时为 true，否则为 false")


def _basis_references(edition: Edition) -> Iterable[tuple[str, tuple[str, ...]]]:
    for category in edition.categories:
        yield f"categories.yaml：{category.code}", category.bases
    for item in edition.items:
        yield f"items/{item.code}.yaml", item.legal_bases
    for regime in edition.regimes:
        for clause in regime.clauses:
            yield f"tiers.yaml：{regime.key}", clause.bases
    for datum in edition.masking:
        yield f"publicity.yaml：masking.{datum.datum}", datum.bases
    for rule in edition.retention:
        yield f"retention.yaml：{rule.key}", rule.bases
    for gate in edition.gate:
        yield f"gate.yaml：{gate.matter}", gate.bases
    yield "purposes.yaml", edition.purposes_bases
    if edition.repair is not None:
        yield "repair.yaml：transition", edition.repair.transition_bases


def _dated_references(edition: Edition) -> Iterable[tuple[str, tuple[str, ...], Period]]:
    for regime in edition.regimes:
        yield f"tiers.yaml：{regime.key}", regime.bases, regime.in_force
    for name in ("deadlines", "terms", "withheld"):
        for rule in getattr(edition, name):
            yield f"publicity.yaml：{name}.{rule.key}", rule.bases, rule.in_force
    for limit in edition.limits:
        yield f"limits.yaml：{limit.key}", limit.bases, limit.in_force
    if edition.repair is not None:
        for repair in edition.repair.rules:
            yield f"repair.yaml：rules.{repair.key}", repair.bases, repair.in_force
            if repair.misuse is not None:
                yield f"repair.yaml：rules.{repair.key}.misuse", repair.misuse.bases, repair.in_force
        for way in edition.repair.ways:
            yield f"repair.yaml：ways.{way.key}", way.bases, way.in_force


def _known(where: str, key: str, used: Iterable[str], known: set[str]) -> None:
    for name in used:
        if name not in known:
            raise invalid(where, key, name, f"已有的编码（one of）：{'、'.join(sorted(known))}")
