"""The inbox of cases, one case, and the steps of officials. What may be done is said by the module that owns the procedure."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import calendar, edition_by_hash
from xinheng.kernel.actor import Actor
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.errors import Conflict, Invalid, Unknown
from xinheng.procedures.door import (
    all_declared,
    case,
    declared,
    handled_sides,
    inbox,
    inbox_counts,
    own_sides,
    steps_for,
    texts_of,
)
from xinheng.procedures.values import LONGEST_NOTE, CaseView, InboxLine, Side, Step
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Status
from xinheng.web.procedure_words import clock_facts, deadline_part, procedure_word, timeline, waits_for
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Filter, Row, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.cases.handling import CONTACT, NAME, STATEMENT, handling_of
from xinheng.workbench.cases.pages import CaseListPage, CasePage, StepForm
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import say_done, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, split_cursor

READ = "procedures.read"
LATE, IN_TIME = "late", "in-time"


@official(READ)
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's units, the earliest deadline first. Cost: four queries beside those of every page."""
    actor, on = actor_of(request), today()
    spec = _spec(actor)
    query, trail = split_cursor(read(spec, request.GET))
    found = None
    if query.ok:
        wanted = query.filters.get("time")
        found = inbox(
            actor=actor,
            on=on,
            limit=query.size,
            after=trail[-1] if trail else "",
            late=wanted == LATE if wanted else None,
            procedure=query.filters.get("procedure", ""),
            own=query.filters.get("whose") != "all",
        )
    plan = calendar()
    counts = inbox_counts(actor=actor, on=on, own=True)
    table = CursorTable(
        spec,
        query,
        tuple(_row(line, on, plan) for line in found.items) if found else (),
        None,
        empty_title=_("没有待办的办件"),
        empty_text=_("轮到您所在单位办理的异议等事项会列在这里，按期限排列。"),
        trail=trail,
        onward=(found.after or "") if found else "",
    )
    page = CaseListPage(
        title=_("办件"), lead=_lead(counts.waiting, counts.late), table=table, **shell(request, "cases")
    )
    return show(request, "workbench/cases.html", page, status=table.status)


def _lead(waiting: int, late: int) -> str:
    if not waiting:
        return _("现在没有轮到您所在单位办理的事项。")
    if late:
        return _("轮到您所在单位办理的有 %(waiting)s 件，其中 %(late)s 件已经逾期，排在最前面。") % {
            "waiting": waiting,
            "late": late,
        }
    return _("轮到您所在单位办理的有 %(waiting)s 件，期限近的排在前面。") % {"waiting": waiting}


def _spec(actor: Actor) -> TableSpec:
    kinds = {each.code: procedure_word(each.name) for each in all_declared()}
    filters = [
        Filter("time", _("期限"), "choice", ((LATE, _("已逾期")), (IN_TIME, _("未逾期")))),
        Filter("procedure", _("事项"), "choice", tuple(kinds.items())),
    ]
    if actor.may("accounts.see_all_units"):
        filters.append(Filter("whose", _("轮到谁"), "choice", (("all", _("所有单位")),), _("本单位")))
    return TableSpec(
        "cases",
        _("办件"),
        (
            Column("number", _("办件编号"), "code"),
            Column("due", _("期限")),
            Column("title", _("关于")),
            Column("state", _("状态"), "status"),
            Column("side", _("轮到谁")),
            Column("kind", _("事项"), optional=True),
            Column("opened", _("提出日期"), "date"),
        ),
        tuple(filters),
        sizes=(50,),
        others=(AFTER,),
        unit=_("件"),
    )


def _row(line: InboxLine, on: date, plan: Calendar) -> Row:
    return Row(
        {
            "number": line.number,
            "due": deadline_part(line.due, on, plan=plan) if line.due is not None else _("暂停计时"),
            "title": line.title,
            "state": Status(_state(line.state, escalated=line.escalated), "harm" if line.late else "action"),
            "side": procedure_word(line.side.label),
            "kind": procedure_word(line.name),
            "opened": line.opened_on,
        },
        href=reverse("workbench:case", args=[line.case_id]),
        tone="harm" if line.late else "plain",
    )


def _state(name: str, *, escalated: bool) -> str:
    """Where a case stands; where a limit was missed and the catalogue says so, that it is escalated."""
    return _("%(state)s · 逾期督办") % {"state": procedure_word(name)} if escalated else procedure_word(name)


