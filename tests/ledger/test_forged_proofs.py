"""Proofs made to deceive: whatever is wrong in their shape is refused, and nothing that was not proved is printed."""

import copy
import hashlib
import json
import runpy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.conftest import House, code
from xinheng.accounts.door import open_unit
from xinheng.accounts.values import UnitDraft, UnitKind
from xinheng.ledger.door import checkpoint, ledgered_models, public_key
from xinheng.ledger.rules.checkpoint import sign
from xinheng.ledger.rules.tree import leaf_hash
from xinheng.storage.keys import key_ring

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "verify.py"))
SEED = bytes(range(32))
AT = datetime.fromisoformat("2026-11-21T03:04:05+00:00")


def outcome(folder: Path, proof: str, earlier: str, key: bytes | None = None) -> int:
    """The exit status of the tool."""
    (folder / "p.json").write_text(proof, encoding="utf-8")
    (folder / "e.txt").write_text(earlier, encoding="utf-8")
    (folder / "k.pub").write_text((key or public_key(key_ring().checkpoint)).hex())
    return int(TOOL["main"]([str(folder / "p.json"), str(folder / "e.txt"), "--key", str(folder / "k.pub")]))


Change = Callable[[Any], Any]

WRONG: dict[str, Change] = {
    "number as a truth value": lambda p: p["entry"].update(number=True),
    "number as a fraction": lambda p: p["entry"].update(number=float(p["entry"]["number"])),
    "number zero": lambda p: p["entry"].update(number=0) or p["inclusion"].update(index=-1),
    "number below zero": lambda p: p["entry"].update(number=-4) or p["inclusion"].update(index=-5),
    "number beyond all": lambda p: p["entry"].update(number=10**30) or p["inclusion"].update(index=10**30 - 1),
    "row id as text": lambda p: p["entry"].update(row_id=str(p["entry"]["row_id"])),
    "index as a fraction": lambda p: p["entry"].update(index=0.0),
    "no inclusion path": lambda p: p["inclusion"].update(path=[]),
    "path too long": lambda p: p["inclusion"]["path"].append("00" * 32),
    "step too short": lambda p: p["inclusion"]["path"].__setitem__(0, "00"),
    "no consistency path": lambda p: p["consistency"].update(path=[]),
    "another earlier size": lambda p: p["consistency"].update({"from": 1}),
    "another algorithm": lambda p: p.update(algorithm="xinheng-ledger/2 md5"),
    "another format": lambda p: p.update(format="xinheng-proof/2"),
    "a field of the header more": lambda p: p["entry"]["header"].append(["note", "x"]),
    "a field of the header less": lambda p: p["entry"]["header"].pop(),
    "fields of the header swapped": lambda p: p["entry"]["header"].reverse(),
    "a value of the row more": lambda p: p["entry"]["row"].append(["note", "x"]),
    "an empty row": lambda p: p["entry"].update(row=[]),
    "a row that is a text": lambda p: p["entry"].update(row="x"),
    "a longer salt": lambda p: p["entry"].update(salt=p["entry"]["salt"] + "00"),
    "no salt": lambda p: p["entry"].update(salt=""),
    "a digest in capitals of another length": lambda p: p["entry"].update(digest="AB"),
    "a checkpoint that is a number": lambda p: p.update(checkpoint=5),
    "an entry that is a list": lambda p: p.update(entry=[]),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_has_not_the_right_shape_is_not_proved(proved: tuple[Any, str], tmp_path: Path, change: Change) -> None:
    proof = copy.deepcopy(proved[0])
    assert outcome(tmp_path, json.dumps(proof), proved[1]) == 0
    change(proof)
    assert outcome(tmp_path, json.dumps(proof), proved[1]) in (1, 2)


def test_names_that_stand_twice_are_refused(proved: tuple[Any, str], tmp_path: Path) -> None:
    text = json.dumps(proved[0]).replace('"entry": {', '"entry": {"number": 1, ', 1)
    assert outcome(tmp_path, text, proved[1]) == 2


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000, '{"format": "xinheng-proof/1"}', "{"])
def test_other_texts_are_no_proofs(proved: tuple[Any, str], tmp_path: Path, text: str) -> None:
    assert outcome(tmp_path, text, proved[1]) == 2


