"""The small world with what is public in it, seen by a visitor on a fixed day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from world import World, furnish, licence, penalty, publish
from xinheng.portal import figures
from xinheng.records.door import enter


def set_day(settings: Any, moment: datetime) -> None:
    """Let the pages believe that it is the day of a moment."""
    settings.XINHENG_CLOCK_SHIFT = moment - datetime.now(UTC)
    figures.forget()


@pytest.fixture(autouse=True)
def fixed_day(settings: Any, now: datetime) -> None:
    """Every page is asked for on the day of the world."""
    set_day(settings, now)


@pytest.fixture
def later(settings: Any, now: datetime) -> Any:
    """A function that lets days pass for the pages."""

    def pass_days(days: int) -> None:
        set_day(settings, now + timedelta(days=days))

    return pass_days


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The demo region with its people and two businesses."""
    return furnish(now)


@pytest.fixture
def fine(world: World, now: datetime) -> int:
    """The record of a fine that the public sees."""
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    return done.record_id


@pytest.fixture
def permitted(world: World, now: datetime) -> int:
    """The record of a licence that the public sees."""
    done = enter(fact=licence(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    return done.record_id


@pytest.fixture
def visitor() -> Client:
    """Anybody, without an account."""
    return Client(raise_request_exception=False)
