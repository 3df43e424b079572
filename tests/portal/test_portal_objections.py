"""Objecting on the public page, and following it with number and code: for anybody, without an account; others learn nothing."""

import logging
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal.pages import main
from world import INIT, World
from xinheng.catalogue.door import load_edition
from xinheng.catalogue.readers.source import national_content
from xinheng.ledger.models import Run
from xinheng.objections.door import accept, ask_supplement
from xinheng.procedures.models import Case, StepTaken

ONCE = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def nobody_failed_yet() -> None:
    cache.clear()


def said(**changes: str) -> dict[str, str]:
    return {
        "about": "content",
        "statement": "罚款应为三千元",
        "name": "云禾商贸",
        "contact": "",
        "once": ONCE,
        **changes,
    }


def objected(visitor: Client, fine: int, **changes: str) -> tuple[str, str]:
    """Number and code as the page tells them."""
    answer = visitor.post(f"/records/{fine}/objection", said(**changes))
    assert answer.status_code == 200, main(answer)
    body = answer.content.decode()
    number = re.search(r"YY-\d{4}-\d{6}", main(answer))
    code = re.search(r"<code>([0-9A-Z-]{14})</code>", body)
    assert number is not None
    assert code is not None
    return number[0], code[1]


def follow(visitor: Client, number: str, code: str, **more: str) -> Any:
    return visitor.post("/objections", {"number": number, "code": code, **more})


def test_the_way_to_object_stands_on_the_record_and_beside_each_row(visitor: Client, world: World, fine: int) -> None:
    for page in (f"/records/{fine}", f"/subjects/{world.subjects['云禾']}"):
        assert f'href="/records/{fine}/objection"' in visitor.get(page).content.decode()


def test_the_form_says_what_happens_by_the_days_of_the_catalogue(visitor: Client, fine: int) -> None:
    answer = visitor.get(f"/records/{fine}/objection")
    assert answer["Cache-Control"] == "no-store"
    said_there = main(answer)
    assert "信用中心在 2 个工作日内受理" in said_there
    assert "逾期没有处理的，视为受理" in said_there
    assert "只有负责答复的信用中心能看" in said_there
    once = re.findall(r'name="once" value="([0-9a-f]{32})"', answer.content.decode())
    assert len(once) == 1
    assert once != re.findall(r'name="once" value="(\w+)"', visitor.get(f"/records/{fine}/objection").content.decode())
    assert "信用中心在 10 个工作日内答复您" in main(visitor.get("/help"))


def test_what_is_missing_is_said_and_nothing_typed_is_lost(visitor: Client, fine: int) -> None:
    answer = visitor.post(f"/records/{fine}/objection", said(statement="", name="某人"))
    assert answer.status_code == 422
    assert 'value="某人"' in answer.content.decode()
    assert f'name="once" value="{ONCE}"' in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"about": "nothing"}, {"once": "1"}, {"once": "x" * 32}, {"statement": "长" * 2001}]
)
def test_what_cannot_be_taken_is_refused(visitor: Client, fine: int, changes: dict[str, str]) -> None:
    assert visitor.post(f"/records/{fine}/objection", said(**changes)).status_code == 422
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_objection_with_one_code(visitor: Client, fine: int) -> None:
    first = objected(visitor, fine)
    assert objected(visitor, fine) == first
    assert Case.objects.count() == 1
    assert objected(visitor, fine, once="f" * 32) != first


def test_what_is_not_public_cannot_be_objected_to(visitor: Client, fine: int) -> None:
    there, nowhere = visitor.get(f"/records/{fine + 1}/objection"), visitor.get(f"/records/{fine + 999}/objection")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert visitor.post(f"/records/{fine + 1}/objection", said()).status_code == 404


