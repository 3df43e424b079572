"""Twenty random kills of a load, each followed by a repeat: exactly the right records, once each, and a ledger that verifies."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from soak.campaign import Campaign
from soak.results import Stopwatch, note
from world import furnish

ROWS = int(os.environ.get("XINHENG_SOAK_ROWS", "20000"))
SEED = int(os.environ.get("XINHENG_SOAK_SEED", "1"))
CHUNK, KILLS = 1000, 20


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_twenty_random_kills_leave_exactly_the_right_records(now: datetime, settings: Any) -> None:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    watch = Stopwatch()
    campaign = Campaign(furnish(now), ROWS, CHUNK, SEED)
    campaign.run(KILLS)
    assert len(campaign.deaths) == KILLS
    rows = sum(len(made.places) for made in campaign.expected.records.values())
    note("kills", rows, f"{KILLS} kills ({', '.join(campaign.deaths)}) in {len(campaign.batches)} files", watch)
