"""The small world for those who act for businesses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from world import World, furnish
from xinheng.portal import figures

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    """The demo region with its people and two businesses."""
    return furnish(NOW)


@pytest.fixture
def fixed_day(settings: Any) -> None:
    """Every page is asked for on the day of the world; no address has failed yet."""
    settings.XINHENG_CLOCK_SHIFT = NOW - datetime.now(UTC)
    figures.forget()
    cache.clear()


@pytest.fixture
def visitor(fixed_day: None) -> Client:
    """Somebody in front of the pages."""
    return Client(raise_request_exception=False)
