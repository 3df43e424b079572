"""The register of queries: who looked at whom, when, for what."""

from dataclasses import dataclass, replace
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.accounts.door import people, queries_page, units
from xinheng.accounts.values import Query as Look
from xinheng.accounts.values import QueryFilter, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.kernel.dates import end_of_day, start_of_day
from xinheng.subjects.door import facts
from xinheng.subjects.values import SubjectFacts
from xinheng.web.clock import now, today
from xinheng.web.gate import actor_of
from xinheng.web.joining import bracketed, listed
from xinheng.web.pages import show
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Filter, Problem, Query, Row, TableSpec, read
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.words import word


@dataclass(frozen=True, kw_only=True)
class QueriesPage(OverviewPage):
    """`workbench/overview/queries.html`."""

    table: Annotated[CursorTable, "looks, newest first"]


def _spec(everybody: tuple[tuple[str, str], ...], directory: tuple[tuple[str, str], ...]) -> TableSpec:
    return TableSpec(
        "queries",
        _("查询登记簿"),
        (
            Column("subject", _("被查看的主体")),
            Column("at", _("时间"), "date"),
            Column("who", _("查看人")),
            Column("unit", _("单位")),
            Column("kind", _("方式")),
            Column("purpose", _("查询目的")),
            Column("reference", _("案号或授权文号")),
            Column("scope", _("查询范围")),
            Column("count", _("条数"), "number"),
            Column("fields", _("看到的字段"), optional=True),
        ),
        filters=(
            Filter("person", _("查看人"), "choice", everybody),
            Filter("unit", _("单位"), "choice", directory),
            Filter("subject", _("主体编号")),
            Filter("kind", _("方式"), "choice", tuple((kind.value, word(kind.label)) for kind in QueryKind)),
            Filter("personal", _("对象"), "choice", (("1", _("自然人")), ("0", _("单位")))),
            Filter("from", _("日期起"), "date"),
            Filter("to", _("日期止"), "date"),
        ),
        sizes=(50, 100, 200),
        others=(AFTER,),
    )


@official("accounts.read_queries")
@require_safe
def queries(request: HttpRequest) -> HttpResponse:
    """Cost: twelve queries, constant in the data."""
    actor = actor_of(request)
    everybody = tuple((str(one.id), bracketed(one.name, one.login)) for one in people(actor, now()))
    directory = tuple((str(one.id), one.name) for one in units(actor))
    spec = _spec(everybody, directory)
    asked = read(spec, request.GET)
    subject = asked.filters.get("subject", "")
    if subject and not (subject.isascii() and subject.isdecimal() and len(subject) < 19):
        said = _("主体编号“%(value)s”不是数字，请填写主体页面地址中的编号。") % {"value": subject}
        asked = _with_problem(asked, Problem("subject", subject, said))
    query, cursors = split_cursor(asked)
    found = queries_page(_wanted(query, number(cursors)), actor) if query.ok else None
    items = found.items if found else ()
    names = facts({one.subject_id for one in items if one.subject_id is not None}, actor=actor) if items else {}
    purposes = {entry.code: word(entry.name) for entry in current_edition(today()).purposes}
    page = QueriesPage(
        title=_("查询登记簿"),
        table=CursorTable(
            spec,
            query,
            tuple(_row(one, names, purposes, may_open=actor.may("subjects.read")) for one in items),
            total=None,
            trail=cursors,
            onward=str(found.next_before or "") if found else "",
            empty_title=_("没有符合条件的查询"),
            empty_text=_("工作人员每次查看非公开信息都会记在这里。"),
        ),
        **shell(request, "queries"),
    )
    return show(request, "workbench/overview/queries.html", page, status=page.table.status)


def _with_problem(query: Query, problem: Problem) -> Query:
    return replace(query, problems=(*query.problems, problem))


def _wanted(query: Query, before: int | None) -> QueryFilter:
    since, until = query.day("from"), query.day("to")
    chosen = query.filters.get
    return QueryFilter(
        person_id=int(chosen("person", "")) if chosen("person") else None,
        unit_id=int(chosen("unit", "")) if chosen("unit") else None,
        subject_id=int(chosen("subject", "")) if chosen("subject") else None,
        kind=QueryKind(chosen("kind", "")) if chosen("kind") else None,
        personal=None if chosen("personal") is None else chosen("personal") == "1",
        since=start_of_day(since) if since else None,
        until=end_of_day(until) if until else None,
        before=before,
        limit=query.size,
    )


def _row(one: Look, names: dict[int, SubjectFacts], purposes: dict[str, str], *, may_open: bool) -> Row:
    subject, href = _("（列表，不针对单个主体）"), ""
    if one.subject_id is not None:
        known = names.get(one.subject_id)
        subject = (known.name if known else "") or _("自然人（编号 %(id)s）") % {"id": one.subject_id}
        href = reverse("workbench:subject", args=[one.subject_id]) if may_open else ""
    cells = {
        "subject": subject,
        "at": one.at,
        "who": one.person_name or _("系统"),
        "unit": one.unit_name,
        "kind": word(one.kind.label),
        "purpose": purposes.get(one.purpose, one.purpose),
        "reference": one.reference,
        "scope": in_page_language(one.scope),
        "count": one.count,
        "fields": listed(one.fields),
    }
    return Row(cells, href=href)
