"""The console's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from xinheng.console import clock


def test_the_clock_is_aware_and_runs() -> None:
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


def test_the_clock_is_shifted_by_whole_days(settings: Any) -> None:
    settings.XINHENG_CLOCK_SHIFT = timedelta(days=-400)
    before = datetime.now(UTC) - timedelta(days=400)
    shifted = clock.now()
    assert before <= shifted <= datetime.now(UTC) - timedelta(days=400)
