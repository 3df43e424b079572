"""The sign-in page as it is drawn: empty, with what is wrong, or with what was typed into a form before the session ended."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.middleware.actor import idle_time
from xinheng.web.pages import SignInPage, show
from xinheng.workbench import carried


def sign_in_form() -> FormSpec:
    """Login and password."""
    return FormSpec(
        "sign-in",
        (
            (
                "",
                (
                    Field("login", _("登录名"), autocomplete="username"),
                    Field("password", _("口令"), "password", autocomplete="current-password"),
                ),
            ),
        ),
    )


def sign_in_again(request: HttpRequest, pairs: carried.Pairs) -> HttpResponse:
    """The answer to a form that came after the session ended: the sign-in page, with everything typed in it."""
    idle = getattr(request, "timed_out", False)
    answer = entrance(request, sign_in_form().empty(), request.path, pairs=pairs, timed_out=idle)
    answer.status_code = 403
    answer["Cache-Control"] = "no-store"
    return answer


def entrance(
    request: HttpRequest, form: Bound, back: str, *, pairs: carried.Pairs | None = None, timed_out: bool = False
) -> HttpResponse:
    """The page: `back` is where to go afterwards, `pairs` what is carried along; 422 where the form has errors."""
    accounts = getattr(settings, "XINHENG_DEMO_ACCOUNTS", "")
    page = SignInPage(
        title=_("登录工作台"),
        form=form,
        back=back,
        timed_out=timed_out,
        idle_minutes=int(idle_time().total_seconds() // 60),
        demo_accounts=tuple((login, password, _(role)) for login, password, role in import_string(accounts)())
        if accounts
        else (),
        carried=carried.pack(pairs or []),
        action=reverse("workbench:sign-in"),
    )
    return show(request, "web/sign_in.html", page, status=form.status)
