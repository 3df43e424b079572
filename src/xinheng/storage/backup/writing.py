"""Laying rows down in tables that are empty: `COPY` on PostgreSQL, prepared statements on SQLite, as they were read.

All rows are one transaction: whoever is cut off leaves empty tables. No guards are in place yet, and keys are looked at when all is there.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.db import connection, transaction

from xinheng.storage.backup.tables import BYTES, MOMENT, WHOLE, YES_NO, BackupInvalid, Table

PIECE = 1 << 20
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIGNS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


@contextmanager
def laying() -> Iterator[None]:
    """One transaction for all rows, keys between tables looked at before it commits.

    Raises: BackupInvalid for a row that points at nothing.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return
    with connection.cursor() as cursor:
        # A cache of pages that index upkeep needs again and again; without it they go through the log many times.
        cursor.execute("PRAGMA cache_size = -262144")
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            indexes = _take_indexes()
            yield
            with connection.cursor() as cursor:
                for statement in indexes:
                    cursor.execute(statement)
                cursor.execute("PRAGMA foreign_key_check")
                if wrong := cursor.fetchone():
                    raise BackupInvalid("backup.keys", f"备份内容自相矛盾：表 {wrong[0]} 中有指向不存在的行的数据")
    finally:
        connection.enable_constraint_checking()
        connection.close()


def _take_indexes() -> list[str]:
    """Drop SQLite's indexes and return the statements that make them again: sorted once is far less work than kept in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]


def lay(table: Table, source: BinaryIO) -> int:
    """Put the lines of a part into its table; returns how many rows. The caller is inside `laying`."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.ensure_connection()
    driver: Any = connection.connection
    if connection.vendor == "postgresql":
        with driver.cursor() as cursor:
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                while piece := source.read(PIECE):
                    copy.write(piece)
            return int(cursor.rowcount)
    marks = ", ".join("?" for _ in table.columns)
    done = driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', _rows(table, source))
    return max(int(done.rowcount), 0)


def _rows(table: Table, lines: Iterable[bytes]) -> Iterator[list[Any]]:
    readers = [_READERS.get(column.kind, _text) for column in table.columns]
    for line in lines:
        values = line[:-1].decode().split("\t")
        yield [None if value == "\\N" else read(value) for read, value in zip(readers, values, strict=True)]


def _text(value: str) -> str:
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), value) if "\\" in value else value


def _moment(value: str) -> str:
    """As Django writes moments into SQLite: naive UTC, with six digits or none."""
    at = value.removesuffix("+00")
    return at if len(at) == len("2026-11-21 03:04:05") else at.ljust(len("2026-11-21 03:04:05.000006"), "0")


_READERS: Mapping[str, Callable[[str], Any]] = {
    WHOLE: int,
    YES_NO: lambda value: int(value == "t"),
    BYTES: lambda value: bytes.fromhex(value[3:]),
    MOMENT: _moment,
}


def go_on_behind(tables: Iterable[Table], drawn: Mapping[str, int], own: Mapping[str, tuple[str, str]]) -> None:
    """Let the next ids come behind all that were ever drawn. `own`: a sequence that no column has → table and column it counts."""
    with connection.cursor() as cursor:
        for table in tables:
            if not table.serial:
                continue
            cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{table.name}"')
            last = max(int(cursor.fetchone()[0]), drawn.get(table.name, 0))
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, %s)",
                    [f'"{table.name}"', max(last, 1), last > 0],
                )
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
        if connection.vendor == "postgresql":
            for sequence, (name, column) in own.items():
                cursor.execute(f'SELECT COALESCE(MAX("{column}"), 0) FROM "{name}"')
                last = int(cursor.fetchone()[0])
                cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(last, 1), last > 0])
