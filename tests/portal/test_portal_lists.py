"""The lists of licences and penalties: latest first, page by page, every record once."""

import re
from typing import Any

from django.test import Client

from portal.pages import main
from world import World, penalty, publish
from xinheng.records.door import enter


def numbers(answer: Any) -> list[str]:
    return re.findall(r"示市监罚〔2026〕\d+号", answer.content.decode())


def test_pages_show_every_record_once(visitor: Client, world: World, now: Any) -> None:
    reporter = world.actor("reporter.market")
    for number in range(1, 46):
        enter(fact=penalty(world, number=f"示市监罚〔2026〕{number}号"), actor=reporter, now=now)
    publish(now)
    seen: list[str] = []
    address, pages = "/penalties", 0
    while address:
        answer = visitor.get(address)
        seen += numbers(answer)
        address = answer.context["table"].next.split("#")[0]
        address = f"/penalties{address}" if address else ""
        pages += 1
    assert pages == 3
    assert seen == [f"示市监罚〔2026〕{number}号" for number in range(45, 0, -1)]


def test_a_later_page_leads_back_and_its_columns_can_be_chosen(visitor: Client, world: World, now: Any) -> None:
    reporter = world.actor("reporter.market")
    for number in range(1, 25):
        enter(fact=penalty(world, number=f"示市监罚〔2026〕{number}号"), actor=reporter, now=now)
    publish(now)
    onward = visitor.get("/penalties").context["table"].next.split("#")[0]
    second = visitor.get(f"/penalties{onward}")
    assert "第 2 页" in main(second)
    assert "回到最新的" in main(second)
    # Another page size begins again at the latest: a place in the list belongs to its size.
    assert all("after" not in size["href"] for size in second.context["table"].sizes)
    wider = visitor.get("/penalties?columns=subject,code,number")
    assert wider.status_code == 200
    assert "统一社会信用代码" in main(wider)


def test_a_row_leads_to_the_subject_and_to_the_record(visitor: Client, world: World, fine: int) -> None:
    answer = visitor.get("/penalties").content.decode()
    assert f'href="/records/{fine}"' in answer
    assert f'href="/subjects/{world.subjects["云禾"]}"' in answer


def test_an_empty_list_says_so(visitor: Client, world: World) -> None:
    assert "没有公示中的信息" in main(visitor.get("/licences"))
