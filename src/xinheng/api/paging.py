"""Cursors: what continues a list. Opaque to whoever reads them; a made-up one is refused."""

from datetime import date

from xinheng.api.problems import ParameterWrong

_WRONG = "不是这个列表给出的 next，请从第一页重新取"


def number_of(cursor: str) -> int | None:
    """The number a cursor holds; None for the first page. Raises: ParameterWrong."""
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise ParameterWrong("cursor", _WRONG)
    return int(cursor)


def day_and_number(cursor: str) -> tuple[date, int] | None:
    """The day and the number a cursor holds; None for the first page. Raises: ParameterWrong."""
    if not cursor:
        return None
    day, _dot, rest = cursor.partition(".")
    number = number_of(rest)
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise ParameterWrong("cursor", _WRONG) from None
    if number is None:
        raise ParameterWrong("cursor", _WRONG)
    return found, number
