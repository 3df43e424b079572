"""Periods of days and the spans that make them: calendar months and years, clamped at the end of a month."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.kernel.errors import Invalid

_SPAN = re.compile(r"(?:(\d{1,3})y)?(?:(\d{1,4})m)?(?:(\d{1,5})d)?")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included (a period ends at 24:00 of its last day); `end` None is open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise Invalid(
                "periods.end_before_start",
                f"期间的截止日{self.end.isoformat()}早于起始日{self.start.isoformat()}，截止日不得早于起始日。",
                field="end",
            )

    def contains(self, day: date) -> bool:
        """Say whether `day` belongs to the period."""
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: "Period") -> bool:
        """Say whether the two periods share a day."""
        return (other.end is None or self.start <= other.end) and (self.end is None or other.start <= self.end)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in calendar units, as catalogues write it: `3m`, `1y`, `1y6m`, `30d`."""

    years: int = 0
    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day this long after `day`: months first, clamped at the end of the month, then days."""
        return add_months(day, self.years * 12 + self.months) + timedelta(days=self.days)

    def __str__(self) -> str:
        parts = ((self.years, "y"), (self.months, "m"), (self.days, "d"))
        return "".join(f"{n}{unit}" for n, unit in parts if n) or "0d"

    @property
    def words(self) -> str:
        """The span in Chinese: `1年6个月`."""
        parts = ((self.years, "年"), (self.months, "个月"), (self.days, "日"))
        return "".join(f"{n}{unit}" for n, unit in parts if n) or "0日"


def parse_span(notation: str) -> Span:
    """Read `3m`, `1y`, `1y6m`, `30d`; units in the order y, m, d.

    Raises: Invalid for anything else.
    """
    found = _SPAN.fullmatch(notation)
    if found is None or not notation or not notation.isascii():
        raise Invalid(
            "periods.span", f"期限“{notation}”写法不对，应为年、月、日依次组合，例如 3m、1y、1y6m、30d。", field="span"
        )
    years, months, days = (int(part or 0) for part in found.groups())
    return Span(years, months, days)


def add_months(day: date, n: int) -> date:
    """The same day of the month `n` months later (earlier if negative); the last day of that month if it is shorter.

    Raises: Invalid if the result lies outside the years 1–9999.
    """
    total = day.year * 12 + day.month - 1 + n
    year, month = total // 12, total % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise Invalid("periods.out_of_range", f"{day.isoformat()}加{n}个月超出了可表示的日期范围。", field="months")
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, n: int) -> date:
    """The same day `n` years later; 29 February becomes 28 February in a common year.  Raises: Invalid as `add_months`."""
    return add_months(day, n * 12)
