"""Marks: who may set and end which, and what an archive known at an earlier number says of them."""

from datetime import date, datetime, timedelta

import pytest

from world import World, furnish, penalty
from xinheng.ledger.door import head, sequence
from xinheng.ledger.values import NotAllowed
from xinheng.records import models
from xinheng.records.door import end_mark, enter, mark, record
from xinheng.records.values import Marked, MarkKind, NotEntered

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
    assert models.Mark.objects.get(pk=made.mark_id).until == ON


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
