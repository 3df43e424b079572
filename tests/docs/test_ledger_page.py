"""The example of `docs/ledger.md`, recomputed from the page with the standard library, and compared with the platform."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from written_pages import ROOT, blocks, page

from xinheng.accounts.models import Unit
from xinheng.kernel.canonical import canonical
from xinheng.ledger.rules import checkpoint
from xinheng.ledger.rules.leaf import header_bytes, leaf_data, row_digest
from xinheng.ledger.values import ALGORITHM, CheckpointInvalid, Header, LeafContent

EXAMPLE = blocks(page("docs/ledger.md"))
PROOF: dict[str, Any] = json.loads(EXAMPLE["json"])
ENTRY: dict[str, Any] = PROOF["entry"]
STEPS = {name.strip(): digest for name, digest in re.findall(r"^(.+?)\s+([0-9a-f]{64})$", EXAMPLE["text steps"], re.M)}
SALT = bytes.fromhex(ENTRY["salt"])


def joined(fields: Iterable[str | None]) -> bytes:
    """The canonical form as the page describes it, written anew."""
    parts = []
    for field in fields:
        data = b"" if field is None else field.encode()
        parts.append(b"-" if field is None else b"%d:%s" % (len(data), data))
    return b"".join(parts)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def step(name: str) -> bytes:
    return bytes.fromhex(STEPS[name])


def values(pairs: list[list[str | None]]) -> list[str | None]:
    return [value for _, value in pairs]


def test_row_header_and_place_have_the_bytes_the_page_shows() -> None:
    digest = sha(SALT, joined(values(ENTRY["row"]))).hex()
    assert joined(values(ENTRY["row"])).decode() == EXAMPLE["text row"]
    assert digest == EXAMPLE["text digest"] == ENTRY["digest"]
    assert joined([PROOF["algorithm"], *values(ENTRY["header"])]).decode() == EXAMPLE["text header"]
    place = joined([str(ENTRY["index"]), ENTRY["table"], str(ENTRY["row_id"]), digest])
    assert place.decode() == EXAMPLE["text place"]


def test_the_steps_lead_from_those_bytes_to_the_signed_root() -> None:
    d = sha(SALT, EXAMPLE["text header"].encode(), EXAMPLE["text place"].encode())
    assert d == step("d")
    assert sha(b"\x00", d) == step("leaf 2")
    assert sha(b"\x01", step("leaf 1"), step("leaf 2")) == step("node 12")
    assert sha(b"\x01", step("node 12"), step("leaf 3")) == step("root")
    assert f"\nroot {STEPS['root']}\n" in PROOF["checkpoint"]
    assert f"\nroot {STEPS['leaf 1']}\n" in EXAMPLE["text checkpoint"]


def test_the_tool_proves_the_example_and_refuses_it_with_another_row(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text(EXAMPLE["text checkpoint"] + "\n", encoding="utf-8", newline="")
    (tmp_path / "key.pub").write_text(EXAMPLE["text key"], encoding="ascii")
    (tmp_path / "proof.json").write_text(EXAMPLE["json"], encoding="utf-8")
    changed = EXAMPLE["json"].replace('"示例区安平路 12 号"', '"示例区安平路 13 号"')
    assert changed != EXAMPLE["json"]
    (tmp_path / "changed.json").write_text(changed, encoding="utf-8")
    tool = [sys.executable, "-I", str(ROOT / "tools" / "verify.py")]
    for name, status in (("proof.json", 0), ("changed.json", 1)):
        done = subprocess.run(
            [*tool, name, "kept.txt", "--key", "key.pub"], cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == status, done.stdout.decode()


def test_the_platform_makes_the_same_bytes() -> None:
    told = dict(ENTRY["header"])
    header = Header(
        kind=told["kind"],
        operation=told["operation"],
        at=datetime(2026, 11, 21, 3, 4, 5, 6, tzinfo=UTC),
        legal_date=date(2026, 11, 21),
        actor_kind=told["actor_kind"],
        actor_id=7,
        actor_name=told["actor_name"],
        unit_id=1,
        behalf_id=None,
        payload=told["payload"],
    )
    digest = row_digest(SALT, canonical(values(ENTRY["row"])))
    assert header_bytes(header).decode() == EXAMPLE["text header"]
    leaf = LeafContent(ENTRY["index"], ENTRY["table"], ENTRY["row_id"], SALT, digest)
    assert leaf_data(header_bytes(header), leaf) == step("d")
    assert PROOF["algorithm"] == ALGORITHM


def test_the_example_lists_the_fields_of_the_table_it_names() -> None:
    assert ENTRY["table"] == Unit.ledger_table
    assert tuple(name for name, _ in ENTRY["row"]) == Unit.ledger_fields


def test_the_example_checkpoints_are_read_by_the_platform() -> None:
    key = bytes.fromhex(EXAMPLE["text key"])
    assert key == checkpoint.public_key(bytes(range(32)))
    assert f"\norigin {checkpoint.origin(bytes(range(32)))}\n" in PROOF["checkpoint"]
    assert checkpoint.read(PROOF["checkpoint"], key=key).size == 3
    kept = EXAMPLE["text checkpoint"] + "\n"
    assert checkpoint.read(kept, key=key).size == 1
    with pytest.raises(CheckpointInvalid):
        checkpoint.read(kept.replace("size 1", "size 2"), key=key)


def test_every_test_the_page_relies_on_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", page("docs/ledger.md")))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
