"""组织机构代码, GB 11714-1997: eight characters and a check character."""

import re
from typing import Final

from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers.verdict import Outcome, Reason

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Index = value. Here I, O, S, V, Z are allowed; inside a 统一社会信用代码 they are not."""

WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "0X987654321"
"""Check character by the remainder of the weighted sum: 11 − remainder, with 10 as X and 11 as 0."""

LENGTH: Final = 9
PATTERN: Final = r"^[0-9A-Z]{8}[0-9X]$"

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE = re.compile(PATTERN)


def check_character(body: str) -> str:
    """The check character of eight characters.

    Raises: Invalid if `body` is not eight digits or capital letters. Source: GB 11714-1997.
    """
    if len(body) != LENGTH - 1 or any(c not in _VALUE for c in body):
        raise Invalid(
            "identifiers.orgcode_shape", f"组织机构代码本体应为8位数字或大写字母，现为“{body}”。", field="body"
        )
    return CHECKS[sum(_VALUE[c] * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def holds(code: str) -> bool:
    """Say whether nine normalised characters have the right shape and check character."""
    return _SHAPE.fullmatch(code) is not None and check_character(code[:8]) == code[8]


def judge(code: str) -> tuple[Outcome, Reason | None]:
    """Judge a normalised organisation code.  Source: GB 11714-1997."""
    if len(code) != LENGTH:
        return "invalid", "length"
    if _SHAPE.fullmatch(code) is None:
        return "invalid", "charset"
    return ("valid", None) if check_character(code[:8]) == code[8] else ("invalid", "check")
