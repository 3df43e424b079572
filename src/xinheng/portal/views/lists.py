"""Lists of what is public, the latest first. Pages follow one another by the last row seen, so that the millionth costs as the first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.portal.views.home import LICENCE, PENALTY
from xinheng.publicity import door as publicity
from xinheng.publicity.values import PublicLine
from xinheng.web.clock import today
from xinheng.web.gate import no_store
from xinheng.web.pages import Page, show
from xinheng.web.parts import Link
from xinheng.web.tables import Column, Problem, Query, Row, Table, TableSpec, query_string, read

Cursor = tuple[date, int]


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


@require_safe
@no_store
def licences(request: HttpRequest) -> HttpResponse:
    """Licences in publication. Cost: one query."""
    lead = _("行政机关作出的行政许可，公示至有效期截止日。过了有效期的不再列出。新公示的在前。")
    return _list(request, LICENCE, "licences", _("行政许可公示"), lead)


@require_safe
@no_store
def penalties(request: HttpRequest) -> HttpResponse:
    """Penalties in publication. Cost: one query."""
    lead = _("行政机关对企业和组织作出的行政处罚。公示期满、已修复或已撤下的不再列出。新公示的在前。")
    return _list(request, PENALTY, "penalties", _("行政处罚公示"), lead)


def _list(request: HttpRequest, item: str, section: str, title: str, lead: str) -> HttpResponse:
    spec = _spec(section, title)
    query = read(spec, request.GET)
    cursor, query = _cursor(query)
    found = publicity.latest(item, on=today(), after=cursor, limit=query.size) if query.ok else None
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
        section=section,
        lead=lead,
        harm=item == PENALTY,
        table=table,
        first_href=query_string(spec, replace(query, others={}), page=1) if cursor else "",
    )
    return show(request, "portal/list.html", page, status=table.status)


def _spec(section: str, title: str) -> TableSpec:
    columns = (
        Column("subject", _("行政相对人")),
        Column("number", _("决定文书号")),
        Column("authority", _("决定机关")),
        Column("day", _("决定日期"), "date"),
        Column("until", _("公示至"), "date"),
        Column("code", _("统一社会信用代码"), "code", optional=True),
    )
    return TableSpec(section, title, columns, others=("after",))


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
            "subject": line.subject_name,
            "number": Link(number, reverse("portal:record", args=[line.record_id]), about=line.subject_name),
            "authority": line.authority_name,
            "day": line.act_date,
            "until": line.until or _("没有设定截止日"),
            "code": line.subject_code,
        },
        href=reverse("portal:subject", args=[line.subject_id]),
    )
