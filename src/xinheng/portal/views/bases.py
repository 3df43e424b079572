"""Legal bases: all of them, and one with all its versions and what rests on it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.catalogue import door
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.law import Basis
from xinheng.portal.grid import Grid
from xinheng.portal.views.catalogue import certain, home_crumbs, period
from xinheng.portal.words import word
from xinheng.web.clock import today
from xinheng.web.joining import listed
from xinheng.web.pages import Page, show
from xinheng.web.parts import Crumb, Fact, Link, Status
from xinheng.web.rule_words import rule_name
from xinheng.web.sentences import in_page_language


@dataclass(frozen=True, kw_only=True)
class BasesPage(Page):
    """`portal/bases.html`."""

    in_force: Annotated[Grid, "bases in force today, the highest rank first"]
    ended: Annotated[Grid, "bases that no longer hold, or not yet"]


@dataclass(frozen=True, slots=True)
class VersionPart:
    """One version of a basis."""

    status: Annotated[Status, "in force today or not"]
    dates: Annotated[str, "when it is in force"]
    title: Annotated[str, "title and article"]
    facts: Annotated[tuple[Fact, ...], "number, issuer, rank, dates, certainty"]


@dataclass(frozen=True, kw_only=True)
class BasisView(Page):
    """`portal/basis.html`."""

    versions: Annotated[tuple[VersionPart, ...], "all versions, the latest first"]
    items: Annotated[tuple[Link, ...], "items that rest on it"]
    rules: Annotated[tuple[str, ...], "rules that rest on it, in words"]


@require_safe
def bases(request: HttpRequest) -> HttpResponse:
    """Cost: one query."""
    on = today()
    every = sorted(door.current_edition(on).bases, key=lambda basis: (-basis.rank, basis.title, basis.article))
    page = BasesPage(
        title=_("法律依据"),
        section="bases",
        in_force=_grid("in-force", _("现行依据"), [basis for basis in every if basis.in_force.contains(on)]),
        ended=_grid(
            "ended", _("已失效或者尚未施行的依据"), [basis for basis in every if not basis.in_force.contains(on)]
        ),
    )
    return show(request, "portal/bases.html", page)


def _grid(key: str, caption: str, some: list[Basis]) -> Grid:
    heads = (_("名称"), _("条款"), _("文号"), _("效力位阶"), _("施行期间"), _("核对"))
    rows = tuple(
        (
            Link(basis.title, reverse("portal:basis", args=[basis.key]), about=basis.article),
            basis.article,
            basis.number,
            word(basis.rank.label),
            period(basis.in_force, short=True),
            certain(basis.certainty),
        )
        for basis in some
    )
    return Grid(key, caption, heads, rows)


@require_safe
def basis(request: HttpRequest, key: str) -> HttpResponse:
    """Cost: two queries.  Raises: CatalogueUnknown."""
    on = today()
    found, edition = door.basis_page(key, on), door.current_edition(on)
    latest = found.versions[-1]
    page = BasisView(
        title=f"《{latest.title}》{latest.article}",
        section="bases",
        crumbs=(*home_crumbs(), Crumb(_("法律依据"), reverse("portal:bases"))),
        versions=tuple(_version(version, on) for version in reversed(found.versions)),
        items=tuple(Link(word(edition.item(code).name), reverse("portal:item", args=[code])) for code in found.items),
        rules=tuple(_rule(edition, name) for name in found.rules),
    )
    return show(request, "portal/basis.html", page)


def _version(version: Basis, on: date) -> VersionPart:
    holds = version.in_force.contains(on)
    ahead = on < version.in_force.start
    status = Status(_("现行"), "kept") if holds else Status(_("尚未施行") if ahead else _("已失效"), "ended")
    facts = (
        Fact(_("文号"), version.number),
        Fact(_("发布机关"), version.issuer),
        Fact(_("效力位阶"), word(version.rank.label)),
        Fact(_("主要内容"), version.about),
        Fact(_("核对"), certain(version.certainty), in_page_language(version.note)),
    )
    return VersionPart(status, period(version.in_force), f"《{version.title}》{version.article}", facts)


def _rule(edition: Edition, name: str) -> str:
    """What kind of rule it is, and its own name."""
    group, _dot, key = name.partition(".")
    words = {
        "regimes": _("公示档次：%(name)s"),
        "deadlines": _("公示期限：%(name)s"),
        "terms": _("公示到什么时候：%(name)s"),
        "withheld": _("不予公示：%(name)s"),
        "retention": _("保存期限：%(name)s"),
        "limits": _("办理时限：%(name)s"),
        "repair": _("信用修复：%(name)s"),
        "repair-ways": _("信用修复以外的停止公示：%(name)s"),
        "repair-transition": _("新旧修复规则的衔接"),
        "masking": _("个人信息处理：%(name)s"),
        "gate": _("准入规则：%(name)s"),
        "categories": _("目录类别：%(name)s"),
    }
    if group not in words:
        return _("非公开信息的查询目的")
    return words[group] % {"name": _names(edition).get(name, key)}


def _names(edition: Edition) -> dict[str, str]:
    named = {f"regimes.{regime.key}": rule_name(regime.name) for regime in edition.regimes}
    named |= {f"withheld.{rule.key}": rule_name(rule.name) for rule in edition.withheld}
    named |= {f"retention.{rule.key}": rule_name(rule.name) for rule in edition.retention}
    named |= {f"masking.{rule.datum}": rule_name(rule.name) for rule in edition.masking}
    named |= {f"gate.{rule.matter}": rule_name(rule.name) for rule in edition.gate}
    named |= {f"categories.{category.code}": word(category.name) for category in edition.categories}
    named |= {f"limits.{rule.key}": rule_name(rule.name) for rule in edition.limits}
    if edition.repair is not None:
        named |= {f"repair.{regime.key}": rule_name(regime.name) for regime in edition.regimes}
        named |= {f"repair-ways.{way.key}": rule_name(way.name) for way in edition.repair.ways}
    for group, some in (("deadlines", edition.deadlines), ("terms", edition.terms)):
        named |= {
            f"{group}.{rule.key}": listed(word(edition.item(code).name) for code in rule.items) or rule.key
            for rule in some
        }
    return named
