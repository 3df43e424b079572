"""What a calendar that is not in use yet would do to the deadlines that still depend on it."""

from datetime import date

from django.db.models import Count

from xinheng.catalogue.door import current_edition, publicity_due
from xinheng.kernel.actor import Actor
from xinheng.kernel.calendar import Calendar
from xinheng.ledger.values import NotAllowed
from xinheng.publicity import models
from xinheng.publicity.values import DeadlineMove, DeadlineOutlook


def deadlines_under(calendar: Calendar, *, on: date, actor: Actor) -> DeadlineOutlook:
    """How the provisional deadlines would stand under `calendar`: what `recompute_deadlines` will look at once it is imported.

    Counts and days alone, no record: for whoever imports notices. Cost: one query over the groups of one item and one day of the
    act, two where the edition was not asked yet.  Raises: NotAllowed.
    """
    if not actor.may("calendar.import"):
        raise NotAllowed("publicity.deadlines", "calendar.import")
    edition, moves, looked_at, settled = current_edition(on), [], 0, 0
    for item, act_date, before, count in _groups():
        looked_at += count
        due = publicity_due(edition, item, act_date, calendar)
        if due is None:
            continue
        settled += 0 if due.provisional else count
        if due.day != before:
            moves.append(DeadlineMove(item, act_date, before, due.day, count))
    return DeadlineOutlook(looked_at, sum(move.count for move in moves), settled, tuple(moves))


def _groups() -> list[tuple[str, date, date, int]]:
    """Item, day of the act, deadline, number of provisional deadlines; the earliest deadline first."""
    rows = (
        models.Publication.objects.filter(deadline_provisional=True, run__ready=True, version__act_date__isnull=False)
        .values_list("item", "version__act_date", "deadline")
        .annotate(count=Count("pk"))
        .order_by("deadline", "version__act_date", "item")
    )
    return list(rows)
