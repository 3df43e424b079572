"""Pulling from the ledger: few by an operation, many in bulk, nothing twice; what was cut off is done again."""

from datetime import date, datetime, timedelta

import pytest

from world import World, penalty, publish
from xinheng.catalogue.door import import_calendar_year
from xinheng.catalogue.values.views import DayRow
from xinheng.kernel.actor import system
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import entries, public_key, sequence, verify
from xinheng.publicity import batch, models
from xinheng.publicity.batch import project
from xinheng.publicity.door import latest
from xinheng.records.door import enter
from xinheng.storage.keys import key_ring
from xinheng.storage.models import Lease

CALENDAR = system("test", "calendar.import")


def enter_some(world: World, now: datetime, count: int, on: date = date(2026, 11, 10)) -> None:
    actor = world.actor("reporter.market")
    for number in range(count):
        enter(fact=penalty(world, number=f"示市监罚〔2026〕{100 + number}号", on=on), actor=actor, now=now)


def sound() -> bool:
    return verify(key=public_key(key_ring().checkpoint)).problems == ()


def test_every_version_gets_one_decision_and_a_second_pull_finds_nothing(world: World, now: datetime) -> None:
    enter_some(world, now, 3)
    sequence()
    assert project(now=now).versions == 3
    sequence()
    assert project(now=now).versions == 0
    assert models.Publication.objects.count() == 3
    assert sound()


def test_bulk_and_single_write_the_same_rows(world: World, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    enter_some(world, now, 2)
    publish(now)
    monkeypatch.setattr(batch, "FEW", 0)
    enter_some(world, now, 4)
    publish(now)
    rows = models.Publication.objects.order_by("pk")
    assert {row.ledger_values()[2:] for row in rows} == {rows[0].ledger_values()[2:]}
    assert len(latest("administrative-penalty", on=legal_date(now)).items) == 4
    assert sound()


def test_a_bulk_run_that_was_cut_off_shows_nothing_and_is_done_again(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_some(world, now, 3)
    sequence()
    monkeypatch.setattr(batch, "FEW", 0)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(batch, "_close", cut_off)
        with pytest.raises(KeyboardInterrupt):
            project(now=now)
    assert models.Publication.objects.count() == 1
    assert latest("administrative-penalty", on=legal_date(now)).items == ()
    project(now=now)
    sequence()
    assert len(latest("administrative-penalty", on=legal_date(now)).items) == 3
    assert sound()


def test_a_reader_at_work_is_left_alone(world: World, now: datetime) -> None:
    enter_some(world, now, 1)
    sequence()
    Lease.objects.create(name="publicity", until=now + timedelta(minutes=1))
    assert project(now=now).versions == 0
    assert models.Publication.objects.count() == 0


def test_a_holiday_notice_recomputes_what_was_provisional_and_says_what_moved(world: World, now: datetime) -> None:
    """Decided 2026-12-30: the seven working days reach into 2027, whose notice is not out."""
    late = datetime(2026, 12, 31, 3, 0, tzinfo=now.tzinfo)
    enter_some(world, late, 1, on=date(2026, 12, 30))
    publish(late)
    row = models.Publication.objects.get()
    assert row.deadline_provisional
    before = row.deadline
    days = [
        DayRow(date(2027, 1, 1), "holiday"),
        DayRow(date(2027, 1, 4), "holiday"),
        DayRow(date(2027, 1, 5), "holiday"),
    ]
    import_calendar_year(year=2027, rows=days, document="国办发明电〔2026〕测试号", actor=CALENDAR, now=late)
    publish(late)
    row.refresh_from_db()
    assert not row.deadline_provisional
    assert before is not None
    assert row.deadline is not None
    assert row.deadline > before
    operations = [entry.header.operation for entry in entries(limit=100_000)]
    assert operations[-1] == "publicity.deadlines_recomputed"
    assert before.isoformat() in entries(limit=100_000)[-1].header.payload
    assert sound()
