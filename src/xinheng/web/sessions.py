"""Sessions nobody comes back to: ended and entered in the ledger by a job, as a request would have done that found them ended."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction

from xinheng.accounts import door
from xinheng.accounts.values import SessionEnded
from xinheng.kernel.errors import XinhengError
from xinheng.web.middleware.actor import ENDED, PERSON, SEEN, SINCE, idle_time, moment


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
        if row is None or not isinstance(person, int) or since is None or seen is None:
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
