"""Where a person is signed in, and ending what should not be there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinheng.web.clock import now
from xinheng.web.gate import actor_of, no_store
from xinheng.web.pages import WorkbenchPage, show
from xinheng.web.sessions import OpenSession, end_session, sessions_of
from xinheng.workbench.gates import official, surroundings


@dataclass(frozen=True, slots=True)
class SessionPart:
    """One session in a list."""

    about: Annotated[OpenSession, "browser, network, since when, last use"]
    end_href: Annotated[str, "where it is ended; empty for the one that asks"]


@dataclass(frozen=True, kw_only=True)
class SessionsPage(WorkbenchPage):
    """`workbench/sessions.html`."""

    sessions: Annotated[tuple[SessionPart, ...], "sessions that hold, the latest used first"]
    factor_href: Annotated[str, "the own second factor"]
    password_href: Annotated[str, "the own password"]


def parts(found: Iterable[OpenSession], name: str, **where: int) -> tuple[SessionPart, ...]:
    """Sessions with the address that ends each; the one that asks is left by signing out."""
    return tuple(
        SessionPart(one, "" if one.current else reverse(name, kwargs={**where, "handle": one.handle})) for one in found
    )


@official("accounts.end_own_sessions")
@no_store
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The own sessions. Cost: four queries, two a session."""
    actor = actor_of(request)
    found = sessions_of(actor.id or 0, actor, now(), asking=request.session.session_key)
    page = SessionsPage(
        title=_("我的登录"),
        sessions=parts(found, "workbench:own-session-end"),
        factor_href=reverse("workbench:factor"),
        password_href=reverse("workbench:password"),
        **surroundings(request),
    )
    return show(request, "workbench/sessions.html", page)


@official("accounts.end_own_sessions")
@require_POST
def end(request: HttpRequest, handle: str) -> HttpResponse:
    """End one of the own sessions, at once."""
    actor = actor_of(request)
    end_session(handle, actor.id or 0, actor, now())
    return HttpResponseRedirect(reverse("workbench:own-sessions"))
