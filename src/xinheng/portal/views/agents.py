"""Who else acts for the business: authorising others, taking authorisations back."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.kernel.errors import Unknown, XinhengError
from xinheng.members import door
from xinheng.members.values import (
    CODE_LIFE,
    LONGEST_POST,
    AgencyView,
    Channel,
    ClaimDraft,
    ClaimIssued,
    ClaimState,
    ClaimView,
    Scope,
)
from xinheng.portal.own import OwnPage, acting, member_of, own_surroundings
from xinheng.portal.words import word
from xinheng.web import once
from xinheng.web import show as said
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of
from xinheng.web.joining import bracketed, listed
from xinheng.web.pages import show
from xinheng.web.parts import Code, Crumb, Fact, Status
from xinheng.web.sentences import in_page_language

LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One authorisation, or one code that is out."""

    id: Annotated[int, "its number"]
    title: Annotated[str, "login and post"]
    status: Annotated[Status, "whether it holds"]
    what: Annotated[str, "what it allows, since when, until when"]
    act: Annotated[str, "what the button sends: `end`, `withdraw`; empty: nothing to press"]


@dataclass(frozen=True, kw_only=True)
class AgentsPage(OwnPage):
    """`portal/own/agents.html`."""

    agents: Annotated[tuple[AgentLine, ...], "authorisations, those that hold first"]
    claims: Annotated[tuple[AgentLine, ...], "codes, those not used first"]
    form: Annotated[Bound | None, "for authorising another; None without that authorisation"]
    done: Annotated[str, "what was done a moment ago"] = ""
    refused: Annotated[str, "why something was not done"] = ""
    issued: Annotated[tuple[Fact, ...], "number and code of a new one: told here and nowhere again"] = ()
    once: Annotated[str, "what the form carries, so that it is not sent twice"] = ""


def _spec(scopes: frozenset[Scope]) -> FormSpec:
    choices = tuple((each.value, word(each.label)) for each in Scope if each in scopes and each is not Scope.VIEW)
    fields = (
        Field(
            "post",
            _("职务或者与主体的关系"),
            hint=_("例如“财务负责人”“代理记账机构”。不要写姓名、证件号码、电话。"),
            width="m",
            max_length=LONGEST_POST,
        ),
        Field("scopes", _("除查看以外，还可以"), "choices", required=False, choices=choices, blank=_("只能查看")),
        Field("until", _("授权的最后一日"), "date", hint=_("不填：一直有效，直到收回。"), required=False, width="s"),
    )
    return FormSpec("my-agents", (("", fields),))


@acting()
@require_http_methods(["GET", "HEAD", "POST"])
def agents(request: HttpRequest) -> HttpResponse:
    """The agents of the subject; authorising one gives a code to pass on. Cost: about fifteen queries."""
    actor = actor_of(request)
    manages = actor.may(Scope.MANAGE.permission)
    own = frozenset(each for each in Scope if actor.may(each.permission))
    form = _spec(own).empty() if manages else None
    done, refused, issued = "", "", None
    status = 200
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "invite" and form is not None:
                form = _spec(own).read(request).require()
                if form.ok and once.sent_before(request):
                    refused, status = _twice(), 409
                else:
                    issued, form = _invite(request, form)
                    status = form.status
            elif act in ("end", "withdraw"):
                done = _ended(request, act)
        except XinhengError as wrong:
            refused, status = in_page_language(wrong.message), 404 if isinstance(wrong, Unknown) else 409
        if done and act == "end" and _is_own(request):
            return HttpResponseRedirect(reverse("portal:my"))
    at = now()
    subject_id = actor.on_behalf_of or 0
    page = AgentsPage(
        title=_("授权经办人"),
        crumbs=(Crumb(_("首页"), "/"), Crumb(_("我的主体"), reverse("portal:my"))),
        agents=tuple(
            _agent(one, actor.login, manages=manages)
            for one in sorted(door.agents(subject_id, actor=actor, now=at), key=lambda one: not one.in_force)
        ),
        claims=tuple(
            _claim(one, manages=manages)
            for one in sorted(
                door.claims(subject_id, actor=actor, now=at), key=lambda one: one.state is not ClaimState.OPEN
            )
        ),
        form=form,
        done=done,
        refused=refused,
        issued=_issued(issued) if issued else (),
        once=once.fresh(),
        **own_surroundings(request, "my-agents"),
    )
    return show(request, "portal/own/agents.html", page, status=status)


