"""The template of every item of the catalogue: refused empty, taken when filled in, its example taken by the item's own checks."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from world import World, furnish
from xinheng.accounts.door import units
from xinheng.accounts.values import Unit
from xinheng.catalogue.door import package_edition
from xinheng.catalogue.values.items import Item
from xinheng.engine.declare import Sheet
from xinheng.engine.problems import Context
from xinheng.engine.row import check_row
from xinheng.intake.batch.check import check_file
from xinheng.intake.door import check_row as take_row
from xinheng.intake.door import write_template
from xinheng.intake.operations.judging import unit_words
from xinheng.intake.rules.books import DATA_SHEET, Filler, example_of
from xinheng.intake.rules.sheets import asked_of
from xinheng.intake.values.receipts import Taken
from xinheng.tables.books import LISTS_SHEET, NOTES_SHEET

EDITION = package_edition("demo")
ON = date(2026, 11, 21)
pytestmark = pytest.mark.django_db


@pytest.fixture(params=EDITION.items, ids=lambda item: item.code)
def item(request: pytest.FixtureRequest) -> Item:
    """Each item of the catalogue."""
    found: Item = request.param
    return found


@pytest.fixture
def template(item: Item, tmp_path: Path) -> Path:
    """Its template."""
    path = tmp_path / "模板.xlsx"
    write_template(item.code, path, on=ON, edition=EDITION)
    return path


def test_an_empty_template_is_refused_kindly(item: Item, template: Path) -> None:
    receipt = check_file(template, item.code, ON, edition=EDITION)
    assert (receipt.status, receipt.reason) == ("refused", "F08")
    assert "请填写数据" in receipt.message


def test_a_template_filled_in_with_its_own_example_is_taken(item: Item, template: Path) -> None:
    asked = asked_of(item, EDITION.code_lists)
    example, clean = example_of(asked, ON)
    assert clean, example
    book = load_workbook(template)
    sheet = book[DATA_SHEET]
    names = {each.name: each.code for each in item.fields}
    for cell in sheet[1]:
        sheet.cell(2, cell.column).value = example.get(names.get(str(cell.value), ""))
    book.save(template)
    receipt = check_file(template, item.code, ON, edition=EDITION)
    assert receipt.status == "done", receipt.message
    assert (receipt.counts.rows, receipt.counts.accepted) == (1, 1), receipt.errors
    assert receipt.columns["unknown"] == []


def test_every_column_says_how_it_is_filled_in(item: Item, template: Path) -> None:
    book = load_workbook(template)
    sheet = book[DATA_SHEET]
    assert [cell.value for cell in sheet[1]][:-1] == [each.name for each in item.fields]
    for cell, each in zip(sheet[1], item.fields, strict=False):
        assert cell.comment is not None, each.code
        assert each.code in cell.comment.text
        assert ("必填" in cell.comment.text) == (bool(each.required)), each.code
        assert each.max_length is None or each.type != "text" or f"最多 {each.max_length} 个字" in cell.comment.text
    assert sheet.freeze_panes == "A2"


def test_the_example_at_every_heading_is_a_value_its_field_takes(item: Item, template: Path) -> None:
    sheet = load_workbook(template)[DATA_SHEET]
    asked = asked_of(item, EDITION.code_lists)
    for cell, each in zip(sheet[1], item.fields, strict=False):
        shown = [line.removeprefix("例：") for line in cell.comment.text.split("\n") if line.startswith("例：")]
        if not shown:
            continue
        field = next(one for one in asked.full.fields if one.code == each.code)
        alone = Sheet(item.code, (replace(field, companions=()),), ())
        assert check_row(alone, {each.code: shown[0]}, Context(ON)).problems == (), (each.code, shown)


def test_every_list_can_be_chosen_from(item: Item, template: Path) -> None:
    """Each choice is written so that the check reads it; long lists stand on a hidden sheet."""
    book = load_workbook(template)
    sheet = book[DATA_SHEET]
    letters = {str(cell.value): cell.column_letter for cell in sheet[1]}
    offered = {str(rule.sqref).split("2:")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    for each in item.fields:
        if each.code_list is None:
            continue
        source = offered[letters[each.name]]
        listed = EDITION.code_lists[each.code_list]
        if source.startswith('"'):
            values = source.strip('"').split(",")
        else:
            assert book[LISTS_SHEET].sheet_state == "hidden"
            letter = source.split("$")[1]
            values = [str(cell.value) for cell in book[LISTS_SHEET][letter] if cell.value]
        assert values
        assert set(values) <= set(listed.by_writing)


def test_the_instructions_name_every_field_with_its_example(item: Item, template: Path) -> None:
    notes = load_workbook(template)[NOTES_SHEET]
    lines = {str(row[1].value): [cell.value for cell in row] for row in notes.iter_rows(min_row=7) if row[1].value}
    example, _ = example_of(asked_of(item, EDITION.code_lists), ON)
    for each in item.fields:
        assert lines[each.code][0] == each.name
        assert (lines[each.code][5] or "") == example.get(each.code, "")


def fillers(world: World, item: Item) -> list[Unit]:
    """A unit of every kind that may hand an item in, and whoever else it is reserved for."""
    words = unit_words(EDITION, ON)
    found = {}
    for one in units(world.actor("operator")):
        told = frozenset(words[one.code])
        if not item.submitters or told & set(item.submitters):
            found[told] = one
    return list(found.values())


def test_beside_the_store_the_example_is_taken_from_every_kind_of_unit_that_may_hand_it_in(
    item: Item, now: datetime
) -> None:
    world = furnish(now)
    asked = asked_of(item, EDITION.code_lists)
    some = fillers(world, item)
    assert len(some) >= 1 if item.submitters else len(some) >= 5
    for own in some:
        example, clean = example_of(asked, ON, Filler(own.name, own.code))
        assert clean, (own.name, example)
        actor = replace(world.actor("reporter.market"), unit_id=own.id, unit_path=own.path)
        said = take_row(item=item.code, texts=example, actor=actor, now=now)
        wrong = [one for one in said.problems if one["effect"] in {"reject", "hold"}]
        assert [(one["code"], one["message"]) for one in wrong] == [], own.name
        assert said.taken is Taken.ACCEPTED, own.name


def test_a_units_template_names_it_and_one_of_nobody_says_that_its_unit_is_invented(
    item: Item, template: Path, tmp_path: Path, now: datetime
) -> None:
    world = furnish(now)
    path = tmp_path / "本单位.xlsx"
    write_template(item.code, path, on=ON, unit_id=world.units["market"])
    own, nobodys = load_workbook(path), load_workbook(template)
    code = item.core["source_code"]
    lines = {str(row[1].value): row[5].value for row in own[NOTES_SHEET].iter_rows(min_row=7)}
    assert lines[code] == world.unit_codes["market"]
    notes = {str(cell.value).split("（")[0]: cell.comment.text for cell in own[DATA_SHEET][1] if cell.comment}
    assert f"例：{world.unit_codes['market']}" in notes[item.field(code).name]
    invented = "示例中的机关和数据来源单位是虚构的"
    told = [
        " ".join(str(cell.value) for row in book[NOTES_SHEET].iter_rows() for cell in row) for book in (own, nobodys)
    ]
    assert [invented in text for text in told] == [False, True]
