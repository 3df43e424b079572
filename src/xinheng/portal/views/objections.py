"""Objecting to a public record, and following an objection with number and code. No account is needed; the code stands in no address."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.catalogue.door import current_edition, edition_by_hash
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.errors import Conflict, Invalid
from xinheng.objections.door import drop, submit, supply
from xinheng.objections.values import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_STATEMENT,
    About,
    AlreadySubmitted,
    ObjectionDraft,
    Submitted,
    TooMany,
)
from xinheng.portal.objecting import way_of
from xinheng.portal.shown import basis_part, entry
from xinheng.procedures.door import case_by_number
from xinheng.procedures.values import CaseUnknown, CaseView, Side
from xinheng.publicity import door as publicity
from xinheng.web.clock import now, today
from xinheng.web.errors import TooMany as TooManyRequests
from xinheng.web.forms import Bound, Field, FormSpec
from xinheng.web.gate import no_store
from xinheng.web.limits import Limit
from xinheng.web.pages import Page, show
from xinheng.web.parts import Crumb, Fact, Status
from xinheng.web.procedure_words import Happened, clock_facts, procedure_word, timeline, waits_for
from xinheng.web.sentences import in_page_language

WRONG_CODES = Limit("portal.objection_code", 30, timedelta(minutes=15))
"""A code is guessed once in 2^60 tries; whoever mistypes needs a few."""
SUBMITTED = Limit("portal.objections", 30, timedelta(hours=1))
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class ObjectionPage(Page):
    """`portal/objection.html`."""

    about: Annotated[str, "the record objected to"]
    form: Annotated[Bound, "what is wrong, and who says so"]
    way: Annotated[tuple[str, ...], "what happens then, and within what time"]
    back: Annotated[str, "page of the record"]


@dataclass(frozen=True, kw_only=True)
class ReceivedPage(Page):
    """`portal/objection_received.html`."""

    number: Annotated[str, "number of the case"]
    code: Annotated[str, "what opens it; told here and nowhere again"]
    way: Annotated[tuple[str, ...], "what happens next, and within what time"]
    back: Annotated[str, "page of the record"]


@dataclass(frozen=True, kw_only=True)
class FollowPage(Page):
    """`portal/objections.html`: the question for number and code, and the answer."""

    number: Annotated[str, "the number as it was typed"] = ""
    code: Annotated[str, "the code as it was typed: the forms of the answer carry it"] = ""
    unknown: Annotated[bool, "number and code do not belong together, or there is no such case"] = False
    refused: Annotated[str, "why what was sent was not done; empty otherwise"] = ""
    done: Annotated[str, "what was done a moment ago"] = ""
    typed: Annotated[str, "what was typed into the form for what is missing"] = ""
    about: Annotated[str, "what the case is about"] = ""
    status: Annotated[Status | None, "where it stands; None while none was opened"] = None
    turn: Annotated[str, "whose turn it is"] = ""
    clocks: Annotated[tuple[Fact, ...], "time limits"] = ()
    timeline: Annotated[tuple[Happened, ...], "what happened, with reasons"] = ()
    supplies: Annotated[bool, "something was asked for"] = False
    drops: Annotated[bool, "it can be dropped"] = False
    most: Annotated[int, "how many signs what is supplied may have"] = LONGEST_STATEMENT


def _spec() -> FormSpec:
    about = tuple((each.value, procedure_word(each.label)) for each in About)
    sealed = _("只用于答复您：加密保存，不公开，只有负责答复的信用中心能看。")
    statement = _("哪里不对、应当是什么、您有什么材料。请不要写身份证号、银行卡号。")
    return FormSpec(
        "objection",
        (
            (
                "",
                (
                    Field("about", _("您认为哪里有问题"), "radio", choices=about),
                    Field("statement", _("异议说明"), "long", statement, max_length=LONGEST_STATEMENT),
                    Field("name", _("您的姓名或者单位名称"), hint=sealed, width="m", max_length=LONGEST_NAME),
                    Field(
                        "contact",
                        _("联系方式"),
                        hint=_("电话或者邮箱。不留也可以，凭编号和查询码查答复。"),
                        required=False,
                        width="m",
                        max_length=LONGEST_CONTACT,
                    ),
                    Field("once", "", "hidden"),
                ),
            ),
        ),
    )


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
def submit_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """The form, and what was sent with it: the same form sent twice is one objection. Raises: NotPublic, TooManyRequests."""
    on = today()
    page, _numbers = publicity.record_page(record_id, on=on)
    way = way_of(page.edition, on)
    if not way:
        raise Conflict(
            "portal.no_limits",
            _(
                "平台目录还没有异议办理时限，暂时不能在网上提出。请向作出决定的单位或者信用中心提出，联系方式在信息旁边。"
            ),
        )
    form = _spec().empty(once=secrets.token_hex(16))
    status = 200
    if request.method == "POST":
        form = _spec().read(request).require()
        if form.ok:
            try:
                return _received(request, _submit(request, form, record_id))
            except (Invalid, TooMany) as wrong:
                form = form.with_errors([wrong])
        status = form.status
    title = entry(page.items[0], page).title
    back = reverse("portal:record", args=[record_id])
    view = ObjectionPage(
        title=_("对这条信息提出异议"),
        section="help",
        crumbs=(Crumb(_("首页"), "/"), Crumb(title, back)),
        about=title,
        form=form,
        way=way,
        back=back,
    )
    return show(request, "portal/objection.html", view, status=status)


def _submit(request: HttpRequest, form: Bound, record_id: int) -> Submitted:
    about = form.text("about")
    if about not in set(About):
        raise Invalid("objections.about", _("请选择“您认为哪里有问题”。"), field="about")
    if SUBMITTED.reached(request):
        raise TooManyRequests(
            "portal.too_many_objections",
            _("从您的网络地址提出的异议太多，请一小时后再提，或者联系页面下方的信用中心。"),
        )
    draft = ObjectionDraft(
        record_id, About(about), form.text("statement"), form.text("name"), form.text("contact"), form.text("once")
    )
    try:
        done = submit(draft=draft, actor=PUBLIC, now=now())
    except AlreadySubmitted as before:
        return before.submitted
    SUBMITTED.note(request)
    return done


def _received(request: HttpRequest, done: Submitted) -> HttpResponse:
    on = today()
    page = ReceivedPage(
        title=_("已收到您的异议"),
        section="help",
        number=done.number,
        code=done.secret,
        way=way_of(current_edition(on), on),
        back=reverse("portal:record", args=[done.record_id]),
    )
    return show(request, "portal/objection_received.html", page)


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
def follow_page(request: HttpRequest) -> HttpResponse:
    """Where an objection stands, for who has number and code; supplying what is missing, dropping it. Raises: TooManyRequests."""
    page = FollowPage(title=_("查询异议办理情况"), section="help", crumbs=(Crumb(_("首页"), "/"),))
    if request.method != "POST":
        return show(request, "portal/objections.html", page)
    page = replace(
        page,
        number=request.POST.get("number", "").strip()[:LONGEST],
        code=request.POST.get("code", "").strip()[:LONGEST],
    )
    if WRONG_CODES.reached(request):
        minutes = int(WRONG_CODES.window.total_seconds() // 60)
        raise TooManyRequests(
            "portal.too_many_codes",
            _("从您的网络地址输入的编号和查询码多次不对，请 %(minutes)s 分钟后再试。") % {"minutes": minutes},
        )
    try:
        view = case_by_number(page.number, secret=page.code, actor=PUBLIC)
        page, status = _acted(request, page, view)
    except CaseUnknown:
        WRONG_CODES.note(request)
        return show(request, "portal/objections.html", replace(page, unknown=True), status=404)
    return show(request, "portal/objections.html", page, status=status)


def _acted(request: HttpRequest, page: FollowPage, view: CaseView) -> tuple[FollowPage, int]:
    """Do what was sent along, if anything; the case as it is then."""
    act, text, status = request.POST.get("act", ""), request.POST.get("text", ""), 200
    try:
        if act == "supply":
            supply(case_id=view.id, text=text, secret=page.code, actor=PUBLIC, now=now())
            page = replace(page, done=_("已收到您的补充，期限继续计算。"))
        elif act == "drop":
            drop(case_id=view.id, secret=page.code, actor=PUBLIC, now=now())
            page = replace(page, done=_("异议已撤回。"))
    except (Invalid, Conflict) as wrong:
        page, status = (
            replace(page, refused=in_page_language(wrong.message), typed=text),
            409 if isinstance(wrong, Conflict) else 422,
        )
    if act:
        view = case_by_number(page.number, secret=page.code, actor=PUBLIC)
    return _shown(page, view), status


def _shown(page: FollowPage, view: CaseView) -> FollowPage:
    theirs = Side.APPLICANT in view.state.waits
    who = waits_for(view)
    return replace(
        page,
        title=f"{procedure_word(view.name)} {view.number}",
        about=view.title,
        status=Status(procedure_word(view.state.name), "ended" if view.state.ends else "action"),
        turn=_("请补充材料。") if theirs else _("现在轮到：%(who)s。") % {"who": who} if who else "",
        clocks=clock_facts(view, edition_by_hash(view.edition), today(), basis_part),
        timeline=timeline(view, {}),
        supplies=theirs,
        drops=not view.state.ends,
    )
