"""What time does to cases: deadlines counted anew when the calendar changed, limits that were missed and what follows from them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from xinheng.catalogue.door import edition_by_hash
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.procedures.models import Case, RunningClock
from xinheng.procedures.operations.clocks import Counting, recount
from xinheng.procedures.procedure import declared
from xinheng.procedures.values import MissedLimit, Recounted

TIME: Final[Actor] = system("procedures", "procedures.tick")
"""Who acts when time runs out: no role holds what it may."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did."""

    recounted: int
    missed: int


def tick(*, now: datetime, between: Callable[[], None] = lambda: None) -> Ticked:
    """Do what time asks for by now, each thing in a transaction of its own and once, the earliest first.

    After a standstill it does day by day what the days in between would have done: what follows from a missed limit follows from the
    day after the limit, whenever the tick comes. `between` is called between two steps. Cost: two queries, about ten a missed limit.
    """
    on, missed = legal_date(now), 0
    recounted = _recount_all(now, between)
    while (due := _next_due(on)) is not None:
        between()
        missed += _missed(*due, now=now)
    return Ticked(recounted, missed)


def catch_up(case_id: int, *, now: datetime, on: date) -> None:
    """Do for one case what the ticks of the days before would have done, before anybody moves it: a late answer comes late.

    In the caller's transaction, before the caller saves anything. Cost: one query where nothing was missed.
    """
    while (due := _next_due(on, case_id)) is not None:
        _missed(*due, now=now)


@operation(code="procedures.limit_missed", needs="procedures.tick")
def note_missed(*, clock_id: int, actor: Actor, now: datetime, on: date) -> MissedLimit:
    """Enter that a limit was missed; from now on everybody who sees the case sees it. Cost: three queries.

    `on` is the day after the limit; only `tick` calls this, under the lock of the case. Raises: ValueError for a clock that is not late.
    """
    row = RunningClock.objects.select_related("case").get(pk=clock_id)
    if not _is_late(row, on):
        raise ValueError(f"clock {clock_id} is not late on {on}")
    row.missed_on = on
    row.save(update_fields=["missed_on"])
    follows = _follows(row)
    if "escalate" in follows and not row.case.escalated:
        row.case.escalated = True
        row.case.save(update_fields=["escalated"])
    return MissedLimit(row.case_id, row.case.number, row.clock, on - _DAY, follows)


@operation(code="procedures.deadline_recounted", needs="procedures.tick")
def note_recounted(*, clock_id: int, actor: Actor, now: datetime) -> Recounted:
    """Count one deadline anew by the calendar of now; only where it has changed is it entered as changed. Cost: three queries."""
    row = RunningClock.objects.select_related("case").get(pk=clock_id)
    before = row.deadline
    recount(row, Counting.by(edition_by_hash(row.case.edition)))
    row.save()
    return Recounted(row.case_id, row.clock, before, row.deadline, row.provisional)


def _recount_all(now: datetime, between: Callable[[], None]) -> int:
    """Every running clock that was counted by another calendar. Those whose day stays are left as they are."""
    changed = 0
    for row in list(_running().select_related("case")):
        by = Counting.by(edition_by_hash(row.case.edition))
        if row.calendar != by.plan.version and recount(row, by):
            between()
            with transaction.atomic():
                Case.objects.select_for_update().get(pk=row.case_id)
                still = _running().filter(pk=row.pk).exists()
                if still:
                    note_recounted(clock_id=row.pk, actor=TIME, now=now)
            changed += still
    return changed


def _running() -> QuerySet[RunningClock]:
    return RunningClock.objects.filter(ended_on=None, missed_on=None, paused_on=None)


def _next_due(on: date, case_id: int | None = None) -> tuple[int, int, date] | None:
    """Clock, case and deadline of the limit that ran out first, of one case or of all."""
    rows = _running().filter(deadline__lt=on)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    row = rows.order_by("deadline", "id").first()
    return None if row is None or row.deadline is None else (row.pk, row.case_id, row.deadline)


def _missed(clock_id: int, case_id: int, deadline: date, *, now: datetime) -> int:
    late = deadline + _DAY
    with transaction.atomic():
        # The lock every step takes: who answers in the last moment and the tick come one after the other.
        Case.objects.select_for_update().get(pk=case_id)
        row = RunningClock.objects.select_related("case").get(pk=clock_id)
        if not _is_late(row, late):
            return 0
        done = note_missed(clock_id=clock_id, actor=TIME, now=now, on=late)
        effects = declared(row.case.procedure, row.case.version).effects
        for missed, effect in effects.items():
            if missed.value in done.missed:
                effect(case_id, now, late)
    return 1


def _is_late(row: RunningClock, on: date) -> bool:
    return (
        row.ended_on is None
        and row.missed_on is None
        and row.paused_on is None
        and row.deadline is not None
        and row.deadline < on
    )


def _follows(row: RunningClock) -> tuple[str, ...]:
    """What the catalogue says follows, by the rule of the clock (not of what extended it)."""
    edition = edition_by_hash(row.case.edition)
    return edition.limit(row.limits.partition(";")[0], row.since).missed
