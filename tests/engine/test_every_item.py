"""Every item of the catalogue, by its own declaration: a clean row passes, every damage is told, and rows and columns say the same."""

import pytest
from penalty_rows import ON
from test_row_and_columns_agree import said_by_columns, said_by_row

from kinds import Unit, clean, damages
from xinheng.catalogue.readers.edition import package_edition
from xinheng.catalogue.values.items import sheet_of
from xinheng.engine.columns import Way
from xinheng.engine.declare import Effect
from xinheng.engine.problems import Context

EDITION = package_edition()
UNIT = Unit("示例区市场监督管理局", "11990101990101037C")
CODES = [item.code for item in EDITION.items]
PEOPLE = [item.code for item in EDITION.items if "natural_person" in item.subject_kinds]


def test_there_are_all_ten_kinds_of_action_and_the_items_of_the_plans() -> None:
    kinds = ("licence", "penalty", "compulsion", "confirmation", "levy", "payment", "adjudication", "compensation")
    wanted = {f"administrative-{kind}" for kind in (*kinds, "reward", "inspection")}
    assert {code for code in CODES if EDITION.item(code).category == "C03"} == wanted
    assert {EDITION.item(code).category for code in CODES} >= {"C01", "C02", "C03", "C05", "C07", "C10", "C11"}


@pytest.mark.parametrize("code", CODES)
def test_a_clean_row_of_every_item_is_taken(code: str) -> None:
    sheet = sheet_of(EDITION.item(code), EDITION.code_lists)
    said = said_by_row(sheet, [clean(EDITION, code, unit=UNIT)], Context(ON))
    assert [problem for problem in said["problems"] if problem[3] is not Effect.WARN] == []


@pytest.mark.parametrize("code", PEOPLE)
def test_a_clean_row_about_a_person_is_taken_and_shown_only_where_the_item_says_so(code: str) -> None:
    sheet = sheet_of(EDITION.item(code), EDITION.code_lists)
    said = said_by_row(sheet, [clean(EDITION, code, unit=UNIT, person=True)], Context(ON))
    told = {(problem[2], problem[3]) for problem in said["problems"] if problem[3] is not Effect.WARN}
    shown = EDITION.open_level(code, "natural_person") == "public"
    assert told <= {("E113", Effect.BLOCK)}
    # What is not for the public at all needs no further block.
    assert shown != bool(told) or EDITION.open_level(code, "legal_person") != "public"
    assert [code for code in PEOPLE if EDITION.open_level(code, "natural_person") == "public"] == ["court-defaulter"]


@pytest.mark.parametrize("code", CODES)
def test_every_damage_of_every_field_is_told_where_it_stands(code: str) -> None:
    sheet = sheet_of(EDITION.item(code), EDITION.code_lists)
    row = clean(EDITION, code, unit=UNIT)
    for damage in damages(EDITION, code, row):
        told = {
            (problem[1], problem[2]) for problem in said_by_row(sheet, [row | damage.changed], Context(ON))["problems"]
        }
        assert (damage.field, damage.code) in told, (damage.name, told)


@pytest.mark.parametrize("way", [Way.EVIDENCE, Way.DISTINCT])
@pytest.mark.parametrize("code", CODES)
def test_rows_and_columns_say_the_same_of_every_item(code: str, way: Way) -> None:
    sheet = sheet_of(EDITION.item(code), EDITION.code_lists)
    row = clean(EDITION, code, unit=UNIT)
    rows = [clean(EDITION, code, number, unit=UNIT) for number in (1, 1, 2)]
    rows += [clean(EDITION, code, 3, unit=UNIT, person=True)] if code in PEOPLE else []
    rows += [row | damage.changed for damage in damages(EDITION, code, row)]
    facts = {"__source_known": "yes", "__stored": "none", "__reason_given": "yes", "__number_reused": "no"}
    known = [each | facts for each in rows]
    for some in (rows, known):
        assert said_by_columns(sheet, some, Context(ON), way) == said_by_row(sheet, some, Context(ON))
