"""A small site for the tests of the shared page parts: stand-ins for portal and workbench, and views that go wrong."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown
from xinheng.web import errors
from xinheng.web.clock import now
from xinheng.web.forms import Field, FormSpec
from xinheng.web.gate import actor_of, no_store, signed_in
from xinheng.web.middleware.actor import sign_in, sign_out
from xinheng.web.pages import SignInPage, show
from xinheng.web.site import Site

ZHANG = Actor("person", 7, "zhang", "张样例", 3, "/1/3/", frozenset({"reporter"}), frozenset({"records.enter"}))
"""A reporter who may enter records and nothing else."""

SIGN_IN = FormSpec(
    "sign-in",
    (
        (
            "",
            (
                Field("login", "登录名", autocomplete="username"),
                Field("password", "口令", "password", autocomplete="current-password"),
            ),
        ),
    ),
)

FAILURES = {
    "unknown": Unknown("subjects.unknown", "没有代码为“91990101MA0AXH1K23”的主体。"),
    "refused": Refused("accounts.refused", "您没有复核权限。"),
    "conflict": Conflict("records.conflict", "这条记录刚刚被更正。"),
    "invalid": Invalid("records.invalid", "日期“2026-13-01”不是有效日期。"),
    "too-many": errors.TooMany("web.too_many", "请在一分钟后再试。"),
    "http404": Http404("secret detail"),
    "denied": PermissionDenied("secret detail"),
    "big": RequestDataTooBig("secret detail"),
    "broken": RuntimeError("identity 990101199001011234 in a message"),
}


def site() -> Site:
    """The sample site."""
    return Site(
        title="信用中国（样例区）",
        region="样例区",
        operator="样例区公共信用信息中心",
        address="样例区中山路 1 号政务服务中心 3 楼",
        telephone="0990-5550100",
        hours="工作日 9:00–17:00",
        sample=True,
    )


def fail(request: HttpRequest, name: str) -> HttpResponse:
    raise FAILURES[name]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>页面</p>")


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{actor_of(request).login or 'public'} {request.timed_out}")  # type: ignore[attr-defined]


def enter(request: HttpRequest) -> HttpResponse:
    sign_in(request, 7, now())
    return HttpResponse("in")


def leave(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return HttpResponse("out")


def sign_in_page(request: HttpRequest) -> HttpResponse:
    form = SIGN_IN.read(request).require() if request.method == "POST" else SIGN_IN.empty()
    accounts = (("reporter", "sample-Pass-2026", "信源单位填报员"), ("operator", "sample-Pass-2026", "信用中心业务员"))
    shown = SignInPage(title="登录工作台", form=form, timed_out="timed_out" in request.GET, demo_accounts=accounts)
    return show(request, "web/sign_in.html", shown, status=form.status)


portal = [
    path(name, page, name=name)
    for name in ("search", "licences", "penalties", "catalogue", "bases", "ledger", "help", "my")
]
urlpatterns = [
    path("", include(([*portal, path("", page, name="home")], "portal"))),
    path("", include("xinheng.web.preferences")),
    path("", include("xinheng.web.style_page")),
    path("fail/<name>", fail),
    path("who", who),
    path("enter", enter),
    path("leave", leave),
    path("w/sign-in", sign_in_page),
    path("gated", signed_in("records.review")(page)),
    path("members", signed_in()(page)),
    path("unstored", no_store(page)),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
