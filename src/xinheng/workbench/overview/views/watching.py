"""Unusual queries: what the watch found, settling it, and the figures it goes by. Auditors' pages; never about the reader."""

import re
from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts import door
from xinheng.accounts.door import AlertKind, AlertVerdict, Watch
from xinheng.accounts.values import Query as Look
from xinheng.catalogue.door import current_edition
from xinheng.kernel.actor import Actor
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import bracketed, clauses
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Status
from xinheng.web.tables import Column, Filter, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.reviewing import Task, carry_out, too_long
from xinheng.workbench.overview.words import word

READ, SETTLE, SET = "accounts.read_queries", "accounts.settle_alerts", "accounts.set_watch"
REASON, SET_REASON = 300, 200
CLOCK = "work_"
TIME = re.compile(r"([0-9]{1,2})[:：]([0-5][0-9])")


@dataclass(frozen=True, kw_only=True)
class AlertsPage(OverviewPage):
    """`workbench/overview/alerts.html`."""

    table: Annotated[CursorTable, "alerts, newest first"]
    watch_href: Annotated[str, "the figures the watch goes by"]


@dataclass(frozen=True, kw_only=True)
class AlertPage(OverviewPage):
    """`workbench/overview/alert.html`."""

    status: Annotated[Status, "open, or how it was settled"]
    facts: Annotated[tuple[Fact, ...], "who, what, how many, and the threshold"]
    table: Annotated[Table, "the lines of the register that show it"]
    more: Annotated[str, "that there are more lines than shown; empty when not"]
    settle_href: Annotated[str, "where it is settled; empty when it is, or for whoever may not"]
    register_href: Annotated[str, "the register, narrowed to this person and day"]


@dataclass(frozen=True, kw_only=True)
class WatchPage(OverviewPage):
    """`workbench/overview/watch.html`."""

    figures: Annotated[tuple[Fact, ...], "the figures in force"]
    table: Annotated[Table, "what was set before, newest first"]
    set_href: Annotated[str, "where they are set; empty for whoever may not"]


def _spec(everybody: tuple[tuple[str, str], ...]) -> TableSpec:
    states = (("open", _("待处理")), ("settled", _("已处理")))
    return TableSpec(
        "alerts",
        _("异常查询"),
        (
            Column("what", _("情形")),
            Column("day", _("日期"), "date"),
            Column("who", _("查询人")),
            Column("unit", _("单位")),
            Column("observed", _("实际数"), "number"),
            Column("threshold", _("阈值"), "number"),
            Column("state", _("状态"), "status"),
        ),
        filters=(
            Filter("state", _("状态"), "choice", states),
            Filter("kind", _("情形"), "choice", tuple((kind.value, word(kind.label)) for kind in AlertKind)),
            Filter("person", _("查询人"), "choice", everybody),
        ),
        sizes=(50, 100),
        unit=gettext_noop("条"),
        others=(AFTER,),
    )


@official(READ)
@no_store
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Cost: eight queries, constant in the data."""
    actor = actor_of(request)
    everybody = tuple(
        (str(one.id), bracketed(one.name, one.login)) for one in door.people(actor, now()) if one.id != actor.id
    )
    spec = _spec(everybody)
    query, cursors = split_cursor(read(spec, request.GET))
    chosen = query.filters.get
    found = (
        door.alerts_page(
            actor,
            settled={"open": False, "settled": True}.get(chosen("state", "")),
            kind=AlertKind(chosen("kind", "")) if chosen("kind") else None,
            person_id=int(chosen("person", "")) if chosen("person") else None,
            before=number(cursors),
            limit=query.size,
        )
        if query.ok
        else None
    )
    page = AlertsPage(
        title=_("异常查询"),
        table=CursorTable(
            spec,
            query,
            tuple(map(_row, found.items)) if found else (),
            total=None,
            trail=cursors,
            onward=str(found.next_before or "") if found else "",
            empty_title=_("没有异常查询提示"),
            empty_text=_("系统每 5 分钟核对一次查询登记簿，超过阈值的在这里提示。关于您本人的提示由其他审计人员处理。"),
        ),
        watch_href=reverse("workbench:audit-watch"),
        **shell(request, "alerts"),
    )
    return show(request, "workbench/overview/alerts.html", page, status=page.table.status)


def _row(one: door.Alert) -> Row:
    cells = {
        "what": word(one.kind.label),
        "day": one.day,
        "who": one.person_name,
        "unit": one.unit_name,
        "observed": one.observed,
        "threshold": one.threshold,
        "state": _state(one),
    }
    return Row(cells, href=reverse("workbench:audit-alert", args=[one.id]))


def _state(one: door.Alert) -> Status:
    if one.verdict is None:
        return Status(_("待处理"), "action")
    return Status(word(one.verdict.label), "harm" if one.verdict is AlertVerdict.PURSUED else "kept")


def _found(alert_id: int, actor: Actor) -> door.Alert:
    found = door.alert(alert_id, actor)
    if found is None:
        raise door.AlertUnknown
    return found


@official(READ)
@no_store
@require_safe
def one(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert with its evidence. Cost: seven queries."""
    actor = actor_of(request)
    found = _found(alert_id, actor)
    looks = door.looks_of(found, actor)
    narrowed = urlencode({"person": found.person_id, "from": found.day, "to": found.day})
    page = AlertPage(
        title=_("%(what)s：%(who)s") % {"what": word(found.kind.label), "who": found.person_name},
        status=_state(found),
        facts=_facts(found),
        table=looks_table(looks),
        more=_("只列出前 %(shown)s 次，共 %(count)s 次。") % {"shown": len(looks), "count": found.queries}
        if found.queries > len(looks)
        else "",
        settle_href=reverse("workbench:audit-alert-settle", args=[alert_id])
        if found.verdict is None and actor.may(SETTLE)
        else "",
        register_href=f"{reverse('workbench:audit-queries')}?{narrowed}",
        **shell(request, "alerts", (_("异常查询"), reverse("workbench:audit-alerts"))),
    )
    return show(request, "workbench/overview/alert.html", page)


