"""Pulling from the ledger: every version that became visible gets its decision, a few by an operation, many in bulk.

One reader at a time: a lease on the cursor, renewed in the transaction of every write. Who lost it writes nothing more, because each
hold has a number of its own and every write asks for it. A bulk run that was cut off is cleared before anything is decided, and done
again: nothing of it was ever visible.
"""

import hashlib
import json
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import transaction

from xinheng.catalogue.door import calendar as current_calendar
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Item
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.canonical import canonical
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import RunSummary, head, runs_after, sequence
from xinheng.ledger.load import OpenRun, clear_leaves, close_run, drop_run, open_run, write_leaves
from xinheng.publicity import models, rules
from xinheng.publicity.operations import PROJECT, RECOMPUTED_AT_ONCE, decide, issue_snapshot, recompute_deadlines
from xinheng.publicity.queries import open_data
from xinheng.publicity.queries.deciding import Decider, first_public, row_values, undecided
from xinheng.publicity.values import LeaseLost, OpenIssue, Projected, PullFaults, SnapshotIssued
from xinheng.records.door import left_out, runs_with_versions, versions_of_run
from xinheng.records.values import VersionBrief
from xinheng.storage.bulk import insert_rows, moment, next_ids
from xinheng.storage.leases import Clock, Hold
from xinheng.storage.points import reach

FEW = 100
CHUNK = 5000
RUNS_AT_ONCE = 200
LEASE = timedelta(seconds=60)
"""How long a reader may be silent before another takes over. A chunk takes about a second."""
OPEN_DATA_LEASE = timedelta(minutes=10)
"""How long the making of open data may be silent: 5000 records, and packing."""
CALENDAR_OPERATIONS = ("catalogue.calendar_imported", "catalogue.calendar_year_imported")
WORKER = system("publicity", PROJECT)


def project(*, now: datetime, actor: Actor = WORKER, clock: Clock | None = None) -> Projected:
    """Decide about everything the ledger brought since the last time; recompute deadlines when a calendar came in.

    Returns what was done; nothing when another process is at it. `now` is the moment of the decisions; `clock` gives the moments for
    which the lease is renewed (left out: `now` and what has passed since). Cost: one query a two hundred runs where nothing is new.
    Raises: LeaseLost when this pull was silent too long and another took over; what it had not closed is not visible then.
    """
    hold = hold_on(clock or _running_from(now))
    if not hold.take():
        return Projected(0, 0, 0, 0)
    try:
        _clear_cut_off(hold)
        return _pull(hold, now, actor)
    finally:
        hold.free()


def hold_on(clock: Clock) -> Hold:
    """The hold of one pull, not yet taken. `clock` gives aware UTC moments."""
    return Hold("publicity", clock, length=LEASE, lost=LeaseLost)


def _running_from(now: datetime) -> Clock:
    begun = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - begun)


def _pull(hold: Hold, now: datetime, actor: Actor) -> Projected:
    runs = versions = shown = 0
    number = _cursor().number
    while page := list(runs_after(number, RUNS_AT_ONCE)):
        bringing = runs_with_versions(run.id for run in page)
        for run in page:
            if run.id in bringing:
                count, public = _decide_run(hold, run, now, actor)
                runs, versions, shown = runs + 1, versions + count, shown + public
            if run.header.operation in CALENDAR_OPERATIONS:
                _recompute(hold, now, actor)
        number = page[-1].first
        with transaction.atomic():
            _move(hold, number=number)
    return Projected(runs, versions, shown, number)


def _cursor() -> models.Cursor:
    return models.Cursor.objects.get_or_create(id=1)[0]


def _move(hold: Hold, **columns: int | None) -> None:
    """Set columns of the cursor, in the transaction that makes them true, for as long as the lease is ours."""
    hold.renew()
    models.Cursor.objects.filter(id=1).update(**columns)


def _decide_run(hold: Hold, source: RunSummary, now: datetime, actor: Actor) -> tuple[int, int]:
    """Decide about the versions of one run; the cursor stands behind it from the commit on that shows the decisions."""
    if source.count <= FEW:
        with transaction.atomic():
            _move(hold, number=source.first)
            done = decide(versions=versions_of_run(source.id, after=-1, limit=source.count), actor=actor, now=now)
            reach("publicity.in_few")
        return done.versions, done.shown
    with transaction.atomic():
        run = open_run(code="publicity.decided", actor=actor, now=now, on=legal_date(now))
        _move(hold, open_run=run.id)
    decider, written, shown, after = Decider(now), 0, 0, -1
    while page := versions_of_run(source.id, after=after, limit=CHUNK):
        after = page[-1].run_index
        with transaction.atomic():
            hold.renew()
            public, new = _write(run, written, list(undecided(page)), decider, now)
            reach("publicity.in_chunk")
        written, shown = written + new, shown + public
        reach("publicity.after_chunk")
    _close(hold, run, source.first, written, shown)
    reach("publicity.after_close")
    return written, shown


