"""Service tokens on pages: opened by one administrator, issued by the other, shown once, revoked at once."""

import re
from typing import Any

import pytest

from ledger.scenarios_of_accounts import service_account, token_issued
from workbench.acts import People
from workbench.overview_cast import administer
from world import World
from xinheng.accounts.door import actor_by_login, credential, tokens
from xinheng.accounts.rules.tokens import TokenRefused
from xinheng.web.clock import now

TOKEN = re.compile(r"xht_\w{8}_[\w-]{43}")


def draft(who: int, **changed: Any) -> dict[str, Any]:
    return {
        "account": str(who),
        "name": "执法系统每日报送",
        "scopes": ["intake.load", "intake.read_own"],
        "items": ["administrative-penalty"],
        "expires": "2027-05-20",
        **changed,
    }


def test_a_token_is_issued_shown_once_and_recognised_in_the_list(world: World, people: People) -> None:
    administer(world)
    account = service_account(world)
    page = people["secadmin"].post("/workbench/tokens/issue", draft(account, _step="review"))
    assert page.status_code == 200
    assert not TOKEN.search(page.content.decode())
    page = people["secadmin"].post("/workbench/tokens/issue", draft(account, _step="confirm"))
    (text,) = set(TOKEN.findall(page.content.decode()))
    assert page["Cache-Control"] == "no-store"
    found = credential(text, now())
    assert (found.actor.id, found.items) == (account, ("administrative-penalty",))
    listed = people["secadmin"].get("/workbench/tokens").content.decode()
    assert text[:12] in listed
    assert "执法系统每日报送" in listed
    assert not TOKEN.search(listed)


def test_a_token_is_revoked_at_once(world: World, people: People) -> None:
    administer(world)
    made = token_issued(world)
    place = f"/workbench/tokens/{made}/revoke"
    assert people["secadmin"].get(place).status_code == 200
    assert people["secadmin"].post(place, {"sure": "1", "_step": "confirm"}).status_code == 302
    (one,) = tokens(actor_by_login("secadmin", now()), now())
    assert (one.id, one.state) == (made, "revoked")
    assert people["secadmin"].post(place, {"sure": "1", "_step": "confirm"}).status_code == 422


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"expires": "2030-01-01"}, "最长 366 天"),
        ({"expires": "很久"}, "不是日期"),
        ({"account": "999999"}, "请从列出的选项中选择"),
        ({"scopes": ["accounts.grant_roles"]}, "请从列出的选项中选择"),
    ],
)
def test_what_cannot_be_issued_is_said_beside_the_field(
    world: World, people: People, changed: dict[str, Any], words: str
) -> None:
    administer(world)
    account = service_account(world)
    page = people["secadmin"].post("/workbench/tokens/issue", draft(account, _step="confirm", **changed))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert tokens(actor_by_login("secadmin", now()), now()) == ()


def test_nobody_else_issues_or_sees_a_token(world: World, people: People) -> None:
    administer(world)
    made = token_issued(world)
    for login in ("sysadmin", "auditadmin", "operator", "reviewer", "auditor", "reporter.market"):
        for page in ("tokens", "tokens/issue", f"tokens/{made}/revoke"):
            assert people[login].get(f"/workbench/{page}").status_code == 403


def test_the_system_administrator_opens_a_service_account_on_the_page(world: World, people: People) -> None:
    administer(world)
    typed = {"login": "system.tax", "name": "税务系统", "unit": str(world.units["tax"]), "kind": "service"}
    answer = people["sysadmin"].post("/workbench/people/open", {**typed, "_step": "confirm"})
    assert answer.status_code == 302
    person = actor_by_login("system.tax", now())
    assert person.kind == "service"
    roles = people["secadmin"].get(f"/workbench/people/{person.id}/roles").content.decode()
    assert "部门接口服务账号" in roles
    assert "信源单位填报员" not in roles


def test_the_text_of_no_token_opens_anything(world: World) -> None:
    with pytest.raises(TokenRefused):
        credential("xht_", now())
