"""The floor of a load: the very rows it wrote, prepared beforehand, inserted again into emptied tables in the same chunks.

The rows are moved aside inside the database; before each chunk its rows are fetched (not counted), then inserted in one transaction
with every index, key and guard in place (counted). Rows of the search table are made ready in the same way.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from hands import without_guards
from xinheng.storage.bulk import insert_rows
from xinheng.subjects.load.index import vector, words_of

Marks = dict[str, int]
"""Of each table the highest order column written so far."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Table:
    """A table of a load: what its rows are ordered by as they were written, and which of them count (all, or those of the run)."""

    name: str
    order: str = "id"
    of_run: bool = False


LOAD = (
    Table("subjects_subject"),
    Table("subjects_identifier"),
    Table("subjects_name"),
    Table("subjects_key", "subject_id"),
    Table("subjects_personal_value"),
    Table("records_record"),
    Table("records_version"),
    Table("intake_held"),
    Table("intake_problem"),
    Table("intake_submission"),
    Table("ledger_leaf", "idx", of_run=True),
)
PUBLICITY = (Table("publicity_publication"), Table("ledger_leaf", "idx", of_run=True))
SEARCH = "subjects_search"


def spent() -> float:
    """Processor seconds of this process and, on PostgreSQL on the same machine, of the server process that serves it."""
    return time.process_time() + _server()


def _server() -> float:
    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    with open(f"/proc/{connection.connection.info.backend_pid}/stat", encoding="ascii") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def marks(run: int, tables: Sequence[Table]) -> Marks:
    """How far each table is filled now; asked after each chunk. Cost: one look at the end of an index a table."""
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            where = f"WHERE run_id = {run:d}" if table.of_run else ""
            cursor.execute(f'SELECT MAX("{table.order}") FROM "{table.name}" {where}')
            last = cursor.fetchone()[0]
            found[table.name] = -1 if last is None else last
    return found


def floor(run: int, tables: Sequence[Table], chunks: Sequence[Marks], *, search: bool) -> tuple[list[float], int]:
    """Processor and wall seconds to insert all these rows again; and how many they are."""
    _move_aside(run, tables, search=search)
    cpu = wall = 0.0
    count = 0
    before: Marks = {}
    for chunk in chunks:
        rows = {table.name: _rows(table, before.get(table.name, -1), chunk[table.name]) for table in tables}
        found = list(_search_rows(rows["subjects_subject"])) if search else []
        count += sum(len(each[1]) for each in rows.values()) + len(found)
        began, began_wall = spent(), time.perf_counter()
        with transaction.atomic():
            for name, (columns, some) in rows.items():
                insert_rows(name, columns, some)
            if search:
                insert_rows(SEARCH, _SEARCH_COLUMNS[connection.vendor], found)
        cpu += spent() - began
        wall += time.perf_counter() - began_wall
        before = chunk
    return [cpu, wall], count


_SEARCH_COLUMNS = {"sqlite": ("rowid", "grams"), "postgresql": ("subject_id", "grams")}


def _move_aside(run: int, tables: Sequence[Table], *, search: bool) -> None:
    with without_guards(), connection.cursor() as cursor:
        for table in tables:
            where = f"WHERE run_id = {run:d}" if table.of_run else ""
            cursor.execute(f'DROP TABLE IF EXISTS "kept_{table.name}"')
            cursor.execute(f'CREATE TABLE "kept_{table.name}" AS SELECT * FROM "{table.name}" {where}')
            cursor.execute(f'CREATE INDEX "kept_{table.name}_order" ON "kept_{table.name}" ("{table.order}")')
        for table in reversed(tables):
            cursor.execute(f'DELETE FROM "{table.name}" ' + (f"WHERE run_id = {run:d}" if table.of_run else ""))
        if search:
            cursor.execute(f"DELETE FROM {SEARCH}")
    if connection.vendor == "postgresql":
        # Nothing of what was deleted may be in the way of what is inserted; outside of any transaction.
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'VACUUM (FULL, ANALYZE) "{table.name}"')
                cursor.execute(f'ANALYZE "kept_{table.name}"')
            if search:
                cursor.execute(f"VACUUM (FULL, ANALYZE) {SEARCH}")
            cursor.execute("CHECKPOINT")


def _rows(table: Table, after: int, last: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    query = f'SELECT * FROM "kept_{table.name}" WHERE "{table.order}" > {after:d} AND "{table.order}" <= {last:d} '
    cursor = connection.connection.execute(query + f'ORDER BY "{table.order}"')
    return [column[0] for column in cursor.description], cursor.fetchall()


def _search_rows(subjects: tuple[list[str], list[tuple[Any, ...]]]) -> Iterator[tuple[Any, ...]]:
    columns, rows = subjects
    form: Callable[[list[str]], str] = " ".join if connection.vendor == "sqlite" else vector
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        if values["name"]:
            yield values["id"], form(words_of([values["name"]]))


class Parts:
    """Processor seconds by part of the work."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count what happens inside under `name`."""
        began = spent()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + spent() - began

    def wrap(self, owner: Any, name: str, part: str) -> None:
        """Count the time inside a function under `part`."""
        inner = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.part(part):
                return inner(*args, **kwargs)

        setattr(owner, name, timed)
