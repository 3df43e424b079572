from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from xinheng.kernel.written_dates import (
    DATE_REASON_WORDS,
    DateProblem,
    DateRule,
    DateSystem,
    WrittenDate,
    from_serial,
    parse_written_date,
)

DAY = date(2020, 9, 1)
ANY_DAY = st.dates(date(1900, 3, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("2020/09/01", ()),
        ("2020-09-01", ()),
        ("2020-9-1", ("unpadded",)),
        ("2020/9/01", ("unpadded",)),
        ("2020.9.1", ("dots", "unpadded")),
        ("2020.09.01", ("dots",)),
        ("20200901", ("compact",)),
        ("2020年9月1日", ("han",)),
        ("2020 年 09 月 01 日", ("han",)),
        ("2020年9月1号", ("han",)),
        ("２０２０／０９／０１", ("full_width",)),
        ("２０２０年９月１日", ("full_width", "han")),
        (" 2020/09/01\u00a0", ("trimmed",)),
        ("2020-09-01 00:00:00", ("time_dropped",)),
        ("2020-09-01T23:59", ("time_dropped",)),
        ("2020/9/1 8:05", ("unpadded", "time_dropped")),
        ("2020-09-01 00:00:00.000", ("time_dropped",)),
    ],
)
def test_a_date_with_the_year_first_is_read(text: str, rules: tuple[DateRule, ...]) -> None:
    assert parse_written_date(text) == WrittenDate(DAY, rules)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" 　", "empty"),
        ("01/02/2020", "ambiguous"),
        ("13/02/2020", "ambiguous"),
        ("1-2-2020", "ambiguous"),
        ("20/09/01", "ambiguous"),
        ("20.9.1", "ambiguous"),
        ("20年9月1日", "ambiguous"),
        ("200901", "ambiguous"),
        ("2020/02/30", "impossible"),
        ("2021-02-29", "impossible"),
        ("20201301", "impossible"),
        ("2020年9月31日", "impossible"),
        ("0000/01/01", "impossible"),
        ("2020", "incomplete"),
        ("2020/09", "incomplete"),
        ("2020年9月", "incomplete"),
        ("44075", "serial_number"),
        ("44075.5", "serial_number"),
        ("长期", "not_a_date"),
        ("2020/09-01", "not_a_date"),
        ("2020-09-01Z", "not_a_date"),
        ("2020-09-01T00:00:00Z", "not_a_date"),
        ("2020-09-01 25:00", "not_a_date"),
        ("2020-09-01 10:61", "not_a_date"),
        ("1 Sep 2020", "not_a_date"),
        ("12", "not_a_date"),
        ("2020-09-01\x00", "not_a_date"),
        ("²020-09-01", "not_a_date"),
    ],
)
def test_what_cannot_be_read_in_one_way_has_a_reason(text: str, reason: str) -> None:
    assert parse_written_date(text) == DateProblem(reason)  # type: ignore[arg-type]
    assert reason in DATE_REASON_WORDS


@pytest.mark.parametrize(
    ("text", "system", "read"),
    [
        ("44075", "1900", WrittenDate(DAY, ("serial_1900",))),
        ("42613", "1904", WrittenDate(DAY, ("serial_1904",))),
        ("44075.0", "1900", WrittenDate(DAY, ("serial_1900",))),
        ("44075.75", "1900", WrittenDate(DAY, ("serial_1900", "time_dropped"))),
        ("1", "1900", WrittenDate(date(1900, 1, 1), ("serial_1900",))),
        ("59", "1900", WrittenDate(date(1900, 2, 28), ("serial_1900",))),
        ("60", "1900", DateProblem("impossible")),
        ("61", "1900", WrittenDate(date(1900, 3, 1), ("serial_1900",))),
        ("0", "1900", DateProblem("impossible")),
        ("0", "1904", WrittenDate(date(1904, 1, 1), ("serial_1904",))),
        ("2958465", "1900", WrittenDate(date(9999, 12, 31), ("serial_1900",))),
        ("2958466", "1900", DateProblem("impossible")),
        ("2957003", "1904", WrittenDate(date(9999, 12, 31), ("serial_1904",))),
        ("2957004", "1904", DateProblem("impossible")),
        ("20200901", "1900", WrittenDate(DAY, ("compact",))),
        ("2020/09/01", "1904", WrittenDate(DAY)),
        ("-1", "1900", DateProblem("not_a_date")),
    ],
)
def test_serial_numbers_are_read_only_in_their_system(
    text: str, system: DateSystem, read: WrittenDate | DateProblem
) -> None:
    assert parse_written_date(text, date_system=system) == read


@given(ANY_DAY)
def test_serials_agree_with_a_spreadsheet_library(day: date) -> None:
    assert from_serial(int(to_excel(day)), "1900") == day  # type: ignore[no-untyped-call]
    if day >= date(1904, 1, 1):
        assert from_serial(int(to_excel(day, CALENDAR_MAC_1904)), "1904") == day  # type: ignore[no-untyped-call]


@given(
    ANY_DAY,
    st.sampled_from(
        ["{:%Y/%m/%d}", "{:%Y-%m-%d}", "{:%Y%m%d}", "{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month}.{0.day}"]
    ),
)
def test_every_day_is_read_in_every_form(day: date, form: str) -> None:
    read = parse_written_date(form.format(day))
    assert isinstance(read, WrittenDate)
    assert read.day == day


@given(ANY_DAY)
def test_a_day_before_month_is_never_read(day: date) -> None:
    for form in ("%d/%m/%Y", "%m/%d/%Y", "%y/%m/%d"):
        assert parse_written_date(day.strftime(form)) == DateProblem("ambiguous")


@given(st.text(), st.sampled_from([None, "1900", "1904"]))
def test_no_text_makes_it_raise(text: str, system: DateSystem | None) -> None:
    assert isinstance(parse_written_date(text, date_system=system), WrittenDate | DateProblem)


def test_consecutive_serials_are_consecutive_days() -> None:
    days = [from_serial(n, "1900") for n in range(61, 800)]
    assert all(b is not None and a is not None and b - a == timedelta(days=1) for a, b in pairwise(days))
