"""Before a page of the workbench runs: who may open it; and what every page says about its reader."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from xinheng.accounts.door import unit
from xinheng.accounts.values import UnitUnknown
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Refused
from xinheng.web.gate import actor_of, to_sign_in
from xinheng.web.joining import listed

View = Callable[..., HttpResponseBase]
ONLY_PASSWORD = frozenset({"accounts.set_own_password"})
ONLY_FACTOR = frozenset({"accounts.enrol_factor"})


def must_change(actor: Actor) -> bool:
    """Whether the password has to be changed before anything else: roles are there, but carry only that permission."""
    return bool(actor.roles) and actor.permissions == ONLY_PASSWORD


def must_enrol(actor: Actor) -> bool:
    """Whether a second factor has to be set up before anything else."""
    return actor.permissions == ONLY_FACTOR


def official(*permissions: str) -> Callable[[View], View]:
    """A page for people signed in who hold at least one of `permissions` (none named: for all of them).

    Whoever is not signed in is led to the sign-in page and back, whoever must change the password first to that page. The
    operation behind the page asks its rule again: this spares people a form they cannot send.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.kind != "person":
                return to_sign_in(request)
            if must_change(actor):
                back = request.get_full_path() if request.method == "GET" else reverse("workbench:home")
                return HttpResponseRedirect(f"{reverse('workbench:password')}?{urlencode({'next': back})}")
            if must_enrol(actor):
                back = request.get_full_path() if request.method == "GET" else reverse("workbench:home")
                return HttpResponseRedirect(f"{reverse('workbench:factor')}?{urlencode({'next': back})}")
            if permissions and not any(map(actor.may, permissions)):
                raise Refused(
                    "web.not_allowed",
                    _("您的账号没有打开本页的权限。需要的权限：%(code)s。") % {"code": listed(permissions)},
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """What bar and navigation of a page need, for the context of a `WorkbenchPage`. Cost: one query."""
    return {
        "unit_name": unit_name(actor_of(request)),
        "workbench_home": reverse("workbench:home"),
        "sign_out_href": reverse("workbench:sign-out"),
    }


def unit_name(actor: Actor) -> str:
    """The name of the actor's unit, or empty. Cost: one query."""
    if actor.unit_id is None:
        return ""
    try:
        return unit(actor.unit_id).name
    except UnitUnknown:
        return ""


def address(name: str, query: str = "", **kwargs: Any) -> str:
    """The address of a page that may not be there; empty then."""
    try:
        return reverse(f"workbench:{name}", kwargs=kwargs or None) + query
    except NoReverseMatch:
        return ""
