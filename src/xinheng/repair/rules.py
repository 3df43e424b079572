"""How a record stands to repair: under which regime, until when, from which day, with what, by whom, and why. Pure.

Source: domain digest, sections 6.1 to 6.5; `repair.yaml`, `tiers.yaml`, `limits.yaml`.
"""

from dataclasses import dataclass, replace
from datetime import date

from xinheng.catalogue.values.decisions import Hidden, PublicSpan, Refused, Shown, TierFound, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import Regime, TierRule
from xinheng.catalogue.values.items import Polarity
from xinheng.catalogue.values.law import Certainty, Reference
from xinheng.catalogue.values.repair import FILING, RemovalWay, RepairBook, RepairRule
from xinheng.kernel.calendar import Calendar, Deadline, nth_working_day_after
from xinheng.kernel.periods import Span
from xinheng.repair.values import Clock, Judged, Otherwise, Reason, RepairFacts, RepairOutcome, Standing, Value


def standing(facts: RepairFacts, judged: Judged, *, on: date, edition: Edition, calendar: Calendar) -> Standing:
    """How the record stands to repair on the day `on`, with every step that led there.

    Tier, earliest day and end follow from the day of the act, what is asked for from the day of the application: `on`, or the first day on
    which one can apply, if that is later. Of several kinds of penalty the gravest counts, which is the one shown longest.
    Raises: CatalogueUnknown for an item the edition does not know.
    """
    base = Standing(RepairOutcome.UNDECIDED, "", edition.hash, ())
    if edition.item(facts.judged.item).polarity is not Polarity.HARM:
        return _so(base, RepairOutcome.NOT_NEEDED, "repair.not_harmful")
    if facts.mark:
        return _so(base, RepairOutcome.NOT_NEEDED, f"repair.{facts.mark}")
    book, span = edition.repair, judged.span
    if book is None:
        return _so(base, RepairOutcome.UNDECIDED, "repair.no_rules")
    way = book.way(facts.judged.item, facts.judged.act.act_date)
    if way is not None:
        return _removed(base, facts, judged, way, edition)
    if isinstance(span, PublicSpan) and span.tier is not None:
        return _by_tier(_Case(facts, judged, span, span.tier, on, edition, calendar, book))
    unclear = span if isinstance(span, Refused | Undecided) else judged.shown
    if isinstance(unclear, Refused | Undecided):
        return _so(base, RepairOutcome.UNDECIDED, unclear.code, Certainty.PROJECT, question=_said(unclear))
    return _not_shown(base, judged) or _so(base, RepairOutcome.UNDECIDED, "repair.no_way")


def other_channel(facts: RepairFacts, *, on: date, edition: Edition) -> RepairFacts | None:
    """The facts as the publicity system of market regulation has them, where the authority is one whose decisions stand there too."""
    act = facts.judged.act
    rule = edition.repair_rule(on, "samr") if act.channel != "samr" else None
    if rule is None or facts.mark or not any(part in facts.authority for part in rule.authorities):
        return None
    return replace(facts, judged=replace(facts.judged, act=replace(act, channel="samr")), override=None)


@dataclass(frozen=True)
class _Case:
    """One act with a tier, and the rules it is asked of."""

    facts: RepairFacts
    judged: Judged
    span: PublicSpan
    found: TierFound
    on: date
    edition: Edition
    calendar: Calendar
    book: RepairBook

    @property
    def regime(self) -> Regime:
        """The regime of the day of the act; the tier was found in it."""
        return next(regime for regime in self.edition.regimes if regime.key == self.found.regime)

    @property
    def tier(self) -> TierRule:
        """The tier found."""
        return next(tier for tier in self.regime.tiers if tier.key == self.found.tier)


def _by_tier(case: _Case) -> Standing:
    tier, regime, until = case.tier, case.regime, case.span.until
    act_date = case.facts.judged.act.act_date
    base = Standing(
        RepairOutcome.UNDECIDED, "", case.edition.hash, _to_the_tier(case), regime=regime.key, tier=tier.key, ends=until
    )
    settled = _not_shown(base, case.judged)
    if settled is not None:
        return settled
    end = "repair.end" if until == tier.longest.after(act_date) else "repair.special_end"
    base = _with(base, _reason(end, tier.certainty, case.span.bases, longest=tier.longest, day=until))
    if not tier.repairable:
        return _so(base, RepairOutcome.NEVER, "repair.excluded", tier.certainty, case.found.bases, tier=tier.name)
    if tier.shortest is None:
        return _so(base, RepairOutcome.UNDECIDED, "repair.regime_silent", regime.certainty, regime=regime.name)
    first = tier.shortest.after(act_date)
    if first > until:
        return _so(base, RepairOutcome.NEVER, "repair.ends_before", tier.certainty, day=until)
    return _from_first(case, replace(base, first=first), first)


