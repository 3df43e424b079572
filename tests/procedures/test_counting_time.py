"""Time limits: working days over holidays and pauses, spans over month ends; what is left never grows or shrinks by itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xinheng.kernel.calendar import Calendar
from xinheng.kernel.calendar_data import shipped_plans
from xinheng.kernel.periods import Span
from xinheng.procedures.rules.counting import Length, deadline_of, given_back, ran

CALENDAR = Calendar.of(shipped_plans())
DAYS = some.dates(date(2019, 1, 1), date(2028, 6, 30))
FIVE = Length(working_days=5)

TABLE = {
    "the day itself is not counted": (date(2026, 11, 20), FIVE, date(2026, 11, 27)),
    # The holiday ends on the 7th; Saturday the 10th is worked instead.
    "over the National Day week": (date(2026, 9, 30), FIVE, date(2026, 10, 13)),
    "three months from the end of November": (date(2026, 11, 30), Length(span=Span(months=3)), date(2027, 2, 28)),
    "a year from the leap day": (date(2028, 2, 29), Length(span=Span(years=1)), date(2029, 2, 28)),
    "days given back after a pause": (date(2026, 1, 31), Length(span=Span(months=1), more_days=3), date(2026, 3, 3)),
}


@pytest.mark.parametrize("case", TABLE)
def test_a_limit_ends_on_its_last_day(case: str) -> None:
    started, length, last = TABLE[case]
    assert deadline_of(CALENDAR, started, length).day == last


def test_a_year_without_notice_makes_a_deadline_provisional() -> None:
    assert deadline_of(CALENDAR, date(2028, 2, 1), FIVE).provisional
    assert not deadline_of(CALENDAR, date(2026, 2, 2), FIVE).provisional


@given(DAYS, some.integers(1, 40), some.integers(0, 60))
def test_a_pause_that_ends_on_its_own_day_changes_nothing(started: date, days: int, after: int) -> None:
    length, paused = Length(working_days=days), started + timedelta(days=after)
    whole = deadline_of(CALENDAR, started, length).day
    used = ran(CALENDAR, started, paused, length)
    if used < days:
        assert deadline_of(CALENDAR, paused, length, used).day == whole


@given(DAYS, some.integers(2, 40), some.integers(0, 20), some.integers(0, 30))
def test_after_a_pause_exactly_what_was_left_is_left(started: date, days: int, after: int, pause: int) -> None:
    length = Length(working_days=days)
    paused = started + timedelta(days=after)
    resumed = paused + timedelta(days=pause)
    used = ran(CALENDAR, started, paused, length)
    if used < days:
        last = deadline_of(CALENDAR, resumed, length, used).day
        assert ran(CALENDAR, resumed, last, length, used) == days


@given(DAYS, some.integers(1, 36), some.integers(0, 400), some.integers(0, 400))
def test_a_span_gets_back_every_day_of_a_pause(started: date, months: int, after: int, pause: int) -> None:
    length = Length(span=Span(months=months))
    paused = started + timedelta(days=after)
    longer = given_back(length, paused, paused + timedelta(days=pause))
    assert deadline_of(CALENDAR, started, longer).day - deadline_of(CALENDAR, started, length).day == timedelta(
        days=pause
    )


@given(DAYS, some.integers(1, 20), some.integers(1, 20))
def test_an_extension_adds_its_length(started: date, days: int, more: int) -> None:
    both = Length(working_days=days).plus(Length(working_days=more))
    first = deadline_of(CALENDAR, started, Length(working_days=days)).day
    assert deadline_of(CALENDAR, started, both).day == deadline_of(CALENDAR, first, Length(working_days=more)).day


def test_working_days_and_spans_are_not_added() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        FIVE.plus(Length(span=Span(months=1)))


def test_a_limit_of_which_nothing_is_left_ends_on_the_day_it_goes_on() -> None:
    assert deadline_of(CALENDAR, date(2026, 11, 20), FIVE, 5).day == date(2026, 11, 20)
