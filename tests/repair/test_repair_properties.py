"""What holds of every act, whatever its kinds, day and field."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xinheng.catalogue.readers.edition import package_edition
from xinheng.catalogue.values.governing import ActFacts, Override, PublicityFacts
from xinheng.catalogue.values.law import Certainty
from xinheng.kernel.calendar_data import national_calendar
from xinheng.repair.door import judged_standing
from xinheng.repair.values import RepairFacts, RepairOutcome, Standing

EDITION = package_edition()
CALENDAR = national_calendar()
KINDS = [choice.value for choice in EDITION.code_list("penalty_kind").choices]
FIELDS = sorted(
    {name for regime in EDITION.regimes for clause in regime.clauses for name in clause.fields} | {"交通运输"}
)
DAYS = st.dates(date(2019, 1, 1), date(2028, 12, 31))
REASON = Override(publish_reason="涉及公众健康")
"""So that what is shown only for a reason is shown too."""
RANK = [RepairOutcome.WAITING, RepairOutcome.OPEN, RepairOutcome.NOT_NEEDED]


@st.composite
def acts(draw: st.DrawFn) -> ActFacts:
    return ActFacts(
        draw(DAYS),
        frozenset(draw(st.sets(st.sampled_from(KINDS), min_size=1, max_size=4))),
        frozenset(draw(st.sets(st.sampled_from(FIELDS), max_size=2))),
        draw(st.booleans()),
        draw(st.sampled_from(["credit", "samr"])),
    )


def asked(act: ActFacts, on: date, override: Override = REASON) -> Standing:
    facts = RepairFacts(
        PublicityFacts("administrative-penalty", "legal_person", act), fields_known=True, override=override
    )
    return judged_standing(facts, on=on, edition=EDITION, calendar=CALENDAR)


@given(acts(), st.integers(0, 1200))
def test_the_first_day_never_lies_after_the_end(act: ActFacts, days: int) -> None:
    said = asked(act, act.act_date + timedelta(days=days))
    if said.first is not None:
        assert said.ends is not None
        assert act.act_date <= said.first <= said.ends


@given(acts(), st.integers(0, 1200), st.integers(0, 1200))
def test_when_one_asks_changes_neither_first_day_nor_end_and_never_goes_back(
    act: ActFacts, some: int, more: int
) -> None:
    earlier, later = (asked(act, act.act_date + timedelta(days=days)) for days in sorted((some, more)))
    assert (earlier.regime, earlier.tier, earlier.ends) == (later.regime, later.tier, later.ends)
    if later.outcome in (RepairOutcome.OPEN, RepairOutcome.WAITING):
        assert earlier.first == later.first
        assert earlier.outcome in (RepairOutcome.OPEN, RepairOutcome.WAITING)
        assert RANK.index(earlier.outcome) <= RANK.index(later.outcome)


@given(acts(), st.sampled_from(KINDS))
def test_one_kind_more_never_brings_the_first_day_or_the_end_forward(act: ActFacts, kind: str) -> None:
    with_it = replace(act, kinds=act.kinds | {kind})
    less, more = asked(act, act.act_date), asked(with_it, act.act_date)
    if less.ends is not None and more.ends is not None:
        assert more.ends >= less.ends
    if less.outcome is RepairOutcome.NEVER:
        assert more.outcome is RepairOutcome.NEVER
    if less.first is not None and more.first is not None:
        assert more.first >= less.first


@given(DAYS, st.sampled_from(["credit", "samr"]))
def test_the_graver_the_tier_the_later_the_first_day_and_the_end(day: date, channel: str) -> None:
    regime = EDITION.regime(day, channel)
    tiers = [tier for tier in (regime.tiers if regime else ()) if tier.publish != "never"]
    act = ActFacts(day, frozenset({"罚款"}), channel=channel)
    said = [asked(act, day, Override(tier.key, "认定单位说明", "有理由")) for tier in tiers]
    ends = [one.ends for one in said if one.ends is not None]
    firsts = [one.first for one in said if one.first is not None]
    assert ends == sorted(ends)
    assert firsts == sorted(firsts)
    assert len(ends) == len(tiers)


@given(acts(), st.integers(0, 1200))
def test_under_the_rules_of_2026_nobody_is_asked_for_more_than_two_materials(act: ActFacts, days: int) -> None:
    said = asked(act, act.act_date + timedelta(days=days))
    if said.filing is not None and said.filing >= date(2026, 4, 1) and act.channel == "credit":
        assert said.procedure == "R2026"
        assert len(said.materials) <= 2
        assert "training" not in {word.key for word in said.conditions}


@given(acts(), st.integers(0, 1200))
def test_every_answer_is_explained_and_what_can_be_applied_for_says_how(act: ActFacts, days: int) -> None:
    on = act.act_date + timedelta(days=days)
    said = asked(act, on)
    assert said.reasons[-1].code == said.code
    if said.outcome in (RepairOutcome.OPEN, RepairOutcome.WAITING):
        assert all((said.conditions, said.materials, said.decider, said.apply_at))
        assert {reason.code for reason in said.reasons} >= {"repair.regime", "repair.tier", "repair.procedure"}
        assert all(reason.bases for reason in said.reasons if reason.code in ("repair.regime", "repair.procedure"))
        assert said.filing == max(on, said.first or on)
        assert all(clock.day > said.filing for clock in said.clocks)
        assert all(clock.certainty in Certainty for clock in said.clocks)
    if said.outcome is RepairOutcome.OPEN:
        assert said.first is not None
        assert said.ends is not None
        assert said.first <= on <= said.ends


@given(DAYS, st.integers(0, 1200))
def test_what_nobody_stated_is_told_and_never_makes_the_answer_stricter(day: date, days: int) -> None:
    act, on = ActFacts(day, frozenset({"罚款"})), day + timedelta(days=days)
    judged = PublicityFacts("administrative-penalty", "legal_person", act)
    known, unknown = (
        judged_standing(RepairFacts(judged, fields_known=each), on=on, edition=EDITION, calendar=CALENDAR)
        for each in (True, False)
    )
    assert replace(unknown, otherwise=()) == known
    for one in unknown.otherwise:
        stated = replace(judged, act=replace(act, fields=frozenset(one.fields[:1])))
        said = judged_standing(RepairFacts(stated), on=on, edition=EDITION, calendar=CALENDAR)
        assert (said.ends, said.first) == (one.ends, one.first)
