"""Units in their tree: opening, changing, closing."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts import door
from xinheng.accounts.values import Unit, UnitChange, UnitDraft, UnitKind
from xinheng.kernel.dates import legal_date
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.joining import bracketed
from xinheng.web.pages import show
from xinheng.web.parts import Code, Fact, Link, Status
from xinheng.web.tables import Column, Filter, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.reviewing import Task, carry_out, day_error, day_of
from xinheng.workbench.overview.words import word

MANAGE = "accounts.manage_units"


@dataclass(frozen=True, kw_only=True)
class UnitsPage(OverviewPage):
    """`workbench/overview/units.html`."""

    table: Annotated[Table, "units, a parent before its children"]
    open_href: Annotated[str, "where a unit is opened; empty for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class UnitPage(OverviewPage):
    """`workbench/overview/unit.html`."""

    status: Annotated[Status, "in use or closed"]
    facts: Annotated[tuple[Fact, ...], "code, kind, parent, address, days"]
    actions: Annotated[tuple[Link, ...], "what the administrator can do"]
    people: Annotated[tuple[Link, ...], "accounts of the unit"]
    below: Annotated[tuple[Link, ...], "units directly below"]


def _spec() -> TableSpec:
    return TableSpec(
        "units",
        _("单位"),
        (
            Column("name", _("名称")),
            Column("kind", _("类型")),
            Column("code", _("代码"), "code"),
            Column("parent", _("上级单位")),
            Column("state", _("状态"), "status"),
            Column("telephone", _("电话"), optional=True),
        ),
        filters=(Filter("q", _("名称或代码")),),
        sizes=(100,),
        unit=gettext_noop("个"),
    )


def _state(unit: Unit) -> Status:
    closed = unit.active_to is not None and unit.active_to < today()
    return Status(_("已停用"), "ended") if closed else Status(_("在用"), "kept")


@official("accounts.read_people")
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Cost: five queries."""
    spec, actor = _spec(), actor_of(request)
    query = read(spec, request.GET)
    directory = door.units(actor)
    names = {unit.id: unit.name for unit in directory}
    text = query.filters.get("q", "")
    found = [unit for unit in directory if text in unit.name or text == unit.code] if query.ok else []
    shown = found[query.offset : query.offset + query.size]
    page = UnitsPage(
        title=_("单位"),
        table=Table(spec, query, tuple(_row(unit, names) for unit in shown), len(found)),
        open_href=reverse("workbench:unit-open") if actor.may(MANAGE) else "",
        **shell(request, "units"),
    )
    return show(request, "workbench/overview/units.html", page, status=page.table.status)


def _row(unit: Unit, names: dict[int, str]) -> Row:
    cells = {
        "name": unit.name,
        "kind": word(unit.kind.label),
        "code": Code(unit.code),
        "parent": names.get(unit.parent_id or 0, ""),
        "state": _state(unit),
        "telephone": unit.telephone,
    }
    return Row(cells, href=reverse("workbench:unit", args=[unit.id]))


