"""Whole answers of the gate, word for word: code, reason, bases and edition reach people and the ledger."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from xinheng.catalogue.queries import choose_permit
from xinheng.catalogue.readers.edition import build_edition
from xinheng.catalogue.rules.gate import Claim, PermitTerms, may_enable, may_harm, permits_for
from xinheng.catalogue.values.decisions import Granted, Refused, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import GateRule
from xinheng.catalogue.values.law import OPEN_END, SUBJECT_KINDS, Certainty, Rank, Reference
from xinheng.catalogue.values.views import PermitView
from xinheng.kernel.periods import Period

TODAY = date(2026, 11, 21)
PENALTY, LICENCE = "administrative-penalty", "administrative-licence"
CLAIM = Claim(PENALTY, "11990101990101037C", "legal_person", "示市监罚〔2026〕1号")
LAW, PUBLICITY, ORDER, STANDARD = (
    "administrative-penalty-law.decision",
    "administrative-penalty-law.publicity",
    "order-49.catalogue",
    "dual-publicity-standard",
)
ALLOWED = "法律、行政法规、党中央、国务院政策文件、地方性法规"


def referring(edition: Edition, *keys: str, on: date = TODAY) -> tuple[Reference, ...]:
    return tuple(Reference.to(edition.basis(key, on)) for key in keys)


def resting_on(content: dict[str, Any], item: str, *bases: str) -> Edition:
    content["items"][item]["legal_bases"] = list(bases)
    return build_edition(content)


def test_an_item_the_region_switched_off_is_not_switched_on(edition: Edition) -> None:
    without = replace(edition, disabled=frozenset({PENALTY}))
    says = "本地区配置停用了信息项“行政处罚”"
    assert may_enable(without, PENALTY, TODAY) == Refused("catalogue.disabled_by_region", says, (), edition.hash)
    assert isinstance(may_enable(without, LICENCE, TODAY), Granted)


def test_before_its_first_basis_an_item_is_not_switched_on(edition: Edition) -> None:
    says = "信息项“行政处罚”在 1996-09-30 没有有效的法律依据，不得启用；应列出至少一项当日有效的依据"
    before = may_enable(edition, PENALTY, date(1996, 9, 30))
    assert before == Refused("catalogue.no_basis", says, (), edition.hash)
    assert may_enable(edition, PENALTY, date(1996, 10, 1)) == Granted(
        referring(edition, LAW, on=date(1996, 10, 1)), edition.hash
    )


def test_what_harms_is_switched_on_by_what_carries_harm_alone_the_strongest_first(edition: Edition) -> None:
    assert may_enable(edition, PENALTY, TODAY) == Granted(referring(edition, LAW, PUBLICITY, ORDER), edition.hash)
    of_licence = ("administrative-licensing-law.publicity", ORDER, STANDARD)
    assert may_enable(edition, LICENCE, TODAY) == Granted(referring(edition, *of_licence), edition.hash)


def test_what_harms_is_not_switched_on_by_a_standard(content: dict[str, Any]) -> None:
    edition = resting_on(content, PENALTY, STANDARD)
    expected = Refused(
        "catalogue.rank_too_low",
        f"“行政处罚”在 2026-11-21 的依据层级不够；失信信息记录的依据应为：{ALLOWED}",
        referring(edition, ORDER, "order-49.document"),
        edition.hash,
    )
    assert may_enable(edition, PENALTY, TODAY) == expected
    assert may_harm(edition, CLAIM, TODAY) == expected


def test_one_sure_basis_is_enough_to_switch_an_item_on(content: dict[str, Any]) -> None:
    for version in content["bases"][STANDARD]["versions"]:
        version["certainty"] = "unsure"
    alone = resting_on(content, LICENCE, STANDARD)
    question = "信息项“行政许可”的依据均待核实，请先核对"
    assert may_enable(alone, LICENCE, TODAY) == Undecided("catalogue.basis_unsure", question, alone.hash)
    both = resting_on(content, LICENCE, STANDARD, ORDER)
    assert may_enable(both, LICENCE, TODAY) == Granted(referring(both, ORDER, STANDARD), both.hash)


@pytest.mark.parametrize(
    ("change", "on", "code", "reason", "bases"),
    [
        (
            {"document": " 　"},
            TODAY,
            "catalogue.no_document",
            "“行政处罚”须以具有法律效力的文书为依据，缺少文书号",
            (ORDER, "order-49.document"),
        ),
        ({"authority": " "}, TODAY, "catalogue.no_authority", "“行政处罚”缺少作出决定的机关", ()),
        (
            {"subject_kind": "robot"},
            TODAY,
            "catalogue.wrong_subject",
            f"“行政处罚”不适用于主体类别 robot；适用：{'、'.join(SUBJECT_KINDS)}",
            (),
        ),
        (
            {"basis": "order-35"},
            TODAY,
            "catalogue.foreign_basis",
            f"order-35 不是“行政处罚”的依据；目录所列：{LAW}、{PUBLICITY}、{ORDER}、{STANDARD}",
            (),
        ),
        ({}, date(1996, 9, 30), "catalogue.no_basis", "“行政处罚”在 1996-09-30 没有有效的法律依据", ()),
        (
            {"basis": STANDARD},
            TODAY,
            "catalogue.rank_too_low",
            f"“行政处罚”在 2026-11-21 的依据层级不够；失信信息记录的依据应为：{ALLOWED}",
            (ORDER, "order-49.document"),
        ),
    ],
)
def test_a_refusal_of_harm_says_which_why_and_what_is_allowed(
    change: dict[str, str], on: date, code: str, reason: str, bases: tuple[str, ...], edition: Edition
) -> None:
    expected = Refused(code, reason, referring(edition, *bases), edition.hash)
    assert may_harm(edition, replace(CLAIM, **change), on) == expected


def test_harm_rests_on_the_basis_asked_for_or_on_all_that_carry_it(edition: Edition) -> None:
    assert may_harm(edition, CLAIM, TODAY) == Granted(referring(edition, LAW, PUBLICITY, ORDER), edition.hash)
    assert may_harm(edition, replace(CLAIM, basis=ORDER), TODAY) == Granted(referring(edition, ORDER), edition.hash)


def test_harm_without_a_document_is_right_only_where_the_matter_asks_for_none(edition: Edition) -> None:
    listing = GateRule("listing", "列入名单", frozenset({Rank.LAW}), False, (ORDER,), Certainty.SURE)
    wider = replace(edition, gate=(*edition.gate, listing))
    claim = replace(CLAIM, document="", matter="listing")
    assert may_harm(wider, claim, TODAY) == Granted(referring(edition, LAW, PUBLICITY), edition.hash)
    refused = may_harm(wider, replace(claim, basis=ORDER), TODAY)
    says = "“行政处罚”在 2026-11-21 的依据层级不够；列入名单的依据应为：法律"
    assert refused == Refused("catalogue.rank_too_low", says, referring(edition, ORDER), edition.hash)
    assert {terms.basis.rank for terms in permits_for(wider, PENALTY, "listing")} == {Rank.LAW}
    assert {terms.matter for terms in permits_for(wider, PENALTY, "listing")} == {"listing"}


def test_permits_are_proposed_for_the_bases_of_the_item_and_no_other(edition: Edition) -> None:
    versions = [basis for key in (LAW, PUBLICITY, ORDER) for basis in edition.versions(key)]
    assert permits_for(edition, PENALTY) == tuple(
        PermitTerms(basis, PENALTY, "", kind, "record", basis.in_force) for basis in versions for kind in SUBJECT_KINDS
    )
    assert {terms.last_day for terms in permits_for(edition, PENALTY)} == {date(2021, 7, 14), OPEN_END}


FIRST, LAST = date(2026, 1, 10), date(2026, 6, 30)


def permit(**changes: Any) -> PermitView:
    values = {
        "id": 1,
        "basis_key": LAW,
        "basis_version": 1,
        "rank": Rank.LAW,
        "item": PENALTY,
        "authority": "",
        "subject_kind": "legal_person",
        "matter": "record",
        "valid_from": FIRST,
        "valid_to": OPEN_END,
        "last_day": LAST,
    }
    return PermitView(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "on", "chosen"),
    [
        ({}, date(2026, 1, 9), False),
        ({}, FIRST, True),
        ({}, LAST, True),
        ({}, date(2026, 7, 1), False),
        ({"last_day": OPEN_END}, date(2200, 1, 1), True),
        ({"authority": "甲局"}, FIRST, True),
        ({"authority": "乙局"}, FIRST, False),
        ({"subject_kind": "natural_person"}, FIRST, False),
    ],
)
def test_a_permit_carries_its_days_its_authority_and_its_kind_of_subject(
    changes: dict[str, Any], on: date, chosen: bool
) -> None:
    among = [permit(id=1, **changes)]
    assert choose_permit(among, "legal_person", "甲局", on) == (among[0] if chosen else None)


def test_of_two_permits_that_fit_the_first_is_taken_and_one_that_does_not_is_passed_over() -> None:
    among = [permit(id=1, authority="乙局"), permit(id=2), permit(id=3)]
    assert choose_permit(among, "legal_person", "甲局", FIRST) == among[1]
    assert choose_permit([], "legal_person", "甲局", FIRST) is None


def test_the_terms_of_a_permit_without_an_end_end_on_the_last_day_there_is(edition: Edition) -> None:
    open_terms = PermitTerms(edition.basis(LAW, TODAY), PENALTY, "", "legal_person", "record", Period(FIRST))
    assert open_terms.last_day == OPEN_END
