"""A business objects in its own name, to whatever stands in its archive, and follows its cases without number and code."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from xinheng.catalogue.door import current_edition, edition_by_hash
from xinheng.kernel.errors import Conflict, Invalid
from xinheng.members.values import Scope
from xinheng.objections import door as objections
from xinheng.objections.door import submit
from xinheng.objections.values import (
    LONGEST_CONTACT,
    LONGEST_STATEMENT,
    About,
    AlreadySubmitted,
    ObjectionDraft,
    TooMany,
)
from xinheng.portal.objecting import way_of
from xinheng.portal.own import OwnPage, acting, own_surroundings
from xinheng.portal.shown import basis_part
from xinheng.portal.views.own import own_entry
from xinheng.procedures import door as procedures
from xinheng.procedures.values import Side
from xinheng.publicity import door as publicity
from xinheng.repair import door as repair
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.pages import show
from xinheng.web.parts import Crumb, Fact, Status
from xinheng.web.procedure_words import Happened, clock_facts, procedure_word, timeline, waits_for
from xinheng.web.sentences import in_page_language


@dataclass(frozen=True, kw_only=True)
class OwnObjectionPage(OwnPage):
    """`portal/own/objection.html`."""

    about: Annotated[str, "the record objected to"]
    form: Annotated[Bound, "what is wrong"]
    way: Annotated[tuple[str, ...], "what happens then, and within what time"]
    back: Annotated[str, "page of the record"]


@dataclass(frozen=True, kw_only=True)
class OwnCasePage(OwnPage):
    """`portal/own/case.html`."""

    about: Annotated[str, "what the case is about"]
    status: Annotated[Status, "where it stands"]
    turn: Annotated[str, "whose turn it is"]
    clocks: Annotated[tuple[Fact, ...], "time limits"]
    timeline: Annotated[tuple[Happened, ...], "what happened, with reasons and what the applicant wrote"]
    supplies: Annotated[bool, "something was asked for"]
    drops: Annotated[bool, "it can be dropped"]
    drop_label: Annotated[str, "what dropping it is called"]
    drop_text: Annotated[str, "what follows from it"]
    refused: Annotated[str, "why what was sent was not done; empty otherwise"] = ""
    done: Annotated[str, "what was done a moment ago"] = ""
    typed: Annotated[str, "what was typed into the form for what is missing"] = ""
    most: Annotated[int, "how many signs what is supplied may have"] = LONGEST_STATEMENT


@dataclass(frozen=True, slots=True)
class Way:
    """What an applicant may do in a case of a procedure."""

    supply: Callable[..., object]
    drop: Callable[..., object]
    label: str
    follows: str


WAYS: Mapping[str, Way] = {
    "objection": Way(
        objections.supply,
        objections.drop,
        gettext_noop("撤回异议"),
        gettext_noop("撤回后办件结束，信息上的异议标注解除。之后还可以重新提出。"),
    ),
    "repair": Way(
        repair.supply,
        repair.drop,
        gettext_noop("撤回修复申请"),
        gettext_noop("撤回后办件结束。之后还可以重新申请。"),
    ),
}
"""Procedure code → what its applicant may do; a test finds one without."""


def _spec() -> FormSpec:
    about = tuple((each.value, procedure_word(each.label)) for each in About)
    statement = _("哪里不对、应当是什么、您有什么材料。请不要写身份证号、银行卡号。")
    contact = _("电话或者邮箱：加密保存，只用于答复。不留也可以，在这里查答复。")
    fields = (
        Field("about", _("您认为哪里有问题"), "radio", choices=about),
        Field("statement", _("异议说明"), "long", statement, max_length=LONGEST_STATEMENT),
        Field("contact", _("联系方式"), hint=contact, required=False, width="m", max_length=LONGEST_CONTACT),
        Field("once", "", "hidden"),
    )
    return FormSpec("my-objection", (("", fields),))


@acting(Scope.APPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, record_id: int) -> HttpResponse:
    """The form, and what was sent with it: the same form sent twice is one objection.  Raises: RecordUnknown, Conflict."""
    actor, on = actor_of(request), today()
    found, line = publicity.own_record(record_id, actor=actor, on=on)
    edition = current_edition(on)
    entry = own_entry(found, line, edition, actor, on)
    way = way_of(edition, on)
    if not way:
        raise Conflict(
            "portal.no_limits",
            _(
                "平台目录还没有异议办理时限，暂时不能在网上提出。请向作出决定的单位或者信用中心提出，联系方式在信息旁边。"
            ),
        )
    surroundings = own_surroundings(request, "my-objection")
    form = _spec().empty(once=secrets.token_hex(16))
    if request.method == "POST":
        form = _spec().read(request).require()
        if form.ok:
            try:
                case_id = _submit(request, form, record_id, surroundings["own_name"])
                return HttpResponseRedirect(reverse("portal:my-case", args=[case_id]))
            except (Invalid, TooMany) as wrong:
                form = form.with_errors([wrong])
    page = OwnObjectionPage(
        title=_("对这条信息提出异议"),
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my")), Crumb(entry.title, entry.href)),
        about=entry.title,
        form=form,
        way=way,
        back=entry.href,
        **surroundings,
    )
    return show(request, "portal/own/objection.html", page, status=form.status)


def _submit(request: HttpRequest, form: Bound, record_id: int, name: str) -> int:
    about = form.text("about")
    if about not in set(About):
        raise Invalid("objections.about", _("请选择“您认为哪里有问题”。"), field="about")
    draft = ObjectionDraft(
        record_id, About(about), form.text("statement"), name, form.text("contact"), form.text("once")
    )
    try:
        return submit(draft=draft, actor=actor_of(request), now=now()).case_id
    except AlreadySubmitted as before:
        return before.submitted.case_id


@acting()
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case the subject brought: where it stands, what was answered; supplying, dropping.  Raises: CaseUnknown."""
    actor = actor_of(request)
    view = procedures.case(case_id, actor=actor)
    done, refused, typed, status = "", "", "", 200
    way = WAYS[view.procedure.partition("/")[0]]
    if request.method == "POST":
        act, text = request.POST.get("act", ""), request.POST.get("text", "")
        try:
            if act == "supply":
                way.supply(case_id=case_id, text=text, actor=actor, now=now())
                done = _("已收到您的补充，期限继续计算。")
            elif act == "drop":
                way.drop(case_id=case_id, actor=actor, now=now())
                done = _("已撤回。")
        except (Invalid, Conflict) as wrong:
            refused, typed, status = in_page_language(wrong.message), text, 409 if isinstance(wrong, Conflict) else 422
        view = procedures.case(case_id, actor=actor)
    theirs = Side.APPLICANT in view.state.waits
    applies = actor.may(Scope.APPLY.permission)
    who = waits_for(view)
    page = OwnCasePage(
        title=f"{procedure_word(view.name)} {view.number}",
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my"))),
        about=view.title,
        status=Status(procedure_word(view.state.name), "ended" if view.state.ends else "action"),
        turn=_("请补充材料。") if theirs else _("现在轮到：%(who)s。") % {"who": who} if who else "",
        clocks=clock_facts(view, edition_by_hash(view.edition), today(), basis_part),
        timeline=timeline(view, procedures.texts(case_id, "statement", actor=actor)),
        supplies=theirs and applies,
        drops=not view.state.ends and applies,
        drop_label=_(way.label),
        drop_text=_(way.follows),
        done=done,
        refused=refused,
        typed=typed,
        **own_surroundings(request, "my-case"),
    )
    return show(request, "portal/own/case.html", page, status=status)
