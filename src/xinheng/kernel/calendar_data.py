"""The national calendar shipped with the package: the State Council's notices for 2019–2026."""

import csv
from collections import defaultdict
from datetime import date
from functools import lru_cache
from importlib.resources import files

from xinheng.kernel.calendar import Calendar, YearPlan


@lru_cache(maxsize=1)
def national_calendar() -> Calendar:
    """The calendar of the shipped notices; its version is derived from what they say. Cost: read once a process.

    Source: 国务院办公厅关于部分节假日安排的通知, one a year; transcription under MIT, see NOTICE.
    """
    return Calendar.of(shipped_plans())


def shipped_plans() -> tuple[YearPlan, ...]:
    """The shipped notices, by year. A day belongs to the notice that names it, not to the year it lies in."""
    holidays: dict[int, set[date]] = defaultdict(set)
    workdays: dict[int, set[date]] = defaultdict(set)
    source = files("xinheng.kernel").joinpath("data", "workday_adjustments.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(source.splitlines()):
        kind = {"holiday": holidays, "make_up_workday": workdays}[row["type"]]
        kind[int(row["notice_year"])].add(date.fromisoformat(row["date"]))
    return tuple(
        YearPlan(
            year=year,
            status="official",
            source=f"国务院办公厅关于{year}年部分节假日安排的通知",
            holidays=frozenset(holidays[year]),
            workdays=frozenset(workdays[year]),
        )
        for year in sorted(holidays)
    )
