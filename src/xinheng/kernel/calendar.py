"""Working days over a `Calendar` value: what a notice says, else weekends and that year's statutory holidays.

A year without notice is *provisional*, never an error; every deadline says whether it rests on one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from xinheng.kernel.canonical import canonical
from xinheng.kernel.errors import Invalid
from xinheng.kernel.statutory_holidays import lunar_year, statutory_holidays

YearStatus = Literal["official", "provisional"]
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What one year's notice says. `holidays` are free days, `workdays` make-up days; both may reach into the year before or after
    (2018-12-29 is a make-up day of the notice for 2019)."""

    year: int
    status: YearStatus
    source: str
    holidays: frozenset[date]
    workdays: frozenset[date]

    def __post_init__(self) -> None:
        both = sorted(self.holidays & self.workdays)
        if both:
            raise Invalid(
                "calendar.day_twice",
                f"{self.year}年放假安排把{both[0].isoformat()}同时列为放假日和调休上班日，每一天只能是其中之一。",
                field="workdays",
            )
        far = sorted(day for day in self.holidays | self.workdays if abs(day.year - self.year) > 1)
        if far:
            raise Invalid(
                "calendar.day_of_other_year",
                f"{self.year}年放假安排含有{far[0].isoformat()}，只允许当年及前后相邻年份的日期。",
                field="holidays",
            )


@dataclass(frozen=True, slots=True)
class Calendar:
    """A version of the calendar. Two calendars with the same version say the same about every day."""

    version: str
    years: Mapping[int, YearPlan]

    @classmethod
    def of(cls, plans: Iterable[YearPlan]) -> "Calendar":
        """A calendar of these plans, one a year, with a version derived from their content.

        Raises: Invalid if a year comes twice.
        """
        years: dict[int, YearPlan] = {}
        for plan in sorted(plans, key=lambda p: p.year):
            if plan.year in years:
                raise Invalid(
                    "calendar.year_twice", f"{plan.year}年的放假安排出现了两次，每年只能有一份。", field="year"
                )
            years[plan.year] = plan
        return cls(_version(years.values()), MappingProxyType(years))

    def with_plan(self, plan: YearPlan) -> "Calendar":
        """The calendar after a year's notice has come in (or been replaced), with its new version."""
        return Calendar.of([*(p for year, p in self.years.items() if year != plan.year), plan])

    def status(self, year: int) -> YearStatus:
        """Whether the notice for `year` is known."""
        plan = self.years.get(year)
        return plan.status if plan else "provisional"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day counted in working days; `provisional` if a day counted through lies in a year without notice."""

    day: date
    provisional: bool


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Say whether people work on `day`.

    A notice that names the day decides; of two that do, the later year's (it was issued later). Otherwise Saturdays and Sundays are
    free, and in a year without notice its statutory holidays.

    Raises: Invalid outside 1990–2100.
    """
    for year in (day.year + 1, day.year, day.year - 1):
        plan = calendar.years.get(year)
        if plan is not None:
            if day in plan.workdays:
                return True
            if day in plan.holidays:
                return False
    lunar_year(day.year)
    if day.weekday() >= _SATURDAY:
        return False
    return calendar.status(day.year) == "official" or day not in provisional_plan(day.year).holidays


def nth_working_day_after(calendar: Calendar, start: date, n: int) -> Deadline:
    """The n-th working day after `start`: the day itself is not counted, the first working day after it is 1.

    Cost: one look-up a calendar day. Raises: Invalid if n < 1 or the count leaves 1990–2100.
    Source: the counting rule of 双公示 (7 working days from the decision).
    """
    if n < 1:
        raise Invalid("calendar.days_not_positive", f"工作日数应为不小于1的整数，现为{n}。", field="days")
    day, left, provisional = start, n, False
    while left:
        if day == date.max:
            lunar_year(day.year)
        day += _DAY
        provisional = provisional or calendar.status(day.year) == "provisional"
        left -= is_working_day(calendar, day)
    return Deadline(day, provisional)


def working_days_between(calendar: Calendar, after: date, until: date) -> int:
    """How many working days lie after `after` up to and including `until`; 0 if `until` is not later.

    `working_days_between(c, d, nth_working_day_after(c, d, n).day) == n`.  Raises: Invalid outside 1990–2100.
    """
    span = (until - after).days
    return sum(is_working_day(calendar, after + timedelta(days=i)) for i in range(1, span + 1))


@lru_cache(maxsize=128)
def provisional_plan(year: int) -> YearPlan:
    """The plan of a year without notice: its statutory holidays, no make-up day.

    The five-day week is taken for all years (it began on 1995-05-01). Raises: Invalid outside 1990–2100.
    """
    return YearPlan(year, "provisional", "全国年节及纪念日放假办法（推算）", statutory_holidays(year), frozenset())


def _version(plans: Iterable[YearPlan]) -> str:
    fields: list[object] = []
    years = []
    for plan in plans:
        years.append(plan.year)
        fields += [plan.year, plan.status, plan.source, [sorted(plan.holidays), sorted(plan.workdays)]]
    reach = f"{years[0]}-{years[-1]}" if years else "empty"
    return f"cn-{reach}-{hashlib.sha256(canonical(fields)).hexdigest()[:12]}"
