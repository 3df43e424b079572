"""Reading a year's holiday notice as it is pasted: a line a day or a span, with 放假 or 上班; also CSV `day,kind`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from xinheng.catalogue.values.views import DayRow
from xinheng.kernel.calendar import Calendar, YearPlan, is_working_day
from xinheng.web.days import read_day
from xinheng.web.forms import FieldError

# 放假 假日 休; 上班 调休 补班 班: what people write behind a day.
HOLIDAY = re.compile(r"\u653e\u5047|\u5047\u65e5|\u4f11|holiday", re.IGNORECASE)
WORKDAY = re.compile(r"\u4e0a\u73ed|\u8c03\u4f11|\u8865\u73ed|\u73ed|workday", re.IGNORECASE)
# The head of a CSV: date, day, 日期.
HEADS = re.compile(r"^(date|day|\u65e5\u671f)[,\uff0c\t ]", re.IGNORECASE)
LONGEST_SPAN_DAYS = 31
MOST_LINES = 400
# 至, 到, and the dashes and tildes people write between two days.
_SPAN = re.compile(r"^(?P<first>.+?)\s*(?:\u81f3|\u5230|[~\uff5e\u2014\u2013])+\s*(?P<last>.+)$")


@dataclass(frozen=True, slots=True)
class Notice:
    """The days of a notice, and what could not be read."""

    rows: tuple[DayRow, ...]
    errors: tuple[FieldError, ...]


def read_notice(text: str, field: str) -> Notice:
    """Every line read; errors name line, value and what is allowed."""
    rows: list[DayRow] = []
    errors: list[FieldError] = []
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        said = _("最多 %(most)s 行，现有 %(count)s 行。") % {"most": MOST_LINES, "count": len(lines)}
        return Notice((), (FieldError(field, said, "calendar.lines"),))
    for number, line in enumerate(lines, 1):
        written = line.strip()
        if not written or HEADS.match(written):
            continue
        found = _line(written)
        if found is None:
            names = {"number": number, "line": written[:60]}
            said = (
                _("第 %(number)s 行“%(line)s”无法识别，请写成“2026-10-01 放假”或“2026-10-01至2026-10-07 放假”。")
                % names
            )
            errors.append(FieldError(field, said, "calendar.line"))
        else:
            rows += found
    return Notice(tuple(rows), tuple(errors))


def _line(written: str) -> list[DayRow] | None:
    parts = [part for part in re.split(r"[,，;；\t ]+", written) if part]
    kind = _kind(parts[-1]) if len(parts) > 1 else None
    if kind is None:
        return None
    when = "".join(parts[:-1])
    span = _SPAN.match(when)
    first, last = (read_day(span["first"]), read_day(span["last"])) if span else (read_day(when), read_day(when))
    if first is None or last is None or not 0 <= (last - first).days <= LONGEST_SPAN_DAYS:
        return None
    return [DayRow(first + timedelta(days=step), kind) for step in range((last - first).days + 1)]


def _kind(word: str) -> str | None:
    if HOLIDAY.fullmatch(word):
        return "holiday"
    return "workday" if WORKDAY.fullmatch(word) else None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a notice changes: days that become free, days on which people work now, days that stay."""

    freed: tuple[date, ...]
    worked: tuple[date, ...]
    named: int


def difference(calendar: Calendar, plan: YearPlan) -> Difference:
    """How the days of a year and its neighbours count before and after the notice. Cost: 400 look-ups."""
    after = calendar.with_plan(plan)
    freed, worked = [], []
    for day in _days(plan.year):
        before_works, after_works = is_working_day(calendar, day), is_working_day(after, day)
        if before_works and not after_works:
            freed.append(day)
        elif after_works and not before_works:
            worked.append(day)
    return Difference(tuple(freed), tuple(worked), len(plan.holidays) + len(plan.workdays))


def _days(year: int) -> Iterator[date]:
    day = date(year - 1, 12, 20)
    while day <= date(year + 1, 1, 15):
        yield day
        day += timedelta(days=1)
