"""What protects accounts: who must have a second factor, ending a lost one, sessions of others. The security administrator's pages."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinheng.accounts import door
from xinheng.accounts.values import Person, PersonUnknown, Role
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Invalid
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import bracketed
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Status
from xinheng.web.sentences import in_page_language
from xinheng.web.sessions import OpenSession, end_session, sessions_of
from xinheng.web.tables import Column, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.reviewing import Task, carry_out, day_error, day_of, too_long
from xinheng.workbench.overview.words import word
from xinheng.workbench.own_sessions import SessionPart, parts

POLICY, RESET, SESSIONS = "accounts.set_factor_policy", "accounts.reset_factor", "accounts.end_sessions"
REASON = 200


@dataclass(frozen=True, kw_only=True)
class RulesPage(OverviewPage):
    """`workbench/overview/factor_rules.html`."""

    table: Annotated[Table, "rules about the second factor, newest first"]
    set_href: Annotated[str, "where a rule is set; empty for whoever may not"]
    owing: Annotated[tuple[Fact, ...], "how many people of each role that needs it have none yet"]


@dataclass(frozen=True, kw_only=True)
class SessionsPage(OverviewPage):
    """`workbench/overview/person_sessions.html`."""

    sessions: Annotated[tuple[SessionPart, ...], "sessions that hold, the latest used first"]
    reasoned: Annotated[bool, "ending one takes a reason"] = True


def _spec() -> TableSpec:
    return TableSpec(
        "factor-rules",
        _("第二因子规定"),
        (
            Column("role", _("角色")),
            Column("rule", _("规定"), "status"),
            Column("from", _("起始日"), "date"),
            Column("reason", _("理由")),
            Column("who", _("设定人")),
            Column("at", _("设定时间"), "date"),
        ),
        sizes=(100,),
        unit=gettext_noop("条"),
    )


@official("accounts.read_people")
@no_store
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Cost: eight queries, constant in the data."""
    actor, spec = actor_of(request), _spec()
    found = door.factor_rules(actor)
    rows = tuple(
        Row(
            {
                "role": word(one.role.label),
                "rule": Status(_("须用第二因子"), "kept") if one.required else Status(_("不要求"), "plain"),
                "from": one.from_on,
                "reason": one.reason,
                "who": one.set_by_name,
                "at": one.set_at,
            }
        )
        for one in found
    )
    page = RulesPage(
        title=_("登录保护"),
        table=Table(
            spec,
            read(spec, request.GET),
            rows,
            len(rows),
            empty_title=_("还没有规定"),
            empty_text=_("没有规定时，每个人可以自愿绑定身份验证器。"),
        ),
        set_href=reverse("workbench:factor-rule-set") if actor.may(POLICY) else "",
        owing=_owing(found, actor),
        **shell(request, "factor-rules"),
    )
    return show(request, "workbench/overview/factor_rules.html", page)


def _owing(found: tuple[door.FactorRule, ...], actor: Actor) -> tuple[Fact, ...]:
    """Of each role that needs it today: how many have it, of how many."""
    today, moment = legal_date(now()), now()
    in_force: dict[Role, bool] = {}
    for rule in found:
        if rule.from_on <= today:
            in_force.setdefault(rule.role, rule.required)
    holders = door.factor_holders(actor)
    people = [one for one in door.people(actor, moment) if one.active_to is None or one.active_to > moment]
    said = []
    for role in (role for role, required in in_force.items() if required):
        those = [one for one in people if role in one.roles]
        done = sum(one.id in holders for one in those)
        said.append(Fact(word(role.label), _("%(done)s 人已绑定，共 %(all)s 人") % {"done": done, "all": len(those)}))
    return tuple(said)


