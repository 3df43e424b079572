"""Money: whole cents inside, 万元 in the standard's columns, never a binary fraction."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

CENTS_PER_WAN: Final = 1_000_000
"""10,000 yuan of 100 cents: the sixth decimal of a 万元 column is exactly one cent."""

MAX_CENTS: Final = 10**18 - 1
"""decimal(18,6) in 万元."""

PLAIN_PATTERN: Final = r"^[+-]?[0-9]+(\.[0-9]+)?$"
THOUSANDS_PATTERN: Final = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"

_PLAIN = re.compile(PLAIN_PATTERN)
_THOUSANDS = re.compile(THOUSANDS_PATTERN)
_UNIT = re.compile(r"[^0-9]{0,5}[+-]?[0-9][0-9,.]*\s*[^\x00-\x7f].*")
_WIDTH = str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+")

AmountRule = Literal["full_width", "blanks", "thousands"]
AmountReason = Literal["empty", "not_a_number", "unit", "too_many_decimals", "too_large"]

AMOUNT_REASON_WORDS: Final[dict[AmountReason, str]] = {
    "empty": "没有填写金额",
    "not_a_number": "不是数字，只能填写阿拉伯数字和小数点",
    "unit": "带有单位或文字，只能填写以万元为单位的数字",
    "too_many_decimals": "小数超过6位，以万元为单位最多6位小数（精确到分）",
    "too_large": "整数部分超过12位",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount read exactly; `rules` names what had to be normalised."""

    cents: int
    rules: tuple[AmountRule, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountProblem:
    """Why a text is no amount."""

    reason: AmountReason


def cents_from_wan(text: str) -> int | None:
    """Cents of a plain 万元 number (`3.5`, `0.000001`), exact; None if it is none, has parts of a cent or more than 12 whole digits."""
    if not _PLAIN.fullmatch(text):
        return None
    whole, _, decimals = text.lstrip("+-").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > 6 or len(whole.lstrip("0")) > 12:
        return None
    cents = int(whole) * CENTS_PER_WAN + int(decimals.ljust(6, "0"))
    return -cents if text.startswith("-") else cents


def parse_amount(text: str) -> Amount | AmountProblem:
    """Read an amount in 万元: a plain number, after full-width digits, blanks around it and thousands separators were normalised and named.

    Never guesses a unit; negative amounts and zero are read (whether they are allowed is a rule elsewhere).
    """
    rules: list[AmountRule] = []
    half = text.translate(_WIDTH)
    if half != text:
        rules.append("full_width")
    bare = half.strip(" \t\r\n\u00a0\u3000")
    if bare != half:
        rules.append("blanks")
    if bare == "":
        return AmountProblem("empty")
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
        rules.append("thousands")
    return _read(bare, tuple(rules))


def wan_text(cents: int) -> str:
    """`3.50 万元`: thousands separated, two decimals at least and up to six, nothing rounded away."""
    sign, size = ("-", -cents) if cents < 0 else ("", cents)
    whole, rest = divmod(size, CENTS_PER_WAN)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole:,}.{decimals} 万元"


def wan_decimal(cents: int) -> Decimal:
    """Cents as a Decimal of 万元 with six decimals, exact (built from digits, untouched by the decimal context)."""
    sign = 1 if cents < 0 else 0
    return Decimal((sign, tuple(int(d) for d in str(abs(cents))), -6))


def _read(bare: str, rules: tuple[AmountRule, ...]) -> Amount | AmountProblem:
    if not _PLAIN.fullmatch(bare):
        return AmountProblem("unit" if _UNIT.fullmatch(bare) else "not_a_number")
    cents = cents_from_wan(bare)
    if cents is not None:
        return Amount(cents, rules)
    decimals = bare.partition(".")[2].rstrip("0")
    return AmountProblem("too_many_decimals" if len(decimals) > 6 else "too_large")
