"""The rules of repair in YAML: what cannot be is refused, with file, key, value and what is allowed; an older edition has none."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalogue.test_source import _set
from xinheng.catalogue.door import load_edition
from xinheng.catalogue.queries import basis_page
from xinheng.catalogue.readers.edition import build_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.repair import RemovalWay


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("repair/rules/0/key", "R2020", ["repair.yaml", "rules[0].key", "R2020", "R2019、R2023"]),
        ("repair/rules/0/in_force/to", "2023-05-01", ["R2023", "in_force", "2023-05-01", "R2019", "不重叠"]),
        ("repair/rules/2/materials", ["performance_proof", "commitment_letter", "report_copy"], ["不多于 2 项"]),
        (
            "repair/rules/2/materials",
            ["birth_certificate"],
            ["rules[2].materials", "birth_certificate", "performance_proof"],
        ),
        ("repair/rules/2/conditions", [], ["rules[2].conditions", "非空"]),
        ("repair/rules/2/most_materials", 0, ["most_materials", "0", "不小于 1"]),
        ("repair/rules/2/counted_from", "receipt", ["counted_from", "receipt", "decision、document"]),
        ("repair/rules/2/decider", "platform", ["decider", "platform", "authority"]),
        ("repair/rules/2/fee", 100, ["fee", "可用的键"]),
        ("repair/rules/2/steps/0/limit", "repair.reply", ["limit", "repair.reply", "repair.answer"]),
        ("repair/rules/2/steps/0/after", "repair.answer", ["after", "repair.answer", "filing"]),
        ("repair/rules/2/steps/3/limit", "repair.forwarding", ["repair.forwarding", "不重复"]),
        ("repair/rules/2/steps/3/within", "repair.extension", ["within", "repair.extension", "repair.answer"]),
        ("repair/rules/2/misuse/shown", "0d", ["misuse.shown", "0d", "大于 0"]),
        ("repair/rules/2/misuse/bases", ["no-such"], ["R2026.misuse", "no-such"]),
        ("repair/rules/2/bases", ["repair-order-58.conditions"], ["R2026", "repair-order-58.conditions", "2026-04-01"]),
        ("repair/rules/2/certainty", "quite", ["certainty", "quite", "sure、likely、unsure、project"]),
        ("repair/rules/0/extras/0/tier", "specific", ["tier", "specific", "general、severe"]),
        ("repair/transition/bases", ["no-such"], ["repair.yaml：transition", "no-such"]),
        ("repair/conditions/1/key", "min_period", ["min_period", "不重复"]),
        ("repair/materials/0/key", "min_period", ["min_period"]),
        ("repair/ways/1/items", ["abnormal-operation"], ["court-list", "in_force", "abnormal-list", "不重叠"]),
        ("repair/ways/0/items", ["tax-rating"], ["abnormal-list", "tax-rating", "administrative-penalty"]),
        ("repair/ways/0/min", "soon", ["min", "soon", "3m"]),
        ("repair/colour", "red", ["repair.yaml", "colour", "可用的键"]),
        (
            "repair/rules/1/steps/0/limit",
            "repair.decision",
            ["rules[1].steps[0].limit", "repair.decision", "2023-05-01"],
        ),
        ("repair/rules/1/steps/0/limit", "repair.answer", ["repair.answer", "不重复"]),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    path: str, value: Any, says: list[str], content: dict[str, Any]
) -> None:
    _set(content, path, value)
    with pytest.raises(CatalogueInvalid) as refused:
        build_edition(content)
    assert [word for word in says if word not in refused.value.message] == []


def test_an_edition_of_before_has_no_rules_of_repair_and_works(content: dict[str, Any]) -> None:
    del content["repair"]
    older = build_edition(content)
    assert older.repair is None
    assert older.repair_rule(date(2026, 11, 21)) is None
    assert older.regime(date(2026, 11, 21)) is not None


def test_of_one_channel_one_rule_holds_on_every_day(edition: Edition) -> None:
    days = [
        date(2019, 7, 1),
        date(2023, 4, 30),
        date(2023, 5, 1),
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2040, 1, 1),
    ]
    found = [edition.repair_rule(day) for day in days]
    assert [rule.key for rule in found if rule] == ["R2019", "R2019", "R2023", "R2023", "R2026", "R2026"]
    assert edition.repair_rule(date(2019, 6, 30)) is None
    samr = edition.repair_rule(date(2026, 1, 1), "samr")
    assert samr is not None
    assert samr.key == "R-SAMR"
    assert edition.repair_rule(date(2021, 8, 31), "samr") is None


def test_a_way_is_found_by_item_and_day(edition: Edition) -> None:
    assert edition.repair is not None
    way = edition.repair.way("court-defaulter", date(2026, 1, 1))
    assert isinstance(way, RemovalWay)
    assert way.shortest is None
    assert edition.repair.way("court-defaulter", date(2017, 4, 30)) is None
    assert edition.repair.way("administrative-penalty", date(2026, 1, 1)) is None


def test_all_that_was_not_confirmed_is_marked(edition: Edition) -> None:
    """Section 6.4: the days from acceptance to the decision, and those of an extension, could not be confirmed."""
    marked = {rule.key: rule.certainty.value for rule in edition.limits if rule.in_force.contains(date(2026, 4, 1))}
    assert marked["repair.decision"] == marked["repair.extension"] == "unsure"
    assert marked["repair.forwarding"] == "project"
    assert marked["repair.acceptance"] == marked["repair.answer"] == "sure"


@pytest.mark.django_db
def test_a_basis_says_which_rules_of_repair_rest_on_it(edition: Edition, keeper: Any) -> None:
    load_edition(region="demo", actor=keeper, now=datetime(2026, 11, 21, tzinfo=UTC))
    on = date(2026, 11, 21)
    assert "repair.R2026" in basis_page("repair-order-36.conditions", on).rules
    assert "repair.R2026" in basis_page("repair-order-36.misuse", on).rules
    assert "repair-transition" in basis_page("platform-conventions.repair-transition", on).rules
    assert "repair-ways.court-list" in basis_page("court-list-provisions", on).rules
