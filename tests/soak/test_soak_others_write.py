"""All through a load of 200,000 rows others sign in and type records: none fails, and each gets in between two
chunks. By order, never by time."""

import os
from bisect import bisect
from datetime import datetime

import pytest
from django.db import connection

from hands import sql
from intake.cast import PENALTY, as_csv, assert_sound, hand_in, penalty
from processes import ROOT, started, wait_for
from soak.results import Stopwatch, note
from world import PASSWORD, World, furnish
from xinheng.accounts.door import sign_in
from xinheng.intake.door import batch, enter_row
from xinheng.intake.values.batches import BatchState
from xinheng.intake.values.receipts import Taken
from xinheng.records.models import Version

ROWS = int(os.environ.get("XINHENG_SOAK_LOAD_ROWS", "200000"))
CHUNK = 2000
TYPED_FROM = 900_000
SCRIPT = str(ROOT / "tests" / "intake" / "load_process.py")


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_others_get_in_between_two_chunks_all_through_a_large_load(now: datetime) -> None:
    world = furnish(now)
    watch = Stopwatch()
    number = hand_in(world, as_csv([penalty(world, n) for n in range(1, ROWS + 1)]))
    with started(SCRIPT, str(number), str(CHUNK)) as loader:
        wait_for(lambda: _chunks(number) or loader.poll() is not None, "the first chunk")
        typed, passed = _write_all_through(world, number)
        assert loader.wait(timeout=600) == 0
    assert batch(number, world.actor("reporter.market")).state is BatchState.LOADED
    assert Version.objects.filter(batch_id=number).count() == ROWS
    places = _places(number, typed)
    between = [place for place in places if 0 < place < ROWS]
    # They came all through, not at one end. Only on PostgreSQL, where nobody waits, several fall into the last chunk's time.
    assert len({place // CHUNK for place in between}) >= ROWS // CHUNK // 5
    assert places[: len(between)] == between
    assert connection.vendor == "postgresql" or len(between) >= len(places) - 1
    # No write waited while chunk after chunk went by: a sign-in and a record are a handful of transactions.
    assert max(passed) <= 6, passed
    if connection.vendor == "sqlite":
        # Ids are given in order of writing: each typed record stands exactly at the border of two chunks.
        assert {place % CHUNK for place in between} == {0}
    assert_sound()
    note(
        "others write",
        ROWS,
        f"{len(typed)} sign-ins and records, at most {max(passed)} chunks went by during one",
        watch,
    )


def _write_all_through(world: World, number: int) -> tuple[list[int], list[int]]:
    """Sign in and type a record, again and again until the last chunk is there; versions written, chunks that went by during each."""
    actor = world.actor("reporter.market")
    typed: list[int] = []
    passed: list[int] = []
    while (before := _chunks(number)) < ROWS // CHUNK:
        sign_in(login="reporter.market", password=PASSWORD, now=world.now)
        row = penalty(world, TYPED_FROM + len(typed))
        done = enter_row(item=PENALTY, texts=row, actor=actor, now=world.now)
        assert (done.taken, done.version_id is not None) == (Taken.ACCEPTED, True)
        typed.append(done.version_id or 0)
        passed.append(_chunks(number) - before)
    return typed, passed


def _chunks(number: int) -> int:
    """How many chunks are committed: all rows are clean, so the last one's row says it."""
    last = Version.objects.filter(batch_id=number).order_by("-id").values_list("row_number", flat=True).first()
    return ((last or 1) - 1) // CHUNK


def _places(number: int, typed: list[int]) -> list[int]:
    """How many rows of the load came before each typed record: by id on SQLite, by number of transaction on PostgreSQL."""
    column = "id" if connection.vendor == "sqlite" else "xmin::text::bigint"
    mine = sorted(row[0] for row in sql(f"SELECT {column} FROM records_version WHERE batch_id = %s", number))
    others = dict(sql(f"SELECT id, {column} FROM records_version WHERE batch_id IS NULL"))
    return [bisect(mine, others[version]) for version in typed]
