"""Starting, stopping, pausing and extending the time limits of a case, inside the operation of its step."""

from dataclasses import dataclass
from datetime import date

from xinheng.catalogue.door import calendar
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.periods import parse_span
from xinheng.procedures.models import Case, RunningClock
from xinheng.procedures.rules.counting import Length, deadline_of, given_back, ran
from xinheng.procedures.values import Procedure, Step


@dataclass(frozen=True, slots=True)
class Counting:
    """What clocks are counted by: the catalogue the case began under, and the calendar of now."""

    edition: Edition
    plan: Calendar

    @classmethod
    def by(cls, edition: Edition) -> "Counting":
        """With the calendar as it is now. Cost: one query."""
        return cls(edition, calendar())


def turn(case: Case, procedure: Procedure, step: Step, on: date, by: Counting, *, ends: bool) -> None:
    """Do to the clocks of a case what a step says; the step that ends a case ends them all. Cost: one query, one a clock touched."""
    running = {row.clock: row for row in RunningClock.objects.filter(case=case, ended_on=None)}
    for code in step.stops if not ends else tuple(running):
        if code in running:
            _end(running[code], on)
    if ends:
        return
    for code in step.pauses:
        if code in running:
            _pause(running[code], on, by)
    for code in step.resumes:
        if code in running:
            _resume(running[code], on, by)
    for code, limit in step.extends:
        if code in running:
            _extend(running[code], limit, on, by)
    for code in step.starts:
        if code not in running:
            _start(case, procedure.clock(code).limit, code, on, by)


def length_of(row: RunningClock) -> Length:
    """How long a clock runs in all."""
    return Length(row.working_days, parse_span(row.span) if row.span else None, row.more_days)


def recount(row: RunningClock, by: Counting) -> bool:
    """Count the deadline of a running clock anew; whether it is another than before. Saves nothing."""
    found = deadline_of(by.plan, row.started_on, length_of(row), row.used)
    changed = (row.deadline, row.provisional) != (found.day, found.provisional)
    row.deadline, row.provisional, row.calendar = found.day, found.provisional, by.plan.version
    return changed


def _start(case: Case, limit: str, code: str, on: date, by: Counting) -> None:
    rule = by.edition.limit(limit, on)
    row = RunningClock(
        case=case,
        clock=code,
        limits=rule.key,
        working_days=rule.working_days,
        span=str(rule.span) if rule.span is not None else "",
        since=on,
        started_on=on,
    )
    recount(row, by)
    row.save()


def _end(row: RunningClock, on: date) -> None:
    row.ended_on = on
    row.save()


def _pause(row: RunningClock, on: date, by: Counting) -> None:
    if row.paused_on is not None:
        return
    row.used = ran(by.plan, row.started_on, on, length_of(row), row.used)
    row.paused_on, row.deadline, row.provisional = on, None, False
    row.save()


def _resume(row: RunningClock, on: date, by: Counting) -> None:
    if row.paused_on is None:
        return
    row.more_days = given_back(length_of(row), row.paused_on, on).more_days
    if row.working_days is not None:
        row.started_on = on
    row.paused_on = None
    recount(row, by)
    row.save()


def _extend(row: RunningClock, limit: str, on: date, by: Counting) -> None:
    rule = by.edition.limit(limit, on)
    longer = length_of(row).plus(Length(rule.working_days, rule.span))
    row.working_days, row.span, row.more_days = longer.working_days, str(longer.span or ""), longer.more_days
    row.limits = f"{row.limits};{rule.key}"
    if row.paused_on is None:
        recount(row, by)
    row.save()
