"""How codes are written: what is normalised before a code is judged, and what stands in a column in place of one.

The rules are data (a map, character classes, regular expressions without look-around or back-references), so that a column
engine can apply the very same ones.
"""

import re
from typing import Final

HALF_WIDTH: Final[dict[str, str]] = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
"""Full-width form to half-width form, one character each."""

DROPPED: Final = (
    # blanks, tabs, line ends, non-breaking and ideographic spaces
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    # zero-width and direction marks, soft hyphen, byte-order mark
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
    # hyphens and dashes
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
)
"""Characters that carry nothing in a code and are dropped wherever they stand."""

APOSTROPHES: Final = "'`‘’"
"""Dropped at the beginning only: a spreadsheet's mark for "this is text"."""

UPPER: Final[dict[str, str]] = {chr(c): chr(c - 32) for c in range(ord("a"), ord("z") + 1)}
"""ASCII letters only: `str.upper` would turn one letter of some scripts into two."""

BLANK_MARKERS: Final = frozenset(
    {"", "无", "空", "未知", "不详", "暂无", "没有", "NULL", "NONE", "NIL", "NAN", "NA", "N/A", "&NBSP;"}
)
"""Normalised cells that say "there is nothing here". 未知 is among them: an obligatory field filled with "unknown" is not filled."""

BLANK_PATTERN: Final = r"^[/\\\\.·*_、,，。~?？—\-]*$"
"""Normalised cells of punctuation only say the same."""

EXCEL_PATTERN: Final = r"^[0-9](\.[0-9]+)?E\+?[0-9]{1,2}$|^[0-9]{16,}\.0+$|^[1-9][0-9]{14}000$"
"""A number's ruin: scientific notation, a decimal point, or fifteen digits and 000 (a cell keeps fifteen digits of a number)."""

_SEQUENCES = (
    "123456789012345678|12345678901234567X|123456789123456789|012345678901234567|123456789012345|123456789123456"
    "|012345678901234|1234567890123|123456789|012345678|987654321"
)
FILLER_PATTERN: Final = (
    r"^(0{8,17}.|" + "|".join(f"{c}{{8,}}[0-9A-Z]?" for c in "123456789X") + r"|\*{8,}|#{8,}|" + _SEQUENCES + ")$"
)
"""Codes typed to get past a form. Some have a right check digit: 000000000000000000 and 123456789012345678 do."""

_TRANSLATE = str.maketrans({**dict.fromkeys(DROPPED, ""), **UPPER})
_WIDTH = str.maketrans(HALF_WIDTH)
_BLANK = re.compile(BLANK_PATTERN)
_FILLER = re.compile(FILLER_PATTERN)
_EXCEL = re.compile(EXCEL_PATTERN)


def normalise(value: str) -> str:
    """The code as it should have been written: half-width, upper-case, without blanks, hyphens, invisible marks and a leading apostrophe.

    Never turns I into 1 or O into 0: that would be a guess, and a wrong code that looks right. Idempotent.
    """
    return value.translate(_WIDTH).translate(_TRANSLATE).lstrip(APOSTROPHES)


def is_blank(normalised: str) -> bool:
    """Say whether a normalised value stands for "nothing": empty, 无, null, or punctuation only."""
    return normalised in BLANK_MARKERS or _BLANK.fullmatch(normalised) is not None


def is_filler(normalised: str) -> bool:
    """Say whether a normalised value is a filler such as eighteen zeros, whatever its check digit says."""
    return _FILLER.fullmatch(normalised) is not None


def is_number_ruin(normalised: str) -> bool:
    """Say whether a spreadsheet has stored the code as a number: digits are lost, nobody can restore them."""
    return _EXCEL.fullmatch(normalised) is not None
