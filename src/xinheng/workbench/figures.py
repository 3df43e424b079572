"""How publication stands, for the pages that say so at their top. Counting walks over everything the person's units ever published.

Where that takes long, the answer is given again for a minute to everybody who sees the same units: only numbers are kept, of nobody, and
the lists behind them are always read anew. Where it is quick, as in a small district, every page counts for itself.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from xinheng.accounts.door import visible_prefix
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.publicity import door as publicity
from xinheng.publicity.values import Stage

KEPT_FOR = timedelta(seconds=60)
LONG = 0.3
"""Seconds from which on a count is kept."""

Stages = Mapping[Stage, int]
_kept: dict[str, tuple[datetime, Stages]] = {}


def stage_counts(actor: Actor, at: datetime) -> Stages:
    """How many publications stand at each stage that asks for attention, at most a minute old and never of another day.

    Cost: three queries, or none.  Raises: NotAllowed.
    """
    seen = visible_prefix(actor) or ""
    known = _kept.get(seen)
    if known and actor.may("publicity.read_plan"):
        counted_at, counted = known
        if timedelta() <= at - counted_at < KEPT_FOR and legal_date(counted_at) == legal_date(at):
            return counted
    began = time.perf_counter()
    found = publicity.stage_counts(on=legal_date(at), actor=actor)
    if time.perf_counter() - began >= LONG:
        _kept[seen] = (at, found)
    return found


def forget() -> None:
    """Count anew at the next question."""
    _kept.clear()
