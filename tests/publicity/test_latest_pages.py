"""Pages of a public list follow one another without a gap, within a day and from one day to the next."""

from datetime import date, datetime, timedelta

import pytest

from world import World, penalty, publish
from xinheng.kernel.dates import legal_date
from xinheng.publicity.door import latest
from xinheng.records.door import enter

ITEM = "administrative-penalty"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_record_stands_on_one_page_whatever_the_size(world: World, now: datetime, size: int) -> None:
    reporter, number = world.actor("reporter.market"), 0
    for days, count in ((0, 3), (1, 1), (2, 3)):
        at = now + timedelta(days=days)
        for _ in range(count):
            number += 1
            fact = penalty(world, number=f"示市监罚〔2026〕{number}号", on=date(2026, 11, 10))
            enter(fact=fact, actor=reporter, now=at)
        publish(at)
    on = legal_date(now + timedelta(days=2))
    whole = [line.record_id for line in latest(ITEM, on=on, limit=100).items]
    assert len(whole) == 7
    found, after = [], None
    while True:
        page = latest(ITEM, on=on, after=after, limit=size)
        found += [line.record_id for line in page.items]
        after = page.after
        if after is None:
            break
        assert len(page.items) == size
    assert found == whole
