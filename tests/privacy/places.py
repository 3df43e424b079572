"""Every place of an installation where something readable could lie: tables, the database's own files, everything below its home."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from hands import sql
from intake.cast import rows_of
from privacy.searching import Search


def tables() -> list[str]:
    """Every table, those without a model and those of the search index too."""
    if connection.vendor == "sqlite":
        return [row[0] for row in sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [row[0] for row in sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")]


def look_everywhere(search: Search) -> None:
    """In every column of every table, in what the database keeps on disk, and in every file of the home."""
    for table in tables():
        for row in rows_of(table):
            for place, value in enumerate(row):
                search.value(f"table {table}, column {place}", value)
    if connection.vendor == "postgresql":
        _look_in_postgresql(search)
    for path in sorted(Path(settings.XINHENG_HOME).rglob("*")):
        if path.is_file():
            search.data(f"file {path.name}", path.read_bytes())


def _look_in_postgresql(search: Search) -> None:
    """Each table as COPY gives it, and, where this user may, the files of tables and of their long values, dead rows and all."""
    for table in tables():
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
            search.data(f"copy of {table}", b"".join(map(bytes, copy)))
    if sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(True,)]:
        sql("CHECKPOINT")
        files = "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN ('r', 't', 'i')"
        for name, data in sql(f"{files} AND oid >= 16384"):
            search.data(f"file of {name}", bytes(data))
