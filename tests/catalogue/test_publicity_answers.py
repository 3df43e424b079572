"""Whole answers about showing and grading, word for word, and the days on which they change."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from xinheng.catalogue.rules.publicity import Due, publicity_due, publishable, withheld_by
from xinheng.catalogue.rules.tiers import public_until, publicity_span, repairable_from, tier_of
from xinheng.catalogue.values.decisions import Hidden, PublicSpan, Refused, Shown, TierFound, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import ActFacts, Override, PublicityFacts, Withheld
from xinheng.catalogue.values.law import Certainty, Reference
from xinheng.kernel.calendar_data import national_calendar
from xinheng.kernel.periods import Period, Span

ACT, TODAY = date(2026, 5, 31), date(2026, 8, 1)
PENALTY, LICENCE, LEVY = "administrative-penalty", "administrative-licence", "administrative-levy"
TIERS = ("repair-order-36.tiers", "repair-order-36.term", "repair-plan-2025.minor")
FINE = "platform-conventions.fines"
LAW, NOTICE = "administrative-penalty-law.publicity", "dual-publicity-standard"


def act(*kinds: str, on: date = ACT, **changes: Any) -> ActFacts:
    return replace(ActFacts(on, frozenset(kinds), frozenset(), False, "credit"), **changes)


def facts(item: str = PENALTY, kind: str = "legal_person", **changes: Any) -> PublicityFacts:
    return replace(PublicityFacts(item, kind, act("罚款"), None, frozenset()), **changes)


def override(**changes: Any) -> Override:
    return replace(Override("", "", "", None, ""), **changes)


def referring(edition: Edition, *keys: str, on: date = ACT) -> tuple[Reference, ...]:
    return tuple(Reference.to(edition.basis(key, on)) for key in keys)


def found(edition: Edition, tier: str, name: str, certainty: Certainty, *bases: str) -> TierFound:
    return TierFound("R2026", tier, name, certainty, referring(edition, *bases, *TIERS), edition.hash)


def test_a_fine_is_graded_by_its_clause_and_the_bases_of_both_are_named(edition: Edition) -> None:
    general = found(edition, "general", "一般", Certainty.PROJECT, FINE)
    assert tier_of(edition, act("罚款")) == general
    span = PublicSpan(date(2027, 5, 31), date(2026, 8, 31), general, general.bases, edition.hash)
    assert publicity_span(edition, act("罚款")) == span
    assert (public_until(edition, act("罚款")), repairable_from(edition, act("罚款"))) == (
        span.until,
        span.repairable_from,
    )


def test_a_kind_no_clause_names_falls_into_the_default_tier(edition: Edition) -> None:
    assert tier_of(edition, act("责令改正")) == found(edition, "general", "一般", Certainty.SURE)


@pytest.mark.parametrize("kinds", [("警告", "责令关闭"), ("责令关闭", "警告"), ("警告", "罚款", "限制从业")])
def test_the_gravest_kind_decides_whatever_the_order(kinds: tuple[str, ...], edition: Edition) -> None:
    assert tier_of(edition, act(*kinds)) == found(edition, "severe", "严重", Certainty.LIKELY)


def test_of_two_kinds_of_one_tier_the_first_in_order_gives_the_basis(edition: Edition) -> None:
    detained = "platform-conventions.detention"
    assert sorted(("罚款", "行政拘留")) == ["罚款", "行政拘留"]
    assert tier_of(edition, act("行政拘留", "罚款")) == found(edition, "general", "一般", Certainty.PROJECT, FINE)
    assert tier_of(edition, act("行政拘留")) == found(edition, "general", "一般", Certainty.PROJECT, detained)


def test_before_the_first_regime_and_without_a_kind_nothing_is_graded(edition: Edition) -> None:
    early = Undecided("catalogue.no_regime", "2017-07-30 没有可适用的公示分级规则", edition.hash)
    assert tier_of(edition, act("罚款", on=date(2017, 7, 30))) == early
    assert publicity_span(edition, act("罚款", on=date(2017, 7, 30))) == early
    assert isinstance(tier_of(edition, act("罚款", on=date(2017, 7, 31))), TierFound)
    unknown = Undecided("catalogue.no_kinds", "没有处罚种类，无法分级；请补充处罚类别", edition.hash)
    assert tier_of(edition, act()) == unknown
    assert (public_until(edition, act()), repairable_from(edition, act())) == (None, None)


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        (date(2019, 6, 30), "R2017"),
        (date(2019, 7, 1), "R2019"),
        (date(2023, 4, 30), "R2019"),
        (date(2023, 5, 1), "R2023"),
        (date(2026, 3, 31), "R2023"),
        (date(2026, 4, 1), "R2026"),
    ],
)
def test_the_regime_is_that_of_the_day_of_the_act(day: date, regime: str, edition: Edition) -> None:
    graded = tier_of(edition, act("罚款", on=day))
    assert isinstance(graded, TierFound)
    assert graded.regime == regime


@pytest.mark.parametrize(
    ("kinds", "day", "fields", "until", "repairable"),
    [
        ({"警告"}, ACT, (), date(2026, 8, 31), date(2026, 5, 31)),
        ({"责令关闭"}, ACT, (), date(2029, 5, 31), date(2027, 5, 31)),
        ({"责令关闭"}, date(2019, 7, 1), (), date(2022, 7, 1), date(2020, 1, 1)),
        # 特定严重: never repaired before its end. 2017: no time set.
        ({"责令停产停业"}, date(2019, 7, 1), ("消防",), date(2022, 7, 1), None),
        ({"责令关闭"}, date(2018, 2, 28), (), date(2021, 2, 28), None),
        # Never shown: no time of repair either.
        ({"警告"}, date(2023, 5, 1), (), date(2023, 5, 1), None),
    ],
)
def test_a_span_is_the_tiers_own(
    kinds: set[str], day: date, fields: tuple[str, ...], until: date, repairable: date | None, edition: Edition
) -> None:
    span = publicity_span(edition, act(*kinds, on=day, fields=frozenset(fields)))
    assert isinstance(span, PublicSpan)
    assert (span.until, span.repairable_from) == (until, repairable)


def test_an_authority_that_finds_another_tier_says_why(edition: Edition) -> None:
    fine = act("罚款")
    other = tier_of(edition, fine, override(tier="severe", reason=" 数额巨大 "))
    bases = referring(edition, *TIERS)
    assert other == TierFound("R2026", "severe", "严重", Certainty.SURE, bases, edition.hash, "数额巨大")
    silent = Refused("catalogue.override_reason", "认定单位另定分级须说明理由", bases, edition.hash)
    assert tier_of(edition, fine, override(tier="severe", reason="　")) == silent
    assert publicity_span(edition, fine, override(tier="severe")) == silent
    says = "国家发展改革委第36号令没有分级“standard”；可用：minor（轻微）、general（一般）、severe（严重）"
    wrong = tier_of(edition, fine, override(tier="standard", reason="数额巨大"))
    assert wrong == Refused("catalogue.unknown_tier", says, bases, edition.hash)
    assert (public_until(edition, fine, override(tier="x")), repairable_from(edition, fine, override(tier="x"))) == (
        None,
        None,
    )
    graver = override(tier="severe", reason="数额巨大")
    assert public_until(edition, fine, graver) == date(2029, 5, 31)
    assert repairable_from(edition, fine, graver) == date(2027, 5, 31)


def test_a_special_term_stands_on_a_law_of_its_day(edition: Edition) -> None:
    general = found(edition, "general", "一般", Certainty.PROJECT, FINE)
    until = date(2026, 12, 31)
    special = publicity_span(edition, act("罚款"), override(until=until, until_basis=LAW))
    bases = (*referring(edition, LAW), *general.bases)
    assert special == PublicSpan(until, date(2026, 8, 31), general, bases, edition.hash)
    # A regulation is enough; a notice, a law not yet in force, and nothing are not.
    regulation = "information-disclosure-regulation.actions"
    assert public_until(edition, act("罚款"), override(until=until, until_basis=regulation)) == until
    for basis in (NOTICE, "order-49.catalogue", "", "no-such-basis"):
        says = f"特别公示期须由法律、行政法规规定，所引依据“{basis}”不符"
        refused = publicity_span(edition, act("罚款"), override(until=until, until_basis=basis))
        assert refused == Refused("catalogue.special_term", says, general.bases, edition.hash)
    early = publicity_span(edition, act("罚款", on=date(2021, 7, 14)), override(until=until, until_basis=LAW))
    assert isinstance(early, Refused)


def test_a_penalty_is_shown_through_the_last_day_of_its_term(edition: Edition) -> None:
    general, last = found(edition, "general", "一般", Certainty.PROJECT, FINE), date(2027, 5, 31)
    for day in (ACT, last):
        assert publishable(edition, facts(), day) == Shown(last, general.bases, edition.hash, general)
    ended = Hidden(
        "catalogue.ended", f"公示期已于 {last} 届满", Certainty.PROJECT, general.bases, edition.hash, True, general
    )
    assert publishable(edition, facts(), date(2027, 6, 1)) == ended


def test_a_slight_penalty_is_shown_only_for_a_reason_that_is_written_down(edition: Edition) -> None:
    minor = found(edition, "minor", "轻微", Certainty.LIKELY)
    says = "国家发展改革委第36号令“轻微”：原则上不予公示，认定单位未记载公示理由"
    hidden = Hidden("catalogue.shown_on_reason", says, minor.certainty, minor.bases, edition.hash, tier=minor)
    warned = facts(act=act("警告"))
    assert publishable(edition, warned, TODAY) == hidden
    assert publishable(edition, warned, TODAY, override(publish_reason=" ")) == hidden
    # The reason for another tier is no reason to show this one.
    assert publishable(edition, warned, TODAY, override(reason="涉及公共安全")) == hidden
    shown = publishable(edition, warned, TODAY, override(publish_reason="涉及公共安全"))
    assert shown == Shown(date(2026, 8, 31), minor.bases, edition.hash, minor)


def test_what_its_tier_never_shows_is_not_shown_for_any_reason(edition: Edition) -> None:
    warned = facts(act=act("警告", on=date(2023, 5, 1)))
    says = "国家发展改革委第58号令“不公示”：不予公示"
    for asked in (None, override(publish_reason="涉及公共安全")):
        hidden = publishable(edition, warned, date(2023, 5, 1), asked)
        assert isinstance(hidden, Hidden)
        assert (hidden.code, hidden.reason, hidden.ended) == ("catalogue.never_shown", says, False)
        assert hidden.tier == tier_of(edition, warned.act)


def test_a_simple_procedure_that_is_only_flagged_counts_like_one_that_is_declared(edition: Edition) -> None:
    flagged = publishable(edition, facts(flags=frozenset({"simple_procedure"})), TODAY)
    declared = publishable(edition, facts(act=act("罚款", simple_procedure=True)), TODAY)
    assert flagged == declared
    assert isinstance(flagged, Hidden)
    assert flagged.code == "catalogue.shown_on_reason"


def test_a_special_term_that_is_refused_shows_nothing(edition: Edition) -> None:
    refused = publishable(edition, facts(), TODAY, override(until=TODAY, until_basis=NOTICE))
    assert isinstance(refused, Refused)
    assert isinstance(publishable(edition, facts(act=act()), TODAY), Undecided)


@pytest.mark.parametrize(
    ("flag", "last_free"),
    [
        ("state_secret", date(2008, 4, 30)),
        ("privacy", date(2008, 4, 30)),
        ("slight", date(2026, 3, 31)),
        ("released", date(2006, 12, 31)),
        ("revoked", date(2021, 7, 14)),
        ("repaired", date(2019, 6, 30)),
    ],
)
def test_a_ground_withholds_from_its_first_day_on(flag: str, last_free: date, edition: Edition) -> None:
    marked = facts(flags=frozenset({flag}))
    assert withheld_by(edition, marked, last_free) is None
    ground = withheld_by(edition, marked, date.fromordinal(last_free.toordinal() + 1))
    assert ground is not None
    assert ground.key == flag.replace("_", "-")
    bases = edition.references(ground.bases, TODAY)
    expected = Hidden(
        f"catalogue.withheld.{ground.key}", f"不予公示：{ground.name}", ground.certainty, bases, edition.hash
    )
    assert publishable(edition, marked, TODAY) == expected
    assert bases


def ground(**changes: Any) -> Withheld:
    nothing: frozenset[str] = frozenset()
    whole = Withheld("test", "试", nothing, nothing, nothing, Period(date(2026, 1, 1)), (), Certainty.SURE)
    return replace(whole, **changes)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({}, True),
        ({"flags": frozenset({"privacy", "slight"})}, True),
        ({"flags": frozenset({"slight"})}, False),
        ({"subject_kinds": frozenset({"legal_person"})}, True),
        ({"subject_kinds": frozenset({"natural_person"})}, False),
        ({"items": frozenset({PENALTY})}, True),
        ({"items": frozenset({LICENCE})}, False),
        ({"flags": frozenset({"privacy"}), "items": frozenset({LICENCE})}, False),
        ({"flags": frozenset({"privacy"}), "subject_kinds": frozenset({"natural_person"})}, False),
        ({"in_force": Period(date(2026, 8, 2))}, False),
    ],
)
def test_every_condition_of_a_ground_must_hold(condition: dict[str, Any], fits: bool, edition: Edition) -> None:
    only = replace(edition, withheld=(ground(**condition), ground(key="later")))
    held = withheld_by(only, facts(flags=frozenset({"privacy"})), TODAY)
    assert held is not None
    assert held.key == ("test" if fits else "later")


def test_penalties_of_people_are_never_shown(edition: Edition) -> None:
    hidden = publishable(edition, facts(kind="natural_person"), TODAY)
    assert isinstance(hidden, Hidden)
    assert hidden.code == "catalogue.withheld.natural-person-penalty"


def test_an_item_that_is_not_open_is_not_shown_and_one_without_a_term_is_a_question(edition: Edition) -> None:
    closed = facts("tax-payment")
    says = f"“{edition.item('tax-payment').name}”不属于公开信息"
    assert publishable(edition, closed, TODAY) == Hidden("catalogue.not_public", says, Certainty.SURE, (), edition.hash)
    early = facts(act=act("罚款", on=date(2017, 7, 30)))
    question = "“行政处罚”在 2017-07-30 没有公示期限规则"
    assert publishable(edition, early, TODAY) == Undecided("catalogue.no_term", question, edition.hash)


@pytest.mark.parametrize(
    ("item", "valid_to", "until"),
    [
        (LICENCE, date(2026, 12, 31), date(2026, 12, 31)),
        (LICENCE, None, None),
        (LICENCE, date(2035, 1, 1), date(2035, 1, 1)),
        (LEVY, date(2026, 12, 31), date(2026, 12, 31)),
        (LEVY, date(2030, 12, 31), date(2027, 5, 31)),
        (LEVY, None, date(2027, 5, 31)),
        # A register has no end, whatever day stands in the record.
        ("subject-register", date(2026, 12, 31), None),
    ],
)
def test_what_is_valid_is_shown_until_its_last_day_or_the_longest_term(
    item: str, valid_to: date | None, until: date | None, edition: Edition
) -> None:
    record = facts(item, valid_to=valid_to, act=act())
    term = edition.term_rule(item, ACT)
    assert term is not None
    bases = edition.references(term.bases, ACT)
    assert bases
    assert publishable(edition, record, until or date(2100, 1, 1)) == Shown(until, bases, edition.hash)
    if until is not None:
        says = f"{'有效期' if until == valid_to else '公示期'}已于 {until} 届满"
        ended = publishable(edition, record, date.fromordinal(until.toordinal() + 1))
        assert ended == Hidden("catalogue.ended", says, term.certainty, bases, edition.hash, ended=True)


@pytest.mark.parametrize(
    ("item", "day", "due", "days", "rule", "provisional"),
    [
        # Labour Day is the first to the fifth of May, the Saturday after it a day of work.
        (PENALTY, date(2026, 4, 30), date(2026, 5, 13), 7, "dual-publicity", False),
        (PENALTY, date(2026, 11, 20), date(2026, 12, 1), 7, "dual-publicity", False),
        (LEVY, date(2026, 11, 20), date(2026, 12, 18), 20, "other-actions", False),
        (PENALTY, date(2026, 12, 28), date(2027, 1, 7), 7, "dual-publicity", True),
    ],
)
def test_the_deadline_names_its_rule_and_its_bases(
    item: str, day: date, due: date, days: int, rule: str, provisional: bool, edition: Edition
) -> None:
    told = publicity_due(edition, item, day, national_calendar())
    applied = edition.deadline_rule(item, day)
    assert applied is not None
    bases = edition.references(applied.bases, day)
    assert told == Due(due, provisional, days, rule, applied.certainty, bases, edition.hash)
    assert bases


def test_where_no_rule_says_there_is_no_deadline(edition: Edition) -> None:
    assert publicity_due(edition, PENALTY, date(2018, 7, 24), national_calendar()) is None
    assert publicity_due(edition, "honour", ACT, national_calendar()) is None


def test_a_tier_is_shown_for_its_longest_span_and_repaired_after_its_shortest(edition: Edition) -> None:
    regime = edition.regime(ACT, "credit")
    assert regime is not None
    tiers = tuple(
        replace(tier, shortest=Span(days=10), longest=Span(days=40), repairable=tier.key != "severe")
        for tier in regime.tiers
    )
    changed = replace(edition, regimes=tuple(replace(r, tiers=tiers) if r is regime else r for r in edition.regimes))
    assert public_until(changed, act("罚款")) == date(2026, 7, 10)
    assert repairable_from(changed, act("罚款")) == date(2026, 6, 10)
    assert repairable_from(changed, act("责令关闭")) is None