def _close(hold: Hold, run: OpenRun, number: int, written: int, shown: int) -> None:
    with transaction.atomic():
        _move(hold, open_run=None, number=number)
        if written:
            close_run(run, count=written, payload={"versions": written, "shown": shown})
        else:
            drop_run(run)
        reach("publicity.in_close")


COLUMNS = (
    "id",
    "version_id",
    "record_id",
    "item",
    "subject_id",
    "shown",
    "public_from",
    "public_until",
    "rule",
    "reason",
    "bases",
    "tier",
    "edition",
    "deadline",
    "deadline_provisional",
    "calendar",
    "first_public_at",
    "run_id",
    "run_index",
)


def _write(
    run: OpenRun, start: int, versions: Sequence[VersionBrief], decider: Decider, now: datetime
) -> tuple[int, int]:
    """Write the decisions of one chunk with their leaves; returns how many are shown, and how many there are."""
    if not versions:
        return 0, 0
    ids = next_ids("publicity_publication", len(versions))
    shown, leaves = 0, []
    first, moment_text, day_text = first_public(versions), cache(moment), cache(date.isoformat)

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal shown
        for offset, (row_id, version) in enumerate(zip(ids, versions, strict=True)):
            decision = decider.decide(version)
            shown += decision.shown
            since = first.get(version.record_id, now)
            values = row_values(version, decision, since)
            # In the order of `ledger_fields`, which is that of the columns without keys.
            leaves.append((row_id, canonical(values.values())))
            if decision.shown:
                values["first_public_at"] = moment_text(since)
            # Days as text: the driver takes it faster.
            plain = [day_text(value) if value.__class__ is date else value for value in values.values()]
            yield (row_id, *plain, run.id, start + offset)

    insert_rows("publicity_publication", COLUMNS, rows())
    write_leaves(run, models.Publication.ledger_table, start, leaves)
    return shown, len(versions)


def _recompute(hold: Hold, now: datetime, actor: Actor) -> None:
    while True:
        with transaction.atomic():
            hold.renew()
            done = recompute_deadlines(actor=actor, now=now)
        if done.looked_at < RECOMPUTED_AT_ONCE:
            return


def _clear_cut_off(hold: Hold) -> None:
    """Remove what a killed reader left of a bulk run; it was never visible."""
    left = _cursor().open_run
    if left is None:
        return
    run, done = OpenRun(left), False
    while not done:
        with transaction.atomic():
            hold.renew()
            ids = list(
                models.Publication.objects.filter(run_id=left, run__ready=False).values_list("id", flat=True)[:CHUNK]
            )
            models.Publication.objects.filter(pk__in=ids)._raw_delete(using="default")
            done = not clear_leaves(run, CHUNK) and not ids
            if done:
                drop_run(run)
                _move(hold, open_run=None)
            reach("publicity.in_clearing")


def issue_open_data(*, now: datetime, actor: Actor = WORKER, clock: Clock | None = None) -> SnapshotIssued | None:
    """Issue the open data of the day where there is none yet, or where something in it is public no longer; else None.

    A folder appears whole, after its manifest was entered in the ledger; then the content of every earlier issue is removed, and what
    lets differences be made of it stays. Two at once: the second finds the lease taken and does nothing. Memory: a thousand records.
    Cost: five queries a thousand records, about 1 ms a record.
    """
    hold = Hold("open-data", clock or _running_from(now), length=OPEN_DATA_LEASE, lost=LeaseLost)
    on = legal_date(now)
    if open_data.present(on=on) is not None or not hold.take():
        return None
    try:
        return _issue(hold, on, now, actor)
    finally:
        hold.free()


def _issue(hold: Hold, on: date, now: datetime, actor: Actor) -> SnapshotIssued:
    # What is not numbered yet counts as come after: the issue would be stale when it is there.
    sequence()
    home, edition, number = open_data.home(), current_edition(on), head().numbered
    there = max((one.issue for one in open_data.issues() if one.day == on), default=0)
    # A name is given once, also where its folder did not come back with a restore: readers may hold its manifest.
    issue = 1 + max(there, open_data.entered_on(on))
    home.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=home, prefix=".making"))
    try:
        files = _write_files(work, edition, on, number, hold)
        manifest = {
            "day": on.isoformat(),
            "issue": issue,
            "ledger_number": number,
            "catalogue_edition": edition.hash,
            "software": _software(),
            "files": files,
        }
        content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
        (work / "manifest.json").write_bytes(content)
        rows = sum(int(file["rows"]) for file in files if str(file["name"]).endswith(".jsonl.gz"))
        done = SnapshotIssued(on, issue, number, hashlib.sha256(content).hexdigest(), rows)
        with transaction.atomic():
            hold.renew()
            issue_snapshot(issued=done, actor=actor, now=now)
        reach("open_data.entered")
        work.chmod(0o755)
        work.rename(home / f"{on.isoformat()}.{issue}")
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _drop_content(open_data.issues()[1:])
    return done


