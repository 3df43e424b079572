"""Coming in, going out, the own password, and what was typed when the session ended."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from workbench.acts import PENALTY, People, inputs, penalty_texts, words
from world import INIT, PASSWORD, World
from xinheng.accounts.door import change_own_password, install, set_password
from xinheng.accounts.values import InstallPlan, PersonSeed
from xinheng.kernel.actor import system
from xinheng.ledger.door import sequence
from xinheng.ledger.models import Run
from xinheng.web.middleware.actor import PERSON, CurrentActor
from xinheng.workbench import attempts, carried

SIGN_IN = "/workbench/sign-in"


def enter(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


def test_a_person_signs_in_and_is_led_to_the_page_asked_for(world: World, visitor: Client) -> None:
    answer = enter(visitor, "reporter.market", next="/workbench/upload")
    assert (answer.status_code, answer["Location"]) == (302, "/workbench/upload")
    assert PERSON in visitor.session


def left(state: str) -> list[tuple[str, str]]:
    """Who the ledger says left so, and in which words of the payload."""
    runs = Run.objects.filter(operation="accounts.signed_out", payload__contains=f'"state":"{state}"')
    return [(run.actor_kind, run.actor_name) for run in runs.order_by("id")]


@pytest.mark.parametrize(("minutes", "state"), [(16, "idle"), (12 * 60 + 1, "too_old")])
def test_a_session_that_ended_by_itself_is_entered_once(
    world: World, people: People, clock: Any, minutes: int, state: str
) -> None:
    client = people["reporter.market"]
    stale = Client()
    stale.cookies.update(client.cookies)
    clock(world.now + timedelta(minutes=14))
    client.get("/workbench/")
    assert left(state) == []
    # Seen a quarter of an hour ago or signed in half a day ago: both count from the last click at fourteen minutes.
    clock(world.now + timedelta(minutes=14 + minutes))
    assert client.get("/workbench/").status_code == 302
    assert left(state) == [("person", "填报员甲")]
    assert stale.get("/workbench/").status_code == 302
    client.get("/workbench/")
    assert left(state) == [("person", "填报员甲")]


def test_two_requests_that_find_the_same_session_ended_enter_it_once(world: World, people: People, clock: Any) -> None:
    client = people["reporter.market"]
    key = client.session.session_key
    clock(world.now + timedelta(minutes=20))
    first, second = (SessionStore(key) for _ in range(2))
    for session in (first, second):
        assert session[PERSON]  # both have read it before either ends it
    request = RequestFactory().get("/workbench/")
    for session in (first, second):
        request.session = session
        CurrentActor(lambda request: HttpResponse())(request)
        assert request.actor.kind == "public"  # type: ignore[attr-defined]
    assert left("idle") == [("person", "填报员甲")]


def test_nobody_is_led_to_another_site(world: World, visitor: Client) -> None:
    assert enter(visitor, "reporter.market", next="https://elsewhere.example/")["Location"] == "/workbench/"


def test_the_key_of_the_session_changes_with_the_sign_in(world: World, visitor: Client) -> None:
    session = visitor.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    enter(visitor, "reporter.market")
    assert visitor.session.session_key != before
    assert "planted" not in visitor.session


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(world: World, visitor: Client) -> None:
    wrong = enter(visitor, "reporter.market", "not the password")
    unknown = enter(visitor, "reporter.marked", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert words(wrong).replace("reporter.market", "") == words(unknown).replace("reporter.marked", "")
    assert "锁定" in words(wrong)
    assert "not the password" not in wrong.content.decode()


def test_an_account_locks_after_its_failures_also_for_the_right_password(world: World, visitor: Client) -> None:
    for _ in range(5):
        enter(visitor, "reporter.market", "wrong")
    assert enter(visitor, "reporter.market").status_code == 422
    assert enter(visitor, "reporter.tax").status_code == 302


def test_an_address_that_failed_too_often_is_told_to_wait(world: World, visitor: Client) -> None:
    for number in range(attempts.MOST_FAILURES):
        enter(visitor, f"nobody.{number}", "wrong")
    answer = enter(visitor, "reporter.tax")
    assert answer.status_code == 429
    assert "分钟后再试" in words(answer)
    assert (
        Client(REMOTE_ADDR="10.1.1.1").post(SIGN_IN, {"login": "reporter.tax", "password": PASSWORD}).status_code == 302
    )


def test_the_proxy_names_the_address_only_where_there_is_one(settings: Any, rf: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    request = rf.get("/", headers={"X-Forwarded-For": "10.9.9.9, 10.2.2.2"}, REMOTE_ADDR="127.0.0.1")
    assert attempts.address_of(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert attempts.address_of(request) == "10.2.2.2"


def test_empty_fields_ask_for_themselves_without_an_attempt(world: World, visitor: Client) -> None:
    answer = enter(visitor, "", "")
    assert answer.status_code == 422
    assert "请填写“登录名”" in words(answer)


def test_signing_out_takes_a_post_and_ends_the_session(people: People) -> None:
    client = people["reporter.market"]
    assert client.get("/workbench/sign-out").status_code == 405
    assert client.post("/workbench/sign-out")["Location"] == SIGN_IN
    assert client.get("/workbench/").status_code == 302


def test_a_form_without_its_token_is_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert enter(strict, "reporter.market").status_code == 403


def given_a_password(world: World) -> None:
    """The tax reporter gets a one-time password."""
    admin = system("init", "accounts.set_passwords")
    set_password(
        person_id=world.actor("reporter.tax").id or 0, password="Harbour-Candle-88", actor=admin, now=world.now
    )


def test_a_one_time_password_opens_nothing_but_its_change(world: World, visitor: Client) -> None:
    given_a_password(world)
    assert enter(visitor, "reporter.tax", "Harbour-Candle-88")["Location"] == "/workbench/password"
    assert visitor.get("/workbench/upload")["Location"].startswith("/workbench/password?next=%2Fworkbench%2Fupload")
    page = visitor.get("/workbench/password")
    assert "请先修改口令" in words(page)
    done = visitor.post(
        "/workbench/password", {"old": "Harbour-Candle-88", "new": "Orchard-Violin-63", "again": "Orchard-Violin-63"}
    )
    assert done.status_code == 200
    assert "口令已修改" in words(done)
    assert visitor.get("/workbench/upload").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "Orchard-Violin-63", "Orchard-Violin-63", "原口令不正确"),
        (PASSWORD, "Orchard-Violin-63", "Orchard-Violin-64", "不一致"),
        (PASSWORD, "short", "short", "应不少于"),
        (PASSWORD, PASSWORD, PASSWORD, "最近"),
        ("", "", "", "请填写“原口令”"),
    ],
)
def test_a_change_of_password_that_falls_short_says_how(
    people: People, old: str, new: str, again: str, said: str
) -> None:
    answer = people["reporter.market"].post("/workbench/password", {"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert said in words(answer)
    assert PASSWORD not in answer.content.decode()


def test_a_password_changed_elsewhere_ends_this_session(people: People, world: World) -> None:
    client = people["reporter.market"]
    change_own_password(
        old=PASSWORD,
        new="Orchard-Violin-63",
        actor=world.actor("reporter.market"),
        now=world.now + timedelta(minutes=1),
    )
    assert client.get("/workbench/").status_code == 302


def test_a_person_without_a_role_is_told_whom_to_ask(world: World, visitor: Client) -> None:
    seed = PersonSeed(
        login="new.comer",
        name="新来",
        unit_code=world.unit_codes["tax"],
        roles=(),
        password=PASSWORD,
        must_change=False,
    )
    install(plan=InstallPlan(units=(), people=(seed,)), actor=INIT, now=world.now)
    enter(visitor, "new.comer")
    assert "安全管理员授予角色" in words(visitor.get("/workbench/"))


def test_after_the_idle_time_the_page_says_so_and_leads_back(people: People, clock: Any, now: datetime) -> None:
    client = people["reporter.market"]
    clock(now + timedelta(minutes=16))
    led = client.get("/workbench/batches")["Location"]
    assert "timed_out=1" in led
    assert "您已因长时间未操作退出" in words(client.get(led))


def test_what_was_typed_before_the_session_ended_comes_back_after_the_sign_in(
    people: People, world: World, clock: Any, now: datetime
) -> None:
    client, texts = people["reporter.market"], penalty_texts(world, CF_SY='含"引号"、<尖括号>\n和换行')
    clock(now + timedelta(minutes=16))
    late = client.post(f"/workbench/entry/{PENALTY}", {**texts, "_step": "confirm"})
    assert late.status_code == 403
    assert "填写的内容还在" in words(late)
    sequence()
    again = enter(client, "reporter.market", **{name: inputs(late)[name] for name in ("next", "carried")})
    assert again.status_code == 200
    carried = inputs(again)
    # Nothing was submitted, and nothing will be before somebody has looked at it.
    form = client.post(f"/workbench/entry/{PENALTY}", {**carried, "_step": "edit"})
    assert form.status_code == 200
    shown = inputs(form)
    assert {name: shown[name].replace("\r\n", "\n") for name in texts} == texts


def test_a_wrong_password_does_not_lose_what_is_carried(
    people: People, world: World, clock: Any, now: datetime
) -> None:
    client = people["reporter.market"]
    clock(now + timedelta(minutes=16))
    late = client.post(f"/workbench/entry/{PENALTY}", {**penalty_texts(world), "_step": "review"})
    wrong = enter(client, "reporter.market", "wrong", carried=inputs(late)["carried"], next=inputs(late)["next"])
    assert inputs(wrong)["carried"] == inputs(late)["carried"]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=50))
def test_what_is_packed_is_unpacked_the_same(pairs: list[tuple[str, str]]) -> None:
    assert carried.unpack(carried.pack(pairs)) == pairs


@pytest.mark.parametrize("text", ["", "{", "7", '{"a": 1}', "[1, 2]", '[["a"]]', '[["a", 1]]'])
def test_what_is_no_list_of_pairs_gives_none(text: str) -> None:
    assert carried.unpack(text) == []


def test_a_form_sent_after_the_own_sign_out_does_not_speak_of_idleness(people: People, world: World) -> None:
    client = people["reporter.market"]
    client.post("/workbench/sign-out")
    late = client.post(f"/workbench/entry/{PENALTY}", {**penalty_texts(world), "_step": "confirm"})
    assert late.status_code == 403
    assert "您的登录已经结束，填写的内容还在" in words(late)
    assert "未操作" not in words(late)
