"""Codes and identity numbers that are valid by their check digits, in a division that does not exist."""

from datetime import date
from typing import Final

from xinheng.kernel.identifiers import orgcode, resident, uscc

DIVISION: Final = "990101"
"""No division of the People's Republic begins with 99."""

COMPANY: Final = "91"
INDIVIDUAL: Final = "92"
COOPERATIVE: Final = "93"
LAW_PRACTICE: Final = "31"
PRIVATE_NON_ENTERPRISE: Final = "52"
INSTITUTION: Final = "12"

_STEM_LENGTH: Final = 6
_STEMS: Final = len(uscc.ALPHABET) ** _STEM_LENGTH
_SCATTER: Final = 500_000_003
"""Prime to 31, so multiplying by it visits every stem once before it comes back."""

_SEQUENCES: Final = 1000


def stem_of(number: int) -> str:
    """The first eight characters of the organisation code of the n-th business: `MA` and six more, scattered, never twice."""
    rest, signs = number * _SCATTER % _STEMS, []
    for _ in range(_STEM_LENGTH):
        rest, place = divmod(rest, len(uscc.ALPHABET))
        signs.append(uscc.ALPHABET[place])
    return "MA" + "".join(reversed(signs))


def business_code(prefix: str, stem: str) -> str:
    """The 统一社会信用代码 of a body of this class with these eight characters of organisation code."""
    first17 = f"{prefix}{DIVISION}{stem}{orgcode.check_character(stem)}"
    return first17 + uscc.check_digit(first17)


def identity_number(born: date, sequence: int) -> str:
    """The eighteen-digit number of an invented person born on a day; `sequence` counts within the day, below 1000."""
    if not 0 <= sequence < _SEQUENCES:
        raise ValueError(f"an identity number has room for {_SEQUENCES} people a day, not for {sequence}")
    first17 = f"{DIVISION}{born:%Y%m%d}{sequence:03d}"
    return first17 + resident.check_character(first17)
