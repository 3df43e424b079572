"""Loading a department's file into the archive, against the bare bulk load of all the rows it writes, prepared beforehand.

    python benchmarks/bench_load_rows.py [--rows 1000000] [--database sqlite|postgresql]

The floor: every row the load wrote is read back, the tables are emptied into a second database with the same tables, indexes and
guards, and inserted again table by table in the same chunks, with nothing computed. Budget: load ≤ 3 × floor; the ledger's part
(digests and leaves) ≤ 50 % on top of the rest, reported apart. Reading and checking the file are reported apart too: they have a budget
of their own (`bench_check_rows.py`). Figures, never a test.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
CHUNK = 5000
ADMIN = "postgres"


def main() -> None:
    """Run each database in a process of its own and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(measured(args.rows), ensure_ascii=False))
        return
    address = os.environ.get("XINHENG_BENCH_POSTGRES", "")
    for name in [args.database] if args.database else ["sqlite", *(["postgresql"] if address else [])]:
        with tempfile.TemporaryDirectory(prefix="xinheng-bench-") as home, place(name, address) as database:
            own = [sys.executable, __file__, "--child", "--rows", str(args.rows)]
            said = subprocess.run(own, env=environment(home, database), stdout=subprocess.PIPE, check=True, text=True)
        show(name, json.loads(said.stdout.splitlines()[-1]))


def environment(home: str, database: str) -> dict[str, str]:
    """Where the child works."""
    return {
        **os.environ,
        "XINHENG_HOME": home,
        "XINHENG_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "xinheng.project.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "benchmarks")]),
    }


@contextmanager
def place(name: str, address: str) -> Iterator[str]:
    """A database of this run: SQLite in the home, or a fresh PostgreSQL database."""
    if name == "sqlite":
        yield ""
        return
    import psycopg

    base = address.rsplit("/", 1)[0]
    with psycopg.connect(f"{base}/{ADMIN}", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS xinheng_bench")
        connection.execute("CREATE DATABASE xinheng_bench")
    yield f"{base}/xinheng_bench"


def measured(rows: int) -> dict[str, Any]:
    """All figures of one database."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from xinheng.storage.keys import make_keys

    make_keys(Path(settings.XINHENG_HOME))
    call_command("migrate", verbosity=0)
    parts = Parts()
    batch_id, rejected = loaded(rows, parts)
    figures: dict[str, Any] = {"rows": rows, **parts.seconds, **rejected, "batch": batch_id}
    figures["floor"], figures["written"] = floor()
    figures["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return figures


class Parts:
    """Seconds by part of the work."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def wrap(self, owner: Any, name: str, part: str) -> None:
        """Count the time inside a function under `part`."""
        inner = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return inner(*args, **kwargs)
            finally:
                self.seconds[part] = self.seconds.get(part, 0.0) + time.perf_counter() - began

        setattr(owner, name, timed)


def loaded(rows: int, parts: Parts) -> tuple[int, dict[str, Any]]:
    """Hand in and load a generated file as the market supervision bureau; returns the batch and what became of its rows."""
    import polars as pl

    import bench_check_rows as generator
    from world import furnish
    from xinheng.intake.batch import check, load
    from xinheng.intake.door import receive
    from xinheng.intake.values import UploadDraft
    from xinheng.records import load as records_load
    from xinheng.subjects.load import create
    from xinheng.tables.limits import Limits

    world = furnish(NOW)
    code = world.unit_codes["market"]
    frame = generator.made(rows, 7).with_columns(
        CF_CFJG=pl.lit("示例区市场监督管理局"),
        CF_CFJGDM=pl.lit(code),
        CF_SJLY=pl.lit("示例区市场监督管理局"),
        CF_SJLYDM=pl.lit(code),
    )
    file = Path(tempfile.mkdtemp()) / "penalties.csv"
    frame.write_csv(file)
    del frame
    actor = world.actor("reporter.market")
    draft = UploadDraft("administrative-penalty", world.units["market"], file.name, "", job=False)
    limits = Limits(file_bytes=4 << 30, rows=rows + 1)
    check.Limits = lambda **_: limits  # type: ignore[attr-defined,assignment,misc]
    with file.open("rb") as stream:
        received = receive(stream=stream, draft=draft, actor=actor, now=NOW)
    parts.wrap(load, "judge_file", "read and check")
    parts.wrap(records_load, "write_leaves", "ledger")
    parts.wrap(create, "write_leaves", "ledger")
    parts.wrap(load, "sequence", "sequence")
    began = time.perf_counter()
    receipt = load.load_batch(received.batch_id, load.Way(lambda: NOW, chunk=CHUNK))
    parts.seconds["whole"] = time.perf_counter() - began
    file.unlink()
    counts = receipt.counts
    return received.batch_id, {"accepted": counts.accepted, "held": counts.held, "rejected": counts.rejected}


TABLES = (
    "subjects_subject",
    "subjects_identifier",
    "subjects_name",
    "subjects_key",
    "subjects_personal_value",
    "records_record",
    "records_version",
    "intake_held",
    "intake_problem",
    "ledger_leaf",
)


def floor() -> tuple[float, int]:
    """Seconds to insert all these rows again, as they are, into emptied tables; and how many rows they are."""
    from django.db import connection, transaction

    from hands import without_guards
    from xinheng.storage.bulk import insert_rows

    kept: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
    driver = connection.connection
    for table in TABLES:
        cursor = driver.execute(f'SELECT * FROM "{table}"')
        kept[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    with without_guards(), transaction.atomic(), connection.cursor() as cursor:
        for table in reversed(TABLES):
            cursor.execute(f'DELETE FROM "{table}"')
    seconds = 0.0
    for table in TABLES:
        columns, rows = kept[table]
        began = time.perf_counter()
        for start in range(0, len(rows), CHUNK):
            with transaction.atomic():
                insert_rows(table, columns, rows[start : start + CHUNK])
        seconds += time.perf_counter() - began
    return seconds, sum(len(rows) for _, rows in kept.values())


def show(name: str, figures: dict[str, Any]) -> None:
    """Print one database's figures with their ratios."""
    check, whole = figures["read and check"], figures["whole"]
    load = whole - check - figures.get("sequence", 0.0)
    ledger = figures.get("ledger", 0.0)
    print(
        f"{name}: {figures['rows']:,} rows handed in: {figures['accepted']:,} accepted, {figures['held']:,} held, "
        f"{figures['rejected']:,} rejected; {figures['machine']}"
    )
    print(f"  floor: {figures['written']:,} rows written in {figures['floor']:.1f} s")
    print(f"  load: {load:.1f} s = {load / figures['floor']:.2f} × floor (budget 3)")
    print(
        f"  ledger: {ledger:.1f} s = {100 * ledger / max(load - ledger, 1e-9):.0f} % on top of the rest (budget 50 %)"
    )
    print(f"  beside it: read and check {check:.1f} s, number and grow the tree {figures.get('sequence', 0.0):.1f} s")
    print(f"  peak memory {figures['peak_gib']:.2f} GiB", flush=True)


if __name__ == "__main__":
    main()
