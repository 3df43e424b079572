"""What always holds of tiers and spans, whatever the act."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.catalogue.readers.edition import package_edition
from xinheng.catalogue.rules.publicity import publishable
from xinheng.catalogue.rules.tiers import public_until, publicity_span, tier_of
from xinheng.catalogue.values.decisions import Hidden, PublicSpan, Shown, TierFound
from xinheng.catalogue.values.governing import ActFacts, PublicityFacts

EDITION = package_edition()
KINDS = [*sorted(choice.value for choice in EDITION.code_list("penalty_kind").choices), "其他-责令具结悔过"]
FIELDS = sorted({field for regime in EDITION.regimes for clause in regime.clauses for field in clause.fields})
ACTS = st.builds(
    ActFacts,
    st.dates(min_value=date(2017, 7, 31), max_value=date(2040, 12, 31)),
    st.frozensets(st.sampled_from(KINDS), min_size=1, max_size=4),
    st.frozensets(st.sampled_from(FIELDS), max_size=2),
    st.booleans(),
)


@given(ACTS)
def test_several_kinds_have_the_gravest_tier_of_each(act: ActFacts) -> None:
    regime = EDITION.regime(act.act_date)
    whole = tier_of(EDITION, act)
    assert regime is not None
    assert isinstance(whole, TierFound)
    weights = []
    for kind in act.kinds:
        alone = tier_of(EDITION, ActFacts(act.act_date, frozenset({kind}), act.fields, act.simple_procedure))
        assert isinstance(alone, TierFound)
        weights.append(regime.weight(alone.tier))
    assert regime.weight(whole.tier) == max(weights)


@given(ACTS)
def test_nothing_is_shown_longer_than_three_years_nor_repaired_after_its_end(act: ActFacts) -> None:
    span = publicity_span(EDITION, act)
    assert isinstance(span, PublicSpan)
    assert act.act_date <= span.until <= date(act.act_date.year + 3, 12, 31)
    assert (span.until - act.act_date).days <= 3 * 365 + 1
    assert span.repairable_from is None or act.act_date <= span.repairable_from <= span.until


@given(ACTS, st.dates(min_value=date(2017, 7, 31), max_value=date(2045, 12, 31)))
def test_what_is_hidden_by_its_term_stays_hidden(act: ActFacts, on: date) -> None:
    facts = PublicityFacts("administrative-penalty", "legal_person", act)
    decision = publishable(EDITION, facts, on)
    if isinstance(decision, Shown):
        assert decision.until is not None
        assert on <= decision.until
        assert isinstance(publishable(EDITION, facts, decision.until), Shown)
    else:
        assert isinstance(decision, Hidden)
        assert not decision.ended or on > (public_until(EDITION, act) or on)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_penalty_has_a_tier_in_every_regime(kind: str) -> None:
    for regime in EDITION.regimes:
        found = tier_of(EDITION, ActFacts(regime.in_force.start, frozenset({kind}), channel=regime.channel))
        assert isinstance(found, TierFound)
        assert found.bases
