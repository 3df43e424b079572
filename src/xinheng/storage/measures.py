"""What can be asked of the database itself: whether it takes writes, how large it is, what time it has."""

import os
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection


def database_bytes() -> int:
    """How much the database takes on its disk. Cost: one statement, none on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    name = Path(str(connection.settings_dict["NAME"]))
    return sum(file.stat().st_size for file in (name, name.with_name(f"{name.name}-wal")) if file.is_file())


def takes_writes() -> bool:
    """Whether the database would take a write; none is made. Cost: one statement. Raises: DatabaseError when it is away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")
            return not cursor.fetchone()[0]
        cursor.execute("PRAGMA query_only")
        asked = cursor.fetchone()[0]
    name = Path(str(connection.settings_dict["NAME"]))
    return not asked and os.access(name, os.W_OK) and os.access(name.parent, os.W_OK)


def database_time() -> datetime | None:
    """The clock of the database's machine; None where that is this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment.astimezone(UTC)
