"""How much is public in all. Counting costs a walk over everything, so the answer is kept for a minute and says its moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from xinheng.kernel.dates import legal_date
from xinheng.publicity import door as publicity

KEPT_FOR = timedelta(seconds=60)
"""A total names nobody; what is shown of a subject is never kept."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Public records by item, counted at a moment."""

    counts: Mapping[str, int]
    at: datetime


_kept: list[Totals] = []


def totals(now: datetime) -> Totals:
    """The totals, at most a minute old and never of another day. Cost: three queries a minute and process."""
    if _kept:
        last = _kept[0]
        if timedelta() <= now - last.at < KEPT_FOR and legal_date(last.at) == legal_date(now):
            return last
    found = Totals(publicity.totals(on=legal_date(now)), now)
    _kept[:] = [found]
    return found


def forget() -> None:
    """Count anew at the next question."""
    _kept.clear()
