"""Which tables and columns a database has at a state of its migrations, and how each value is written.

Values are written as PostgreSQL's `COPY` writes them (text form, UTF-8; moments in UTC, bytes as hex): on PostgreSQL they pass through
unread, and both databases read what the other wrote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from xinheng.kernel.errors import XinhengError

WHOLE, TEXT, YES_NO, DAY, MOMENT, BYTES = "whole", "text", "bool", "day", "moment", "bytes"

_KINDS: Final = {
    **dict.fromkeys(
        (
            "AutoField",
            "BigAutoField",
            "SmallAutoField",
            "IntegerField",
            "BigIntegerField",
            "SmallIntegerField",
            "PositiveIntegerField",
            "PositiveBigIntegerField",
            "PositiveSmallIntegerField",
        ),
        WHOLE,
    ),
    **dict.fromkeys(("CharField", "TextField", "JSONField", "SlugField", "URLField"), TEXT),
    "BooleanField": YES_NO,
    "DateField": DAY,
    "DateTimeField": MOMENT,
    "BinaryField": BYTES,
}
LEFT_OUT: Final = frozenset({"sessions"})
"""Apps whose rows are in no backup: after a restore everybody signs in again."""

Node = tuple[str, str]


class BackupInvalid(XinhengError):
    """The file is no backup, was damaged, or is not for this installation or this version."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the kind of its values."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns in order; `serial`: its ids are drawn by the database."""

    name: str
    columns: tuple[Column, ...]
    serial: bool


def applied() -> list[Node]:
    """The migrations applied to the database. Cost: one query."""
    loader = MigrationLoader(connection)
    return sorted(node for node in loader.applied_migrations if node in loader.graph.nodes)


def tables_at(nodes: Iterable[Node]) -> list[Table]:
    """All tables of models at a state of the migrations, but those of `LEFT_OUT`.

    Raises: TypeError for a column of a kind nobody has thought about yet: it must not be left out of backups unseen.
    """
    state = MigrationLoader(connection).project_state(list(nodes))
    models = state.apps.get_models(include_auto_created=True)
    found = [_table(model) for model in models if model._meta.managed and model._meta.app_label not in LEFT_OUT]
    return sorted(found, key=lambda table: table.name)


def _table(model: Any) -> Table:
    fields = [field for field in model._meta.local_concrete_fields if field.column]
    columns = tuple(Column(field.column, _kind(model, field)) for field in fields)
    return Table(model._meta.db_table, columns, any("AutoField" in field.get_internal_type() for field in fields))


def _kind(model: Any, field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    try:
        return _KINDS[field.get_internal_type()]
    except KeyError:
        raise TypeError(f"{model._meta.db_table}.{field.column}: no way to write {field.get_internal_type()}") from None


def unknown(nodes: Iterable[Node]) -> list[Node]:
    """Those of the migrations that this program does not have: a later version made them."""
    graph = MigrationLoader(connection).graph
    return sorted(node for node in nodes if node not in graph.nodes)


def build(nodes: Iterable[Node]) -> None:
    """Make the tables as they were after these migrations, in a database that has none. Guards come with the next migrate."""
    wanted = set(nodes)
    executor = MigrationExecutor(connection)
    # The last of each app: asking for an earlier one after a later one would mean to go back.
    known = executor.loader.graph.node_map
    followed = {parent.key for node in wanted for parent in known[node].parents if parent.key[0] == node[0]}
    executor.migrate(sorted(wanted - followed))
    # What a migration put into its tables comes back with the rows.
    with connection.cursor() as cursor:
        for table in tables_at(wanted):
            cursor.execute(f'DELETE FROM "{table.name}"')


def drop_everything() -> None:
    """Drop all tables of the database. For a restore that was told to replace what is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TABLE IF EXISTS "{name}" CASCADE')
            cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP SEQUENCE IF EXISTS "{name}" CASCADE')
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        # Virtual tables first: their shadows go with them.
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        names = [row[0] for row in cursor.fetchall()]
        for name in names:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = %s", [name])
            if cursor.fetchone()[0]:
                cursor.execute(f'DROP TABLE "{name}"')
        cursor.execute("PRAGMA foreign_keys = ON")


def holds_rows() -> bool:
    """Whether any table holds what somebody entered; Django's list of migrations and its counters count for nothing."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)) - {"django_migrations"}
        for name in sorted(there):
            if name.startswith(("subjects_search_", "sqlite_")) or name == "storage_lease":
                continue
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")')
            if cursor.fetchone()[0]:
                return True
    return False
