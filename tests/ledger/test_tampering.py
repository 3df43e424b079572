"""Whatever hands in the database do to the ledger's own tables is found."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from hands import by_hand, sql
from ledger.conftest import House, code
from xinheng.accounts.door import open_unit
from xinheng.accounts.values import UnitDraft, UnitKind
from xinheng.ledger.door import checkpoint, head, public_key, sequence, verify
from xinheng.storage.keys import key_ring


@pytest.fixture
def kept(house: House, now: datetime, tmp_path: Path) -> str:
    """A ledger of several runs and a checkpoint kept outside the database."""
    for number in range(10, 16):
        unit = UnitDraft(code=code(number), name=f"示例区第{number}局", kind=UnitKind.DEPARTMENT, parent_id=None)
        open_unit(unit=unit, actor=house.actor, now=now + timedelta(seconds=number))
    return checkpoint(now=now, folder=tmp_path).text


def found(kept: str = "") -> set[str]:
    """The codes of the problems a verification finds."""
    outcome = verify(key=public_key(key_ring().checkpoint), outside=[kept] if kept else [])
    return {problem.code for problem in outcome.problems}


def test_an_untouched_ledger_has_no_problems(kept: str) -> None:
    outcome = verify(key=public_key(key_ring().checkpoint), outside=[kept])
    assert outcome.problems == ()
    assert outcome.size == head().size == outcome.leaves
    assert outcome.root == head().root
    assert outcome.rows["accounts.unit/1"] == 8


EDITS = [
    ("header", "UPDATE ledger_run SET actor_name = 'somebody' WHERE first > 8 AND first < 11"),
    ("payload", "UPDATE ledger_run SET payload = '{}' WHERE operation = 'accounts.installed'"),
    ("operation", "UPDATE ledger_run SET operation = 'accounts.unit_changed' WHERE first = 9"),
    ("back-dated", "UPDATE ledger_run SET legal_date = '2020-01-01' WHERE first = 9"),
    ("leaf digest", "UPDATE ledger_leaf SET digest = salt WHERE run_id = (SELECT id FROM ledger_run WHERE first = 9)"),
    ("leaf row", "UPDATE ledger_leaf SET row_id = 1 WHERE run_id = (SELECT id FROM ledger_run WHERE first = 9)"),
    ("leaf table", "UPDATE ledger_leaf SET table_name = '' WHERE run_id = (SELECT id FROM ledger_run WHERE first = 9)"),
    ("leaf deleted", "DELETE FROM ledger_leaf WHERE run_id = (SELECT id FROM ledger_run WHERE first = 9)"),
    ("run deleted", "DELETE FROM ledger_run WHERE first = 9"),
    ("checkpoint", "UPDATE ledger_checkpoint SET text = 'x'"),
    ("tile", "UPDATE ledger_tile SET hashes = (SELECT salt FROM ledger_leaf LIMIT 1)"),
    ("state", "UPDATE ledger_state SET numbered = numbered - 1, size = size - 1"),
]


@pytest.mark.parametrize("statement", [edit[1] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_an_edit_of_the_ledger_is_found(kept: str, statement: str) -> None:
    assert found(kept) == set()
    by_hand(statement)
    assert found(kept)


def test_reordering_two_runs_is_found(kept: str) -> None:
    by_hand("UPDATE ledger_run SET first = -1 WHERE first = 9")
    by_hand("UPDATE ledger_run SET first = 9 WHERE first = 10")
    by_hand("UPDATE ledger_run SET first = 10 WHERE first = -1")
    assert "leaf" in found(kept)


def test_a_leaf_added_to_an_old_run_is_found(kept: str) -> None:
    by_hand(
        "INSERT INTO ledger_leaf (run_id, idx, table_name, row_id, single, salt, digest) "
        "SELECT run_id, 7, table_name, row_id, single, salt, digest FROM ledger_leaf "
        "WHERE run_id = (SELECT id FROM ledger_run WHERE first = 9)"
    )
    assert "extra" in found(kept)


def test_a_run_slipped_in_without_rows_to_show_is_found(kept: str) -> None:
    by_hand(
        "INSERT INTO ledger_run (kind, operation, at, legal_date, actor_kind, actor_name, payload, count, ready, first) "
        "SELECT kind, operation, at, legal_date, actor_kind, actor_name, payload, count, ready, 999 FROM ledger_run WHERE first = 9"
    )
    assert "number" in found(kept)


def test_cutting_the_tail_off_with_all_that_speaks_of_it_is_found_by_a_checkpoint_kept_elsewhere(kept: str) -> None:
    last = head().size
    by_hand("DELETE FROM accounts_unit WHERE run_id = (SELECT MAX(id) FROM ledger_run)")
    by_hand("DELETE FROM ledger_leaf WHERE run_id = (SELECT MAX(id) FROM ledger_run)")
    by_hand("DELETE FROM ledger_run WHERE id = (SELECT MAX(id) FROM ledger_run)")
    by_hand("DELETE FROM ledger_checkpoint")
    by_hand("UPDATE ledger_state SET numbered = %s, size = %s", last - 1, last - 1)
    hashes = bytes(sql("SELECT hashes FROM ledger_tile WHERE level = 0 AND position = 0")[0][0])
    by_hand("UPDATE ledger_tile SET hashes = %s WHERE level = 0", hashes[: 32 * (last - 1)])
    assert found() == set()
    assert found(kept) == {"truncated"}


def test_rewriting_history_with_all_hashes_is_found_by_a_checkpoint_kept_elsewhere(kept: str) -> None:
    by_hand("DELETE FROM ledger_checkpoint")
    by_hand("UPDATE ledger_run SET actor_name = 'somebody' WHERE first = 9")
    by_hand("DELETE FROM ledger_tile")
    by_hand("UPDATE ledger_state SET size = 0")
    sequence()
    assert found() == set()
    assert found(kept) == {"checkpoint"}


def test_a_checkpoint_of_another_ledger_is_named(kept: str) -> None:
    assert "checkpoint" in found(kept.replace("root ", "root 00"))


@pytest.mark.parametrize("table", ["ledger_run", "ledger_leaf", "ledger_checkpoint"])
def test_the_database_itself_refuses_to_change_or_delete_what_is_entered(kept: str, table: str) -> None:
    column = {"ledger_run": "operation", "ledger_leaf": "table_name", "ledger_checkpoint": "text"}[table]
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            sql(statement)
    assert found(kept) == set()


def test_the_roots_of_checkpoints_do_not_depend_on_how_the_tree_grew(kept: str, now: datetime, tmp_path: Path) -> None:
    root = head().root
    by_hand("DELETE FROM ledger_tile")
    by_hand("UPDATE ledger_state SET size = 0")
    sequence()
    assert head().root == root
    assert len(root) == hashlib.sha256().digest_size
