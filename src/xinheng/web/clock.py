"""The clock of the pages: the only place below `portal` and `workbench` that asks what time it is."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from xinheng.kernel.dates import legal_date


def now() -> datetime:
    """This moment, aware and UTC; shifted by whole days when `XINHENG_TODAY` is set, so that time still runs."""
    shift: timedelta = getattr(settings, "XINHENG_CLOCK_SHIFT", timedelta())
    return datetime.now(UTC) + shift


def today() -> date:
    """The legal date (Asia/Shanghai) of this moment."""
    return legal_date(now())
