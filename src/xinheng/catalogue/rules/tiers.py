"""How grave an act is, and for how long it may be shown."""

from datetime import date

from xinheng.catalogue.values.decisions import PublicSpan, Refused, TierFound, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import ActFacts, Clause, Override, Regime, TierRule
from xinheng.catalogue.values.law import Rank
from xinheng.kernel.blank import is_blank, trimmed


def tier_of(edition: Edition, facts: ActFacts, override: Override | None = None) -> TierFound | Refused | Undecided:
    """The gravest tier over the kinds of penalty, by the regime in force on the date of the act.

    Each kind falls under the first clause that fits it, else into the default tier. An authority may find another tier if it says why.
    Undecided before the first regime, and for an act that names no kind.
    Source: `tiers.yaml`; 国家发展改革委令第36号 and its forerunners.
    """
    regime = edition.regime(facts.act_date, facts.channel)
    if regime is None:
        return Undecided("catalogue.no_regime", f"{facts.act_date} 没有可适用的公示分级规则", edition.hash)
    if override is not None and override.tier:
        return _overridden(edition, regime, facts.act_date, override)
    if not facts.kinds:
        return Undecided("catalogue.no_kinds", "没有处罚种类，无法分级；请补充处罚类别", edition.hash)
    gravest: tuple[int, str, Clause | None] = (-1, "", None)
    for kind in sorted(facts.kinds):
        clause = _clause(regime, kind, facts)
        tier = clause.tier if clause else regime.default_tier
        if regime.weight(tier) > gravest[0]:
            gravest = (regime.weight(tier), tier, clause)
    _, key, clause = gravest
    return TierFound(
        regime.key,
        key,
        _tier(regime, key).name,
        clause.certainty if clause else regime.certainty,
        edition.references((clause.bases if clause else ()) + regime.bases, facts.act_date),
        edition.hash,
    )


def publicity_span(
    edition: Edition, facts: ActFacts, override: Override | None = None
) -> PublicSpan | Refused | Undecided:
    """From when to when an act of this gravity may be shown, and from when it can be repaired.

    `until` is the date of the act plus the tier's longest span (calendar months, clamped at the end of a month), or the last day a law
    or regulation set for this case. A tier that is never shown ends on the day of the act.
    """
    found = tier_of(edition, facts, override)
    if not isinstance(found, TierFound):
        return found
    regime = edition.regime(facts.act_date, facts.channel)
    if regime is None:  # tier_of has just found one
        raise AssertionError(found)
    rule = _tier(regime, found.tier)
    until, bases = rule.longest.after(facts.act_date), found.bases
    if override is not None and override.until is not None:
        special = edition.find_basis(override.until_basis, facts.act_date)
        if special is None or special.rank < Rank.REGULATION:
            return Refused(
                "catalogue.special_term",
                f"特别公示期须由法律、行政法规规定，所引依据“{override.until_basis}”不符",
                bases,
                edition.hash,
            )
        until, bases = override.until, (*edition.references((special.key,), facts.act_date), *bases)
    return PublicSpan(until, _repairable(rule, facts.act_date), found, bases, edition.hash)


def public_until(edition: Edition, facts: ActFacts, override: Override | None = None) -> date | None:
    """The last day of showing, or None where no rule says."""
    span = publicity_span(edition, facts, override)
    return span.until if isinstance(span, PublicSpan) else None


def repairable_from(edition: Edition, facts: ActFacts, override: Override | None = None) -> date | None:
    """The first day of repair, or None where it cannot be repaired or no time is set."""
    span = publicity_span(edition, facts, override)
    return span.repairable_from if isinstance(span, PublicSpan) else None


def _repairable(rule: TierRule, act_date: date) -> date | None:
    if not rule.repairable or rule.publish == "never" or rule.shortest is None:
        return None
    return rule.shortest.after(act_date)


def _clause(regime: Regime, kind: str, facts: ActFacts) -> Clause | None:
    fits = (
        clause for clause in regime.clauses if clause.fits(kind, facts.fields, simple_procedure=facts.simple_procedure)
    )
    return next(fits, None)


def _tier(regime: Regime, key: str) -> TierRule:
    rule = regime.tier(key)
    if rule is None:  # the reader resolves every tier a clause names
        raise AssertionError(f"{regime.key} has no tier {key}")
    return rule


def _overridden(edition: Edition, regime: Regime, act_date: date, override: Override) -> TierFound | Refused:
    rule = regime.tier(override.tier)
    bases = edition.references(regime.bases, act_date)
    if rule is None:
        allowed = "、".join(f"{tier.key}（{tier.name}）" for tier in regime.tiers)
        return Refused(
            "catalogue.unknown_tier",
            f"{regime.name}没有分级“{override.tier}”；可用：{allowed}",
            bases,
            edition.hash,
        )
    if is_blank(override.reason):
        return Refused("catalogue.override_reason", "认定单位另定分级须说明理由", bases, edition.hash)
    return TierFound(regime.key, rule.key, rule.name, rule.certainty, bases, edition.hash, trimmed(override.reason))
