"""The first page: what this is, one search field, what is public, how to object, what is never shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.kernel.dates import legal_date
from xinheng.portal.figures import totals
from xinheng.publicity import door as publicity
from xinheng.publicity.values import PublicLine
from xinheng.web.clock import now
from xinheng.web.pages import Page, show
from xinheng.web.parts import Figure

LICENCE, PENALTY = "administrative-licence", "administrative-penalty"
LATEST = 5


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """`portal/home.html`."""

    figures: Annotated[tuple[Figure, ...], "how many licences and penalties are public"]
    counted_at: Annotated[datetime, "the moment of the count"]
    licences: Annotated[tuple[PublicLine, ...], "the latest licences"]
    penalties: Annotated[tuple[PublicLine, ...], "the latest penalties"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Cost: two queries, three more once a minute."""
    at = now()
    on, counted = legal_date(at), totals(at)
    figures = (
        Figure(_("公示中的行政许可"), counted.counts.get(LICENCE, 0), "条", reverse("portal:licences")),
        Figure(_("公示中的行政处罚"), counted.counts.get(PENALTY, 0), "条", reverse("portal:penalties")),
    )
    page = HomePage(
        title=_("查询企业信用信息"),
        section="home",
        figures=figures,
        counted_at=counted.at,
        licences=publicity.latest(LICENCE, on=on, limit=LATEST).items,
        penalties=publicity.latest(PENALTY, on=on, limit=LATEST).items,
    )
    response = show(request, "portal/home.html", page)
    # It names subjects: what is listed now may have to be gone in the next moment.
    response["Cache-Control"] = "no-store"
    return response
