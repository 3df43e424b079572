"""Who acts for a subject: claim codes handed out after a check of papers, authorisations taken back at the window."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.kernel.errors import Unknown, XinhengError
from xinheng.members import door
from xinheng.members.values import (
    CODE_LIFE,
    CODE_TRIES,
    LONGEST_EVIDENCE,
    LONGEST_POST,
    LONGEST_REASON,
    AgencyUnknown,
    AgencyView,
    Channel,
    ClaimDraft,
    ClaimIssued,
    ClaimState,
    ClaimUnknown,
    ClaimView,
    Scope,
)
from xinheng.web import once
from xinheng.web import show as said
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import no_store
from xinheng.web.joining import listed
from xinheng.web.pages import show
from xinheng.web.parts import Code, Fact, Status
from xinheng.web.sentences import in_page_language
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, shell
from xinheng.workbench.overview.reading import Opened, PurposeNeeded, open_subject, register
from xinheng.workbench.overview.reviewing import day_error, day_of
from xinheng.workbench.overview.words import word

LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One authorisation or one claim code."""

    id: Annotated[int, "its number"]
    title: Annotated[str, "login or number, with the post"]
    status: Annotated[Status, "whether it holds"]
    what: Annotated[tuple[str, ...], "what it allows and since when; what was checked"]
    act: Annotated[str, "what the button sends: `revoke`, `withdraw`; empty: nothing to press"]


@dataclass(frozen=True, kw_only=True)
class AgentsPage(OverviewPage):
    """`workbench/overview/agents.html`."""

    form: Annotated[Bound, "what a code shall give"]
    lead: Annotated[str, "what to check before"]
    agents: Annotated[tuple[AgentRow, ...], "authorisations, those that hold first"]
    claims: Annotated[tuple[AgentRow, ...], "codes, those not used first"]
    issued: Annotated[tuple[Fact, ...], "number and code of a new one: told here and nowhere again"]
    once: Annotated[str, "what the form carries, so that it is not sent twice"]
    said: Annotated[str, "what was done a moment ago"]
    refused: Annotated[str, "why something was not done"]
    reason: Annotated[str, "the reason as it was typed"]
    reason_of: Annotated[int, "for which authorisation it was typed; 0: for none"]
    most: Annotated[int, "how many signs the reason may have"] = LONGEST_REASON


def _spec() -> FormSpec:
    channels = tuple((each.value, word(each.label)) for each in Channel if each is not Channel.AGENT)
    scopes = tuple((each.value, word(each.label)) for each in Scope if each is not Scope.VIEW)
    fields = (
        Field("channel", _("怎样交给经办人"), "radio", choices=channels),
        Field(
            "evidence",
            _("核对了哪些证件"),
            hint=_("例如“营业执照、法定代表人身份证、授权委托书原件”。只写证件名称，不写号码和姓名。"),
            max_length=LONGEST_EVIDENCE,
        ),
        Field(
            "post",
            _("经办人的职务或者与主体的关系"),
            hint=_("例如“法定代表人”“财务负责人”“本人”。"),
            width="m",
            max_length=LONGEST_POST,
        ),
        Field("scopes", _("除查看以外，还可以"), "choices", required=False, choices=scopes, blank=_("只能查看")),
        Field("until", _("授权的最后一日"), "date", hint=_("不填：一直有效，直到收回。"), required=False, width="s"),
    )
    return FormSpec("claim", (("", fields),))


