"""Statutory holidays of a year by the law in force that year, for years whose notice is not known.

Regimes of the 全国年节及纪念日放假办法: 1949 (labour day 1, national day 2 days); 1999-09-18 (both 3 days); 2008-01-01 (eve of the
spring festival free instead of its third day, 清明, 端午, 中秋 added, labour day 1); 2014-01-01 (the third day instead of the eve);
2025-01-01 (eve and three days of the spring festival, two days of labour day).
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final

from xinheng.kernel.errors import Invalid

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True)
class LunarYear:
    """Dates of a year that follow the moon or the sun: first day of the first month, 清明, 端午, 中秋."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


@dataclass(frozen=True, slots=True)
class Regime:
    """One version of the holiday law: first year, days from the eve (−1) of the spring festival, fixed days, further feasts."""

    since: int
    spring_festival_days: tuple[int, ...]
    fixed: tuple[tuple[int, int], ...]
    feasts: bool


_NEW_YEAR = ((1, 1),)
_NATIONAL_3 = ((10, 1), (10, 2), (10, 3))
REGIMES: Final = (
    Regime(1949, (0, 1, 2), (*_NEW_YEAR, (5, 1), (10, 1), (10, 2)), feasts=False),
    Regime(1999, (0, 1, 2), (*_NEW_YEAR, (5, 1), *_NATIONAL_3), feasts=False),  # in force after 1 May 1999
    Regime(2000, (0, 1, 2), (*_NEW_YEAR, (5, 1), (5, 2), (5, 3), *_NATIONAL_3), feasts=False),
    Regime(2008, (-1, 0, 1), (*_NEW_YEAR, (5, 1), *_NATIONAL_3), feasts=True),
    Regime(2014, (0, 1, 2), (*_NEW_YEAR, (5, 1), *_NATIONAL_3), feasts=True),
    Regime(2025, (-1, 0, 1, 2), (*_NEW_YEAR, (5, 1), (5, 2), *_NATIONAL_3), feasts=True),
)


def lunar_year(year: int) -> LunarYear:
    """The movable feasts of a year, 1990–2100.

    Raises: Invalid (`calendar.year_out_of_range`) outside these years.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(
            "calendar.year_out_of_range",
            f"工作日历只覆盖{FIRST_YEAR}年至{LAST_YEAR}年，无法推算{year}年的法定节假日。",
            field="year",
        )
    return _lunar_table()[year]


def statutory_holidays(year: int) -> frozenset[date]:
    """The statutory holidays of a year, without bridge days, days in lieu or make-up days.

    Raises: Invalid outside 1990–2100.  Source: 全国年节及纪念日放假办法 in the version in force that year.
    """
    feasts = lunar_year(year)
    regime = max((r for r in REGIMES if r.since <= year), key=lambda r: r.since)
    days = {date(year, month, day) for month, day in regime.fixed}
    days |= {feasts.spring_festival + timedelta(days=offset) for offset in regime.spring_festival_days}
    if regime.feasts:
        days |= {feasts.qingming, feasts.dragon_boat, feasts.mid_autumn}
    return frozenset(days)


@lru_cache(maxsize=1)
def _lunar_table() -> dict[int, LunarYear]:
    source = files("xinheng.kernel").joinpath("data", "lunar_holidays.csv").read_text(encoding="utf-8")
    return {
        int(row["year"]): LunarYear(
            *(date.fromisoformat(row[name]) for name in ("spring_festival", "qingming", "dragon_boat", "mid_autumn"))
        )
        for row in csv.DictReader(source.splitlines())
    }
