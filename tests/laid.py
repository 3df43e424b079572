"""A state of the database that many tests begin with: made once by operations, then laid down again row by row, as it was.

A world takes seven hundred statements to build and thirty to lay. Its rows, ids and ledger are the same each time; where a table that it
fills or leaves empty holds other rows than before the first building, it is built again.
"""

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction

from xinheng.storage.bulk import insert_rows
from xinheng.subjects.load.index import reindex
from xinheng.subjects.models import SEARCH_TABLE, Subject

T = TypeVar("T")
Filled = dict[str, int]


@dataclass(frozen=True)
class _Laid:
    before: Filled
    rows: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
    result: Any


_KEPT: dict[Hashable, _Laid] = {}


def laid(key: Hashable, build: Callable[[], T]) -> T:
    """What `build` returns, with the database as it leaves it. `key` names the building and what it depends on."""
    before, kept = _filled(), _KEPT.get(key)
    if kept is None or kept.before != before:
        result = build()
        if kept is None:
            _KEPT[key] = _Laid(before, _added(before), copy.deepcopy(result))
        return result
    with transaction.atomic():
        for table, (columns, rows) in kept.rows.items():
            insert_rows(table, columns, rows)
        _go_on_behind(kept)
        reindex(list(Subject.objects.values_list("id", flat=True)))
    return copy.deepcopy(kept.result)  # type: ignore[no-any-return]


def _go_on_behind(kept: _Laid) -> None:
    """Let PostgreSQL draw the next ids behind those laid down, whatever became of its sequences."""
    if connection.vendor == "sqlite":
        return
    highest = {
        table: max(row[columns.index("id")] for row in rows)
        for table, (columns, rows) in kept.rows.items()
        if "id" in columns
    }
    asked = ", ".join("pg_get_serial_sequence(%s, 'id')" for _ in highest)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [f'"{table}"' for table in highest])
        drawn = [(name, last) for name, last in zip(cursor.fetchone(), highest.values(), strict=True) if name]
        moved = ", ".join("setval(%s, greatest(nextval(%s), %s))" for _ in drawn)
        cursor.execute(f"SELECT {moved}", [each for name, last in drawn for each in (name, name, last)])


def _tables() -> list[str]:
    # In the order of the layers, so that what is pointed at comes first; the search table is no model.
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def _filled() -> Filled:
    """How many rows each table has that has any."""
    tables = [*_tables(), SEARCH_TABLE]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return {table: count for table, count in cursor.fetchall() if count}


def _added(before: Filled) -> dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    found = {}
    for table in _tables():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            columns, rows = tuple(column[0] for column in cursor.description), cursor.fetchall()
        if rows and table not in before:
            found[table] = (columns, rows)
        else:
            assert len(rows) == before.get(table, 0), f"{table} had rows, and others came"
    return found
