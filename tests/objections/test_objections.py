"""An objection from the first word to the answer: what each step changes, what is refused, and that a refusal leaves nothing."""

from datetime import date, timedelta

import pytest

from objections.contested import Contested, contested, draft, is_contested, is_shown, marks, shown_penalty
from world import World, penalty, publish
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.dates import legal_date
from xinheng.ledger.models import Run
from xinheng.ledger.values import NotAllowed
from xinheng.objections.door import (
    accept,
    answer,
    ask_supplement,
    drop,
    extend,
    find,
    go_on,
    objection,
    refuse,
    send_back,
    submit,
    supply,
)
from xinheng.objections.models import Objection
from xinheng.objections.values import Finding, NotCorrected, ObjectionInvalid, Outcome, TooMany
from xinheng.procedures.door import case, case_by_number, inbox, inbox_counts, texts
from xinheng.procedures.models import Case, CaseText, StepTaken
from xinheng.procedures.values import CaseUnknown, StepConflict, StepInvalid
from xinheng.publicity.values import NotPublic
from xinheng.records.door import enter


def on(world: World) -> date:
    return legal_date(world.now)


def accepted(world: World) -> Contested:
    found = contested(world)
    accept(case_id=found.case_id, actor=world.actor("operator"), now=world.now)
    return found


def looked_into(world: World, finding: Finding) -> Contested:
    found = accepted(world)
    find(
        case_id=found.case_id,
        finding=finding,
        note="经核对案卷",
        actor=world.actor("reporter.market"),
        now=world.now,
    )
    return found


def answered(world: World, finding: Finding, outcome: Outcome) -> Contested:
    found = looked_into(world, finding)
    answer(case_id=found.case_id, outcome=outcome, note="详见核实情况", actor=world.actor("reviewer"), now=world.now)
    return found


def test_an_objection_gets_a_number_a_secret_and_two_time_limits(world: World) -> None:
    found = contested(world)
    assert found.submitted.number == f"YY-{world.now.year}-000001"
    seen = case_by_number(found.submitted.number.lower(), secret=found.submitted.secret, actor=PUBLIC)
    assert {clock.code: clock.words for clock in seen.clocks} == {"acceptance": "2个工作日", "answer": "10个工作日"}
    assert [step.code for step in seen.steps] == ["submit"]
    assert not is_contested(found.record_id, on(world))


def test_what_people_wrote_is_sealed_and_stands_nowhere_in_clear(world: World) -> None:
    found = contested(world)
    rows = [str(row) for model in (Case, StepTaken, CaseText, Objection) for row in model.objects.values()]
    assert not any("云禾商贸" in row or "0599-0000001" in row or "三千元" in row for row in rows)
    told = texts(found.case_id, "contact", actor=world.actor("operator"))
    assert told == {1: "0599-0000001"}
    with pytest.raises(CaseUnknown):
        texts(found.case_id, "contact", actor=world.actor("reporter.tax"))


def test_the_secret_is_not_in_the_ledger(world: World) -> None:
    found = contested(world)
    payloads = list(Run.objects.values_list("payload", flat=True))
    assert any(found.submitted.number in payload for payload in payloads)
    assert not any(found.submitted.secret in payload for payload in payloads)
    assert found.submitted.secret not in repr(found.submitted)


def test_only_what_the_public_sees_can_be_objected_to_without_an_account(world: World) -> None:
    hidden = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now).record_id
    for record_id in (hidden, hidden + 999):
        with pytest.raises(NotPublic):
            submit(draft=draft(record_id), actor=PUBLIC, now=world.now)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("statement", ""),
        ("statement", " \u3000\n"),
        ("statement", "长" * 2001),
        ("name", ""),
        ("name", "名" * 101),
        ("contact", "1" * 201),
    ],
)
def test_an_objection_that_says_nothing_or_too_much_is_refused_and_leaves_nothing(
    world: World, field: str, text: str
) -> None:
    record_id = shown_penalty(world)
    with pytest.raises(ObjectionInvalid) as refused:
        submit(draft=draft(record_id, **{field: text}), actor=PUBLIC, now=world.now)
    assert refused.value.field == field
    assert not Case.objects.exists()
    assert not Objection.objects.exists()


def test_twenty_objections_to_one_record_are_open_at_most(world: World) -> None:
    record_id = shown_penalty(world)
    for _ in range(20):
        submit(draft=draft(record_id), actor=PUBLIC, now=world.now)
    with pytest.raises(TooMany):
        submit(draft=draft(record_id), actor=PUBLIC, now=world.now)
    assert Case.objects.count() == 20


