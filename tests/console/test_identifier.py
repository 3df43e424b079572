import argparse
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xinheng.console.commands import identifier
from xinheng.kernel.identifiers import resident, uscc

CODE = "91990101MA0000015" + uscc.check_digit("91990101MA0000015")
HELD = CODE[:17] + next(c for c in uscc.ALPHABET if c != CODE[17])
PERSON = "44010119900307123" + resident.check_character("44010119900307123")
UNBORN = "44010120261122123" + resident.check_character("44010120261122123")


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinheng.console.clock.now", lambda: datetime(2026, 11, 21, 3, tzinfo=UTC))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    identifier.register(parser.add_subparsers())
    args = parser.parse_args(["identifier", "check", *words])
    return int(args.run(args))


def items(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str | None]]:
    return list(json.loads(capsys.readouterr().out)["items"])


def test_a_valid_code_is_reported_with_all_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f" {CODE.lower()}", "--json") == 0
    assert items(capsys) == [
        {"input": f" {CODE.lower()}", "normalised": CODE, "kind": "uscc", "verdict": "valid", "reason": None}
    ]


def test_a_warning_beside_valid_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("3101121022707", "--json") == 0
    assert items(capsys)[0]["reason"] == "old_13_digits"


@pytest.mark.parametrize(("code", "verdict"), [(HELD, "held"), ("9.13E+17", "invalid"), ("", "invalid")])
def test_one_held_or_invalid_code_makes_the_exit_status_one(
    code: str, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(CODE, code, "--json") == 1
    assert [item["verdict"] for item in items(capsys)] == ["valid", verdict]


def test_lines_say_in_words_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(CODE, HELD) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{CODE}  统一社会信用代码，有效"
    assert second.startswith(f"{HELD}  统一社会信用代码，待核：校验码不符")


def test_codes_come_from_a_file_with_or_without_byte_order_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "codes.txt"
    file.write_text(f"\ufeff{CODE}\r\n\n{HELD}\n", encoding="utf-8")
    assert run("--file", str(file), "--json") == 1
    assert [item["normalised"] for item in items(capsys)] == [CODE, HELD]


@pytest.mark.parametrize("words", [("-",), ("--file", "-")])
def test_identity_numbers_come_from_standard_input_and_are_shown_masked(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [PERSON, PERSON[:17] + "0", PERSON[:17], f"身份证{PERSON}", UNBORN, "440101900307123"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(given)))
    assert run(*words, "--json") == 1
    out = capsys.readouterr().out
    assert "0307" not in out.replace(PERSON[-4:], "")
    assert "20261122" not in out
    found = json.loads(out)["items"]
    assert (found[0]["input"], found[0]["normalised"]) == (f"440101********{PERSON[-4:]}",) * 2
    assert (found[4]["kind"], found[4]["reason"]) == ("id18", "date")


def test_lines_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(PERSON) == 0
    assert capsys.readouterr().out.startswith(f"440101********{PERSON[-4:]}  公民身份号码")


def test_nothing_both_or_an_unreadable_file_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    binary = tmp_path / "codes.xls"
    binary.write_bytes(b"\xd0\xcf\x11\xe0")
    assert run() == 2
    assert run(CODE, "--file", str(binary)) == 2
    assert run("--file", str(binary)) == 2
    assert run("--file", str(tmp_path / "none.txt")) == 2
    assert capsys.readouterr().out == ""
