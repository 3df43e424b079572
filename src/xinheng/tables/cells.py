"""From a typed cell to its text, and what there is to note: numbers, serial dates, stray apostrophes. Pure."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from xinheng.tables.values import DateSystem, NoteRule

# Excel keeps fifteen significant digits: from here on an integer may have lost its last ones.
_SAFE_INTEGER = 10**15
# Longer expansions are no identifier any more; the number stays as it was written.
_LONGEST = 10**40
# So few digits that those behind the fifteenth are a rest, and nobody's decimals.
_SHORT = 12
# 9999-12-31, the last day both systems know.
_LAST_SERIAL = 2_958_465

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


def number_text(raw: str) -> tuple[str, NoteRule | None]:
    """The text of a number cell and what to note: every integer (it may have been an identifier), and what changed.

    >>> number_text("2017.0"), number_text("9.1310000123456704E+17")
    (('2017', <NoteRule.NUMBER_AS_TEXT: 'number_as_text'>), ('913100001234567000', <NoteRule.EXCEL_NUMBER: 'excel_number'>))
    """
    try:
        value = float(raw)
    except ValueError:
        return raw, NoteRule.EXCEL_NUMBER
    if not abs(value) < _LONGEST:
        return raw, NoteRule.EXCEL_NUMBER
    if abs(value) >= _SAFE_INTEGER:
        return f"{Decimal(f'{value:.15g}'):f}", NoteRule.EXCEL_NUMBER
    if value.is_integer():
        return str(int(value)), NoteRule.NUMBER_AS_TEXT
    text = f"{_without_rest(value):f}"
    return text, None if text == raw else NoteRule.NUMBER_AS_TEXT


def _without_rest(value: float) -> Decimal:
    """The number without what a calculation left behind the fifteen digits Excel shows: 0.5000000000000001 is 0.5 to everybody."""
    shown = Decimal(f"{value:.15g}")
    return shown if len(shown.as_tuple().digits) <= _SHORT else Decimal(repr(value))


def serial_text(raw: str, system: DateSystem) -> str | None:
    """The ISO text of a serial date, a time, or both; None when the number is no day of that system.

    Serial 60 of the 1900 system is a day that never was (1900-02-29): None, the number stays a number.
    """
    try:
        serial = float(raw)
    except ValueError:
        return None
    if not 0 <= serial <= _LAST_SERIAL:
        return None
    day, seconds = divmod(round(serial * 86_400), 86_400)
    time = str(timedelta(seconds=seconds)).zfill(8)
    if day == 0 and system is DateSystem.FROM_1900:
        return time if seconds else None
    date = _day(day, system)
    if date is None:
        return None
    return f"{date}T{time}" if seconds else date


def _day(day: int, system: DateSystem) -> str | None:
    if system is DateSystem.FROM_1904:
        origin = datetime(1904, 1, 1)  # noqa: DTZ001 - a day of a calendar, not a moment
    elif day == 60:
        return None
    else:
        # Excel counts the day that never was, so everything after it is one ahead.
        origin = datetime(1899, 12, 30 if day > 60 else 31)  # noqa: DTZ001
    try:
        return (origin + timedelta(days=day)).date().isoformat()
    except OverflowError:
        return None


def is_date_format(format_id: int, code: str | None) -> bool:
    """Whether a number format shows a date: by its built-in number, else by y, m, d, h, s outside quotes and brackets."""
    if code is None:
        return format_id in _BUILT_IN_DATES
    bare = _QUOTED.sub("", code.split(";")[0]).lower()
    if "general" in bare or "常规" in bare:
        return False
    return any(letter in bare for letter in "ymdhs年月日")


def unescape(text: str) -> str:
    """Undo the `_x000D_` writing of SpreadsheetML (ST_Xstring); half surrogates stay as they are written."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def column_index(reference: str) -> tuple[int, int]:
    """Row number from 1 and column index from 0 of a reference like `AB12`; `$` is ignored.  Raises: ValueError."""
    column = 0
    letters = reference.replace("$", "").rstrip("0123456789")
    row = int(reference.replace("$", "")[len(letters) :])
    if not 1 <= len(letters) <= 3 or not letters.isascii() or not letters.isalpha():
        raise ValueError(f"no cell reference: {reference!r}")
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return row, column - 1
