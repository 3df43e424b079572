"""An objection from the public page to the answer, over HTTP: as a visitor, the centre's clerk, the reporter and the reviewer do it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from objections.contested import at, contested, shown_penalty
from portal.pages import main
from workbench.acts import People, words
from world import PASSWORD, World, furnish, penalty, publish
from xinheng.ledger.models import Run
from xinheng.objections.models import Objection
from xinheng.procedures.door import tick
from xinheng.procedures.models import Case, RunningClock, StepTaken
from xinheng.records.door import enter

SAID = {"about": "content", "statement": "罚款应为三千元", "name": "云禾商贸", "contact": "0599-0000001"}
ONCE = "5a" * 16


@pytest.fixture(autouse=True)
def nobody_failed_yet() -> None:
    cache.clear()


def objected(visitor: Client, record_id: int) -> tuple[str, str]:
    """Fill in the form of the page; number and code as the page tells them."""
    form = visitor.get(f"/records/{record_id}/objection").content.decode()
    once = re.search(r'name="once" value="(\w+)"', form)
    assert once is not None
    answer = visitor.post(f"/records/{record_id}/objection", {**SAID, "once": once[1]})
    number = re.search(r"YY-\d{4}-\d{6}", main(answer))
    code = re.search(r"<code>([0-9A-Z-]{14})</code>", answer.content.decode())
    assert number is not None
    assert code is not None
    return number[0], code[1]


def acts(people: People, login: str, step: str, note: str = "") -> None:
    """Open the inbox, the case, and send the step's form as the page has it."""
    inbox = people[login].get("/workbench/cases").content.decode()
    page = re.search(r'href="(/workbench/cases/\d+)"', inbox)
    assert page is not None, login
    body = people[login].get(page[1]).content.decode()
    form = re.search(rf'action="{page[1]}/{step}".*?name="seen" value="(\d+)"', body, flags=re.DOTALL)
    assert form is not None, step
    done = people[login].post(f"{page[1]}/{step}", {"note": note, "seen": form[1], "_step": "confirm"})
    assert done.status_code == 302, words(done)


def over_the_api(record_id: int) -> Any:
    return Client().get(f"/api/v1/publicity/records/{record_id}")


@pytest.mark.usefixtures("full_buckets")
def test_from_the_public_page_to_the_answer(visitor: Client, people: People, world: World) -> None:
    record_id = shown_penalty(world)
    assert "对这条信息提出异议" in main(visitor.get(f"/records/{record_id}"))
    number, code = objected(visitor, record_id)
    assert over_the_api(record_id).json()["contested"] is False

    acts(people, "operator", "accept")
    assert "有异议，正在处理" in main(visitor.get(f"/records/{record_id}"))
    assert over_the_api(record_id).json()["contested"] is True
    assert "信源单位核实中" in main(visitor.post("/objections", {"number": number, "code": code}))

    enter(
        fact=penalty(world, amount=300_000),
        reason="金额录入错误",
        actor=world.actor("reporter.market"),
        now=world.now,
    )
    acts(people, "reporter.market", "found_corrected", "金额已更正为三千元")
    acts(people, "reviewer", "answer_corrected", "经核实，金额有误，已更正。")
    publish(world.now)

    told = main(visitor.post("/objections", {"number": number, "code": code}))
    assert "异议成立，已更正" in told
    assert "经核实，金额有误，已更正。" in told
    assert "示例区市场监督管理局" in told
    for login in ("operator", "reporter.market", "reviewer"):
        assert world.actor(login).name not in told
    assert "有异议，正在处理" not in main(visitor.get(f"/records/{record_id}"))
    assert over_the_api(record_id).json()["contested"] is False
    codes = set(Run.objects.values_list("operation", flat=True))
    assert {"objections.submitted", "objections.accepted", "objections.looked_into", "objections.answered"} <= codes


@pytest.mark.usefixtures("full_buckets")
def test_when_nobody_acts_publication_stops_and_the_visitor_sees_it(
    visitor: Client, people: People, world: World, clock: Callable[[datetime], None]
) -> None:
    record_id = shown_penalty(world)
    number, code = objected(visitor, record_id)
    last = RunningClock.objects.get(case__number=number, clock="answer").deadline
    assert last is not None
    late = at(last + timedelta(days=1))
    clock(late)
    tick(now=late)
    assert visitor.get(f"/records/{record_id}").status_code == 404
    assert over_the_api(record_id).status_code == 404
    told = main(visitor.post("/objections", {"number": number, "code": code}))
    assert "逾期未受理，视为受理" in told
    assert "已超 1 个工作日" in told
    assert number in words(people["reporter.market"].get("/workbench/cases?time=late"))


@pytest.fixture
def open_world(transactional_db: None, now: datetime) -> World:
    """A world other connections see, too."""
    return furnish(now)


def at_once(count: int, act: Callable[[int], int]) -> list[int]:
    """The answers of many requests over eight threads, each with a connection of its own."""

    def run(index: int) -> int:
        try:
            return act(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(run, range(count)))
    connections["default"].ensure_connection()
    return sorted(found)


def test_of_forty_decisions_at_once_one_is_made(open_world: World) -> None:
    made = contested(open_world)
    client = People(PASSWORD)["operator"]
    name = settings.SESSION_COOKIE_NAME
    signed_in = client.cookies[name].value

    def decide(index: int) -> int:
        own = Client(raise_request_exception=False)
        own.cookies[name] = signed_in
        step = "accept" if index % 2 else "refuse"
        sent = {"note": f"第{index}次", "seen": "1", "_step": "confirm"}
        return own.post(f"/workbench/cases/{made.case_id}/{step}", sent).status_code

    assert at_once(40, decide) == [302] + [409] * 39
    assert StepTaken.objects.filter(case_id=made.case_id).count() == 2
    done = ("objections.accepted", "objections.refused")
    assert Run.objects.filter(operation__in=done).count() == 1


def test_a_form_sent_eight_times_at_once_is_one_objection(open_world: World) -> None:
    record_id = shown_penalty(open_world)
    codes = []

    def send(_index: int) -> int:
        answer = Client(raise_request_exception=False).post(f"/records/{record_id}/objection", {**SAID, "once": ONCE})
        codes.extend(re.findall(r"<code>([0-9A-Z-]{14})</code>", answer.content.decode()))
        return answer.status_code

    assert at_once(8, send) == [200] * 8
    assert len(codes) == 8
    assert len(set(codes)) == 1
    assert (Case.objects.count(), Objection.objects.count()) == (1, 1)
