"""`xinheng intake check|load`: the JSON of the contract, the exit status, messages on standard error."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from engine.penalty_rows import penalty as bare_penalty
from engine.penalty_rows import person as bare_person
from intake.cast import PENALTY, as_csv, assert_sound, penalty
from world import World
from xinheng.catalogue.door import package_edition
from xinheng.console.main import run
from xinheng.records.door import by_document

KEYS = [
    "file",
    "item",
    "rows",
    "accepted",
    "held",
    "rejected",
    "unchanged",
    "superseded",
    "status",
    "reason",
    "not_checked",
    "columns",
    "normalised",
    "errors",
]
ERROR_KEYS = {"row", "record", "field", "header", "code", "message", "value", "effect"}
ON = ("--on", "2026-11-21")

Command = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command with `--json`; gives status, the one object printed, and what went to standard error."""

    def ask(*words: str) -> tuple[int, dict[str, Any], str]:
        status = run(["intake", *words, "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else {}, said.err

    return ask


def file(tmp_path: Path, content: bytes, name: str = "penalties.csv") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


def test_check_prints_exactly_the_contract_and_needs_no_database(tmp_path: Path, command: Command) -> None:
    path = file(
        tmp_path, as_csv([bare_penalty(1), bare_penalty(2, CF_SY="无"), bare_penalty(3, CF_JDRQ="2026年11月3日")])
    )
    status, printed, said = command("check", path, "--item", PENALTY, *ON)
    assert (status, list(printed), said) == (1, KEYS, "")
    assert [printed[key] for key in KEYS[:10]] == ["penalties.csv", PENALTY, 3, 2, 0, 1, 0, 0, "done", None]
    assert printed["not_checked"] == ["E107", "E110", "E114", "W201", "W202"]
    [error] = printed["errors"]
    assert set(error) == ERROR_KEYS
    assert (error["row"], error["record"], error["field"], error["code"]) == (3, 2, "CF_SY", "E101")
    [note] = [note for note in printed["normalised"] if note["row"] == 4 and note["field"] == "CF_JDRQ"]
    assert note == {"row": 4, "field": "CF_JDRQ", "from": "2026年11月3日", "to": "2026-11-03", "rule": note["rule"]}


def test_check_of_a_clean_file_ends_with_nought(tmp_path: Path, command: Command) -> None:
    path = file(tmp_path, as_csv([bare_penalty(1)]))
    assert command("check", path, "--item", PENALTY, *ON)[0] == 0


def test_rows_lists_what_was_accepted_with_personal_values_masked(tmp_path: Path, command: Command) -> None:
    number = str(bare_person(1)["CF_XDR_ZJHM"])
    path = file(tmp_path, as_csv([bare_person(1), bare_penalty(2, CF_SY="无")]))
    _, printed, _ = command("check", path, "--item", PENALTY, *ON, "--rows")
    [shown] = printed["records"]
    assert (shown["row"], shown["values"]["CF_XDR_MC"], shown["values"]["CF_JDRQ"]) == (2, "甲*", "2026-11-02")
    assert number not in json.dumps(printed)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", "\t")]
)
def test_every_encoding_gives_the_same_answer(tmp_path: Path, command: Command, encoding: str, delimiter: str) -> None:
    text = as_csv([bare_penalty(n) for n in range(1, 4)]).decode().replace(",", delimiter)
    _, printed, _ = command("check", file(tmp_path, text.encode(encoding)), "--item", PENALTY, *ON)
    assert (printed["rows"], printed["accepted"], printed["errors"]) == (3, 3, [])


def workbook(rows: list[dict[str, Any]], title: bool = False, beside: str = "") -> bytes:
    """A workbook of penalties; `beside` is written into the first row of data, two columns right of the table."""
    names = {each.code: each.name for each in package_edition("demo").item(PENALTY).fields}
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append(["2026年11月行政处罚汇总"])
    sheet.append(list(names.values()))
    for row in rows:
        sheet.append([row.get(code) for code in names])
    if beside:
        sheet.cell(2, len(names) + 2).value = beside
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_with_a_title_counts_rows_as_the_sheet_does(tmp_path: Path, command: Command) -> None:
    content = workbook([bare_penalty(1), bare_penalty(2, CF_SY="无")], title=True)
    _, printed, _ = command("check", file(tmp_path, content, "p.xlsx"), "--item", PENALTY, *ON)
    assert [(error["row"], error["record"]) for error in printed["errors"]] == [(4, 2)]


def test_a_formula_error_is_no_value(tmp_path: Path, command: Command) -> None:
    content = workbook([bare_penalty(1, CF_FRDB="#N/A"), bare_penalty(2)])
    _, printed, _ = command("check", file(tmp_path, content, "p.xlsx"), "--item", PENALTY, *ON)
    assert [(error["row"], error["field"], error["code"]) for error in printed["errors"]] == [(2, "CF_FRDB", "E102")]
    assert printed["accepted"] == 1


def test_unknown_missing_and_doubled_columns_are_named(tmp_path: Path, command: Command) -> None:
    rows = [{**bare_penalty(1), "经办人": "某人", "罚款金额(万元)": "0.5"}]
    path = file(tmp_path, as_csv(rows, more=["经办人", "罚款金额(万元)"]))
    _, printed, _ = command("check", path, "--item", PENALTY, *ON)
    assert printed["columns"]["unknown"] == ["经办人"]
    assert printed["columns"]["doubled"] == ["CF_NR_FK"]
    assert {"CF_XDR_GSZC", "BZ"} <= set(printed["columns"]["missing"])


def test_of_two_columns_that_differ_neither_is_taken_and_two_that_agree_are_one(
    tmp_path: Path, command: Command
) -> None:
    amounts = ("0.5", "50", None, "—")
    rows = [{**bare_penalty(n), "罚款金额(万元)": amount} for n, amount in enumerate(amounts, 1)]
    _, printed, _ = command("check", file(tmp_path, as_csv(rows, more=["罚款金额(万元)"])), "--item", PENALTY, *ON)
    assert [(one["row"], one["field"], one["code"], one["effect"]) for one in printed["errors"]] == [
        (3, "CF_NR_FK", "E102", "reject")
    ]
    assert "不止一次" in printed["errors"][0]["message"]
    assert (printed["accepted"], printed["normalised"][0]["from"]) == (3, "50")


def test_a_line_of_more_cells_than_the_header_is_taken_by_nobody(tmp_path: Path, command: Command) -> None:
    content = as_csv([{**bare_penalty(n), "备注": "甲"} for n in (1, 2, 3)], more=["备注"])
    one, two, three, *rest = content.split(b"\r\n")
    longer = b"\r\n".join([one, two + ",乙".encode(), three + b",,", *rest])
    _, printed, _ = command("check", file(tmp_path, longer), "--item", PENALTY, *ON)
    assert [(one["row"], one["field"], one["code"]) for one in printed["errors"]] == [(2, "CF_WSH", "E102")]
    assert (printed["accepted"], printed["rejected"]) == (2, 1)


def test_a_cell_beside_the_table_of_a_workbook_shifts_nothing(tmp_path: Path, command: Command) -> None:
    path = file(tmp_path, workbook([bare_penalty(1)], beside="已核"), "p.xlsx")
    _, printed, _ = command("check", path, "--item", PENALTY, *ON)
    assert (printed["accepted"], printed["errors"]) == (1, [])


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"", "x.csv", "F08"), (b"a,b\n1,2\n", "x.csv", "F07"), (b"PK\x03\x04 not a zip", "x.xlsx", "F01")],
)
def test_a_refused_file_says_its_code(tmp_path: Path, command: Command, content: bytes, name: str, code: str) -> None:
    status, printed, _ = command("check", file(tmp_path, content, name), "--item", PENALTY, *ON)
    assert (status, printed["status"], printed["reason"], printed["rows"]) == (1, "refused", code, 0)


