from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.calendar import (
    Calendar,
    Deadline,
    YearPlan,
    is_working_day,
    nth_working_day_after,
    provisional_plan,
    working_days_between,
)
from xinheng.kernel.calendar_data import national_calendar, shipped_plans
from xinheng.kernel.errors import Invalid

NATIONAL = national_calendar()
DAYS = st.dates(date(1995, 1, 1), date(2099, 1, 1))
COUNTS = st.integers(1, 60)


def plan(year: int, holidays: set[date] | None = None, workdays: set[date] | None = None) -> YearPlan:
    return YearPlan(year, "official", "测试放假安排", frozenset(holidays or ()), frozenset(workdays or ()))


def days_of(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=i) for i in range((date(last + 1, 1, 1) - start).days)]


@pytest.mark.parametrize(
    ("start", "days", "deadline"),
    [
        (date(2020, 9, 28), 7, Deadline(date(2020, 10, 14), provisional=False)),
        (date(2026, 9, 30), 7, Deadline(date(2026, 10, 15), provisional=False)),
        (date(2026, 11, 20), 1, Deadline(date(2026, 11, 23), provisional=False)),
        (date(2026, 2, 13), 1, Deadline(date(2026, 2, 14), provisional=False)),
        (date(2026, 12, 30), 1, Deadline(date(2026, 12, 31), provisional=False)),
        (date(2026, 12, 30), 2, Deadline(date(2027, 1, 4), provisional=True)),
        (date(2018, 12, 28), 1, Deadline(date(2018, 12, 29), provisional=True)),
    ],
)
def test_the_nth_working_day_after(start: date, days: int, deadline: Deadline) -> None:
    assert nth_working_day_after(NATIONAL, start, days) == deadline


def test_each_day_agrees_with_both_libraries_2019_to_2026() -> None:
    """No difference is known in these years: 2,922 days, both libraries."""
    library = holidays.country_holidays("CN", years=range(2019, 2027))
    days = days_of(2019, 2026)
    assert len(days) == 2922
    ours = [is_working_day(NATIONAL, day) for day in days]
    assert ours == [chinese_calendar.is_workday(day) for day in days]
    assert ours == [library.is_working_day(day) for day in days]


def test_the_last_days_of_2018_follow_the_notice_for_2019() -> None:
    days = [date(2018, 12, day) for day in (28, 29, 30, 31)]
    assert [is_working_day(NATIONAL, day) for day in days] == [True, True, False, False]
    assert [is_working_day(Calendar.of([]), day) for day in days] == [True, False, False, True]


def test_a_year_without_notice_is_weekends_and_statutory_holidays() -> None:
    assert NATIONAL.status(2026) == "official"
    assert NATIONAL.status(2027) == "provisional"
    free = [day for day in days_of(2027, 2027) if day.weekday() < 5 and not is_working_day(NATIONAL, day)]
    assert [f"{day:%m-%d}" for day in free] == [
        *("01-01", "02-05", "02-08", "04-05", "06-09", "09-15", "10-01"),
    ]
    assert not any(is_working_day(NATIONAL, day) for day in days_of(2027, 2027) if day.weekday() >= 5)
    assert provisional_plan(2027).workdays == frozenset()


def test_a_notice_that_comes_in_changes_days_and_version() -> None:
    notice = plan(2027, {date(2027, 1, 4)}, {date(2027, 1, 2), date(2026, 12, 27)})
    changed = NATIONAL.with_plan(notice)
    assert nth_working_day_after(changed, date(2026, 12, 31), 2) == Deadline(date(2027, 1, 2), provisional=False)
    assert is_working_day(changed, date(2026, 12, 27))
    assert not is_working_day(changed, date(2027, 1, 4))
    assert changed.version != NATIONAL.version
    assert changed.with_plan(plan(2027)).version != changed.version
    assert changed.with_plan(notice).version == changed.version


def test_of_two_notices_that_name_a_day_the_later_years_decides() -> None:
    day = date(2030, 12, 31)
    calendar = Calendar.of([plan(2030, holidays={day}), plan(2031, workdays={day})])
    assert is_working_day(calendar, day)
    assert not is_working_day(Calendar.of([plan(2030, holidays={day})]), day)


def test_the_version_is_that_of_the_content_not_of_the_order() -> None:
    plans = shipped_plans()
    assert [p.year for p in plans] == list(range(2019, 2027))
    assert Calendar.of(reversed(plans)).version == NATIONAL.version
    assert NATIONAL.version.startswith("cn-2019-2026-")
    assert Calendar.of(plans[1:]).version != NATIONAL.version


def test_a_provisional_plan_may_stand_in_the_calendar_and_stays_provisional() -> None:
    calendar = NATIONAL.with_plan(provisional_plan(2027))
    assert nth_working_day_after(calendar, date(2027, 2, 4), 1) == Deadline(date(2027, 2, 9), provisional=True)


def test_wrong_plans_are_refused() -> None:
    day = date(2030, 1, 2)
    with pytest.raises(Invalid, match="2030-01-02"):
        plan(2030, {day}, {day})
    with pytest.raises(Invalid, match="2032-01-02"):
        plan(2030, {date(2032, 1, 2)})
    with pytest.raises(Invalid, match="出现了两次"):
        Calendar.of([plan(2030), plan(2030)])


@pytest.mark.parametrize("n", [0, -1])
def test_a_count_below_one_is_refused(n: int) -> None:
    with pytest.raises(Invalid, match=str(n)):
        nth_working_day_after(NATIONAL, date(2026, 1, 1), n)


@pytest.mark.parametrize("day", [date(1989, 12, 30), date(2101, 1, 1), date.max])
def test_outside_the_lunar_table_it_refuses_instead_of_guessing(day: date) -> None:
    with pytest.raises(Invalid, match="1990年至2100年") as refused:
        nth_working_day_after(NATIONAL, day, 1)
    assert refused.value.code == "calendar.year_out_of_range"
    with pytest.raises(Invalid):
        is_working_day(NATIONAL, day)


def test_the_whole_table_can_be_counted_through() -> None:
    assert working_days_between(NATIONAL, date(1990, 1, 1), date(2100, 12, 31)) > 27_000


@given(DAYS, COUNTS)
def test_counting_and_counting_back_agree(start: date, n: int) -> None:
    deadline = nth_working_day_after(NATIONAL, start, n)
    assert deadline.day > start
    assert is_working_day(NATIONAL, deadline.day)
    assert working_days_between(NATIONAL, start, deadline.day) == n
    assert working_days_between(NATIONAL, deadline.day, start) == 0
    years = {start.year + i for i in range(deadline.day.year - start.year + 1)} - (
        {start.year} if start == date(start.year, 12, 31) else set()
    )
    assert deadline.provisional == any(NATIONAL.status(year) == "provisional" for year in years)


@given(DAYS, COUNTS, st.integers(0, 400))
def test_a_later_start_never_ends_earlier_and_one_day_more_ends_later(start: date, n: int, later: int) -> None:
    deadline = nth_working_day_after(NATIONAL, start, n)
    assert nth_working_day_after(NATIONAL, start + timedelta(days=later), n).day >= deadline.day
    assert nth_working_day_after(NATIONAL, start, n + 1) == nth_working_day_after(NATIONAL, deadline.day, 1) or (
        deadline.provisional
    )
    assert nth_working_day_after(NATIONAL, start, n + 1).day > deadline.day