def test_an_accepted_objection_marks_the_record_and_goes_to_the_source_unit(world: World) -> None:
    found = contested(world)
    assert [line.side.value for line in inbox(actor=world.actor("operator"), on=on(world)).items] == ["centre"]
    assert inbox(actor=world.actor("reporter.market"), on=on(world)).items == ()
    accept(case_id=found.case_id, actor=world.actor("operator"), now=world.now)
    assert is_contested(found.record_id, on(world))
    waiting = inbox(actor=world.actor("reporter.market"), on=on(world)).items
    assert [(line.case_id, line.side.value, line.state) for line in waiting] == [
        (found.case_id, "source", "信源单位核实中")
    ]
    assert inbox(actor=world.actor("reporter.tax"), on=on(world)).items == ()
    assert inbox_counts(actor=world.actor("reporter.market"), on=on(world)).waiting == 1


def test_a_corrected_record_answers_the_objection(world: World) -> None:
    found = accepted(world)
    market = world.actor("reporter.market")
    with pytest.raises(NotCorrected):
        find(case_id=found.case_id, finding=Finding.CORRECTED, note="已更正", actor=market, now=world.now)
    assert case(found.case_id, actor=market).state.code == "verifying"
    fact = penalty(world, amount=300_000)
    enter(fact=fact, reason="金额录入错误", actor=market, now=world.now)
    find(case_id=found.case_id, finding=Finding.CORRECTED, note="已更正", actor=market, now=world.now)
    answer(
        case_id=found.case_id,
        outcome=Outcome.CORRECTED,
        note="金额已更正为三千元",
        actor=world.actor("reviewer"),
        now=world.now,
    )
    publish(world.now)
    assert is_shown(found.record_id, on(world))
    assert not is_contested(found.record_id, on(world))
    assert objection(found.case_id, actor=market).outcome is Outcome.CORRECTED


def test_a_withdrawn_record_is_gone_in_the_same_moment(world: World) -> None:
    found = looked_into(world, Finding.WITHDRAWN)
    assert not is_shown(found.record_id, on(world))
    answer(
        case_id=found.case_id,
        outcome=Outcome.WITHDRAWN,
        note="已撤回",
        actor=world.actor("reviewer"),
        now=world.now,
    )
    assert not is_shown(found.record_id, on(world))


def test_what_was_found_right_stays_and_is_contested_no_more(world: World) -> None:
    found = answered(world, Finding.RIGHT, Outcome.UPHELD)
    assert is_shown(found.record_id, on(world))
    assert not is_contested(found.record_id, on(world))
    seen = case_by_number(found.submitted.number, secret=found.submitted.secret, actor=PUBLIC)
    assert (seen.state.code, seen.ended_on, seen.steps[-1].note) == ("upheld", on(world), "详见核实情况")


@pytest.mark.parametrize("finding", [Finding.UNCLEAR, Finding.RIGHT])
def test_what_nobody_can_verify_is_shown_no_longer(world: World, finding: Finding) -> None:
    found = answered(world, finding, Outcome.UNVERIFIABLE)
    assert not is_shown(found.record_id, on(world))
    assert ("shielded", on(world), None) in marks(found.record_id)


def test_a_refused_objection_says_why_and_leaves_the_record_as_it_was(world: World) -> None:
    found, operator = contested(world), world.actor("operator")
    for blank in ("", " \u3000"):
        with pytest.raises(StepInvalid):
            refuse(case_id=found.case_id, note=blank, actor=operator, now=world.now)
    refuse(case_id=found.case_id, note="所述与这条信息无关", actor=operator, now=world.now)
    assert marks(found.record_id) == []
    assert objection(found.case_id, actor=operator).outcome is Outcome.REFUSED


def test_what_is_missing_is_asked_for_once_and_the_time_limits_stand_still(world: World) -> None:
    found, operator = contested(world), world.actor("operator")
    ask_supplement(case_id=found.case_id, note="请提供决定书", actor=operator, now=world.now)
    seen = case(found.case_id, actor=operator)
    assert {clock.code: (clock.paused, clock.deadline) for clock in seen.clocks} == {
        "acceptance": (True, None),
        "answer": (True, None),
    }
    with pytest.raises(CaseUnknown):
        supply(case_id=found.case_id, text="见决定书", secret="AAAA-AAAA-AAAA", actor=PUBLIC, now=world.now)
    supply(case_id=found.case_id, text="见决定书", secret=found.submitted.secret, actor=PUBLIC, now=world.now)
    assert texts(found.case_id, "statement", actor=operator)[3] == "见决定书"
    with pytest.raises(StepConflict):
        ask_supplement(case_id=found.case_id, note="还要一份", actor=operator, now=world.now)


