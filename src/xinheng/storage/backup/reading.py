"""The whole database as it stands at one moment, while others go on writing.

SQLite: a read transaction of a connection of its own sees what was committed when it began (WAL). PostgreSQL: one REPEATABLE READ
transaction and `COPY`, which any server grants, managed ones too; no program of the server is needed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, connections

from xinheng.storage.backup.tables import BYTES, MOMENT, TEXT, YES_NO, Column, Table

ROWS_AT_ONCE = 2000


class Snapshot(Protocol):
    """What stood in the database at one moment."""

    def rows(self, table: Table) -> Iterator[bytes]:
        """The rows of a table in pieces of whole or broken lines, as `COPY` writes them."""

    def greatest(self, table: str, column: str) -> int:
        """The greatest number in a column, 0 for none."""

    def drawn(self, table: Table) -> int:
        """The greatest id ever drawn for a table, also where its row is gone; 0 for none."""


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """One moment of the database, kept until the block ends. Nobody waits for it; SQLite's WAL grows meanwhile."""
    if connection.vendor == "postgresql":
        wrapper = connections.create_connection("default")
        try:
            wrapper.ensure_connection()
            driver: Any = wrapper.connection
            driver.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for said in ("TIME ZONE 'UTC'", "DateStyle = 'ISO, YMD'", "bytea_output = 'hex'", "statement_timeout = 0"):
                driver.execute(f"SET LOCAL {said}")
            # The moment is that of the first question.
            driver.execute("SELECT 1 FROM django_migrations LIMIT 1")
            yield _Postgresql(driver)
            driver.execute("ROLLBACK")
        finally:
            wrapper.close()
        return
    driver = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=30, isolation_level=None)
    try:
        driver.text_factory = bytes
        driver.execute("BEGIN")
        driver.execute("SELECT 1 FROM django_migrations LIMIT 1").fetchone()
        yield _Sqlite(driver)
    finally:
        driver.close()


class _Postgresql:
    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def rows(self, table: Table) -> Iterator[bytes]:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with self._driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) TO STDOUT') as copy:
            for piece in copy:
                yield bytes(piece)

    def greatest(self, table: str, column: str) -> int:
        return int(self._driver.execute(f'SELECT COALESCE(MAX("{column}"), 0) FROM "{table}"').fetchone()[0])

    def drawn(self, table: Table) -> int:
        if not table.serial:
            return 0
        found = self._driver.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table.name}"']).fetchone()[0]
        if found is None:
            return 0
        last, called = self._driver.execute(f"SELECT last_value, is_called FROM {found}").fetchone()
        return int(last) if called else 0


class _Sqlite:
    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    def rows(self, table: Table) -> Iterator[bytes]:
        line = " || char(9) || ".join(map(_written, table.columns))
        found = self._driver.execute(f'SELECT CAST({line} AS TEXT) FROM "{table.name}"')
        while some := found.fetchmany(ROWS_AT_ONCE):
            yield b"\n".join(row[0] for row in some) + b"\n"

    def greatest(self, table: str, column: str) -> int:
        return int(self._driver.execute(f'SELECT COALESCE(MAX("{column}"), 0) FROM "{table}"').fetchone()[0])

    def drawn(self, table: Table) -> int:
        found = self._driver.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table.name]).fetchone()
        return int(found[0]) if found else 0


def _written(column: Column) -> str:
    """SQL for a value of SQLite in the text form of `COPY`."""
    name = f'"{column.name}"'
    if column.kind == YES_NO:
        return f"CASE WHEN {name} IS NULL THEN '\\N' WHEN {name} THEN 't' ELSE 'f' END"
    if column.kind == BYTES:
        return f"COALESCE('\\\\x' || lower(hex({name})), '\\N')"
    if column.kind == MOMENT:
        return f"COALESCE({name} || '+00', '\\N')"
    if column.kind == TEXT:
        told = name
        for sign, word in (("'\\'", "'\\\\'"), ("char(9)", "'\\t'"), ("char(10)", "'\\n'"), ("char(13)", "'\\r'")):
            told = f"replace({told}, {sign}, {word})"
        return f"COALESCE({told}, '\\N')"
    return f"COALESCE({name}, '\\N')"
