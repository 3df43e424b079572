"""The plan of publicity: what is shown until when, what ends soon, what is late, what is withheld and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinheng.accounts.door import units
from xinheng.accounts.values import QueryDraft, QueryKind, Unit
from xinheng.catalogue.door import calendar, current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.errors import Invalid
from xinheng.publicity import door
from xinheng.publicity.values import PlanLine, Stage
from xinheng.web.clock import now, today
from xinheng.web.gate import actor_of, no_store
from xinheng.web.pages import show
from xinheng.web.parts import Figure, Tone
from xinheng.web.publicity_words import rule_in_short
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Filter, Query, Row, TableSpec, read
from xinheng.workbench.figures import stage_counts
from xinheng.workbench.gates import official
from xinheng.workbench.overview.exporting import MOST_ROWS, workbook
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.history import deadline_of, decision
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.reading import register_list
from xinheng.workbench.overview.words import stage_status, timeliness_status, word

COUNTED: tuple[tuple[Stage, Tone], ...] = (
    (Stage.LATE, "harm"),
    (Stage.ENDING, "clock"),
    (Stage.DUE, "action"),
    (Stage.WITHHELD, "plain"),
)
EXPORT_PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class PlanPage(OverviewPage):
    """`workbench/overview/publicity.html`."""

    figures: Annotated[tuple[Figure, ...], "how many stand at each stage that asks for attention"]
    table: Annotated[CursorTable, "publications of the reader's units, in order of entry"]


def _spec(edition: Edition, directory: tuple[Unit, ...]) -> TableSpec:
    return TableSpec(
        "plan",
        _("公示计划"),
        (
            Column("subject", _("主体")),
            Column("document", _("文书号")),
            Column("item", _("类别"), optional=True),
            Column("stage", _("公示状态"), "status"),
            Column("from", _("公示起"), "date"),
            Column("until", _("公示止"), "date"),
            Column("deadline", _("应公示期限"), "date"),
            Column("timely", _("是否按时"), "status", optional=True),
            Column("reason", _("原因")),
            Column("unit", _("来源单位"), optional=True),
            Column("decided", _("决定日期"), "date", optional=True),
            Column("first", _("首次公示"), "date", optional=True),
        ),
        filters=(
            Filter("stage", _("公示状态"), "choice", tuple((one.value, word(one.label)) for one in Stage)),
            Filter("item", _("类别"), "choice", tuple((item.code, word(item.name)) for item in edition.items)),
            Filter("unit", _("来源单位"), "choice", tuple((str(unit.id), unit.name) for unit in directory)),
        ),
        sizes=(50, 100, 200),
        others=(AFTER,),
    )


@official("publicity.read_plan")
@no_store
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The look is registered. Cost: constant in the data, a count in three queries among it."""
    actor, at, on = actor_of(request), now(), today()
    edition = current_edition(on)
    spec = _spec(edition, units(actor))
    query, trail = split_cursor(read(spec, request.GET))
    lines, onward = _lines(query, number(trail) or 0, query.size, on, actor) if query.ok else ((), None)
    if lines:
        register_list(request, _draft(QueryKind.LIST, query, len(lines)), edition, at)
    row = _Rows(edition, calendar(), on)
    table = CursorTable(
        spec,
        query,
        tuple(map(row, lines)),
        total=None,
        trail=trail,
        onward=str(onward or ""),
        export_href=reverse("workbench:publicity-export"),
        empty_title=_("没有符合条件的公示事项"),
        empty_text=_("信息入档后由后台按目录规则决定是否公示，通常在一分钟内出现在这里。"),
    )
    page = PlanPage(title=_("公示计划"), figures=_figures(at, actor), table=table, **shell(request, "publicity"))
    return show(request, "workbench/overview/publicity.html", page, status=table.status)


@official("publicity.read_plan")
@no_store
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All rows of the view as a workbook, registered as an export. Raises: Invalid over twenty thousand rows."""
    actor, at, on = actor_of(request), now(), today()
    edition = current_edition(on)
    spec = _spec(edition, units(actor))
    query, _trail = split_cursor(read(spec, request.GET))
    if not query.ok:
        raise Invalid("workbench.export_query", query.problems[0].message)
    lines = list(_all_lines(query, on, actor))
    register_list(request, _draft(QueryKind.EXPORT, query, len(lines)), edition, at)
    return workbook(CursorTable(spec, query), map(_Rows(edition, calendar(), on), lines), f"publicity-{on:%Y%m%d}")


def _all_lines(query: Query, on: date, actor: Actor) -> Iterator[PlanLine]:
    after: int | None = 0
    count = 0
    while after is not None:
        lines, after = _lines(query, after, EXPORT_PAGE, on, actor)
        count += len(lines)
        if count > MOST_ROWS:
            raise Invalid(
                "workbench.export_large",
                _("符合条件的超过 %(most)s 条，请缩小条件后分次导出。") % {"most": f"{MOST_ROWS:,}"},
            )
        yield from lines


def _lines(query: Query, after: int, limit: int, on: date, actor: Actor) -> tuple[tuple[PlanLine, ...], int | None]:
    stage, unit = query.filters.get("stage"), query.filters.get("unit")
    wanted = door.PlanFilter(
        stage=Stage(stage) if stage else None,
        item=query.filters.get("item", ""),
        unit_id=int(unit) if unit else None,
        after=after,
    )
    found = door.plan(wanted, on=on, actor=actor, limit=limit)
    return found.items, found.after


def _draft(kind: QueryKind, query: Query, count: int) -> QueryDraft:
    scope = " ".join((_("公示计划"), *(f"{key}={value}" for key, value in sorted(query.filters.items()))))
    return QueryDraft(kind=kind, subject_id=None, scope=scope, count=count)


def _figures(at: datetime, actor: Actor) -> tuple[Figure, ...]:
    counted = stage_counts(actor, at)
    here = reverse("workbench:publicity")
    return tuple(
        Figure(
            word(stage.label),
            counted[stage],
            "条",
            f"{here}?stage={stage.value}",
            tone if counted[stage] else "plain",
        )
        for stage, tone in COUNTED
    )


@dataclass(frozen=True)
class _Rows:
    """Writes a line of the plan as a row."""

    edition: Edition
    calendar: Calendar
    on: date

    def __call__(self, line: PlanLine) -> Row:
        settled = line.first_public_at is not None or line.stage is Stage.WITHHELD
        cells = {
            "subject": line.subject_name or _("自然人"),
            "document": line.document_number,
            "item": word(self.edition.item(line.item).name),
            "stage": stage_status(line.stage),
            "from": line.public_from,
            "until": line.public_until,
            # How many days are left asks for room only while something is left to do.
            "deadline": line.deadline if settled else deadline_of(line, self.calendar, self.on),
            "timely": timeliness_status(line.timeliness),
            "reason": rule_in_short(self.edition, decision(line))
            if line.public_from
            else in_page_language(line.reason),
            "unit": line.unit_name,
            "decided": line.act_date,
            "first": line.first_public_at,
        }
        tones: dict[Stage, Tone] = {Stage.LATE: "harm", Stage.ENDING: "clock"}
        return Row(cells, href=reverse("workbench:record", args=[line.record_id]), tone=tones.get(line.stage, "plain"))
