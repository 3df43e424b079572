"""Guards are in the database after migrate, and put back however often Django rebuilds a table."""

import pytest
from django.db import connection

from hands import sql
from xinheng.storage.guards import Guard, drop, install, register, registered

TABLES = {
    "records_version",
    "records_mark",
    "records_record",
    "publicity_publication",
    "ledger_run",
    "ledger_leaf",
    "ledger_checkpoint",
    "catalogue_permit",
    "catalogue_edition",
    "accounts_unit",
    "accounts_person",
    "accounts_role_grant",
    "accounts_query",
    "subjects_subject",
    "intake_batch",
    "intake_held",
}


def triggers() -> set[str]:
    """The names of our triggers in the database."""
    if connection.vendor == "sqlite":
        rows = sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        rows = sql("SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal")
    return {row[0] for row in rows if row[0].startswith("xh_")}


def test_every_table_that_must_not_be_changed_by_hand_has_a_guard() -> None:
    assert {guard.table for guard in registered()} >= TABLES


def test_after_migrate_every_guard_is_in_the_database(db: None) -> None:
    present = triggers()
    missing = [guard.name for guard in registered() if not any(name.startswith(guard.name) for name in present)]
    assert missing == []


def test_installing_again_changes_nothing(db: None) -> None:
    before = triggers()
    install()
    assert triggers() == before


@pytest.mark.sqlite
def test_dropped_guards_come_back(db: None) -> None:
    before = triggers()
    drop()
    assert triggers() == set()
    install()
    assert triggers() == before


def test_two_guards_of_one_name_are_refused() -> None:
    known = registered()[0]
    with pytest.raises(ValueError, match="registered twice"):
        register(Guard(known.name, "other", (), ()))
