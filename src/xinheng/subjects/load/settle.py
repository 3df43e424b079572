"""The last step of a load before it becomes visible: codes that somebody else made known meanwhile.

While a load runs, an operation or another load may enter a subject with a code the load entered too. Neither can see the other. So,
in the transaction that makes the load visible, its double is absorbed by the subject that is visible already: its code
becomes an alias, and everything that refers to it leads to the one that stands. The database refuses a load that skips this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from xinheng.kernel.canonical import canonical
from xinheng.ledger.load import OpenRun, write_leaves
from xinheng.storage.bulk import next_ids
from xinheng.subjects.load.create import hold_codes, write_rows
from xinheng.subjects.load.facts import standing
from xinheng.subjects.load.index import reindex
from xinheng.subjects.load.reported import reported_among
from xinheng.subjects.models import Identifier, Merge, Subject
from xinheng.subjects.values import IdentifierState, RegisterState

REASON = "同一批次装载期间，该代码已由其他途径登记"

# The visible subject is looked up per code, by index, and not joined: right after a load a planner knows nothing of its size.
_DOUBLES = """
SELECT d.id, d.subject_id, d.visible, d.main FROM (
    SELECT n.id, n.subject_id, s.code = n.value AND s.scheme IN (n.scheme, '') AS main, (
        SELECT MIN(o.subject_id) FROM subjects_identifier o JOIN ledger_run r ON r.id = o.run_id
        WHERE o.lookup = n.lookup AND o.scheme = n.scheme AND o.state = 'current' AND o.id <> n.id AND r.ready
    ) AS visible
    FROM subjects_identifier n JOIN subjects_subject s ON s.id = n.subject_id
    WHERE n.run_id = %s AND n.state = 'current'
) d WHERE d.visible IS NOT NULL ORDER BY d.id
"""


@dataclass(frozen=True, slots=True)
class _Double:
    """An identifier of the run, its subject, the visible subject with the same code, and whether the first goes by that code."""

    identifier: int
    subject: int
    visible: int
    main: bool


def settle(run: OpenRun, start_index: int, *, now: datetime) -> int:
    """Let the subjects of `run` whose code is taken by now be absorbed; returns how many leaves were written.

    To be called in the transaction that closes the run, just before `close_run`; from here to its end nobody else gives codes.
    Cost: one look-up by index a code of the run, and three statements a double (there are hardly any).
    """
    hold_codes()
    doubles = _doubles(run.id)
    if not doubles:
        return 0
    visible = {double.visible for double in doubles}
    # Who is known from records alone stands for itself, merged or not: only the register or the centre says who else it is.
    stands = standing(visible) | {subject_id: subject_id for subject_id in reported_among(sorted(visible))}
    # A further code alone (an old registration number) ends and proves no identity: only the code a subject goes by does.
    merges = {double.subject: stands[double.visible] for double in doubles if double.main}
    leaves = _end_codes(run, start_index, [double.identifier for double in doubles])
    before = dict(Subject.objects.filter(id__in=list(merges)).values_list("id", "register_state"))
    leaves += _absorb(run, start_index + leaves, merges)
    leaves += _note(run, start_index + leaves, merges, before, now)
    reindex(sorted({*merges, *merges.values()}), run_id=run.id)
    return leaves


def _doubles(run_id: int) -> list[_Double]:
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLES, [run_id])
        return [_Double(*row) for row in cursor.fetchall()]


def _end_codes(run: OpenRun, start: int, ids: Sequence[int]) -> int:
    return _rewrite(run, start, Identifier, ids, {"state": IdentifierState.ALIAS.value})


def _absorb(run: OpenRun, start: int, merges: dict[int, int]) -> int:
    count = 0
    for absorbed, kept in merges.items():
        change = {"register_state": RegisterState.MERGED.value, "merged_into_id": kept}
        count += _rewrite(run, start + count, Subject, [absorbed], change)
    return count


def _rewrite(run: OpenRun, start: int, model: type[Any], ids: Sequence[int], change: dict[str, Any]) -> int:
    """Change rows of the run that nobody has seen yet; each gets a new leaf and points at it."""
    table = model._meta.db_table
    for index, row_id in enumerate(ids, start):
        columns = ", ".join(f'"{column}" = %s' for column in change)
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" SET {columns}, run_index = %s WHERE id = %s AND run_id = %s',
                [*change.values(), index, row_id, run.id],
            )
    rows = model.objects.in_bulk(list(ids))
    write_leaves(run, model.ledger_table, start, [(i, canonical(rows[i].ledger_values())) for i in ids])
    return len(ids)


def _note(run: OpenRun, start: int, merges: dict[int, int], before: dict[int, str], now: datetime) -> int:
    ids = next_ids(Merge._meta.db_table, len(merges))
    rows = [
        (row_id, (kept, absorbed, before[absorbed], REASON, now, None, ""))
        for row_id, (absorbed, kept) in zip(ids, merges.items(), strict=True)
    ]
    return write_rows(run, start, Merge, Merge.ledger_fields, rows)
