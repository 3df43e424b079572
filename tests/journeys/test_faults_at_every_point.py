"""At every named point of every kind of write a step fails, by an accident of the program or because the disk is full.

Whatever fails, archive, ledger, search, queue and files say the same afterwards, readers see nothing of it or all of it, and doing it again
does it once. Kills at the same points: `tests/intake/test_intake_kills.py`, `tests/journeys/test_backup_and_restore.py`.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from intake.cast import PENALTY, as_csv, assert_sound, everything, hand_in, load, penalty
from intake.test_intake_kills import EXPECTED, NOTHING, content, seen
from processes import ROOT
from world import World, furnish, publish
from xinheng.console.backups.making import make_backup
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import enter_row
from xinheng.intake.values.errors import UploadNotStored
from xinheng.jobs.door import JobState, Worker, enqueue, job
from xinheng.jobs.operations import lease
from xinheng.kernel.actor import system
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import XinhengError
from xinheng.ledger.door import checkpoint, head, public_key, sequence, verify
from xinheng.publicity import batch as publicity
from xinheng.publicity.door import present
from xinheng.storage.keys import key_ring
from xinheng.storage.points import struck
from xinheng.subjects.batch import index_faults

pytestmark = pytest.mark.django_db(transaction=True)

WATCHER = system("test", "jobs.read")
LOAD = (
    "intake.before_chunk",
    "intake.in_chunk",
    "intake.after_chunk",
    "intake.before_visible",
    "intake.after_visible",
    "intake.before_numbering",
)
ENTRY = ("operation.before_entry", "operation.after_entry")
PUBLICITY = (
    "publicity.in_few",
    "publicity.in_chunk",
    "publicity.after_chunk",
    "publicity.in_close",
    "publicity.after_close",
)
OPEN_DATA = ("open_data.entered",)
LEDGER = ("ledger.numbering", "ledger.growing", "ledger.checkpoint_file")
JOBS = ("jobs.claimed", "jobs.before_finish")
BACKUP = ("backup.table", "backup.file", "backup.manifest")
ELSEWHERE = {
    "intake.upload": "test_an_upload_the_disk_does_not_take_leaves_nothing",
    "publicity.in_clearing": "tests/publicity/test_one_puller.py",
    "restore.begun": "tests/journeys/test_backup_and_restore.py",
    "restore.table": "tests/journeys/test_backup_and_restore.py",
    "restore.laid": "tests/journeys/test_backup_and_restore.py",
    "restore.file": "tests/journeys/test_backup_and_restore.py",
    "restore.migrated": "tests/journeys/test_backup_and_restore.py",
    "restore.verified": "tests/journeys/test_backup_and_restore.py",
}
KINDS = ("accident", "disk")


class Accident(Exception):
    """Something nobody thought of."""


@contextmanager
def failing(point: str, kind: str) -> Iterator[list[str]]:
    """At the first pass of the point the step fails; gives the list of what struck."""
    struck_by: list[str] = []

    def strike() -> None:
        if struck_by:
            return
        struck_by.append(kind)
        if kind == "accident":
            raise Accident(point)
        full_disk()

    with struck(point, strike):
        yield struck_by
    assert struck_by, f"{point} was never reached"


def full_disk() -> None:
    """The database refuses the next write for want of room, as itself says it: outside of its transactions, the file system does."""
    if not connection.in_atomic_block:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
        cursor.execute("PRAGMA max_page_count = 1")
        try:
            cursor.execute("CREATE TABLE filler (words blob)")
            cursor.execute("INSERT INTO filler VALUES (zeroblob(100000000))")
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def must_fail(work: Callable[[], object]) -> None:
    """Whatever kind of failure: it comes out, nobody swallows it."""
    with pytest.raises((Accident, DatabaseError, OSError, XinhengError)):
        work()


@pytest.fixture
def world(transactional_db: None, now: datetime) -> World:
    return furnish(now)


def test_every_point_of_the_program_is_tried_somewhere() -> None:
    sources = (ROOT / "src").rglob("*.py")
    named = {
        name for file in sources for name in re.findall(r'\breach\("([\w.]+)"\)', file.read_text(encoding="utf-8"))
    }
    tried = {*LOAD, *ENTRY, *PUBLICITY, *OPEN_DATA, *LEDGER, *JOBS, *BACKUP, *ELSEWHERE}
    assert named == tried


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", LOAD)
def test_a_load_that_fails_shows_nothing_or_all_and_its_repeat_does_it_once(
    world: World, point: str, kind: str
) -> None:
    number = hand_in(world, content(world))
    with failing(point, kind):
        must_fail(lambda: load_batch(number, Way(lambda: world.now, chunk=4)))
    sequence()
    there = seen(world, number)
    if point in ("intake.after_visible", "intake.before_numbering"):
        assert (there["archive"], there["duplicates"], there["held"], there["loaded"]) == (12, 12, 1, True)
    else:
        assert there == NOTHING
    assert_sound()
    assert load_batch(number, Way(lambda: world.now, chunk=4)).counts == EXPECTED
    again = seen(world, number)
    assert (again["archive"], again["held"], again["loaded"]) == (12, 1, True)
    assert_sound()
    assert index_faults(whole=True).missing == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", ENTRY)
def test_a_typed_row_that_fails_leaves_nothing_and_is_entered_by_its_repeat(
    world: World, point: str, kind: str
) -> None:
    actor, row = world.actor("reporter.market"), penalty(world, 1)

    def typed() -> Any:
        return enter_row(item=PENALTY, texts=row, reason="", actor=actor, now=world.now)

    before = everything()
    with failing(point, kind):
        must_fail(typed)
    assert everything() == before
    typed()
    assert_sound()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", PUBLICITY)
def test_publicity_that_fails_decides_about_everything_once_when_it_goes_on(
    world: World, now: datetime, point: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(world, as_csv([penalty(world, n) for n in range(1, 7)]))
    sequence()
    if point != "publicity.in_few":
        monkeypatch.setattr(publicity, "FEW", 0)
        monkeypatch.setattr(publicity, "CHUNK", 4)
    with failing(point, kind):
        must_fail(lambda: publicity.project(now=now))
    sequence()
    assert_sound()
    publish(now)
    faults = publicity.pull_faults()
    assert (faults.undecided, faults.stranded, faults.beyond) == (0, 0, False)
    from xinheng.publicity.models import Publication

    assert Publication.objects.count() == Publication.objects.values("version").distinct().count() == 6
    assert_sound()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", OPEN_DATA)
def test_open_data_that_fail_hand_out_nothing_and_their_repeat_is_another_issue(
    world: World, now: datetime, point: str, kind: str
) -> None:
    home = Path(settings.XINHENG_HOME) / "open-data"
    shutil.rmtree(home, ignore_errors=True)
    load(world, as_csv([penalty(world, n) for n in range(1, 4)]))
    publish(now)
    with failing(point, kind):
        must_fail(lambda: publicity.issue_open_data(now=now))
    assert list(home.iterdir()) == []
    assert present(on=legal_date(now)) is None
    again = publicity.issue_open_data(now=now)
    # The first name stands in the ledger, and a name is given once.
    assert again is not None
    assert (again.issue, again.rows) == (2, 3)
    assert_sound()
    shutil.rmtree(home)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", LEDGER)
def test_numbering_and_signing_that_fail_leave_a_ledger_that_goes_on(
    world: World, now: datetime, point: str, kind: str
) -> None:
    sequence()
    before = head()
    enter_row(item=PENALTY, texts=penalty(world, 1), reason="", actor=world.actor("reporter.market"), now=now)
    with failing(point, kind):
        must_fail(lambda: checkpoint(now=now))
    assert head().numbered >= before.numbered
    signed = checkpoint(now=now)
    after = head()
    assert (after.numbered, after.size) == (signed.size, signed.size)
    folder = Path(settings.XINHENG_HOME) / "checkpoints"
    assert (folder / f"{signed.size:012d}.txt").read_text(encoding="utf-8") == signed.text
    assert verify(key=public_key(key_ring().checkpoint), outside=[signed.text]).problems == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", JOBS)
def test_a_job_whose_worker_fails_beside_it_is_done_by_the_next_one(
    world: World, now: datetime, point: str, kind: str
) -> None:
    number = enqueue("test.faults", {"left": 1, "right": 2})
    handlers = {"test.faults": "jobs.handlers_for_tests.add"}
    with failing(point, kind):
        must_fail(Worker(name="first", handlers=handlers, clock=lambda: now).run_one)
    assert job(number, WATCHER).state is JobState.RUNNING
    later = now + timedelta(minutes=2)
    assert Worker(name="second", handlers=handlers, clock=lambda: later).run_one() is JobState.DONE
    assert job(number, WATCHER).attempts == 2
    assert lease.claim("third", now=later, terms=Worker("third", handlers, lambda: later).terms) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", BACKUP)
def test_a_backup_that_fails_leaves_no_file_and_changes_nothing(
    world: World, now: datetime, tmp_path: Path, point: str, kind: str
) -> None:
    hand_in(world, content(world))
    before = everything()
    with failing(point, kind):
        must_fail(lambda: make_backup(tmp_path / "all.backup", now=now, say=lambda _: None))
    assert list(tmp_path.iterdir()) == []
    assert everything() == before
    assert make_backup(tmp_path / "all.backup", now=now, say=lambda _: None).uploads >= 1


def test_an_upload_the_disk_does_not_take_leaves_nothing(world: World) -> None:
    folder = Path(settings.XINHENG_HOME) / "uploads"
    files, before = sorted(folder.rglob("*.sealed")), everything()
    with failing("intake.upload", "disk"), pytest.raises(UploadNotStored, match="磁盘已满"):
        hand_in(world, content(world))
    assert (sorted(folder.rglob("*.sealed")), everything()) == (files, before)
    number = hand_in(world, content(world))
    assert load_batch(number, Way(lambda: world.now)).counts == EXPECTED
    assert_sound()
