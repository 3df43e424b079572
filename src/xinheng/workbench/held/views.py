"""The list of held rows, one row, and the two ways to settle it. What may be released is said by `intake`."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.accounts.door import register_query, units
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item
from xinheng.intake.door import held, held_row, release, send_back
from xinheng.intake.values.batches import HeldFilter, HeldKind, HeldRow, HeldState, HeldView
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown
from xinheng.web import show as written
from xinheng.web.clock import now, today
from xinheng.web.field_words import field_name
from xinheng.web.forms import Field, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import listed
from xinheng.web.pages import show
from xinheng.web.parts import Crumb, Fact, Link, Status, Step, Tone
from xinheng.web.sentences import in_page_language
from xinheng.web.tables import Column, Filter, Query, Row, TableSpec, read
from xinheng.workbench.batches.views import READERS
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.entry.forms import part_of
from xinheng.workbench.gates import address, official, surroundings
from xinheng.workbench.held.comparing import compare, corrected, registered
from xinheng.workbench.held.pages import HeldListPage, HeldPage, SettlePage
from xinheng.workbench.overview.paging import AFTER, CursorTable, number, split_cursor
from xinheng.workbench.overview.words import word

RELEASE, RELEASE_CORRECTION = "records.release_held", "records.release_correction"
SETTLE = "intake.settle_held"
TONES: Mapping[HeldState, Tone] = {
    HeldState.HELD: "clock",
    HeldState.RELEASED: "kept",
    HeldState.RETURNED: "ended",
    HeldState.REPLACED: "ended",
}
ALL = "all"


@official(*READERS)
@require_GET
def held_list(request: HttpRequest) -> HttpResponse:
    """Held rows, the longest waiting first. Cost: three queries beside those of every page."""
    actor, edition = actor_of(request), current_edition(today())
    visible = tuple((str(each.id), each.name) for each in units(actor))
    spec = _spec(edition, visible)
    query, trail = split_cursor(read(spec, request.GET))
    found = held(actor, _wanted(query, number(trail) or 0)) if query.ok else None
    names = {each.code: word(each.name) for each in edition.items}
    table = CursorTable(
        spec,
        query,
        tuple(_row(each, names) for each in found.items) if found else (),
        None,
        empty_title=_("没有待处理的暂存行"),
        empty_text=_("检查时拿不准的行会暂存在这里，由信用中心核对后放行或退回。"),
        trail=trail,
        onward=str(found.next or "") if found else "",
    )
    lead = (
        _("检查时拿不准的行。核对无误的放行入库，有误的写明原因退回。")
        if actor.may(RELEASE) or actor.may(SETTLE)
        else _("检查时拿不准的行，由信用中心核对。被退回的，请按原因改正后重新报送。")
    )
    page = HeldListPage(title=_("暂存行"), section="held", lead=lead, table=table, **surroundings(request))
    return show(request, "workbench/held_list.html", page, status=table.status)


def _spec(edition: Edition, visible: tuple[tuple[str, str], ...]) -> TableSpec:
    states = tuple((each.value, _(each.label)) for each in HeldState if each is not HeldState.HELD)
    filters = [
        Filter("state", _("状态"), "choice", (*states, (ALL, _("待处理和已处理"))), _("待处理")),
        Filter("kind", _("原因"), "choice", tuple((each.value, _(each.label)) for each in HeldKind)),
        Filter("code", _("问题代码"), hint="E107"),
        Filter("item", _("信息项"), "choice", tuple((each.code, word(each.name)) for each in edition.items)),
        Filter("batch", _("批次")),
    ]
    if len(visible) > 1:
        filters.insert(2, Filter("unit", _("报送单位"), "choice", visible))
    return TableSpec(
        "held",
        _("暂存行"),
        (
            Column("row", _("暂存行")),
            Column("state", _("状态"), "status"),
            Column("kind", _("原因")),
            Column("codes", _("问题代码"), "code"),
            Column("item", _("信息项")),
            Column("unit", _("报送单位")),
            Column("received", _("收到时间"), "date"),
            Column("decided", _("处理人"), optional=True),
        ),
        tuple(filters),
        sizes=(50,),
        others=(AFTER,),
        unit="行",
    )


def _wanted(query: Query, after: int) -> HeldFilter:
    filters = query.filters
    state = filters.get("state")
    batch = filters.get("batch", "")
    return HeldFilter(
        unit_id=int(filters["unit"]) if "unit" in filters else None,
        item=filters.get("item", ""),
        state=None if state == ALL else HeldState(state) if state else HeldState.HELD,
        kind=HeldKind(filters["kind"]) if "kind" in filters else None,
        code=filters.get("code", "").upper(),
        # What is no number names no batch.
        batch_id=(int(batch) if batch.isascii() and batch.isdecimal() and len(batch) < 18 else 0) if batch else None,
        after=after,
        limit=query.size,
    )


def _row(view: HeldView, names: Mapping[str, str]) -> Row:
    return Row(
        {
            "row": _named(view),
            "state": Status(_(view.state.label), TONES[view.state]),
            "kind": _(view.kind.label),
            "codes": listed(view.codes),
            "item": names.get(view.item, view.item),
            "unit": view.unit_name,
            "received": view.received_at,
            "decided": view.decided_name,
        },
        href=reverse("workbench:held-row", args=[view.id]),
    )


def _named(view: HeldView) -> str:
    if view.batch_id is None:
        return _("%(id)s · 逐条录入") % {"id": view.id}
    return _("%(id)s · 批次 %(batch)s 第 %(row)s 行") % {"id": view.id, "batch": view.batch_id, "row": view.row}


@official(*READERS)
@no_store
@require_GET
def held_page(request: HttpRequest, held_id: int) -> HttpResponse:
    """One held row: why it is held, what is in it, what it is compared with, what can be done.

    Cost: two queries, six for the register or the stored record. A look at another unit's row is registered.
    """
    actor, edition = actor_of(request), current_edition(today())
    row = held_row(held_id, actor, on=today())
    item, view = edition.item(row.view.item), row.view
    _register(row, actor)
    correction = view.kind is not HeldKind.CHECK and view.state is HeldState.HELD
    stored = corrected(edition, item, row, actor, on=today()) if correction else None
    page = HeldPage(
        title=_("暂存行 %(id)s：%(item)s") % {"id": view.id, "item": word(item.name)},
        section="held",
        crumbs=(Crumb(_("暂存行"), reverse("workbench:held")),),
        status=Status(_(view.state.label), TONES[view.state]),
        where=_where(view),
        lead=_lead(view, actor),
        entered="entered" in request.GET,
        steps=_steps(view),
        problems=_problems(row),
        registered=registered(item, row, actor) if "E107" in view.codes and row.values else None,
        compared=compare(edition, item, row, stored, on=today()) if stored else (),
        record_href=address("record", record_id=stored.record_id) if stored else "",
        groups=_groups(item, row),
        reason=row.reason,
        decision=_decision(view),
        actions=_actions(view, actor),
        **surroundings(request),
    )
    return show(request, "workbench/held_row.html", page)


def _register(row: HeldRow, actor: Actor) -> None:
    """Enter that somebody looked at another unit's row; at the own unit's nobody learns anything."""
    if row.values and actor.unit_id != row.view.unit_id:
        query = QueryDraft(
            kind=QueryKind.VIEW,
            subject_id=None,
            fields=tuple(sorted(row.values)),
            scope=_("暂存行 %(id)s") % {"id": row.view.id},
        )
        register_query(query=query, purposes={}, actor=actor, now=now())


def _where(view: HeldView) -> str:
    return _("%(row)s · %(unit)s · 收到于 %(at)s") % {
        "row": _named(view),
        "unit": view.unit_name,
        "at": written.moment(view.received_at),
    }


def _lead(view: HeldView, actor: Actor) -> str:
    if view.state is HeldState.RELEASED:
        return _("已放行入库，不用再操作。")
    if view.state is HeldState.REPLACED:
        return _("报送单位已重新报送，由新报送的行代替，这一行不再等待。")
    if view.state is HeldState.RETURNED:
        return _("已退回，没有入库。请按原因改正后重新报送。")
    if _may_release(view, actor):
        return _("请核对。无误的放行入库；有误的写明原因退回，由报送单位改正后重新报送。")
    if actor.may(SETTLE):
        return _("请核对。有误的写明原因退回；无误的由复核员放行。")
    return _("等待信用中心核对，暂时不用操作。能改正的，可以直接改好重新报送。")


def _may_release(view: HeldView, actor: Actor) -> bool:
    return actor.may(RELEASE) and (view.kind is HeldKind.CHECK or actor.may(RELEASE_CORRECTION))


def _steps(view: HeldView) -> tuple[Step, ...]:
    received = Step(_("报送"), "done", written.day(view.received_at))
    if view.state is HeldState.HELD:
        return (received, Step(_("核对"), "now", _("信用中心")), Step(_("放行入库或退回"), "ahead"))
    note = written.day(view.decided_at) if view.decided_at else ""
    return (received, Step(_("核对"), "done"), Step(_(view.state.label), "done", note))


def _problems(row: HeldRow) -> tuple[Fact, ...]:
    # What holds it stands first; a warning beside it is no reason.
    gravest_first = sorted(row.problems, key=lambda each: each["effect"] != "hold")
    found = tuple(Fact(str(each["code"]), in_page_language(str(each["message"]))) for each in gravest_first)
    return found or tuple(Fact(code, _(row.view.kind.label)) for code in row.view.codes)


def _groups(item: Item, row: HeldRow) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    parts: dict[str, list[Fact]] = {}
    for each in item.fields:
        if row.values.get(each.code):
            parts.setdefault(part_of(each), []).append(Fact(field_name(each.name), row.values[each.code]))
    return tuple((legend, tuple(facts)) for legend, facts in parts.items())


def _decision(view: HeldView) -> tuple[Fact, ...]:
    if view.state is HeldState.HELD:
        return ()
    record = Fact(_("信息编号"), str(view.record_id)) if view.record_id else Fact(_("结果"), _("没有入库"))
    return (
        Fact(_("处理人"), view.decided_name or _("系统")),
        Fact(_("处理时间"), view.decided_at),
        Fact(_("处理意见"), in_page_language(view.decision_reason)),
        record,
    )


def _actions(view: HeldView, actor: Actor) -> tuple[Link, ...]:
    if view.state is not HeldState.HELD:
        return ()
    found = []
    if _may_release(view, actor):
        found.append(Link(_("放行入库"), reverse("workbench:held-settle", args=[view.id, "release"])))
    if actor.may(RELEASE) or actor.may(SETTLE):
        found.append(Link(_("退回"), reverse("workbench:held-settle", args=[view.id, "send-back"])))
    return tuple(found)


@keeps_typed
@official(RELEASE, SETTLE)
@no_store
@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, held_id: int, act: str) -> HttpResponse:
    """Release a row or send it back: the reason, the confirmation, and the one operation."""
    if act not in {"release", "send-back"}:
        raise Unknown("web.unknown", _("暂存行只能放行或退回。"))
    actor = actor_of(request)
    if act == "release" and not actor.may(RELEASE):
        raise Refused("web.not_allowed", _("放行须由复核员办理，您的账号没有这项权限。"))
    row = held_row(held_id, actor, on=today())
    form = _reason_spec(act).read(request) if request.method == "POST" else _reason_spec(act).empty()
    if form.step in {"review", "confirm"}:
        form = form.require()
    if form.ok and form.step == "confirm":
        try:
            operation = release if act == "release" else send_back
            operation(held_id=held_id, reason=form.text("reason"), actor=actor, now=now())
        except (Invalid, Conflict, Refused) as wrong:
            form = form.with_errors([wrong])
        else:
            return HttpResponseRedirect(reverse("workbench:held-row", args=[held_id]))
    page = SettlePage(
        title=_("放行暂存行 %(id)s") % {"id": held_id}
        if act == "release"
        else _("退回暂存行 %(id)s") % {"id": held_id},
        section="held",
        crumbs=(
            Crumb(_("暂存行"), reverse("workbench:held")),
            Crumb(_("暂存行 %(id)s") % {"id": held_id}, reverse("workbench:held-row", args=[held_id])),
        ),
        form=form,
        reviewing=form.ok and form.step == "review",
        has_errors=not form.ok,
        problems=_problems(row),
        back=reverse("workbench:held-row", args=[held_id]),
        **_words(act, row),
        **surroundings(request),
    )
    return show(request, "workbench/held_settle.html", page, status=form.status)


def _reason_spec(act: str) -> FormSpec:
    hint = (
        _("核对了什么、依据什么，例如：已核对营业执照原件，名称为变更后的新名称。")
        if act == "release"
        else _("哪里有误、怎样改正，报送单位会看到。")
    )
    label = _("放行意见") if act == "release" else _("退回原因")
    return FormSpec("settle", (("", (Field("reason", label, "long", hint),)),))


def _words(act: str, row: HeldRow) -> dict[str, Any]:
    if act == "send-back":
        return {
            "lead": _("退回后该行不入库，内容随即清除，由报送单位改正后重新报送。"),
            "harmful": False,
            "confirm": _("确认退回"),
        }
    correction = row.view.kind is not HeldKind.CHECK
    return {
        "lead": _("放行后以新内容为准，随即按新内容公示，原来的内容保留在历史里。")
        if correction
        else _("放行后入库，依规定应当公示的随即公示。"),
        "harmful": True,
        "confirm": _("确认放行"),
    }