def _from_first(case: _Case, base: Standing, first: date) -> Standing:
    """What is asked for from the first day on, by the rules of the day of the application."""
    tier, filing = case.tier, max(case.on, first)
    rule = case.edition.repair_rule(filing, case.facts.judged.act.channel)
    if rule is None:
        return _so(base, RepairOutcome.UNDECIDED, "repair.no_procedure", Certainty.PROJECT, day=filing)
    base = replace(base, procedure=rule.key)
    recorded = case.facts.false_material_on
    if rule.misuse is not None and recorded is not None and recorded <= case.on:
        misuse = rule.misuse
        bases = case.edition.references(misuse.bases, case.on)
        said: dict[str, Value] = {"recorded": recorded, "shown": misuse.shown, "day": misuse.shown.after(recorded)}
        return _so(replace(base, first=None), RepairOutcome.NEVER, "repair.misused", misuse.certainty, bases, **said)
    code = "repair.at_once" if tier.shortest == Span() else "repair.shortest"
    why = _reason(
        code, tier.certainty, case.span.bases, shortest=tier.shortest or Span(), day=first, counted=_counted(case)
    )
    conditions, materials = rule.asked(tier.key if rule.key == base.regime else "")
    base = replace(
        _with(base, why, *_procedure(case, rule, filing)),
        filing=filing,
        conditions=tuple(map(case.book.word, conditions)),
        materials=tuple(map(case.book.word, materials)),
        decider=case.book.word(rule.decider).name,
        apply_at=rule.apply_at,
        clocks=_clocks(case, rule, filing),
        otherwise=_otherwise(case),
    )
    if case.on < first:
        return _so(base, RepairOutcome.WAITING, "repair.waiting", tier.certainty, day=first)
    return _so(base, RepairOutcome.OPEN, "repair.open", tier.certainty, day=base.ends or first)


def _counted(case: _Case) -> str:
    """From which day the regime counts, as its rule of repair says."""
    return next((rule.counted_from for rule in case.book.rules if rule.key == case.regime.key), "decision")


def _to_the_tier(case: _Case) -> tuple[Reason, ...]:
    """Why this regime and this tier."""
    act, regime, found = case.facts.judged.act, case.regime, case.found
    named = case.edition.references(regime.bases, act.act_date)
    reasons = [
        _reason("repair.regime", regime.certainty, named, day=act.act_date, regime=regime.name),
        _reason("repair.tier", found.certainty, found.bases, tier=found.name),
    ]
    if found.overridden:
        reasons.append(_reason("repair.overridden", Certainty.SURE, found.bases, reason=found.overridden))
    elif len(act.kinds) > 1:
        kinds = tuple(sorted(act.kinds))
        reasons.append(_reason("repair.longest", Certainty.LIKELY, found.bases, kinds=kinds, tier=found.name))
    return tuple(reasons)


def _not_shown(base: Standing, judged: Judged) -> Standing | None:
    """What is not shown needs no repair; None while it is shown. The catalogue's question where it cannot say."""
    shown = judged.shown
    if isinstance(shown, Shown):
        return None
    if isinstance(shown, Refused | Undecided):
        return _so(base, RepairOutcome.UNDECIDED, shown.code, Certainty.PROJECT, question=_said(shown))
    code, values = _why_not_shown(judged, shown, base.ends)
    return _so(base, RepairOutcome.NOT_NEEDED, code, shown.certainty, shown.bases, **values)


def _why_not_shown(judged: Judged, shown: Hidden, ends: date | None) -> tuple[str, dict[str, Value]]:
    if judged.ground is not None:
        return "repair.withheld", {"ground": judged.ground.name}
    if shown.ended:
        return ("repair.over", {}) if ends is None else ("repair.ended", {"day": ends})
    codes = {"catalogue.never_shown": "repair.never_shown", "catalogue.shown_on_reason": "repair.minor"}
    return codes.get(shown.code, "repair.not_public"), {}


