"""People who act for businesses come in: with a code handed out at a window or by post, then with login and password."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xinheng.accounts.values import PasswordInvalid
from xinheng.kernel.errors import XinhengError
from xinheng.members import door
from xinheng.members.values import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    ClaimRefused,
    LoginTaken,
    MemberDraft,
    MemberSignInRefused,
)
from xinheng.portal.own import OwnPage, own_surroundings, to_sign_in
from xinheng.web.clock import now
from xinheng.web.errors import TooMany
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store, safe_back
from xinheng.web.limits import Limit
from xinheng.web.middleware import actor as session
from xinheng.web.middleware.actor import idle_time
from xinheng.web.pages import Page, show
from xinheng.web.parts import Crumb

WRONG = Limit("portal.entering", 30, timedelta(minutes=15))
"""Failed sign-ins and codes of one address: against trying one password on many accounts, and codes on many numbers."""


@dataclass(frozen=True, kw_only=True)
class EntrancePage(Page):
    """`portal/own/sign_in.html`."""

    form: Annotated[Bound, "login and password"]
    back: Annotated[str, "where to go afterwards, checked"] = ""
    timed_out: Annotated[bool, "the last session ended because nobody did anything"] = False
    idle_minutes: Annotated[int, "after how many minutes that happens"] = 15
    claim_href: Annotated[str, "where a code is used"] = ""
    demo_accounts: Annotated[tuple[tuple[str, str, str], ...], "login, password, whom for; only in the demo"] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimPage(OwnPage):
    """`portal/own/claim.html`."""

    form: Annotated[Bound, "number and code; login and password for a new account"]
    way: Annotated[tuple[str, ...], "how one comes to a code, and what it opens"]
    fresh: Annotated[bool, "an account is opened with it"]


@dataclass(frozen=True, kw_only=True)
class OwnPasswordPage(OwnPage):
    """`portal/own/password.html`."""

    form: Annotated[Bound, "old password, new one, and once more"]
    done: Annotated[bool, "it was changed"] = False


def _rule() -> str:
    return _(
        "不少于 12 位；或不少于 8 位且含大写字母、小写字母、数字、其他字符中的 3 类。不得包含登录名，不得是常见口令。"
    )


def _sign_in_spec() -> FormSpec:
    fields = (
        Field("login", _("登录名"), autocomplete="username", width="m", max_length=64),
        Field("password", _("口令"), "password", autocomplete="current-password", width="m"),
    )
    return FormSpec("my-sign-in", (("", fields),))


def _claim_spec(*, fresh: bool) -> FormSpec:
    code = (
        Field("number", _("编号"), hint=_("例如 RL-7KQ2-M4XP"), width="m", max_length=40),
        Field(
            "code", _("认领码"), "code", hint=_("%(count)s 位数字") % {"count": CODE_DIGITS}, width="s", max_length=40
        ),
    )
    login = _("以后用它登录：3 至 32 位，小写字母开头，只含小写字母、数字和 . _ -。请不要用姓名、手机号、证件号。")
    account = (
        Field("login", _("登录名"), hint=login, autocomplete="username", width="m", max_length=64),
        Field("password", _("口令"), "password", _rule(), autocomplete="new-password", width="m"),
        Field("again", _("再输入一次口令"), "password", autocomplete="new-password", width="m"),
    )
    parts: tuple[tuple[str, tuple[Field, ...]], ...] = ((_("认领函上的编号和认领码"), code),)
    return FormSpec("my-claim", (*parts, (_("开立账号"), account)) if fresh else parts)


def _password_spec() -> FormSpec:
    fields = (
        Field("old", _("原口令"), "password", autocomplete="current-password", width="m"),
        Field("new", _("新口令"), "password", _rule(), autocomplete="new-password", width="m"),
        Field("again", _("再输入一次新口令"), "password", autocomplete="new-password", width="m"),
    )
    return FormSpec("my-password", (("", fields),))


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; whoever is in already is led on. Raises: TooMany."""
    back = safe_back(request.POST.get("next") or request.GET.get("next") or "", request, reverse("portal:my"))
    form = _sign_in_spec().empty()
    if request.method != "POST":
        if actor_of(request).kind == "member":
            return HttpResponseRedirect(back)
        return _entrance(request, form, back)
    _require_room(request)
    form = _sign_in_spec().read(request).require()
    if form.ok:
        try:
            done = door.sign_in(login=form.text("login"), password=form.raw("password"), now=now())
        except MemberSignInRefused as refused:
            WRONG.note(request)
            form = form.with_errors([refused])
        else:
            session.sign_in_member(request, done.member_id, done.at)
            return HttpResponseRedirect(back)
    return _entrance(request, form, back)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave: entered in the ledger, and the session is gone on the server too."""
    actor = actor_of(request)
    if actor.kind == "member":
        door.sign_out(actor=actor, now=now())
        session.sign_out(request)
    return HttpResponseRedirect(reverse("portal:my-sign-in"))


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Use a code: open an account with it, or add a subject to the account that is signed in. Raises: TooMany."""
    actor = actor_of(request)
    fresh = actor.kind != "member"
    form = _claim_spec(fresh=fresh).empty()
    if request.method == "POST":
        _require_room(request)
        form = _claim_spec(fresh=fresh).read(request).require()
        if form.ok and fresh and form.raw("password") != form.raw("again"):
            form = form.with_errors([FieldError("again", _("两次输入的口令不一致，请重新输入。"), "form.differs")])
        if form.ok:
            answer = _claimed(request, form, fresh=fresh)
            if isinstance(answer, HttpResponse):
                return answer
            form = answer
    days = CODE_LIFE.days
    page = ClaimPage(
        title=_("认领本单位的信用档案"),
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my"))),
        form=form,
        fresh=fresh,
        way=(
            _("经办人带本人有效证件和主体的证照、授权书到服务窗口，核对后当面领取；也可以申请寄到登记住所。"),
            _("认领函上有编号和 %(digits)s 位认领码，%(days)s 天内有效，只能用一次，输错 %(tries)s 次作废。")
            % {"digits": CODE_DIGITS, "days": days, "tries": CODE_TRIES},
            _(
                "认领后可以看到本主体的全部信息（包括不公示的）、谁看过；能不能提出异议、申请修复、授权其他经办人，看窗口给的授权。"
            ),
        ),
        **(own_surroundings(request, "my-claim") if not fresh else {"section": "my"}),
    )
    return show(request, "portal/own/claim.html", page, status=form.status)


