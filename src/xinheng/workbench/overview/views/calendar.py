"""The working calendar: years and their state, a year's days, importing a notice, and how many deadlines it moved."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.catalogue.door import calendar, import_calendar_year
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.calendar import Calendar, YearPlan, provisional_plan
from xinheng.kernel.errors import XinhengError
from xinheng.ledger.door import TrailFilter, trail
from xinheng.publicity.door import deadlines_under
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Status
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.notices import difference, read_notice
from xinheng.workbench.overview.reviewing import Task, carry_out

RECOMPUTED = "publicity.deadlines_recomputed"
RUNS_LOOKED_AT = 100
MOVES_SHOWN = 5
COUNTER = system("workbench", "ledger.read")
"""Counts deadlines that moved: a number, no content, for whoever may open the calendar."""


@dataclass(frozen=True, kw_only=True)
class CalendarPage(OverviewPage):
    """`workbench/overview/calendar.html`."""

    table: Annotated[Table, "years, the latest first"]
    version: Annotated[str, "version of the calendar in use"]
    moved: Annotated[str, "how many deadlines the present calendar moved, in words"]
    import_href: Annotated[str, "where a notice is imported; empty for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class YearPage(OverviewPage):
    """`workbench/overview/calendar_year.html`."""

    status: Annotated[Status, "official or provisional"]
    facts: Annotated[tuple[Fact, ...], "document, counts"]
    holidays: Annotated[tuple[date, ...], "free days the notice names"]
    workdays: Annotated[tuple[date, ...], "make-up days the notice names"]
    inferred: Annotated[bool, "no notice: the days are inferred from the statutory holidays"]


def _spec() -> TableSpec:
    return TableSpec(
        "years",
        _("年度放假安排"),
        (
            Column("year", _("年份")),
            Column("status", _("状态"), "status"),
            Column("document", _("文件")),
            Column("holidays", _("放假天数"), "number"),
            Column("workdays", _("调休上班天数"), "number"),
        ),
        sizes=(50,),
        unit=gettext_noop("个"),
    )


def _status(status: str) -> Status:
    return Status(_("已公布"), "kept") if status == "official" else Status(_("暂按推算"), "clock")


@official("subjects.read")
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Cost: eight queries."""
    spec, known, on = _spec(), calendar(), today()
    query = read(spec, request.GET)
    wanted = sorted({*known.years, on.year, on.year + 1}, reverse=True)
    rows = tuple(_row(known, year) for year in wanted) if query.ok else ()
    page = CalendarPage(
        title=_("工作日历"),
        table=Table(spec, query, rows, len(rows)),
        version=known.version,
        moved=_moved(known),
        import_href=reverse("workbench:calendar-import") if actor_of(request).may("calendar.import") else "",
        **shell(request, "calendar"),
    )
    return show(request, "workbench/overview/calendar.html", page, status=page.table.status)


def _row(known: Calendar, year: int) -> Row:
    plan = known.years.get(year) or provisional_plan(year)
    cells = {
        "year": str(year),
        "status": _status(known.status(year)),
        "document": in_page_language(plan.source),
        "holidays": len(plan.holidays),
        "workdays": len(plan.workdays),
    }
    return Row(cells, href=reverse("workbench:calendar-year", args=[year]))


def _moved(known: Calendar) -> str:
    """How many deadlines were counted anew by the present calendar, and how many of them moved."""
    runs = trail(TrailFilter(operation=RECOMPUTED), actor=COUNTER, limit=RUNS_LOOKED_AT)
    found = [payload for run in runs if (payload := json.loads(run.header.payload)).get("calendar") == known.version]
    if not found:
        return _("现行日历启用以来，没有需要重新计算的公示期限，或者后台尚未算到。")
    changes = [change for payload in found for change in payload.get("changed", [])]
    moved = sum(change["before"] != change["after"] for change in changes)
    names = {
        "looked": sum(payload.get("looked_at", 0) for payload in found),
        "moved": moved,
        "sure": len(changes) - moved,
    }
    return (
        _("按现行日历重新计算了 %(looked)s 个暂定期限：%(moved)s 个改变日期，%(sure)s 个日期不变、由暂定转为确定。")
        % names
    )


@official("subjects.read")
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """One year's days."""
    known = calendar()
    if not 1990 <= year <= 2100:
        raise Http404
    stored = known.years.get(year)
    plan = stored or provisional_plan(year)
    page = YearPage(
        title=_("%(year)s 年工作日历") % {"year": year},
        status=_status(known.status(year)),
        facts=(Fact(_("文件"), in_page_language(plan.source)), Fact(_("日历版本"), known.version)),
        holidays=tuple(sorted(plan.holidays)),
        workdays=tuple(sorted(plan.workdays)),
        inferred=stored is None,
        **shell(request, "calendar", (_("工作日历"), reverse("workbench:calendar"))),
    )
    return show(request, "workbench/overview/calendar_year.html", page)


