"""Legal dates: the platform's dates are those of Asia/Shanghai; a period ends at 24:00 of its last day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def legal_date(now: datetime) -> date:
    """The date in Asia/Shanghai at the aware moment `now`."""
    if now.tzinfo is None:
        raise ValueError("legal_date needs an aware datetime")
    return now.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 of `day` in Asia/Shanghai, as an aware UTC moment (the first moment that no longer belongs to it).

    The last moment there is for the last day there is, which people write for "without end".
    """
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """0:00 of `day` in Asia/Shanghai, as an aware UTC moment; the first moment there is for the first day there is."""
    if day == date.min:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
