"""A state of the database that many tests begin with: made once by operations, then laid down again row by row, as it was.

A world takes seven hundred statements to build and thirty to lay. Its rows, ids and ledger are the same each time; where a table that it
fills or leaves empty holds other rows than before the first building, it is built again. Files that the building put beside the database
(uploads, checkpoints) come back with it.
"""

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
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
    files: dict[str, bytes]
    result: Any


_KEPT: dict[Hashable, _Laid] = {}


def laid(key: Hashable, build: Callable[[], T]) -> T:
    """What `build` returns, with the database as it leaves it. `key` names the building and what it depends on."""
    before, kept = _filled(), _KEPT.get(key)
    if kept is None or kept.before != before:
        lay_there = set(_files())
        result = build()
        if kept is None:
            files = {name: file.read_bytes() for name, file in _files().items() if name not in lay_there}
            _KEPT[key] = _Laid(before, _added(before), files, copy.deepcopy(result))
        return result
    for name, content in kept.files.items():
        target = Path(settings.XINHENG_HOME) / name
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.write_bytes(content)
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


def _files() -> dict[str, Path]:
    """What lies beside the database, by its path in the home."""
    home = Path(settings.XINHENG_HOME)
    found = (file for name in ("uploads", "checkpoints") for file in (home / name).rglob("*") if file.is_file())
    return {str(file.relative_to(home)): file for file in found}


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
