"""The sample penalty file shows every kind of dirt it was made for, and nobody real."""

import importlib.util
from collections import defaultdict
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xinheng.console.demo import codes, receipts
from xinheng.intake.batch.check import check_file

ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 21)


@pytest.fixture(scope="module")
def checked() -> dict[str, Any]:
    with as_file(files("xinheng.console") / "data" / "sample_penalties.xlsx") as path:
        return check_file(path, "administrative-penalty", ON, region="demo").to_json()


def test_the_counts_add_up_and_all_outcomes_occur(checked: dict[str, Any]) -> None:
    assert checked["rows"] == checked["accepted"] + checked["held"] + checked["rejected"] == 60
    assert min(checked["accepted"], checked["held"], checked["rejected"]) >= 4


def test_every_code_that_needs_no_store_occurs_with_its_effect(checked: dict[str, Any]) -> None:
    effects: dict[str, set[str]] = defaultdict(set)
    for error in checked["errors"]:
        effects[error["code"]].add(error["effect"])
    assert effects == {
        "E101": {"reject"},
        "E103": {"reject"},
        "E104": {"reject", "hold"},
        "E105": {"reject"},
        "E106": {"reject"},
        "E108": {"reject"},
        "E109": {"reject", "hold"},
        "E110": {"reject"},
        "E111": {"reject", "hold"},
        "E112": {"block"},
        "E113": {"block"},
        "W202": {"warn"},
        "W203": {"warn"},
    }


def test_what_excel_and_exports_leave_behind_is_put_right_and_told(checked: dict[str, Any]) -> None:
    told = {rule for one in checked["normalised"] for rule in one["rule"].split("+")}
    wanted = {
        "excel_date",
        "year_brackets",
        "han",
        "full_width",
        "nbsp",
        "x000d",
        "entities",
        "compact",
        "dots",
        "succeeded",
    }
    assert wanted <= told


def test_the_title_rows_stand_above_the_header_and_unknown_columns_are_named(checked: dict[str, Any]) -> None:
    assert checked["columns"]["unknown"] == ["序号", "承办人联系电话"]
    assert min(error["row"] for error in checked["errors"]) > 3


def test_no_identity_number_or_telephone_number_is_shown_whole(checked: dict[str, Any]) -> None:
    shown = "\n".join(receipts.lines(checked, effects=tuple(receipts.EFFECTS))) + str(checked)
    assert "990101198604120" not in shown
    assert "13800000000" not in shown
    assert "990101********" in shown


def test_every_rejected_and_held_row_is_told_with_row_field_code_and_message(checked: dict[str, Any]) -> None:
    told = "\n".join(receipts.lines(checked))
    for error in checked["errors"]:
        line = f"第 {error['row']} 行 [{receipts.EFFECTS[error['effect']]}] {error['code']} {error['field']}"
        assert (line in told) == (error["effect"] in ("reject", "hold"))


def test_a_refused_file_is_told_in_one_line() -> None:
    refused = {"file": "a.csv", "status": "refused", "reason": "F08", "message": "文件是空的"}
    assert receipts.counts(refused) == "a.csv：整份退回（F08）文件是空的"


def test_every_code_in_the_file_lies_in_the_division_that_does_not_exist() -> None:
    rows = _cells(ROOT / "src/xinheng/console/data/sample_penalties.xlsx")
    found = [
        str(cell) for row in rows for cell in row if str(cell)[:2] in ("91", "92", "11") and str(cell)[2:8].isdigit()
    ]
    assert len(found) > 100
    assert {text[2:8] for text in found} <= {codes.DIVISION, "990101"}


def test_the_file_in_the_repository_is_what_the_program_writes(tmp_path: Path) -> None:
    place = ROOT / "tools" / "make_sample_penalties.py"
    spec = importlib.util.spec_from_file_location("make_sample_penalties", place)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    program.write(tmp_path / "again.xlsx")
    assert _cells(tmp_path / "again.xlsx") == _cells(program.TARGET)


def _cells(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
