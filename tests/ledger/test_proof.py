"""A proof convinces a small program that shares no code with the platform; a changed proof does not."""

import copy
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.conftest import House
from xinheng.accounts.door import change_unit, unit_by_code
from xinheng.accounts.values import UnitChange
from xinheng.ledger.door import checkpoint, head, prove
from xinheng.ledger.values import EntryUnknown

TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify.py"


def run(folder: Path, proof: Any, earlier: str, key: str | None = None) -> tuple[int, str]:
    """Run the tool as somebody outside would."""
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    (folder / "earlier.txt").write_text(earlier, encoding="utf-8")
    if key is not None:
        (folder / "checkpoint.pub").write_text(key)
    arguments = ["proof.json", "earlier.txt", "--key", "checkpoint.pub"]
    done = subprocess.run(
        [sys.executable, "-I", str(TOOL), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_tool_confirms_a_proof(proved: tuple[Any, str], tmp_path: Path) -> None:
    status, said = run(tmp_path, *proved)
    assert (status, "name = 示例区税务局" in said) == (0, True)


def test_a_console_that_cannot_show_a_name_says_no_less(
    proved: tuple[Any, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    run(tmp_path, *proved)
    words = [sys.executable, str(TOOL), "proof.json", "earlier.txt", "--key", "checkpoint.pub"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "name = 示例区税务局".encode("ascii", "backslashreplace").decode() in done.stdout


@pytest.mark.parametrize(
    "path",
    [
        ("entry", "header", 6, 1),
        ("entry", "digest"),
        ("entry", "salt"),
        ("entry", "row", 1, 1),
        ("inclusion", "path", 0),
        ("consistency", "path", 0),
    ],
)
def test_the_tool_refuses_a_proof_in_which_one_value_was_changed(
    proved: tuple[Any, str], tmp_path: Path, path: tuple[Any, ...]
) -> None:
    proof, earlier = copy.deepcopy(proved[0]), proved[1]
    place = proof
    for step in path[:-1]:
        place = place[step]
    value = place[path[-1]]
    place[path[-1]] = ("0" if value[0] != "0" else "1") + value[1:]
    assert run(tmp_path, proof, earlier)[0] == 1


def test_the_tool_refuses_another_key(proved: tuple[Any, str], tmp_path: Path) -> None:
    assert run(tmp_path, *proved, key="ab" * 32)[0] == 1


def test_the_tool_refuses_a_forged_checkpoint(proved: tuple[Any, str], tmp_path: Path) -> None:
    assert run(tmp_path, proved[0], proved[1].replace("size ", "size 1"))[0] == 1


@pytest.mark.parametrize("earlier", ["", "hello", "xinheng-checkpoint/1\nsize x\n\nsig ed25519 AA"])
def test_the_tool_says_what_it_cannot_read(proved: tuple[Any, str], tmp_path: Path, earlier: str) -> None:
    status, said = run(tmp_path, proved[0], earlier)
    assert status == 2
    assert "Traceback" not in said


def test_a_row_that_changed_since_is_proved_without_its_fields(house: House, now: datetime, tmp_path: Path) -> None:
    earlier = checkpoint(now=now, folder=tmp_path)
    row = unit_by_code(house.market)
    change = UnitChange(name="新名", parent_id=None, address="", telephone="")
    change_unit(unit_id=row.id, change=change, actor=house.actor, now=now)
    newer = checkpoint(now=now + timedelta(seconds=2), folder=tmp_path)
    proof = prove(2, earlier_size=earlier.size, newer=newer)
    assert proof["entry"]["row"] is None
    assert run(tmp_path, proof, earlier.text)[0] == 0


def test_a_number_that_is_not_there_is_refused(house: House, now: datetime, tmp_path: Path) -> None:
    newer = checkpoint(now=now, folder=tmp_path)
    for number in (0, head().size + 1):
        with pytest.raises(EntryUnknown):
            prove(number, earlier_size=1, newer=newer)
