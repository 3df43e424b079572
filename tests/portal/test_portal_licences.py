"""Anybody verifies a certificate by the code on it, and sees the public ones on the page of their holder."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal.pages import main
from world import World, licence, publish
from xinheng.records.door import enter, licence_code, mark
from xinheng.records.values import MarkKind
from xinheng.web.licences import WRONG_CODES

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def ending(world: World, now: Any) -> tuple[int, str]:
    """A public certificate that ends in nine days: its record and its code."""
    fact = licence(world, until=date(2026, 11, 30))
    fact.content["XK_XDR_MC"] = "示例区清岚食品有限公司"  # type: ignore[index]
    done = enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    publish(now)
    assert done.version_id is not None
    return done.record_id, licence_code(done.version_id)


def asked(visitor: Client, code: str) -> Any:
    return visitor.get("/verify/licence", {"code": code})


def test_a_code_tells_holder_number_and_state_until_midnight_of_the_last_day(
    visitor: Client, ending: tuple[int, str], later: Callable[[int], None]
) -> None:
    said = main(asked(visitor, ending[1].lower().replace("-", "")))
    for word in ("这张证照现在有效", "示例区清岚食品有限公司", "示市监许〔2026〕1号", "还有 9 天"):
        assert word in said
    later(9)
    assert "今天 24 时到期" in main(asked(visitor, ending[1]))
    later(10)
    assert "这张证照已经到期，有效期到2026年11月30日为止" in main(asked(visitor, ending[1]))


def test_wrong_and_withdrawn_codes_get_the_same_answer(
    visitor: Client, world: World, ending: tuple[int, str], now: Any
) -> None:
    record, code = ending
    mark(record_id=record, kind=MarkKind.WITHDRAWN, reason="x", actor=world.actor("reviewer"), now=now, on=TODAY)
    withdrawn, wrong = asked(visitor, code), asked(visitor, "ABCDEF-ABCDEF-ABCDEF")
    assert (withdrawn.status_code, withdrawn["Cache-Control"]) == (404, "no-store")
    assert main(withdrawn) == main(wrong)


def test_after_thirty_wrong_codes_an_address_has_to_wait(visitor: Client, ending: tuple[int, str]) -> None:
    for number in range(WRONG_CODES.most):
        assert asked(visitor, f"{number:06d}-000000-000000").status_code == 404
    refused = asked(visitor, ending[1])
    assert refused.status_code == 429
    assert "15 分钟后再试" in main(refused)
    assert visitor.get("/verify/licence").status_code == 200
    assert Client(REMOTE_ADDR="10.1.2.3").get("/verify/licence", {"code": ending[1]}).status_code == 200


def test_a_code_found_does_not_count(visitor: Client, ending: tuple[int, str]) -> None:
    for _ in range(WRONG_CODES.most + 5):
        assert asked(visitor, ending[1]).status_code == 200


@pytest.mark.parametrize("code", ["<script>", "%00", "ＡＢＣ", "0" * 500, "' OR 1=1 --"])
def test_what_is_no_code_is_answered_with_the_page(visitor: Client, world: World, code: str) -> None:
    answer = asked(visitor, code)
    assert answer.status_code == 404
    assert "<script>" not in main(answer)


def test_the_holder_s_page_lists_certificates_with_their_term_and_the_record_s_page_its_code(
    visitor: Client, world: World, ending: tuple[int, str], later: Callable[[int], None]
) -> None:
    record, code = ending
    subject = f"/subjects/{world.subjects['清岚']}"
    said = main(visitor.get(subject))
    assert "电子证照" in said
    assert "2026年11月10日至2026年11月30日" in said
    page = visitor.get(f"/records/{record}")
    assert code in main(page)
    assert "<svg" in page.content.decode().split("licence-code-body")[1].split("</section>")[0]
    later(10)
    assert "电子证照" not in main(visitor.get(subject))
