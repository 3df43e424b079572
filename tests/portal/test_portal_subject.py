"""A subject's page: head, time axis, filters, explanation of nothing, merges; what it shows is escaped."""

from datetime import date
from typing import Any

from django.test import Client

from portal.pages import main
from world import INIT, World, business_code, licence, penalty, publish
from xinheng.kernel.actor import system
from xinheng.records.door import enter, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import merge, register_subject
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind


def page(visitor: Client, subject_id: int, query: str = "") -> Any:
    return visitor.get(f"/subjects/{subject_id}{query}")


def test_a_harmful_record_has_its_term_basis_and_the_way_to_object_beside_it(
    visitor: Client, world: World, fine: int
) -> None:
    answer = page(visitor, world.subjects["云禾"])
    said = main(answer)
    assert "示市监罚〔2026〕1号" in said
    assert "罚款5000元" in said
    assert "公示中，至 2027年11月10日自动停止" in said
    assert "《信用修复管理办法》" in said
    assert "/catalogue/bases/repair-order-36.term" in answer.content.decode()
    assert f'href="/records/{fine}/objection"' in answer.content.decode()
    assert "也可以向作出决定的单位提出：示例区市场监督管理局" in said
    assert "示例区安平路 12 号" in said
    assert "0999-5550103" in said


def test_the_bases_stand_with_the_highest_rank_first(visitor: Client, world: World, fine: int) -> None:
    bases = page(visitor, world.subjects["云禾"]).context["records"][0].bases
    assert bases[0].document.startswith("国务院办公厅")
    assert "平台约定" in bases[-1].document


def test_the_code_is_grouped_for_reading_and_whole_for_copying(visitor: Client, world: World) -> None:
    code = business_code(1)
    answer = page(visitor, world.subjects["云禾"]).content.decode()
    assert f"<i>{code[:2]}</i><i>{code[2:8]}</i><i>{code[8:17]}</i><i>{code[17:]}</i>" in answer


def test_nothing_public_is_explained(visitor: Client, world: World) -> None:
    said = main(page(visitor, world.subjects["云禾"]))
    assert "没有公示中的信息" in said
    assert "这不表示：它从未受过处罚" in said


def test_the_axis_can_be_filtered_by_item_and_counts_stay(visitor: Client, world: World, fine: int) -> None:
    subject = world.subjects["云禾"]
    assert "全部 1 行政许可 0 行政处罚 1" in main(page(visitor, subject))
    said = main(page(visitor, subject, "?item=administrative-licence"))
    assert "这一项没有公示中的信息" in said
    assert "行政处罚 1" in said


def test_the_axis_is_paged_latest_first(visitor: Client, world: World, now: Any) -> None:
    reporter = world.actor("reporter.market")
    for number in range(1, 26):
        fact = penalty(world, number=f"示市监罚〔2026〕{number}号", on=date(2026, 10, number))
        enter(fact=fact, actor=reporter, now=now)
    publish(now)
    subject = world.subjects["云禾"]
    first = page(visitor, subject)
    assert [entry.day for entry in first.context["records"]] == [date(2026, 10, day) for day in range(25, 5, -1)]
    assert "全部 25" in main(first)
    assert "?page=2#records" in first.content.decode()
    second = page(visitor, subject, "?page=2")
    assert len(second.context["records"]) == 5
    assert not second.context["next_href"]


def test_a_contested_record_says_so(visitor: Client, world: World, fine: int, now: Any) -> None:
    mark(
        record_id=fine,
        kind=MarkKind.CONTESTED,
        reason="x",
        actor=world.actor("reviewer"),
        now=now,
        on=date(2026, 11, 21),
    )
    assert "已有异议正在处理" in main(page(visitor, world.subjects["云禾"]))
    assert "这条信息有异议，正在处理" in main(visitor.get(f"/records/{fine}"))


def test_a_merged_subject_leads_on_and_its_records_come_along(
    visitor: Client, world: World, fine: int, permitted: int, now: Any
) -> None:
    kept, absorbed = world.subjects["清岚"], world.subjects["云禾"]
    merge(kept=kept, absorbed=absorbed, reason="同一主体", actor=system("test", "subjects.merge"), now=now)
    answer = page(visitor, absorbed)
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, f"/subjects/{kept}", "no-store")
    said = main(page(visitor, kept))
    assert "示市监罚〔2026〕1号" in said
    assert "示市监许〔2026〕1号" in said
    assert "已并入本主体的其他主体的信息也列在下面" in said
    assert visitor.get(f"/s/{business_code(1)}")["Location"] == f"/subjects/{kept}"


def test_a_name_with_markup_is_shown_as_it_is_written(visitor: Client, world: World, now: Any) -> None:
    draft = SubjectDraft(
        SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(66), "示例区<b>粗体</b>&商贸有限公司", "登记机关"
    )
    made = register_subject(draft=draft, actor=INIT, now=now)
    world.subjects["粗体"] = made.subject_id
    fact = penalty(world, subject="粗体", number="示<i>罚〔2026〕1号")
    done = enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    publish(now)
    for address in (f"/subjects/{made.subject_id}", f"/records/{done.record_id}", "/penalties", "/", "/search?q=粗体"):
        answer = visitor.get(address).content.decode()
        assert "<b>粗体" not in answer, address
        assert "示<i>" not in answer, address
        assert "&lt;b&gt;粗体" in answer, address


def test_licences_are_no_harm_and_carry_no_red(visitor: Client, world: World, permitted: int) -> None:
    entry = page(visitor, world.subjects["清岚"]).context["records"][0]
    assert not entry.harm
    assert entry.kind.tone == "plain"
    assert licence(world).core.document_title in main(page(visitor, world.subjects["清岚"]))
