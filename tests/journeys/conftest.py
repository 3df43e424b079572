"""Journeys: what a person can do from beginning to end, through receiving, loading, publishing and the pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from api.conftest import full_buckets
from workbench.acts import People
from world import PASSWORD, World, furnish
from xinheng.portal import figures


def set_day(settings: Any, moment: datetime) -> None:
    """Let the pages believe that it is the day of a moment."""
    settings.XINHENG_CLOCK_SHIFT = moment - datetime.now(UTC)
    figures.forget()


@pytest.fixture(autouse=True)
def fixed_day(settings: Any, now: datetime) -> None:
    """Every page is asked for on the day of the world."""
    set_day(settings, now)


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The demo region with its people and two registered businesses."""
    return furnish(now)


@pytest.fixture
def visitor() -> Client:
    """Anybody, without an account."""
    return Client(raise_request_exception=False)


@pytest.fixture
def people(world: World) -> People:
    """Signs people in; a client a person, who stays signed in."""
    return People(PASSWORD)


@pytest.fixture
def clock(settings: Any) -> Callable[[datetime], None]:
    """Sets the clock of the pages; time still runs."""
    return lambda moment: set_day(settings, moment)


__all__ = ["clock", "fixed_day", "full_buckets", "people", "set_day", "visitor", "world"]
