"""The own second factor: setting it up with a picture or a key, and ending it with password and code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.accounts import door
from xinheng.kernel.errors import XinhengError
from xinheng.web import site
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of, no_store, safe_back, to_sign_in
from xinheng.web.middleware import actor as session
from xinheng.web.middleware.actor import moment
from xinheng.web.pages import WorkbenchPage, show
from xinheng.web.parts import Fact
from xinheng.workbench import attempts
from xinheng.workbench.gates import must_change, must_enrol, official, surroundings
from xinheng.workbench.second_step import code_form

PROPOSED = "workbench.factor"
"""Session key of the sealed key that was shown and waits to be confirmed."""


@dataclass(frozen=True, kw_only=True)
class EnrolPage(WorkbenchPage):
    """`workbench/factor_enrol.html`."""

    form: Annotated[Bound, "password and first code"]
    picture: Annotated[SafeString, "the key as a QR code, an SVG without style"]
    key: Annotated[str, "the same key in letters"]
    login: Annotated[str, "the login, under which the authenticator lists it"]
    forced: Annotated[bool, "nothing else may be done before"]
    back: Annotated[str, "where to go afterwards"]


@dataclass(frozen=True, kw_only=True)
class CodesPage(WorkbenchPage):
    """`workbench/factor_codes.html`."""

    codes: Annotated[tuple[str, ...], "the recovery codes, shown this once"]
    back: Annotated[str, "where to go afterwards"]


@dataclass(frozen=True, kw_only=True)
class FactorPage(WorkbenchPage):
    """`workbench/factor.html`."""

    facts: Annotated[tuple[Fact, ...], "since when, and how many recovery codes are left"]
    form: Annotated[Bound, "password and code, for ending it"]
    required: Annotated[bool, "a role of the person needs it: after ending it another must be set up at once"]


def first_code_form() -> FormSpec:
    """The password once more, and the first code a new authenticator shows."""
    hint = _("身份验证器上显示的 6 位数字")
    code = Field("code", _("验证码"), hint=hint, autocomplete="one-time-code", width="m")
    return FormSpec("code", (("", (_password(), code)),))


def end_form() -> FormSpec:
    """Password and code."""
    return FormSpec("factor", (("", (_password(), *code_form().fields)),))


def _password() -> Field:
    return Field("password", _("口令"), "password", autocomplete="current-password", width="m")


@no_store
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Set up the second factor; for whoever has one, what it is. The only page open to people who must set it up first."""
    actor = actor_of(request)
    if actor.kind != "person":
        return to_sign_in(request)
    if must_change(actor):
        return HttpResponseRedirect(reverse("workbench:password"))
    found = door.own_factor(actor, now())
    if found.confirmed_at is not None:
        return _there(request, found, end_form().empty())
    back = safe_back(request.POST.get("next") or request.GET.get("next") or "", request, reverse("workbench:home"))
    sealed = _proposed(request)
    form = first_code_form().empty()
    if request.method == "POST":
        form = first_code_form().read(request).require()
        done = _enrol(request, form, sealed) if form.ok else None
        if isinstance(done, door.FactorEnrolled):
            return _enrolled(request, done, back)
        form = form.with_errors([done]) if done else form
    secret = door.open_key(sealed, actor=actor)
    page = EnrolPage(
        title=_("绑定身份验证器"),
        form=form,
        picture=_picture(door.key_address(secret, login=actor.login, issuer=_issuer())),
        key=door.key_text(secret),
        login=actor.login,
        forced=must_enrol(actor),
        back=back,
        **surroundings(request),
    )
    return show(request, "workbench/factor_enrol.html", page, status=form.status)


@official("accounts.enrol_factor")
@no_store
@require_http_methods(["POST"])
def end(request: HttpRequest) -> HttpResponse:
    """End the own second factor; a wrong password or code counts like one at the door."""
    actor = actor_of(request)
    attempts.require_room(request)
    form = end_form().read(request).require()
    if form.ok:
        try:
            door.end_own_factor(password=form.raw("password"), code=form.raw("code"), actor=actor, now=now())
        except XinhengError as wrong:
            if isinstance(wrong, door.PasswordNotProved | door.CodeRefused):
                attempts.note_failure(request)
            form = form.with_errors([wrong])
        else:
            _begin_anew(request)
            return HttpResponseRedirect(reverse("workbench:factor"))
    return _there(request, door.own_factor(actor, now()), form)


def _there(request: HttpRequest, found: door.OwnFactor, form: Bound) -> HttpResponse:
    page = FactorPage(
        title=_("身份验证器"),
        facts=(
            Fact(_("绑定时间"), found.confirmed_at),
            Fact(_("未用的恢复码"), _("%(count)s 个") % {"count": found.recovery_left}),
        ),
        form=form,
        required=found.required,
        **surroundings(request),
    )
    return show(request, "workbench/factor.html", page, status=form.status)


def _enrol(request: HttpRequest, form: Bound, sealed: bytes) -> door.FactorEnrolled | XinhengError:
    """Bind what was shown, or say why not; a wrong password counts like one at the door, for the address too."""
    attempts.require_room(request)
    typed = {"password": form.raw("password"), "code": form.raw("code")}
    try:
        return door.enrol(sealed=sealed, **typed, actor=actor_of(request), now=now())
    except XinhengError as wrong:
        if isinstance(wrong, door.PasswordNotProved):
            attempts.note_failure(request)
        return wrong


def _enrolled(request: HttpRequest, done: door.FactorEnrolled, back: str) -> HttpResponse:
    _begin_anew(request)
    page = CodesPage(title=_("身份验证器已绑定"), codes=done.codes, back=back, **surroundings(request))
    return show(request, "workbench/factor_codes.html", page)


def _begin_anew(request: HttpRequest) -> None:
    """A new session: with the factor the old ones ended, this one too."""
    person = actor_of(request).id or 0
    at = now()
    session.sign_in(request, person, at)
    request.actor = door.session_actor(person_id=person, signed_in_at=at, seen_at=at, now=at)  # type: ignore[attr-defined]


def _proposed(request: HttpRequest) -> bytes:
    """The key that was shown, so that a second look at the page shows the same; a new one when it waited too long."""
    held = request.session.get(PROPOSED)
    at: datetime | None = moment(held[1]) if isinstance(held, list) and len(held) == 2 else None
    if held and at is not None and now() - at < door.PENDING_LIFE:
        return bytes.fromhex(held[0])
    sealed = door.propose_key(actor=actor_of(request))
    request.session[PROPOSED] = [sealed.hex(), now().isoformat()]
    return sealed


def _issuer() -> str:
    return str(site.current().title)


def _picture(text: str) -> SafeString:
    """The text as a QR code, drawn by attributes only: the policy of the pages allows no inline style."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", svgclass="qr", omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from our own address; the text stands in it as squares only
