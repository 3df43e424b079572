"""What an objection does to the record it is about: it is marked as contested while it is open, and no longer shown where that follows."""

from datetime import date, datetime
from typing import Final

from xinheng.kernel.actor import Actor, system
from xinheng.objections.models import Objection
from xinheng.records.door import end_mark, mark
from xinheng.records.values import MarkKind

PLATFORM: Final[Actor] = system("objections", "publicity.withdraw", "accounts.see_all_units", "procedures.tick")
"""Who sets the marks that follow from the procedure; the step they follow from says whose decision it was."""

BASIS: Final = "platform-conventions.objection"


def contest(row: Objection, *, now: datetime, on: date) -> None:
    """Mark the record as contested: every page, report and answer about it says so from now on."""
    done = mark(
        record_id=row.record_id,
        kind=MarkKind.CONTESTED,
        reason=f"异议{row.case.number}办理中",
        basis=BASIS,
        actor=PLATFORM,
        now=now,
        on=on,
    )
    row.contested_id = done.mark_id


def stop_showing(row: Objection, reason: str, *, now: datetime, on: date) -> None:
    """Stop the publication of the record, once."""
    if row.stopped_id is not None:
        return
    done = mark(
        record_id=row.record_id,
        kind=MarkKind.SHIELDED,
        reason=reason,
        basis=BASIS,
        actor=PLATFORM,
        now=now,
        on=on,
    )
    row.stopped_id = done.mark_id


def contested_no_more(row: Objection, *, now: datetime, on: date) -> None:
    """The objection is over: the record is no longer contested by it."""
    if row.contested_id is not None:
        end_mark(mark_id=row.contested_id, actor=PLATFORM, now=now, on=on)


def show_again(row: Objection, *, now: datetime, on: date) -> None:
    """Where publication was stopped only because the answer was late: it goes on as its own rules say."""
    if row.stopped_id is not None:
        end_mark(mark_id=row.stopped_id, actor=PLATFORM, now=now, on=on)
        row.stopped_id = None
