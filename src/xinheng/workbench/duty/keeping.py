"""Duties as the centre keeps them: one with its history, a new one or a change of who answers, an end."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts.door import units
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import Contact, DutyView, duty, duty_history, end_duty, is_monthly, set_duty
from xinheng.intake.values.duties import ContactDraft, ContactRole, DutyDraft
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.joining import phrases
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Link
from xinheng.web.tables import Column, Query, Row, Table, TableSpec
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.duty.pages import OneDutyPage
from xinheng.workbench.duty.views import MANAGE
from xinheng.workbench.duty.words import READERS, Directory
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import say_done, shell
from xinheng.workbench.overview.reviewing import Task, carry_out, day_error, day_of
from xinheng.workbench.overview.words import word


@official(*READERS)
@require_safe
def one(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One duty with all that was ever said of it. Raises: DutyUnknown. Cost: two queries beside those of every page."""
    actor = actor_of(request)
    found = duty(duty_id, actor)
    item = current_edition(today()).item(found.item)
    spec = TableSpec(
        "history",
        _("历次登记"),
        (
            Column("since", _("自"), "date"),
            Column("until", _("至"), "date"),
            *(Column(role.value, word(role.label)) for role in ContactRole),
        ),
        sizes=(200,),
        unit=gettext_noop("次"),
    )
    history = duty_history(actor, unit_id=found.unit_id, item=found.item)
    rows = tuple(
        Row({"since": each.since, "until": each.until or _("现行"), **{c.role.value: said(c) for c in each.contacts}})
        for each in history
    )
    actions: tuple[Link, ...] = ()
    if actor.may(MANAGE):
        change = f"{reverse('workbench:duty-set')}?unit={found.unit_id}&item={found.item}"
        actions = (Link(_("变更责任人"), change, "square-pen"),)
        if found.until is None:
            actions += (Link(_("结束责任"), reverse("workbench:duty-end", args=[found.id])),)
    page = OneDutyPage(
        title=_("报送责任 · %(unit)s · %(item)s") % {"unit": found.unit_name, "item": word(item.name)},
        facts=_facts(found, word(item.name), monthly=is_monthly(item.cycle)),
        actions=actions,
        table=Table(spec, Query("", 1, 200, spec.usual_columns), rows, len(rows)),
        **shell(request, "duty", (_("报送责任"), reverse("workbench:duty"))),
    )
    return show(request, "workbench/duty/duty.html", page)


def said(contact: Contact) -> str:
    """Who answers, by name and post."""
    return phrases(filter(None, (contact.name, contact.post)))


def _facts(found: DutyView, item: str, *, monthly: bool) -> tuple[Fact, ...]:
    return (
        Fact(_("单位"), found.unit_name),
        Fact(_("信息项"), item),
        Fact(_("报送周期"), _("按月") if monthly else _("决定之后即报")),
        Fact(_("责任起始"), found.since),
        Fact(_("责任结束"), found.until, hint="" if found.until else _("现行")),
        *(Fact(word(each.role.label), said(each)) for each in found.contacts),
    )


@keeps_typed
@official(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """A new duty, or other people who answer for one from a day on."""
    actor, on = actor_of(request), today()
    directory = Directory(current_edition(on), units(actor), on)
    task = Task(
        title=_("登记报送责任"),
        section="duty",
        form=_form(directory),
        confirm=_("确认登记"),
        back=reverse("workbench:duty"),
        lead=_("登记哪个单位报送哪个信息项、由谁负责。已有登记的，新的从所填日期起代替，原来的到前一天为止。"),
        crumbs=((_("报送责任"), reverse("workbench:duty")),),
        initial=_initial(request, on),
        check=lambda sent: day_error(sent, "since"),
    )

    def act(sent: Bound) -> str:
        made = set_duty(
            draft=DutyDraft(
                int(sent.text("unit")),
                sent.text("item"),
                day_of(sent, "since") or on,
                *(
                    ContactDraft(sent.text(f"{role.value}_login"), sent.text(f"{role.value}_post"))
                    for role in ContactRole
                ),
            ),
            actor=actor,
            now=now(),
        )
        say_done(request, _("已登记报送责任"), _("从登记的日期起计入责任表。"), str(made.duty_id))
        return reverse("workbench:duty-one", args=[made.duty_id])

    return carry_out(request, task, act)


def _form(directory: Directory) -> FormSpec:
    contacts = tuple(
        (
            word(role.label),
            (
                Field(f"{role.value}_post", _("%(role)s的职务") % {"role": word(role.label)}, required=False),
                Field(
                    f"{role.value}_login",
                    _("%(role)s的登录名") % {"role": word(role.label)},
                    required=False,
                    hint=_("有账号的填登录名，没有的填职务；不填电话号码等个人信息"),
                    width="m",
                ),
            ),
        )
        for role in ContactRole
    )
    return FormSpec(
        "duty",
        (
            (
                "",
                (
                    Field("unit", _("单位"), "choice", choices=tuple((str(u.id), u.name) for u in directory.units)),
                    Field("item", _("信息项"), "choice", choices=tuple(directory.items.items())),
                    Field("since", _("自哪天起"), "date", width="m"),
                ),
            ),
            *contacts,
        ),
    )


def _initial(request: HttpRequest, on: date) -> dict[str, str]:
    given = {key: request.GET.get(key, "") for key in ("unit", "item")}
    return {**given, "since": on.isoformat()}


@keeps_typed
@official(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, duty_id: int) -> HttpResponse:
    """End a duty with a day. Raises: DutyUnknown."""
    actor, on = actor_of(request), today()
    found = duty(duty_id, actor)
    item = current_edition(on).item(found.item)
    task = Task(
        title=_("结束报送责任"),
        section="duty",
        form=FormSpec("end", (("", (Field("until", _("最后一天"), "date", width="m"),)),)),
        confirm=_("确认结束"),
        back=reverse("workbench:duty-one", args=[duty_id]),
        warning=_("结束之后的月份不再记为缺报；已经记下的不变。"),
        facts=_facts(found, word(item.name), monthly=is_monthly(item.cycle)),
        crumbs=((_("报送责任"), reverse("workbench:duty")),),
        initial={"until": on.isoformat()},
        check=lambda sent: day_error(sent, "until"),
    )

    def act(sent: Bound) -> str:
        end_duty(duty_id=duty_id, until=day_of(sent, "until") or on, actor=actor, now=now())
        say_done(request, _("已结束报送责任"))
        return reverse("workbench:duty-one", args=[duty_id])

    return carry_out(request, task, act)
