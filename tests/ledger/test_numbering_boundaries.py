"""Numbers and proofs, value by value: which run gets which number, what a proof says, and where it is refused."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hands import by_hand, sql
from ledger.conftest import INIT, House, code
from xinheng.accounts.door import change_unit, open_unit, unit_by_code
from xinheng.accounts.values import UnitChange, UnitDraft, UnitKind
from xinheng.kernel.canonical import canonical
from xinheng.ledger import models
from xinheng.ledger.door import checkpoint, prove, sequence
from xinheng.ledger.operations import sequencer
from xinheng.ledger.queries.leaves import content_of, header_of, numbered_hashes, runs_from, tile
from xinheng.ledger.queries.proofs import header_json, ledgered_models
from xinheng.ledger.rules.leaf import hasher, row_digest
from xinheng.ledger.rules.tree import Tree, grow, is_consistent, root_from_inclusion
from xinheng.ledger.values import EntryUnknown, Head, Header


def open_one(number: int, house: House, now: datetime) -> None:
    unit = UnitDraft(code=code(number), name=f"示例局{number}", kind=UnitKind.DEPARTMENT, parent_id=None)
    open_unit(unit=unit, actor=house.actor, now=now)


def firsts() -> list[tuple[int, int | None, int]]:
    return [tuple(row) for row in sql("SELECT id, first, count FROM ledger_run ORDER BY id")]


def all_hashes() -> list[bytes]:
    """The hashes of all numbered leaves, by reading tables and nothing of the reader of leaves."""
    found = []
    for run in models.Run.objects.exclude(first=None).order_by("first"):
        leaves = models.Leaf.objects.filter(run_id=run.id).order_by("idx")
        found += [hasher(header_of(run))(content_of(leaf)) for leaf in leaves]
    return found


def test_numbers_follow_each_other_in_the_order_of_closing(house: House, now: datetime) -> None:
    for number in (3, 4, 5):
        open_one(number, house, now + timedelta(seconds=number))
    ids = [run for run, _, _ in firsts()]
    # The last that closed stands first in the order of ids; one that never closed in the modern way comes before all.
    for run, closed in zip(ids, (9, 3, 2, None), strict=False):
        by_hand("UPDATE ledger_run SET closed = %s WHERE id = %s", closed, run)
    counts = {run: count for run, _, count in firsts()}
    assert sequence() == Head(sum(counts.values()), sum(counts.values()), b"")
    numbered = {run: first for run, first, _ in firsts()}
    order = sorted(numbered, key=lambda run: numbered[run] or 0)
    assert order == [ids[3], ids[2], ids[1], ids[0]]
    reached = 1
    for run in order:
        assert numbered[run] == reached
        reached += counts[run]
    assert (models.State.objects.get().numbered, models.State.objects.get().size) == (reached - 1, reached - 1)


def test_of_runs_that_closed_together_the_smaller_id_is_numbered_first(house: House, now: datetime) -> None:
    for number in (3, 4):
        open_one(number, house, now)
    by_hand("UPDATE ledger_run SET closed = 7")
    sequence()
    numbers = [first for _, first, _ in firsts()]
    assert numbers == sorted(numbers, key=lambda first: first or 0)
    assert numbers[0] == 1


def test_what_is_not_ready_or_has_no_leaf_gets_no_number(house: House, now: datetime) -> None:
    for number in (3, 4, 5):
        open_one(number, house, now)
    ids = [run for run, _, _ in firsts()]
    by_hand("UPDATE ledger_run SET ready = %s WHERE id = %s", False, ids[1])
    by_hand("UPDATE ledger_run SET count = 0 WHERE id = %s", ids[2])
    sequence()
    assert [run for run, first, _ in firsts() if first is None] == [ids[1], ids[2]]
    before = firsts()
    assert sequence().numbered == sum(count for _, first, count in before if first is not None)
    assert firsts() == before
    by_hand("UPDATE ledger_run SET ready = %s WHERE id = %s", True, ids[1])
    late = sequence()
    assert [first for run, first, _ in firsts() if run == ids[1]] == [late.numbered]


def test_an_empty_ledger_is_numbered_up_to_nothing(db: None) -> None:
    assert sequence() == Head(0, 0, b"")


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_the_tree_grows_in_any_chunks_to_the_same_root(
    house: House, now: datetime, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "CHUNK_LEAVES", chunk)
    monkeypatch.setattr(sequencer, "RUNS_AT_ONCE", 2)
    for number in range(3, 8):
        open_one(number, house, now)
    head = sequence()
    leaves = all_hashes()
    assert head == Head(len(leaves), len(leaves), b"")
    plain: dict[tuple[int, int], bytes] = {at[:2]: at[2] for at in grow(0, leaves, lambda level, position: b"")}
    assert Tree(head.size, tile).root() == Tree(head.size, lambda level, position: plain[level, position]).root()
    open_one(9, house, now)
    assert sequence().size == head.size + 1
    assert tile(0, 0) == b"".join(all_hashes())
    assert tile(0, 1) == tile(1, 0) == b""


def test_the_hashes_of_a_stretch_are_those_of_its_numbers(house: House, now: datetime) -> None:
    for number in (3, 4):
        open_one(number, house, now)
    size, whole = sequence().size, all_hashes()
    for first in range(1, size + 1):
        for last in range(first, size + 1):
            assert list(numbered_hashes(first, last)) == whole[first - 1 : last]
    assert [run.first for run in runs_from(1)] == [first for _, first, _ in firsts()]
    assert [run.first for run in runs_from(size)] == [size]


def test_a_run_that_lacks_a_leaf_is_not_hashed(house: House, now: datetime) -> None:
    size = sequence().size
    run, _, count = firsts()[0]
    by_hand("DELETE FROM ledger_leaf WHERE run_id = %s AND idx = 1", run)
    with pytest.raises(ValueError, match=f"run {run} holds {count - 1} leaves from 0 to {count}"):
        list(numbered_hashes(1, size))


def test_a_header_is_written_name_by_name() -> None:
    at = datetime(2026, 11, 21, 3, 4, 5, 6, UTC)
    header = Header("operation", "accounts.unit_opened", at, date(2026, 11, 20), "person", 7, "甲", 3, None, "{}")
    assert header_json(header) == [
        ["kind", "operation"],
        ["operation", "accounts.unit_opened"],
        ["at", "2026-11-21T03:04:05.000006Z"],
        ["legal_date", "2026-11-20"],
        ["actor_kind", "person"],
        ["actor_id", "7"],
        ["actor_name", "甲"],
        ["unit_id", "3"],
        ["behalf_id", None],
        ["payload", "{}"],
    ]


def test_a_proof_says_what_the_tables_say(house: House, now: datetime, tmp_path: Path) -> None:
    earlier = checkpoint(now=now, folder=tmp_path)
    open_one(9, house, now + timedelta(seconds=1))
    newer = checkpoint(now=now + timedelta(seconds=2), folder=tmp_path)
    number = earlier.size + 1
    proof = prove(number, earlier_size=earlier.size, newer=newer)
    run = models.Run.objects.get(first=number)
    leaf = models.Leaf.objects.get(run_id=run.id, idx=0)
    entry = proof["entry"]
    assert (proof["format"], proof["algorithm"]) == ("xinheng-proof/1", "xinheng-ledger/1 sha256 rfc6962")
    assert set(proof) == {"format", "algorithm", "entry", "inclusion", "consistency", "checkpoint"}
    assert proof["checkpoint"] == newer.text
    assert {key: entry[key] for key in entry if key not in ("header", "row")} == {
        "number": number,
        "index": 0,
        "table": "accounts.unit/1",
        "row_id": unit_by_code(code(9)).id,
        "salt": bytes(leaf.salt).hex(),
        "digest": bytes(leaf.digest).hex(),
    }
    assert entry["header"] == header_json(header_of(run))
    assert dict(entry["row"])["name"] == "示例局9"
    fields = canonical(tuple(value for _, value in entry["row"]))
    assert row_digest(bytes(leaf.salt), fields) == bytes(leaf.digest)
    inclusion, consistency = proof["inclusion"], proof["consistency"]
    assert (inclusion["index"], inclusion["size"]) == (number - 1, newer.size)
    path = [bytes.fromhex(step) for step in inclusion["path"]]
    own = hasher(header_of(run))(content_of(leaf))
    assert root_from_inclusion(number - 1, newer.size, own, path) == newer.root
    assert (consistency["from"], consistency["to"]) == (earlier.size, newer.size)
    steps = [bytes.fromhex(step) for step in consistency["path"]]
    assert is_consistent(earlier.size, newer.size, earlier.root, newer.root, steps)
    alone = prove(number, earlier_size=0, newer=newer)
    assert alone["consistency"] == {"from": 0, "to": newer.size, "path": []}


def test_entries_inside_a_run_are_proved_by_their_own_leaf(house: House, now: datetime, tmp_path: Path) -> None:
    newer = checkpoint(now=now, folder=tmp_path)
    whole = all_hashes()
    for number in range(1, newer.size + 1):
        proof = prove(number, earlier_size=0, newer=newer)
        assert (proof["entry"]["number"], proof["entry"]["index"]) == (number, number - 1)
        path = [bytes.fromhex(step) for step in proof["inclusion"]["path"]]
        assert root_from_inclusion(number - 1, newer.size, whole[number - 1], path) == newer.root


def test_what_is_beyond_the_checkpoint_is_not_proved_by_it(house: House, now: datetime, tmp_path: Path) -> None:
    earlier = checkpoint(now=now, folder=tmp_path)
    open_one(9, house, now)
    checkpoint(now=now + timedelta(seconds=1), folder=tmp_path)
    assert prove(earlier.size, earlier_size=0, newer=earlier)["entry"]["number"] == earlier.size
    with pytest.raises(EntryUnknown, match=f"第 {earlier.size + 1} 号账目：现有编号为 1 至 {earlier.size}（"):
        prove(earlier.size + 1, earlier_size=0, newer=earlier)


def test_a_row_that_changed_since_or_is_gone_is_not_shown(house: House, now: datetime, tmp_path: Path) -> None:
    open_one(9, house, now)
    newer = checkpoint(now=now, folder=tmp_path)
    number, unit = newer.size, unit_by_code(code(9))
    assert prove(number, earlier_size=0, newer=newer)["entry"]["row"] is not None
    change = UnitChange(name="改名了", parent_id=None, address="", telephone="")
    change_unit(unit_id=unit.id, change=change, actor=INIT, now=now)
    assert prove(number, earlier_size=0, newer=newer)["entry"]["row"] is None
    by_hand("UPDATE ledger_leaf SET row_id = 987654 WHERE row_id = %s", unit.id)
    assert prove(number, earlier_size=0, newer=newer)["entry"]["row"] is None
    by_hand("UPDATE ledger_leaf SET row_id = %s WHERE row_id = 987654", unit.id)
    by_hand("UPDATE ledger_leaf SET table_name = 'nothing/1' WHERE row_id = %s", unit.id)
    assert prove(number, earlier_size=0, newer=newer)["entry"]["row"] is None
    by_hand("UPDATE ledger_leaf SET row_id = NULL WHERE row_id = %s", unit.id)
    assert prove(number, earlier_size=0, newer=newer)["entry"]["row"] is None


def test_every_version_of_a_list_of_fields_leads_to_its_model() -> None:
    found: dict[str, Any] = ledgered_models()
    for model in found.values():
        assert found[model.ledger_table] is model
        assert all(found[older] is model for older in model.ledger_history)
    assert found["accounts.unit/1"].__name__ == "Unit"
    assert all("." in name and "/" in name for name in found)


def test_a_header_is_taken_from_its_run_field_by_field(house: House) -> None:
    sequence()
    run = models.Run.objects.get(first=1)
    run.actor_id, run.unit_id, run.behalf_id = 11, 12, 13
    assert header_of(run) == Header(
        run.kind, run.operation, run.at, run.legal_date, run.actor_kind, 11, run.actor_name, 12, 13, run.payload
    )
    assert run.actor_name == INIT.name != ""