@official(READ)
@no_store
@require_safe
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case. Cost: about twenty queries. Raises: CaseUnknown."""
    return _show(request, case(case_id, actor=actor_of(request)), {})


@keeps_typed
@official(READ)
@no_store
@require_http_methods(["GET", "POST"])
def take_step(request: HttpRequest, case_id: int, step: str) -> HttpResponse:
    """Take one step; what is refused stands on the page of the case as it is now, with what was typed.

    Raises: CaseUnknown; Unknown for a step the procedure does not have; NotAllowed.
    """
    actor = actor_of(request)
    view = case(case_id, actor=actor)
    act = handling_of(view).acts.get(step)
    if act is None:
        raise Unknown("web.unknown", _("办件没有这样的步骤，请从办件页面选择。"))
    if request.method != "POST":
        return _show(request, view, {}, opened=step)
    form = _form(_declared_step(view, step)).read(request)
    if form.step == "edit":
        return _show(request, view, {step: form}, opened=step)
    try:
        act.take(case_id=case_id, note=form.text("note"), seen=_seen(form), actor=actor, now=now())
    except (Invalid, Conflict) as wrong:
        conflict = isinstance(wrong, Conflict)
        view = case(case_id, actor=actor)
        typed = form.with_errors(() if conflict else (wrong,))
        said = in_page_language(wrong.message) if conflict else ""
        return _show(request, view, {step: typed}, opened=step, conflict=said, status=409 if conflict else 422)
    say_done(request, _("已办理：%(step)s") % {"step": procedure_word(_declared_step(view, step).name)})
    return HttpResponseRedirect(reverse("workbench:case", args=[case_id]))


def _seen(form: Bound) -> int:
    """What the page knew of; what is no number matches no state of the case."""
    text = form.text("seen")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _declared_step(view: CaseView, code: str) -> Step:
    name, _slash, version = view.procedure.partition("/")
    return declared(name, int(version)).procedure.step(code)


def _show(
    request: HttpRequest,
    view: CaseView,
    typed: dict[str, Bound],
    *,
    opened: str = "",
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    actor, on, at = actor_of(request), today(), now()
    handling, sides = handling_of(view), own_sides(view, actor=actor)
    readable = {what for side in handled_sides(view, sides, actor=actor) for what in handling.reads.get(side, ())}
    kinds = tuple(each for each in (STATEMENT, NAME, CONTACT) if each in readable)
    registered = _register(view, kinds, sides, actor, at)
    said = texts_of(view.id, kinds, actor=actor) if kinds else {}
    steps = steps_for(view, actor=actor, sides=sides)
    lost = "" if opened in {step.code for step in steps} or opened not in typed else typed[opened].text("note")
    page = CasePage(
        title=f"{procedure_word(view.name)} {view.number}",
        status=Status(
            _state(view.state.name, escalated=view.escalated and not view.state.ends),
            "ended" if view.state.ends else "harm" if view.escalated else "action",
        ),
        where=view.title,
        lead=_next(view, steps),
        conflict=conflict,
        lost=lost,
        steps=tuple(_step_form(view, step, typed.get(step.code), opened) for step in steps),
        about=handling.about(view, actor),
        applicant=_applicant(said),
        sealed=_sealed(kinds),
        registered=_("本次查看已记入查询登记簿。") if registered else "",
        clocks=clock_facts(view, edition_by_hash(view.edition), on),
        timeline=timeline(view, said.get(STATEMENT, {})),
        **shell(request, "cases", (_("办件"), reverse("workbench:cases"))),
    )
    return show(request, "workbench/case.html", page, status=status)


def _register(view: CaseView, kinds: tuple[str, ...], sides: frozenset[Side], actor: Actor, at: datetime) -> bool:
    """Enter the look of who reads what an applicant wrote, or looks at a case of other units."""
    if not kinds and sides:
        return False
    query = QueryDraft(
        kind=QueryKind.VIEW, subject_id=None, fields=kinds, scope=_("办件 %(number)s") % {"number": view.number}
    )
    register_query(query=query, purposes={}, actor=actor, now=at)
    return True


def _next(view: CaseView, steps: tuple[Step, ...]) -> str:
    if view.state.ends:
        return _("办件已经结束，不用再操作。")
    if steps and {step.by for step in steps} & view.state.waits:
        return _("请在期限内办理。")
    return _("轮到：%(who)s。") % {"who": waits_for(view)}


def _applicant(said: dict[str, dict[int, str]]) -> tuple[Fact, ...]:
    if NAME not in said:
        return ()
    name, contact = (next(iter(said.get(what, {}).values()), "") for what in (NAME, CONTACT))
    return (
        Fact(_("姓名或名称"), name),
        Fact(_("联系方式"), contact or _("没有留下"), _("只用于答复这件异议，不得另作他用，不得告诉他人。")),
    )


def _sealed(kinds: tuple[str, ...]) -> str:
    if NAME in kinds:
        return ""
    if STATEMENT in kinds:
        return _("申请人的姓名和联系方式只有负责答复的信用中心能看。")
    return _("申请人写的内容只有办理这件事的人员能看。")


def _step_form(view: CaseView, step: Step, typed: Bound | None, opened: str) -> StepForm:
    act = handling_of(view).acts[step.code]
    spec = _form(step)
    form = spec.empty(seen=str(view.seq))
    if typed is not None:
        # What was typed stays; the state it is about is the one shown above it now.
        form = Bound(spec, {**typed.typed, "seen": [str(view.seq)]}, typed.errors)
    return StepForm(
        step.code,
        procedure_word(step.name),
        _(act.follows),
        act.harmful,
        form,
        reverse("workbench:case-step", args=[view.id, step.code]),
        step.code == opened,
    )


def _form(step: Step) -> FormSpec:
    hint = _("申请人会看到这段文字，请写明理由和依据，不要写他人的个人信息。")
    note = Field("note", _("理由") if step.reason else _("说明"), "long", hint, step.reason, max_length=LONGEST_NOTE)
    fields: tuple[Any, ...] = (note, Field("seen", "", "hidden"))
    return FormSpec(f"step-{step.code.replace('_', '-')}", (("", fields),))
