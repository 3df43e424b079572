"""How far numbering is behind, and when something was last done."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q, Sum

from xinheng.ledger import models


@dataclass(frozen=True, slots=True)
class Lag:
    """Numbers given, leaves in the tree; committed entries that have no number yet, and when the oldest of them was made."""

    numbered: int
    size: int
    waiting: int
    oldest_at: datetime | None


def lag() -> Lag:
    """Cost: two queries; the second goes through what waits only."""
    state = models.State.objects.filter(id=1).first() or models.State(id=1)
    found = models.Run.objects.filter(first=None, ready=True, count__gt=0).aggregate(
        total=Sum("count"), oldest=Min("at")
    )
    return Lag(state.numbered, state.size, found["total"] or 0, found["oldest"])


def done_after(operation: str, number: int) -> bool:
    """Whether an operation was performed after a ledger number, numbered yet or not. Cost: one query by index."""
    later = Q(first=None) | Q(first__gt=number)
    return models.Run.objects.filter(later, operation=operation, ready=True).exists()


def last_done(operation: str) -> datetime | None:
    """When an operation was last performed; None for never. Cost: one query by index."""
    done = models.Run.objects.filter(operation=operation, ready=True).order_by("-id")
    return done.values_list("at", flat=True).first()
