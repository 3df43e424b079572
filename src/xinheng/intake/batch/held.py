"""Held rows of a load, in bulk: sealed, with their leaves, visible with the run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from xinheng.engine.problems import Problem
from xinheng.intake import models
from xinheng.intake.operations.entering import fingerprint, seal_row
from xinheng.intake.rules.rows import hold_codes, hold_kind
from xinheng.intake.values.batches import HeldState
from xinheng.kernel.canonical import canonical
from xinheng.ledger.load import OpenRun, write_leaves
from xinheng.storage.bulk import insert_rows, moment, next_ids

COLUMNS = (
    "id",
    "batch_id",
    "unit_id",
    "item",
    "row",
    "record",
    "codes",
    "kind",
    "fingerprint",
    "received_at",
    "state",
    "decided_by_id",
    "decided_at",
    "decision_reason",
    "result_record",
    "result_version",
    "sealed",
    "run_id",
    "run_index",
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A row to be held: its place, why, what was said about it, and its own reason for a correction."""

    index: int
    row: int
    problems: tuple[Problem, ...]
    items: Sequence[dict[str, Any]]
    reason: str


def write_held(
    run: OpenRun, start: int, batch: models.Batch, frame: pl.DataFrame, drafts: Sequence[HeldDraft]
) -> tuple[int, dict[int, int]]:
    """Write held rows inside the caller's transaction, the first leaf at `start`; returns how many, and each record's held row.

    A row that waits already (the same content, sent before and not settled) is not kept twice.
    """
    texts = [texts_of(frame, draft.index) for draft in drafts]
    marks = [fingerprint(batch.unit_id, batch.item, text) for text in texts]
    waiting = _waiting(marks)
    # Read in reverse: of the same row twice in one chunk the first stays.
    fresh = {mark: place for place, mark in reversed(list(enumerate(marks))) if mark not in waiting}
    places = sorted(fresh.values())
    ids = next_ids(models.Held._meta.db_table, len(places)) if places else ()
    known = dict(waiting)
    rows, leaves = [], []
    for number, (held_id, place) in enumerate(zip(ids, places, strict=True), start):
        draft = drafts[place]
        known[marks[place]] = held_id
        values = _values(batch, draft, marks[place])
        content = {
            "texts": {code: text for code, text in texts[place].items() if text is not None},
            "reason": draft.reason,
            "problems": list(draft.items),
        }
        sealed = seal_row(batch.unit_id, batch.item, content)
        row = tuple(moment(value) if value is batch.received_at else value for value in values)
        rows.append((held_id, *row, sealed, run.id, number))
        leaves.append((held_id, canonical(values)))
    insert_rows(models.Held._meta.db_table, COLUMNS, rows)
    write_leaves(run, models.Held.ledger_table, start, leaves)
    return len(rows), {draft.index: known[mark] for draft, mark in zip(drafts, marks, strict=True)}


def _values(batch: models.Batch, draft: HeldDraft, mark: bytes) -> tuple[Any, ...]:
    """In the order of the ledger's fields."""
    return (
        batch.pk,
        batch.unit_id,
        batch.item,
        draft.row,
        draft.index + 1,
        ";".join(hold_codes(draft.problems)),
        hold_kind(draft.problems).value,
        mark,
        batch.received_at,
        HeldState.HELD.value,
        None,
        None,
        "",
        None,
        None,
    )


def texts_of(frame: pl.DataFrame, index: int) -> dict[str, str | None]:
    """What was written in one record, by field."""
    row = frame.row(index, named=True)
    return {code: text for code, text in row.items() if not code.startswith("__")}


def _waiting(marks: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for start in range(0, len(marks), _AT_ONCE):
        rows = models.Held.objects.filter(
            fingerprint__in=list(marks[start : start + _AT_ONCE]), state=HeldState.HELD, run__ready=True
        )
        found.update({bytes(mark): held_id for held_id, mark in rows.values_list("id", "fingerprint")})
    return found
