"""The catalogue: items with fields, checks and marks of certainty; bases with all versions; terms by regime."""

from datetime import date

import pytest
from django.test import Client

from portal.pages import main
from world import World
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.items import sheet_of

ON = date(2026, 11, 21)


def test_the_catalogue_lists_all_categories_and_items(visitor: Client, world: World) -> None:
    said = main(visitor.get("/catalogue"))
    edition = current_edition(ON)
    assert all(category.name in said for category in edition.categories)
    assert all(item.name in said for item in edition.items)
    assert "基本确定" in said
    assert "已核对" in said


@pytest.mark.parametrize("code", ["administrative-licence", "administrative-penalty"])
def test_an_item_shows_all_fields_checks_and_lists(visitor: Client, world: World, code: str) -> None:
    answer = visitor.get(f"/catalogue/{code}")
    said, edition = main(answer), current_edition(ON)
    item = edition.item(code)
    assert all(field.name in said for field in item.fields)
    assert all(check.message in said for check in sheet_of(item, edition.code_lists).checks)
    assert len(answer.context["checks"].rows) == len(sheet_of(item, edition.code_lists).checks)
    for key in {field.code_list for field in item.fields if field.code_list}:
        assert all(choice.value in said for choice in edition.code_list(key).choices)
        assert f'id="list-{key}"' in answer.content.decode()
    assert "7 个工作日" in said
    assert "向社会公开" in said


def test_every_basis_has_a_page_that_says_what_rests_on_it(visitor: Client, world: World) -> None:
    for key in sorted({basis.key for basis in current_edition(ON).bases}):
        answer = visitor.get(f"/catalogue/bases/{key}")
        assert answer.status_code == 200, key
        assert "." not in "".join(answer.context["rules"]), key
    said = main(visitor.get("/catalogue/bases/administrative-penalty-law.publicity"))
    assert "信息项： 行政处罚" in said
    assert "公示到什么时候：行政处罚" in said


def test_all_bases_are_listed_those_in_force_first(visitor: Client, world: World) -> None:
    answer = visitor.get("/catalogue/bases")
    listed = len(answer.context["in_force"].rows) + len(answer.context["ended"].rows)
    assert listed == len(current_edition(ON).bases)
    assert len(answer.context["in_force"].rows) == len(current_edition(ON).in_force(ON))


def test_terms_say_for_each_regime_how_long_and_on_what_basis(visitor: Client, world: World) -> None:
    answer = visitor.get("/catalogue/terms")
    said = main(answer)
    for regime in current_edition(ON).regimes:
        assert regime.name in said
        assert all(tier.name in said for tier in regime.tiers)
    assert [part.key for part in answer.context["regimes"] if part.current] == ["R2026", "R-SAMR"]
    assert "不可修复，公示至期满" in said
    assert "决定之日起 7 个工作日内" in said


def test_editions_name_the_one_that_holds(visitor: Client, world: World) -> None:
    said = main(visitor.get("/catalogue/editions"))
    assert current_edition(ON).hash[:16] in said.replace(" ", "")
    assert "现行" in said


def test_help_tells_present_law_from_the_catalogue(visitor: Client, world: World) -> None:
    said = main(visitor.get("/help"))
    assert "一般 ：最长公示 1年，满 3个月可以申请修复。" in said
    assert "决定作出后 7 个工作日内公示" in said
    assert "参加培训、出具信用报告、做公益都不是条件" in said
