"""Accounts: opening, changing, closing by the system administrator; roles, one-time passwords and locks by the security administrator."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts import door
from xinheng.accounts.values import Person, PersonDraft, PersonKind, PersonUnknown, Role, Unit
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Conflict, Invalid, Refused
from xinheng.web.clock import now
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import bracketed, listed
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Link, Status
from xinheng.web.tables import Column, Filter, Query, Row, Table, TableSpec, read
from xinheng.workbench.carrying import keeps_typed
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.reviewing import FormPage, Task, carry_out
from xinheng.workbench.overview.words import word

MANAGE, ROLES, PASSWORDS, UNLOCK, SESSIONS, FACTOR = (
    "accounts.manage_people",
    "accounts.grant_roles",
    "accounts.set_passwords",
    "accounts.unlock",
    "accounts.end_sessions",
    "accounts.reset_factor",
)
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
SMALL = "abcdefghijkmnpqrstuvwxyz"
DIGITS = "23456789"


@dataclass(frozen=True, kw_only=True)
class PeoplePage(OverviewPage):
    """`workbench/overview/people.html`."""

    table: Annotated[Table, "accounts, by login"]
    open_href: Annotated[str, "where an account is opened; empty for whoever may not"]


@dataclass(frozen=True, slots=True)
class RolePart:
    """A role in force."""

    label: Annotated[str, "its name"]
    permissions: Annotated[tuple[str, ...], "what it permits, in words"]
    end_href: Annotated[str, "where it is taken back; empty for whoever may not"]


@dataclass(frozen=True, kw_only=True)
class PersonPage(OverviewPage):
    """`workbench/overview/person.html`."""

    status: Annotated[Status, "in use, locked or closed"]
    facts: Annotated[tuple[Fact, ...], "login, unit, password, lock, days"]
    roles: Annotated[tuple[RolePart, ...], "roles in force"]
    actions: Annotated[tuple[Link, ...], "what this administrator can do"]
    duties: Annotated[str, "who does what else, in words"]


@dataclass(frozen=True, kw_only=True)
class PasswordPage(OverviewPage):
    """`workbench/overview/one_time_password.html`."""

    login: Annotated[str, "whose it is"]
    password: Annotated[str, "the one-time password, shown this once"]
    back: Annotated[str, "page of the account"]


def _spec(directory: tuple[Unit, ...]) -> TableSpec:
    roles = tuple((role.value, word(role.label)) for role in Role)
    states = (("open", _("在用")), ("locked", _("已锁定")), ("closed", _("已注销")))
    return TableSpec(
        "people",
        _("账号"),
        (
            Column("login", _("登录名")),
            Column("name", _("姓名")),
            Column("unit", _("单位")),
            Column("roles", _("角色")),
            Column("state", _("状态"), "status"),
            Column("since", _("开立时间"), "date", optional=True),
        ),
        filters=(
            Filter("q", _("登录名或姓名")),
            Filter("role", _("角色"), "choice", roles),
            Filter("unit", _("单位"), "choice", tuple((str(one.id), one.name) for one in directory)),
            Filter("state", _("状态"), "choice", states),
        ),
        sizes=(50, 100),
        unit=gettext_noop("个"),
    )


def _state_key(person: Person) -> str:
    if person.active_to is not None and person.active_to <= now():
        return "closed"
    return "locked" if person.locked_until is not None else "open"


def _state(person: Person) -> Status:
    words = {
        "closed": Status(_("已注销"), "ended"),
        "locked": Status(_("已锁定"), "clock"),
        "open": Status(_("在用"), "kept"),
    }
    return words[_state_key(person)]


@official("accounts.read_people")
@no_store
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Cost: eight queries, constant in the data."""
    actor = actor_of(request)
    spec = _spec(door.units(actor))
    query = read(spec, request.GET)
    found = [one for one in door.people(actor, now()) if _fits(one, query)] if query.ok else []
    shown = found[query.offset : query.offset + query.size]
    page = PeoplePage(
        title=_("账号"),
        table=Table(spec, query, tuple(map(_row, shown)), len(found)),
        open_href=reverse("workbench:person-open") if actor.may(MANAGE) else "",
        **shell(request, "people"),
    )
    return show(request, "workbench/overview/people.html", page, status=page.table.status)


