"""Look-ups by the demonstration's people: ordinary days of last month, of which a sample is drawn, and an evening an auditor is told of."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from xinheng.accounts.door import actor_by_login, register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.console.demo.cast import LEAD
from xinheng.console.demo.handings import Handing
from xinheng.console.demo.people import reporter_of
from xinheng.console.demo.register import cast_code
from xinheng.kernel.actor import PUBLIC
from xinheng.subjects.door import by_code

SCOPE: Final = "信用档案"
PURPOSE: Final = "data-quality"
LOOKED_AT: Final = ("hanqiao", "ruiting", "weixing")
ORDINARY: Final = ("operator", reporter_of(LEAD), "supervisor")
ORDINARY_TIMES: Final = 10
EVENING: Final = "inspector"
EVENING_TIMES: Final = 24
"""More than may be looked up outside office hours before somebody is told (20)."""
EVENING_MINUTES: Final = 11 * 60
"""After ten in the morning: nine in the evening."""


def days(today: date) -> tuple[tuple[date, str], ...]:
    """On which day who looks: three people on days of last month, one of them two evenings ago."""
    last_month = today.replace(day=1)
    ordinary = tuple((last_month - timedelta(days=12 - place), login) for place, login in enumerate(ORDINARY))
    return (*ordinary, (today - timedelta(days=2), EVENING))


def write(login: str, opening: datetime) -> Iterator[Handing]:
    """Register the look-ups of one person on one day, from this moment on; nothing is handed in. Cost: an operation each."""
    evening = login == EVENING
    begins = opening + timedelta(minutes=EVENING_MINUTES if evening else 0)
    found = [subject for key in LOOKED_AT if (subject := by_code(cast_code(key), actor=PUBLIC))]
    for turn in range(EVENING_TIMES if evening else ORDINARY_TIMES):
        at = begins + timedelta(minutes=turn)
        purpose = "" if evening else PURPOSE
        draft = QueryDraft(QueryKind.VIEW, found[turn % len(found)].id, purpose=purpose, scope=SCOPE)
        register_query(query=draft, purposes={PURPOSE: False}, actor=actor_by_login(login, at), now=at)
    return iter(())
