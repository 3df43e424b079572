"""`xinheng ledger`: checkpoints, proofs that tools/verify.py accepts, and verification that names what was changed."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hands import by_hand
from world import World, furnish, licence, penalty, publish
from xinheng.accounts.door import queries_page
from xinheng.accounts.values import QueryFilter
from xinheng.console import clock, main
from xinheng.ledger.door import head
from xinheng.records.door import enter

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, home: Path) -> World:
    """Two records, the clock standing still, checkpoints in a folder of this test."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.XINHENG_HOME = tmp_path
    (tmp_path / "keys").symlink_to(home / "keys")
    made = furnish(NOW)
    enter(fact=penalty(made), actor=made.actor("reporter.market"), now=NOW)
    enter(fact=licence(made), actor=made.actor("reporter.market"), now=NOW)
    publish(NOW)
    return made


def ledger(*words: str) -> int:
    return main.run(["ledger", *words, "--as", "auditor", "--json"])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_checkpoint_is_written_out_of_the_database(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert ledger("checkpoint") == 0
    said = printed(capsys)
    assert set(said) == {"size", "root", "at", "file", "key"}
    assert f"size {said['size']}" in Path(said["file"]).read_text(encoding="utf-8")
    assert said["size"] == head().size


def test_a_proof_is_accepted_by_the_program_that_shares_no_code(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger("checkpoint")
    kept = printed(capsys)["file"]
    enter(fact=penalty(world, number="示市监罚〔2026〕2号"), actor=world.actor("reporter.market"), now=NOW)
    publish(NOW)
    proof = tmp_path / "proof.json"
    assert ledger("prove", "--number", "3", "--checkpoint", kept, "-o", str(proof)) == 0
    said = printed(capsys)
    assert said["from"] < said["size"]
    command = [sys.executable, str(ROOT / "tools" / "verify.py"), str(proof), kept, "--key", said["key"]]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "proved: entry 3" in checked.stdout


def test_without_a_checkpoint_the_latest_one_is_the_beginning(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = tmp_path / "proof.json"
    assert ledger("prove", "--number", "1", "-o", str(proof)) == 0
    said = printed(capsys)
    command = [sys.executable, str(ROOT / "tools" / "verify.py"), str(proof), said["checkpoint"], "--key", said["key"]]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_proof_shows_a_row_so_the_read_is_registered(world: World, tmp_path: Path) -> None:
    ledger("prove", "--number", "1", "-o", str(tmp_path / "proof.json"))
    (line,) = queries_page(QueryFilter(), actor=world.actor("auditor")).items
    assert (line.kind.value, line.scope) == ("export", "账本第 1 号账目的证明")


def test_a_ledger_that_holds_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    ledger("checkpoint")
    printed(capsys)
    assert ledger("verify") == 0
    said = printed(capsys)
    assert {"size", "root", "leaves", "rows", "checkpoints", "items", "status"} == set(said)
    assert (said["items"], said["status"], said["checkpoints"]) == ([], "done", 2)


def test_a_change_by_hand_is_named_and_the_status_is_one(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    by_hand("UPDATE records_version SET amount_cents = 1 WHERE amount_cents IS NOT NULL")
    assert ledger("verify") == 1
    said = printed(capsys)
    assert said["status"] == "problems"
    assert [item["code"] for item in said["items"]] == ["row"]
    assert "records_version" in said["items"][0]["place"]


def test_a_tail_that_was_cut_off_is_found_by_the_checkpoint_outside(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger("checkpoint")
    kept = Path(printed(capsys)["file"])
    elsewhere = tmp_path / "elsewhere.txt"
    text = kept.read_text(encoding="utf-8")
    elsewhere.write_text(text.replace("size ", "size 9"), encoding="utf-8")
    assert ledger("verify", "--checkpoint", str(elsewhere)) == 1
    assert printed(capsys)["items"][0]["code"] == "checkpoint"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("prove", "--number", "0", "-o", "x"), 2),
        (("prove", "--number", "eins", "-o", "x"), 2),
        (("prove", "--number", "1"), 2),
        (("verify", "--checkpoint", "/nowhere/at/all.txt"), 2),
        (("prove", "--number", "1", "-o", "/nowhere/at/all.json"), 2),
        (("prove", "--number", "999999", "-o", "proof.json"), 1),
        ((), 2),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    world: World, words: tuple[str, ...], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ledger(*words) == status
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize("words", [("checkpoint",), ("verify",), ("prove", "--number", "1", "-o", "proof.json")])
def test_who_may_not_read_the_ledger_is_refused(
    world: World, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["ledger", *words, "--as", "reporter.tax", "--json"]) == 1
    assert printed(capsys)["reason"] == "ledger.not_allowed"


def test_an_account_that_is_not_there_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["ledger", "verify", "--as", "nobody", "--json"]) == 1
    assert "nobody" in printed(capsys)["message"]
