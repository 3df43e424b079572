"""When nobody acts: what the catalogue says follows, day by day, once, and never against whoever objects."""

from datetime import date, timedelta
from typing import Any

from objections.contested import at, contested, days, is_contested, is_shown, marks
from world import INIT, World
from xinheng.catalogue.door import import_calendar_year
from xinheng.catalogue.values.views import DayRow
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import entries, sequence
from xinheng.objections.door import accept, answer, find
from xinheng.objections.models import Objection
from xinheng.objections.values import Finding, Outcome
from xinheng.procedures.door import case, inbox_counts, tick
from xinheng.procedures.models import Case, RunningClock, StepTaken
from xinheng.records.models import Mark


def state() -> list[Any]:
    """Everything there is of cases and marks, but for the moment it was written and where in the ledger."""
    left_out = {"at", "run_id", "run_index"}
    found = []
    for model in (Case, StepTaken, RunningClock, Objection, Mark):
        rows = model.objects.order_by("id").values()
        found.append([{name: value for name, value in row.items() if name not in left_out} for row in rows])
    return found


def deadline(case_id: int, clock: str) -> date:
    day = RunningClock.objects.get(case_id=case_id, clock=clock).deadline
    assert day is not None
    return day


def test_an_objection_nobody_took_up_is_treated_as_accepted_from_the_day_after(world: World) -> None:
    found = contested(world)
    last = deadline(found.case_id, "acceptance")
    assert tick(now=at(last, 15)).missed == 0
    assert tick(now=at(last + timedelta(days=1))).missed == 1
    assert case(found.case_id, actor=world.actor("auditor")).state.code == "verifying"
    assert marks(found.record_id) == [("contested", last + timedelta(days=1), None)]
    assert is_contested(found.record_id, last + timedelta(days=1))


def test_a_late_answer_stops_the_publication_until_it_comes(world: World) -> None:
    found = contested(world)
    accept(case_id=found.case_id, actor=world.actor("operator"), now=world.now)
    last = deadline(found.case_id, "answer")
    late = last + timedelta(days=1)
    tick(now=at(late))
    assert is_shown(found.record_id, last)
    assert not is_shown(found.record_id, late)
    seen = case(found.case_id, actor=world.actor("auditor"))
    assert seen.escalated
    assert {clock.code: clock.late for clock in seen.clocks if clock.ended_on is None} == {
        "verification": True,
        "answer": True,
    }
    assert inbox_counts(actor=world.actor("reporter.market"), on=late).late == 1
    find(
        case_id=found.case_id,
        finding=Finding.RIGHT,
        note="无误",
        actor=world.actor("reporter.market"),
        now=at(late),
    )
    answer(case_id=found.case_id, outcome=Outcome.UPHELD, note="无误", actor=world.actor("reviewer"), now=at(late))
    assert is_shown(found.record_id, late + timedelta(days=1))


def test_a_second_tick_does_nothing(world: World) -> None:
    found = contested(world)
    tick(now=at(legal_date(world.now) + timedelta(days=40)))
    before = state()
    done = tick(now=at(legal_date(world.now) + timedelta(days=40)))
    assert (done.missed, done.recounted) == (0, 0)
    assert state() == before
    assert not is_shown(found.record_id, legal_date(world.now) + timedelta(days=40))


def test_a_tick_after_thirty_days_leaves_what_thirty_daily_ones_would_have(world: World) -> None:
    from django.db import transaction

    contested(world)
    first = legal_date(world.now)
    after = days(first + timedelta(days=1), first + timedelta(days=30))

    class Undone(Exception):
        pass

    daily: list[Any] = []
    try:
        with transaction.atomic():
            for day in after:
                tick(now=at(day))
            daily = state()
            raise Undone
    except Undone:
        pass
    tick(now=at(after[-1]))
    at_once = state()
    for one, other in zip(daily, at_once, strict=True):
        assert [_without_ids(row) for row in one] == [_without_ids(row) for row in other]
    assert any(row["missed_on"] for row in at_once[2])


def _without_ids(row: dict[str, Any]) -> dict[str, Any]:
    """Ids of what was undone are not given again on PostgreSQL."""
    return {name: value for name, value in row.items() if name != "id" and not name.endswith("ed_id")}


def test_who_acts_before_the_tick_came_acts_after_what_was_missed(world: World) -> None:
    found = contested(world)
    accept(case_id=found.case_id, actor=world.actor("operator"), now=world.now)
    late = deadline(found.case_id, "answer") + timedelta(days=3)
    find(
        case_id=found.case_id,
        finding=Finding.RIGHT,
        note="无误",
        actor=world.actor("reporter.market"),
        now=at(late),
    )
    clocks = {clock.code: clock for clock in case(found.case_id, actor=world.actor("auditor")).clocks}
    assert clocks["verification"].late
    assert clocks["answer"].late
    assert not is_shown(found.record_id, late)


def test_a_new_calendar_counts_open_deadlines_anew_and_enters_each_change(world: World) -> None:
    world.now = at(date(2026, 12, 29))
    found = contested(world)
    before = deadline(found.case_id, "answer")
    assert RunningClock.objects.get(case_id=found.case_id, clock="answer").provisional
    free = [DayRow(date(2027, 1, day), "holiday") for day in range(1, 9)]
    import_calendar_year(year=2027, rows=free, document="国办发明电〔2026〕9号", actor=INIT, now=world.now)
    assert tick(now=world.now).recounted >= 1
    assert deadline(found.case_id, "answer") > before
    assert not RunningClock.objects.get(case_id=found.case_id, clock="answer").provisional
    sequence()
    told = [entry for entry in entries(0, 10_000) if entry.header.operation == "procedures.deadline_recounted"]
    assert told
    assert tick(now=world.now).recounted == 0