def _is_own(request: HttpRequest) -> bool:
    """Whether the authorisation spoken of is the one this account is here with."""
    mine = member_of(request).agency
    return mine is not None and request.POST.get("id", "") == str(mine.id)


def _twice() -> str:
    return _("这张表单已经生成过认领码，没有再生成。认领码只显示一次；没有记下的，请作废后另生成。")


def _invite(request: HttpRequest, form: Bound) -> tuple[ClaimIssued | None, Bound]:
    until = None
    if form.text("until"):
        try:
            until = date.fromisoformat(form.text("until"))
        except ValueError:
            wrong = _("“%(value)s”不是日期，请写成 2026-01-31 的样子。") % {"value": form.text("until")[:20]}
            form = form.with_errors([FieldError("until", wrong, "form.date")])
    asked = form.many("scopes")
    if unknown := [each for each in asked if each not in set(Scope)]:
        form = form.with_errors(
            [FieldError("scopes", _("没有“%(value)s”这种授权。") % {"value": unknown[0][:20]}, "form.choice")]
        )
    if not form.ok:
        return None, form
    actor = actor_of(request)
    draft = ClaimDraft(
        subject_id=actor.on_behalf_of or 0,
        channel=Channel.AGENT,
        scopes=frozenset(map(Scope, asked)),
        post=form.text("post"),
        until=until,
    )
    try:
        return door.invite(draft=draft, actor=actor, now=now()), form.spec.empty()
    except XinhengError as wrong:
        return None, form.with_errors([wrong])


def _ended(request: HttpRequest, act: str) -> str:
    text = request.POST.get("id", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else 0
    if act == "end":
        door.end_agency(agency_id=number, actor=actor_of(request), now=now())
        return _("授权已收回，立即生效。")
    door.withdraw_invitation(claim_id=number, actor=actor_of(request), now=now())
    return _("认领码已作废。")


def _agent(one: AgencyView, login: str, *, manages: bool) -> AgentLine:
    own = one.login == login
    until = said.day(one.until) if one.until else _("没有设定截止日")
    what = _("%(what)s；%(since)s起，%(until)s") % {
        "what": listed(word(scope.label) for scope in one.scopes),
        "since": said.day(one.since),
        "until": until,
    }
    if one.ended_by is not None and one.ended_at is not None:
        what = _("%(what)s；%(day)s %(how)s") % {
            "what": what,
            "day": said.day(one.ended_at),
            "how": word(one.ended_by.label),
        }
    title = bracketed(one.login, _("本人")) if own else one.login
    return AgentLine(
        one.id,
        f"{title} · {one.post}",
        Status(_("有效"), "kept") if one.in_force else Status(_("已结束"), "ended"),
        what,
        "end" if one.in_force and (own or manages) else "",
    )


def _claim(one: ClaimView, *, manages: bool) -> AgentLine:
    waits = one.state is ClaimState.OPEN
    what = _("%(how)s；%(until)s前有效") % {"how": word(one.channel.label), "until": said.moment(one.expires_at)}
    return AgentLine(
        one.id,
        f"{one.number} · {one.post}",
        Status(word(one.state.label), "clock" if waits else "ended"),
        what,
        "withdraw" if waits and manages and one.channel is Channel.AGENT else "",
    )


def _issued(done: ClaimIssued) -> tuple[Fact, ...]:
    return (
        Fact(_("编号"), Code(done.number)),
        Fact(
            _("认领码"), Code(done.code), _("只在这里显示一次，%(days)s 天内有效，用一次。") % {"days": CODE_LIFE.days}
        ),
    )
