"""Counts over all publications say the same as looking at each, whatever was corrected, marked or decided late."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Exists, OuterRef

from hands import by_hand
from world import World, licence, penalty, publish
from xinheng.kernel.dates import legal_date
from xinheng.publicity import models
from xinheng.publicity.door import PlanFilter, plan, stage_counts, totals
from xinheng.publicity.queries import plan as plans
from xinheng.publicity.queries.counting import first_shown_late
from xinheng.publicity.queries.plan import COUNTED
from xinheng.publicity.queries.predicate import public
from xinheng.publicity.values import Stage
from xinheng.records.door import end_mark, enter, mark
from xinheng.records.values import MarkKind


def one_by_one(world: World, login: str, on: date) -> dict[Stage, int]:
    actor = world.actor(login)
    return {stage: len(plan(PlanFilter(stage=stage), on=on, actor=actor).items) for stage in COUNTED}


def everything(world: World, now: datetime) -> None:
    """Penalties in time and late, one corrected, one withdrawn and one whose withdrawal ended; licences that end soon and later."""
    reporter, reviewer, on = world.actor("reporter.market"), world.actor("reviewer"), legal_date(now)
    done = [
        enter(fact=penalty(world, number=f"示市监罚〔2026〕{n}号", on=date(2026, 10, 8 + n)), actor=reporter, now=now)
        for n in range(1, 7)
    ]
    enter(fact=penalty(world, number="示市监罚〔2026〕9号", on=on), actor=reporter, now=now)
    for day in (24, 30):
        fact = licence(world, number=f"示市监许〔2026〕{day}号", until=date(2026, 11, day))
        enter(fact=fact, actor=reporter, now=now)
    enter(fact=licence(world, number="示市监许〔2026〕99号", until=date(2036, 1, 1)), actor=reporter, now=now)
    publish(now)
    corrected = penalty(world, number="示市监罚〔2026〕1号", on=date(2026, 10, 9), amount=100)
    enter(fact=corrected, reason="更正", actor=reporter, now=now)
    for place in (1, 2):
        made = mark(
            record_id=done[place].record_id, kind=MarkKind.WITHDRAWN, reason="x", actor=reviewer, now=now, on=on
        )
    end_mark(mark_id=made.mark_id, actor=reviewer, now=now, on=on + timedelta(days=1))


@pytest.mark.parametrize("decided", [False, True])
@pytest.mark.parametrize("few", [plans.FEW, 2])
@pytest.mark.parametrize("login", ["operator", "reporter.market", "reporter.tax"])
def test_the_counts_of_the_plan_are_those_of_its_lines(
    world: World, now: datetime, login: str, few: int, decided: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "FEW", few)
    everything(world, now)
    if decided:
        publish(now)
    for days in (0, 1, 4, 5, 40, 4000):
        on = legal_date(now) + timedelta(days=days)
        assert stage_counts(on=on, actor=world.actor(login)) == one_by_one(world, login, on)
    assert login == "reporter.tax" or sum(stage_counts(on=legal_date(now), actor=world.actor(login)).values()) > 3


def test_the_totals_are_those_of_the_public_lists(world: World, now: datetime) -> None:
    everything(world, now)
    publish(now)
    for days in (0, 1, 4, 40, 4000):
        on = legal_date(now) + timedelta(days=days)
        rows = list(public(on).values_list("item", flat=True))
        assert totals(on=on) == {item: rows.count(item) for item in set(rows)}
    assert totals(on=legal_date(now))["administrative-licence"] == 3


def test_what_a_load_has_not_finished_is_not_counted(world: World, now: datetime) -> None:
    everything(world, now)
    publish(now)
    on, before = legal_date(now), totals(on=legal_date(now))
    last = models.Publication.objects.latest("pk")
    by_hand('UPDATE ledger_run SET "first" = NULL, ready = (1 = 0) WHERE id = %s', last.run_id)
    assert sum(totals(on=on).values()) < sum(before.values())
    assert totals(on=on) == {item: public(on).filter(item=item).count() for item in totals(on=on)}


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (1, True)])
def test_late_begins_with_the_day_after_the_last_one(world: World, now: datetime, seconds: int, late: bool) -> None:
    enter(fact=penalty(world, on=date(2026, 11, 16)), actor=world.actor("reporter.market"), now=now)
    publish(now)
    deadline = models.Publication.objects.get().deadline
    assert deadline is not None
    midnight = datetime(deadline.year, deadline.month, deadline.day, 16, tzinfo=UTC) + timedelta(seconds=seconds)
    by_hand("UPDATE publicity_publication SET first_public_at = %s", _stored(midnight))
    by_the_day = models.Publication.objects.filter(pk=OuterRef("pk"), first_public_at__date__gt=OuterRef("deadline"))
    assert models.Publication.objects.filter(first_shown_late()).exists() is late
    assert models.Publication.objects.filter(Exists(by_the_day)).exists() is late


def _stored(moment: datetime) -> object:
    from xinheng.storage.bulk import moment as as_stored

    return as_stored(moment)
