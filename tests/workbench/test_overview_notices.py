"""Reading a pasted holiday notice: what is understood, what is refused with its line, and what it changes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.catalogue.values.views import DayRow
from xinheng.kernel.calendar import Calendar, YearPlan
from xinheng.workbench.overview.notices import difference, read_notice

NEW_YEAR = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "days", "kind"),
    [
        ("2027-01-01 放假", 1, "holiday"),
        ("2027年1月1日 放假", 1, "holiday"),
        ("2027-01-01,holiday", 1, "holiday"),
        ("2027-01-01\t休", 1, "holiday"),
        ("2027-01-01至2027-01-03 放假", 3, "holiday"),
        ("2027年1月1日—2027年1月3日，放假", 3, "holiday"),
        ("2027-01-01 ~ 2027-01-03 调休", 3, "workday"),
        ("日期,类型\n\n2027-01-01,上班", 1, "workday"),
    ],
)
def test_what_people_paste_is_understood(text: str, days: int, kind: str) -> None:
    found = read_notice(text, "days")
    assert found.errors == ()
    assert found.rows == tuple(DayRow(NEW_YEAR + timedelta(days=step), kind) for step in range(days))


@pytest.mark.parametrize(
    "line",
    [
        "2027-01-01",
        "放假",
        "2027-13-01 放假",
        "2027-01-03至2027-01-01 放假",
        "2027-01-01至2027-03-01 放假",
        "明天 放假",
    ],
)
def test_a_line_that_is_not_understood_is_named_with_its_number(line: str) -> None:
    found = read_notice(f"2027-05-01 放假\n{line}", "days")
    assert len(found.rows) == 1
    assert [(error.field, error.code) for error in found.errors] == [("days", "calendar.line")]
    assert "第 2 行" in found.errors[0].message
    assert line in found.errors[0].message


def test_a_text_with_too_many_lines_is_refused_as_a_whole() -> None:
    found = read_notice("2027-01-01 放假\n" * 401, "days")
    assert (found.rows, [error.code for error in found.errors]) == ((), ["calendar.lines"])


rows = st.builds(DayRow, st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.sampled_from(["holiday", "workday"]))


@given(st.lists(rows, max_size=40))
def test_days_written_down_read_back(some: list[DayRow]) -> None:
    words = {"holiday": "放假", "workday": "上班"}
    text = "\n".join(f"{row.day} {words[row.kind]}" for row in some)
    assert read_notice(text, "days").rows == tuple(some)


def test_the_difference_names_the_days_that_count_otherwise() -> None:
    plan = YearPlan(
        2027, "official", "notice", frozenset({date(2027, 1, 1), date(2027, 1, 4)}), frozenset({date(2027, 1, 9)})
    )
    found = difference(Calendar.of([]), plan)
    assert date(2027, 1, 4) in found.freed
    assert date(2027, 1, 9) in found.worked
    assert date(2027, 1, 1) not in found.freed
    assert found.named == 3
