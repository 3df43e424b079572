"""While a load runs, others write: none fails, and each gets in between two chunks. Asserted by order, never by time."""

from bisect import bisect
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection, transaction

from intake.cast import PENALTY, as_csv, assert_sound, hand_in, penalty
from processes import started, wait_for
from world import PASSWORD, World, furnish
from xinheng.accounts.door import sign_in
from xinheng.intake import models
from xinheng.intake.batch.handlers import handle_clear
from xinheng.intake.batch.lease import LEASE, take
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import batch, enter_row, receive
from xinheng.intake.values.batches import BatchState, UploadDraft
from xinheng.intake.values.errors import Busy, LeaseLost
from xinheng.intake.values.receipts import Taken
from xinheng.jobs.door import Worker, cancel
from xinheng.records.door import by_document, record
from xinheng.records.models import Version

SCRIPT = str(Path(__file__).with_name("load_process.py"))
ROWS, CHUNK = 2000, 50


@pytest.fixture
def furnished(transactional_db: None, now: datetime) -> World:
    return furnish(now)


def state(batch_id: int) -> str:
    return str(models.Batch.objects.values_list("state", flat=True).get(pk=batch_id))


@pytest.mark.django_db(transaction=True)
def test_sign_ins_and_typed_records_get_in_between_two_chunks(furnished: World) -> None:
    number = hand_in(furnished, as_csv([penalty(furnished, n) for n in range(1, ROWS + 1)]))
    actor = furnished.actor("reporter.market")
    written: list[int] = []
    with started(SCRIPT, str(number), str(CHUNK)) as loader:
        wait_for(lambda: Version.objects.filter(batch_id=number).exists() or loader.poll(), "the first chunk")
        while Version.objects.filter(batch_id=number).count() < ROWS:
            assert loader.poll() is None
            sign_in(login="reporter.market", password=PASSWORD, now=furnished.now)
            row = penalty(furnished, 10_000 + len(written))
            done = enter_row(item=PENALTY, texts=row, actor=actor, now=furnished.now)
            assert (done.taken, done.version_id is not None) == (Taken.ACCEPTED, True)
            written.append(done.version_id or 0)
        assert loader.wait(timeout=60) == 0
    mine = sorted(Version.objects.filter(batch_id=number).values_list("id", flat=True))
    assert len(mine) == ROWS
    places = [bisect(mine, version) for version in written]
    between = [place for place in places if 0 < place < ROWS]
    # Only the last of them may have come after the last chunk.
    assert len(between) >= 3
    assert len(between) >= len(places) - 2
    if connection.vendor == "sqlite":
        # Ids are given in order of writing: each typed record stands exactly at the border of two chunks.
        assert [place % CHUNK for place in places] == [0] * len(places)
    assert_sound()


def test_a_record_typed_while_the_load_runs_is_found_by_it(world: World) -> None:
    number = hand_in(world, as_csv([penalty(world, n) for n in range(1, 10)]))
    actor = world.actor("reporter.market")

    def type_it_too(done: int, total: int, _: str) -> None:
        if done == 6:
            enter_row(item=PENALTY, texts=penalty(world, 2), actor=actor, now=world.now)
            enter_row(item=PENALTY, texts=penalty(world, 8), actor=actor, now=world.now)

    receipt = load_batch(number, Way(lambda: world.now, type_it_too, chunk=3))
    # The second row was loaded already, unseen, when somebody typed it: the load looked again and found both.
    assert (receipt.counts.accepted, receipt.counts.unchanged) == (9, 2)
    for typed in (2, 8):
        [version] = by_document(f"示市监罚〔2026〕{typed}号", actor=actor)
        assert (version.batch_id, record(version.record_id, actor=actor).earlier) == (None, ())
    assert_sound()


def test_only_one_batch_is_loaded_at_a_time(world: World) -> None:
    first, second = (hand_in(world, as_csv([penalty(world, n)])) for n in (1, 2))
    holder = take(first, lambda: world.now)
    with pytest.raises(Busy):
        load_batch(second, Way(lambda: world.now))
    later = world.now + LEASE + timedelta(seconds=1)
    assert load_batch(second, Way(lambda: later)).counts.accepted == 1
    with pytest.raises(LeaseLost), transaction.atomic():
        holder.renew()


def test_whoever_was_replaced_stops_at_its_next_chunk(world: World) -> None:
    number = hand_in(world, as_csv([penalty(world, n) for n in range(1, 7)]))

    def replaced(done: int, *_: object) -> None:
        if done == 2:
            take(number, lambda: world.now)

    with pytest.raises(LeaseLost):
        load_batch(number, Way(lambda: world.now, replaced, chunk=2))
    assert load_batch(number, Way(lambda: world.now)).counts.accepted == 6
    assert_sound()


HANDLERS = {
    "intake.load": "xinheng.intake.batch.handlers.handle_load",
    "intake.clear": "xinheng.intake.batch.handlers.handle_clear",
    "intake.erase": "xinheng.intake.batch.handlers.handle_erase",
}


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_loaded_by_the_worker(furnished: World) -> None:
    actor = furnished.actor("reporter.market")
    draft = UploadDraft(PENALTY, furnished.units["market"], "十一月.csv")
    stream = BytesIO(as_csv([penalty(furnished, n) for n in range(1, 4)]))
    received = receive(stream=stream, draft=draft, actor=actor, now=furnished.now)
    assert Worker("w", HANDLERS, lambda: furnished.now).drain() == 1
    view = batch(received.batch_id, actor)
    assert (view.state, view.counts.accepted, view.job_id) == (BatchState.LOADED, 3, received.job_id)


@pytest.mark.django_db(transaction=True)
def test_a_load_that_must_wait_comes_again(furnished: World) -> None:
    actor = furnished.actor("reporter.market")
    busy = take(hand_in(furnished, as_csv([penalty(furnished, 1)])), lambda: furnished.now)
    draft = UploadDraft(PENALTY, furnished.units["market"], "十一月.csv")
    received = receive(stream=BytesIO(as_csv([penalty(furnished, 2)])), draft=draft, actor=actor, now=furnished.now)
    clock = [furnished.now]
    worker = Worker("w", HANDLERS, lambda: clock[0])
    worker.drain()
    assert batch(received.batch_id, actor).state is BatchState.RECEIVED
    busy.free()
    clock[0] += timedelta(minutes=1)
    worker.drain()
    assert batch(received.batch_id, actor).state is BatchState.LOADED


@pytest.mark.django_db(transaction=True)
def test_a_load_whose_job_failed_for_good_is_given_up_and_cleared(furnished: World) -> None:
    actor = furnished.actor("reporter.market")
    draft = UploadDraft(PENALTY, furnished.units["market"], "十一月.csv")
    stream = BytesIO(as_csv([penalty(furnished, n) for n in range(1, 7)]))
    received = receive(stream=stream, draft=draft, actor=actor, now=furnished.now)

    def stop(done: int, *_: object) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_batch(received.batch_id, Way(lambda: furnished.now, stop, chunk=2))
    assert Version.objects.filter(batch_id=received.batch_id).count() == 4
    cancel(received.job_id or 0, now=furnished.now)

    class Context:
        args: dict[str, int] = {}

        @staticmethod
        def now() -> datetime:
            return furnished.now

        @staticmethod
        def between_steps() -> None:
            return None

    cleared = handle_clear(Context())  # type: ignore[arg-type]
    assert cleared["cleared"][str(received.batch_id)] > 4
    assert state(received.batch_id) == BatchState.ABANDONED
    assert Version.objects.filter(batch_id=received.batch_id).count() == 0
    assert_sound()
