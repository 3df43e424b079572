"""The duty table: unit × item × month with who answers for it, and what is missing; nil reports."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import units
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import (
    Cell,
    DutyTable,
    DutyView,
    MonthState,
    Span,
    duty_table,
    first_of,
    following,
    is_monthly,
    last_of,
    report_nil,
)
from xinheng.kernel.actor import Actor
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Figure, Link
from xinheng.web.tables import Column, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.duty.pages import DutyPage
from xinheng.workbench.duty.words import READERS, Directory, month_word, rows_href, state_status, views
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import say_done, shell
from xinheng.workbench.overview.reviewing import Task, carry_out
from xinheng.workbench.overview.words import word

MANAGE = "intake.manage_duties"
NIL_MONTHS = 12


def _spec(directory: Directory, months: tuple[date, ...]) -> TableSpec:
    return TableSpec(
        "duty",
        _("报送责任表"),
        (
            Column("unit", _("单位")),
            Column("item", _("信息项")),
            *(Column(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in reversed(months)),
            Column("contacts", _("责任人")),
            Column("cycle", _("报送周期"), optional=True),
            Column("since", _("责任起始"), "date", optional=True),
        ),
        filters=directory.filters(),
        sizes=(50, 100, 200),
        unit=gettext_noop("项"),
    )


@official(*READERS)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Cost: fourteen queries, constant in the data."""
    actor, on = actor_of(request), today()
    directory = Directory(current_edition(on), units(actor), on)
    # The months are columns: which there are is known only when the filters were read.
    first = read(_spec(directory, ()), {key: v for key, v in request.GET.items() if key in ("from", "to")})
    span = directory.span(first)
    found = duty_table(actor, span, edition=directory.edition, on=on)
    spec = _spec(directory, found.months)
    query = read(spec, request.GET)
    if query.ok:
        found = _narrowed(found, directory.span(query))
    rows = tuple(_Rows(found, directory, actor)(duty) for duty in found.duties) if query.ok else ()
    page = DutyPage(
        title=_("报送责任"),
        lead=_lead(found),
        views=views(actor, "duty"),
        figures=_figures(found),
        table=Table(
            spec,
            query,
            rows[query.offset : query.offset + query.size],
            len(rows),
            empty_title=_("这段时间没有登记的报送责任"),
            empty_text=_("由信用中心登记：哪个单位、哪个信息项、从哪天起、由谁负责。"),
        ),
        links=_links(actor),
        notes=(
            _("各月按收到的日期计。当月没有收到、也没有当月作出而后来收到的信息，又没有零报告的，过期限后记为缺报。"),
            _("横线表示当月还没有、或不再有这项责任。"),
            _("期限是当月最后一天之后、该信息项规定的工作日数；没有规定期限的，到月底为止。"),
        ),
        **shell(request, "duty"),
    )
    return show(request, "workbench/duty/table.html", page, status=page.table.status)


def _narrowed(found: DutyTable, span: Span) -> DutyTable:
    """The same for one unit or item: all of them were read already."""

    def wanted(unit_id: int, item: str) -> bool:
        return span.unit_id in (None, unit_id) and span.item in ("", item)

    return DutyTable(
        found.months,
        found.on,
        found.units,
        tuple(duty for duty in found.duties if wanted(duty.unit_id, duty.item)),
        {key: cell for key, cell in found.cells.items() if wanted(key[0], key[1])},
    )


@dataclass(frozen=True)
class _Rows:
    """Writes a duty as a row."""

    table: DutyTable
    directory: Directory
    actor: Actor

    def __call__(self, duty: DutyView) -> Row:
        item = self.directory.edition.item(duty.item)
        cells: dict[str, Any] = {
            "unit": duty.unit_name,
            "item": word(item.name),
            "contacts": [
                _("%(label)s：%(value)s") % {"label": word(one.role.label), "value": one.name or one.post}
                for one in duty.contacts
            ],
            "cycle": _("按月") if is_monthly(item.cycle) else _("决定之后即报"),
            "since": duty.since,
        }
        missing = False
        for month in self.table.months:
            cell = self.table.cells[duty.unit_id, duty.item, month]
            cells[f"{month:%Y-%m}"] = self._cell(cell)
            missing |= cell.state is MonthState.MISSING
        return Row(cells, href=reverse("workbench:duty-one", args=[duty.id]), tone="harm" if missing else "plain")

    def _cell(self, cell: Cell) -> Any:
        span = Span(cell.month, cell.month, cell.unit_id, cell.item)
        said: list[Any] = []
        if cell.figures.rows:
            about = f"{self.table.units[cell.unit_id][1]} {month_word(cell.month)}"
            said.append(
                Link(_("%(count)s 行") % {"count": f"{cell.figures.rows:,}"}, rows_href(span, "rows"), "", about)
            )
        if cell.state in (MonthState.BEFORE, MonthState.AFTER):
            return said or None
        if cell.state not in (None, MonthState.REPORTED) or not said:
            said.append(state_status(cell.state or MonthState.OPEN))
        if cell.state is MonthState.OPEN and cell.closes is not None:
            until = _("至 %(day)s，暂按") if cell.closes_provisional else _("至 %(day)s")
            said.append(until % {"day": f"{cell.closes:%m-%d}"})
        return said


