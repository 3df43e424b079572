"""Coming in, going out, the own password."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xinheng.accounts import door
from xinheng.accounts.values import OldPasswordWrong, PasswordInvalid, SignedIn, SignInRefused
from xinheng.kernel.errors import XinhengError
from xinheng.members import door as members
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store, safe_back, to_sign_in
from xinheng.web.middleware import actor as session
from xinheng.web.pages import WorkbenchPage, show
from xinheng.workbench import attempts, carried, second_step
from xinheng.workbench.entrance import entrance, sign_in_form
from xinheng.workbench.gates import must_change, must_enrol, surroundings


def password_form() -> FormSpec:
    """The old password, and the new one twice."""
    rule = _(
        "不少于 12 位；或不少于 8 位且含大写字母、小写字母、数字、其他字符中的 3 类。"
        "不得包含登录名，不得使用最近用过的口令。"
    )
    fields = (
        Field("old", _("原口令"), "password", autocomplete="current-password", width="m"),
        Field("new", _("新口令"), "password", rule, autocomplete="new-password", width="m"),
        Field("again", _("再输入一次新口令"), "password", autocomplete="new-password", width="m"),
    )
    return FormSpec("password", (("", fields),))


@dataclass(frozen=True, kw_only=True)
class ResumePage(WorkbenchPage):
    """`workbench/resume.html`."""

    action: Annotated[str, "address of the form that was being filled in"]
    pairs: Annotated[carried.Pairs, "everything typed, name and value"]


@dataclass(frozen=True, kw_only=True)
class PasswordPage(WorkbenchPage):
    """`workbench/password.html`."""

    form: Annotated[Bound, "old password, new one, and once more"]
    forced: Annotated[bool, "nothing else may be done before"]
    back: Annotated[str, "where to go afterwards"] = ""
    done: Annotated[bool, "it was changed"] = False


@no_store
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; whoever is in already is led on."""
    back = safe_back(request.POST.get("next") or request.GET.get("next") or "", request, reverse("workbench:home"))
    if request.method == "GET":
        if actor_of(request).kind == "person":
            return HttpResponseRedirect(back)
        return entrance(request, sign_in_form().empty(), back, timed_out="timed_out" in request.GET)
    attempts.require_room(request)
    form = sign_in_form().read(request).require()
    pairs = carried.unpack(request.POST.get(carried.FIELD, ""))
    if not form.ok:
        return entrance(request, form, back, pairs=pairs)
    try:
        done = door.sign_in(login=form.text("login"), password=form.raw("password"), now=now())
    except door.CodeNeeded as needed:
        return second_step.ask(request, needed.half, back, request.POST.get(carried.FIELD, ""))
    except SignInRefused as refused:
        attempts.note_failure(request)
        return entrance(request, form.with_errors([refused]), back, pairs=pairs)
    return admitted(request, done, back, pairs)


@no_store
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: the code of the authenticator, for whoever just proved the password; nobody else sees this page."""
    half = second_step.half_of(request)
    if half is None:
        return HttpResponseRedirect(reverse("workbench:sign-in"))
    if request.method == "GET":
        return second_step.ask(request, half, reverse("workbench:home"), "")
    attempts.require_room(request)
    back = safe_back(request.POST.get("next", ""), request, reverse("workbench:home"))
    form = second_step.code_form().read(request).require()
    typed = request.POST.get(carried.FIELD, "")
    if form.ok:
        try:
            done = door.enter_code(half=half, code=form.raw("code"), now=now())
        except door.CodeRefused as refused:
            attempts.note_failure(request)
            form = form.with_errors([refused])
        except (door.HalfExpired, SignInRefused) as refused:
            second_step.forget(request)
            answer = sign_in_form().empty().with_errors([refused])
            return entrance(request, answer, back, pairs=carried.unpack(typed))
        else:
            return admitted(request, done, back, carried.unpack(typed))
    return second_step.page(request, form, back, typed)


def admitted(request: HttpRequest, done: SignedIn, back: str, pairs: carried.Pairs) -> HttpResponse:
    session.sign_in(request, done.person_id, done.at)
    # As the next request will have it: whoever must enrol first holds nothing yet.
    request.actor = door.session_actor(  # type: ignore[attr-defined]
        person_id=done.person_id, signed_in_at=done.at, seen_at=done.at, now=done.at
    )
    if pairs and not done.must_change and not must_enrol(actor_of(request)):
        page = ResumePage(title=_("已重新登录，填写的内容还在"), action=back, pairs=pairs, **surroundings(request))
        return show(request, "workbench/resume.html", page)
    return HttpResponseRedirect(reverse("workbench:password") if done.must_change else back)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave: entered in the ledger, and the session is gone on the server too."""
    actor = actor_of(request)
    if actor.kind == "person":
        door.sign_out(actor=actor, now=now())
    elif actor.kind == "member":
        members.sign_out(actor=actor, now=now())
    session.sign_out(request)
    return HttpResponseRedirect(reverse("workbench:sign-in"))


@no_store
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The own password; for whoever was given a one-time password, the only page that opens."""
    actor = actor_of(request)
    if actor.kind != "person":
        return to_sign_in(request)
    back = safe_back(request.POST.get("next") or request.GET.get("next") or "", request, reverse("workbench:home"))
    form = password_form().empty()
    if request.method == "POST":
        form = _changed(request, password_form().read(request).require())
        if form.ok:
            # The old session ended with the old password; a new one begins, so the person stays where they are.
            at = now()
            session.sign_in(request, actor.id or 0, at)
            request.actor = door.session_actor(  # type: ignore[attr-defined]
                person_id=actor.id or 0, signed_in_at=at, seen_at=at, now=at
            )
    page = PasswordPage(
        title=_("修改口令"),
        form=form,
        forced=must_change(actor),
        back=back,
        done=request.method == "POST" and form.ok,
        **surroundings(request),
    )
    return show(request, "workbench/password.html", page, status=form.status)


def _changed(request: HttpRequest, form: Bound) -> Bound:
    if form.ok and form.raw("new") != form.raw("again"):
        form = form.with_errors([FieldError("again", _("两次输入的新口令不一致，请重新输入。"), "form.differs")])
    if not form.ok:
        return form
    try:
        door.change_own_password(old=form.raw("old"), new=form.raw("new"), actor=actor_of(request), now=now())
    except PasswordInvalid as wrong:
        return form.with_errors(FieldError("new", fault.message, f"accounts.{fault.code}") for fault in wrong.faults)
    except OldPasswordWrong as wrong:
        return form.with_errors([FieldError("old", wrong.message, wrong.code)])
    except XinhengError as wrong:
        return form.with_errors([FieldError("", wrong.message, wrong.code)])
    return form
