"""When a row with a beginning and an end is in force."""

from datetime import datetime

from django.db.models import Expression, Q


def in_force(now: datetime | Expression, prefix: str = "") -> Q:
    """The condition that a row with `active_from` and `active_to` (moments, the last excluded) is in force."""
    started = Q(**{f"{prefix}active_from__lte": now})
    return started & (Q(**{f"{prefix}active_to": None}) | Q(**{f"{prefix}active_to__gt": now}))