def _facts(found: door.Alert) -> tuple[Fact, ...]:
    facts = (
        Fact(_("查询人"), found.person_name),
        Fact(_("单位"), found.unit_name),
        Fact(_("日期"), found.day),
        Fact(_("情形"), word(found.kind.label), _meaning(found.kind)),
        Fact(_("实际数"), found.observed),
        Fact(_("阈值"), found.threshold),
        Fact(_("提示时间"), found.raised_at),
    )
    if found.verdict is None:
        return facts
    return (
        *facts,
        Fact(_("结论"), word(found.verdict.label)),
        Fact(_("理由"), found.reason),
        Fact(_("处理人"), found.settled_by_name),
        Fact(_("处理时间"), found.settled_at),
    )


def _meaning(kind: AlertKind) -> str:
    if kind is AlertKind.COLLEAGUE:
        return _("被查询人与查询人单位的工作人员同名，可能只是重名，请核对。平台不掌握工作人员的亲属。")
    if kind is AlertKind.USUAL:
        return _("阈值按本人此前 30 天有查询的日子的平均数计算。")
    return ""


def looks_table(looks: tuple[Look, ...]) -> Table:
    """Lines of the register as evidence: no name of a natural person, only the number of the subject."""
    purposes = {entry.code: entry.name for entry in current_edition(today()).purposes}
    spec = TableSpec(
        "looks",
        _("查询登记"),
        (
            Column("subject", _("被查看的主体")),
            Column("at", _("时间"), "date"),
            Column("kind", _("方式")),
            Column("purpose", _("查询目的")),
            Column("reference", _("案号或授权文号")),
            Column("count", _("条数"), "number"),
            Column("id", _("登记编号"), "number"),
        ),
        sizes=(200,),
        unit=gettext_noop("次"),
    )
    rows = tuple(
        Row(
            {
                "subject": subject_word(look),
                "at": look.at,
                "kind": word(look.kind.label),
                "purpose": purposes.get(look.purpose, look.purpose),
                "reference": look.reference,
                "count": look.count,
                "id": look.id,
            }
        )
        for look in looks
    )
    return Table(spec, read(spec, {}), rows, len(rows))


def subject_word(look: Look) -> str:
    """Whom a look-up was about, without a name."""
    if look.subject_id is None:
        return _("（列表，不针对单个主体）")
    words = _("自然人（编号 %(id)s）") if look.personal else _("主体（编号 %(id)s）")
    return words % {"id": look.subject_id}


