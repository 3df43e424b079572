from datetime import date

import chinese_calendar  # type: ignore[import-untyped]
import holidays
import pytest
from holidays.calendars.chinese import _ChineseLunisolar as Lunisolar

from xinheng.kernel.errors import Invalid
from xinheng.kernel.statutory_holidays import FIRST_YEAR, LAST_YEAR, lunar_year, statutory_holidays


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (1998, "01-01 01-28 01-29 01-30 05-01 10-01 10-02"),
        (1999, "01-01 02-16 02-17 02-18 05-01 10-01 10-02 10-03"),
        (2007, "01-01 02-18 02-19 02-20 05-01 05-02 05-03 10-01 10-02 10-03"),
        (2008, "01-01 02-06 02-07 02-08 04-04 05-01 06-08 09-14 10-01 10-02 10-03"),
        (2013, "01-01 02-09 02-10 02-11 04-04 05-01 06-12 09-19 10-01 10-02 10-03"),
        (2014, "01-01 01-31 02-01 02-02 04-05 05-01 06-02 09-08 10-01 10-02 10-03"),
        (2024, "01-01 02-10 02-11 02-12 04-04 05-01 06-10 09-17 10-01 10-02 10-03"),
        (2025, "01-01 01-28 01-29 01-30 01-31 04-04 05-01 05-02 05-31 10-01 10-02 10-03 10-06"),
        (2027, "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03"),
    ],
)
def test_each_regime_of_the_law(year: int, days: str) -> None:
    assert sorted(f"{day:%m-%d}" for day in statutory_holidays(year)) == days.split()


def test_each_statutory_holiday_since_2008_is_free_in_the_library() -> None:
    for year in range(2008, 2027):
        assert not [day for day in statutory_holidays(year) if chinese_calendar.is_workday(day)]


@pytest.mark.parametrize("year", range(2008, LAST_YEAR + 1))
def test_the_other_library_names_the_same_statutory_days(year: int) -> None:
    """One difference is known: 清明 2100, 4 April there. The sun reaches 15° on 2100-04-05, about 0:40 in Beijing."""
    library = holidays.country_holidays("CN", years=year, language="zh_CN")
    words = ("元旦", "除夕", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
    named = {
        day
        for day, names in library.items()
        if any(any(w in name for w in words) and "（" not in name and "延长" not in name for name in names.split("; "))
    }
    difference = {date(2100, 4, 4), date(2100, 4, 5)} if year == 2100 else set()
    assert named ^ statutory_holidays(year) == difference


def test_movable_feasts_agree_with_the_library_over_the_whole_table() -> None:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        feasts = lunar_year(year)
        assert feasts.spring_festival == date(year, *Lunisolar.LUNAR_NEW_YEAR_DATES[year])
        assert feasts.dragon_boat == date(year, *Lunisolar.DRAGON_BOAT_DATES[year])
        assert feasts.mid_autumn == date(year, *Lunisolar.MID_AUTUMN_DATES[year])
        assert date(year, 4, 4) <= feasts.qingming <= date(year, 4, 6)


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_a_year_outside_the_table_is_refused(year: int) -> None:
    with pytest.raises(Invalid, match=f"{year}年"):
        statutory_holidays(year)
