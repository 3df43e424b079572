"""Between password and code: what a browser holds that has proved the password. It is no session: no page reads it but the next."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xinheng.accounts.door import HALF_LIFE, HalfSigned
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.middleware.actor import moment
from xinheng.web.pages import Page, show

HALF = "xinheng.half"


@dataclass(frozen=True, kw_only=True)
class CodePage(Page):
    """`workbench/second_step.html`."""

    form: Annotated[Bound, "the field for the code"]
    back: Annotated[str, "where to go afterwards, checked"]
    carried: Annotated[str, "what was typed into a form before the session ended, to be carried through"]
    minutes: Annotated[int, "how long the password waits for its code"]


def code_form() -> FormSpec:
    """The code."""
    hint = _("身份验证器上显示的 6 位数字；手机不在身边时，输入一个恢复码。")
    return FormSpec("code", (("", (Field("code", _("验证码"), hint=hint, autocomplete="one-time-code", width="m"),)),))


def ask(request: HttpRequest, half: HalfSigned, back: str, typed: str) -> HttpResponse:
    """Keep that the password was right, under a new key, and ask for the code."""
    held = half_of(request)
    if held != half:
        request.session.flush()
        request.session[HALF] = [half.person_id, half.at.isoformat()]
    return page(request, code_form().empty(), back, typed)


def page(request: HttpRequest, form: Bound, back: str, typed: str) -> HttpResponse:
    """The page that asks for the code."""
    context = CodePage(
        title=_("输入验证码"),
        form=form,
        back=back,
        carried=typed,
        minutes=int(HALF_LIFE.total_seconds() // 60),
    )
    return show(request, "workbench/second_step.html", context, status=form.status)


def half_of(request: HttpRequest) -> HalfSigned | None:
    """Who proved the password in this browser within the last minutes; None for nobody."""
    held = request.session.get(HALF)
    if not isinstance(held, list) or len(held) != 2 or not isinstance(held[0], int):
        return None
    at = moment(held[1])
    if at is None or now() - at >= HALF_LIFE:
        forget(request)
        return None
    return HalfSigned(held[0], at)


def forget(request: HttpRequest) -> None:
    """Nothing was proved any more."""
    request.session.flush()
