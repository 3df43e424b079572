"""Regimes, publicity, gate, purposes and retention from their files."""

from datetime import date
from typing import cast, get_args

from xinheng.catalogue.readers.nodes import Node, closed, invalid, read_all, top, unique
from xinheng.catalogue.readers.source import Raw
from xinheng.catalogue.values.governing import (
    FLAGS,
    MISSED,
    Clause,
    DeadlineRule,
    GateRule,
    LimitRule,
    Masking,
    Publish,
    Purpose,
    Regime,
    Retention,
    TermRule,
    TierRule,
    Until,
    Withheld,
)
from xinheng.catalogue.values.law import SUBJECT_KINDS, Certainty, Rank
from xinheng.kernel.periods import Span

_PUBLIC_MASKS = ("id_6_4", "surname", "full", "phone_3_4", "first1_last2", "never")
_CLERK_MASKS = (*_PUBLIC_MASKS, "by_purpose", "with_permission")
# Spans are compared by where they end; January has the days for it.
_ANY_DAY = date(2001, 1, 1)
_RETAINED = ("upload", "held_row", "log", "record", "person_record")


def read_regimes(raw: Raw) -> tuple[Regime, ...]:
    """The regimes; those of one channel may not overlap in time.  Raises: CatalogueInvalid."""
    with closed(top(raw, "tiers.yaml")) as node:
        regimes = read_all(node.nodes("regimes"), _regime)
    unique(regimes, lambda regime: regime.key, "tiers.yaml：regimes")
    for place, regime in enumerate(regimes):
        for other in regimes[:place]:
            if regime.channel == other.channel and regime.in_force.overlaps(other.in_force):
                raise invalid(
                    f"tiers.yaml：regimes.{regime.key}",
                    "in_force",
                    str(regime.in_force.start),
                    f"与 {other.key} 不重叠的期间",
                )
    return regimes


def _regime(node: Node) -> Regime:
    tiers = unique(read_all(node.nodes("tiers"), _tier), lambda tier: tier.key, node.where)
    keys = [tier.key for tier in tiers]
    return Regime(
        node.text("key"),
        node.text("name"),
        node.choice("channel", ("credit", "samr")),
        node.in_force(),
        node.strings("bases"),
        node.certainty(),
        node.choice("default_tier", keys),
        tiers,
        read_all(node.nodes("clauses"), lambda clause: _clause(clause, keys)),
        node.word("note"),
    )


def _tier(node: Node) -> TierRule:
    publish = cast(Publish, node.choice("publish", get_args(Publish)))
    shortest, longest = node.optional_span("min"), node.span("max")
    if shortest is not None and shortest.after(_ANY_DAY) > longest.after(_ANY_DAY):
        raise invalid(node.where, node.at("min"), str(shortest), f"不长于 max（{longest}）的期限")
    if publish != "never" and longest == Span():
        raise invalid(node.where, node.at("max"), str(longest), "大于 0 的期限，因为该级予以公示")
    return TierRule(
        node.text("key"),
        node.text("name"),
        publish,
        shortest,
        longest,
        node.truth("repairable", default=True),
        node.certainty(),
    )


def _clause(node: Node, tiers: list[str]) -> Clause:
    kinds = node.strings("kinds", absent=True)
    fields = node.strings("fields", absent=True)
    if not kinds and not fields:
        raise invalid(node.where, node.at("kinds"), None, "处罚种类或领域（fields），两者至少有其一")
    return Clause(
        node.choice("tier", tiers),
        frozenset(kinds),
        frozenset(fields),
        node.truth("simple_procedure", default=False),
        node.certainty(),
        node.strings("bases", absent=True),
        node.word("note"),
    )


def read_deadline(node: Node) -> DeadlineRule:
    """One deadline; it names items, categories or both."""
    items, categories = node.strings("items", absent=True), node.strings("categories", absent=True)
    if not items and not categories:
        raise invalid(node.where, node.at("items"), None, "信息项编码（items）或类别编码（categories），两者至少有其一")
    return DeadlineRule(
        node.text("key"),
        items,
        categories,
        node.whole("working_days", least=1),
        node.in_force(),
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
    )


def read_term(node: Node) -> TermRule:
    """Until when an item's records may be shown."""
    return TermRule(
        node.text("key"),
        node.strings("items"),
        cast(Until, node.choice("until", get_args(Until))),
        node.in_force(),
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
        node.span("longest") if node.has("longest") else None,
    )