def _fits(person: Person, query: Query) -> bool:
    wanted = query.filters
    text = wanted.get("q", "").lower()
    return (
        (text in person.login.lower() or text in person.name.lower())
        and wanted.get("role", "") in {"", *person.roles}
        and wanted.get("unit", "") in {"", str(person.unit_id)}
        and wanted.get("state", "") in {"", _state_key(person)}
    )


def _row(person: Person) -> Row:
    cells = {
        "login": person.login,
        "name": person.name,
        "unit": person.unit_name,
        "roles": listed(word(role.label) for role in person.roles) or _("没有角色"),
        "state": _state(person),
        "since": person.active_from,
    }
    return Row(cells, href=reverse("workbench:person", args=[person.id]))


def _person(person_id: int, actor: Actor) -> Person:
    """The account. Raises: PersonUnknown."""
    found = next((one for one in door.people(actor, now()) if one.id == person_id), None)
    if found is None:
        raise PersonUnknown("accounts.person_unknown", _("没有编号为 %(id)s 的账号。") % {"id": person_id})
    return found


@official("accounts.read_people")
@no_store
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One account with its roles."""
    actor = actor_of(request)
    found = _person(person_id, actor)
    here = reverse("workbench:person", args=[person_id])
    open_ = _state_key(found) != "closed"
    page = PersonPage(
        title=bracketed(found.name, found.login),
        status=_state(found),
        facts=_facts(found),
        roles=tuple(_role(role, here, may=actor.may(ROLES) and open_) for role in found.roles),
        actions=_actions(found, actor, here) if open_ else (),
        duties=_("系统管理员开立账号，安全管理员授予角色、设置口令，两者不能由同一人担任；审计管理员只看记录。"),
        **shell(request, "people", (_("账号"), reverse("workbench:people"))),
    )
    return show(request, "workbench/overview/person.html", page)


def _facts(found: Person) -> tuple[Fact, ...]:
    password = _("已设置") if found.has_password else _("尚未设置，不能登录")
    if found.has_password and found.must_change:
        password = _("一次性口令，下次登录须修改")
    if found.kind is PersonKind.SERVICE:
        password = _("服务账号没有口令")
    return (
        Fact(_("登录名"), found.login),
        Fact(_("姓名"), found.name),
        Fact(_("单位"), Link(found.unit_name, reverse("workbench:unit", args=[found.unit_id]))),
        Fact(_("口令"), password),
        Fact(_("锁定至"), found.locked_until),
        Fact(_("开立时间"), found.active_from),
        Fact(_("注销时间"), found.active_to),
    )


def _role(role: Role, here: str, *, may: bool) -> RolePart:
    permissions = tuple(word(door.PERMISSIONS[code]) for code in sorted(door.PERMISSIONS_OF[role]))
    return RolePart(word(role.label), permissions, f"{here}/roles/{role.value}/end" if may else "")


def _actions(found: Person, actor: Actor, here: str) -> tuple[Link, ...]:
    offered = (
        (MANAGE, Link(_("变更"), f"{here}/change", "pencil")),
        (MANAGE, Link(_("注销"), f"{here}/close", "ban")),
        (ROLES, Link(_("授予角色"), f"{here}/roles", "badge-check")),
        (PASSWORDS, Link(_("设置一次性口令"), f"{here}/password", "key-round")),
        (UNLOCK, Link(_("解除锁定"), f"{here}/unlock", "lock")),
        (SESSIONS, Link(_("查看登录"), f"{here}/sessions", "history")),
        (FACTOR, Link(_("解除身份验证器"), f"{here}/factor", "shield-check")),
    )
    links = [link for permission, link in offered if actor.may(permission)]
    locked = found.locked_until is not None
    bound = found.id in door.factor_holders(actor)
    needless = (*(() if locked else ("/unlock",)), *(() if bound else ("/factor",)))
    return tuple(link for link in links if not link.href.endswith(needless))


def _unit_field(actor: Actor) -> Field:
    choices = tuple((str(one.id), one.name) for one in door.units(actor) if one.active_to is None)
    return Field("unit", _("单位"), "choice", choices=choices, width="m")


def _kinds() -> tuple[tuple[str, ...], ...]:
    return (
        (PersonKind.PERSON.value, _("人员"), _("用登录名和口令登录工作台")),
        (PersonKind.SERVICE.value, _("服务账号"), _("没有口令，不能登录；业务系统凭接口令牌使用")),
    )


def _unit_error(form: Bound) -> tuple[FieldError, ...]:
    known = {choice[0] for choice in form.field("unit").field.choices}
    return () if form.text("unit") in known else (FieldError("unit", _("请从列出的选项中选择。"), "form.choice"),)


def _task(title: str, confirm: str, found: Person, fields: Iterable[Field], **more: object) -> Task:
    back = reverse("workbench:person", args=[found.id])
    values: dict[str, object] = {
        "title": title,
        "section": "people",
        "form": FormSpec("person", (("", tuple(fields)),)),
        "confirm": confirm,
        "back": back,
        "facts": (
            Fact(_("账号"), bracketed(found.name, found.login)),
            Fact(_("单位"), found.unit_name),
            Fact(_("角色"), listed(word(role.label) for role in found.roles) or _("没有角色")),
        ),
        "crumbs": ((_("账号"), reverse("workbench:people")), (found.login, back)),
    }
    return Task(**{**values, **more})  # type: ignore[arg-type]


@keeps_typed
@official(MANAGE)
@no_store
@require_http_methods(["GET", "POST"])
def open_person(request: HttpRequest) -> HttpResponse:
    """Open an account, without password and without role."""

    def act(form: Bound) -> str:
        kind = PersonKind.SERVICE if form.text("kind") == PersonKind.SERVICE else PersonKind.PERSON
        draft = PersonDraft(form.text("login"), form.text("name"), int(form.text("unit")), kind)
        done = door.open_person(person=draft, actor=actor_of(request), now=now())
        next_step = {
            PersonKind.PERSON: _("下一步：请安全管理员授予角色并设置一次性口令。"),
            PersonKind.SERVICE: _("下一步：请安全管理员授予角色并签发接口令牌。"),
        }
        say_done(request, _("账号已开立"), next_step[kind])
        return reverse("workbench:person", args=[done.person_id])

    fields = (
        Field("login", _("登录名"), hint=_("小写字母、数字、点和连字符"), width="m", max_length=40),
        Field("name", _("姓名"), width="m", max_length=100),
        _unit_field(actor_of(request)),
        Field("kind", _("账号类型"), "radio", choices=_kinds(), required=False),
    )
    task = Task(
        title=_("开立账号"),
        section="people",
        form=FormSpec("person", (("", fields),)),
        confirm=_("确认开立"),
        back=reverse("workbench:people"),
        lead=_("新账号没有口令也没有角色，由安全管理员另行办理。"),
        crumbs=((_("账号"), reverse("workbench:people")),),
        initial={"kind": PersonKind.PERSON.value},
        check=_unit_error,
    )
    return carry_out(request, task, act)


@keeps_typed
@official(MANAGE)
@no_store
@require_http_methods(["GET", "POST"])
def change_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change an account's name or unit."""
    found = _person(person_id, actor_of(request))

    def act(form: Bound) -> str:
        unit_id = int(form.text("unit"))
        door.change_person(
            person_id=person_id, name=form.text("name"), unit_id=unit_id, actor=actor_of(request), now=now()
        )
        say_done(request, _("账号已变更"))
        return reverse("workbench:person", args=[person_id])

    fields = (Field("name", _("姓名"), width="m", max_length=100), _unit_field(actor_of(request)))
    initial = {"name": found.name, "unit": str(found.unit_id)}
    warning = _("调动单位会改变此人能看到哪些未公示信息。")
    task = _task(_("变更账号"), _("确认变更"), found, fields, initial=initial, check=_unit_error, warning=warning)
    return carry_out(request, task, act)


