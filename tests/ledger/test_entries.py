"""An operation leaves one run with a leaf for each row it saved; a refusal leaves nothing; readers see numbered entries only."""

import json
from datetime import datetime

import pytest

from ledger.conftest import House, code
from xinheng.accounts.door import open_unit, unit_by_code
from xinheng.accounts.values import UnitDraft, UnitKind
from xinheng.kernel.actor import PUBLIC
from xinheng.ledger import models
from xinheng.ledger.door import (
    TrailFilter,
    entries,
    head,
    history_of,
    runs_after,
    sequence,
    trail,
)
from xinheng.ledger.values import NotAllowed
from xinheng.storage.journal import OutsideOperation


def draft(number: int, name: str = "示例区税务局") -> UnitDraft:
    return UnitDraft(code=code(number), name=name, kind=UnitKind.DEPARTMENT, parent_id=None)


def test_an_operation_leaves_a_run_with_a_leaf_for_each_row(house: House) -> None:
    run = models.Run.objects.get(operation="accounts.installed")
    tables = list(models.Leaf.objects.filter(run_id=run.id).order_by("idx").values_list("table_name", flat=True))
    assert run.ready
    assert run.count == len(tables)
    assert tables[0] == "accounts.unit/1"
    assert "accounts.person/1" in tables


def test_the_payload_is_the_result(house: House) -> None:
    payload = json.loads(models.Run.objects.get(operation="accounts.installed").payload)
    assert payload["units"] == 2
    assert payload["people"] == 1


def test_a_refused_operation_leaves_nothing(house: House, now: datetime) -> None:
    runs = models.Run.objects.count()
    with pytest.raises(NotAllowed):
        open_unit(unit=draft(3), actor=PUBLIC, now=now)
    assert models.Run.objects.count() == runs


def test_an_operation_that_fails_half_way_leaves_nothing(house: House, now: datetime) -> None:
    runs, leaves = models.Run.objects.count(), models.Leaf.objects.count()
    with pytest.raises(Exception, match="已"):
        open_unit(unit=draft(2), actor=house.actor, now=now)
    assert (models.Run.objects.count(), models.Leaf.objects.count()) == (runs, leaves)


def test_a_ledgered_row_cannot_be_saved_outside_an_operation(house: House) -> None:
    from xinheng.accounts.models import Unit

    row = Unit.objects.get(code=house.market)
    row.name = "改名"
    for attempt in (row.save, row.delete, lambda: Unit.objects.update(name="x"), lambda: Unit.objects.all().delete()):
        with pytest.raises(OutsideOperation):
            attempt()


def test_readers_see_nothing_before_the_sequencer_came(house: House) -> None:
    assert entries() == ()
    sequence()
    assert [entry.number for entry in entries()] == list(range(1, head().numbered + 1))


def test_numbers_are_dense_over_runs(house: House, now: datetime) -> None:
    sequence()
    before = head().numbered
    open_unit(unit=draft(3), actor=house.actor, now=now)
    open_unit(unit=draft(4), actor=house.actor, now=now)
    sequence()
    fresh = entries(after=before)
    assert [entry.number for entry in fresh] == [before + 1, before + 2]
    assert [run.first for run in runs_after(before)] == [before + 1, before + 2]
    assert head().size == head().numbered


def test_entries_can_be_read_from_the_middle_of_a_run(house: House) -> None:
    sequence()
    everything = entries()
    assert entries(after=1, limit=2) == everything[1:3]


def test_sequencing_again_changes_nothing(house: House) -> None:
    sequence()
    before = head()
    assert sequence().numbered == before.numbered
    assert head() == before


def test_the_trail_is_for_those_who_may_read_it(house: House) -> None:
    sequence()
    assert [run.header.operation for run in trail(TrailFilter(), actor=house.actor)] == ["accounts.installed"]
    assert trail(TrailFilter(operation="other"), actor=house.actor) == ()
    with pytest.raises(NotAllowed):
        trail(TrailFilter(), actor=PUBLIC)


def test_the_history_of_a_row_is_found(house: House, now: datetime) -> None:
    open_unit(unit=draft(3), actor=house.actor, now=now)
    sequence()
    row_id = unit_by_code(code(3)).id
    assert [entry.header.operation for entry in history_of("accounts.unit/1", row_id, actor=house.actor)] == [
        "accounts.unit_opened"
    ]
