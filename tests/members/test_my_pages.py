"""The pages of a business: coming in with a code, seeing itself, objecting, authorising others; what is refused says why in place."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members.agents import FIRST, SECOND, agent, invited, issued, use
from objections.contested import shown_penalty
from portal.pages import main
from world import PASSWORD, World, publish
from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.ledger.models import Run
from xinheng.members.models import Agency, Claim, Member
from xinheng.members.values import Scope
from xinheng.procedures.models import Case
from xinheng.records.door import mark
from xinheng.records.values import MarkKind

FRESH = "Harbour-Window-58"


def signed_in(visitor: Client, login: str = FIRST) -> Client:
    answer = visitor.post("/my/sign-in", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302, main(answer)
    return visitor


def claiming(code: str, number: str, **changed: str) -> dict[str, str]:
    return {"number": number, "code": code, "login": FIRST, "password": PASSWORD, "again": PASSWORD, **changed}


def at_the_window(world: World, **changed: Any) -> Any:
    operator = Client(raise_request_exception=False)
    assert operator.post("/workbench/sign-in", {"login": "operator", "password": PASSWORD}).status_code == 302
    said = {
        "act": "issue",
        "channel": "window",
        "evidence": "营业执照、身份证、授权书原件",
        "post": "财务负责人",
        "scopes": ["apply", "manage"],
        **changed,
    }
    return operator.post(f"/workbench/subjects/{world.subjects['云禾']}/agents", said)


def number_and_code(answer: Any) -> tuple[str, str]:
    body = re.sub(r"<[^>]+>|\s", "", answer.content.decode())
    number, code = re.search(r"RL-[2-9A-Z]{4}-[2-9A-Z]{4}", body), re.search(r"认领码(\d{8})只在这里", body)
    assert number is not None
    assert code is not None, body[-3000:]
    return number[0], code[1]


def test_from_the_window_to_the_own_picture(visitor: Client, world: World) -> None:
    fine = shown_penalty(world)
    number, code = number_and_code(at_the_window(world))
    answer = visitor.post("/my/claim", claiming(code, number.lower()), follow=True)
    assert answer.status_code == 200
    assert "示例区云禾商贸有限公司" in main(answer)
    assert f'href="/my/records/{fine}"' in answer.content.decode()
    # The code is told once: the list at the window names the claim, not its code.
    again = at_the_window(world, act="")
    assert number in again.content.decode()
    assert code not in again.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"evidence": " "}, "核对了哪些证件"),
        ({"evidence": "身份证 990101199003070011"}, "不要写证件号码"),
        ({"channel": "agent"}, "请从列出的选项中选择"),
        ({"until": "昨天"}, "不是日期"),
        ({"until": "2020-01-01"}, "早于今天"),
        ({"scopes": ["everything"]}, "请从列出的选项中选择"),
    ],
)
def test_what_the_window_gets_wrong_is_said_in_place(
    visitor: Client, world: World, changed: dict[str, Any], said: str
) -> None:
    answer = at_the_window(world, **changed)
    assert answer.status_code == 422
    assert said in main(answer)
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "00000000"}, "编号和认领码对不上"),
        ({"number": "RL-0000-0000"}, "编号和认领码对不上"),
        ({"again": "something else"}, "两次输入的口令不一致"),
        ({"password": "short", "again": "short"}, "口令有 5 位"),
        ({"login": "张三"}, "登录名应为"),
        ({"login": ""}, "请填写“登录名”"),
    ],
)
def test_a_claim_that_is_refused_says_why_and_loses_nothing_typed(
    visitor: Client, world: World, changed: dict[str, str], said: str
) -> None:
    code = issued(world)
    answer = visitor.post("/my/claim", claiming(code.code, code.number) | changed)
    assert answer.status_code == 422
    assert said in main(answer)
    assert f'value="{changed.get("number", code.number)}"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not Member.objects.exists()


def test_nobody_else_sees_the_pages(visitor: Client, world: World) -> None:
    fine = shown_penalty(world)
    for path in ("/my", "/my/looks", "/my/agents", "/my/password", f"/my/records/{fine}", "/my/cases/1"):
        answer = visitor.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/my/sign-in"), path
    agent(world, "agent.other", subject="清岚")
    signed_in(visitor, "agent.other")
    for path in (f"/my/records/{fine}", f"/my/records/{fine}/objection", "/my/cases/1"):
        assert visitor.get(path).status_code == 404, path
    assert visitor.get("/workbench/").status_code == 302


def test_a_business_objects_and_follows_the_answer(visitor: Client, world: World) -> None:
    agent(world)
    fine = shown_penalty(world)
    signed_in(visitor)
    form = visitor.get(f"/my/records/{fine}/objection")
    once = re.search(r'name="once" value="([0-9a-f]{32})"', form.content.decode())
    assert once is not None
    said = {"about": "content", "statement": "罚款应为三千元", "contact": "", "once": once[1]}
    assert visitor.post(f"/my/records/{fine}/objection", said | {"statement": " "}).status_code == 422
    first, second = (visitor.post(f"/my/records/{fine}/objection", said) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    page = visitor.get(first["Location"])
    assert "罚款应为三千元" in main(page)
    assert "待受理" in main(page)
    assert "YY-2026-000001" in main(visitor.get("/my"))
    dropped = visitor.post(first["Location"], {"act": "drop"})
    assert "已撤回。" in main(dropped)
    assert visitor.post(first["Location"], {"act": "drop"}).status_code == 409


def test_the_day_from_which_a_record_can_be_repaired_stands_beside_it(visitor: Client, world: World) -> None:
    agent(world)
    fine = shown_penalty(world)
    signed_in(visitor)
    told = re.search(
        r"义务履行完毕的，\d{4}年\d{1,2}月\d{1,2}日起可以向作出决定的单位申请修复", main(visitor.get("/my"))
    )
    assert told is not None
    page = main(visitor.get(f"/my/records/{fine}"))
    assert told[0] in page
    assert "为什么是这个答复" in page


def test_who_looked_is_told_by_unit_and_purpose_never_by_name(visitor: Client, world: World) -> None:
    agent(world)
    query = QueryDraft(kind=QueryKind.VIEW, subject_id=world.subjects["云禾"], scope="信用档案", reference="案号一")
    register_query(query=query, purposes={}, actor=world.actor("reporter.market"), now=world.now)
    answer = visitor.get("/my/looks") if signed_in(visitor) else None
    assert answer is not None
    assert "示例区市场监督管理局" in main(answer)
    assert "填报员甲" not in main(answer)
    assert "案号一" not in main(answer)


def test_an_agent_authorises_another_and_takes_it_back(visitor: Client, world: World) -> None:
    agent(world)
    signed_in(visitor)
    made = visitor.post("/my/agents", {"act": "invite", "post": "财务", "scopes": ["apply"], "until": ""})
    number, code = number_and_code(made)
    helper = Client(raise_request_exception=False)
    taken = helper.post("/my/claim", claiming(code, number, login=SECOND), follow=True)
    assert "代为提出异议、办理申请" in main(taken)
    assert "再授权一名经办人" not in main(helper.get("/my/agents"))
    assert helper.post("/my/agents", {"act": "invite", "post": "财务"}).status_code == 200
    assert Claim.objects.count() == 2
    agency = Agency.objects.get(member__login=SECOND)
    ended = visitor.post("/my/agents", {"act": "end", "id": str(agency.pk)})
    assert "授权已收回" in main(ended)
    # With the very next request it carries nothing any more.
    assert "没有任何主体的有效授权" in main(helper.get("/my"))
    assert helper.get("/my/agents")["Location"] == "/my"


@pytest.mark.parametrize("number", ["", "0", "x", "999999999999999999999", "-1", "１"])
def test_a_number_that_names_nothing_ends_nothing(visitor: Client, world: World, number: str) -> None:
    agent(world)
    signed_in(visitor)
    for act in ("end", "withdraw"):
        answer = visitor.post("/my/agents", {"act": act, "id": number})
        assert answer.status_code in (404, 409) or act == "end"
        assert answer.status_code < 500
    assert Agency.objects.filter(ended_at=None).count() == 1


def test_the_last_agent_is_told_to_come_to_the_window(visitor: Client, world: World) -> None:
    agency = agent(world).done.agency_id
    signed_in(visitor)
    answer = visitor.post("/my/agents", {"act": "end", "id": str(agency)})
    assert answer.status_code == 409
    assert "到窗口办理" in main(answer)


def test_a_page_opened_for_one_subject_does_nothing_for_another(visitor: Client, world: World) -> None:
    first = agent(world).done.agency_id
    signed_in(visitor)
    code = issued(world, subject="清岚")
    visitor.post("/my/claim", {"number": code.number, "code": code.code})
    answer = visitor.post("/my/agents", {"act": "invite", "post": "财务", "acting": str(first)})
    assert answer.status_code == 409
    assert "示例区清岚食品有限公司" in main(answer)
    assert visitor.post("/my/agents", {"act": "invite", "post": "财务"}).status_code == 409
    assert Claim.objects.filter(outcome="").count() == 0
    here = Agency.objects.get(subject=world.subjects["清岚"]).pk
    page = visitor.get("/my/agents").content.decode()
    assert f'name="acting" value="{here}"' in page
    made = visitor.post("/my/agents", {"act": "invite", "post": "财务", "acting": str(here)})
    assert made.status_code == 200


def test_a_code_is_made_once_however_often_the_page_is_sent(visitor: Client, world: World) -> None:
    agent(world)
    signed_in(visitor)
    once = re.search(r'name="once" value="([0-9a-f]{32})"', visitor.get("/my/agents").content.decode())
    assert once is not None
    said = {"act": "invite", "post": "财务", "once": once[1]}
    assert visitor.post("/my/agents", said).status_code == 200
    again = visitor.post("/my/agents", said)
    assert again.status_code == 409
    assert "没有再生成" in main(again)
    assert Claim.objects.filter(outcome="").count() == 1


def test_whoever_gives_up_the_own_authorisation_sees_nothing_of_it_any_more(visitor: Client, world: World) -> None:
    first = agent(world)
    helper = use(world, invited(first, frozenset({Scope.APPLY})), SECOND)
    signed_in(visitor, SECOND)
    answer = visitor.post("/my/agents", {"act": "end", "id": str(helper.done.agency_id)})
    assert answer["Location"] == "/my"
    assert "没有任何主体的有效授权" in main(visitor.get("/my"))


def test_a_record_that_is_shown_no_more_says_since_when_and_why(visitor: Client, world: World) -> None:
    agent(world)
    fine = shown_penalty(world)
    mark(
        record_id=fine,
        kind=MarkKind.WITHDRAWN,
        reason="决定已撤销",
        actor=world.actor("reporter.market"),
        now=world.now,
        on=world.now.date(),
    )
    publish(world.now)
    signed_in(visitor)
    for page in (visitor.get("/my"), visitor.get(f"/my/records/{fine}")):
        assert "2026年11月21日起不再公示" in main(page)
        assert "自动停止公示" not in main(page)
    assert "到哪一天自动停止" not in main(visitor.get(f"/my/records/{fine}"))


def test_the_window_cancels_no_code_of_another_subject(visitor: Client, world: World) -> None:
    other = issued(world, subject="清岚")
    answer = at_the_window(world, act="withdraw", id=str(other.claim_id))
    assert answer.status_code == 404
    assert Claim.objects.get(pk=other.claim_id).outcome == ""


def test_who_signs_in_over_another_leaves_with_an_entry(visitor: Client, world: World) -> None:
    agent(world)
    assert visitor.post("/workbench/sign-in", {"login": "operator", "password": PASSWORD}).status_code == 302
    signed_in(visitor)
    assert Run.objects.filter(operation="accounts.signed_out").count() == 1
    assert visitor.post("/workbench/sign-in", {"login": "operator", "password": PASSWORD}).status_code == 302
    assert Run.objects.filter(operation="members.signed_out").count() == 1
    signed_in(visitor)
    visitor.post("/workbench/sign-out")
    assert Run.objects.filter(operation="members.signed_out").count() == 2


@pytest.mark.parametrize("field", ["number", "code", "login"])
def test_a_sign_no_database_keeps_is_no_error_of_the_platform(visitor: Client, world: World, field: str) -> None:
    code = issued(world)
    said = claiming(code.code, code.number)
    answer = visitor.post("/my/claim", said | {field: said[field] + "\x00"})
    assert answer.status_code == 302


def test_of_several_subjects_one_is_chosen(visitor: Client, world: World) -> None:
    agent(world)
    signed_in(visitor)
    code = issued(world, subject="清岚")
    added = visitor.post("/my/claim", {"number": code.number, "code": code.code}, follow=True)
    assert "示例区清岚食品有限公司" in main(added)
    other = Agency.objects.get(subject=world.subjects["云禾"])
    chosen = visitor.post("/my/choose", {"agency": str(other.pk)}, follow=True)
    assert "统一社会信用代码" in main(chosen)
    assert "<h1>示例区云禾商贸有限公司" in chosen.content.decode().replace("\n", "")
    visitor.post("/my/choose", {"agency": "999999"})
    assert "<h1>示例区云禾商贸有限公司" in visitor.get("/my").content.decode().replace("\n", "")


def test_the_password_is_changed_and_the_sign_in_goes_on(visitor: Client, world: World) -> None:
    agent(world)
    elsewhere = signed_in(Client(raise_request_exception=False))
    signed_in(visitor)
    wrong = visitor.post("/my/password", {"old": "wrong", "new": FRESH, "again": FRESH})
    assert wrong.status_code == 422
    done = visitor.post("/my/password", {"old": PASSWORD, "new": FRESH, "again": FRESH})
    assert "口令已修改" in main(done)
    assert visitor.get("/my").status_code == 200
    assert elsewhere.get("/my").status_code == 302


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_click(
    visitor: Client, world: World, settings: Any
) -> None:
    agent(world)
    signed_in(visitor)
    assert visitor.get("/my").status_code == 200
    settings.XINHENG_CLOCK_SHIFT += timedelta(minutes=16)
    assert visitor.get("/my")["Location"].startswith("/my/sign-in?next=%2Fmy&timed_out=1")


def test_leaving_ends_the_session(visitor: Client, world: World) -> None:
    agent(world)
    signed_in(visitor)
    assert visitor.post("/my/sign-out")["Location"] == "/my/sign-in"
    assert visitor.get("/my").status_code == 302


def test_too_many_wrong_codes_of_an_address_have_to_wait(visitor: Client, world: World) -> None:
    code = issued(world)
    for number in range(30):
        visitor.post("/my/claim", claiming(f"{number:08d}", "RL-2222-2222"))
    assert visitor.post("/my/claim", claiming(code.code, code.number)).status_code == 429
    assert not Member.objects.exists()
