"""Marks: who may set and end which, and what an archive known at an earlier number says of them."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from hands import sql
from world import World, furnish, penalty, publish
from xinheng.ledger.door import head, sequence
from xinheng.ledger.values import NotAllowed
from xinheng.publicity.door import latest
from xinheng.records import models
from xinheng.records.door import end_mark, enter, mark, record
from xinheng.records.rules import last_day, mark_holds
from xinheng.records.values import HIDING, Marked, MarkKind, NotEntered

ON = date(2026, 11, 21)


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)


@pytest.fixture
def fined(world: World, now: datetime) -> int:
    return enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now).record_id


def set_by(world: World, login: str, record_id: int, kind: MarkKind) -> Marked:
    return mark(record_id=record_id, kind=kind, reason="理由", actor=world.actor(login), now=world.now, on=ON)


@pytest.mark.parametrize("kind", [MarkKind.WITHDRAWN, MarkKind.SHIELDED])
def test_a_department_stops_publication_of_its_own_and_lets_it_go_on(world: World, fined: int, kind: MarkKind) -> None:
    made = set_by(world, "reporter.market", fined, kind)
    end_mark(mark_id=made.mark_id, actor=world.actor("reporter.market"), now=world.now, on=ON + timedelta(days=1))
    assert models.Mark.objects.get(pk=made.mark_id).until == ON


@pytest.mark.parametrize("kind", [MarkKind.CONTESTED, MarkKind.REPAIRED])
def test_a_department_cannot_say_that_a_record_is_contested_or_repaired(
    world: World, fined: int, kind: MarkKind
) -> None:
    with pytest.raises(NotAllowed):
        set_by(world, "reporter.market", fined, kind)
    assert models.Mark.objects.count() == 0


@pytest.mark.parametrize("kind", list(MarkKind))
def test_a_department_cannot_end_what_the_centre_set(world: World, fined: int, kind: MarkKind) -> None:
    """Else it would publish again what the centre stopped."""
    made = set_by(world, "reviewer", fined, kind)
    with pytest.raises(NotAllowed):
        end_mark(mark_id=made.mark_id, actor=world.actor("reporter.market"), now=world.now, on=ON)
    assert models.Mark.objects.get(pk=made.mark_id).until is None


def test_the_centre_ends_what_a_department_set(world: World, fined: int) -> None:
    made = set_by(world, "reporter.market", fined, MarkKind.WITHDRAWN)
    end_mark(mark_id=made.mark_id, actor=world.actor("reviewer"), now=world.now, on=ON)
    assert models.Mark.objects.get(pk=made.mark_id).until == ON - timedelta(days=1)


@pytest.mark.parametrize("kind", sorted(HIDING))
def test_a_mark_ended_on_its_first_day_stops_at_once(world: World, fined: int, kind: MarkKind) -> None:
    """What it hid is shown again from the same moment on, and it holds on no day of its past."""
    publish(world.now)
    shown = [len(latest("administrative-penalty", on=ON).items)]
    made = set_by(world, "reviewer", fined, kind)
    shown.append(len(latest("administrative-penalty", on=ON).items))
    end_mark(mark_id=made.mark_id, actor=world.actor("reviewer"), now=world.now, on=ON)
    shown.append(len(latest("administrative-penalty", on=ON).items))
    assert shown == [1, 0, 1]
    row = models.Mark.objects.get(pk=made.mark_id)
    assert [day for day in range(-3, 4) if mark_holds(row.since, row.until, on=ON + timedelta(days=day))] == []


def test_a_mark_that_was_to_begin_later_and_is_ended_before_never_holds(world: World, fined: int) -> None:
    later = ON + timedelta(days=10)
    actor = world.actor("reviewer")
    made = mark(record_id=fined, kind=MarkKind.WITHDRAWN, reason="理由", actor=actor, now=world.now, on=later)
    end_mark(mark_id=made.mark_id, actor=actor, now=world.now, on=ON)
    assert models.Mark.objects.get(pk=made.mark_id).until == later - timedelta(days=1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 400), st.integers(-500, 500))
def test_an_ended_mark_holds_from_its_first_day_to_before_its_end(since: date, ended: int, asked: int) -> None:
    end, day = since + timedelta(days=ended), since + timedelta(days=asked)
    assert mark_holds(since, last_day(since, ended=end), on=day) == (since <= day < end)


@pytest.mark.parametrize("until", [ON - timedelta(days=2), date(2020, 1, 1)])
def test_the_database_refuses_a_mark_that_ends_before_it_begins(world: World, fined: int, until: date) -> None:
    made = set_by(world, "reviewer", fined, MarkKind.WITHDRAWN)
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE records_mark SET until = %s WHERE id = %s", until.isoformat(), made.mark_id)


@pytest.mark.sqlite
@pytest.mark.parametrize("column", ["since", "until"])
def test_the_database_refuses_a_mark_with_a_text_that_is_no_day(world: World, fined: int, column: str) -> None:
    made = set_by(world, "reviewer", fined, MarkKind.WITHDRAWN)
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"UPDATE records_mark SET {column} = '2026-99-99' WHERE id = %s", made.mark_id)


def test_an_archive_known_at_an_earlier_number_knows_no_later_mark_and_no_later_end(world: World, fined: int) -> None:
    actor = world.actor("reviewer")
    sequence()
    before = head().numbered
    made = set_by(world, "reviewer", fined, MarkKind.SHIELDED)
    sequence()
    meanwhile = head().numbered
    end_mark(mark_id=made.mark_id, actor=actor, now=world.now, on=ON + timedelta(days=5))
    sequence()
    found = [record(fined, actor=actor, known_at=at).marks for at in (before, meanwhile, head().numbered)]
    assert [[each.until for each in marks] for marks in found] == [[], [None], [ON + timedelta(days=4)]]


def test_nobody_enters_a_fact_in_the_name_of_a_unit_outside_the_own(world: World, now: datetime) -> None:
    with pytest.raises(NotEntered) as refused:
        enter(fact=penalty(world), actor=world.actor("reporter.tax"), now=now)
    assert refused.value.code == "records.foreign_unit"
    assert models.Record.objects.count() == 0
