"""The words of repair: a sentence for every reason and a name for every rule, in both languages, with every place filled."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from repair.legal import all_cases, answer_to
from xinheng.catalogue.door import package_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.repair import queries, rules
from xinheng.repair.values import RepairOutcome
from xinheng.web.parts import Deadline
from xinheng.web.repair_words import NAMES, OUTCOMES, REASONS, repair_part

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r'"(repair\.[a-z_]+)"')
FROM_THE_CATALOGUE = {f"catalogue.{name}" for name in ("no_regime", "no_kinds", "no_term")} | {
    f"catalogue.{name}" for name in ("override_reason", "unknown_tier", "special_term")
}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return package_edition()


def test_every_reason_has_a_sentence_and_no_sentence_is_without_a_reason() -> None:
    used = {code for module in (rules, queries) for code in CODE.findall(Path(str(module.__file__)).read_text("utf-8"))}
    used |= {f"repair.{mark.value}" for mark in queries.ENDING}
    assert used | FROM_THE_CATALOGUE == set(REASONS)
    assert set(OUTCOMES) == set(RepairOutcome)
    assert all(OUTCOMES[outcome][0] == outcome.label for outcome in RepairOutcome)


def test_every_name_of_the_rules_is_translated(edition: Edition) -> None:
    book = edition.repair
    assert book is not None
    names = {word.name for word in book.words}
    names |= {place for rule in book.rules for place in (rule.apply_at, rule.after_end) if place}
    names |= {text for way in book.ways for text in (way.name, way.apply_at)}
    assert names == set(NAMES)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_legal_case_reads_well(edition: Edition, language: str) -> None:
    for case in all_cases():
        with translation.override(language):
            part = repair_part(answer_to(case, edition), edition)
        own = [part.lead, part.status.label, *(why.text for why in part.why)]
        facts = [text for fact in part.facts for text in (fact.label, fact.hint)]
        assert all(text and "%(" not in text for text in own), case["name"]
        if language == "en":
            # Texts of law and what an authority wrote stand as they are.
            reason = (case.get("override") or {}).get("reason")
            kept = [reason] if reason else []
            kept += [*case["facts"].get("kinds", []), *_fields(edition)]
            left = [re.sub("|".join(map(re.escape, kept)), "", text) for text in (*own, *facts)]
            assert [text for text in left if CHINESE.search(text)] == []


def _fields(edition: Edition) -> list[str]:
    """The fields of law the tiers name, the longest first."""
    named = {name for regime in edition.regimes for one in regime.clauses for name in one.fields}
    return sorted(named, key=len, reverse=True)


def test_a_fine_says_first_day_rule_materials_and_the_day_of_the_answer(edition: Edition) -> None:
    case = next(case for case in all_cases() if case["name"] == "r2026：一般，三个月内")
    part = repair_part(answer_to(case, edition), edition, brief=True)
    facts = {fact.label: fact for fact in part.facts}
    assert part.lead == "义务履行完毕的，2027年2月10日起可以向作出决定的单位申请修复。"
    assert facts["最早可以申请修复之日"].value == date(2027, 2, 10)
    assert facts["适用的规则"].value == "国家发展改革委第36号令“一般”"
    assert facts["修复材料"].value == ["义务履行完毕的证明", "信用承诺书"]
    assert "由认定单位先自行调取" in facts["修复材料"].hint
    assert facts["修复结果答复"].value == Deadline(date(2027, 2, 24), provisional=True)
    assert facts["修复结果答复"].hint == "10 个工作日；按2027年2月10日提出申请计算。"
    assert "修复决定" not in facts
    assert [why.text for why in part.why][:2] == [
        "决定日期是2026年11月10日，适用国家发展改革委第36号令。",
        "按这一规则，这项决定属于“一般”。",
    ]
    assert part.why[0].bases[0].article == "失信信息分类条款"


def test_what_was_not_confirmed_is_marked_beside_the_day(edition: Edition) -> None:
    case = next(case for case in all_cases() if case["name"] == "r2026：一般，三个月内")
    facts = {fact.label: fact.hint for fact in repair_part(answer_to(case, edition), edition).facts}
    assert "规则待核实" in facts["修复决定"]
    assert "本平台约定，非法律规定" in facts["修复申请转认定单位"]
    assert "（" not in facts["修复申请受理"]


def test_an_act_whose_field_nobody_stated_is_promised_no_more_than_holds(edition: Edition) -> None:
    by_name = {case["name"]: case for case in all_cases()}
    later = repair_part(answer_to(by_name["r2023：没有写明领域，若属五个领域现在还不能申请"], edition), edition)
    assert "特种设备" in later.facts[0].hint
    assert later.facts[0].hint.endswith("领域的，从2027年2月28日起。")
    never = repair_part(
        answer_to(by_name["r2019：没有写明领域的停产停业，说明若属特定领域则不可修复"], edition), edition
    )
    assert never.facts[0].hint.endswith("领域的，不可修复。")
