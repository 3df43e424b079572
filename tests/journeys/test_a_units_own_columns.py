"""A unit's own column names are said once, remembered, used before a missing column is judged, seen, changed and ended."""

import csv
import io
from typing import Any

import pytest

from intake.cast import LICENCE, PENALTY, as_csv, assert_sound, codes_of, hand_in, load, penalty
from world import World
from xinheng.catalogue.door import package_edition
from xinheng.console.main import run
from xinheng.intake import models
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import hand_in_again, map_columns, mapping_of, mappings, survey
from xinheng.intake.rules import mapping as rules
from xinheng.intake.values.errors import IntakeInvalid, NotPossible
from xinheng.intake.values.receipts import Receipt
from xinheng.ledger.values import NotAllowed

NAMES = {each.code: each.name for each in package_edition("demo").item(PENALTY).fields}
OWN = {"CF_WSH": "处罚决定文书号码", "CF_XDR_MC": "当事人", "CF_JDRQ": "作出处罚日期"}
"""How the department's own system heads three columns."""


def own_file(world: World, *numbers: int, heads: dict[str, str] = OWN) -> bytes:
    """A clean file under the department's own headings."""
    rows = list(csv.reader(io.StringIO(as_csv([penalty(world, number) for number in numbers]).decode())))
    named = {NAMES[code]: header for code, header in heads.items()}
    target = io.StringIO()
    csv.writer(target).writerows([[named.get(cell, cell) for cell in rows[0]], *rows[1:]])
    return target.getvalue().encode()


def say(
    world: World, columns: Any, *, login: str = "reporter.market", unit: str = "market", item: str = PENALTY
) -> None:
    map_columns(unit_id=world.units[unit], item=item, columns=columns, actor=world.actor(login), now=world.now)


def said(own: dict[str, str]) -> list[tuple[str, str]]:
    return [(header, code) for code, header in own.items()]


def test_a_refused_file_is_mapped_once_and_every_later_one_is_taken(world: World) -> None:
    reporter = world.actor("reporter.market")
    refused = load(world, own_file(world, 1))
    assert (refused.status, refused.reason) == ("refused", "F11")

    seen = survey(refused.batch or 0, reporter, world.now)
    assert set(seen.missing) == set(OWN)
    open_columns = {column.header: column for column in seen.columns if not column.by}
    assert set(open_columns) == set(OWN.values())
    assert open_columns["处罚决定文书号码"].suggested == "CF_WSH"
    assert open_columns["当事人"].samples == ("示例区晓岚1号商贸有限公司",)

    say(world, said(OWN))
    again = hand_in_again(batch_id=refused.batch or 0, actor=reporter, now=world.now)
    first = load_batch(again.batch_id, Way(lambda: world.now))
    assert (first.status, first.counts.accepted) == ("done", 1), codes_of(first)
    assert {each["header"]: each["field"] for each in first.columns["mapped"]} == {h: c for c, h in OWN.items()}
    later = load(world, own_file(world, 2, 3))
    assert later.counts.accepted == 2
    assert later.errors == []
    assert_sound()


def test_what_is_wrong_is_told_under_the_units_own_heading(world: World) -> None:
    say(world, said(OWN))
    text = own_file(world, 1).decode().replace("2026/11/17", "2026/13/01", 1)
    told: Receipt = load(world, text.encode())
    assert [(each["field"], each["header"]) for each in told.errors] == [("CF_JDRQ", "作出处罚日期")]


def test_a_mapping_is_only_its_own_units(world: World) -> None:
    say(world, said(OWN))
    assert load(world, own_file(world, 1), unit="tax").reason == "F11"
    for login in ("reporter.tax", "operator", "reviewer", "auditor"):
        with pytest.raises(NotPossible):
            mapping_of(world.units["market"], PENALTY, world.actor(login), world.now)
        with pytest.raises((NotPossible, NotAllowed)):
            say(world, [("文号", "CF_WSH")], login=login)
    assert mappings(world.actor("reporter.tax"), world.now) == ()
    batch = hand_in(world, own_file(world, 1))
    with pytest.raises(NotPossible):
        survey(batch, world.actor("operator"), world.now)


