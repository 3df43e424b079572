"""Whether a record may be shown, until when, and by when it must be."""

from dataclasses import dataclass, replace
from datetime import date

from xinheng.catalogue.rules.tiers import publicity_span
from xinheng.catalogue.values.decisions import Hidden, PublicSpan, Refused, Shown, TierFound, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import DeadlineRule, Override, PublicityFacts, TermRule, Withheld
from xinheng.catalogue.values.law import Certainty, Reference
from xinheng.kernel.blank import is_blank
from xinheng.kernel.calendar import Calendar, nth_working_day_after


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which showing a record is on time; `provisional` where the year's holiday notice is not out yet."""

    day: date
    provisional: bool
    working_days: int
    rule: str
    certainty: Certainty
    bases: tuple[Reference, ...]
    edition: str


def publishable(
    edition: Edition, facts: PublicityFacts, on: date, override: Override | None = None
) -> Shown | Hidden | Refused | Undecided:
    """Whether the record may be shown to everybody on the day `on`, and until when.

    First what withholds it, judged on that day; then its term, by the rules of the date of the act. The last day of the term still
    counts. A tier shown only for a reason needs `override.publish_reason`.
    Raises: CatalogueUnknown.  Source: `publicity.yaml`, `tiers.yaml`; domain digest, sections 6.3 and 8.2.
    """
    item = edition.item(facts.item)
    if (ground := withheld_by(edition, facts, on)) is not None:
        return Hidden(
            f"catalogue.withheld.{ground.key}",
            f"不予公示：{ground.name}",
            ground.certainty,
            edition.references(ground.bases, on),
            edition.hash,
        )
    if edition.open_level(item.code, facts.subject_kind) != "public":
        return Hidden("catalogue.not_public", f"“{item.name}”不属于公开信息", Certainty.SURE, (), edition.hash)
    term = edition.term_rule(facts.item, facts.act.act_date)
    if term is None:
        return Undecided("catalogue.no_term", f"“{item.name}”在 {facts.act.act_date} 没有公示期限规则", edition.hash)
    if term.until == "tier":
        return _by_tier(edition, facts, on, override)
    return _by_validity(edition, term, facts, on)


def withheld_by(edition: Edition, facts: PublicityFacts, on: date) -> Withheld | None:
    """The first ground on which the record is not shown at all, or None."""
    for ground in edition.withheld:
        if (
            ground.in_force.contains(on)
            and (not ground.flags or ground.flags & facts.flags)
            and (not ground.subject_kinds or facts.subject_kind in ground.subject_kinds)
            and (not ground.items or facts.item in ground.items)
        ):
            return ground
    return None


def publicity_due(edition: Edition, item: str, act_date: date, calendar: Calendar) -> Due | None:
    """By when a record of this item, decided on `act_date`, must be shown; None where no rule says.

    The day of the decision does not count; the deadline is the end of the n-th working day after it.
    """
    rule: DeadlineRule | None = edition.deadline_rule(item, act_date)
    if rule is None:
        return None
    deadline = nth_working_day_after(calendar, act_date, rule.working_days)
    return Due(
        deadline.day,
        deadline.provisional,
        rule.working_days,
        rule.key,
        rule.certainty,
        edition.references(rule.bases, act_date),
        edition.hash,
    )


def _by_tier(
    edition: Edition, facts: PublicityFacts, on: date, override: Override | None
) -> Shown | Hidden | Refused | Undecided:
    act = replace(facts.act, simple_procedure=True) if "simple_procedure" in facts.flags else facts.act
    span = publicity_span(edition, act, override)
    if not isinstance(span, PublicSpan):
        return span
    found = span.tier
    regime = edition.regime(act.act_date, act.channel)
    rule = regime.tier(found.tier) if regime is not None and found is not None else None
    if regime is None or found is None or rule is None:  # publicity_span has just found both
        raise AssertionError(span)
    if rule.publish == "never":
        return _hidden(edition, span, found, "never_shown", f"{regime.name}“{found.name}”：不予公示")
    if rule.publish == "on_reason" and not (override is not None and not is_blank(override.publish_reason)):
        says = f"{regime.name}“{found.name}”：原则上不予公示，认定单位未记载公示理由"
        return _hidden(edition, span, found, "shown_on_reason", says)
    if on > span.until:
        return Hidden(
            "catalogue.ended",
            f"公示期已于 {span.until} 届满",
            found.certainty,
            span.bases,
            edition.hash,
            ended=True,
            tier=found,
        )
    return Shown(span.until, span.bases, edition.hash, tier=found)


def _hidden(edition: Edition, span: PublicSpan, found: TierFound, code: str, says: str) -> Hidden:
    return Hidden(
        f"catalogue.{code}",
        says,
        found.certainty,
        span.bases,
        edition.hash,
        tier=found,
    )


def _by_validity(edition: Edition, term: TermRule, facts: PublicityFacts, on: date) -> Shown | Hidden:
    bases = edition.references(term.bases, facts.act.act_date)
    ends = [facts.valid_to] if term.until == "valid_to" and facts.valid_to is not None else []
    if term.longest is not None:
        ends.append(term.longest.after(facts.act.act_date))
    until = min(ends, default=None)
    if until is not None and on > until:
        says = "有效期" if until == facts.valid_to else "公示期"
        return Hidden("catalogue.ended", f"{says}已于 {until} 届满", term.certainty, bases, edition.hash, ended=True)
    return Shown(until, bases, edition.hash)
