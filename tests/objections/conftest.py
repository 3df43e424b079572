"""The small world, as objections need it."""

from datetime import datetime

import pytest

from world import World, furnish


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The demo region with its people and two businesses."""
    return furnish(now)