def test_a_mapping_is_seen_changed_and_ended(world: World) -> None:
    reporter = world.actor("reporter.market")
    say(world, said(OWN))
    (found,) = mappings(reporter, world.now)
    assert (found.item, found.columns, found.changed_by) == (PENALTY, {h: c for c, h in OWN.items()}, reporter.name)
    say(world, [("文书号码", "CF_WSH")])
    assert load(world, own_file(world, 1)).reason == "F11"
    assert load(world, own_file(world, 1, heads={"CF_WSH": "文书号码"})).counts.accepted == 1
    say(world, [])
    assert mappings(reporter, world.now) == ()
    assert load(world, own_file(world, 2, heads={"CF_WSH": "文书号码"})).reason == "F11"
    assert_sound()


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ([("甲", "CF_WSH"), ("乙", "CF_WSH")], "intake.mapping_doubled"),
        ([("甲", "CF_WSH"), ("甲", "CF_YJ")], "intake.mapping_twice"),
        ([("甲", "CF_WSH"), (" 甲 ", "CF_YJ")], "intake.mapping_twice"),
        ([("处罚依据", "CF_WSH")], "intake.mapping_own_name"),
        ([("CF_YJ", "CF_WSH")], "intake.mapping_own_name"),
        ([("信衡：原位置", "CF_WSH")], "intake.mapping_own_name"),
        ([("甲", "XK_WSH")], "intake.mapping_field"),
        ([("  ", "CF_WSH")], "intake.mapping_header"),
        ([("甲" * 101, "CF_WSH")], "intake.mapping_header"),
        ([("99010119820315001X", "CF_WSH")], "intake.mapping_header"),
        ([], "intake.mapping_empty"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_words(world: World, columns: Any, code: str) -> None:
    with pytest.raises(IntakeInvalid) as refused:
        say(world, columns)
    assert refused.value.code == code
    assert not models.ColumnMapping.objects.exists()


def test_the_items_own_name_is_never_overridden(world: World) -> None:
    """The file has both: the column that bears the item's name is taken, the unit's heading is told as unknown."""
    say(world, [("案号", "CF_WSH")])
    text = as_csv([penalty(world, 1) | {"案号": "错的号"}], more=["案号"])
    told = load(world, text)
    assert told.counts.accepted == 1
    assert told.columns["unknown"] == ["案号"]
    assert "mapped" not in told.columns


def test_a_field_that_the_catalogue_drops_makes_the_mapping_say_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(world, [*said(OWN), ("附言", "BZ")])
    real = rules.field_names
    monkeypatch.setattr(
        rules, "field_names", lambda item: {code: names for code, names in real(item).items() if code != "BZ"}
    )
    found = mapping_of(world.units["market"], PENALTY, world.actor("reporter.market"), world.now)
    assert found is not None
    assert found.stale == {"附言": "BZ"}
    assert found.columns == {header: code for code, header in OWN.items()}


def test_one_units_mapping_of_one_item_says_nothing_of_another(world: World) -> None:
    say(world, said(OWN))
    assert mapping_of(world.units["market"], LICENCE, world.actor("reporter.market"), world.now) is None


def test_the_command_reads_by_the_units_mapping_too(
    world: World, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    say(world, said(OWN))
    path = tmp_path / "报送.csv"
    path.write_bytes(own_file(world, 1))
    on = ("--on", "2026-11-21")
    assert run(["intake", "check", str(path), "--item", PENALTY, *on]) == 1
    store = ("--against-store", "--as", "reporter.market")
    assert run(["intake", "check", str(path), "--item", PENALTY, *on, *store]) == 0
    code = world.unit_codes["market"]
    assert run(["intake", "load", str(path), "--item", PENALTY, "--organisation", code, "--as", "reporter.market"]) == 0
    assert "处罚决定文书号码 → CF_WSH" in capsys.readouterr().out


def test_names_of_people_in_an_unknown_column_are_not_shown(world: World) -> None:
    rows = as_csv([penalty(world, 1) | {"某列": "欧阳娜娜", "另列": "990101198203150015"}], more=["某列", "另列"])
    batch = load(world, rows).batch or 0
    shown = {each.header: each.samples for each in survey(batch, world.actor("reporter.market"), world.now).columns}
    assert shown["某列"] == ("欧阳*",)
    assert "19820315" not in str(shown)
