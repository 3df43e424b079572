"""What the public sees follows from the decision, the version, the marks and the day; what ended has ended everywhere at once."""

from datetime import date, datetime, timedelta

import pytest

from world import World, licence, penalty, publish
from xinheng.kernel.dates import legal_date
from xinheng.publicity import batch
from xinheng.publicity.door import PlanFilter, by_document, counts, latest, plan, record, records_of, stage_counts
from xinheng.publicity.values import NotPublic, Stage, Timeliness
from xinheng.records.door import end_mark, enter, mark
from xinheng.records.values import MarkKind

NUMBER = "示市监罚〔2026〕1号"


def seen(world: World, record_id: int, on: date) -> list[bool]:
    """Whether each public reader shows the record on a day: list, document, subject, counts, page."""
    subject = [world.subjects["云禾"]]
    try:
        page = record(record_id, on=on).record_id == record_id
    except NotPublic:
        page = False
    return [
        any(line.record_id == record_id for line in latest("administrative-penalty", on=on).items),
        any(line.record_id == record_id for line in by_document(NUMBER, on=on)),
        any(found.record_id == record_id for found in records_of(subject, on=on)),
        bool(counts(subject, on=on)),
        page,
    ]


@pytest.fixture
def shown(world: World, now: datetime) -> int:
    """A fine that the public sees; its record id."""
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    return done.record_id


def test_nothing_is_shown_before_the_ledger_was_read(world: World, now: datetime) -> None:
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    assert seen(world, done.record_id, legal_date(now)) == [False] * 5


def test_a_fine_is_shown_to_its_last_day_and_no_longer(world: World, now: datetime, shown: int) -> None:
    """Order 36 (from 2026-04-01): 一般, one year from the decision of 2026-11-10."""
    assert record(shown, on=legal_date(now)).until == date(2027, 11, 10)
    assert seen(world, shown, date(2027, 11, 10)) == [True] * 5
    assert seen(world, shown, date(2027, 11, 11)) == [False] * 5


@pytest.mark.parametrize("kind", [MarkKind.WITHDRAWN, MarkKind.REPAIRED, MarkKind.SHIELDED])
def test_a_hiding_mark_ends_it_in_every_reader_in_the_same_moment(
    world: World, now: datetime, shown: int, kind: MarkKind
) -> None:
    on = legal_date(now)
    assert seen(world, shown, on) == [True] * 5
    made = mark(record_id=shown, kind=kind, reason="x", actor=world.actor("reviewer"), now=now, on=on)
    assert seen(world, shown, on) == [False] * 5
    end_mark(mark_id=made.mark_id, actor=world.actor("reviewer"), now=now, on=on + timedelta(days=1))
    assert seen(world, shown, on) == [False] * 5
    assert seen(world, shown, on + timedelta(days=1)) == [True] * 5


def test_a_contested_record_stays_and_says_so(world: World, now: datetime, shown: int) -> None:
    on = legal_date(now)
    mark(record_id=shown, kind=MarkKind.CONTESTED, reason="x", actor=world.actor("reviewer"), now=now, on=on)
    assert seen(world, shown, on) == [True] * 5
    assert record(shown, on=on).contested


def test_a_correction_takes_the_old_version_away_at_once_and_brings_the_new_one(
    world: World, now: datetime, shown: int
) -> None:
    on = legal_date(now)
    enter(fact=penalty(world, amount=100), reason="更正", actor=world.actor("reporter.market"), now=now)
    assert seen(world, shown, on) == [False] * 5
    publish(now)
    assert seen(world, shown, on) == [True] * 5
    assert [field.value for field in record(shown, on=on).fields if field.code == "CF_NR"] == ["罚款1元"]


def test_a_licence_is_shown_while_it_is_valid(world: World, now: datetime) -> None:
    done = enter(fact=licence(world, until=date(2026, 11, 25)), actor=world.actor("reporter.market"), now=now)
    publish(now)
    assert record(done.record_id, on=date(2026, 11, 25)).until == date(2026, 11, 25)
    with pytest.raises(NotPublic):
        record(done.record_id, on=date(2026, 11, 26))


def test_the_plan_says_what_ends_soon_and_what_is_late(world: World, now: datetime) -> None:
    actor = world.actor("reporter.market")
    enter(fact=licence(world, until=date(2026, 11, 25)), actor=actor, now=now)
    enter(fact=penalty(world, on=date(2026, 10, 9), number="示市监罚〔2026〕2号"), actor=actor, now=now)
    enter(fact=penalty(world, on=date(2026, 11, 16)), actor=actor, now=now)
    publish(now)
    on, operator = legal_date(now), world.actor("operator")
    assert stage_counts(on=on, actor=operator) == {Stage.DUE: 0, Stage.ENDING: 1, Stage.LATE: 1, Stage.WITHHELD: 0}
    (late,) = plan(PlanFilter(stage=Stage.LATE), on=on, actor=operator).items
    assert (late.timeliness, late.deadline) == (Timeliness.LATE, date(2026, 10, 19))
    assert plan(PlanFilter(), on=on, actor=world.actor("reporter.tax")).items == ()


@pytest.mark.parametrize("few", [batch.FEW, 0])
def test_a_correction_of_what_was_public_in_time_is_not_late(
    world: World, now: datetime, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "FEW", few)
    fact, reporter, operator = (
        penalty(world, on=date(2026, 11, 16)),
        world.actor("reporter.market"),
        world.actor("operator"),
    )
    done = enter(fact=fact, actor=reporter, now=now)
    publish(now)
    later = now + timedelta(days=30)
    enter(fact=penalty(world, on=date(2026, 11, 16), amount=100), reason="更正", actor=reporter, now=later)
    publish(later)
    (line,) = plan(PlanFilter(), on=legal_date(later), actor=operator).items
    assert (line.record_id, line.timeliness, line.first_public_at) == (done.record_id, Timeliness.ON_TIME, now)
    assert stage_counts(on=legal_date(later), actor=operator)[Stage.LATE] == 0


def test_a_warning_alone_is_withheld_and_says_why(world: World, now: datetime) -> None:
    from dataclasses import replace

    fact = penalty(world)
    done = enter(
        fact=replace(fact, core=replace(fact.core, kinds="警告")), actor=world.actor("reporter.market"), now=now
    )
    publish(now)
    assert seen(world, done.record_id, legal_date(now)) == [False] * 5
    (line,) = plan(PlanFilter(stage=Stage.WITHHELD), on=legal_date(now), actor=world.actor("operator")).items
    assert "国家发展改革委第36号令“轻微”" in line.reason
