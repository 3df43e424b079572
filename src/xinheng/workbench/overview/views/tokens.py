"""Service tokens: issued, listed and revoked by the security administrator; the text of a token is shown once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.accounts import door
from xinheng.accounts.door import TokenDraft, TokenState, TokenView
from xinheng.accounts.values import Role
from xinheng.catalogue.door import current_edition
from xinheng.kernel.dates import end_of_day, legal_date
from xinheng.web.clock import now, today
from xinheng.web.forms import Bound, Field, FieldError, FormSpec
from xinheng.web.gate import actor_of, no_store
from xinheng.web.joining import bracketed, listed
from xinheng.web.pages import show
from xinheng.web.parts import Fact, Link, Status, Tone
from xinheng.web.tables import Column, Filter, Row, Table, TableSpec, read
from xinheng.workbench.gates import official
from xinheng.workbench.overview.frame import OverviewPage, say_done, shell
from xinheng.workbench.overview.reviewing import Task, carry_out, day_error, day_of
from xinheng.workbench.overview.words import word

MANAGE = "accounts.manage_tokens"
USUAL_LIFE = timedelta(days=180)
TONES: dict[TokenState, Tone] = {TokenState.OPEN: "kept", TokenState.EXPIRED: "ended", TokenState.REVOKED: "ended"}


@dataclass(frozen=True, kw_only=True)
class TokensPage(OverviewPage):
    """`workbench/overview/tokens.html`."""

    table: Annotated[Table, "tokens, the latest first"]
    issue_href: Annotated[str, "where a token is issued"]


@dataclass(frozen=True, kw_only=True)
class IssuedPage(OverviewPage):
    """`workbench/overview/token_issued.html`."""

    token: Annotated[str, "the token, shown this once"]
    facts: Annotated[tuple[Fact, ...], "account, scopes, last day"]
    back: Annotated[str, "the list of tokens"]


def _spec() -> TableSpec:
    return TableSpec(
        "tokens",
        _("接口令牌"),
        (
            Column("prefix", _("令牌开头")),
            Column("name", _("用途")),
            Column("account", _("服务账号")),
            Column("unit", _("单位")),
            Column("state", _("状态"), "status"),
            Column("expires", _("最后一日"), "date"),
            Column("used", _("最近使用")),
            Column("scopes", _("权限"), optional=True),
            Column("items", _("信息项"), optional=True),
            Column("issued", _("签发时间"), "date", optional=True),
            Column("by", _("签发人"), optional=True),
        ),
        filters=(Filter("state", _("状态"), "choice", tuple((one.value, word(one.label)) for one in TokenState)),),
        sizes=(50, 100),
        unit=gettext_noop("个"),
    )


@official(MANAGE)
@no_store
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Cost: six queries, constant in the data."""
    query = read(_spec(), request.GET)
    wanted = query.filters.get("state", "")
    every = door.tokens(actor_of(request), now()) if query.ok else ()
    found = [one for one in every if wanted in ("", one.state)]
    names = {item.code: word(item.name) for item in current_edition(today()).items}
    shown = tuple(_row(one, names) for one in found[query.offset : query.offset + query.size])
    page = TokensPage(
        title=_("接口令牌"),
        table=Table(_spec(), query, shown, len(found)),
        issue_href=reverse("workbench:token-issue"),
        **shell(request, "tokens"),
    )
    return show(request, "workbench/overview/tokens.html", page, status=page.table.status)


def _row(one: TokenView, names: dict[str, str]) -> Row:
    cells = {
        "prefix": f"xht_{one.prefix}",
        "name": one.name,
        "account": one.login,
        "unit": one.unit_name,
        "state": Status(word(one.state.label), TONES[one.state]),
        "expires": _last_day(one.expires_at),
        "used": one.last_used_at or _("还没有用过"),
        "scopes": listed(word(door.PERMISSIONS[scope]) for scope in one.scopes),
        "items": listed(names.get(code, code) for code in one.items) or _("全部"),
        "issued": one.issued_at,
        "by": one.issued_by,
    }
    revoke = Link(_("吊销"), reverse("workbench:token-revoke", args=[one.id]), about=f"xht_{one.prefix}")
    return Row(cells, actions=(revoke,) if one.state is TokenState.OPEN else ())


def _last_day(expires_at: datetime) -> date:
    return legal_date(expires_at - timedelta(seconds=1))


