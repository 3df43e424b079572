"""What hands with patience could do: rows moved under runs that nobody numbers, parents without a leaf, headers without one."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from hands import by_hand, sql
from ledger.conftest import code
from rich_world import furnish_richly
from world import World
from xinheng.accounts.door import change_unit, open_unit
from xinheng.accounts.models import Unit
from xinheng.accounts.values import UnitChange, UnitDraft, UnitKind
from xinheng.kernel.actor import system
from xinheng.kernel.canonical import canonical
from xinheng.ledger.door import entries, ledgered_models, public_key, sequence, verify
from xinheng.ledger.rules.leaf import row_digest
from xinheng.storage.keys import key_ring


def found() -> set[str]:
    """The codes of the problems a verification finds."""
    return {problem.code for problem in verify(key=public_key(key_ring().checkpoint)).problems}


@pytest.fixture
def world(db: None, now: datetime) -> World:
    made = furnish_richly(now)
    assert found() == set()
    return made


def forge_leaf(table: str, row_id: int, *, kind: str = "operation", like: str) -> int:
    """A run that never becomes ready, with a leaf that fits a row as it stands; returns the run's id."""
    by_hand(
        "INSERT INTO ledger_run (kind, operation, at, legal_date, actor_kind, actor_name, payload, count, ready) "
        f"SELECT '{kind}', operation, at, legal_date, actor_kind, actor_name, payload, 1, NOT ready FROM ledger_run "
        f"WHERE operation = '{like}' LIMIT 1"
    )
    run_id = int(sql("SELECT MAX(id) FROM ledger_run")[0][0])
    row = ledgered_models()[table].objects.get(pk=row_id)
    salt = b"s" * 16
    by_hand(
        "INSERT INTO ledger_leaf (run_id, idx, table_name, row_id, single, salt, digest) "
        f"VALUES (%s, 0, %s, %s, {'TRUE' if kind == 'operation' else 'FALSE'}, %s, %s)",
        run_id,
        table,
        row_id,
        salt,
        row_digest(salt, canonical(row.ledger_values())),
    )
    return run_id


@pytest.mark.parametrize("kind", ["operation", "batch"])
def test_a_role_given_by_hand_under_a_run_that_is_never_numbered_is_found(world: World, kind: str) -> None:
    by_hand(
        "INSERT INTO accounts_role_grant (person_id, role, active_from, run_id, run_index) "
        "SELECT person_id, 'centre_operator', active_from, 0, 0 FROM accounts_role_grant WHERE role = 'reporter' "
        "ORDER BY id LIMIT 1"
    )
    row_id = int(sql("SELECT MAX(id) FROM accounts_role_grant")[0][0])
    run_id = forge_leaf("accounts.role_grant/1", row_id, kind=kind, like="accounts.installed")
    by_hand("UPDATE accounts_role_grant SET run_id = %s WHERE id = %s", run_id, row_id)
    assert "row" in found()


@pytest.mark.parametrize("kind", ["operation", "batch"])
def test_a_row_changed_and_moved_to_a_run_that_is_never_numbered_is_found(world: World, kind: str) -> None:
    """The leaf fits, so only the run tells: nobody ever made it visible."""
    by_hand("UPDATE accounts_unit SET telephone = '12345' WHERE id = (SELECT MIN(id) FROM accounts_unit)")
    row_id = int(sql("SELECT MIN(id) FROM accounts_unit")[0][0])
    run_id = forge_leaf("accounts.unit/1", row_id, kind=kind, like="accounts.installed")
    by_hand("UPDATE accounts_unit SET run_id = %s, run_index = 0 WHERE id = %s", run_id, row_id)
    assert "row" in found()


def test_a_published_version_moved_to_an_open_batch_to_make_it_vanish_is_found(world: World) -> None:
    """Readers join the run: a version under a run that is not ready is gone for all of them."""
    row_id = int(sql("SELECT MIN(id) FROM records_version")[0][0])
    run_id = forge_leaf("records.version/1", row_id, kind="batch", like="records.entered")
    by_hand("UPDATE records_version SET run_id = %s, run_index = 0 WHERE id = %s", run_id, row_id)
    assert "row" in found()


