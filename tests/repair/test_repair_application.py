"""An application for repair, from the first word to the decision: what is granted is gone everywhere in the same moment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from members.agents import SECOND, agent, invited, use
from objections.contested import is_shown, shown_penalty
from procedures.cases import supervisor
from repair.applying import Application, applied, old_penalty, repair_draft
from world import World, furnish, publish
from xinheng.kernel.actor import PUBLIC
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed
from xinheng.procedures.door import case, inbox, own_cases, texts, tick
from xinheng.procedures.models import Case, CaseText
from xinheng.procedures.values import CaseUnknown, StepConflict
from xinheng.publicity.door import own_record, totals
from xinheng.records.door import marks_of
from xinheng.records.values import MarkKind, RecordUnknown
from xinheng.repair import models
from xinheng.repair.door import (
    accept,
    application,
    apply,
    ask_supplement,
    drop,
    grant,
    open_application,
    refuse,
    reject,
    standing_of,
    supply,
)
from xinheng.repair.values import AlreadyApplied, NotRepairable, RepairDecision, RepairInvalid, RepairOutcome

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    """The demo region with its people and two businesses."""
    return furnish(NOW)


def on(world: World) -> date:
    return legal_date(world.now)


def accepted(world: World) -> Application:
    made = applied(world)
    accept(case_id=made.case_id, actor=world.actor("reporter.market"), now=world.now)
    return made


def test_an_application_has_a_number_its_clocks_and_lies_in_the_inbox_of_who_determined(world: World) -> None:
    made = applied(world)
    assert made.applied.number == f"XF-{world.now.year}-000001"
    seen = case(made.case_id, actor=made.agent.actor)
    assert {clock.code: clock.words for clock in seen.clocks} == {"acceptance": "3个工作日", "answer": "10个工作日"}
    assert "信用承诺" in seen.steps[0].note
    found = inbox(actor=world.actor("reporter.market"), on=on(world)).items
    assert [line.case_id for line in found] == [made.case_id]
    assert inbox(actor=world.actor("reporter.tax"), on=on(world)).items == ()
    assert [one.id for one in own_cases(actor=made.agent.actor)] == [made.case_id]
    assert open_application(made.record_id, actor=made.agent.actor) == made.case_id


def test_what_is_granted_is_gone_from_the_same_moment_and_stays_in_the_archive(world: World) -> None:
    made = accepted(world)
    assert is_shown(made.record_id, on(world))
    before = totals(on=on(world))
    grant(case_id=made.case_id, note="经核对已缴清", actor=supervisor(world), now=world.now)
    assert not is_shown(made.record_id, on(world))
    assert sum(totals(on=on(world)).values()) == sum(before.values()) - 1
    found, _line = own_record(made.record_id, actor=made.agent.actor, on=on(world))
    assert [mark.kind for mark in found.marks] == [MarkKind.REPAIRED]
    assert standing_of(made.record_id, actor=made.agent.actor, on=on(world)).outcome is RepairOutcome.NOT_NEEDED
    assert application(made.case_id, actor=made.agent.actor).outcome is RepairDecision.GRANTED
    assert open_application(made.record_id, actor=made.agent.actor) is None


@pytest.mark.parametrize("end", ["reject", "refuse", "drop"])
def test_what_is_not_granted_changes_nothing_but_the_case_and_may_be_applied_for_again(world: World, end: str) -> None:
    made = accepted(world) if end == "reject" else applied(world)
    if end == "reject":
        reject(case_id=made.case_id, note="罚款没有缴清", actor=supervisor(world), now=world.now)
    elif end == "refuse":
        refuse(case_id=made.case_id, note="不属于本单位", actor=world.actor("reporter.market"), now=world.now)
    else:
        drop(case_id=made.case_id, actor=made.agent.actor, now=world.now)
    assert is_shown(made.record_id, on(world))
    assert marks_of([made.record_id]) == {}
    again = apply(draft=repair_draft(made.record_id), actor=made.agent.actor, now=world.now)
    assert again.case_id != made.case_id


def test_who_handed_in_accepts_and_another_decides(world: World) -> None:
    made = accepted(world)
    for act in (grant, reject):
        with pytest.raises(NotAllowed):
            act(case_id=made.case_id, note="可以", actor=world.actor("reporter.market"), now=world.now)
    for actor in (world.actor("operator"), world.actor("reviewer"), world.actor("reporter.tax"), PUBLIC):
        with pytest.raises((NotAllowed, CaseUnknown)):
            grant(case_id=made.case_id, note="可以", actor=actor, now=world.now)
    assert is_shown(made.record_id, on(world))


def test_of_two_decisions_the_first_holds(world: World) -> None:
    made = accepted(world)
    grant(case_id=made.case_id, note="经核对已缴清", actor=supervisor(world), now=world.now)
    for act in (grant, reject):
        with pytest.raises(StepConflict):
            act(case_id=made.case_id, note="再来一次", actor=supervisor(world), now=world.now)
    assert len(marks_of([made.record_id])[made.record_id]) == 1


def test_a_record_that_cannot_be_repaired_yet_says_from_when(world: World) -> None:
    young, who = shown_penalty(world), agent(world)
    with pytest.raises(NotRepairable) as refused:
        apply(draft=repair_draft(young), actor=who.actor, now=world.now)
    assert refused.value.standing.first is not None
    assert refused.value.standing.first.isoformat() in refused.value.message
    assert not Case.objects.exists()
    later = world.now + (refused.value.standing.first - on(world)) * 1
    assert apply(draft=repair_draft(young), actor=who.actor, now=later).record_id == young


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"performed": " \u3000"}, "performed"),
        ({"performed": "长" * 2001}, "performed"),
        ({"promised": False}, "promised"),
        ({"contact": "1" * 201}, "contact"),
    ],
)
def test_an_application_without_what_it_needs_is_refused_and_leaves_nothing(
    world: World, changed: dict[str, Any], field: str
) -> None:
    record_id, who = old_penalty(world), agent(world)
    with pytest.raises(RepairInvalid) as refused:
        apply(draft=repair_draft(record_id, **changed), actor=who.actor, now=world.now)
    assert refused.value.field == field
    assert not Case.objects.exists()
    assert not models.Application.objects.exists()


def test_only_who_may_apply_for_the_subject_applies(world: World) -> None:
    record_id, first = old_penalty(world), agent(world)
    viewer, other = use(world, invited(first), SECOND), agent(world, "agent.other", subject="清岚")
    with pytest.raises(NotAllowed):
        apply(draft=repair_draft(record_id), actor=viewer.actor, now=world.now)
    with pytest.raises(RecordUnknown):
        apply(draft=repair_draft(record_id), actor=other.actor, now=world.now)
    for actor in (PUBLIC, world.actor("operator")):
        with pytest.raises(NotAllowed):
            apply(draft=repair_draft(record_id), actor=actor, now=world.now)
    done = apply(draft=repair_draft(record_id), actor=first.actor, now=world.now)
    with pytest.raises(AlreadyApplied):
        apply(draft=repair_draft(record_id), actor=first.actor, now=world.now)
    assert open_application(record_id, actor=other.actor) is None
    with pytest.raises(CaseUnknown):
        drop(case_id=done.case_id, actor=other.actor, now=world.now)


def test_what_is_missing_is_asked_for_once_and_time_stands_still(world: World) -> None:
    made = applied(world)
    market = world.actor("reporter.market")
    ask_supplement(case_id=made.case_id, note="请说明缴款日期", actor=market, now=world.now)
    assert all(clock.paused for clock in case(made.case_id, actor=made.agent.actor).clocks)
    later = world.now + timedelta(days=30)
    tick(now=later)
    assert not case(made.case_id, actor=made.agent.actor).escalated
    supply(case_id=made.case_id, text="5月20日缴清", actor=made.agent.actor, now=later)
    with pytest.raises(StepConflict):
        ask_supplement(case_id=made.case_id, note="还缺", actor=market, now=later)


def test_a_missed_limit_is_escalated_and_never_against_who_applied(world: World) -> None:
    made = applied(world)
    later = world.now + timedelta(days=30)
    tick(now=later)
    seen = case(made.case_id, actor=made.agent.actor)
    assert seen.escalated
    assert seen.state.code == "applied"
    accept(case_id=made.case_id, actor=world.actor("reporter.market"), now=later)


def test_what_the_applicant_wrote_is_sealed_and_read_by_who_handles_it(world: World) -> None:
    made = applied(world)
    assert not any("缴清" in str(row) for row in CaseText.objects.values())
    assert texts(made.case_id, "statement", actor=world.actor("reporter.market")) == {1: "罚款已于 2026-05-20 缴清"}
    with pytest.raises(CaseUnknown):
        texts(made.case_id, "statement", actor=world.actor("reporter.tax"))


def test_the_projection_after_a_grant_shows_it_no_more_either(world: World) -> None:
    made = accepted(world)
    grant(case_id=made.case_id, note="经核对已缴清", actor=supervisor(world), now=world.now)
    publish(world.now + timedelta(minutes=5))
    assert not is_shown(made.record_id, on(world))