@keeps_typed
@official(door.ISSUE)
@no_store
@require_http_methods(["GET", "POST"])
def agents(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The agents and claims of a subject; the look is registered. Cost: about thirty queries.  Raises: SubjectUnknown."""
    at = now()
    try:
        opened = open_subject(request, subject_id, None, at)
    except PurposeNeeded:
        return HttpResponseRedirect(f"{reverse('workbench:subject-purpose', args=[subject_id])}?next={request.path}")
    if opened.head.merged_into is not None:
        return HttpResponseRedirect(reverse("workbench:subject-agents", args=[opened.head.merged_into]))
    form = _spec().empty(scopes=Scope.APPLY.value)
    done, refused, issued, status = "", "", None, 200
    if request.method == "POST":
        try:
            act = request.POST.get("act", "")
            if act == "issue":
                form = _spec().read(request).require()
                if form.ok and once.sent_before(request):
                    refused = _("这张表单已经生成过认领码，没有再生成。认领码只显示一次；没有记下的，请作废后另生成。")
                    status = 409
                else:
                    issued, form = _issue(form, opened)
                    status = form.status
            elif act in ("withdraw", "revoke"):
                done = _ended(request, act, opened)
        except XinhengError as wrong:
            refused, status = in_page_language(wrong.message), 404 if isinstance(wrong, Unknown) else 422
    draft = QueryDraft(kind=QueryKind.VIEW, subject_id=subject_id, scope=_("经办人"), count=1)
    register(opened, draft, at)
    page = AgentsPage(
        title=_("经办人与认领码"),
        form=form,
        lead=_(
            "请先核对来人的身份证件、主体的证照和授权书，再发认领码。认领码 %(days)s 天内有效，用一次，输错 %(tries)s 次作废。"
        )
        % {"days": CODE_LIFE.days, "tries": CODE_TRIES},
        agents=tuple(
            _agent(one)
            for one in sorted(door.agents(subject_id, actor=opened.actor, now=at), key=lambda one: not one.in_force)
        ),
        claims=tuple(
            _claim(one)
            for one in sorted(
                door.claims(subject_id, actor=opened.actor, now=at), key=lambda one: one.state is not ClaimState.OPEN
            )
        ),
        issued=_issued(issued) if issued else (),
        once=once.fresh(),
        said=done,
        refused=refused,
        reason=request.POST.get("reason", "") if refused else "",
        reason_of=_number(request) if refused else 0,
        **shell(
            request,
            "subjects",
            (_("信用主体"), reverse("workbench:subjects")),
            (opened.head.name or _("自然人"), reverse("workbench:subject", args=[subject_id])),
        ),
    )
    return show(request, "workbench/overview/agents.html", page, status=status)


def _issue(form: Bound, opened: Opened) -> tuple[ClaimIssued | None, Bound]:
    form = form.with_errors(day_error(form, "until"))
    channels = {each.value for each in Channel if each is not Channel.AGENT}
    scopes = {each.value for each in Scope}
    if form.text("channel") and form.text("channel") not in channels:
        form = form.with_errors([FieldError("channel", _("请从列出的选项中选择。"), "form.choice")])
    if set(form.many("scopes")) - scopes:
        form = form.with_errors([FieldError("scopes", _("请从列出的选项中选择。"), "form.choice")])
    if not form.ok:
        return None, form
    draft = ClaimDraft(
        subject_id=opened.head.id,
        channel=Channel(form.text("channel")),
        scopes=frozenset(map(Scope, form.many("scopes"))),
        post=form.text("post"),
        evidence=form.text("evidence"),
        until=day_of(form, "until"),
    )
    try:
        return door.issue_claim(draft=draft, actor=opened.actor, now=now()), form.spec.empty(scopes=Scope.APPLY.value)
    except XinhengError as wrong:
        return None, form.with_errors([wrong])


def _ended(request: HttpRequest, act: str, opened: Opened) -> str:
    number = _number(request)
    if act == "revoke" and any(one.id == number for one in door.agents(opened.head.id, actor=opened.actor, now=now())):
        door.revoke_agency(agency_id=number, reason=request.POST.get("reason", ""), actor=opened.actor, now=now())
        return _("授权已收回，立即生效。")
    if act == "revoke":
        raise AgencyUnknown(number)
    if not any(one.id == number for one in door.claims(opened.head.id, actor=opened.actor, now=now())):
        raise ClaimUnknown(number)
    door.withdraw_claim(claim_id=number, actor=opened.actor, now=now())
    return _("认领码已作废。")


def _number(request: HttpRequest) -> int:
    text = request.POST.get("id", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else 0


def _agent(one: AgencyView) -> AgentRow:
    until = said.day(one.until) if one.until else _("没有设定截止日")
    what = [
        listed(word(scope.label) for scope in one.scopes),
        _("%(since)s起，%(until)s") % {"since": said.day(one.since), "until": until},
    ]
    if one.ended_by is not None and one.ended_at is not None:
        what.append(" ".join(filter(None, (said.day(one.ended_at), word(one.ended_by.label), one.reason))))
    status = Status(_("有效"), "kept") if one.in_force else Status(_("已结束"), "ended")
    return AgentRow(one.id, f"{one.login} · {one.post}", status, tuple(what), "revoke" if one.in_force else "")


def _claim(one: ClaimView) -> AgentRow:
    waits = one.state is ClaimState.OPEN
    what = (
        listed(word(scope.label) for scope in one.scopes),
        _("%(how)s；%(until)s前有效") % {"how": word(one.channel.label), "until": said.moment(one.expires_at)},
        one.evidence,
    )
    status = Status(word(one.state.label), "clock" if waits else "ended")
    return AgentRow(
        one.id, f"{one.number} · {one.post}", status, tuple(filter(None, what)), "withdraw" if waits else ""
    )


def _issued(done: ClaimIssued) -> tuple[Fact, ...]:
    return (
        Fact(_("编号"), Code(done.number)),
        Fact(
            _("认领码"), Code(done.code), _("只在这里显示一次，%(days)s 天内有效，用一次。") % {"days": CODE_LIFE.days}
        ),
        Fact(_("在哪里用"), _("门户网站“我的主体”页，选“使用认领码”")),
    )
