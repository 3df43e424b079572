"""Reading entries by number: the outbox later modules pull from, and the audit trail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from xinheng.kernel.actor import Actor
from xinheng.ledger import models
from xinheng.ledger.queries.leaves import header_of, runs_from
from xinheng.ledger.values import Entry, EntryUnknown, Header, NotAllowed


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One numbered run, for those who pull: numbers `first` to `first + count - 1` are its leaves."""

    id: int
    first: int
    count: int
    header: Header


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What an auditor asks the trail for; empty fields do not restrict. `before` is a number, for paging backwards."""

    operation: str = ""
    actor_id: int | None = None
    unit_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def runs_after(number: int, limit: int = 200) -> Iterator[RunSummary]:
    """Numbered runs whose first number is greater than `number`, in order. Only numbered runs are seen. Cost: one query."""
    rows = models.Run.objects.filter(first__gt=number).order_by("first")[:limit]
    for run in rows:
        if run.first is not None:
            yield RunSummary(run.id, run.first, run.count, header_of(run))


def entries(after: int = 0, limit: int = 100) -> tuple[Entry, ...]:
    """Numbered entries after number `after`, in order. Cost: one query for runs, one a run for its leaves."""
    found: list[Entry] = []
    for run in runs_from(after + 1):
        if run.first is None or len(found) >= limit:
            break
        header, low = header_of(run), max(after + 1 - run.first, 0)
        leaves = models.Leaf.objects.filter(run_id=run.id, idx__gte=low).order_by("idx")[: limit - len(found)]
        found += [Entry(run.first + leaf.idx, run.id, header, leaf.table_name, leaf.row_id) for leaf in leaves]
    return tuple(found)


def rows_of_run(run_id: int, after: int = -1, limit: int = 1000) -> tuple[tuple[int, str, int | None], ...]:
    """(index, table, row id) of the leaves of a run after index `after`. Cost: one query."""
    leaves = models.Leaf.objects.filter(run_id=run_id, idx__gt=after).order_by("idx")[:limit]
    return tuple((leaf.idx, leaf.table_name, leaf.row_id) for leaf in leaves)


def trail(wanted: TrailFilter, *, actor: Actor, limit: int = 50) -> tuple[RunSummary, ...]:
    """Runs as the audit trail shows them, newest first.

    Cost: one query. Raises: NotAllowed without `ledger.read`.
    """
    if not actor.may("ledger.read"):
        raise NotAllowed("ledger.trail", "ledger.read")
    rows = models.Run.objects.filter(first__isnull=False)
    if wanted.operation:
        rows = rows.filter(operation=wanted.operation)
    if wanted.actor_id is not None:
        # Accounts of businesses are numbered by themselves: their numbers are not those of officials.
        rows = rows.filter(actor_id=wanted.actor_id, actor_kind__in=("person", "service"))
    if wanted.unit_id is not None:
        rows = rows.filter(unit_id=wanted.unit_id)
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    if wanted.before is not None:
        rows = rows.filter(first__lt=wanted.before)
    return tuple(
        RunSummary(run.id, run.first, run.count, header_of(run))
        for run in rows.order_by("-first")[:limit]
        if run.first is not None
    )


def history_of(table: str, row_id: int, *, actor: Actor) -> tuple[Entry, ...]:
    """The entries of operations that saved one row, oldest first (`table` as in `ledger_table`).

    Cost: two queries. Raises: NotAllowed without `ledger.read`.
    """
    if not actor.may("ledger.read"):
        raise NotAllowed("ledger.history", "ledger.read")
    leaves = list(models.Leaf.objects.filter(table_name=table, row_id=row_id, single=True).order_by("run_id", "idx"))
    runs = models.Run.objects.in_bulk({leaf.run_id for leaf in leaves})
    found = [
        Entry(first + leaf.idx, leaf.run_id, header_of(runs[leaf.run_id]), leaf.table_name, leaf.row_id)
        for leaf in leaves
        if leaf.run_id in runs and (first := runs[leaf.run_id].first) is not None
    ]
    return tuple(sorted(found, key=lambda entry: entry.number))


def numbers_of(table: str, row_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of the entries of operations that saved each row, ascending; rows nobody numbered yet are absent.

    For readers that answer "as known at": a row that changes in place holds only its last state. Cost: one query a five hundred rows.
    """
    found: dict[int, list[int]] = {}
    wanted = sorted(set(row_ids))
    for start in range(0, len(wanted), 500):
        leaves = models.Leaf.objects.filter(
            table_name=table, row_id__in=wanted[start : start + 500], single=True, run__first__isnull=False
        )
        for row_id, first, index in leaves.values_list("row_id", "run__first", "idx"):
            if row_id is not None and first is not None:
                found.setdefault(row_id, []).append(first + index)
    return {row_id: tuple(sorted(numbers)) for row_id, numbers in found.items()}


def run_of(number: int) -> models.Run:
    """The run that holds entry `number`.

    Raises: EntryUnknown.
    """
    run = models.Run.objects.filter(first__lte=number).order_by("-first").first()
    if number < 1 or run is None or run.first is None or number >= run.first + run.count:
        state = models.State.objects.filter(id=1).first()
        raise EntryUnknown(number, state.numbered if state else 0)
    return run
