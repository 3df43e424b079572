"""Dates as people and spreadsheets write them; what can be read in two ways is never guessed."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

DateSystem = Literal["1900", "1904"]
DateRule = Literal[
    "trimmed", "full_width", "dots", "unpadded", "compact", "han", "time_dropped", "serial_1900", "serial_1904"
]
DateReason = Literal["empty", "not_a_date", "impossible", "ambiguous", "incomplete", "serial_number"]

DATE_REASON_WORDS: Final[dict[DateReason, str]] = {
    "empty": "没有填写日期",
    "not_a_date": "不是日期，应写作 2020/09/01",
    "impossible": "日历上没有这一天",
    "ambiguous": "年、月、日的次序或年份有歧义，应写作四位年份在前的 2020/09/01",
    "incomplete": "缺少日或月，应写作 2020/09/01",
    "serial_number": "是表格软件的日期序号，应将该列设为日期或文本后重新填写",
}

_WIDTH = str.maketrans("０１２３４５６７８９／－．：", "0123456789/-.:")
_BLANKS = " \t\r\n\u00a0\u3000"
_TIME = r"(?:[ T]\s*(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?))?"
_SEPARATED = re.compile(r"(?P<y>[0-9]{4})(?P<sep>[/.-])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})" + _TIME)
_HAN = re.compile(r"(?P<y>[0-9]{4})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*[日号]" + _TIME)
_COMPACT = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})" + _TIME)
_AMBIGUOUS = re.compile(
    r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{1,2})|[0-9]{2}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*[日号]?|[0-9]{6}"
)
_INCOMPLETE = re.compile(r"[0-9]{4}(?:[/.-][0-9]{1,2}|\s*年(?:\s*[0-9]{1,2}\s*月)?)?")
_SERIAL = re.compile(r"(?P<days>[0-9]{1,7})(?P<part>\.[0-9]+)?")
_LAST_SERIAL_1900: Final = 2_958_465  # 9999-12-31
_PHANTOM_LEAP_DAY: Final = 60
"""The 1900 system counts a 29 February 1900 that never was; serials after it are one too high."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date read without guessing. `rules` names what had to be normalised; empty for `2020/09/01` and `2020-09-01`."""

    day: date
    rules: tuple[DateRule, ...] = ()


@dataclass(frozen=True, slots=True)
class DateProblem:
    """Why a text is no date."""

    reason: DateReason


def parse_written_date(text: str, *, date_system: DateSystem | None = None) -> WrittenDate | DateProblem:
    """Read a date with the year first: `2020/09/01`, `2020-9-1`, `2020.9.1`, `20200901`, `2020年9月1日`, with or without a time of day.

    Serial numbers are read only with a `date_system` (the workbook says which). A year of two digits, or one at the end, is
    ambiguous, even where only one reading exists: the file's other rows would be read differently. A time other than midnight
    is dropped, and that is named like midnight is.
    """
    half = text.translate(_WIDTH)
    rules: list[DateRule] = ["full_width"] if half != text else []
    bare = half.strip(_BLANKS)
    if bare != half:
        rules.append("trimmed")
    if bare == "":
        return DateProblem("empty")
    for pattern in (_SEPARATED, _HAN, _COMPACT):
        found = pattern.fullmatch(bare)
        if found:
            return _read(found, rules, pattern)
    return _serial(bare, rules, date_system) or DateProblem(_why_not(bare))


def from_serial(days: int, date_system: DateSystem) -> date | None:
    """The date of a spreadsheet's serial number; None for what no sheet shows as a date (0 in the 1900 system, its phantom 60)."""
    if date_system == "1904":
        return date(1904, 1, 1) + timedelta(days=days) if 0 <= days <= _LAST_SERIAL_1900 - 1462 else None
    if not 1 <= days <= _LAST_SERIAL_1900 or days == _PHANTOM_LEAP_DAY:
        return None
    return date(1899, 12, 31) + timedelta(days=days if days < _PHANTOM_LEAP_DAY else days - 1)


def _read(found: re.Match[str], rules: list[DateRule], pattern: re.Pattern[str]) -> WrittenDate | DateProblem:
    parts = found.groupdict()
    try:
        day = date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        return DateProblem("impossible")
    if pattern is _HAN:
        rules.append("han")
    elif pattern is _COMPACT:
        rules.append("compact")
    elif parts["sep"] == ".":
        rules.append("dots")
    if pattern is not _HAN and (len(parts["m"]) < 2 or len(parts["d"]) < 2):
        rules.append("unpadded")
    if parts["time"] is not None:
        if not _is_time(parts["time"]):
            return DateProblem("not_a_date")
        rules.append("time_dropped")
    return WrittenDate(day, tuple(rules))


def _is_time(text: str) -> bool:
    hour, minute, *rest = text.split(":")
    return int(hour) < 24 and int(minute) < 60 and (not rest or float(rest[0]) < 60)


def _serial(bare: str, rules: list[DateRule], date_system: DateSystem | None) -> WrittenDate | DateProblem | None:
    found = _SERIAL.fullmatch(bare)
    if found is None:
        return None
    if date_system is None:
        looks_like_one = len(found["days"]) == 5
        return DateProblem("serial_number") if looks_like_one else None
    day = from_serial(int(found["days"]), date_system)
    if day is None:
        return DateProblem("impossible")
    rules.append("serial_1900" if date_system == "1900" else "serial_1904")
    if found["part"] and found["part"].strip(".0"):
        rules.append("time_dropped")
    return WrittenDate(day, tuple(rules))


def _why_not(bare: str) -> DateReason:
    if _AMBIGUOUS.fullmatch(bare):
        return "ambiguous"
    return "incomplete" if _INCOMPLETE.fullmatch(bare) else "not_a_date"