def _claimed(request: HttpRequest, form: Bound, *, fresh: bool) -> HttpResponse | Bound:
    draft = MemberDraft(form.text("login"), form.raw("password")) if fresh else None
    at = now()
    try:
        done = door.claim(
            number=form.text("number"), code=form.text("code"), draft=draft, actor=actor_of(request), now=at
        )
    except (ClaimRefused, LoginTaken) as refused:
        WRONG.note(request)
        return form.with_errors([refused])
    except PasswordInvalid as wrong:
        return form.with_errors(
            FieldError("password", fault.message, f"accounts.{fault.code}") for fault in wrong.faults
        )
    except XinhengError as wrong:
        return form.with_errors([wrong])
    if fresh:
        session.sign_in_member(request, done.member_id, at, done.agency_id)
    else:
        session.choose_agency(request, done.agency_id)
    return HttpResponseRedirect(reverse("portal:my"))


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The own password."""
    actor = actor_of(request)
    if actor.kind != "member":
        return to_sign_in(request)
    form = _password_spec().empty()
    done = False
    if request.method == "POST":
        form = _changed(request, _password_spec().read(request).require())
        done = form.ok
        if done:
            # The old session ended with the old password; a new one begins, so the person stays where they are.
            agency = request.session.get(session.AGENCY)
            session.sign_in_member(request, actor.id or 0, now(), agency if isinstance(agency, int) else None)
            form = _password_spec().empty()
    page = OwnPasswordPage(title=_("修改口令"), form=form, done=done, **own_surroundings(request, "my-password"))
    return show(request, "portal/own/password.html", page, status=form.status)


def _changed(request: HttpRequest, form: Bound) -> Bound:
    if form.ok and form.raw("new") != form.raw("again"):
        form = form.with_errors([FieldError("again", _("两次输入的新口令不一致，请重新输入。"), "form.differs")])
    if not form.ok:
        return form
    try:
        door.change_password(old=form.raw("old"), new=form.raw("new"), actor=actor_of(request), now=now())
    except PasswordInvalid as wrong:
        return form.with_errors(FieldError("new", fault.message, f"accounts.{fault.code}") for fault in wrong.faults)
    except XinhengError as wrong:
        return form.with_errors([wrong])
    return form


def _entrance(request: HttpRequest, form: Bound, back: str) -> HttpResponse:
    accounts = getattr(settings, "XINHENG_DEMO_MEMBERS", "")
    page = EntrancePage(
        title=_("经办人登录"),
        section="my",
        crumbs=(Crumb(_("首页"), "/"),),
        form=form,
        back=back,
        timed_out="timed_out" in request.GET,
        idle_minutes=int(idle_time().total_seconds() // 60),
        claim_href=reverse("portal:my-claim"),
        demo_accounts=tuple(import_string(accounts)()) if accounts else (),
    )
    return show(request, "portal/own/sign_in.html", page, status=form.status)


def _require_room(request: HttpRequest) -> None:
    if WRONG.reached(request):
        minutes = int(WRONG.window.total_seconds() // 60)
        raise TooMany(
            "portal.too_many_attempts",
            _("从您的网络地址登录或者认领失败的次数过多，请 %(minutes)s 分钟后再试。") % {"minutes": minutes},
        )
