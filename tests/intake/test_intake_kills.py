"""A load killed anywhere shows nothing or all, and its repeat leaves exactly the right records, once each."""

import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from intake.cast import as_csv, assert_sound, hand_in, penalty, person
from processes import environment
from world import World, furnish
from xinheng.intake import models
from xinheng.intake.batch.clear import clear_abandoned
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import batch, counts, held, problems
from xinheng.intake.values.batches import BatchState
from xinheng.intake.values.receipts import Counts
from xinheng.ledger.door import entries, sequence
from xinheng.records.door import by_document, documents_of_others
from xinheng.subjects.door import WHOLE, by_code, search

SCRIPT = str(Path(__file__).with_name("load_process.py"))
ROWS = 14
EXPECTED = Counts(rows=ROWS, accepted=12, held=1, rejected=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def furnished(transactional_db: None, now: datetime) -> World:
    return furnish(now)


def content(world: World) -> bytes:
    rows = [penalty(world, n) for n in range(1, ROWS + 1)]
    rows[4] = person(world, 5)
    rows[6]["CF_NR_FK"] = "20000"
    rows[9]["CF_SY"] = "无"
    return as_csv(rows)


def die(batch_id: int, point: str) -> None:
    """Load in a process that is killed at a point."""
    done = subprocess.run(
        [sys.executable, SCRIPT, str(batch_id), "4"],
        env={**environment(), "XINHENG_KILL_AT": point},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()


def seen(world: World, batch_id: int) -> dict[str, object]:
    """What every kind of reader sees of the batch."""
    reader = world.actor("reporter.market")
    numbers = [f"示市监罚〔2026〕{n}号" for n in range(1, ROWS + 1)]
    operations = [entry.header.operation for entry in entries(limit=10_000)]
    return {
        "archive": sum(len(by_document(number, actor=reader)) for number in numbers),
        "duplicates": len(documents_of_others(world.units["market"], numbers)),
        "search": len(search("晓岚", reach=WHOLE).items),
        "subject": by_code(str(penalty(world, 1)["CF_XDR_SHXYM"]), actor=reader, reach=WHOLE) is not None,
        "held": len(held(reader).items),
        "waiting": counts(reader).held,
        "problems": len(problems(batch_id, reader).items),
        "entries": operations.count("intake.batch_loaded"),
        "loaded": batch(batch_id, reader).state is BatchState.LOADED,
    }


def assert_counted_once() -> None:
    """Every row of the file has its one line, and the sums are those of the lines."""
    outcomes = Counter(models.Submission.objects.values_list("outcome", flat=True))
    assert outcomes == {"accepted": 12, "held": 1, "rejected": 1}
    sums: Counter[str] = Counter()
    for outcome, rows in models.Tally.objects.values_list("outcome", "rows"):
        sums[outcome] += rows
    assert sums == outcomes


NOTHING = {
    "archive": 0,
    "duplicates": 0,
    "search": 0,
    "subject": False,
    "held": 0,
    "waiting": 0,
    "problems": 0,
    "entries": 0,
    "loaded": False,
}


@pytest.mark.parametrize(
    "point",
    [
        "intake.before_chunk:1",
        "intake.in_chunk:2",
        "intake.after_chunk:2",
        "intake.before_chunk:4",
        "intake.before_visible:1",
    ],
)
def test_killed_before_the_visible_step_nothing_shows_and_the_repeat_does_it_all(furnished: World, point: str) -> None:
    number = hand_in(furnished, content(furnished))
    die(number, point)
    sequence()
    assert seen(furnished, number) == NOTHING
    done = load_batch(number, Way(lambda: furnished.now, chunk=4))
    assert done.counts == EXPECTED
    everything = seen(furnished, number)
    assert (everything["archive"], everything["held"], everything["loaded"]) == (12, 1, True)
    assert models.Problem.objects.count() == len(done.errors)
    assert_counted_once()
    assert_sound()


@pytest.mark.parametrize("point", ["intake.after_visible:1", "intake.before_numbering:1"])
def test_killed_after_the_visible_step_everything_is_there(furnished: World, point: str) -> None:
    number = hand_in(furnished, content(furnished))
    die(number, point)
    sequence()
    there = seen(furnished, number)
    assert (there["archive"], there["duplicates"], there["held"], there["loaded"]) == (12, 12, 1, True)
    assert load_batch(number, Way(lambda: furnished.now)).counts == EXPECTED
    assert seen(furnished, number) == there
    assert_counted_once()
    assert_sound()


@pytest.mark.parametrize("point", ["intake.in_chunk:2", "intake.after_visible:1"])
def test_another_department_does_not_wait_for_a_load_that_was_killed(furnished: World, point: str) -> None:
    mine = hand_in(furnished, content(furnished))
    die(mine, point)
    theirs = hand_in(furnished, as_csv([penalty(furnished, 90, unit="tax")]), unit="tax")
    assert load_batch(theirs, Way(lambda: furnished.now)).counts.accepted == 1
    assert load_batch(mine, Way(lambda: furnished.now, chunk=4)).counts == EXPECTED
    assert_sound()


def test_a_given_up_batch_is_cleared_to_the_last_row(furnished: World) -> None:
    from hands import sql

    number = hand_in(furnished, content(furnished))
    die(number, "intake.before_visible:1")
    dead = models.Batch.objects.get(pk=number).load_run
    assert sql("SELECT count(*) FROM records_version WHERE run_id = %s", dead) == [(12,)]
    assert clear_abandoned(number, limit=5) > 12
    assert clear_abandoned(number, limit=5) == 0
    for table in ("records_version", "intake_held", "subjects_subject", "ledger_leaf"):
        assert sql(f"SELECT count(*) FROM {table} WHERE run_id = %s", dead) == [(0,)], table
    assert models.Problem.objects.count() == 0
    assert models.Submission.objects.count() == models.Tally.objects.count() == 0
    assert_sound()