def _removed(base: Standing, facts: RepairFacts, judged: Judged, way: RemovalWay, edition: Edition) -> Standing:
    """What is taken off by whoever put it on."""
    settled, act_date = _not_shown(base, judged), facts.judged.act.act_date
    if settled is not None or edition.repair is None:
        return settled or base
    base = replace(
        base,
        ends=judged.shown.until if isinstance(judged.shown, Shown) else None,
        first=way.shortest.after(act_date) if way.shortest is not None else None,
        conditions=tuple(map(edition.repair.word, way.conditions)),
        decider=edition.repair.word(way.decider).name,
        apply_at=way.apply_at,
        procedure=way.key,
    )
    bases = edition.references(way.bases, act_date)
    said: dict[str, Value] = {"way": way.name, "apply_at": way.apply_at}
    return _so(base, RepairOutcome.ELSEWHERE, "repair.elsewhere", way.certainty, bases, **said)


def _procedure(case: _Case, rule: RepairRule, filing: date) -> tuple[Reason, ...]:
    """Which rules the application follows, and what follows from false material."""
    name = next(regime.name for regime in case.edition.regimes if regime.key == rule.key)
    bases = case.edition.references(rule.bases, filing)
    reasons = [_reason("repair.procedure", rule.certainty, bases, day=filing, regime=name)]
    if rule.key != case.regime.key:
        over = case.edition.references(case.book.transition_bases, filing)
        reasons.append(_reason("repair.transition", case.book.transition_certainty, over))
    if rule.most_materials is not None:
        reasons.append(_reason("repair.at_most", rule.certainty, bases, count=rule.most_materials))
    if rule.misuse is not None:
        held = case.edition.references(rule.misuse.bases, filing)
        reasons.append(_reason("repair.misuse", rule.misuse.certainty, held, shown=rule.misuse.shown))
    if rule.after_end:
        reasons.append(_reason("repair.after_end", rule.certainty, bases, said=rule.after_end))
    return tuple(reasons)


def _clocks(case: _Case, rule: RepairRule, filing: date) -> tuple[Clock, ...]:
    """The latest day of every step for who applies on `filing`; a step that runs after another begins on its latest day."""
    ends: dict[str, Deadline] = {FILING: Deadline(filing, False)}
    names, clocks = {FILING: ""}, []
    for step in rule.steps:
        limit, since = case.edition.limit(step.limit, filing), ends[step.after]
        if limit.working_days is not None:
            counted = nth_working_day_after(case.calendar, since.day, limit.working_days)
            end = Deadline(counted.day, counted.provisional or since.provisional)
        else:
            end = Deadline((limit.span or Span()).after(since.day), since.provisional)
        if step.within and ends[step.within].day < end.day:
            end = ends[step.within]
        ends[step.limit], names[step.limit] = end, limit.name
        bases = case.edition.references(limit.bases, filing)
        clocks.append(
            Clock(
                step.limit, limit.name, names[step.after], limit.words, end.day, end.provisional, limit.certainty, bases
            )
        )
    return tuple(clocks)


def _otherwise(case: _Case) -> tuple[Otherwise, ...]:
    """What would hold in fields with rules of their own, where nobody said to which field the act belongs."""
    return tuple(
        Otherwise(fields, span.tier.name, span.repairable_from, span.until)
        for fields, span in case.judged.stricter
        if span.tier is not None and span.tier.tier != case.found.tier
    )


def _said(found: Refused | Undecided) -> str:
    return found.question if isinstance(found, Undecided) else found.reason


def _reason(
    code: str, certainty: Certainty = Certainty.SURE, bases: tuple[Reference, ...] = (), **values: Value
) -> Reason:
    return Reason(code, tuple(values.items()), certainty, bases)


def _with(base: Standing, *reasons: Reason) -> Standing:
    return replace(base, reasons=(*base.reasons, *reasons))


def _so(
    base: Standing,
    outcome: RepairOutcome,
    code: str,
    certainty: Certainty = Certainty.SURE,
    bases: tuple[Reference, ...] = (),
    **values: Value,
) -> Standing:
    """The answer, with its own reason as the last."""
    return replace(_with(base, _reason(code, certainty, bases, **values)), outcome=outcome, code=code)
