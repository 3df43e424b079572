"""`xinheng intake template|rows`: the workbooks from the command line."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from intake.cast import PENALTY, as_csv, load, penalty
from world import World
from xinheng.accounts.models import Query
from xinheng.console.main import run
from xinheng.intake.door import map_columns

Command = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command with `--json`; gives status, the one object printed, and what went to standard error."""

    def ask(*words: str) -> tuple[int, dict[str, Any], str]:
        status = run(["intake", *words, "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else {}, said.err

    return ask


def test_a_template_is_written_without_a_database(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    assert command("template", PENALTY, "-o", str(path))[:2] == (0, {"file": "模板.xlsx", "item": PENALTY})
    assert load_workbook(path).worksheets[0]["A1"].value == "行政相对人名称"


def test_a_template_of_a_unit_bears_its_own_words(world: World, command: Command, tmp_path: Path) -> None:
    reporter = world.actor("reporter.market")
    words = [("企业", "CF_XDR_MC")]
    map_columns(unit_id=world.units["market"], item=PENALTY, columns=words, actor=reporter, now=world.now)
    path = tmp_path / "模板.xlsx"
    status, _, _ = command("template", PENALTY, "-o", str(path), "--organisation", world.unit_codes["market"])
    assert status == 0
    assert load_workbook(path).worksheets[0]["A1"].value == "企业"


def test_rows_to_put_right_are_written_for_their_unit_only(world: World, command: Command, tmp_path: Path) -> None:
    batch = load(world, as_csv([penalty(world, 1, CF_NR_FK=None)])).batch
    path = tmp_path / "改正.xlsx"
    for login in ("reporter.tax", "reviewer"):
        assert command("rows", str(batch), "-o", str(path), "--as", login)[0] == 1
        assert not path.exists()
    status, told, _ = command("rows", str(batch), "-o", str(path), "--as", "reporter.market")
    assert (status, told) == (0, {"file": "改正.xlsx", "batch": batch, "rows": 1, "without_note": 0})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Query.objects.count() == 1


@pytest.mark.parametrize(("name", "why"), [("模板.csv", "须以 .xlsx 结尾"), ("有了.xlsx", "无法写入")])
def test_nothing_is_overwritten_and_only_a_workbook_is_written(
    command: Command, tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "有了.xlsx").write_text("别人的")
    status, _, said = command("template", PENALTY, "-o", str(tmp_path / name))
    assert status == 2
    assert why in said
    assert (tmp_path / "有了.xlsx").read_text() == "别人的"


def test_an_item_that_does_not_exist_leaves_no_file(command: Command, tmp_path: Path) -> None:
    assert command("template", "no-such-item", "-o", str(tmp_path / "x.xlsx"))[0] == 1
    assert list(tmp_path.iterdir()) == []
