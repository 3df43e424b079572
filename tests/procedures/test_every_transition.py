"""The harness: of every declared procedure every way is walked, and every way that is not declared is refused and leaves nothing."""

import pytest
from django.db import transaction

from procedures.cases import SECRET, Cast, known, ways
from world import World
from xinheng.kernel.actor import PUBLIC
from xinheng.ledger.values import NotAllowed
from xinheng.procedures.door import all_declared, case
from xinheng.procedures.models import Case, RunningClock, StepTaken
from xinheng.procedures.values import CaseUnknown, Side, StepConflict

STATES = [(procedure.key, state.code) for procedure in all_declared() for state in procedure.states]


def stands(case_id: int) -> tuple[object, ...]:
    """Everything there is of a case."""
    return (
        Case.objects.filter(pk=case_id).values().get(),
        list(StepTaken.objects.filter(case_id=case_id).order_by("id").values()),
        list(RunningClock.objects.filter(case_id=case_id).order_by("id").values()),
    )


@pytest.mark.parametrize(("key", "state"), STATES)
def test_from_every_state_exactly_the_declared_steps_lead_on(world: World, key: str, state: str) -> None:
    cast, procedure = Cast(world), known(key)
    case_id = cast.open(procedure)
    for step in ways(procedure)[state]:
        cast.take(case_id, step)
    before, taken = stands(case_id), {step.code for step in ways(procedure)[state]}
    walked = 0
    for step in procedure.steps:
        if not step.sources:
            continue
        declared_way = state in step.sources and not (step.once and step.code in taken)
        if not declared_way:
            with pytest.raises(StepConflict) as refused:
                cast.take(case_id, step)
            assert procedure.state(state).name in refused.value.message
        else:
            before_step = transaction.savepoint()
            moved = cast.take(case_id, step)
            assert moved.state == (step.target or state)
            assert moved.ended == procedure.state(moved.state).ends
            after = case(case_id, actor=PUBLIC, secret=SECRET)
            assert (after.steps[-1].code, after.seq) == (step.code, moved.seq)
            running = {clock.code for clock in after.clocks if clock.ended_on is None}
            assert not (moved.ended and running)
            assert set(step.starts) <= running or moved.ended
            assert not (set(step.stops) & running)
            walked += 1
            transaction.savepoint_rollback(before_step)
        assert stands(case_id) == before, step.code
    assert walked == sum(state in step.sources and not (step.once and step.code in taken) for step in procedure.steps)


@pytest.mark.parametrize("key", [procedure.key for procedure in all_declared()])
def test_nobody_takes_a_step_of_another_side(world: World, key: str) -> None:
    cast, procedure = Cast(world), known(key)
    case_id = cast.open(procedure)
    before = stands(case_id)
    strangers = [world.actor("reporter.tax"), world.actor("auditor"), PUBLIC]
    for step in procedure.steps:
        if not step.sources or step.by is Side.APPLICANT:
            continue
        for actor in strangers:
            with pytest.raises((CaseUnknown, NotAllowed)):
                cast.take(case_id, step, actor=actor)
        if step.by is Side.CENTRE:
            with pytest.raises((CaseUnknown, NotAllowed)):
                cast.take(case_id, step, actor=world.actor("reporter.market"))
    assert stands(case_id) == before


@pytest.mark.parametrize("key", [procedure.key for procedure in all_declared()])
def test_a_case_is_seen_by_its_sides_and_by_nobody_else(world: World, key: str) -> None:
    case_id = Cast(world).open(known(key))
    for login in ("reporter.market", "operator", "reviewer", "auditor"):
        assert case(case_id, actor=world.actor(login)).id == case_id
    assert case(case_id, actor=PUBLIC, secret=SECRET.lower().replace("-", " ")).id == case_id
    for actor, secret in ((world.actor("reporter.tax"), ""), (PUBLIC, ""), (PUBLIC, "7KQ2-M4XP-9TRJ")):
        with pytest.raises(CaseUnknown) as unknown:
            case(case_id, actor=actor, secret=secret)
        with pytest.raises(CaseUnknown) as missing:
            case(case_id + 999, actor=actor, secret=secret)
        assert unknown.value.message.replace(str(case_id), "N") == missing.value.message.replace(
            str(case_id + 999), "N"
        )
