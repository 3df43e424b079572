from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.dates import end_of_day, legal_date, start_of_day

DAYS = st.dates(date(1995, 1, 1), date(2100, 1, 1))


def test_the_legal_day_begins_at_sixteen_hours_utc() -> None:
    assert legal_date(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert legal_date(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == date(2026, 11, 21)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        legal_date(datetime(2026, 11, 20))  # noqa: DTZ001


def test_a_day_ends_where_the_next_begins() -> None:
    assert end_of_day(date(2026, 11, 20)) == start_of_day(date(2026, 11, 21)) == datetime(2026, 11, 20, 16, tzinfo=UTC)


@given(DAYS)
def test_a_day_holds_its_first_moment_and_not_its_end(day: date) -> None:
    assert legal_date(start_of_day(day)) == day
    assert legal_date(end_of_day(day)) > day


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1995 <= moment.year < 2100))
def test_every_moment_lies_within_its_legal_day(now: datetime) -> None:
    assert start_of_day(legal_date(now)) <= now < end_of_day(legal_date(now))


def test_the_first_and_the_last_day_there_is_have_moments_too() -> None:
    assert start_of_day(date.min) == datetime.min.replace(tzinfo=UTC)
    assert end_of_day(date.max) == datetime.max.replace(tzinfo=UTC)
    assert start_of_day(date.max) < end_of_day(date.max)
    assert start_of_day(date.min) < end_of_day(date.min)
