"""Every legal case of repair is decided as it was worked out by hand, and the cases leave no rule untouched."""

from dataclasses import replace
from typing import Any

import pytest

from repair.legal import all_cases, answer_to, facts_in
from xinheng.catalogue.values.edition import Edition
from xinheng.repair.values import RepairOutcome, Standing

CASES = all_cases()
ASSERTABLE = {
    *("outcome", "code", "regime", "tier", "procedure", "first", "ends", "conditions", "materials", "clocks"),
    *("provisional", "certain", "otherwise", "basis", "says", "day", "beside"),
}
COUNTED = {RepairOutcome.OPEN, RepairOutcome.WAITING}


def day(found: Any) -> str | None:
    return None if found is None else str(found)


def beside(said: Standing) -> dict[str, Any]:
    """How the record stands in the other channel."""
    return {
        "outcome": said.outcome.value,
        "regime": said.regime,
        "tier": said.tier,
        "first": day(said.first),
        "ends": day(said.ends),
    }


def found_in(case: dict[str, Any], said: Standing) -> dict[str, Any]:
    """What the answer says under the keys of a case; `basis`, `says` and `clocks` only as far as the case asks."""
    expected = case["expected"]
    clocks = {clock.limit: day(clock.day) for clock in said.clocks}
    bases = {reference.key for reason in said.reasons for reference in reason.bases}
    codes = {reason.code for reason in said.reasons}
    return {
        "outcome": said.outcome.value,
        "code": said.code,
        "regime": said.regime,
        "tier": said.tier,
        "procedure": said.procedure,
        "first": day(said.first),
        "ends": day(said.ends),
        "conditions": [word.key for word in said.conditions],
        "materials": [word.key for word in said.materials],
        "clocks": {key: clocks.get(key) for key in expected["clocks"]} if expected.get("clocks") else clocks,
        "provisional": said.provisional,
        "certain": [clock.limit for clock in said.clocks if not clock.provisional],
        "otherwise": [{"tier": one.tier, "first": day(one.first), "ends": day(one.ends)} for one in said.otherwise],
        "basis": expected.get("basis") if expected.get("basis") in bases else sorted(bases),
        "says": expected.get("says") if expected.get("says") in codes else sorted(codes),
        "day": day(dict(said.reasons[-1].values).get("day")),
        "beside": None if said.beside is None else beside(said.beside),
    }


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_record_stands_to_repair_as_the_law_says(case: dict[str, Any], edition: Edition) -> None:
    expected = case["expected"]
    assert set(case) <= {"name", "on", "facts", "override", "expected", "article"}
    assert {"outcome", "code"} <= set(expected) <= ASSERTABLE
    assert case["article"]
    said = answer_to(case, edition)
    found = found_in(case, said)
    assert {key: found[key] for key in expected} == expected
    assert said.reasons[-1].code == said.code
    assert said.edition == edition.hash


def test_there_are_enough_cases_and_none_stands_twice() -> None:
    assert len(CASES) >= 80
    assert len({case["name"] for case in CASES}) == len(CASES)
    asked = [(case["on"], str(case["facts"]), str(case.get("override"))) for case in CASES]
    assert len(set(asked)) == len(asked)
    for case in CASES:
        if case["expected"]["outcome"] in COUNTED:
            assert {"first", "ends"} <= set(case["expected"]), case["name"]


def test_the_cases_touch_every_rule_of_the_catalogue(edition: Edition) -> None:
    book = edition.repair
    assert book is not None
    said = [answer_to(case, edition) for case in CASES]
    tiers = {(one.regime, one.tier) for one in said}
    assert {(regime.key, tier.key) for regime in edition.regimes for tier in regime.tiers} - tiers == set()
    assert {rule.key for rule in (*book.rules, *book.ways)} == {one.procedure for one in said} - {""}
    words = {word.key for one in said for word in (*one.conditions, *one.materials)}
    deciders = {rule.decider for rule in (*book.rules, *book.ways)}
    assert {word.key for word in book.words} == words | deciders
    counted = {(one.procedure, clock.limit) for one in said for clock in one.clocks}
    assert counted == {(rule.key, step.limit) for rule in book.rules for step in rule.steps}
    extras = {(rule.key, extra.tier) for rule in book.rules for extra in rule.extras}
    assert extras <= {(one.procedure, one.tier) for one in said if one.procedure == one.regime}
    misused = {one.procedure for one in said if one.code == "repair.misused"}
    assert misused == {rule.key for rule in book.rules if rule.misuse is not None}


def test_the_cases_reach_every_outcome_and_the_four_regimes_in_both_channels(edition: Edition) -> None:
    said = [answer_to(case, edition) for case in CASES]
    assert {one.outcome for one in said} == set(RepairOutcome)
    assert {"R2019", "R2023", "R2026", "R-SAMR"} <= {one.regime for one in said}
    assert {facts_in(case).judged.act.channel for case in CASES} == {"credit", "samr"}


def test_the_decision_is_due_by_its_own_days_where_these_end_before_the_answer(edition: Edition) -> None:
    """1 + 3 + 7 days would pass the ten of the answer; the seven could not be confirmed, and five would not."""
    case = next(case for case in CASES if case["name"] == "r2026：轻微但说明理由公示的，履行后随时可以申请")
    assert {clock.limit: str(clock.day) for clock in answer_to(case, edition).clocks}["repair.decision"] == "2026-05-19"
    limits = [replace(one, working_days=5) if one.key == "repair.decision" else one for one in edition.limits]
    shorter = answer_to(case, replace(edition, limits=tuple(limits)))
    # Accepted on Monday, May 11, at the latest: 12 to 15 are 1 to 4, 18 is 5.
    assert {clock.limit: str(clock.day) for clock in shorter.clocks}["repair.decision"] == "2026-05-18"
