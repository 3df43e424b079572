"""The world of the journeys: the demo region with its units, people and two registered businesses."""

from datetime import datetime

import pytest

from world import World, furnish


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)