@keeps_typed
@official(SETTLE)
@no_store
@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Settle an alert, once, with a reason."""
    found = _found(alert_id, actor_of(request))
    back = reverse("workbench:audit-alert", args=[alert_id])
    choices = tuple((verdict.value, word(verdict.label)) for verdict in AlertVerdict)

    def check(form: Bound) -> tuple[FieldError, ...]:
        known = form.text("verdict") in dict(choices)
        wrong = () if known else (FieldError("verdict", _("请从列出的选项中选择。"), "form.choice"),)
        return (*wrong, *too_long(form, "reason", REASON))

    def act(form: Bound) -> str:
        verdict = AlertVerdict(form.text("verdict"))
        door.settle_alert(
            alert_id=alert_id, verdict=verdict, reason=form.text("reason"), actor=actor_of(request), now=now()
        )
        say_done(request, _("已处理：%(verdict)s") % {"verdict": word(verdict.label)})
        return back

    fields = (
        Field("verdict", _("结论"), "radio", choices=choices),
        Field("reason", _("理由"), "long", hint=_("例如：核对了当日的办件，或移交给谁、文号"), max_length=REASON),
    )
    task = Task(
        title=_("处理异常查询提示"),
        section="alerts",
        form=FormSpec("alert", (("", fields),)),
        confirm=_("确认处理"),
        back=back,
        warning=_("处理结果不能更改。请不要向被提示的人透露。"),
        facts=_facts(found)[:4],
        crumbs=((_("异常查询"), reverse("workbench:audit-alerts")), (word(found.kind.label), back)),
        check=check,
    )
    return carry_out(request, task, act)


@official(READ)
@no_store
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures in force, and those before. Cost: five queries."""
    actor = actor_of(request)
    found = door.watch_rules(actor)
    spec = TableSpec(
        "watch",
        _("历次设定"),
        (
            Column("reason", _("理由")),
            Column("at", _("设定时间"), "date"),
            Column("who", _("设定人")),
            Column("what", _("与现行不同之处")),
        ),
        sizes=(100,),
        unit=gettext_noop("次"),
    )
    held = asdict(door.watch_in_force())
    rows = tuple(
        Row({"reason": rule.reason, "at": rule.set_at, "who": rule.set_by_name, "what": _differing(rule.figures, held)})
        for rule in found
    )
    page = WatchPage(
        title=_("查询阈值和抽查数量"),
        figures=tuple(Fact(word(door.WATCH_LABELS[name]), _figure(name, value)) for name, value in held.items()),
        table=Table(
            spec,
            read(spec, request.GET),
            rows,
            len(rows),
            empty_title=_("没有设定过"),
            empty_text=_("现行的是通行做法的数值；法规没有规定具体数值。"),
        ),
        set_href=reverse("workbench:audit-watch-set") if actor.may(SET) else "",
        **shell(request, "alerts", (_("异常查询"), reverse("workbench:audit-alerts"))),
    )
    return show(request, "workbench/overview/watch.html", page)


def _figure(name: str, value: int) -> str:
    return f"{value // 60:02d}:{value % 60:02d}" if name.startswith(CLOCK) else f"{value:,}"


def _read(name: str, text: str) -> int | None:
    """A figure as typed: a whole number, or a time of the day in minutes; None for anything else."""
    if name.startswith(CLOCK):
        found = TIME.fullmatch(text)
        return int(found[1]) * 60 + int(found[2]) if found else None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _differing(rule: Watch, held: dict[str, int]) -> str:
    told = [
        f"{word(door.WATCH_LABELS[name])} {_figure(name, value)}"
        for name, value in asdict(rule).items()
        if value != held[name]
    ]
    return clauses(told) or _("无")


@keeps_typed
@official(SET)
@no_store
@require_http_methods(["GET", "POST"])
def set_figures(request: HttpRequest) -> HttpResponse:
    """Set the figures, with a reason; they count from the next watch on."""
    held = asdict(door.watch_in_force())
    numbers = tuple(
        Field(
            name,
            word(door.WATCH_LABELS[name]),
            "text" if name.startswith(CLOCK) else "number",
            hint=_("24 小时制，例如 08:00")
            if name.startswith(CLOCK)
            else _("%(least)s 至 %(most)s")
            % {"least": f"{door.LIMITS[name][0]:,}", "most": f"{door.LIMITS[name][1]:,}"},
            width="s",
            max_length=8,
        )
        for name in held
    )

    def typed(form: Bound) -> dict[str, int | None]:
        return {name: _read(name, form.text(name)) for name in held}

    def check(form: Bound) -> tuple[FieldError, ...]:
        figures = typed(form)
        wrong = tuple(
            FieldError(
                name, _("请写成 08:00 这样的时间。") if name.startswith(CLOCK) else _("请填写整数。"), "form.number"
            )
            for name, value in figures.items()
            if value is None
        )
        if wrong:
            return wrong
        watch = Watch(**{name: value or 0 for name, value in figures.items()})
        faults = [FieldError(name, message, "accounts.watch_figure") for name, message in door.watch_faults(watch)]
        return (*faults, *too_long(form, "reason", SET_REASON))

    def act(form: Bound) -> str:
        watch = Watch(**{name: value or 0 for name, value in typed(form).items()})
        door.set_watch(watch=watch, reason=form.text("reason"), actor=actor_of(request), now=now())
        say_done(request, _("阈值已设定"), _("从下一次核对起适用；已有的提示不变。"))
        return reverse("workbench:audit-watch")

    task = Task(
        title=_("设定阈值和抽查数量"),
        section="alerts",
        form=FormSpec("watch", (("", (*numbers, Field("reason", _("理由"), "long", max_length=SET_REASON))),)),
        confirm=_("确认设定"),
        back=reverse("workbench:audit-watch"),
        crumbs=((_("异常查询"), reverse("workbench:audit-alerts")), (_("阈值"), reverse("workbench:audit-watch"))),
        initial={name: _figure(name, value).replace(",", "") for name, value in held.items()},
        check=check,
    )
    return carry_out(request, task, act)
