"""One runner for the legal cases that stand beside the catalogue as YAML."""

from datetime import date
from typing import Any

import pytest

from xinheng.catalogue.readers.nodes import Node, closed
from xinheng.catalogue.readers.source import package_data, parse
from xinheng.catalogue.rules.publicity import publicity_due, publishable
from xinheng.catalogue.rules.tiers import publicity_span, repairable_from
from xinheng.catalogue.values.decisions import Hidden, PublicSpan, Refused, Shown, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import ActFacts, Override, PublicityFacts
from xinheng.kernel.calendar_data import national_calendar

WORDS = {Shown: "shown", Hidden: "hidden", Undecided: "undecided", Refused: "refused"}
ASSERTABLE = {"decision", "code", "regime", "tier", "until", "repairable_from", "certainty", "ended"}


def _cases(name: str) -> list[Any]:
    text = (package_data() / "cases" / f"{name}.yaml").read_text(encoding="utf-8")
    cases = parse(text, f"cases/{name}.yaml")["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


def _facts(raw: dict[str, Any]) -> PublicityFacts:
    with closed(Node(raw, "facts")) as node:
        act = ActFacts(
            node.required_day("act_date"),
            frozenset(node.strings("kinds", absent=True)),
            frozenset(node.strings("fields", absent=True)),
            node.flag("simple_procedure"),
            node.text("channel", "credit"),
        )
        return PublicityFacts(
            node.text("item", "administrative-penalty"),
            node.text("subject_kind", "legal_person"),
            act,
            node.day("valid_to"),
            frozenset(node.strings("flags", absent=True)),
        )


def _override(raw: dict[str, Any] | None) -> Override | None:
    if raw is None:
        return None
    with closed(Node(raw, "override")) as node:
        until = node.day("until")
        words = [node.word(key) for key in ("tier", "reason", "publish_reason", "until_basis")]
        return Override(words[0], words[1], words[2], until, words[3])


@pytest.mark.parametrize("case", _cases("publicity"))
def test_a_record_is_shown_or_not_as_the_law_of_its_day_says(case: dict[str, Any], edition: Edition) -> None:
    assert set(case) <= {"name", "date", "facts", "override", "expected", "article"}
    assert set(case["expected"]) <= ASSERTABLE
    facts, override = _facts(case["facts"]), _override(case.get("override"))
    decision = publishable(edition, facts, date.fromisoformat(case["date"]), override)
    found = {
        "decision": WORDS[type(decision)],
        "code": getattr(decision, "code", None),
        "ended": getattr(decision, "ended", None),
        "until": str(getattr(decision, "until", None)),
        "repairable_from": repairable_from(edition, facts.act, override)
        and str(repairable_from(edition, facts.act, override)),
    }
    tier = getattr(decision, "tier", None)
    if tier is not None:
        found |= {"regime": tier.regime, "tier": tier.tier, "certainty": tier.certainty.value}
    if "certainty" in case["expected"] and tier is None:
        found["certainty"] = decision.certainty.value  # type: ignore[union-attr] # only hidden ones say so
    assert {key: found.get(key) for key in case["expected"]} == case["expected"]
    assert decision.edition == edition.hash


@pytest.mark.parametrize("case", _cases("deadlines"))
def test_a_record_is_due_on_the_last_of_its_working_days(case: dict[str, Any], edition: Edition) -> None:
    facts = _facts(case["facts"])
    due = publicity_due(edition, facts.item, facts.act.act_date, national_calendar())
    expected = case["expected"]
    if expected["due"] is None:
        assert due is None
    else:
        assert due is not None
        assert (str(due.day), due.working_days) == (expected["due"], expected["working_days"])
        assert due.provisional is expected["provisional"]
        assert due.bases


def test_every_shown_or_hidden_penalty_names_its_basis(edition: Edition) -> None:
    for case in (param.values[0] for param in _cases("publicity")):
        decision = publishable(
            edition, _facts(case["facts"]), date.fromisoformat(case["date"]), _override(case.get("override"))
        )
        if isinstance(decision, Shown | Hidden):
            assert decision.bases, case["name"]


def test_the_cases_reach_every_tier_of_every_regime(edition: Edition) -> None:
    reached = set()
    for case in (param.values[0] for param in _cases("publicity")):
        span = publicity_span(edition, _facts(case["facts"]).act, _override(case.get("override")))
        if isinstance(span, PublicSpan) and span.tier is not None:
            reached.add((span.tier.regime, span.tier.tier))
    everything = {(regime.key, tier.key) for regime in edition.regimes for tier in regime.tiers}
    assert everything == reached
