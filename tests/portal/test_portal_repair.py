"""From which day a public record can be repaired stands on its page, with what, where and why; nothing is said of what is not public."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.pages import main
from world import INIT, World, penalty, publish
from xinheng.catalogue.door import load_edition
from xinheng.catalogue.readers.source import national_content
from xinheng.records.door import enter, mark
from xinheng.records.values import MarkKind


def test_a_fine_says_from_which_day_with_what_and_where(visitor: Client, world: World, fine: int) -> None:
    said = main(visitor.get(f"/records/{fine}"))
    for words in (
        "信用修复 未满最短公示期 义务履行完毕的，2027年2月10日起可以向作出决定的单位申请修复。",
        "最早可以申请修复之日 2027年2月10日",
        "适用的规则 国家发展改革委第36号令“一般”",
        "已经改正，并履行完决定的全部义务",
        "义务履行完毕的证明 信用承诺书 义务履行完毕的证明由认定单位先自行调取",
        "“信用中国”网站统一受理，也可以到政务服务大厅窗口",
        "修复结果答复 2027年2月24日 暂按",
        "也可以到本页下方的信用中心申请，不收费",
        "自决定之日起最长公示1年，到2027年11月10日当日 24 时自动停止，无需申请。",
        "《信用修复管理办法》（国家发展改革委令第36号）申请材料条款",
    ):
        assert words in said, words
    # Steps of the authorities among themselves are not for the public.
    assert "修复申请受理" not in said


def test_a_fine_of_market_regulation_says_how_it_stands_in_the_other_system(
    visitor: Client, world: World, fine: int
) -> None:
    said = main(visitor.get(f"/records/{fine}"))
    # Six months from 2026-11-10 and three years; in three fields a year.
    assert (
        "在国家企业信用信息公示系统 按市场监管公示规则“普通程序”，2027年5月10日起可以申请；到2029年11月10日自动停止。"
        in said
    )
    assert "领域的，从2027年11月10日起。" in said


def test_the_basis_of_every_step_is_one_click_away(visitor: Client, world: World, fine: int) -> None:
    body = visitor.get(f"/records/{fine}").content.decode()
    steps = body[body.index('id="repair"') :]
    steps = steps[: steps.index("</details>")]
    links = re.findall(r'href="(/catalogue/bases/[^"]+)"', steps)
    assert "/catalogue/bases/repair-order-36.materials" in links
    assert len(links) == len(set(links))
    assert all(visitor.get(link).status_code == 200 for link in links)


def test_the_day_comes_and_the_word_changes(visitor: Client, world: World, fine: int, later: Any) -> None:
    later((date(2027, 2, 9) - date(2026, 11, 21)).days)
    assert "信用修复 未满最短公示期" in main(visitor.get(f"/records/{fine}"))
    later((date(2027, 2, 10) - date(2026, 11, 21)).days)
    assert "信用修复 可以申请修复" in main(visitor.get(f"/records/{fine}"))


def test_an_older_fine_follows_its_own_rule_and_says_what_holds_in_special_fields(
    visitor: Client, world: World, now: Any
) -> None:
    fact = penalty(world, number="示市监罚〔2026〕3号", on=date(2026, 2, 28))
    done = enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    publish(now)
    said = main(visitor.get(f"/records/{done.record_id}"))
    assert "2026年5月28日起可以向作出决定的单位申请修复" in said
    assert "领域的，从2027年2月28日起。" in said
    assert "国家发展改革委第58号令“一般领域” 申请按国家发展改革委第36号令办理。" in said


@pytest.mark.parametrize("kind", [MarkKind.REPAIRED, MarkKind.WITHDRAWN, MarkKind.SHIELDED])
def test_of_what_ended_nothing_is_said(visitor: Client, world: World, fine: int, now: Any, kind: MarkKind) -> None:
    actor, on = world.actor("reviewer"), date(2026, 11, 21)
    mark(record_id=fine, kind=kind, reason="依法停止公示", actor=actor, now=now, on=on)
    hidden, nothing = visitor.get(f"/records/{fine}"), visitor.get(f"/records/{fine + 100_000}")
    assert hidden.status_code == nothing.status_code == 404
    assert main(hidden) == main(nothing)


def test_a_licence_has_no_such_section(visitor: Client, world: World, permitted: int) -> None:
    assert "信用修复 " not in main(visitor.get(f"/records/{permitted}"))


def test_in_english_nothing_of_it_is_left_in_chinese_but_the_law(visitor: Client, world: World, fine: int) -> None:
    visitor.cookies["xinheng_language"] = "en"
    said = main(visitor.get(f"/records/{fine}"))
    part = said[said.index("Credit repair") : said.index("How credit repair works")]
    assert "Earliest day to apply for repair 10 February 2027" in part
    assert "Proof that all duties are fulfilled" in part
    own = re.sub(r"《[^》]*》(（[^）]*）)?[\u4e00-\u9fff]*|食品药品|食品|药品|特种设备", "", part)
    assert re.findall(r"[\u4e00-\u9fff]+", own) == []


def test_the_rules_of_repair_stand_with_the_terms(visitor: Client, world: World) -> None:
    said = main(visitor.get("/catalogue/terms"))
    for words in (
        "信用修复的条件和材料（不收费）",
        "“严重”另须：信用修复培训证明、信用报告",
        "至多 2 件",
        "2019-07-01至2023-04-30",
        "移出经营异常名录",
        "修复决定",
    ):
        assert words in said, words
    assert "信用修复：国家发展改革委第36号令" in main(visitor.get("/catalogue/bases/repair-order-36.conditions"))
    assert "新旧修复规则的衔接" in main(visitor.get("/catalogue/bases/platform-conventions.repair-transition"))


def test_where_the_catalogue_is_of_an_older_version_the_pages_say_so(visitor: Client, world: World, fine: int) -> None:
    """A backup of an older platform was restored, and nobody has loaded the newer catalogue yet."""
    older = {name: part for name, part in national_content().items() if name != "repair"}
    load_edition(region="demo", national=older, actor=INIT, now=world.now)
    said = main(visitor.get(f"/records/{fine}"))
    assert "修复规则待确定 现行目录是较早的版本，还没有修复规则" in said
    assert "可以向作出决定的单位申请修复" not in said
    assert "信用修复的条件和材料" not in main(visitor.get("/catalogue/terms"))
