"""Held rows: why, what the register says, what changes, and how they are settled."""

from datetime import timedelta

import pytest

from workbench.acts import People, dirty_rows, penalty_texts, sent_and_loaded, words
from world import World, publish
from xinheng.accounts.models import Query
from xinheng.intake.door import held
from xinheng.intake.models import Held
from xinheng.intake.values.batches import HeldFilter, HeldState
from xinheng.ledger.models import Run
from xinheng.records.door import record


@pytest.fixture
def name_in_question(people: People, world: World) -> int:
    sent_and_loaded(people["reporter.market"], world, dirty_rows(world))
    (row,) = held(world.actor("reviewer")).items
    return row.id


@pytest.fixture
def correction(people: People, world: World) -> int:
    """A correction of a fine the public sees."""
    sent_and_loaded(people["reporter.market"], world, [penalty_texts(world)])
    publish(world.now)
    changed = penalty_texts(world, CF_NR_FK="0.8", CF_NR="罚款8000元", GZYY="笔误")
    sent_and_loaded(people["reporter.market"], world, [changed])
    (row,) = held(world.actor("reviewer")).items
    return row.id


def test_a_name_in_question_stands_beside_that_of_the_register(people: People, name_in_question: int) -> None:
    text = words(people["reviewer"].get(f"/workbench/held/{name_in_question}"))
    assert "示例区远山建材有限公司" in text
    assert "登记库中的名称 示例区云禾商贸有限公司" in text
    assert "赵*" in text
    assert "赵样例" not in text


def test_a_correction_shows_old_and_new_and_marks_what_changed(people: People, correction: int) -> None:
    body = people["reviewer"].get(f"/workbench/held/{correction}").content.decode()
    assert "<del>0.5</del>" in body
    assert "<ins>0.8</ins>" in body
    assert "<del>2026-11-18</del>" not in body
    assert "更正原因：笔误" in body


def test_the_centre_s_look_at_a_row_is_registered_the_unit_s_own_is_not(people: People, name_in_question: int) -> None:
    people["reporter.market"].get(f"/workbench/held/{name_in_question}")
    assert not Query.objects.exists()
    people["reviewer"].get(f"/workbench/held/{name_in_question}")
    assert f"暂存行 {name_in_question}" in Query.objects.get().scope


@pytest.mark.parametrize("act", ["release", "send-back"])
def test_settling_needs_a_reason_and_a_confirmation(people: People, name_in_question: int, act: str) -> None:
    address, runs = f"/workbench/held/{name_in_question}/{act}", Run.objects.count()
    empty = people["reviewer"].post(address, {"reason": " ", "_step": "review"})
    assert empty.status_code == 422
    asked = people["reviewer"].post(address, {"reason": "已核对执照原件", "_step": "review"})
    assert asked.status_code == 200
    assert "请最后确认一次" in words(asked)
    assert Held.objects.get(pk=name_in_question).state == HeldState.HELD
    assert Run.objects.count() == runs + 1  # the sign-in alone


def test_a_released_row_is_in_the_archive_and_its_content_is_gone(
    people: People, world: World, name_in_question: int
) -> None:
    done = people["reviewer"].post(
        f"/workbench/held/{name_in_question}/release", {"reason": "已核对执照原件", "_step": "confirm"}
    )
    assert done["Location"] == f"/workbench/held/{name_in_question}"
    row = Held.objects.get(pk=name_in_question)
    assert row.state == HeldState.RELEASED
    assert (
        record(row.result_record, actor=world.actor("reviewer")).current.core.document_number == "示市监罚〔2026〕23号"
    )
    text = words(people["reporter.market"].get(done["Location"]))
    assert "已放行入库" in text
    assert "已核对执照原件" in text
    assert "该行的内容" not in text


def test_a_row_sent_back_tells_its_unit_why(people: People, name_in_question: int) -> None:
    people["operator"].post(
        f"/workbench/held/{name_in_question}/send-back", {"reason": "名称与执照不符", "_step": "confirm"}
    )
    text = words(people["reporter.market"].get(f"/workbench/held/{name_in_question}"))
    assert "已退回，没有入库" in text
    assert "名称与执照不符" in text


def test_a_released_correction_is_the_new_version(people: People, world: World, correction: int, clock: object) -> None:
    clock(world.now + timedelta(minutes=1))  # type: ignore[operator]
    done = people["reviewer"].post(f"/workbench/held/{correction}/release", {"reason": "属实", "_step": "confirm"})
    assert done.status_code == 302
    found = record(Held.objects.get(pk=correction).result_record, actor=world.actor("reviewer"))
    assert found.current.content["CF_NR_FK"] == "0.8"
    assert [version.content["CF_NR_FK"] for version in found.earlier] == ["0.5"]


def test_who_settles_second_is_told_so_and_changes_nothing(people: People, name_in_question: int) -> None:
    people["operator"].post(f"/workbench/held/{name_in_question}/send-back", {"reason": "退", "_step": "confirm"})
    late = people["reviewer"].post(
        f"/workbench/held/{name_in_question}/release", {"reason": "已核对", "_step": "confirm"}
    )
    assert late.status_code == 422
    assert "已处理" in words(late)
    assert Held.objects.get(pk=name_in_question).state == HeldState.RETURNED


def test_neither_reporter_nor_auditor_settles_anything(people: People, name_in_question: int) -> None:
    for login, act in (("reporter.market", "send-back"), ("auditor", "release"), ("operator", "release")):
        answer = people[login].post(f"/workbench/held/{name_in_question}/{act}", {"reason": "试", "_step": "confirm"})
        assert answer.status_code == 403, login
    assert Held.objects.get(pk=name_in_question).state == HeldState.HELD


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("?state=all", True),
        ("?state=returned", False),
        ("?kind=correction", False),
        ("?code=e107", True),
        ("?code=E114", False),
        ("?batch=1x", False),
    ],
)
def test_the_list_is_what_the_address_says(people: People, name_in_question: int, query: str, shown: bool) -> None:
    body = people["reviewer"].get(f"/workbench/held{query}").content.decode()
    assert (f'href="/workbench/held/{name_in_question}"' in body) is shown


def test_the_filter_of_the_batch_page_finds_its_rows(people: People, world: World, name_in_question: int) -> None:
    batch = Held.objects.get(pk=name_in_question).batch_id
    assert (
        f'href="/workbench/held/{name_in_question}"'
        in people["operator"].get(f"/workbench/held?batch={batch}").content.decode()
    )
    assert held(world.actor("operator"), HeldFilter(batch_id=batch)).items


def test_what_holds_a_row_stands_before_what_is_only_told(people: People, world: World) -> None:
    late = penalty_texts(world, CF_JDRQ="2026/09/01")
    other = {**late, "CF_SY": "违法事实另有写法。"}
    sent_and_loaded(people["reporter.market"], world, [late, other])
    row, _ = held(world.actor("reviewer")).items
    text = words(people["reviewer"].get(f"/workbench/held/{row.id}"))
    why = text[text.index("为什么暂存") :]
    assert 0 < why.index("E111") < why.index("W201")