@keeps_typed
@official(MANAGE)
@no_store
@require_http_methods(["GET", "POST"])
def close_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Close an account at once, with its roles."""
    found = _person(person_id, actor_of(request))

    def act(form: Bound) -> str:
        door.close_person(person_id=person_id, actor=actor_of(request), now=now())
        say_done(request, _("账号已注销"), _("此人现有的登录立即失效；登录名不再重用。"))
        return reverse("workbench:person", args=[person_id])

    sure = Field("sure", _("我已核对，确认注销这个账号"), "check")
    warning = _("注销立即生效，角色一并收回，不能恢复。")
    return carry_out(request, _task(_("注销账号"), _("确认注销"), found, (sure,), warning=warning, harmful=True), act)


@keeps_typed
@official(ROLES)
@no_store
@require_http_methods(["GET", "POST"])
def grant_role(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give a role; what the separation of duties forbids is said in words."""
    found = _person(person_id, actor_of(request))

    def check(form: Bound) -> tuple[FieldError, ...]:
        known = form.text("role") in {role.value for role in Role}
        return () if known else (FieldError("role", _("请从列出的选项中选择。"), "form.choice"),)

    def effects(form: Bound) -> tuple[Fact, ...]:
        role = Role(form.text("role"))
        gained = [word(door.PERMISSIONS[code]) for code in sorted(door.PERMISSIONS_OF[role])]
        return (Fact(_("获得的权限"), gained),)

    def act(form: Bound) -> str:
        role = Role(form.text("role"))
        door.grant_role(person_id=person_id, role=role, actor=actor_of(request), now=now())
        say_done(request, _("已授予角色：%(role)s") % {"role": word(role.label)}, _("从此人的下一次操作起生效。"))
        return reverse("workbench:person", args=[person_id])

    choices = tuple(
        (role.value, word(role.label))
        for role in Role
        if role not in found.roles and (role in door.SERVICES) == (found.kind is PersonKind.SERVICE)
    )
    field = Field("role", _("角色"), "radio", choices=choices)
    return carry_out(request, _task(_("授予角色"), _("确认授予"), found, (field,), check=check, effects=effects), act)


