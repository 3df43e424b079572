from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.errors import Invalid
from xinheng.kernel.periods import Period, Span, add_months, add_years, parse_span

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    length = draw(st.none() | st.integers(0, 500))
    return Period(start, None if length is None else start + timedelta(days=length))


def test_both_ends_belong_to_a_period() -> None:
    period = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert period.contains(date(2026, 1, 1))
    assert period.contains(date(2026, 1, 31))
    assert not period.contains(date(2026, 2, 1))
    assert not period.contains(date(2025, 12, 31))
    assert Period(date(2026, 1, 1)).contains(date.max)


def test_periods_that_share_one_day_overlap_and_neighbours_do_not() -> None:
    first = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert first.overlaps(Period(date(2026, 1, 31)))
    assert not first.overlaps(Period(date(2026, 2, 1)))


@given(periods(), periods())
def test_overlap_means_that_the_later_start_belongs_to_both(a: Period, b: Period) -> None:
    later = max(a.start, b.start)
    assert a.overlaps(b) == b.overlaps(a) == (a.contains(later) and b.contains(later))


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(Invalid, match="2026-01-01"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 11, 21), 3, date(2027, 2, 21)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_are_clamped_at_the_end(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


def test_a_leap_day_a_year_later_is_the_last_of_february() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(DAYS, DAYS, st.integers(-240, 240))
def test_adding_months_keeps_the_order_of_days(a: date, b: date, n: int) -> None:
    if a <= b:
        assert add_months(a, n) <= add_months(b, n)
    moved = add_months(a, n)
    assert (moved.year * 12 + moved.month) - (a.year * 12 + a.month) == n
    assert moved.day <= a.day


def test_what_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid, match="超出"):
        add_years(date(2026, 1, 1), 9000)


@pytest.mark.parametrize(
    ("notation", "span"),
    [
        ("3m", Span(months=3)),
        ("1y", Span(years=1)),
        ("1y6m", Span(years=1, months=6)),
        ("30d", Span(days=30)),
        ("0d", Span()),
    ],
)
def test_the_notation_of_catalogues(notation: str, span: Span) -> None:
    assert parse_span(notation) == span


@pytest.mark.parametrize("notation", ["", "3", "m", "3 m", "3M", "6m1y", "-3m", "1.5y", "3个月", "３m"])
def test_other_notations_are_refused_with_examples(notation: str) -> None:
    with pytest.raises(Invalid, match="3m、1y"):
        parse_span(notation)


@given(st.builds(Span, st.integers(0, 99), st.integers(0, 99), st.integers(0, 999)))
def test_a_span_is_read_as_it_is_written(span: Span) -> None:
    assert parse_span(str(span)) == span


def test_a_span_after_a_day() -> None:
    assert parse_span("3m").after(date(2026, 11, 30)) == date(2027, 2, 28)
    assert parse_span("1y1d").after(date(2026, 12, 31)) == date(2028, 1, 1)
    assert (parse_span("1y6m").words, parse_span("0d").words) == ("1年6个月", "0日")
