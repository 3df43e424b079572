"""Help: how to object, how to be repaired, what is shown and what never."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.catalogue import door
from xinheng.catalogue.values.governing import Regime
from xinheng.kernel.periods import Span
from xinheng.portal.objecting import way_of
from xinheng.portal.shown import bases_of
from xinheng.portal.views.home import PENALTY
from xinheng.web.clock import today
from xinheng.web.pages import Page, show
from xinheng.web.parts import Basis
from xinheng.web.publicity_words import duration
from xinheng.web.rule_words import rule_name


@dataclass(frozen=True, slots=True)
class TierPart:
    """One tier of the rule that governs decisions of today."""

    name: Annotated[str, "its name"]
    longest: Annotated[str, "for how long it is shown at most"]
    shortest: Annotated[str, "after which time it can be repaired; empty where at once"]
    shown: Annotated[bool, "whether it is shown without a recorded reason"]


@dataclass(frozen=True, kw_only=True)
class HelpPage(Page):
    """`portal/help.html`."""

    objecting: Annotated[tuple[str, ...], "what happens with an objection, and within what time"]
    regime: Annotated[str, "the rule that governs decisions of today"]
    days: Annotated[int | None, "within how many working days a penalty must be shown"]
    tiers: Annotated[tuple[TierPart, ...], "its tiers"]
    bases: Annotated[tuple[Basis, ...], "its legal bases"]


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Cost: one query."""
    on = today()
    edition = door.current_edition(on)
    regime, due = edition.regime(on), edition.deadline_rule(PENALTY, on)
    page = HelpPage(
        title=_("帮助与异议"),
        section="help",
        objecting=way_of(edition, on),
        regime=rule_name(regime.name) if regime else "",
        days=due.working_days if due else None,
        tiers=_tiers(regime),
        bases=bases_of(edition, regime.bases, on) if regime else (),
    )
    return show(request, "portal/help.html", page)


def _tiers(regime: Regime | None) -> tuple[TierPart, ...]:
    tiers = regime.tiers if regime else ()
    return tuple(
        TierPart(
            rule_name(tier.name),
            duration(tier.longest),
            duration(tier.shortest) if tier.shortest and tier.shortest != Span() else "",
            tier.publish == "always",
        )
        for tier in tiers
    )
