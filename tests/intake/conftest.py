"""The world of intake's tests."""

from datetime import datetime

import pytest

from world import World, furnish


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The demo region with its units, people and two registered businesses."""
    return furnish(now)
