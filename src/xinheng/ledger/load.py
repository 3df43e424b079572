"""Bulk entry: one run whose leaves are written chunk by chunk, invisible until it is closed.

run = open_run(code=…, actor=…, now=…, on=…)            # one short transaction
write_leaves(run, table, start, [(row id, canonical)])   # inside each chunk's transaction
close_run(run, count=…, payload=…)                       # one short transaction: everything is visible
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from xinheng.kernel.actor import Actor
from xinheng.kernel.canonical import json_text
from xinheng.ledger import models
from xinheng.ledger.rules.leaf import SALT_BYTES
from xinheng.storage.bulk import insert_rows

SALTS_AT_ONCE = 1000
COLUMNS = ("run_id", "idx", "table_name", "row_id", "single", "salt", "digest")


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that takes leaves and is not visible."""

    id: int


def open_run(*, code: str, actor: Actor, now: datetime, on: date) -> OpenRun:
    """Begin a run of a batch. Cost: one insert."""
    run = models.Run.objects.create(
        kind="batch",
        operation=code,
        at=now,
        legal_date=on,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name or actor.login,
        unit_id=actor.unit_id,
        behalf_id=actor.on_behalf_of,
        payload="{}",
    )
    return OpenRun(run.id)


def write_leaves(run: OpenRun, table: str, start: int, rows: Iterable[tuple[int, bytes]]) -> int:
    """Write the leaves of rows saved in the same transaction; the first has index `start`. Returns how many.

    Cost: one bulk insert, one hash a row.
    """
    return insert_rows("ledger_leaf", COLUMNS, _leaf_rows(run.id, table, start, rows))


def _leaf_rows(run_id: int, table: str, start: int, rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[Any, ...]]:
    # The system is asked for chance once in a thousand rows; each row still gets bytes of its own.
    chance, at = b"", 0
    for index, (row_id, canonical) in enumerate(rows, start):
        if at == len(chance):
            chance, at = secrets.token_bytes(SALT_BYTES * SALTS_AT_ONCE), 0
        salt = chance[at : at + SALT_BYTES]
        at += SALT_BYTES
        yield (run_id, index, table, row_id, False, salt, sha256(salt + canonical).digest())


def close_run(run: OpenRun, *, count: int, payload: dict[str, Any]) -> None:
    """Make the run ready: from this commit on everything it holds is visible. Joins the open transaction.

    Raises: RuntimeError when the run was closed or cleared already; ValueError for a run without a leaf (drop it instead).
    """
    if count < 1:
        raise ValueError(f"run {run.id} has no leaf: nothing would bind its header")
    with transaction.atomic():
        changed = models.Run.objects.filter(id=run.id, ready=False).update(
            count=count, payload=json_text(payload), ready=True, closed=next_closed()
        )
        if changed != 1:
            raise RuntimeError(f"run {run.id} is not open")


def count_leaves(run: OpenRun) -> int:
    """How many leaves the run has so far (leaves are written in order, so this is the next index)."""
    return models.Leaf.objects.filter(run_id=run.id).count()


def clear_leaves(run: OpenRun, limit: int) -> int:
    """Delete up to `limit` leaves of a run that never became ready, the last ones first; returns how many. Resumable."""
    indexes = list(
        models.Leaf.objects.filter(run_id=run.id, run__ready=False)
        .order_by("-idx")
        .values_list("idx", flat=True)[:limit]
    )
    if not indexes:
        return 0
    return models.Leaf.objects.filter(run_id=run.id, idx__gte=indexes[-1]).delete()[0]


def drop_run(run: OpenRun) -> None:
    """Delete a run that never became ready and has no leaves left."""
    if not models.Leaf.objects.filter(run_id=run.id).exists():
        models.Run.objects.filter(id=run.id, ready=False).delete()


def open_runs() -> list[int]:
    """The bulk runs that are not visible yet, of loads under way or cut off. Cost: one query."""
    return list(
        models.Run.objects.filter(first=None, ready=False, kind="batch").order_by("id").values_list("id", flat=True)
    )


def next_closed() -> int:
    """The place of a run that becomes ready now, greater than that of every run whose rows it can have seen.

    To be drawn after the last row was saved, in the transaction that makes the run ready: whoever changed one of these rows before
    had drawn its own before its commit, and this one waited for that commit. Ids do not tell: they are drawn when a run begins.
    Cost: one statement.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval('ledger_run_closed_seq')")
        else:
            cursor.execute("SELECT COALESCE(MAX(closed), 0) + 1 FROM ledger_run")
        return int(cursor.fetchone()[0])
