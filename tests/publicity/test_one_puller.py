"""One puller at a time: whoever lost the lease writes nothing more, whoever takes over leaves nothing out and decides nothing twice."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from processes import environment, finish, python
from world import World, furnish, penalty
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import entries, public_key, sequence, verify
from xinheng.ledger.load import close_run, open_run
from xinheng.publicity import batch, models
from xinheng.publicity.batch import LEASE, hold_on, project
from xinheng.publicity.door import latest
from xinheng.publicity.values import LeaseLost
from xinheng.records.door import enter
from xinheng.records.load import Prepared, write
from xinheng.records.rules import content_hash, key_hash
from xinheng.storage.holders import holder_id
from xinheng.storage.keys import key_ring
from xinheng.storage.models import Lease

COUNT = 7
ELSEWHERE = "another-machine/1/1/0123456789abcdef"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "FEW", 2)
    monkeypatch.setattr(batch, "CHUNK", 2)


def held_by(holder: str, *, until: datetime) -> None:
    """Somebody is at it."""
    Lease.objects.update_or_create(name="publicity", defaults={"holder": holder, "until": until})


def lease() -> Lease:
    return Lease.objects.get(name="publicity")


def bring(world: World, now: datetime, count: int = COUNT) -> None:
    """A bulk run that brings so many records."""
    actor = world.actor("reporter.market")
    run = open_run(code="test.batch", actor=actor, now=now, on=legal_date(now))
    facts = [penalty(world, number=f"示市监罚〔2026〕{number}号") for number in range(1, count + 1)]
    prepared = [
        Prepared(fact, key_hash(fact.item, fact.unit_id, fact.subject_id, fact.key), content_hash(fact.content))
        for fact in facts
    ]
    with transaction.atomic():
        leaves = write(run, 0, prepared, now=now)
        close_run(run, count=leaves, payload={})
    sequence()


def all_decided_once(now: datetime, count: int = COUNT) -> None:
    """Every version has one visible decision, every decision one leaf, and no run is left open."""
    sequence()
    assert models.Publication.objects.filter(run__ready=True).count() == count
    assert models.Publication.objects.filter(run__ready=False).count() == 0
    assert len(latest("administrative-penalty", on=legal_date(now), limit=100).items) == count
    tables = [entry.table for entry in entries(limit=100_000)]
    assert tables.count("publicity.publication/1") == count
    assert models.Cursor.objects.get().open_run is None
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()


def at(monkeypatch: pytest.MonkeyPatch, point: str, nth: int, act: Callable[[], Any]) -> list[Any]:
    """Have the `nth` pass of a point do something; returns where its results will be found."""
    passed: list[str] = []
    told: list[Any] = []

    def reach(name: str) -> None:
        passed.append(name)
        if name == point and passed.count(point) == nth and not told:
            told.append(None)
            told[0] = act()

    monkeypatch.setattr(batch, "reach", reach)
    return told


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_second_puller_between_two_chunks_does_nothing_while_the_first_gives_signs_of_life(
    world: World, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    bring(world, now)

    def second() -> int:
        clock.now += LEASE * 0.9
        return project(now=clock.now, clock=clock).versions

    told = at(monkeypatch, "publicity.after_chunk", nth, second)
    assert project(now=now, clock=clock).versions == COUNT
    assert told == [0]
    all_decided_once(now)


def test_each_chunk_renews_the_lease(world: World, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four chunks of most of a lease each: without renewal the third would have found it ended."""
    bring(world, now)
    clock = Clock(now)
    rivals: list[int] = []

    def reach(name: str) -> None:
        if name == "publicity.after_chunk":
            clock.now += LEASE * 0.9
            rivals.append(project(now=clock.now, clock=clock).versions)

    monkeypatch.setattr(batch, "reach", reach)
    assert project(now=now, clock=clock).versions == COUNT
    assert rivals == [0, 0, 0, 0]
    all_decided_once(now)


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_who_was_silent_too_long_loses_the_pull_and_nothing_of_it_counts(
    world: World, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    bring(world, now)

    def second() -> int:
        clock.now += LEASE + timedelta(seconds=1)
        return project(now=clock.now, clock=clock).versions

    told = at(monkeypatch, "publicity.after_chunk", nth, second)
    with pytest.raises(LeaseLost):
        project(now=now, clock=clock)
    assert told == [COUNT]
    all_decided_once(now)
    assert project(now=clock.now, clock=clock).versions == 0


def test_a_puller_that_lost_the_lease_while_the_next_is_still_at_it_disturbs_nothing(
    world: World, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one has cleared and begun; the first wakes up, fails, and neither frees nor writes."""
    bring(world, now)
    fallen: list[type[BaseException]] = []
    first, second = hold_on(clock), hold_on(clock)
    assert first.take()
    clock.now += LEASE + timedelta(seconds=1)
    assert second.take()

    def wake() -> None:
        first.free()
        try:
            batch._pull(first, now, batch.WORKER)
        except LeaseLost as lost:
            fallen.append(type(lost))

    told = at(monkeypatch, "publicity.after_chunk", 2, wake)
    batch._clear_cut_off(second)
    batch._pull(second, now, batch.WORKER)
    assert (told, fallen) == ([None], [LeaseLost])
    assert lease().holder == second.holder
    second.free()
    assert lease().until is None
    all_decided_once(now)


def test_the_lease_lost_before_the_close_shows_nothing(
    world: World, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(world, now)
    thief = hold_on(clock)

    def steal() -> bool:
        clock.now += LEASE * 2
        return thief.take()

    told = at(monkeypatch, "publicity.after_chunk", 4, steal)
    with pytest.raises(LeaseLost):
        project(now=now, clock=clock)
    assert told == [True]
    assert latest("administrative-penalty", on=legal_date(now)).items == ()
    assert models.Publication.objects.filter(run__ready=True).count() == 0
    thief.free()
    assert project(now=clock.now, clock=clock).versions == COUNT
    all_decided_once(now)


def test_a_few_decisions_are_taken_back_with_the_lease(
    world: World, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor, the lease and the decisions of a small run stand or fall together."""
    for number in (1, 2):
        fact = penalty(world, number=f"示市监罚〔2026〕{number}号")
        enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    sequence()
    plain, taken = batch.decide, []

    def steal_first(**arguments: Any) -> Any:
        if not taken:
            taken.append(True)
            clock.now += LEASE * 2
            Lease.objects.filter(name="publicity").update(fence=99, holder=ELSEWHERE, until=clock.now + LEASE)
            raise LeaseLost
        return plain(**arguments)

    monkeypatch.setattr(batch, "decide", steal_first)
    with pytest.raises(LeaseLost):
        project(now=now, clock=clock)
    assert models.Publication.objects.count() == 0
    assert project(now=now, clock=Clock(now + LEASE * 4)).versions == 2
    all_decided_once(now, 2)


def test_a_lease_is_not_taken_from_another_machine_before_it_ends(world: World, now: datetime, clock: Clock) -> None:
    bring(world, now)
    held_by(ELSEWHERE, until=now + LEASE)
    assert project(now=now, clock=clock).versions == 0
    clock.now += LEASE + timedelta(seconds=1)
    assert project(now=now, clock=clock).versions == COUNT


def test_a_living_holder_of_this_machine_keeps_the_lease(world: World, now: datetime, clock: Clock) -> None:
    bring(world, now)
    held_by(holder_id(), until=now + LEASE)
    assert project(now=now, clock=clock).versions == 0


def test_a_holder_whose_clock_is_ahead_keeps_the_lease(world: World, now: datetime, clock: Clock) -> None:
    """Two machines never agree to the second; nor do two processes that count from their own beginning."""
    bring(world, now)
    for ahead in (0.001, 1, 59):
        held_by(ELSEWHERE, until=now + LEASE + timedelta(seconds=ahead))
        assert project(now=now, clock=clock).versions == 0


def test_a_clock_set_back_does_not_leave_the_lease_for_years(world: World, now: datetime, clock: Clock) -> None:
    bring(world, now)
    far = now + timedelta(days=400)
    held_by(ELSEWHERE, until=far)
    assert project(now=now, clock=clock).versions == COUNT


def test_leftovers_that_nobody_cleared_are_not_taken_for_decided(
    world: World, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the run forgotten, the pull would fail aloud rather than leave records out in silence."""
    bring(world, now)

    def cut_off() -> None:
        raise KeyboardInterrupt

    at(monkeypatch, "publicity.after_chunk", 2, cut_off)
    with pytest.raises(KeyboardInterrupt):
        project(now=now, clock=clock)
    open_run = models.Cursor.objects.get().open_run
    models.Cursor.objects.update(open_run=None)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        project(now=now, clock=clock)
    models.Cursor.objects.update(open_run=open_run)
    assert project(now=now, clock=clock).versions == COUNT
    all_decided_once(now)


PULL = """
import sys
from datetime import datetime, UTC
from xinheng.publicity import batch
batch.FEW = batch.CHUNK = 2
try:
    print(batch.project(now=datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)).versions)
except batch.LeaseLost:
    print("lost")
"""


@pytest.fixture
def furnished(transactional_db: None, now: datetime) -> World:
    return furnish(now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "point",
    [
        "publicity.in_chunk:1",
        "publicity.in_chunk:3",
        "publicity.after_chunk:1",
        "publicity.after_chunk:4",
        "publicity.in_close:1",
        "publicity.after_close:1",
    ],
)
def test_after_a_kill_the_next_pull_takes_over_at_once(furnished: World, now: datetime, point: str) -> None:
    bring(furnished, now)
    die(point)
    sequence()
    closed = point.startswith("publicity.after_close")
    assert models.Publication.objects.filter(run__ready=True).count() == (COUNT if closed else 0)
    done = project(now=now)
    assert done.versions == (0 if closed else COUNT)
    all_decided_once(now)


@pytest.mark.django_db(transaction=True)
def test_a_kill_while_clearing_is_cleared_up_too(furnished: World, now: datetime) -> None:
    bring(furnished, now)
    die("publicity.after_chunk:3")
    die("publicity.in_clearing:1")
    die("publicity.in_clearing:2")
    assert project(now=now).versions == COUNT
    all_decided_once(now)


@pytest.mark.django_db(transaction=True)
def test_a_kill_amid_a_few_leaves_none_of_them(furnished: World, now: datetime) -> None:
    bring(furnished, now, 2)
    die("publicity.in_few:1")
    assert models.Publication.objects.count() == 0
    assert project(now=now).versions == 2
    all_decided_once(now, 2)


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_pull_at_once_decide_everything_once(furnished: World, now: datetime) -> None:
    bring(furnished, now, 60)
    told = [finish(process).split()[-1] for process in [python(PULL), python(PULL)]]
    assert "lost" not in told
    assert sum(map(int, told)) == 60
    all_decided_once(now, 60)


def die(point: str) -> None:
    """Pull in a process that is killed at a point."""
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\n" + PULL],
        env={**environment(), "XINHENG_KILL_AT": point},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()