class _ItemFiles:
    """The lines, the table and the index of one item while they are written; what the manifest says of the first two."""

    def __init__(self, work: Path, item: Item, open_files: ExitStack) -> None:
        self.item, self.rows, self.columns = item.code, 0, open_data.open_columns(item)
        self.paths = {kind: work / f"{item.code}.{kind}.gz" for kind in ("jsonl", "csv")}
        self.digests = {kind: hashlib.sha256() for kind in self.paths}
        self.streams = {
            kind: open_files.enter_context(open_data.packed(open_files.enter_context(path.open("wb"))))
            for kind, path in self.paths.items()
        }
        index = open_files.enter_context((work / f"{item.code}.index.gz").open("wb"))
        self.index = open_files.enter_context(open_data.packed(index))
        self._put("csv", rules.table_head(self.columns))

    def add(self, row: dict[str, Any]) -> None:
        line = rules.open_line(row)
        self._put("jsonl", line)
        self._put("csv", rules.table_line(row, self.columns))
        self.index.write(f"{row['id']} {rules.line_digest(line)}\n".encode())
        self.rows += 1

    def _put(self, kind: str, data: bytes) -> None:
        self.streams[kind].write(data)
        self.digests[kind].update(data)

    def told(self) -> list[dict[str, Any]]:
        """What the manifest says, once the files are closed."""
        return [
            {
                "name": path.name,
                "item": self.item,
                "rows": self.rows,
                "size": path.stat().st_size,
                "digest": self.digests[kind].hexdigest(),
                "packed": _digest_of(path),
                "columns": list(self.columns),
            }
            for kind, path in self.paths.items()
        ]


def _write_files(work: Path, edition: Edition, on: date, number: int, hold: Hold) -> list[dict[str, Any]]:
    """The files of every item, in one pass over what is public; what the manifest says of them."""
    with ExitStack() as open_files:
        writers = {item.code: _ItemFiles(work, item, open_files) for item in edition.items}
        for count, row in enumerate(open_data.open_rows(on=on, number=number), 1):
            writers[row["item"]].add(row)
            if count % CHUNK == 0:
                with transaction.atomic():
                    hold.renew()
    return [file for writer in writers.values() for file in writer.told()]


def _software() -> str:
    """The version of this program; of a checkout, which is not installed, by its own word."""
    try:
        return metadata.version("xinheng")
    except metadata.PackageNotFoundError:
        said = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
        return str(said["project"]["version"])


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def set_aside_unknown(aside: Path) -> int:
    """Move the issues that the ledger does not speak of (any more) into a folder; returns how many. Nothing half-made stays.

    For a restore: what was issued after the backup was made knows of entries that are gone, so nobody could tell what of it ended since.
    Cost: one query an issue.
    """
    unknown = [issue for issue in open_data.issues() if open_data.issue_number(issue.name) is None]
    for issue in unknown:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        issue.folder.replace(aside / issue.name)
    if open_data.home().is_dir():
        _drop_content(())
    return len(unknown)


def _drop_content(earlier: Iterable[OpenIssue]) -> None:
    """Of an earlier issue stay the manifest and the index; and nothing of what a killed process had begun."""
    for issue in earlier:
        for path in issue.folder.iterdir():
            if path.name != "manifest.json" and not path.name.endswith(".index.gz"):
                path.unlink(missing_ok=True)
    for left in open_data.home().glob(".making*"):
        shutil.rmtree(left, ignore_errors=True)


def pull_faults() -> PullFaults:
    """What was changed by hand in how far the ledger was read, found by what should then have been decided. Changes nothing.

    A pull under way is no fault: it moves the cursor in the commit that shows its decisions.
    Cost: five queries, two of them a pass over versions or decisions (about 3 s a million).
    """
    cursor = models.Cursor.objects.filter(id=1).first() or models.Cursor(id=1)
    decisions = models.Publication.objects.filter(run__ready=True)
    missed = 0
    if cursor.number and not any(True for _ in runs_after(cursor.number, 1)):
        # Every calendar that came in was followed: no deadline waits for another.
        calendar = current_calendar().version
        missed = decisions.filter(deadline_provisional=True).exclude(calendar=calendar).count()
    return PullFaults(
        beyond=cursor.number > head().numbered,
        undecided=left_out(decisions, up_to=cursor.number),
        stranded=models.Publication.objects.filter(run__ready=False).exclude(run_id=cursor.open_run or 0).count(),
        calendar_missed=missed,
    )
