"""The catalogue: which information there is, of what it consists, how it is checked, for how long it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.catalogue import door
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import Clause, Regime, TierRule
from xinheng.catalogue.values.law import Certainty
from xinheng.catalogue.values.repair import RepairBook, RepairRule
from xinheng.kernel.periods import Period, Span
from xinheng.portal import item_page
from xinheng.portal.grid import Grid
from xinheng.portal.shown import bases_of
from xinheng.portal.words import CHANNELS, PUBLISH, SUBJECT_KINDS, named, term_words, word
from xinheng.web import show as written
from xinheng.web.clock import today
from xinheng.web.joining import listed
from xinheng.web.pages import Page, show
from xinheng.web.parts import Basis, Code, Crumb, Link, Status
from xinheng.web.publicity_words import duration
from xinheng.web.rule_words import rule_name
from xinheng.web.sentences import in_page_language

TONES = {"sure": "kept", "likely": "plain", "unsure": "clock", "project": "plain"}


@dataclass(frozen=True, kw_only=True)
class CataloguePage(Page):
    """`portal/catalogue.html`."""

    edition: Annotated[Edition, "the edition that holds today"]
    items: Annotated[Grid, "the items that can be reported and shown"]
    categories: Annotated[Grid, "the categories of the national catalogue"]


@dataclass(frozen=True, kw_only=True)
class EditionsPage(Page):
    """`portal/editions.html`."""

    grid: Annotated[Grid, "all editions stored, the latest first"]


@dataclass(frozen=True, slots=True)
class RegimePart:
    """One regime of how grave a penalty is and for how long it may be shown."""

    name: Annotated[str, "the instrument's short name"]
    key: Annotated[str, "its key"]
    channel: Annotated[str, "where it holds"]
    dates: Annotated[str, "acts of which days it governs"]
    current: Annotated[bool, "whether it governs acts of today"]
    certainty: Annotated[Status, "how sure we are"]
    tiers: Annotated[Grid, "its tiers, from the lightest"]
    clauses: Annotated[tuple[str, ...], "which acts fall into which tier, in words"]
    bases: Annotated[tuple[Basis, ...], "legal bases"]
    note: Annotated[str, "what the reader should know"]


@dataclass(frozen=True, kw_only=True)
class TermsPage(Page):
    """`portal/terms.html`."""

    regimes: Annotated[tuple[RegimePart, ...], "penalties, by the date of the decision, the latest first"]
    grids: Annotated[tuple[Grid, ...], "by when a record must be shown, until when, what never, how long what is kept"]


def certain(certainty: Certainty | str) -> Status:
    """How sure a statement of law is, as a mark."""
    known = Certainty(certainty)
    tone: Any = TONES[known.value]
    return Status(word(known.label), tone)


def home_crumbs() -> tuple[Crumb, ...]:
    """The way to pages below the catalogue."""
    return (Crumb(_("首页"), "/"), Crumb(_("信用目录"), reverse("portal:catalogue")))


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Cost: three queries."""
    on = today()
    edition, items = door.current_edition(on), door.items(on)
    rows = tuple(
        (
            Link(word(view.item.name), reverse("portal:item", args=[view.item.code])),
            word(edition.category(view.item.category).name),
            _kinds(view.item.subject_kinds),
            Status(_("启用"), "kept") if view.enabled else Status(_("未启用"), "ended"),
            certain(view.item.certainty),
        )
        for view in items
    )
    page = CataloguePage(
        title=_("信用目录"),
        section="catalogue",
        edition=edition,
        items=Grid("items", _("信息项"), (_("信息项"), _("类别"), _("主体"), _("状态"), _("核对")), rows),
        categories=_categories(edition),
    )
    return show(request, "portal/catalogue.html", page)