def test_number_and_code_open_the_case_and_nothing_else_does(visitor: Client, fine: int) -> None:
    number, code = objected(visitor, fine)
    seen = follow(visitor, number.lower(), code.replace("-", "").lower())
    assert seen.status_code == 200
    assert seen["Cache-Control"] == "no-store"
    assert "待受理" in main(seen)
    assert "现在轮到：信用中心一方" in main(seen)
    assert "云禾商贸" not in main(seen).replace("示例区云禾商贸有限公司", "")
    wrong = [
        follow(visitor, number, "AAAA-AAAA-AAAA"),
        follow(visitor, "YY-2026-999999", code),
        follow(visitor, "", ""),
    ]
    assert {each.status_code for each in wrong} == {404}
    assert len({re.sub(r'value="[^"]*"', "", main(each)) for each in wrong}) == 1


def test_the_code_stands_in_no_address_no_log_and_not_in_the_ledger(
    visitor: Client, fine: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        number, code = objected(visitor, fine)
        page = follow(visitor, number, code)
    assert code not in caplog.text
    assert ONCE not in caplog.text
    assert not any(code in payload or ONCE in payload for payload in Run.objects.values_list("payload", flat=True))
    assert not re.search(rf'(href|action)="[^"]*{code}', page.content.decode())


def test_thirty_wrong_codes_of_one_address_are_enough(visitor: Client, fine: int) -> None:
    number, code = objected(visitor, fine)
    for _ in range(30):
        assert follow(visitor, number, "AAAA-AAAA-AAAA").status_code == 404
    assert follow(visitor, number, code).status_code == 429


def test_what_was_asked_for_is_supplied_and_an_objection_dropped(visitor: Client, world: World, fine: int) -> None:
    number, code = objected(visitor, fine)
    case_id, operator = Case.objects.get().pk, world.actor("operator")
    early = follow(visitor, number, code, act="supply", text="见附件")
    assert (early.status_code, "没有办理" in main(early)) == (409, True)
    ask_supplement(case_id=case_id, note="请提供决定书文号", actor=operator, now=world.now)
    asked = main(follow(visitor, number, code))
    assert "请提供决定书文号" in asked
    assert "暂停计时，等待补充" in asked
    assert follow(visitor, number, code, act="supply", text=" ").status_code == 422
    assert "已收到您的补充" in main(follow(visitor, number, code, act="supply", text="见决定书"))
    accept(case_id=case_id, actor=operator, now=world.now)
    assert "有异议，正在处理" in main(visitor.get(f"/records/{fine}"))
    assert "异议已撤回" in main(follow(visitor, number, code, act="drop"))
    assert "有异议，正在处理" not in main(visitor.get(f"/records/{fine}"))
    assert [step.step for step in StepTaken.objects.order_by("seq")][-2:] == ["accept", "drop"]


def test_forms_of_the_public_are_guarded_against_other_sites(fine: int) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/records/{fine}/objection", said()).status_code == 403
    page = strict.get(f"/records/{fine}/objection").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    assert strict.post(f"/records/{fine}/objection", said(csrfmiddlewaretoken=token[1])).status_code == 200


def test_the_pages_are_there_in_english(visitor: Client, fine: int) -> None:
    visitor.cookies["xinheng_language"] = "en"
    for page in (
        visitor.get(f"/records/{fine}/objection"),
        visitor.get("/objections"),
        visitor.post(f"/records/{fine}/objection", said()),
    ):
        own = re.sub(r"示例区\S*|示市监\S*|行政处罚\S*", "", main(page))
        assert re.findall(r"[\u4e00-\u9fff]{6,}", own) == []


def test_where_the_catalogue_is_of_an_older_version_the_pages_say_so_and_nothing_is_taken(
    visitor: Client, world: World, fine: int
) -> None:
    """A backup of an older platform was restored, and nobody has loaded the newer catalogue yet."""
    older = {name: part for name, part in national_content().items() if name not in {"limits", "repair"}}
    load_edition(region="demo", national=older, actor=INIT, now=world.now)
    assert visitor.get("/help").status_code == 200
    assert visitor.get(f"/records/{fine}").status_code == 200
    assert visitor.get("/catalogue/terms").status_code == 200
    for answer in (visitor.get(f"/records/{fine}/objection"), visitor.post(f"/records/{fine}/objection", said())):
        assert answer.status_code == 409
        assert "目录还没有异议办理时限" in main(answer)
    assert not Case.objects.exists()
