"""Is this certificate in effect now? Anybody asks by the code on it; wrong, absent and withdrawn codes get one answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.kernel.dates import legal_date
from xinheng.records.door import licence_by_code
from xinheng.records.values import Licence, LicenceState, LicenceUnknown
from xinheng.web import show as written
from xinheng.web.clock import now
from xinheng.web.errors import TooMany
from xinheng.web.gate import no_store
from xinheng.web.licences import WRONG_CODES, left, state_status, term
from xinheng.web.pages import Page, show
from xinheng.web.parts import Crumb, Fact, Status

LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class VerifyLicencePage(Page):
    """`portal/verify_licence.html`."""

    typed: Annotated[str, "the code as it was typed, back in its field"] = ""
    unknown: Annotated[bool, "nothing is told of that code"] = False
    status: Annotated[Status | None, "where the certificate stands; None while none was found"] = None
    answer: Annotated[str, "the same in a sentence"] = ""
    facts: Annotated[tuple[Fact, ...], "what is on it"] = ()
    asked_at: Annotated[datetime | None, "the moment the answer is about"] = None


@require_safe
@no_store
def verify(request: HttpRequest) -> HttpResponse:
    """Cost: none without a code, at most ten queries with one. Raises: TooMany after thirty codes that were none."""
    typed, at = request.GET.get("code", "").strip()[:LONGEST], now()
    page, status = _page(typed), 200
    if typed:
        if WRONG_CODES.reached(request):
            minutes = int(WRONG_CODES.window.total_seconds() // 60)
            raise TooMany(
                "portal.too_many_codes",
                _("从您的网络地址输入的验证码多次没有查到，请 %(minutes)s 分钟后再试。") % {"minutes": minutes},
            )
        try:
            page = _found(licence_by_code(typed, on=legal_date(at)), typed, at)
        except LicenceUnknown:
            WRONG_CODES.note(request)
            page, status = _page(typed, unknown=True), 404
    return show(request, "portal/verify_licence.html", page, status=status)


def _page(typed: str, *, unknown: bool = False) -> VerifyLicencePage:
    return VerifyLicencePage(
        title=_("验证电子证照"), section="licences", crumbs=_crumbs(), typed=typed, unknown=unknown
    )


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb(_("首页"), "/"), Crumb(_("行政许可公示"), reverse("portal:licences")))


def _found(licence: Licence, typed: str, at: datetime) -> VerifyLicencePage:
    return VerifyLicencePage(
        title=_("验证电子证照"),
        section="licences",
        crumbs=_crumbs(),
        typed=typed,
        status=state_status(licence.state),
        answer=_answer(licence),
        facts=(
            Fact(_("持证人"), licence.holder),
            Fact(_("证照名称"), licence.title),
            Fact(_("证照编号"), licence.number),
            Fact(_("核发机关"), licence.authority_name),
            Fact(_("有效期"), term(licence), left(licence)),
        ),
        asked_at=at,
    )


def _answer(licence: Licence) -> str:
    if licence.state is LicenceState.VALID:
        return _("这张证照现在有效。")
    if licence.state is LicenceState.NOT_YET and licence.valid_from is not None:
        return _("这张证照还没有生效，%(day)s起有效。") % {"day": written.day(licence.valid_from)}
    if licence.state is LicenceState.EXPIRED and licence.valid_to is not None:
        return _("这张证照已经到期，有效期到%(day)s为止。") % {"day": written.day(licence.valid_to)}
    if licence.state is LicenceState.REPLACED:
        return _("这张证照已被同一机关核发的新证替代，请出示新证。")
    return _("这张证照已经失效：核发机关已撤销、注销或者吊销。")