def _categories(edition: Edition) -> Grid:
    rows = tuple(
        (
            f"{category.code} {word(category.name)}",
            category.contents,
            [
                Link(word(item.name), reverse("portal:item", args=[item.code]))
                for item in edition.items
                if item.category == category.code
            ]
            or _("本平台还没有这一类的信息项"),
            certain(category.certainty),
        )
        for category in edition.categories
    )
    return Grid("categories", _("类别"), (_("类别"), _("内容"), _("信息项"), _("核对")), rows)


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Cost: three queries.  Raises: CatalogueUnknown; the message lists the codes there are."""
    on = today()
    view, edition = door.item(code, on), door.current_edition(on)
    page = item_page.build(view, edition, on, crumbs=home_crumbs(), certain=certain)
    return show(request, "portal/item.html", page)


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Cost: two queries."""
    current = door.current_edition(today()).hash
    rows = tuple(
        (
            view.name,
            view.region or _("全国"),
            view.in_force_from,
            view.loaded_at,
            Code(view.hash[:16]),
            Status(_("现行"), "kept") if view.hash == current else Status(_("已被取代"), "ended"),
        )
        for view in door.editions()
    )
    heads = (_("版本"), _("适用地区"), _("施行日期"), _("装载时间"), _("内容指纹（前 16 位）"), _("状态"))
    page = EditionsPage(
        title=_("目录版本"),
        section="catalogue",
        crumbs=home_crumbs(),
        grid=Grid("editions", _("目录版本"), heads, rows),
    )
    return show(request, "portal/editions.html", page)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """How long what is shown. Cost: one query."""
    on = today()
    edition = door.current_edition(on)
    regimes = sorted(edition.regimes, key=lambda regime: (regime.channel, -regime.in_force.start.toordinal()))
    page = TermsPage(
        title=_("公示多久"),
        section="catalogue",
        crumbs=home_crumbs(),
        regimes=tuple(_regime(regime, edition, on) for regime in regimes),
        grids=(
            _deadlines(edition, on),
            _terms(edition, on),
            _withheld(edition, on),
            _retention(edition, on),
            _limits(edition, on),
            *_repair(edition, on),
        ),
    )
    return show(request, "portal/terms.html", page)


def _regime(regime: Regime, edition: Edition, on: date) -> RegimePart:
    heads = (_("档次"), _("是否公示"), _("最短公示期（之后可申请修复）"), _("最长公示期"), _("核对"))
    rows = tuple(
        (rule_name(tier.name), named(PUBLISH, tier.publish), _shortest(tier), _longest(tier), certain(tier.certainty))
        for tier in regime.tiers
    )
    return RegimePart(
        name=rule_name(regime.name),
        key=regime.key,
        channel=named(CHANNELS, regime.channel),
        dates=period(regime.in_force),
        current=regime.in_force.contains(on),
        certainty=certain(regime.certainty),
        tiers=Grid(f"tiers-{regime.key}", rule_name(regime.name), heads, rows),
        clauses=tuple(_clause(clause, regime) for clause in regime.clauses),
        bases=bases_of(edition, regime.bases, regime.in_force.start),
        note=in_page_language(regime.note),
    )


def _shortest(tier: TierRule) -> str:
    if tier.publish == "never":
        return ""
    if not tier.repairable:
        return _("不可修复，公示至期满")
    if tier.shortest is None:
        return _("没有规定")
    return duration(tier.shortest) if tier.shortest != Span() else _("履行义务后即可")


def _longest(tier: TierRule) -> str:
    return "" if tier.publish == "never" else duration(tier.longest)


def _clause(clause: Clause, regime: Regime) -> str:
    """Which acts fall into the tier, in words."""
    tier = regime.tier(clause.tier)
    conditions = [_("适用简易程序")] if clause.simple_procedure else []
    if clause.kinds:
        conditions.append(_("处罚种类为%(kinds)s") % {"kinds": listed(sorted(clause.kinds))})
    if clause.fields:
        conditions.append(_("属于%(fields)s领域") % {"fields": listed(map(rule_name, sorted(clause.fields)))})
    said = _("%(tier)s：%(conditions)s") % {
        "tier": rule_name(tier.name if tier else clause.tier),
        "conditions": _("，并且").join(conditions) or _("其他"),
    }
    return said + (_("（%(note)s）") % {"note": in_page_language(clause.note)} if clause.note else "")


def _deadlines(edition: Edition, on: date) -> Grid:
    rows = tuple(
        (
            listed(
                [
                    *(word(edition.item(code).name) for code in rule.items),
                    *(word(edition.category(code).name) for code in rule.categories),
                ]
            ),
            _("决定之日起 %(days)s 个工作日内") % {"days": rule.working_days},
            period(rule.in_force, short=True),
            list(bases_of(edition, rule.bases, on)),
            certain(rule.certainty),
        )
        for rule in edition.deadlines
    )
    heads = (_("信息"), _("公示期限"), _("适用的决定日期"), _("依据"), _("核对"))
    return Grid("deadlines", _("多久之内必须公示"), heads, rows)


def _terms(edition: Edition, on: date) -> Grid:
    rows = tuple(
        (
            listed(word(edition.item(code).name) for code in rule.items),
            term_words(rule),
            period(rule.in_force, short=True),
            list(bases_of(edition, rule.bases, on)),
            certain(rule.certainty),
        )
        for rule in edition.terms
    )
    heads = (_("信息项"), _("公示到什么时候"), _("适用的决定日期"), _("依据"), _("核对"))
    return Grid("terms", _("公示到什么时候"), heads, rows)


