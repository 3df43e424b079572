"""The figures of publication are counted anew for every page, and only where that takes long given again for a minute."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from world import World, penalty, publish
from xinheng.ledger.values import NotAllowed
from xinheng.publicity.values import Stage
from xinheng.records.door import enter
from xinheng.workbench import figures


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    figures.forget()


def counted(world: World, login: str, at: datetime) -> tuple[int, int]:
    """How many are late, and how many queries that cost."""
    actor = world.actor(login)
    with CaptureQueriesContext(connection) as queries:
        found = figures.stage_counts(actor, at)
    return found[Stage.LATE], len(queries)


def one_more(world: World, now: datetime, number: int) -> None:
    fact = penalty(world, number=f"示市监罚〔2026〕{number}号", on=datetime(2026, 10, 9).date())  # noqa: DTZ001 - a day
    enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    publish(now)


def test_a_quick_count_is_made_anew_every_time(world: World, now: datetime) -> None:
    assert counted(world, "operator", now) == (0, 3)
    one_more(world, now, 1)
    assert counted(world, "operator", now) == (1, 3)


def test_a_long_count_is_given_again_for_a_minute_to_whoever_sees_the_same(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "LONG", 0.0)
    one_more(world, now, 1)
    assert counted(world, "operator", now) == (1, 3)
    one_more(world, now, 2)
    assert counted(world, "reviewer", now + timedelta(seconds=59)) == (1, 0)
    assert counted(world, "reporter.tax", now) == (0, 3)
    assert counted(world, "reporter.market", now) == (2, 3)
    assert counted(world, "operator", now + timedelta(seconds=60)) == (2, 3)


def test_what_is_kept_is_not_for_who_may_not_ask(world: World, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(figures, "LONG", 0.0)
    operator = world.actor("operator")
    figures.stage_counts(operator, now)
    with pytest.raises(NotAllowed):
        figures.stage_counts(replace(operator, permissions=operator.permissions - {"publicity.read_plan"}), now)