@official("accounts.read_people")
@require_safe
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit with its accounts. Raises: UnitUnknown."""
    actor, found = actor_of(request), door.unit(unit_id)
    directory = door.units(actor)
    names = {one.id: one.name for one in directory}
    here = reverse("workbench:unit", args=[unit_id])
    open_ = found.active_to is None
    actions = (
        (Link(_("变更"), f"{here}/change", "pencil"), Link(_("停用"), f"{here}/close", "ban"))
        if actor.may(MANAGE) and open_
        else ()
    )
    page = UnitPage(
        title=found.name,
        status=_state(found),
        facts=(
            Fact(_("代码"), Code(found.code)),
            Fact(_("类型"), word(found.kind.label)),
            Fact(_("上级单位"), names.get(found.parent_id or 0, "")),
            Fact(_("地址"), found.address),
            Fact(_("电话"), found.telephone),
            Fact(_("启用日"), found.active_from),
            Fact(_("最后一日"), found.active_to),
        ),
        actions=actions,
        people=tuple(
            Link(bracketed(one.name, one.login), reverse("workbench:person", args=[one.id]))
            for one in door.people(actor, now())
            if one.unit_id == unit_id
        ),
        below=tuple(
            Link(one.name, reverse("workbench:unit", args=[one.id])) for one in directory if one.parent_id == unit_id
        ),
        **shell(request, "units", (_("单位"), reverse("workbench:units"))),
    )
    return show(request, "workbench/overview/unit.html", page)


def _words() -> tuple[Field, ...]:
    return (
        Field("address", _("地址"), hint=_("群众提出异议时到哪里去"), required=False, max_length=200),
        Field("telephone", _("电话"), required=False, width="m", max_length=40),
    )


def _parent(directory: tuple[Unit, ...]) -> Field:
    choices = tuple((str(one.id), one.name) for one in directory if one.active_to is None)
    hint = _("不选则为最上级单位")
    return Field("parent", _("上级单位"), "choice", hint=hint, required=False, choices=choices, width="m")


def _chosen(form: Bound) -> int | None:
    written = form.text("parent")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


@keeps_typed
@official(MANAGE)
@require_http_methods(["GET", "POST"])
def open_unit(request: HttpRequest) -> HttpResponse:
    """Open a unit, active from today."""
    kinds = tuple((kind.value, word(kind.label)) for kind in UnitKind)
    fields = (
        Field("name", _("名称"), max_length=200),
        Field("code", _("统一社会信用代码"), "code", width="m", max_length=18),
        Field("kind", _("类型"), "choice", choices=kinds, width="m"),
        _parent(door.units(actor_of(request))),
        *_words(),
    )

    def check(form: Bound) -> tuple[FieldError, ...]:
        known = form.text("kind") in {kind.value for kind in UnitKind}
        return () if known else (FieldError("kind", _("请从列出的选项中选择。"), "form.choice"),)

    def act(form: Bound) -> str:
        draft = UnitDraft(
            code=form.text("code").upper(),
            name=form.text("name"),
            kind=UnitKind(form.text("kind")),
            parent_id=_chosen(form),
            address=form.text("address"),
            telephone=form.text("telephone"),
        )
        done = door.open_unit(unit=draft, actor=actor_of(request), now=now())
        say_done(request, _("单位已启用"), _("下一步：为该单位开立账号。"), done.code)
        return reverse("workbench:unit", args=[done.unit_id])

    task = Task(
        title=_("启用单位"),
        section="units",
        form=FormSpec("unit", (("", fields),)),
        confirm=_("确认启用"),
        back=reverse("workbench:units"),
        crumbs=((_("单位"), reverse("workbench:units")),),
        check=check,
    )
    return carry_out(request, task, act)


@keeps_typed
@official(MANAGE)
@require_http_methods(["GET", "POST"])
def change_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Change a unit's wording or place; a unit that moves takes all below with it."""
    found, directory = door.unit(unit_id), door.units(actor_of(request))
    back = reverse("workbench:unit", args=[unit_id])

    def act(form: Bound) -> str:
        change = UnitChange(form.text("name"), _chosen(form), form.text("address"), form.text("telephone"))
        done = door.change_unit(unit_id=unit_id, change=change, actor=actor_of(request), now=now())
        moved = _("随同移动的下级单位：%(count)s 个。") % {"count": done.moved} if done.moved else ""
        say_done(request, _("单位已变更"), moved)
        return back

    task = Task(
        title=_("变更单位"),
        section="units",
        form=FormSpec("unit", (("", (Field("name", _("名称"), max_length=200), _parent(directory), *_words())),)),
        confirm=_("确认变更"),
        back=back,
        facts=(Fact(_("名称"), found.name), Fact(_("代码"), Code(found.code))),
        crumbs=((_("单位"), reverse("workbench:units")), (found.name, back)),
        initial={
            "name": found.name,
            "parent": str(found.parent_id or ""),
            "address": found.address,
            "telephone": found.telephone,
        },
        warning=_("改变上级单位会改变哪些人能看到本单位未公示的信息。"),
    )
    return carry_out(request, task, act)


@keeps_typed
@official(MANAGE)
@require_http_methods(["GET", "POST"])
def close_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Close a unit after a last day."""
    found, at = door.unit(unit_id), now()
    back = reverse("workbench:unit", args=[unit_id])

    def act(form: Bound) -> str:
        day = day_of(form, "last_day") or legal_date(at)
        door.close_unit(unit_id=unit_id, last_day=day, actor=actor_of(request), now=at)
        say_done(request, _("单位已停用"), _("最后一日之后不能再报送；已入档的信息不变。"))
        return back

    field = Field("last_day", _("最后一日"), "date", hint=_("这一天仍在用"), width="s")
    task = Task(
        title=_("停用单位"),
        section="units",
        form=FormSpec("close", (("", (field,)),)),
        confirm=_("确认停用"),
        back=back,
        facts=(Fact(_("名称"), found.name), Fact(_("代码"), Code(found.code))),
        crumbs=((_("单位"), reverse("workbench:units")), (found.name, back)),
        initial={"last_day": legal_date(at).isoformat()},
        check=lambda form: day_error(form, "last_day"),
        harmful=True,
        warning=_("停用前须先注销或调出本单位账号，并停用或移出下级单位。"),
    )
    return carry_out(request, task, act)
