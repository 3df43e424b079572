"""What waits for the units of an actor, by deadline; how much of it there is, and how much is late."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from xinheng.accounts.door import visible_prefix
from xinheng.kernel.actor import Actor
from xinheng.procedures.models import Party, RunningClock
from xinheng.procedures.procedure import all_declared, declared
from xinheng.procedures.queries.cases import READ
from xinheng.procedures.values import InboxLine, InboxPage, Side

LARGEST_PAGE = 200
NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many cases wait for somebody, and how many of them are late."""

    waiting: int
    late: int


def inbox(
    *,
    actor: Actor,
    on: date,
    limit: int = 50,
    after: str = "",
    late: bool | None = None,
    procedure: str = "",
    own: bool = False,
) -> InboxPage:
    """The cases whose next move is a unit's in the actor's reach, the earliest deadline first, late ones before all.

    `own`: only of the actor's own unit and those below it, also where the office sees all. `late` True: only what is late, False: only
    what is not; `procedure`: only cases of that code. A case whose sides are several of these units stands once a side. Cost: one query.
    """
    waiting = _waiting(actor, own=own)
    if waiting is None:
        return InboxPage((), None)
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = _with_due(waiting.select_related("case")).order_by("due", "id")
    if late is not None:
        rows = rows.filter(due__lt=on) if late else rows.filter(due__gte=on)
    if procedure:
        rows = rows.filter(case__procedure=procedure)
    place = _place(after)
    if place is not None:
        due, last = place
        rows = rows.filter(Q(due__gt=due) | Q(due=due, id__gt=last))
    found = list(rows[: limit + 1])
    items = tuple(_line(row, on) for row in found[:limit])
    more = len(found) > limit
    return InboxPage(items, _mark(found[limit - 1]) if more else None)


def inbox_counts(*, actor: Actor, on: date, own: bool = False) -> InboxCounts:
    """How many wait and how many are late. Cost: two queries."""
    rows = _waiting(actor, own=own)
    if rows is None:
        return InboxCounts(0, 0)
    return InboxCounts(rows.count(), _with_due(rows).filter(due__lt=on).count())


def _waiting(actor: Actor, *, own: bool) -> "QuerySet[Party] | None":
    prefix = (actor.unit_path or None) if own else visible_prefix(actor)
    if not actor.may(READ) or prefix is None:
        return None
    moves = Q(pk__in=())
    for procedure in all_declared():
        for state in procedure.states:
            for side in state.waits - {Side.APPLICANT, Side.TIME}:
                moves |= Q(
                    side=side.value,
                    case__procedure=procedure.code,
                    case__version=procedure.version,
                    case__state=state.code,
                )
    return Party.objects.filter(moves, case__ended_on=None, unit__path__startswith=prefix)


def _with_due(rows: "QuerySet[Party]") -> "QuerySet[Any]":
    """With the earliest deadline of the clocks that run in the case; what has none comes last."""
    running = RunningClock.objects.filter(case=OuterRef("case"), ended_on=None, paused_on=None).order_by()
    first = Subquery(running.values("case").annotate(first=Min("deadline")).values("first"))
    return rows.annotate(due=Coalesce(first, Value(NEVER), output_field=DateField()))


def _line(row: Party, on: date) -> InboxLine:
    case = row.case
    procedure = declared(case.procedure, case.version).procedure
    due = _due(row)
    return InboxLine(
        case.pk,
        case.number,
        procedure.key,
        procedure.name,
        case.title,
        procedure.state(case.state).name,
        Side(row.side),
        due if due != NEVER else None,
        due < on,
        case.escalated,
        case.opened_on,
    )


def _mark(row: Party) -> str:
    return base64.urlsafe_b64encode(f"{_due(row).isoformat()}.{row.pk}".encode()).decode().rstrip("=")


def _due(row: Party) -> date:
    """What `_with_due` put there."""
    due: date = row.__dict__["due"]
    return due


def _place(after: str) -> tuple[date, int] | None:
    """Where a page goes on; what nobody gave out begins again."""
    if not after:
        return None
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        day, _dot, last = text.partition(".")
        return date.fromisoformat(day), int(last)
    except (binascii.Error, ValueError):
        return None
