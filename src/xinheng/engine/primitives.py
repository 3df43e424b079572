"""Named questions that are more than a comparison, in plain Python; `operators` gives them names."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from xinheng.kernel.masking import find_personal
from xinheng.kernel.names import same_but_for_writing

TEN_THOUSAND = 10_000
AMOUNT_IN_TEXT = "([0-9][0-9,]*(?:[.][0-9]+)?)[ \t\u3000]*(万|亿)?元"
"""An amount of money in running text, in yuan unless it says 万 or 亿."""

_AMOUNT = re.compile(AMOUNT_IN_TEXT)
_CENTS = {"": 100, "万": 100 * TEN_THOUSAND, "亿": 100 * TEN_THOUSAND * TEN_THOUSAND}


def holds_personal_data(text: str) -> bool:
    """Whether running text holds an identity number, a telephone number or a bank card."""
    return bool(find_personal(text))


def differs_by_ten_thousand(text: str, cents: int) -> bool:
    """Whether no amount in the text is the column's, but one of them is ten thousand times as much or as little.

    That is what a column filled in yuan instead of 万元 (or the other way round) looks like. Nought has no unit.
    """
    if cents == 0:
        return False
    written = [_to_cents(digits, unit) for digits, unit in _AMOUNT.findall(text)]
    if cents in written:
        return False
    return any(amount * TEN_THOUSAND == cents or cents * TEN_THOUSAND == amount for amount in written)


def is_after_deadline(decided: date, received: date, deadlines: Mapping[date, date]) -> bool:
    """Whether something decided on a day was received after the last day of its limit; an unknown limit is never exceeded."""
    last = deadlines.get(decided)
    return last is not None and received > last


def is_other_name(name: str, registered: str) -> bool:
    """Whether two names differ in more than writing. `registered` may hold several names the register knows, joined with `;`."""
    return not any(same_but_for_writing(name, each) for each in registered.split(";"))


def _to_cents(digits: str, unit: str) -> int:
    amount = Decimal(digits.replace(",", "")) * _CENTS[unit]
    return int(amount) if amount == int(amount) else -1
