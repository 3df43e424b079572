"""Who asks: the person of the session as an `Actor`, or the public."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.errors import XinhengError
from xinheng.web.clock import now
from xinheng.web.origin import address_of, browser_of, masked_address

PERSON = "xinheng.person"
MEMBER = "xinheng.member"
"""Account of somebody who acts for a business: another table than that of officials, and never both in a session."""
AGENCY = "xinheng.agency"
"""For which of the subjects they act for they are here."""
SINCE = "xinheng.since"
SEEN = "xinheng.seen"
ENDED = "xinheng.ended"
"""What is left of a session that a job ended: why."""
FROM = "xinheng.from"
"""Family of the browser and masked address, for the person's own list of sessions."""
IDLE_MINUTES = 15
POLL = "poll"
"""Parameter of requests a page makes by itself: they do not count as activity."""
_NOTE_EVERY = timedelta(seconds=60)


class CurrentActor:
    """Puts `request.actor`, and `request.timed_out` when a session ended because nobody did anything.

    Whether a session still holds is a rule of accounts (idle too long, too old, password changed since, account no longer
    in force); here it is only asked. Costs nothing without a session cookie; with one, the session and two queries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.timed_out = False  # type: ignore[attr-defined]
        request.member = None  # type: ignore[attr-defined]
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor:
        person = request.session.get(PERSON)
        since, seen = moment(request.session.get(SINCE)), moment(request.session.get(SEEN))
        if since is None or seen is None:
            self._told(request)
            return PUBLIC
        member = request.session.get(MEMBER)
        if isinstance(member, int):
            return self._member(request, member, since, seen)
        if not isinstance(person, int):
            self._told(request)
            return PUBLIC
        # Imported at use: pages that nobody is signed in to need no accounts.
        from xinheng.accounts import door
        from xinheng.accounts.values import SessionEnded, SessionState

        at = now()
        try:
            actor = door.session_actor(person_id=person, signed_in_at=since, seen_at=seen, now=at, idle=idle_time())
        except SessionEnded as ended:
            with _taken_away(request.session, PERSON) as first:
                if first:
                    door.note_session_end(person_id=person, state=ended.state, now=at)
            request.timed_out = ended.state is SessionState.IDLE  # type: ignore[attr-defined]
            return PUBLIC
        except XinhengError:
            request.session.flush()
            return PUBLIC
        # Writing at most once a minute keeps a click from costing a write.
        if POLL not in request.GET and at - seen > _NOTE_EVERY:
            request.session[SEEN] = at.isoformat()
        return actor

    def _member(self, request: HttpRequest, member: int, since: datetime, seen: datetime) -> Actor:
        """Who acts for a business, with what the authorisation gives at this moment."""
        from xinheng.members import door
        from xinheng.members.values import MemberGone

        at, chosen = now(), request.session.get(AGENCY)
        try:
            found = door.session_actor(
                member_id=member,
                agency_id=chosen if isinstance(chosen, int) else None,
                signed_in_at=since,
                seen_at=seen,
                now=at,
                idle=idle_time(),
            )
        except MemberGone as gone:
            with _taken_away(request.session, MEMBER) as first:
                if first and gone.state is not None:
                    door.note_session_end(member_id=member, state=gone.state, now=at)
            request.timed_out = gone.state == "idle"  # type: ignore[attr-defined]
            return PUBLIC
        if POLL not in request.GET and at - seen > _NOTE_EVERY:
            request.session[SEEN] = at.isoformat()
        request.member = found  # type: ignore[attr-defined]
        return found.actor

    def _told(self, request: HttpRequest) -> None:
        """Say once why a session ended that a job ended meanwhile (`web.sessions`)."""
        why = request.session.get(ENDED)
        if why is not None:
            request.timed_out = why == "idle"  # type: ignore[attr-defined]
            request.session.flush()


@contextmanager
def _taken_away(session: SessionBase, whose: str) -> Iterator[bool]:
    """End a session; whether this request is the one that did. A page asks for several things at once, and an end is entered once.

    What is done inside is in one transaction with the removal.
    """
    if isinstance(session, SessionStore):
        with transaction.atomic():
            row = session.model.objects.select_for_update().filter(session_key=session.session_key).first()
            first = row is not None and whose in row.get_decoded()
            if row is not None:
                row.delete()
            yield first
    else:
        yield True
    session.flush()


def idle_time() -> timedelta:
    """After how long without a click a session ends."""
    return timedelta(minutes=getattr(settings, "XINHENG_IDLE_MINUTES", IDLE_MINUTES))


def sign_in(request: HttpRequest, person_id: int, at: datetime) -> None:
    """Begin a session for a person whom accounts has recognised; the old session and its key are gone (no fixation)."""
    _left(request, at)
    request.session.flush()
    rotate_token(request)
    request.session[PERSON] = person_id
    request.session[SINCE] = request.session[SEEN] = at.isoformat()
    request.session[FROM] = [browser_of(request), masked_address(address_of(request))]


def sign_in_member(request: HttpRequest, member_id: int, at: datetime, agency_id: int | None = None) -> None:
    """The same for somebody who acts for a business, whom members has recognised."""
    _left(request, at)
    request.session.flush()
    rotate_token(request)
    request.session[MEMBER] = member_id
    request.session[SINCE] = request.session[SEEN] = at.isoformat()
    request.session[FROM] = [browser_of(request), masked_address(address_of(request))]
    if agency_id is not None:
        choose_agency(request, agency_id)


def choose_agency(request: HttpRequest, agency_id: int) -> None:
    """Go on for another of the subjects one acts for; whether one does is asked with every request."""
    request.session[AGENCY] = agency_id


def _left(request: HttpRequest, at: datetime) -> None:
    """Whoever was signed in by this browser, on the other side, leaves by it: entered, as if they had said so."""
    before: Actor = getattr(request, "actor", PUBLIC)
    if before.kind == "member" and isinstance(request.session.get(MEMBER), int):
        from xinheng.members.door import sign_out as member_leaves

        member_leaves(actor=before, now=at)
    elif before.kind == "person" and isinstance(request.session.get(PERSON), int):
        from xinheng.accounts.door import sign_out as official_leaves

        official_leaves(actor=before, now=at)


def sign_out(request: HttpRequest) -> None:
    """End the session, on the server too."""
    request.session.flush()
    request.actor = PUBLIC  # type: ignore[attr-defined]


def moment(text: object) -> datetime | None:
    """A moment as a session keeps it; None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