def test_an_unknown_item_and_a_missing_file_are_told_apart(tmp_path: Path, command: Command) -> None:
    path = file(tmp_path, b"x")
    status, printed, _ = command("check", path, "--item", "no-such-item")
    assert (status, printed["reason"]) == (1, "catalogue.item_unknown")
    assert command("check", str(tmp_path / "none.csv"), "--item", PENALTY)[0] == 2


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch, now: Any) -> None:
    """The console's clock stands at the fixed moment."""
    from xinheng.console import clock

    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.usefixtures("at_noon")
def test_load_prints_the_receipt_with_its_batch_and_progress_beside(
    world: World, tmp_path: Path, command: Command
) -> None:
    path = file(tmp_path, as_csv([penalty(world, n) for n in range(1, 4)]))
    words = ("load", path, "--item", PENALTY, "--organisation", world.unit_codes["market"], "--as", "reporter.market")
    status, printed, said = command(*words)
    assert (status, list(printed), printed["accepted"], printed["not_checked"]) == (0, [*KEYS, "batch"], 3, [])
    assert "已处理 3 / 3 行" in said
    assert by_document("示市监罚〔2026〕3号", actor=world.actor("reporter.market"))[0].batch_id == printed["batch"]
    again = command(*words)[1]
    assert (again["accepted"], again["unchanged"]) == (3, 3)
    assert_sound()


@pytest.mark.usefixtures("at_noon")
def test_load_for_a_foreign_unit_is_refused(world: World, tmp_path: Path, command: Command) -> None:
    path = file(tmp_path, as_csv([penalty(world, 1)]))
    words = ("load", path, "--item", PENALTY, "--organisation", world.unit_codes["tax"], "--as", "reporter.market")
    status, printed, _ = command(*words)
    assert (status, printed["reason"]) == (1, "intake.foreign_unit")


@pytest.mark.usefixtures("at_noon")
def test_check_against_the_store_asks_everything(world: World, tmp_path: Path, command: Command) -> None:
    path = file(tmp_path, as_csv([penalty(world, 1, CF_CFJGDM=str(bare_penalty(1)["CF_CFJGDM"]))]))
    words = ("check", path, "--item", PENALTY, "--against-store", "--as", "reporter.market")
    status, printed, _ = command(*words)
    assert (status, printed["not_checked"]) == (1, [])
    assert [error["code"] for error in printed["errors"]] == ["E110"]


def test_what_people_read_says_of_each_problem_what_becomes_of_the_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, as_csv([bare_penalty(1), bare_penalty(2, CF_SY="无"), bare_penalty(3, CF_NR_FK="5000")]))
    assert run(["intake", "check", str(path), "--item", PENALTY, *ON]) == 1
    said = capsys.readouterr().out
    assert "共 3 行：接收 1，暂存 1，退回 1" in said
    assert "第 3 行 [退回] E101" in said
    assert "第 4 行 [暂存待核] E109" in said
