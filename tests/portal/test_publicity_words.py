"""Why a record is shown: rule, tier, basis, from, until, and what the end follows from, in both languages."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from world import World
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.web.publicity_words import Shown, rule_in_short, why_shown

ACT, SINCE = date(2026, 11, 10), date(2026, 11, 21)
TIERED = ("repair-order-36.tiers", "repair-order-36.term")


@pytest.fixture
def edition(world: World) -> Edition:
    return current_edition(SINCE)


def decided(until: date = date(2027, 11, 10), act: date = ACT, tier: str = "一般") -> Shown:
    return Shown("administrative-penalty", act, SINCE, until, tier, TIERED)


def test_a_fine_says_rule_tier_documents_and_what_its_end_follows_from(edition: Edition) -> None:
    assert why_shown(edition, decided()) == (
        "依据《信用修复管理办法》（国家发展改革委令第36号）失信信息分类条款、公示期限条款。"
        "按国家发展改革委第36号令，这项决定属于“一般”，自决定之日（2026年11月10日）起最长公示1年，"
        "所以到2027年11月10日为止，当日 24 时自动停止。自2026年11月21日起公示。"
    )
    assert rule_in_short(edition, decided()) == "国家发展改革委第36号令“一般”：自决定之日起最长公示1年"


def test_the_regime_is_that_of_the_day_of_the_act(edition: Edition) -> None:
    earlier = decided(date(2028, 6, 1), date(2025, 6, 1), "一般领域")
    assert "按国家发展改革委第58号令，这项决定属于“一般领域”" in why_shown(edition, earlier, cited=False)
    assert "最长公示3年" in why_shown(edition, earlier, cited=False)


def test_an_end_that_the_tier_does_not_give_is_not_explained_by_it(edition: Edition) -> None:
    said = why_shown(edition, decided(date(2027, 3, 1)), cited=False)
    assert "公示期另有专门规定，到2027年3月1日为止" in said
    assert "最长公示" not in said


@pytest.mark.parametrize(
    ("until", "said"),
    [(date(2027, 11, 9), "有效期到2027年11月9日，当日 24 时自动停止。"), (None, "所以没有公示截止日。")],
)
def test_a_licence_is_shown_while_it_is_valid(edition: Edition, until: date | None, said: str) -> None:
    licence = Shown("administrative-licence", ACT, SINCE, until, "", ("administrative-licensing-law.publicity",))
    assert why_shown(edition, licence).startswith("依据《中华人民共和国行政许可法》")
    assert said in why_shown(edition, licence)


def test_in_english_sentences_stand_apart(edition: Edition) -> None:
    with translation.override("en"):
        said = why_shown(edition, decided(), cited=False)
    assert said.endswith("it stops by itself at the end of that day. Shown since 21 November 2026.")


def test_the_public_page_and_the_record_say_it(visitor: Any, fine: int, world: World) -> None:
    for page in (f"/subjects/{world.subjects['云禾']}", f"/records/{fine}"):
        body = visitor.get(page).content.decode()
        assert "自决定之日（2026年11月10日）起最长公示1年" in body
        assert "依据公示规则公示" not in body
