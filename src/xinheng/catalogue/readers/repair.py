"""The rules of repair from `repair.yaml`."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from xinheng.catalogue.readers.nodes import Node, closed, invalid, read_all, top, unique
from xinheng.catalogue.readers.source import Raw
from xinheng.catalogue.values.governing import LimitRule, Regime
from xinheng.catalogue.values.law import Certainty
from xinheng.catalogue.values.repair import (
    COUNTED_FROM,
    FILING,
    Misuse,
    RemovalWay,
    RepairBook,
    RepairExtra,
    RepairRule,
    RepairStep,
    RepairWord,
)
from xinheng.kernel.periods import Period, Span

_FILE = "repair.yaml"


def read_repair(raw: Raw, regimes: Sequence[Regime], limits: Sequence[LimitRule]) -> RepairBook:
    """The rules of repair, every key in them resolved.

    Refused: a rule for no regime or for a tier that is not repaired; more materials than the rule's own greatest number; a step after
    one that does not stand before it; rules of one channel, or ways of one item, that overlap in time.  Raises: CatalogueInvalid.
    """
    with closed(top(raw, _FILE)) as node:
        with closed(node.node("transition")) as transition:
            bases, certainty = transition.strings("bases"), transition.certainty()
            transition.word("note")
        words = {
            group: read_all(node.nodes(group), lambda one: _word(one))
            for group in ("conditions", "materials", "deciders")
        }
        every = unique([word for some in words.values() for word in some], lambda word: word.key, _FILE)
        rules = read_all(node.nodes("rules"), lambda one: _rule(one, words, regimes, limits))
        ways = read_all(node.nodes("ways"), lambda one: _way(one, words))
    unique(rules, lambda rule: rule.key, f"{_FILE}：rules")
    unique(ways, lambda way: way.key, f"{_FILE}：ways")
    _refuse_overlaps(rules, ways, {regime.key: regime.channel for regime in regimes})
    return RepairBook(bases, certainty, every, rules, ways)


def _word(node: Node) -> RepairWord:
    return RepairWord(
        node.text("key"), node.text("name"), node.certainty(Certainty.SURE), node.truth("fetched", default=False)
    )


def _keys(words: Iterable[RepairWord]) -> list[str]:
    return [word.key for word in words]


def _rule(
    node: Node, words: dict[str, tuple[RepairWord, ...]], regimes: Sequence[Regime], limits: Sequence[LimitRule]
) -> RepairRule:
    key = node.choice("key", [regime.key for regime in regimes])
    regime = next(each for each in regimes if each.key == key)
    conditions = node.strings("conditions", known=_keys(words["conditions"]))
    materials = node.strings("materials", known=_keys(words["materials"]))
    most = node.optional_whole("most_materials", least=1)
    extras = unique(
        read_all(node.nodes("extras"), lambda one: _extra(one, words, regime)), lambda extra: extra.tier, node.where
    )
    for some in (materials, *((*materials, *extra.materials) for extra in extras)):
        if most is not None and len(some) > most:
            raise invalid(node.where, node.at("materials"), "、".join(some), f"不多于 {most} 项（most_materials）")
    held = node.in_force()
    return RepairRule(
        key,
        held,
        node.choice("counted_from", COUNTED_FROM),
        node.choice("decider", _keys(words["deciders"])),
        node.text("apply_at"),
        conditions,
        materials,
        most,
        extras,
        _steps(node, limits, held),
        _misuse(node) if node.has("misuse") else None,
        node.word("after_end"),
        node.strings("authorities", absent=True),
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
    )


def _extra(node: Node, words: dict[str, tuple[RepairWord, ...]], regime: Regime) -> RepairExtra:
    repaired = [tier.key for tier in regime.tiers if tier.repairable and tier.publish != "never"]
    return RepairExtra(
        node.choice("tier", repaired),
        node.strings("conditions", known=_keys(words["conditions"]), absent=True),
        node.strings("materials", known=_keys(words["materials"]), absent=True),
        node.certainty(),
    )


def _steps(node: Node, limits: Sequence[LimitRule], held: Period) -> tuple[RepairStep, ...]:
    """The steps in order; each runs after the application or after a step that stands before it, and has a limit on every day."""
    known, before, steps = sorted({limit.key for limit in limits}), [FILING], []
    for one in node.nodes("steps"):
        with closed(one):
            within = one.choice("within", before[1:]) if one.has("within") else ""
            step = RepairStep(one.choice("limit", known), one.choice("after", before), within)
            missing = _uncovered(held, [limit.in_force for limit in limits if limit.key == step.limit])
            if missing is not None:
                raise one.wrong("limit", f"在 {missing} 也有规定的办理时限（limits.yaml）")
        before.append(step.limit)
        steps.append(step)
    return unique(steps, lambda step: step.limit, node.where)


def _uncovered(held: Period, periods: Sequence[Period]) -> date | None:
    """The first day of a period on which none of some others holds, or None."""
    day = held.start
    while held.contains(day):
        found = next((period for period in periods if period.contains(day)), None)
        if found is None:
            return day
        if found.end is None:
            return None
        day = found.end + timedelta(days=1)
    return None


def _misuse(node: Node) -> Misuse:
    with closed(node.node("misuse")) as one:
        shown = one.span("shown")
        if shown == Span():
            raise one.wrong("shown", "大于 0 的期限")
        return Misuse(shown, one.certainty(), one.strings("bases"))


def _way(node: Node, words: dict[str, tuple[RepairWord, ...]]) -> RemovalWay:
    return RemovalWay(
        node.text("key"),
        node.text("name"),
        node.strings("items"),
        node.in_force(),
        node.optional_span("min"),
        node.choice("decider", _keys(words["deciders"])),
        node.text("apply_at"),
        node.strings("conditions", known=_keys(words["conditions"])),
        node.strings("bases"),
        node.certainty(),
        node.word("note"),
    )


def _refuse_overlaps(rules: Sequence[RepairRule], ways: Sequence[RemovalWay], channels: dict[str, str]) -> None:
    """Of two rules of one channel, and of two ways of one item, only one may hold on a day."""
    for place, rule in enumerate(rules):
        for other in rules[:place]:
            if channels[rule.key] == channels[other.key] and rule.in_force.overlaps(other.in_force):
                raise invalid(
                    f"{_FILE}：rules.{rule.key}", "in_force", str(rule.in_force.start), f"与 {other.key} 不重叠的期间"
                )
    for place, way in enumerate(ways):
        for earlier in ways[:place]:
            if set(way.items) & set(earlier.items) and way.in_force.overlaps(earlier.in_force):
                raise invalid(
                    f"{_FILE}：ways.{way.key}", "in_force", str(way.in_force.start), f"与 {earlier.key} 不重叠的期间"
                )
