"""公民身份号码, GB 11643-1999: eighteen characters with a check character, and the old form of fifteen digits without one.

The division in the first six digits says where the number was issued and is never validated: divisions are abolished.
Old numbers of people born before 1900 (last three digits 996–999) are not told apart: nobody who bears one is alive.
"""

import re
from datetime import date
from typing import Final, Literal

from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers.verdict import Outcome, Reason

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
"""Check character by the remainder modulo 11 of the weighted sum."""

PATTERN_18: Final = r"^[0-9]{17}[0-9X]$"
PATTERN_15: Final = r"^[0-9]{15}$"
EARLIEST_YEAR: Final = 1850

_SHAPE_18 = re.compile(PATTERN_18)
_SHAPE_15 = re.compile(PATTERN_15)


def check_character(first17: str) -> str:
    """The check character of the first seventeen digits.

    Raises: Invalid if they are not seventeen digits; the message does not repeat them. Source: GB 11643-1999.
    """
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):
        raise Invalid("identifiers.resident_shape", "公民身份号码前17位应全为数字。", field="first17")
    return CHECKS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The date of birth in a normalised number of either form; None if it has neither form or the date does not exist."""
    if _SHAPE_18.fullmatch(number):
        return _date(number[6:10], number[10:12], number[12:14])
    if _SHAPE_15.fullmatch(number):
        return _date("19" + number[6:8], number[8:10], number[10:12])
    return None


def sex(number: str) -> Literal["male", "female"] | None:
    """Odd sequence numbers were given to men, even ones to women; None if `number` has neither form."""
    if _SHAPE_18.fullmatch(number):
        return "male" if int(number[16]) % 2 else "female"
    if _SHAPE_15.fullmatch(number):
        return "male" if int(number[14]) % 2 else "female"
    return None


def to_18(number: str) -> str:
    """The eighteen-character form of an old number of fifteen digits: `19` before the year, a check character at the end.

    Raises: Invalid if it is not fifteen digits or its date does not exist.
    """
    if not _SHAPE_15.fullmatch(number) or birth_date(number) is None:
        raise Invalid("identifiers.resident_15", "不是有效的15位公民身份号码，无法换算为18位。", field="number")
    first17 = number[:6] + "19" + number[6:]
    return first17 + check_character(first17)


def to_15(number: str) -> str:
    """The old form of a valid number of somebody born in the 1900s.

    Raises: Invalid if the number is not valid or the birth was not in 1900–1999.
    """
    if judge(number, on=None) != ("valid", None) or number[6:8] != "19" or len(number) != 18:
        raise Invalid(
            "identifiers.resident_18", "只有1900至1999年出生的有效18位公民身份号码才有15位旧号。", field="number"
        )
    return number[:6] + number[8:17]


def judge(number: str, *, on: date | None) -> tuple[Outcome, Reason | None]:
    """Judge a normalised number of either form. `on` is the day on which it is asked (a birth later than that is impossible).

    Without `on` only dates that do not exist are found. The date comes before the check character: it says more.
    Source: GB 11643-1999.
    """
    if len(number) not in (15, 18):
        return "invalid", "length"
    if not (_SHAPE_18.fullmatch(number) or _SHAPE_15.fullmatch(number)):
        return "invalid", "charset"
    born = birth_date(number)
    if born is None or (on is not None and born > on):
        return "invalid", "date"
    if len(number) == 18 and check_character(number[:17]) != number[17]:
        return "invalid", "check"
    return "valid", None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return born if born.year >= EARLIEST_YEAR else None