@official(MANAGE)
@no_store
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a token and show its text this once; nobody can read it again."""
    shown: list[HttpResponse] = []

    def act(form: Bound) -> str:
        draft = TokenDraft(
            person_id=int(form.text("account")),
            name=form.text("name"),
            scopes=tuple(form.many("scopes")),
            expires_at=end_of_day(day_of(form, "expires") or today()),
            items=tuple(form.many("items")),
        )
        issued = door.issue_token(token=draft, actor=actor_of(request), now=now())
        page = IssuedPage(
            title=_("接口令牌已签发"),
            token=issued.token,
            facts=(Fact(_("用途"), draft.name), Fact(_("最后一日"), _last_day(issued.expires_at))),
            back=reverse("workbench:tokens"),
            **shell(request, "tokens", (_("接口令牌"), reverse("workbench:tokens"))),
        )
        shown.append(show(request, "workbench/overview/token_issued.html", page))
        return reverse("workbench:tokens")

    answer = carry_out(request, _task(request), act)
    return shown[0] if shown else answer


def _task(request: HttpRequest) -> Task:
    accounts = tuple(
        (str(one.id), bracketed(one.login, one.unit_name))
        for one in door.people(actor_of(request), now())
        if Role.UNIT_SERVICE in one.roles and (one.active_to is None or one.active_to > now())
    )
    scopes = tuple((scope, word(words)) for scope, words in door.scope_words().items())
    items = tuple((item.code, word(item.name)) for item in current_edition(today()).items)
    fields = (
        Field(
            "account",
            _("服务账号"),
            "choice",
            _("先由系统管理员开立服务账号，再授予“部门接口服务账号”角色。"),
            choices=accounts,
        ),
        Field("name", _("用途"), hint=_("哪个系统、做什么用，例如：执法系统每日报送"), width="m", max_length=100),
        Field("scopes", _("权限"), "choices", _("只选系统用得到的。"), choices=scopes),
        Field(
            "items",
            _("限于信息项"),
            "choices",
            _("一个都不选，就是全部信息项。"),
            required=False,
            choices=items,
            blank=_("不限，全部信息项"),
        ),
        Field("expires", _("最后一日"), "date", _("最长一年。")),
    )

    def check(form: Bound) -> tuple[FieldError, ...]:
        return _unlisted(form, "account", "scopes", "items") + day_error(form, "expires")

    return Task(
        title=_("签发接口令牌"),
        section="tokens",
        form=FormSpec("token", (("", fields),)),
        confirm=_("签发"),
        back=reverse("workbench:tokens"),
        lead=_("令牌只显示一次，由系统保存其带密钥的散列。令牌能做的不超过该单位填报员能做的。"),
        warning=_("持有令牌的系统可以用该单位的名义报送信息，请只交给该系统的负责人。"),
        crumbs=((_("接口令牌"), reverse("workbench:tokens")),),
        initial={"expires": (today() + USUAL_LIFE).isoformat()},
        check=check,
    )


def _unlisted(form: Bound, *names: str) -> tuple[FieldError, ...]:
    wrong = (name for name in names if set(form.many(name)) - {"", *(one[0] for one in form.field(name).field.choices)})
    return tuple(FieldError(name, _("请从列出的选项中选择。"), "form.choice") for name in wrong)


@official(MANAGE)
@no_store
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token, at once."""
    found = door.token(token_id, actor_of(request), now())

    def act(form: Bound) -> str:
        door.revoke_token(token_id=token_id, actor=actor_of(request), now=now())
        say_done(request, _("接口令牌已吊销"), _("用它发出的下一个请求就会被拒绝。"))
        return reverse("workbench:tokens")

    task = Task(
        title=_("吊销接口令牌"),
        section="tokens",
        form=FormSpec("token", (("", (Field("sure", _("我已核对，确认吊销这个令牌"), "check"),)),)),
        confirm=_("确认吊销"),
        back=reverse("workbench:tokens"),
        warning=_("吊销立即生效，不能恢复；系统要继续报送，须签发新的令牌。"),
        harmful=True,
        facts=(
            Fact(_("令牌开头"), f"xht_{found.prefix}"),
            Fact(_("用途"), found.name),
            Fact(_("服务账号"), found.login),
            Fact(_("单位"), found.unit_name),
            Fact(_("状态"), Status(word(found.state.label), TONES[found.state])),
            Fact(_("最近使用"), found.last_used_at or _("还没有用过")),
        ),
        crumbs=((_("接口令牌"), reverse("workbench:tokens")),),
    )
    return carry_out(request, task, act)
