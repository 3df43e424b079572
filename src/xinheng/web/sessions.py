"""The sessions there are: ended by a job when nobody comes back, listed for their person, ended before their time by hand.

All of them are read for a list: they are as many as people at work, some hundred, and nothing beside them must be kept in step.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.accounts import door
from xinheng.accounts.values import SessionEnded
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Unknown, XinhengError
from xinheng.ledger.values import NotAllowed
from xinheng.members import door as members
from xinheng.members.values import MemberGone
from xinheng.web.middleware.actor import ENDED, FROM, MEMBER, PERSON, SEEN, SINCE, idle_time, moment


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that still holds. `handle` names it without being its key; `current` is the one that asks."""

    handle: str
    began_at: datetime
    seen_at: datetime
    browser: str
    address: str
    current: bool


class SessionUnknown(Unknown):
    """No such session of this person, or it has ended."""

    def __init__(self) -> None:
        super().__init__("web.session_unknown", _("没有这个登录，或它已经结束。"))


def end_stale(now: datetime, between: Callable[[], None] = lambda: None) -> int:
    """End the sessions that no longer hold, and drop those past their date; returns how many were ended.

    Each in a transaction of its own, `between` is called between two. What is left of an ended session only says why it ended, so that
    whoever comes back is told. Cost: three queries a session, and the ledger's for those that end.
    """
    ended = 0
    for key in list(Session.objects.order_by("session_key").values_list("session_key", flat=True)):
        ended += _end_if_stale(key, now)
        between()
    SessionStore.clear_expired()
    return ended


def _end_if_stale(key: str, now: datetime) -> bool:
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(session_key=key).first()
        held = row.get_decoded() if row is not None else {}
        person, since, seen = held.get(PERSON), moment(held.get(SINCE)), moment(held.get(SEEN))
        if row is None or since is None or seen is None:
            return False
        if isinstance(member := held.get(MEMBER), int):
            return _end_member(row, member, since, seen, now)
        if not isinstance(person, int):
            return False
        try:
            door.session_actor(person_id=person, signed_in_at=since, seen_at=seen, now=now, idle=idle_time())
        except SessionEnded as ended:
            door.note_session_end(person_id=person, state=ended.state, now=now)
            row.session_data = SessionStore().encode({ENDED: ended.state.value})
            row.save(update_fields=["session_data"])
            return True
        except XinhengError:
            # The account is no longer in force; that is entered where it ended.
            row.delete()
            return True
        return False


def _end_member(row: Session, member: int, since: datetime, seen: datetime, now: datetime) -> bool:
    """The same for somebody who acts for a business."""
    try:
        members.session_actor(
            member_id=member, agency_id=None, signed_in_at=since, seen_at=seen, now=now, idle=idle_time()
        )
    except MemberGone as gone:
        if gone.state is None:
            row.delete()
            return True
        members.note_session_end(member_id=member, state=gone.state, now=now)
        row.session_data = SessionStore().encode({ENDED: gone.state.value})
        row.save(update_fields=["session_data"])
        return True
    return False


def sessions_of(person_id: int, actor: Actor, now: datetime, *, asking: str | None = None) -> tuple[OpenSession, ...]:
    """The sessions of a person that still hold, the latest used first; `asking` is the key of the session that asks.

    Raises: NotAllowed for others' without `accounts.end_sessions`. Cost: two queries, and all sessions are read.
    """
    if not actor.may("accounts.end_sessions" if actor.id != person_id else "accounts.end_own_sessions"):
        raise NotAllowed("web.sessions_of", "accounts.end_sessions")
    found = []
    for key, held in _held(Session.objects.filter(expire_date__gt=now)):
        since, seen = moment(held.get(SINCE)), moment(held.get(SEEN))
        if held.get(PERSON) != person_id or since is None or seen is None:
            continue
        try:
            door.session_actor(person_id=person_id, signed_in_at=since, seen_at=seen, now=now, idle=idle_time())
        except XinhengError:
            continue
        browser, address = [*(held.get(FROM) or ()), "", ""][:2]
        found.append(OpenSession(_handle(key), since, seen, browser, address, key == asking))
    return tuple(sorted(found, key=lambda one: one.seen_at, reverse=True))


def end_session(handle: str, person_id: int, actor: Actor, now: datetime, *, reason: str = "") -> None:
    """End one session at once: its row is gone, and a request under way with it can save nothing any more. Entered.

    Raises: SessionUnknown; NotAllowed; DraftInvalid for another's without a reason. Cost: all sessions are read once.
    """
    with transaction.atomic():
        for key, held in _held(Session.objects.select_for_update()):
            since = moment(held.get(SINCE))
            if held.get(PERSON) == person_id and since is not None and hmac.compare_digest(_handle(key), handle):
                browser = [*(held.get(FROM) or ()), ""][0]
                if actor.id == person_id:
                    door.end_own_session(began_at=since, browser=browser, actor=actor, now=now)
                else:
                    door.end_session(
                        person_id=person_id, began_at=since, browser=browser, reason=reason, actor=actor, now=now
                    )
                Session.objects.filter(session_key=key).delete()
                return
    raise SessionUnknown


def _held(rows: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows:
        yield row.session_key, row.get_decoded()


def _handle(key: str) -> str:
    """A name for a session that opens nothing."""
    return hashlib.sha256(f"xinheng.session {key}".encode()).hexdigest()[:32]
