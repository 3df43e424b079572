"""The part of the portal that belongs to who acts for a business: who may open a page of it, and what every such page says."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Conflict, Refused
from xinheng.members.door import MemberActor
from xinheng.members.values import Scope
from xinheng.portal.words import word
from xinheng.publicity.door import own_head
from xinheng.web.gate import actor_of, no_store, safe_back
from xinheng.web.pages import Page
from xinheng.web.parts import Tab

View = Callable[..., HttpResponse]
ACTING = "acting"
"""Field of every form that says for whom its page was opened: the number of an authorisation."""


@dataclass(frozen=True, kw_only=True)
class OwnPage(Page):
    """What every page of one's own says besides; `portal/own/base.html`."""

    own_tabs: Annotated[tuple[Tab, ...], "the pages about the subject one acts for"] = ()
    own_name: Annotated[str, "for whom one is here"] = ""
    login: Annotated[str, "which account is signed in"] = ""
    acting_as: Annotated[int, "the authorisation this page was opened for; its forms carry it"] = 0


def acting(scope: Scope = Scope.VIEW) -> Callable[[View], View]:
    """A page for who acts for a subject with this scope. Whoever is not signed in is led to the sign-in page and back.

    The operation behind the page asks again: this spares people a form they cannot send. Nothing of it may be kept by a browser.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor.kind != "member":
                return to_sign_in(request)
            if actor.on_behalf_of is None:
                return HttpResponseRedirect(reverse("portal:my"))
            if not actor.may(scope.permission):
                raise Refused(
                    "portal.not_authorised",
                    _("您对这个主体的授权不包括“%(scope)s”。请联系能管理经办人的同事，或到窗口办理。")
                    % {"scope": word(scope.label)},
                )
            _require_same(request)
            return view(request, *args, **kwargs)

        return no_store(guarded)

    return decorate


def _require_same(request: HttpRequest) -> None:
    """A form takes effect only for the subject it was opened for: another tab, or the end of an authorisation, may have changed it.

    Raises: Conflict.
    """
    if request.method != "POST":
        return
    found, said = member_of(request), request.POST.get(ACTING, "")
    mine = str(found.agency.id) if found.agency is not None else ""
    if said != mine and (said or found.others):
        raise Conflict(
            "portal.other_subject",
            _("这个页面是为另一个主体打开的，您现在代“%(name)s”办理，所以没有办理。请重新打开页面，看清主体再办。")
            % {"name": own_name(actor_of(request))},
        )


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page of businesses, with the way back."""
    whole = request.method == "GET"
    back = request.get_full_path() if whole else safe_back(request.headers.get("Referer", ""), request)
    query = {"next": back} | ({"timed_out": "1"} if getattr(request, "timed_out", False) else {})
    return HttpResponseRedirect(f"{reverse('portal:my-sign-in')}?{urlencode(query)}")


def member_of(request: HttpRequest) -> MemberActor:
    """Who is signed in with all subjects they may act for. Only behind `acting`, or where `actor_of` is a member."""
    found: MemberActor = request.member  # type: ignore[attr-defined]
    return found


def own_surroundings(request: HttpRequest, current: str) -> dict[str, Any]:
    """What every page of one's own needs, for the context of an `OwnPage`; `current` is the name of its address.

    Cost: as many queries as the head of a subject takes.
    """
    actor = actor_of(request)
    pages = [
        ("my", _("总览")),
        ("my-looks", _("谁看过")),
        ("my-agents", _("授权经办人")),
        ("my-password", _("修改口令")),
    ]
    return {
        "section": "my",
        "own_tabs": tuple(Tab(label, reverse(f"portal:{name}"), name == current) for name, label in pages),
        "own_name": own_name(actor),
        "login": actor.login,
        "acting_as": found.agency.id if (found := member_of(request)).agency is not None else 0,
    }


def own_name(actor: Actor) -> str:
    """The name of the subject the actor acts for; empty where there is none."""
    return own_head(actor=actor).name if actor.on_behalf_of is not None else ""