@keeps_typed
@official(POLICY)
@no_store
@require_http_methods(["GET", "POST"])
def set_rule(request: HttpRequest) -> HttpResponse:
    """Set from when a role must have a second factor, or need not."""
    roles = tuple((role.value, word(role.label)) for role in Role if role not in door.SERVICES)
    rule = (("1", _("须用第二因子")), ("0", _("不要求")))
    fields = (
        Field("role", _("角色"), "choice", choices=roles, width="m"),
        Field("required", _("规定"), "radio", choices=rule),
        Field("from_on", _("起始日"), "date", hint=_("今天或以后，例如 2026-12-01"), width="s"),
        Field("reason", _("理由"), "long", max_length=REASON),
    )

    def check(form: Bound) -> tuple[FieldError, ...]:
        wrong = [
            FieldError(name, _("请从列出的选项中选择。"), "form.choice")
            for name, known in (("role", dict(roles)), ("required", dict(rule)))
            if form.text(name) not in known
        ]
        return (*wrong, *day_error(form, "from_on"), *too_long(form, "reason", REASON))

    def act(form: Bound) -> str:
        door.set_factor_policy(
            role=Role(form.text("role")),
            required=form.text("required") == "1",
            from_on=day_of(form, "from_on") or legal_date(now()),
            reason=form.text("reason"),
            actor=actor_of(request),
            now=now(),
        )
        say_done(request, _("规定已设定"), _("到起始日，还没有绑定的人下一次操作时先去绑定。"))
        return reverse("workbench:factor-rules")

    task = Task(
        title=_("设定第二因子规定"),
        section="factor-rules",
        form=FormSpec("factor-rule", (("", fields),)),
        confirm=_("确认设定"),
        back=reverse("workbench:factor-rules"),
        lead=_("同一角色以最后设定、已经开始的规定为准。命令行不受影响。"),
        crumbs=((_("登录保护"), reverse("workbench:factor-rules")),),
        check=check,
    )
    return carry_out(request, task, act)


def _person(person_id: int, actor: Actor) -> Person:
    found = next((one for one in door.people(actor, now()) if one.id == person_id), None)
    if found is None:
        raise PersonUnknown("accounts.person_unknown", _("没有编号为 %(id)s 的账号。") % {"id": person_id})
    return found


def _crumbs(found: Person) -> tuple[tuple[str, str], ...]:
    return (_("账号"), reverse("workbench:people")), (found.login, reverse("workbench:person", args=[found.id]))


@keeps_typed
@official(RESET)
@no_store
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, person_id: int) -> HttpResponse:
    """End a lost second factor, with all sessions of the person."""
    found = _person(person_id, actor_of(request))
    back = reverse("workbench:person", args=[person_id])

    def act(form: Bound) -> str:
        door.reset_factor(person_id=person_id, reason=form.text("reason"), actor=actor_of(request), now=now())
        say_done(request, _("身份验证器已解除"), _("此人现有的登录立即失效；角色要求第二因子的，下次登录先绑定新的。"))
        return back

    fields = (
        Field("reason", _("理由"), "long", hint=_("例如：手机遗失，已当面核实身份"), max_length=REASON),
        Field("sure", _("我已当面或以其他可靠方式核实本人身份"), "check"),
    )
    task = Task(
        title=_("解除身份验证器"),
        section="people",
        form=FormSpec("factor-reset", (("", fields),)),
        confirm=_("确认解除"),
        back=back,
        warning=_("解除后只凭口令就能登录这个账号，恢复码一并作废。"),
        harmful=True,
        facts=(Fact(_("账号"), bracketed(found.name, found.login)), Fact(_("单位"), found.unit_name)),
        crumbs=_crumbs(found),
        check=lambda form: too_long(form, "reason", REASON),
    )
    return carry_out(request, task, act)


@official(SESSIONS)
@no_store
@require_safe
def sessions(request: HttpRequest, person_id: int) -> HttpResponse:
    """Where another person is signed in."""
    actor = actor_of(request)
    found = _person(person_id, actor)
    page = SessionsPage(
        title=_("%(name)s 的登录") % {"name": found.name},
        sessions=parts(_sessions(person_id, request), "workbench:person-session-end", person_id=person_id),
        reasoned=actor.id != person_id,
        **shell(request, "people", *_crumbs(found)),
    )
    return show(request, "workbench/overview/person_sessions.html", page)


def _sessions(person_id: int, request: HttpRequest) -> tuple[OpenSession, ...]:
    return sessions_of(person_id, actor_of(request), now(), asking=request.session.session_key)


@official(SESSIONS)
@require_POST
def end(request: HttpRequest, person_id: int, handle: str) -> HttpResponse:
    """End another person's session, at once, with a reason."""
    reason = request.POST.get("reason", "")
    try:
        end_session(handle, person_id, actor_of(request), now(), reason=reason)
        say_done(request, _("登录已结束"))
    except Invalid as error:
        say_done(request, _("登录没有结束"), in_page_language(error.message))
    return HttpResponseRedirect(reverse("workbench:person-sessions", args=[person_id]))