def test_an_earlier_checkpoint_that_is_the_newer_one_is_refused(
    house: House, proved: tuple[Any, str], now: datetime, tmp_path: Path
) -> None:
    unit = UnitDraft(code=code(10), name="示例区住建局", kind=UnitKind.DEPARTMENT, parent_id=None)
    open_unit(unit=unit, actor=house.actor, now=now + timedelta(seconds=3))
    assert (
        outcome(tmp_path, json.dumps(proved[0]), checkpoint(now=now + timedelta(seconds=4), folder=tmp_path).text) == 1
    )


def test_names_of_fields_come_from_the_tool_and_not_from_the_proof(
    proved: tuple[Any, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = copy.deepcopy(proved[0])
    proof["entry"]["row"] = [["telephone", value] for _, value in proof["entry"]["row"]]
    assert outcome(tmp_path, json.dumps(proof), proved[1]) == 0
    said = capsys.readouterr().out
    assert "name = 示例区税务局" in said
    assert "telephone = 示例区税务局" not in said


def test_the_tool_knows_the_fields_of_every_table() -> None:
    wanted = {
        name: " ".join(model.ledger_history.get(name, model.ledger_fields)) for name, model in ledgered_models().items()
    }
    assert TOOL["FIELDS"] == wanted


def test_a_value_cannot_print_a_line_of_its_own() -> None:
    assert TOOL["plain"]("x\nproved: y\x1b[31m‮") == "x\\nproved: y\\x1b[31m\\u202e"
    assert TOOL["plain"]("示例区税务局") == "示例区税务局"


def header(actor: str, payload: str) -> list[list[str | None]]:
    """A header of a forged or genuine entry."""
    values = [
        "operation",
        "accounts.unit_opened",
        "2026-11-21T03:04:05Z",
        "2026-11-21",
        "person",
        "1",
        actor,
        None,
        None,
    ]
    return [[name, value] for name, value in zip(TOOL["HEADER"], [*values, payload], strict=True)]


def test_a_payload_that_looks_like_a_header_cannot_take_its_place(tmp_path: Path) -> None:
    """The salt stands before the header. Were it free in length, it could swallow the true header up to a second one that somebody
    put into a text of the payload, and the hash would be the same."""
    prefixed, algorithm = TOOL["prefixed"], "xinheng-ledger/1 sha256 rfc6962"
    salt, digest = b"s" * 16, "ab" * 32
    place = prefixed(["0", "", None, digest])
    fake = header("someone else", "")
    # The payload of the forged header ends where the true one does: nothing is left between it and the place.
    hidden = prefixed([algorithm] + [value for _, value in fake]).decode()
    true = header("true actor", hidden)
    data = salt + prefixed([algorithm] + [value for _, value in true]) + place
    root = leaf_hash(hashlib.sha256(data).digest())
    start = data.index(hidden.encode())
    signed = sign(1, root, AT, origin="xinheng/test", seed=SEED).text
    earlier = sign(0, hashlib.sha256().digest(), AT, origin="xinheng/test", seed=SEED).text
    proof = {
        "format": "xinheng-proof/1",
        "algorithm": algorithm,
        "entry": {
            "number": 1,
            "header": true,
            "index": 0,
            "table": "",
            "row_id": None,
            "salt": salt.hex(),
            "digest": digest,
            "row": None,
        },
        "inclusion": {"index": 0, "size": 1, "path": []},
        "consistency": {"from": 0, "to": 1, "path": []},
        "checkpoint": signed,
    }
    assert outcome(tmp_path, json.dumps(proof), earlier, public_key(SEED)) == 0
    proof["entry"] |= {"header": fake, "salt": data[:start].hex()}  # type: ignore[operator]
    assert outcome(tmp_path, json.dumps(proof), earlier, public_key(SEED)) == 2
