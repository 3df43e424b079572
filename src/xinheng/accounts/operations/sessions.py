"""Ending sessions: what a person, or the security administrator, ended before its time is entered."""

from dataclasses import dataclass
from datetime import datetime

from xinheng.accounts.queries.people import person_row
from xinheng.accounts.values import Denied, DraftInvalid, NotAllowed
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.ledger.door import operation


@dataclass(frozen=True, slots=True)
class SessionCut:
    """A session of a person was ended by somebody; where it came from stands masked."""

    person_id: int
    began_at: datetime
    browser: str
    reason: str


@operation(code="accounts.own_session_ended", needs="accounts.end_own_sessions")
def end_own_session(*, began_at: datetime, browser: str, actor: Actor, now: datetime) -> SessionCut:
    """Enter that a person ended another session of their own; call it in the transaction that takes the session away."""
    return SessionCut(person_row(actor.id or 0, now).id, began_at, browser, "")


@operation(code="accounts.session_ended", needs="accounts.end_sessions")
def end_session(
    *, person_id: int, began_at: datetime, browser: str, reason: str, actor: Actor, now: datetime
) -> SessionCut:
    """Enter that a session of another person was ended; call it in the transaction that takes the session away.

    Raises: DraftInvalid without a reason; NotAllowed for one of one's own; PersonUnknown. Cost: one query.
    """
    if actor.id == person_id:
        raise NotAllowed(Denied("own_session", "自己的登录请在“我的登录”中结束", "职责分离"))
    if is_blank(reason) or len(reason) > 200:
        raise DraftInvalid("accounts.session_reason", "请写明结束登录的理由，1 至 200 个字", field="reason")
    return SessionCut(person_row(person_id, now).id, began_at, browser, reason.strip())
