"""Lists of what is public, the latest first: one list an item, and the page that leads to all of them.

Pages follow one another by the last row seen, so that the millionth costs as the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.accounts.door import unit_names
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.catalogue.values.items import Item, Polarity
from xinheng.kernel.dates import legal_date
from xinheng.portal.figures import totals
from xinheng.portal.grid import Grid
from xinheng.portal.views.home import LICENCE, PENALTY
from xinheng.portal.words import term_words, word
from xinheng.publicity import door as publicity
from xinheng.publicity.values import PublicLine
from xinheng.web import show as written
from xinheng.web.clock import now, today
from xinheng.web.gate import no_store
from xinheng.web.pages import Page, show
from xinheng.web.parts import Link, Tab
from xinheng.web.tables import Column, Filter, Problem, Query, Row, Table, TableSpec, query_string, read

Cursor = tuple[date, int]
SECTIONS = {LICENCE: "licences", PENALTY: "penalties"}
"""The lists that have addresses and places in the navigation of their own."""


@dataclass(frozen=True)
class ListTable(Table):
    """A table whose next page begins behind a row, not at a number of rows."""

    after: str = ""

    @property
    def next(self) -> str:
        """Address of the page after, or empty."""
        if not self.after:
            return ""
        onward = replace(self.query, others={"after": self.after})
        return f"{query_string(self.spec, onward, page=self.query.page + 1)}#{self.anchor}"

    @property
    def previous(self) -> str:
        """Nothing: what lies before is reached from the first page."""
        return ""


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """`portal/list.html`."""

    lead: Annotated[str, "what the list holds and for how long things stay in it"]
    harm: Annotated[bool, "the list says something unfavourable: the way to object is told"]
    table: Annotated[ListTable, "the records, latest first"]
    first_href: Annotated[str, "back to the latest; empty on the first page"] = ""
    tabs: Annotated[tuple[Tab, ...], "the public items of the same category"] = ()
    catalogue_href: Annotated[str, "what the item is: its fields, checks and bases"] = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The public items of one category."""

    name: Annotated[str, "the category"]
    grid: Annotated[Grid, "each item with how many are public, by when it must be and until when"]


@dataclass(frozen=True, kw_only=True)
class ListsPage(Page):
    """`portal/lists.html`."""

    groups: Annotated[tuple[Group, ...], "by category of the national catalogue"]
    counted_at: Annotated[datetime, "the moment of the count"]


@require_safe
@no_store
def overview(request: HttpRequest) -> HttpResponse:
    """Everything that is shown, by category. Cost: one query, one more once a minute."""
    at = now()
    edition, counted = current_edition(legal_date(at)), totals(at)
    on = legal_date(at)
    groups = tuple(
        Group(f"{category.code} {word(category.name)}", _listed(edition, category.code, counted.counts, on))
        for category in edition.categories
        if in_order(edition, category.code)
    )
    page = ListsPage(title=_("全部公示信息"), section="lists", groups=groups, counted_at=counted.at)
    return show(request, "portal/lists.html", page)


def _listed(edition: Edition, category: str, counts: Mapping[str, int], on: date) -> Grid:
    rows = tuple(
        (
            Link(word(item.name), list_address(item.code)),
            written.count(counts.get(item.code, 0), _("条")),
            _days(edition, item, on),
            _until(edition, item, on),
        )
        for item in in_order(edition, category)
    )
    heads = (_("信息项"), _("公示中"), _("最迟何时公示"), _("公示到何时"))
    return Grid(f"lists-{category}", word(edition.category(category).name), heads, rows)


def _days(edition: Edition, item: Item, on: date) -> str:
    rule = edition.deadline_rule(item.code, on)
    return _("决定之日起 %(days)s 个工作日内") % {"days": rule.working_days} if rule else _("没有设定期限")


def _until(edition: Edition, item: Item, on: date) -> str:
    rule = edition.term_rule(item.code, on)
    return term_words(rule) if rule else ""


def is_listed(edition: Edition, item: Item) -> bool:
    """Whether records of an item may be public at all."""
    return item.code not in edition.disabled and any(
        edition.open_level(item.code, kind) == "public" for kind in item.subject_kinds
    )


def list_address(item: str) -> str:
    """Where the public records of an item are listed."""
    section = SECTIONS.get(item)
    return reverse(f"portal:{section}") if section else reverse("portal:list", args=[item])


