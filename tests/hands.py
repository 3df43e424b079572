"""Hands in the database: what somebody with the database's password could do, for tests that show it is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from xinheng.storage.guards import drop, install


@contextmanager
def without_guards() -> Iterator[None]:
    """Switch off triggers and foreign keys, as an intruder with all rights would."""
    # A savepoint: where the database refuses even so, the setting goes back with it.
    with transaction.atomic():
        if connection.vendor == "postgresql":
            sql("SET session_replication_role = replica")
            yield
            sql("SET session_replication_role = DEFAULT")
        else:
            drop()
            yield
            install()


def sql(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """Run one raw statement; returns its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall()) if cursor.description else []


def by_hand(statement: str, *arguments: Any) -> None:
    """Run one raw statement past the guards."""
    with without_guards():
        sql(statement, *arguments)