def _lead(found: DutyTable) -> str:
    first, last = month_word(found.months[0]), month_word(found.months[-1])
    words = {"first": first, "last": last, "duties": len(found.duties), "missing": len(found.missing)}
    if found.missing:
        return _("%(first)s至%(last)s：%(duties)s 项报送责任，%(missing)s 处缺报。") % words
    return _("%(first)s至%(last)s：%(duties)s 项报送责任，没有缺报。") % words


def _figures(found: DutyTable) -> tuple[Figure, ...]:
    owed = [cell for cell in found.cells.values() if cell.state is not None]
    counted = {state: sum(cell.state is state for cell in owed) for state in MonthState}
    shown = (
        (MonthState.MISSING, "harm"),
        (MonthState.CONTRADICTED, "clock"),
        (MonthState.OPEN, "plain"),
        (MonthState.NIL, "plain"),
        (MonthState.REPORTED, "plain"),
    )
    return tuple(
        Figure(word(state.label), counted[state], gettext_noop("个月"), "", tone if counted[state] else "plain")  # type: ignore[arg-type]
        for state, tone in shown
    )


def _links(actor: Actor) -> tuple[Link, ...]:
    links = []
    if actor.may("intake.load"):
        links.append(Link(_("零报告"), reverse("workbench:duty-nil"), "file-check"))
    if actor.may(MANAGE):
        links.append(Link(_("登记报送责任"), reverse("workbench:duty-set"), "square-pen"))
    return tuple(links)


@keeps_typed
@official("intake.load")
@require_http_methods(["GET", "HEAD", "POST"])
def nil(request: HttpRequest) -> HttpResponse:
    """A unit says that a month had nothing of an item; offered is what it owes."""
    actor, on = actor_of(request), today()
    directory = Directory(current_edition(on), units(actor), on)
    latest = first_of(on) if on == last_of(on) else following(first_of(on), -1)
    months = tuple(following(latest, -back) for back in range(NIL_MONTHS))
    form = FormSpec(
        "nil",
        (
            (
                "",
                (
                    Field("unit", _("单位"), "choice", choices=tuple((str(u.id), u.name) for u in directory.units)),
                    Field("item", _("信息项"), "choice", choices=tuple(directory.items.items())),
                    Field(
                        "month",
                        _("月份"),
                        "choice",
                        hint=_("月份结束的当天起才能零报告"),
                        choices=tuple((f"{month:%Y-%m}", month_word(month)) for month in months),
                    ),
                ),
            ),
        ),
    )
    own = str(actor.unit_id or "")
    task = Task(
        title=_("零报告"),
        section="duty",
        form=form,
        confirm=_("确认零报告"),
        back=reverse("workbench:duty"),
        lead=_("声明某个月没有应报送的信息。之后如又报送当月作出的决定，责任表会标出二者不一致。"),
        crumbs=((_("报送责任"), reverse("workbench:duty")),),
        initial={"unit": own, "month": f"{latest:%Y-%m}"},
    )

    def act(sent: Bound) -> str:
        month = date.fromisoformat(f"{sent.text('month')}-01")
        done = report_nil(unit_id=int(sent.text("unit")), item=sent.text("item"), month=month, actor=actor, now=now())
        said = _("%(month)s 的零报告已记入账本，责任表从现在起显示。") % {"month": month_word(month)}
        say_done(request, _("已零报告"), said, str(done.nil_id))
        return reverse("workbench:duty")

    return carry_out(request, task, act)