def _form() -> FormSpec:
    return FormSpec(
        "calendar",
        (
            (
                "",
                (
                    Field("year", _("年份"), "number", width="s", max_length=4),
                    Field("document", _("通知名称或文号"), hint=_("例如 国办发明电〔2026〕×号"), max_length=200),
                    Field(
                        "days",
                        _("放假和调休日期"),
                        "long",
                        hint=_("每行一天或一段，后面写“放假”或“上班”。例如：2027-10-01至2027-10-07 放假。"),
                        required=False,
                    ),
                    Field(
                        "file",
                        _("或者选择 CSV 文件"),
                        "file",
                        hint=_("两列：日期、类型。内容会填入上面的框里供核对。"),
                        required=False,
                        accept=".csv,text/csv",
                    ),
                ),
            ),
        ),
    )


@keeps_typed
@official("calendar.import")
@require_http_methods(["GET", "POST"])
def import_year(request: HttpRequest) -> HttpResponse:
    """Import a year's notice as a new version of that year."""
    at = now()

    def act(form: Bound) -> str:
        done = import_calendar_year(
            year=int(form.text("year")),
            rows=read_notice(form.raw("days"), "days").rows,
            document=form.text("document"),
            actor=actor_of(request),
            now=at,
        )
        if not done.new:
            say_done(request, _("内容与现有版本相同，没有新版本"))
        else:
            names = {
                "version": done.version,
                "added": len(done.added),
                "removed": len(done.removed),
                "changed": len(done.changed),
            }
            said = _("第 %(version)s 版：新增 %(added)s 天，减少 %(removed)s 天，改变 %(changed)s 天。")
            said = f"{said}{_('受影响的公示期限由后台重新计算，结果见下。')}"
            say_done(request, _("%(year)s 年放假安排已导入") % {"year": done.year}, said % names)
        return reverse("workbench:calendar")

    task = Task(
        title=_("导入放假安排"),
        section="calendar",
        form=_form(),
        confirm=_("确认导入"),
        back=reverse("workbench:calendar"),
        lead=_("国务院办公厅公布某年的放假安排之后在这里导入。导入的是新版本，旧版本保留。"),
        crumbs=((_("工作日历"), reverse("workbench:calendar")),),
        prepare=_with_file,
        check=_errors,
        effects=lambda form: (*_effects(form), *_moves(form, actor_of(request))),
        warning=_("确认后，该年的工作日按通知计算；暂定的公示期限会重新计算并记入账本。"),
    )
    return carry_out(request, task, act)


def _with_file(form: Bound) -> Bound:
    """A chosen file's text goes into the box, where it can be checked and carried along."""
    chosen = form.file("file")
    if chosen is None:
        return form
    content = chosen.read(200_000)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return replace(form, typed={**form.typed, "days": [text]}, files={})
    return form.with_errors([FieldError("file", _("文件不是可以读取的文本，请另存为 CSV（UTF-8）。"), "calendar.file")])


def _errors(form: Bound) -> tuple[FieldError, ...]:
    number = form.text("year")
    if not (number.isascii() and number.isdecimal() and 1990 <= int(number) <= 2100):
        return (FieldError("year", _("年份应为 1990 至 2100 的四位数字。"), "calendar.year"),)
    notice = read_notice(form.raw("days"), "days")
    if not notice.rows and not notice.errors:
        return (FieldError("days", _("请填写放假和调休日期，或者选择文件。"), "form.missing"),)
    if notice.errors:
        return notice.errors
    try:
        _plan(form)
    except XinhengError as error:
        return (FieldError("days", error.message, error.code),)
    return ()


def _plan(form: Bound) -> YearPlan:
    rows = read_notice(form.raw("days"), "days").rows
    holidays = frozenset(row.day for row in rows if row.kind == "holiday")
    workdays = frozenset(row.day for row in rows if row.kind == "workday")
    return YearPlan(int(form.text("year")), "official", form.text("document"), holidays, workdays)


def _effects(form: Bound) -> tuple[Fact, ...]:
    plan = _plan(form)
    found = difference(calendar(), plan)
    return (
        Fact(_("通知列出的日期"), _("%(count)s 天") % {"count": found.named}),
        Fact(_("由上班改为放假"), [*found.freed] or _("没有")),
        Fact(_("由放假改为上班"), [*found.worked] or _("没有")),
    )


def _moves(form: Bound, actor: Actor) -> tuple[Fact, ...]:
    """How many provisional deadlines will move, and the first of them."""
    found = deadlines_under(calendar().with_plan(_plan(form)), on=today(), actor=actor)
    if not found.looked_at:
        return (Fact(_("暂定的公示期限"), _("现在没有，不会有期限改变。")),)
    names = {"looked": found.looked_at, "moved": found.moved, "settled": found.settled}
    said = _("共 %(looked)s 个：%(moved)s 个改变日期，%(settled)s 个由暂定转为确定。") % names
    sample = [
        _("决定于 %(act)s 的 %(count)s 条：%(before)s 改为 %(after)s")
        % {
            "act": move.act_date.isoformat(),
            "count": move.count,
            "before": move.before.isoformat(),
            "after": move.after.isoformat(),
        }
        for move in found.moves[:MOVES_SHOWN]
    ]
    left = sum(move.count for move in found.moves[MOVES_SHOWN:])
    rest = _("另有 %(count)s 条没有列出，导入后可在账本中逐条查看。") % {"count": left} if left else ""
    return (Fact(_("暂定的公示期限"), said), *((Fact(_("改变的期限"), sample, rest),) if sample else ()))
