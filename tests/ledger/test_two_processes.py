"""Two processes append at once: nothing is lost, and no reader ever sees a number appear below one it has seen."""

from datetime import datetime

import pytest

from ledger.conftest import furnish
from processes import finish, python
from xinheng.ledger.door import entries, head, public_key, sequence, verify
from xinheng.storage.keys import key_ring

APPENDS = 25

WRITER = """
    import sys
    from datetime import UTC, datetime
    from ledger.conftest import INIT, code
    from xinheng.accounts.door import open_unit
    from xinheng.accounts.values import UnitDraft, UnitKind
    from xinheng.ledger.door import sequence
    first, count = int(sys.argv[1]), int(sys.argv[2])
    for number in range(first, first + count):
        draft = UnitDraft(code=code(number), name=f"第{number}局", kind=UnitKind.DEPARTMENT, parent_id=None)
        open_unit(unit=draft, actor=INIT, now=datetime.now(UTC))
        if number % 5 == 0:
            sequence()
"""


@pytest.mark.django_db(transaction=True)
def test_appends_of_two_processes_are_neither_lost_nor_seen_out_of_order(now: datetime) -> None:
    furnish(now)
    sequence()
    before = head().numbered
    writers = [python(WRITER, str(start), str(APPENDS)) for start in (100, 500)]
    seen: list[int] = []
    while any(writer.poll() is None for writer in writers):
        sequence()
        fresh = [entry.number for entry in entries(after=seen[-1] if seen else before, limit=1000)]
        assert fresh == list(range((seen[-1] if seen else before) + 1, (seen[-1] if seen else before) + 1 + len(fresh)))
        seen += fresh
    for writer in writers:
        finish(writer)
    sequence()
    assert head().numbered == before + 2 * APPENDS
    everything = entries(after=before, limit=1000)
    assert [entry.number for entry in everything] == list(range(before + 1, before + 2 * APPENDS + 1))
    assert {entry.header.operation for entry in everything} == {"accounts.unit_opened"}
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()
