"""What units say differently of one subject, side by side; what the centre did about it. For offices that see every unit."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import (
    ContradictionFilter,
    ContradictionView,
    Datum,
    SideView,
    contradiction,
    contradictions,
    latest_survey,
    note_contradiction,
)
from xinheng.intake.values.duties import ContradictionState
from xinheng.web import show as written
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Link, Status, Tone
from xinheng.web.tables import Column, Filter, Row, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.duty.coverage import SETTLE
from xinheng.workbench.duty.pages import ContradictionsPage
from xinheng.workbench.duty.words import views
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import say_done, shell
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.reading import register_list
from xinheng.workbench.overview.reviewing import Task, carry_out
from xinheng.workbench.overview.words import word

TONES: dict[ContradictionState, Tone] = {
    ContradictionState.OPEN: "clock",
    ContradictionState.ASKED: "action",
    ContradictionState.SETTLED: "kept",
}


def _spec() -> TableSpec:
    return TableSpec(
        "contradictions",
        _("来源不一致"),
        (
            Column("subject", _("主体")),
            Column("datum", _("不一致的内容")),
            Column("sides", _("各单位的说法")),
            Column("state", _("核对情况"), "status"),
        ),
        filters=(
            Filter("datum", _("内容"), "choice", tuple((each.value, word(each.label)) for each in Datum)),
            Filter(
                "state", _("核对情况"), "choice", tuple((each.value, word(each.label)) for each in ContradictionState)
            ),
        ),
        sizes=(20, 50),
        unit=gettext_noop("处"),
        others=(AFTER,),
    )


@official("intake.read_all")
@no_store
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The look is registered. Cost: constant in the data; two queries more for each representative's name on the page."""
    actor = actor_of(request)
    edition = current_edition(today())
    spec = _spec()
    query, trail = split_cursor(read(spec, request.GET))
    datum, state = query.filters.get("datum"), query.filters.get("state")
    asked = ContradictionFilter(
        Datum(datum) if datum else None,
        ContradictionState(state) if state else None,
        number(trail) or 0,
        query.size,
    )
    found = contradictions(actor, asked) if query.ok else None
    if found and found.items:
        draft = QueryDraft(kind=QueryKind.LIST, subject_id=None, scope=_("来源不一致"), count=len(found.items))
        register_list(request, draft, edition, now())
    survey = latest_survey(actor)
    shown = CursorTable(
        spec,
        query,
        tuple(_row(each, may_note=actor.may(SETTLE)) for each in found.items) if found else (),
        None,
        empty_title=_("没有发现不一致") if survey else _("还没有比对过"),
        empty_text=_("后台每天比对一次：同一主体的名称、法定代表人，同一文书的金额、日期和状态。"),
        trail=trail,
        onward=str(found.next or "") if found else "",
    )
    lead = _("截至%(at)s，不同单位对同一主体说法不同的地方。哪一个对，由报送单位核实并更正。")
    page = ContradictionsPage(
        title=_("来源不一致"),
        lead=lead % {"at": written.moment(survey.made_at)} if survey else _("还没有统计过。后台每天统计一次。"),
        views=views(actor, "duty-contradictions"),
        table=shown,
        **shell(request, "duty", (_("报送责任"), reverse("workbench:duty"))),
    )
    return show(request, "workbench/duty/contradictions.html", page, status=shown.status)


def _row(one: ContradictionView, *, may_note: bool) -> Row:
    about = [word(one.datum.label), one.document] if one.document else word(one.datum.label)
    cells: dict[str, Any] = {
        "subject": one.subject_name or _("自然人（编号 %(id)s）") % {"id": one.subject_id},
        "datum": about,
        "sides": [side_link(side) for side in one.sides],
        "state": Status(word(one.state.label), TONES[one.state]),
    }
    actions: tuple[Link, ...] = ()
    if may_note:
        href = reverse("workbench:duty-contradiction", args=[one.id])
        actions = (Link(_("登记核对"), href, "", one.subject_name),)
    return Row(cells, href=reverse("workbench:subject", args=[one.subject_id]), actions=actions)


def side_link(side: SideView) -> Link:
    """One side: unit, value, day and place, leading to its record."""
    place = (
        _("批次 %(batch)s 第 %(row)s 行") % {"batch": side.batch_id, "row": side.row}
        if side.batch_id
        else _("逐条录入")
    )
    said = _("%(unit)s：%(value)s（%(day)s，%(place)s）") % {
        "unit": side.unit_name,
        "value": side.value,
        "day": side.day or "—",
        "place": place,
    }
    return Link(said, reverse("workbench:record", args=[side.record_id]))


@keeps_typed
@official(SETTLE)
@no_store
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, contradiction_id: int) -> HttpResponse:
    """Note what was done about one. Raises: ContradictionUnknown."""
    actor = actor_of(request)
    found = contradiction(contradiction_id, actor)
    states = tuple((each.value, word(each.label)) for each in ContradictionState if each is not ContradictionState.OPEN)
    form = FormSpec(
        "contradiction",
        (
            (
                "",
                (
                    Field("state", _("核对情况"), "radio", choices=states),
                    Field("reason", _("处理意见"), "long", hint=_("问了谁、如何答复；不写个人信息"), max_length=500),
                ),
            ),
        ),
    )
    sides = tuple(Fact(side.unit_name, side_link(replace(side, unit_name=side.unit_name))) for side in found.sides)
    back = reverse("workbench:duty-contradictions")
    task = Task(
        title=_("登记核对情况"),
        section="duty",
        form=form,
        confirm=_("登记"),
        back=back,
        lead=_("登记不改动任何信息：说法仍由报送单位更正。各单位说法变化后，会重新列为待核对。"),
        facts=(Fact(_("主体"), found.subject_name), Fact(_("不一致的内容"), word(found.datum.label)), *sides),
        crumbs=((_("来源不一致"), back),),
        initial={"state": ContradictionState.ASKED.value},
    )

    def act(sent: Bound) -> str:
        note_contradiction(
            contradiction_id=contradiction_id,
            state=ContradictionState(sent.text("state")),
            reason=sent.text("reason"),
            actor=actor,
            now=now(),
        )
        say_done(request, _("已登记核对情况"))
        return back

    return carry_out(request, task, act)