def test_a_record_deleted_from_under_its_versions_is_found(world: World) -> None:
    point = transaction.savepoint()
    by_hand("DELETE FROM records_record WHERE id = (SELECT MIN(id) FROM records_record)")
    assert "row" in found()
    # SQLite would look for the lost parent once more at the end of the test.
    transaction.savepoint_rollback(point)


@pytest.mark.parametrize("column", ["unit_id", "item"])
def test_a_record_given_to_another_unit_or_item_by_hand_is_found(world: World, column: str) -> None:
    """Who may mark a record follows from the record's unit."""
    value = {"unit_id": "unit_id + 1", "item": "'administrative-licence'"}[column]
    by_hand(
        f"UPDATE records_record SET {column} = {value} WHERE id = (SELECT MIN(id) FROM records_record "
        "WHERE item = 'administrative-penalty')"
    )
    assert "row" in found()


def test_an_entry_hidden_from_the_history_of_its_row_is_found(world: World) -> None:
    by_hand("UPDATE ledger_leaf SET single = FALSE WHERE table_name = 'records.mark/1'")
    assert "leaf" in found()


def test_a_header_without_any_leaf_is_found_and_does_not_stop_the_sequencer(world: World, now: datetime) -> None:
    by_hand(
        "INSERT INTO ledger_run (kind, operation, at, legal_date, actor_kind, actor_name, payload, count, ready, first) "
        "SELECT kind, operation, at, legal_date, actor_kind, 'somebody', payload, 0, ready, "
        "(SELECT numbered + 1 FROM ledger_state) FROM ledger_run WHERE first = 1"
    )
    assert found()


def test_a_ready_run_without_leaves_never_gets_a_number(world: World, now: datetime) -> None:
    """It would take the number of the next one."""
    by_hand(
        "INSERT INTO ledger_run (kind, operation, at, legal_date, actor_kind, actor_name, payload, count, ready) "
        "SELECT kind, operation, at, legal_date, actor_kind, 'somebody', payload, 0, ready FROM ledger_run WHERE first = 1"
    )
    draft = UnitDraft(code=code(77), name="示例局", kind=UnitKind.DEPARTMENT, parent_id=None)
    last = entries(limit=10_000)[-1].number
    open_unit(unit=draft, actor=system("t", "accounts.manage_units"), now=now + timedelta(days=1))
    sequence()
    assert [entry.number for entry in entries(after=last)] == [last + 1]
    assert "somebody" not in {entry.header.actor_name for entry in entries(limit=10_000)}
    assert "number" in found()


def test_a_row_put_back_before_the_sequencer_came_is_found(world: World, now: datetime) -> None:
    """Edited, moved back to its older leaf, while the newer entry has no number yet."""
    row = Unit.objects.exclude(parent=None).order_by("id").last()
    assert row is not None
    before = (row.name, row.run_id, row.run_index)
    change = UnitChange(name="改过的名字", parent_id=row.parent_id, address=row.address, telephone=row.telephone)
    change_unit(unit_id=row.pk, change=change, actor=system("t", "accounts.manage_units"), now=now + timedelta(days=1))
    by_hand("UPDATE accounts_unit SET name = %s, run_id = %s, run_index = %s WHERE id = %s", *before, row.pk)
    assert "row" in found()


def test_two_rows_that_swapped_their_contents_and_pointers_are_found(world: World) -> None:
    one, other = (row[0] for row in sql("SELECT id FROM catalogue_calendar_day ORDER BY id LIMIT 2"))
    by_hand("UPDATE catalogue_calendar_day SET id = -1 WHERE id = %s", one)
    by_hand("UPDATE catalogue_calendar_day SET id = %s WHERE id = %s", one, other)
    by_hand("UPDATE catalogue_calendar_day SET id = %s WHERE id = -1", other)
    assert "row" in found()