@keeps_typed
@official(ROLES)
@no_store
@require_http_methods(["GET", "POST"])
def end_role(request: HttpRequest, person_id: int, role: str) -> HttpResponse:
    """Take a role back, at once."""
    found = _person(person_id, actor_of(request))
    held = next((one for one in found.roles if one.value == role), None)
    if held is None:
        raise PersonUnknown("accounts.role_not_held", _("该账号现在没有这个角色。"))

    def act(form: Bound) -> str:
        door.end_role(person_id=person_id, role=held, actor=actor_of(request), now=now())
        say_done(request, _("已收回角色：%(role)s") % {"role": word(held.label)})
        return reverse("workbench:person", args=[person_id])

    sure = Field("sure", _("收回“%(role)s”，立即生效") % {"role": word(held.label)}, "check")
    return carry_out(request, _task(_("收回角色"), _("确认收回"), found, (sure,), harmful=True), act)


@official(PASSWORDS)
@no_store
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a one-time password and show it this once; nobody can read it again."""
    found = _person(person_id, actor_of(request))
    task = _task(_("设置一次性口令"), _("生成一次性口令"), found, ())
    form = task.form.empty()
    if request.method == "POST":
        password = one_time_password(found.login)
        try:
            door.set_password(person_id=person_id, password=password, actor=actor_of(request), now=now())
        except (Invalid, Conflict, Refused) as error:
            form = form.with_errors([error])
        else:
            page = PasswordPage(
                title=_("一次性口令已生成"),
                login=found.login,
                password=password,
                back=task.back,
                **shell(request, "people", *task.crumbs),
            )
            return show(request, "workbench/overview/one_time_password.html", page)
    asked = FormPage(
        title=task.title,
        form=form,
        lead=_("原口令立即失效。新口令只显示一次，此人第一次登录后必须修改。"),
        facts=task.facts,
        confirm=task.confirm,
        back=task.back,
        **shell(request, "people", *task.crumbs),
    )
    return show(request, "workbench/overview/confirm.html", asked, status=form.status)


def one_time_password(login: str) -> str:
    """Sixteen signs of four kinds that are not mistaken for one another; drawn again until the rules find no fault."""
    while True:
        groups = ["".join(secrets.choice(LETTERS + SMALL + DIGITS) for _place in range(5)) for _group in range(3)]
        password = f"{secrets.choice(LETTERS)}{'-'.join(groups)}{secrets.choice(DIGITS)}{secrets.choice(SMALL)}"
        if not door.password_faults(password, login=login):
            return password


@official(UNLOCK)
@no_store
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let a locked-out person try again at once."""
    found = _person(person_id, actor_of(request))

    def act(form: Bound) -> str:
        done = door.unlock(person_id=person_id, actor=actor_of(request), now=now())
        say_done(request, _("锁定已解除"), _("此前连续失败 %(count)s 次。") % {"count": done.failures})
        return reverse("workbench:person", args=[person_id])

    sure = Field("sure", _("我已向本人核实身份"), "check")
    return carry_out(request, _task(_("解除锁定"), _("确认解除"), found, (sure,)), act)