def test_the_centre_goes_on_without_what_does_not_come(world: World) -> None:
    found, operator = contested(world), world.actor("operator")
    ask_supplement(case_id=found.case_id, note="请提供决定书", actor=operator, now=world.now)
    go_on(case_id=found.case_id, note="现有材料足够", actor=operator, now=world.now)
    assert case(found.case_id, actor=operator).state.code == "submitted"


def test_the_source_unit_is_asked_again_once(world: World) -> None:
    found, reviewer = looked_into(world, Finding.RIGHT), world.actor("reviewer")
    send_back(case_id=found.case_id, note="请附决定书原文", actor=reviewer, now=world.now)
    find(
        case_id=found.case_id,
        finding=Finding.RIGHT,
        note="附原文",
        actor=world.actor("reporter.market"),
        now=world.now,
    )
    with pytest.raises(StepConflict):
        send_back(case_id=found.case_id, note="再附一次", actor=reviewer, now=world.now)


def test_the_answer_may_come_later_once_with_a_reason(world: World) -> None:
    found, reviewer = accepted(world), world.actor("reviewer")
    before = {clock.code: clock.deadline for clock in case(found.case_id, actor=reviewer).clocks}
    with pytest.raises(StepInvalid):
        extend(case_id=found.case_id, note="", actor=reviewer, now=world.now)
    extend(case_id=found.case_id, note="须向外地核实", actor=reviewer, now=world.now)
    after = {clock.code: clock for clock in case(found.case_id, actor=reviewer).clocks}
    assert after["answer"].words == "10个工作日＋10个工作日"
    assert before["answer"] is not None
    assert (after["answer"].deadline or date.min) - before["answer"] == timedelta(days=14)
    assert after["verification"].deadline == before["verification"]
    with pytest.raises(StepConflict):
        extend(case_id=found.case_id, note="再延", actor=reviewer, now=world.now)


def test_who_dropped_an_objection_lifts_the_mark(world: World) -> None:
    found = accepted(world)
    with pytest.raises(CaseUnknown):
        drop(case_id=found.case_id, actor=PUBLIC, now=world.now)
    drop(case_id=found.case_id, secret=found.submitted.secret, actor=PUBLIC, now=world.now)
    assert not is_contested(found.record_id, on(world))
    with pytest.raises(StepConflict):
        drop(case_id=found.case_id, secret=found.submitted.secret, actor=PUBLIC, now=world.now)


def test_the_clerk_who_accepts_does_not_answer_and_the_source_unit_does_neither(world: World) -> None:
    found = looked_into(world, Finding.RIGHT)
    for login in ("operator", "reporter.market", "auditor", "reporter.tax"):
        with pytest.raises(NotAllowed):
            answer(case_id=found.case_id, outcome=Outcome.UPHELD, note="无误", actor=world.actor(login), now=world.now)
    assert objection(found.case_id, actor=world.actor("auditor")).outcome is None


def test_a_page_that_is_out_of_date_decides_nothing(world: World) -> None:
    found = contested(world)
    operator = world.actor("operator")
    seen = case(found.case_id, actor=operator).seq
    accept(case_id=found.case_id, seen=seen, actor=operator, now=world.now)
    with pytest.raises(StepConflict):
        extend(case_id=found.case_id, note="须核实", seen=seen, actor=world.actor("reviewer"), now=world.now)


def test_two_objections_contest_a_record_until_both_are_over(world: World) -> None:
    first = contested(world)
    second = submit(draft=draft(first.record_id), actor=PUBLIC, now=world.now)
    operator = world.actor("operator")
    for case_id in (first.case_id, second.case_id):
        accept(case_id=case_id, actor=operator, now=world.now)
    drop(case_id=first.case_id, secret=first.submitted.secret, actor=PUBLIC, now=world.now)
    assert is_contested(first.record_id, on(world))
    drop(case_id=second.case_id, secret=second.secret, actor=PUBLIC, now=world.now)
    assert not is_contested(first.record_id, on(world))
