"""Before a view runs: is anybody signed in, may they open this page, may the answer be kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.kernel.errors import Refused

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request; the public where no middleware said otherwise."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    return actor


def signed_in(permission: str = "") -> Callable[[View], View]:
    """A view only for people signed in, and only with `permission` if one is named.

    Whoever is not signed in is led to the sign-in page and back. The operation behind the page asks its rule again: this
    decorator spares people a form they cannot send, it protects nothing alone.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor.kind != "person":
                return to_sign_in(request)
            if permission and not actor.may(permission):
                raise Refused(
                    "web.not_allowed", _("您的账号没有打开本页的权限。需要的权限：%(code)s。") % {"code": permission}
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page (`settings.LOGIN_URL`), with the way back; htmx is told to leave the page as a whole."""
    # A form's address answers only POST, a fragment's only htmx: the way back is the page they stood on.
    whole = request.method == "GET" and request.headers.get("HX-Request") != "true"
    back = request.get_full_path() if whole else safe_back(request.headers.get("Referer", ""), request)
    query = {"next": back} | ({"timed_out": "1"} if getattr(request, "timed_out", False) else {})
    target = f"{settings.LOGIN_URL}?{urlencode(query)}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=200, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def safe_back(target: str, request: HttpRequest, otherwise: str = "/") -> str:
    """`target` if it leads into this site, else `otherwise`: nobody is sent elsewhere by a link that looks like ours."""
    host = {request.get_host()}
    return (
        target
        if target and url_has_allowed_host_and_scheme(target, host, require_https=request.is_secure())
        else otherwise
    )


def no_store(view: View) -> View:
    """A page nobody may keep: pages about a subject, whatever they show today may have to be gone tomorrow."""

    @wraps(view)
    def unstored(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return unstored
