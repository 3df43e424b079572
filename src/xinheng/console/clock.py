"""The console's clock: the only place below the commands that asks the machine for the time."""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """The present moment, aware and UTC; shifted by whole days when `XINHENG_TODAY` names another day."""
    shift: timedelta = settings.XINHENG_CLOCK_SHIFT
    return datetime.now(UTC) + shift