def read_withheld(node: Node) -> Withheld:
    """One ground for not showing; at least one condition must stand there, else it would withhold everything."""
    with closed(node.node("when")) as when:
        flags = when.strings("flags", absent=True, known=FLAGS)
        subject_kinds = when.strings("subject_kinds", absent=True, known=SUBJECT_KINDS)
        items = when.strings("items", absent=True)
        if not (flags or subject_kinds or items):
            raise invalid(when.where, when.at("flags"), None, "至少一个条件（flags、subject_kinds、items）")
    return Withheld(
        node.text("key"),
        node.text("name"),
        frozenset(flags),
        frozenset(subject_kinds),
        frozenset(items),
        node.in_force(),
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
    )


def read_masking(node: Node) -> Masking:
    """What is seen of one datum; without a basis of its own it is the platform's convention."""
    clerk = node.choice("clerk", _CLERK_MASKS)
    return Masking(
        node.text("datum"),
        node.text("name"),
        node.choice("public", _PUBLIC_MASKS),
        clerk,
        node.text("permission") if clerk == "with_permission" else "",
        node.strings("bases", absent=True) or ("platform-conventions.masking",),
        node.certainty(Certainty.PROJECT),
    )


def read_purposes(raw: Raw) -> tuple[tuple[Purpose, ...], tuple[str, ...], Certainty]:
    """The purposes, the bases of the list, and how sure it is."""
    with closed(top(raw, "purposes.yaml")) as node:
        purposes = read_all(
            node.nodes("purposes"),
            lambda entry: Purpose(
                entry.text("code"),
                entry.text("name"),
                entry.truth("natural_persons", default=False),
                entry.truth("needs_reference", default=True),
                entry.truth("needs_consent", default=False),
            ),
        )
        unique(purposes, lambda purpose: purpose.code, node.where)
        return purposes, node.strings("bases"), node.certainty()


def read_retention(raw: Raw) -> tuple[Retention, ...]:
    """How long what is kept; a period below the legal minimum is refused."""
    with closed(top(raw, "retention.yaml")) as node:
        return unique(read_all(node.nodes("rules"), _retention), lambda rule: rule.key, node.where)


def _retention(node: Node) -> Retention:
    days, least = node.optional_whole("days", least=1), node.whole("at_least_days") if node.has("at_least_days") else 0
    if days is not None and days < least:
        raise invalid(node.where, node.at("days"), days, f"不少于法定的 {least} 天")
    return Retention(
        node.text("key"),
        node.text("name"),
        node.choice("kind", _RETAINED),
        days,
        least,
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
    )


def read_gate(raw: Raw) -> tuple[GateRule, ...]:
    """Which ranks carry which harmful matter."""
    with closed(top(raw, "gate.yaml")) as node:
        words = [rank.word for rank in Rank]
        rules = read_all(
            node.nodes("rules"),
            lambda entry: GateRule(
                entry.text("matter"),
                entry.text("name"),
                frozenset(Rank.of(word) for word in entry.strings("ranks", known=words)),
                entry.truth("documents", default=True),
                entry.strings("bases"),
                entry.certainty(),
            ),
        )
    return unique(rules, lambda rule: rule.matter, "gate.yaml")


def read_limits(raw: Raw) -> tuple[LimitRule, ...]:
    """How long the steps of procedures may take; rules of one key may not overlap in time.  Raises: CatalogueInvalid."""
    with closed(top(raw, "limits.yaml")) as node:
        limits = read_all(node.nodes("limits"), _limit)
    for place, rule in enumerate(limits):
        for other in limits[:place]:
            if rule.key == other.key and rule.in_force.overlaps(other.in_force):
                raise invalid(
                    f"limits.yaml：{rule.key}", "in_force", str(rule.in_force.start), "与同一时限的其他规则不重叠的期间"
                )
    return limits


def _limit(node: Node) -> LimitRule:
    working_days = node.whole("working_days", least=1) if node.has("working_days") else None
    span = node.span("span") if node.has("span") else None
    if (working_days is None) == (span is None):
        raise invalid(
            node.where, node.at("working_days"), None, "工作日数（working_days）或日历期限（span），二者取其一"
        )
    if span == Span():
        raise invalid(node.where, node.at("span"), str(span), "大于 0 的期限")
    return LimitRule(
        node.text("key"),
        node.text("name"),
        working_days,
        span,
        node.strings("missed", absent=True, known=MISSED),
        node.in_force(),
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
    )
