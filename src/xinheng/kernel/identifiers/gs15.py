"""工商注册号, GS15-2006: six digits of the registrar, eight of the sequence, one check digit by ISO 7064 MOD 11,10."""

from typing import Final

from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers.verdict import Outcome, Reason

LENGTH: Final = 15
OLD_LENGTH: Final = 13
_DIGITS = frozenset("0123456789")


def check_digit(first14: str) -> str:
    """The check digit of the first fourteen digits.

    Raises: Invalid if they are not fourteen digits. Source: GS15-2006, ISO 7064 MOD 11,10.
    """
    if len(first14) != LENGTH - 1 or not _DIGITS.issuperset(first14):
        raise Invalid("identifiers.gs15_shape", f"工商注册号前14位应全为数字，现为“{first14}”。", field="first14")
    product = 10
    for digit in first14:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def judge(code: str) -> tuple[Outcome, Reason | None]:
    """Judge a normalised registration number. Thirteen digits are an old number without check digit: valid, with that reason."""
    if len(code) not in (LENGTH, OLD_LENGTH):
        return "invalid", "length"
    if not _DIGITS.issuperset(code):
        return "invalid", "charset"
    if len(code) == OLD_LENGTH:
        return "valid", "old_13_digits"
    return ("valid", None) if check_digit(code[:14]) == code[14] else ("invalid", "check")
