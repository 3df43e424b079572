"""Three random kills of a load, the short form of the soak that stays in the suite: the seed is fixed, the moments
are not the same on two machines."""

from datetime import UTC, datetime
from typing import Any

import pytest

from soak.campaign import Campaign
from world import furnish

ROWS, CHUNK, KILLS, SEED = 750, 125, 3, 20261121


@pytest.mark.django_db(transaction=True)
def test_three_random_kills_leave_exactly_the_right_records(now: datetime, settings: Any) -> None:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    campaign = Campaign(furnish(now), ROWS, CHUNK, SEED)
    campaign.run(KILLS)
    assert len(campaign.deaths) == KILLS