@require_safe
@no_store
def of_item(request: HttpRequest, code: str) -> HttpResponse:
    """The public records of an item. Cost: three queries, two more where natural persons are among them.

    Raises: CatalogueUnknown, also for an item of which nothing is ever public.
    """
    edition = current_edition(today())
    item = edition.item(code)
    if code in SECTIONS:
        return HttpResponseRedirect(list_address(code))
    if not is_listed(edition, item):
        raise CatalogueUnknown(
            "portal.list_unknown", _("“%(name)s”不向社会公示，没有名单可查。") % {"name": word(item.name)}
        )
    lead = _("依法公示的%(name)s。公示期满、已解除、移出或者撤下的不再列出。新公示的在前。") % {"name": word(item.name)}
    return _list(request, edition, code, word(item.name), lead)


@require_safe
@no_store
def licences(request: HttpRequest) -> HttpResponse:
    """Licences in publication. Cost: three queries."""
    lead = _("行政机关作出的行政许可，公示至有效期截止日。过了有效期的不再列出。新公示的在前。")
    return _list(request, current_edition(today()), LICENCE, _("行政许可公示"), lead)


@require_safe
@no_store
def penalties(request: HttpRequest) -> HttpResponse:
    """Penalties in publication. Cost: three queries."""
    lead = _("行政机关对企业和组织作出的行政处罚。公示期满、已修复或已撤下的不再列出。新公示的在前。")
    return _list(request, current_edition(today()), PENALTY, _("行政处罚公示"), lead)


def _list(request: HttpRequest, edition: Edition, item: str, title: str, lead: str) -> HttpResponse:
    spec = _spec(item, title, people=edition.open_level(item, "natural_person") == "public")
    query = read(spec, request.GET)
    cursor, query = _cursor(query)
    chosen = query.filters.get("unit", "")
    unit = int(chosen) if chosen else None
    found = publicity.latest(item, on=today(), after=cursor, unit_id=unit, limit=query.size) if query.ok else None
    table = ListTable(
        spec,
        replace(query, others={}),
        tuple(map(_row, found.items)) if found else (),
        total=None,
        more=bool(found and found.after),
        empty_title=_("没有公示中的信息"),
        empty_text=_("现在没有处在公示期内的信息。新的信息在规定的期限内公示。"),
        empty_link=Link(_("公示多久"), reverse("portal:terms")),
        after=f"{found.after[0].isoformat()}.{found.after[1]}" if found and found.after else "",
    )
    page = ListPage(
        title=title,
        section=SECTIONS.get(item, "lists"),
        lead=lead,
        harm=edition.item(item).polarity is Polarity.HARM,
        table=table,
        tabs=_tabs(edition, edition.item(item)),
        catalogue_href=reverse("portal:item", args=[item]),
        first_href=query_string(spec, replace(query, others={}), page=1) if cursor else "",
    )
    return show(request, "portal/list.html", page, status=table.status)


def _tabs(edition: Edition, item: Item) -> tuple[Tab, ...]:
    """The lists of the same category, this one among them."""
    near = in_order(edition, item.category)
    return tuple(Tab(word(other.name), list_address(other.code), other.code == item.code) for other in near)


def in_order(edition: Edition, category: str) -> list[Item]:
    """The public items of a category, in the order in which the national catalogue names them."""
    return [item for item in edition.items if item.category == category and is_listed(edition, item)]


def _spec(item: str, title: str, *, people: bool) -> TableSpec:
    columns = (
        Column("subject", _("主体")),
        Column("number", _("决定文书号")),
        Column("authority", _("决定机关")),
        Column("day", _("决定日期"), "date"),
        Column("until", _("公示至"), "date"),
        # Of people the masked number is what tells one from another.
        Column("code", _("代码") if people else _("统一社会信用代码"), "code", optional=not people),
    )
    units = Filter("unit", _("报送单位"), "choice", tuple((str(i), name) for i, name in unit_names().items()))
    return TableSpec(SECTIONS.get(item, item), title, columns, filters=(units,), others=("after",))


def _cursor(query: Query) -> tuple[Cursor | None, Query]:
    """Where the page begins; an `after` that names no row is a problem of the query."""
    text = query.others.get("after", "")
    if not text:
        return None, query
    day, _dot, number = text.partition(".")
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        parsed = _parsed(date.fromisoformat, day)
        if parsed is not None:
            return (parsed, int(number)), query
    message = _("网址中的翻页位置不对，请从第一页重新翻起。")
    return None, replace(query, problems=(*query.problems, Problem("after", text, message)))


def _parsed(parse: Callable[[str], date], text: str) -> date | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _row(line: PublicLine) -> Row:
    number = line.document_number or _("查看详情")
    return Row(
        {
            "subject": line.subject_name or _("自然人"),
            "number": Link(number, reverse("portal:record", args=[line.record_id]), about=line.subject_name),
            "authority": line.authority_name,
            "day": line.act_date,
            "until": line.until or _("没有设定截止日"),
            "code": line.subject_code,
        },
        # A natural person has no page: neither search nor list leads to one.
        href="" if line.person else reverse("portal:subject", args=[line.subject_id]),
    )
