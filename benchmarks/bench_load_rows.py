"""Loading a department's file into the archive, against the bare bulk load of all the rows it writes, prepared beforehand.

    python benchmarks/bench_load_rows.py [--rows 1000000] [--database sqlite|postgresql] [--repeat 1]

`XINHENG_BENCH_POSTGRES` names a server by any database of it; a database of its own is made there and dropped again.

The floor (`load_rows_floor.py`): every row the load wrote is inserted again into emptied tables with the same indexes, keys and guards,
in the same chunks, one transaction each, with nothing computed. Budget: load ≤ 3 × floor; the ledger's part (digests and leaves) ≤ 50 %
on top of the rest, reported apart. Reading and checking the file have a budget of their own (`bench_check_rows.py`) and are reported
apart too, as are the numbers and the tree, the second send of the same file, and what is made public of it against the bare load of
those rows. The file is a district's daily file: nine rows in ten were decided in the last week and are on time, one row in four names a
subject nobody knows yet.

Processor seconds of this process and of the server process that serves it: other people's work on the machine does not count, nor does
waiting for the disk. Ratios compare what ran in one process on one database. Figures, never a test.
"""

import argparse
import json
import os
import platform
import resource
import statistics
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
FRESH_SHARE = 0.9
ADMIN, OWN = "postgres", "xinheng_bench"
STAGES = ("subjects", "look-up", "personal values", "records", "held")


def main() -> None:
    """Run each database in processes of their own and print one table a database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--code", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.write:
        write(args.rows, args.code)
        return
    if args.child:
        print(json.dumps(measured(args.rows), ensure_ascii=False))
        return
    address = os.environ.get("XINHENG_BENCH_POSTGRES", "")
    names = [args.database] if args.database else ["sqlite", *(["postgresql"] if address else [])]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(args.repeat):
        for name in names:
            runs[name].append(_run(name, address, args.rows))
    for name in names:
        show(name, runs[name])


def _run(name: str, address: str, rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="xinheng-bench-") as home, place(name, address) as database:
        own = [sys.executable, __file__, "--child", "--rows", str(rows)]
        said = subprocess.run(own, env=environment(home, database), stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


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
    """A database of this run: SQLite in the home, or a fresh PostgreSQL database, dropped afterwards."""
    if name == "sqlite":
        yield ""
        return
    import psycopg

    base = address.rsplit("/", 1)[0]

    def said(*statements: str) -> None:
        with psycopg.connect(f"{base}/{ADMIN}", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    said(f"DROP DATABASE IF EXISTS {OWN}", f"CREATE DATABASE {OWN}")
    try:
        yield f"{base}/{OWN}"
    finally:
        said(f"DROP DATABASE IF EXISTS {OWN}")


def measured(rows: int) -> dict[str, Any]:
    """All figures of one database."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from load_rows_floor import LOAD, PUBLICITY, Parts, floor
    from world import furnish
    from xinheng.publicity.batch import project
    from xinheng.storage.keys import make_keys

    make_keys(Path(settings.XINHENG_HOME))
    call_command("migrate", verbosity=0)
    world, parts, again = furnish(NOW), Parts(), Parts()
    file = written(rows, world.unit_codes["market"])
    figures: dict[str, Any] = {"rows": rows}
    counts, run, chunks = loaded(file, rows, world, parts)
    figures |= {"counts": counts, "parts": parts.seconds}
    figures["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    figures["second"], _, _ = loaded(file, rows, world, again)
    figures["second_parts"] = again.seconds
    file.unlink()
    with parts.part("publicity"):
        done = project(now=NOW)
    figures["decided"], decided_run = done.versions, last_run("publicity.decided")
    steps = [*range(CHUNK, done.versions, CHUNK), done.versions]
    pages = [{"publicity_publication": first_publication() + step - 1, "ledger_leaf": step - 1} for step in steps]
    (figures["public_floor"], _), figures["public_rows"] = floor(decided_run, PUBLICITY, pages, search=False)
    clear_publications()
    (figures["floor"], figures["floor_wall"]), figures["written"] = floor(run, LOAD, chunks, search=True)
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return figures | {"database": version()}


def written(rows: int, code: str) -> Path:
    """The file the market supervision bureau hands in, made by a process of its own: its memory is not the load's."""
    own = [sys.executable, __file__, "--write", "--rows", str(rows), "--code", code]
    subprocess.run(own, env=dict(os.environ), check=True)
    return Path(os.environ["XINHENG_HOME"]) / "penalties.csv"


def write(rows: int, code: str) -> None:
    """Make that file."""
    import polars as pl

    import bench_check_rows as generator

    name = "示例区市场监督管理局"
    frame = generator.made(rows, 7, fresh_share=FRESH_SHARE).with_columns(
        CF_CFJG=pl.lit(name), CF_CFJGDM=pl.lit(code), CF_SJLY=pl.lit(name), CF_SJLYDM=pl.lit(code)
    )
    frame.write_csv(Path(os.environ["XINHENG_HOME"]) / "penalties.csv")


def loaded(file: Path, rows: int, world: Any, parts: Any) -> tuple[dict[str, int], int, list[dict[str, int]]]:
    """Hand in and load the file; returns what became of its rows, the run, and how far each table was filled after each chunk."""
    from load_rows_floor import LOAD, marks
    from xinheng.intake import models
    from xinheng.intake.batch import chunks, load
    from xinheng.intake.door import receive
    from xinheng.intake.operations import uploads
    from xinheng.intake.values.batches import UploadDraft
    from xinheng.records import load as records_load
    from xinheng.subjects.load import create
    from xinheng.tables import reading
    from xinheng.tables.limits import Limits

    actor = world.actor("reporter.market")
    limits = Limits(file_bytes=4 << 30, rows=rows + 1)
    originals = [(reading, "Limits"), (load, "judge_file"), (records_load, "write_leaves"), (create, "write_leaves")]
    originals += [(load, "sequence"), (chunks, "create_subjects"), (chunks, "known_by_key"), (chunks, "seal_many")]
    originals += [(chunks, "write"), (chunks, "write_held"), (uploads, "Limits")]
    kept = [(owner, name, getattr(owner, name)) for owner, name in originals if hasattr(owner, name)]
    parts.wrap(load, "judge_file", "read and check")
    parts.wrap(records_load, "write_leaves", "ledger")
    parts.wrap(create, "write_leaves", "ledger")
    parts.wrap(load, "sequence", "number and grow")
    for name, part in zip(("create_subjects", "known_by_key", "seal_many", "write", "write_held"), STAGES, strict=True):
        parts.wrap(chunks, name, part)
    for owner in (reading, uploads):
        owner.Limits = lambda **_: limits  # type: ignore[attr-defined]
    filled: list[dict[str, int]] = []

    def progress(done: int, _total: int, _text: str) -> None:
        if done:
            with parts.part("measuring"):
                filled.append(marks(models.Batch.objects.get(pk=received.batch_id).load_run or 0, LOAD))

    try:
        draft = UploadDraft("administrative-penalty", world.units["market"], file.name, "", job=False)
        with file.open("rb") as stream, parts.part("receive"):
            received = receive(stream=stream, draft=draft, actor=actor, now=NOW)
        began = time.perf_counter()
        with parts.part("whole"):
            receipt = load.load_batch(received.batch_id, load.Way(lambda: NOW, progress=progress, chunk=CHUNK))
        parts.seconds["wall"] = time.perf_counter() - began
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)
    counts = {name: getattr(receipt.counts, name) for name in type(receipt.counts).__slots__}
    return counts, models.Batch.objects.get(pk=received.batch_id).load_run or 0, filled