def _withheld(edition: Edition, on: date) -> Grid:
    rows = tuple(
        (
            rule_name(ground.name),
            list(bases_of(edition, ground.bases, on)),
            certain(ground.certainty),
            in_page_language(ground.note),
        )
        for ground in edition.withheld
        if ground.in_force.contains(on)
    )
    return Grid("withheld", _("不予公示"), (_("情形"), _("依据"), _("核对"), _("说明")), rows)


def _retention(edition: Edition, on: date) -> Grid:
    rows = tuple(
        (
            rule_name(rule.name),
            _("没有设定期限") if rule.days is None else written.count(rule.days, _("天")),
            list(bases_of(edition, rule.bases, on)),
            certain(rule.certainty),
            in_page_language(rule.note),
        )
        for rule in edition.retention
    )
    return Grid("retention", _("保存多久"), (_("什么"), _("保存期限"), _("依据"), _("核对"), _("说明")), rows)


def _limits(edition: Edition, on: date) -> Grid:
    follows = {
        "escalate": _("逾期督办"),
        "stop_publication": _("先停止公示"),
        "treat_as_accepted": _("视为受理"),
    }
    rows = tuple(
        (
            rule_name(rule.name),
            duration(rule.span) if rule.span is not None else written.count(rule.working_days or 0, _("个工作日")),
            listed(follows[each] for each in rule.missed) or _("如实记录"),
            list(bases_of(edition, rule.bases, on)),
            certain(rule.certainty),
            in_page_language(rule.note),
        )
        for rule in edition.limits
        if rule.in_force.contains(on)
    )
    heads = (_("办理环节"), _("时限"), _("逾期的后果"), _("依据"), _("核对"), _("说明"))
    return Grid("limits", _("多久之内必须办结"), heads, rows)


def _repair(edition: Edition, on: date) -> tuple[Grid, ...]:
    """What is asked of who applies for repair, by the day of the application; none in an edition of before."""
    book = edition.repair
    if book is None:
        return ()
    rows: list[tuple[Any, ...]] = [
        (
            _repair_name(rule, edition),
            period(rule.in_force, short=True),
            [rule_name(book.word(key).name) for key in rule.conditions],
            _materials(rule, book, edition),
            rule_name(rule.apply_at),
            certain(rule.certainty),
        )
        for rule in book.rules
    ]
    rows += [
        (
            [rule_name(way.name), *bases_of(edition, way.bases, on)],
            period(way.in_force, short=True),
            [rule_name(book.word(key).name) for key in way.conditions],
            "",
            rule_name(way.apply_at),
            certain(way.certainty),
        )
        for way in book.ways
    ]
    heads = (_("规则"), _("适用的申请日期"), _("修复条件"), _("修复材料"), _("在哪里申请修复"), _("核对"))
    return (Grid("repair", _("信用修复的条件和材料（不收费）"), heads, tuple(rows)),)


def _repair_name(rule: RepairRule, edition: Edition) -> list[Any]:
    name = next(regime.name for regime in edition.regimes if regime.key == rule.key)
    return [rule_name(name), *bases_of(edition, rule.bases, rule.in_force.start)]


def _materials(rule: RepairRule, book: RepairBook, edition: Edition) -> list[str]:
    """The materials, what a tier asks for besides, and how many may be asked for at most."""
    said = [rule_name(book.word(key).name) for key in rule.materials]
    tiers = {tier.key: tier.name for regime in edition.regimes if regime.key == rule.key for tier in regime.tiers}
    for extra in rule.extras:
        more = listed(rule_name(book.word(key).name) for key in extra.materials)
        said.append(_("“%(tier)s”另须：%(materials)s") % {"tier": rule_name(tiers[extra.tier]), "materials": more})
    if rule.most_materials is not None:
        said.append(_("至多 %(count)s 件") % {"count": rule.most_materials})
    return said


def period(days: Period, *, short: bool = False) -> str:
    """From a day to a day, or on; `short` writes days as tables do."""
    said = written.iso_day if short else written.day
    if days.end is None:
        return _("%(start)s起") % {"start": said(days.start)}
    return _("%(start)s至%(end)s") % {"start": said(days.start), "end": said(days.end)}


def _kinds(kinds: Iterable[str]) -> str:
    return listed(named(SUBJECT_KINDS, kind) for kind in kinds)
