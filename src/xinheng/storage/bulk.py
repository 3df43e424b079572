"""Bulk load from an iterator of rows: COPY on PostgreSQL, prepared statements on SQLite, inside the open transaction."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connections

Row = Sequence[Any]


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Row], *, using: str = "default") -> int:
    """Insert `rows` (tuples in the order of `columns`) into `table`; returns how many.

    Values are what the driver takes: None, int, str, bytes, date, moments made by
    `moment`, Decimal as text. Cost: one COPY or one executemany. The caller holds the transaction.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("insert_rows needs an open transaction")
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _copy(connection.connection, table, columns, rows)
    return _executemany(connection.connection, table, columns, rows)


def next_ids(table: str, count: int, *, using: str = "default") -> Sequence[int]:
    """Reserve `count` primary keys of `table`, ascending. The caller holds the transaction.

    PostgreSQL draws them from the sequence (gaps where others draw at the same time). On SQLite the caller is the only
    writer: they follow the highest one ever used. Cost: one or two statements.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        known = cursor.fetchone()
        first = (known[0] if known else 0) + 1
        if known:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [first + count - 1, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first + count - 1])
        return range(first, first + count)


def moment(value: datetime, *, using: str = "default") -> datetime | str:
    """An aware datetime as `insert_rows` wants it: SQLite keeps naive UTC text, as Django writes it."""
    if connections[using].vendor == "postgresql":
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _copy(driver: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    names = ", ".join(f'"{column}"' for column in columns)
    count = 0
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _executemany(driver: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" for _ in columns)
    # The driver's own cursor speaks `?`; Django's would translate every row.
    cursor = driver.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
    count = int(cursor.rowcount)
    cursor.close()
    return count