def last_run(operation: str) -> int:
    """The last run of an operation."""
    from xinheng.ledger.models import Run

    return Run.objects.filter(operation=operation).latest("id").id


def first_publication() -> int:
    """The lowest id of a publication."""
    from xinheng.publicity.models import Publication

    return Publication.objects.earliest("id").id


def clear_publications() -> None:
    """Take the publications away, so that their versions can be."""
    from hands import by_hand

    by_hand("DELETE FROM publicity_publication")


def version() -> str:
    """The database and its version."""
    from django.db import connection

    from hands import sql

    asked = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    return f"{connection.vendor} {sql(asked)[0][0]}"


def ratios(figures: dict[str, Any]) -> dict[str, float]:
    """What the budgets speak of, from the figures of one run."""
    parts, second, rows = figures["parts"], figures["second_parts"], figures["rows"]
    apart = ("read and check", "number and grow", "measuring")
    load = parts["whole"] - sum(parts.get(name, 0.0) for name in apart)
    again = second["whole"] - sum(second.get(name, 0.0) for name in apart)
    ledger = parts["ledger"]
    micro = 1e6 / rows
    each = {f"  {name}, µs a row": parts.get(name, 0.0) * micro for name in STAGES}
    return {
        "load / floor (budget 3)": load / figures["floor"],
        "load without its ledger / floor": (load - ledger) / figures["floor"],
        "ledger on top of the rest (budget 0.5)": ledger / (load - ledger),
        "tree and numbers on top of the rest": parts["number and grow"] / (load - ledger),
        "publicity / its floor": parts["publicity"] / figures["public_floor"],
        "second send / first": again / load,
        "floor, µs a row": figures["floor"] * micro,
        "load, µs a row": load * micro,
        **each,
        "  rest, µs a row": (load - sum(parts.get(name, 0.0) for name in STAGES)) * micro,
        "  of these leaves, µs a row": ledger * micro,
        "second send, µs a row": again * micro,
        "read and check, µs a row": parts["read and check"] * micro,
        "number and grow, µs a row": parts["number and grow"] * micro,
        "publicity, µs a row": parts["publicity"] * micro,
        "its floor, µs a row": figures["public_floor"] * micro,
        "load, wall / processor": (parts["wall"] / parts["whole"]),
        "floor, wall / processor": figures["floor_wall"] / figures["floor"],
        "peak memory of the load, GiB": figures["peak_gib"],
    }


def show(name: str, runs: list[dict[str, Any]]) -> None:
    """Print the medians of one database's runs."""
    last = runs[-1]
    counts, again = last["counts"], last["second"]
    print(f"{name} ({last['database']}), {len(runs)} runs of {last['rows']:,} rows; {last['machine']}")
    print(f"  {counts}; {last['written']:,} rows written; {last['decided']:,} decided, {last['public_rows']:,} rows")
    print(f"  second send: {again}")
    each = [ratios(figures) for figures in runs]
    for what in each[0]:
        values = [one[what] for one in each]
        spread = f"   ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else ""
        print(f"  {what:42} {statistics.median(values):8.2f}{spread}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
