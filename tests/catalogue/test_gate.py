"""No basis, no effect: the pure half of the gate, as tables."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.catalogue.readers.edition import build_edition, package_edition
from xinheng.catalogue.rules.gate import Claim, may_enable, may_harm, permits_for
from xinheng.catalogue.values.decisions import Granted, Refused, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.catalogue.values.law import HARM_FLOOR, SUBJECT_KINDS, Rank
from xinheng.kernel.errors import XinhengError

TODAY = date(2026, 11, 21)
CLAIM = Claim("administrative-penalty", "11990101990101037C", "legal_person", "示市监罚〔2026〕1号")
NATIONAL = package_edition()


def test_a_penalty_with_its_document_rests_on_the_strongest_basis_of_its_day(edition: Edition) -> None:
    decision = may_harm(edition, CLAIM, TODAY)
    assert isinstance(decision, Granted)
    assert decision.edition == edition.hash
    assert decision.bases[0].rank is Rank.LAW
    assert all(basis.rank >= HARM_FLOOR for basis in decision.bases)
    assert [basis.rank for basis in decision.bases] == sorted((b.rank for b in decision.bases), reverse=True)


@pytest.mark.parametrize(
    ("change", "on", "code"),
    [
        ({"document": ""}, TODAY, "catalogue.no_document"),
        ({"document": " 　"}, TODAY, "catalogue.no_document"),
        ({"authority": ""}, TODAY, "catalogue.no_authority"),
        ({"subject_kind": "relative"}, TODAY, "catalogue.wrong_subject"),
        ({"basis": "order-35"}, TODAY, "catalogue.foreign_basis"),
        ({"basis": "dual-publicity-standard"}, TODAY, "catalogue.rank_too_low"),
        ({"basis": "administrative-penalty-law.publicity"}, date(2021, 7, 14), "catalogue.no_basis"),
        ({}, date(1996, 9, 30), "catalogue.no_basis"),
    ],
)
def test_harm_is_refused(change: dict[str, Any], on: date, code: str, edition: Edition) -> None:
    decision = may_harm(edition, replace(CLAIM, **change), on)
    assert isinstance(decision, Refused)
    assert decision.code == code
    assert decision.reason
    assert decision.edition == edition.hash


@pytest.mark.parametrize("kind", SUBJECT_KINDS)
def test_a_penalty_of_any_kind_of_subject_may_enter_the_archive(kind: str, edition: Edition) -> None:
    assert isinstance(may_harm(edition, replace(CLAIM, subject_kind=kind), TODAY), Granted)


def test_an_unknown_item_or_matter_is_no_decision_but_an_error(edition: Edition) -> None:
    with pytest.raises(CatalogueUnknown, match="administrative-penalty"):
        may_harm(edition, replace(CLAIM, item="jaywalking"), TODAY)
    with pytest.raises(CatalogueUnknown, match="measure"):
        may_harm(edition, replace(CLAIM, matter="measure"), TODAY)


def test_an_item_whose_bases_are_all_unsure_is_left_to_a_person(content: dict[str, Any]) -> None:
    for version in content["bases"]["order-49"]["versions"]:
        version["certainty"] = "unsure"
    content["items"]["administrative-penalty"]["legal_bases"] = ["order-49.catalogue"]
    decision = may_enable(build_edition(content), "administrative-penalty", TODAY)
    assert isinstance(decision, Undecided)
    assert "待核实" in decision.question


def test_a_harmless_item_may_rest_on_a_notice_but_not_on_nothing(content: dict[str, Any]) -> None:
    content["items"]["administrative-licence"]["legal_bases"] = ["dual-publicity-standard"]
    edition = build_edition(content)
    assert isinstance(may_enable(edition, "administrative-licence", TODAY), Granted)
    assert isinstance(may_enable(edition, "administrative-licence", date(2018, 7, 30)), Refused)


def test_permits_are_proposed_for_harm_only(edition: Edition) -> None:
    assert permits_for(edition, "administrative-licence") == ()
    proposed = permits_for(edition, "administrative-penalty")
    assert {terms.subject_kind for terms in proposed} == set(SUBJECT_KINDS)
    assert all(terms.basis.rank >= HARM_FLOOR for terms in proposed)
    assert all(terms.period == terms.basis.in_force for terms in proposed)


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)),
    st.sampled_from((*SUBJECT_KINDS, "robot")),
    st.sampled_from(("", "  ", "示市监罚〔2026〕1号")),
    st.sampled_from(("", "11990101990101037C")),
)
def test_the_gate_says_yes_exactly_where_a_permit_is_proposed(
    on: date, kind: str, document: str, authority: str
) -> None:
    granted = isinstance(may_harm(NATIONAL, Claim("administrative-penalty", authority, kind, document), on), Granted)
    carried = any(
        t.subject_kind == kind and t.period.contains(on) for t in permits_for(NATIONAL, "administrative-penalty")
    )
    assert granted == (carried and bool(document.strip()) and bool(authority))


def test_a_basis_asked_for_outside_its_days_names_them(edition: Edition) -> None:
    assert edition.basis("administrative-penalty-law.kinds", date(2021, 7, 14)).article == "第八条"
    assert edition.basis("administrative-penalty-law.kinds", date(2021, 7, 15)).article == "第九条"
    with pytest.raises(XinhengError, match="2021-07-15"):
        edition.basis("administrative-penalty-law.publicity", date(2021, 7, 14))
    assert all(basis.in_force.contains(TODAY) for basis in edition.in_force(TODAY))
