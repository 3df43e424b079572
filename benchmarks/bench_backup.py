"""Losing an installation and getting it back: backup, restore, and every proof given out before, on a big archive.

    python benchmarks/bench_backup.py [--rows 100000] [--database sqlite|postgresql] [--from COMMIT]

`XINHENG_BENCH_POSTGRES` names a server by any database of it; databases of its own are made there and dropped again.

An archive of so many records is built by a load (the file of `bench_check_rows.py`), checkpoints are signed and proofs of entries all over
it are written before. Then: a backup, a restore into an empty installation, `ledger verify` with the checkpoints kept outside, and each
proof checked by `tools/verify.py` against the checkpoint of before. With `--from` the archive is built by the code of that commit and
brought up to this one by `init`: the rehearsal of an upgrade. Figures, and a failure where anything does not hold.
"""

import argparse
import json
import os
import platform
import resource
import shutil
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
DAY = "2026-11-25"
PROOFS = 12
OLD, NEW = "xinheng_backup_old", "xinheng_backup_new"


def main() -> None:
    """Run on the databases asked for, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--from", dest="commit", default="", metavar="COMMIT")
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.build:
        build(args.rows)
        return
    address = os.environ.get("XINHENG_BENCH_POSTGRES", "")
    for name in [args.database] if args.database else ["sqlite", *(["postgresql"] if address else [])]:
        with tempfile.TemporaryDirectory(prefix="xinheng-bench-") as folder, places(name, address) as (old, new):
            print(json.dumps(rehearsed(Path(folder), args, name, old, new), ensure_ascii=False), flush=True)


@contextmanager
def places(name: str, address: str) -> Iterator[tuple[str, str]]:
    """Two empty databases."""
    if name == "sqlite":
        yield "", ""
        return
    import psycopg

    base = address.rsplit("/", 1)[0]

    def said(*statements: str) -> None:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    gone = [f"DROP DATABASE IF EXISTS {one}" for one in (OLD, NEW)]
    said(*gone, *(f"CREATE DATABASE {one}" for one in (OLD, NEW)))
    try:
        yield f"{base}/{OLD}", f"{base}/{NEW}"
    finally:
        said(*gone)


def rehearsed(folder: Path, args: argparse.Namespace, name: str, old: str, new: str) -> dict[str, Any]:
    """The whole way on one database."""
    figures: dict[str, Any] = {"rows": args.rows, "database": name, "from": args.commit or "this commit"}
    code = of_commit(folder, args.commit) if args.commit else ROOT
    here = environment(code, folder / "old", old)
    begun = time.monotonic()
    words = [sys.executable, str(ROOT / "benchmarks" / "bench_backup.py"), "--build", "--rows", str(args.rows)]
    subprocess.run(words, env=here, check=True)
    figures["build_seconds"] = round(time.monotonic() - begun)
    command(here, "ledger", "checkpoint")
    kept = folder / "kept.txt"
    shutil.copy(max((folder / "old" / "checkpoints").glob("*.txt")), kept)
    size = int(next(line for line in kept.read_text().splitlines() if line.startswith("size ")).split()[1])
    proofs = []
    for number in sorted({1 + size * step // PROOFS for step in range(PROOFS)}):
        proofs.append(folder / f"{number}.json")
        command(here, "ledger", "prove", "--number", str(number), "-o", str(proofs[-1]), "--checkpoint", str(kept))
    here = environment(ROOT, folder / "old", old)
    if args.commit:
        figures["upgrade_seconds"] = timed(here, "init")
    file = folder / "all.backup"
    figures["backup_seconds"] = timed(here, "backup", str(file))
    figures["backup_mb"] = file.stat().st_size >> 20
    figures["verify_file_seconds"] = timed(here, "backup", str(file), "--verify")
    there = environment(ROOT, folder / "new", new)
    shutil.copytree(folder / "old" / "keys", folder / "new" / "keys")
    figures["restore_seconds"] = timed(there, "restore", str(file))
    figures["ledger_verify_seconds"] = timed(there, "ledger", "verify", "--checkpoint", str(kept))
    for proof in proofs:
        key = folder / "new" / "checkpoints" / "checkpoint.pub"
        checked = [sys.executable, str(ROOT / "tools" / "verify.py"), str(proof), str(kept), "--key", str(key)]
        subprocess.run(checked, check=True, stdout=subprocess.DEVNULL)
        again = folder / "again.json"
        number = proof.stem
        command(there, "ledger", "prove", "--number", number, "-o", str(again), "--checkpoint", str(kept))
        assert json.loads(again.read_text())["entry"] == json.loads(proof.read_text())["entry"], number
        checked[2] = str(again)
        subprocess.run(checked, check=True, stdout=subprocess.DEVNULL)
    figures |= {"entries": size, "proofs": len(proofs)}
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return figures


def of_commit(folder: Path, commit: str) -> Path:
    """The code of an earlier commit, beside."""
    tree = folder / "code"
    tree.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(tree)], input=packed.stdout, check=True)
    return tree


def environment(code: Path, home: Path, database: str) -> dict[str, str]:
    """Where a process works, and with which code."""
    home.mkdir(exist_ok=True, mode=0o700)
    paths = [code / "src", code / "tests", ROOT / "benchmarks"]
    return {
        **os.environ,
        "XINHENG_HOME": str(home),
        "XINHENG_DATABASE": database,
        "XINHENG_TODAY": DAY,
        "DJANGO_SETTINGS_MODULE": "xinheng.project.settings",
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }


def command(env: dict[str, str], *words: str) -> None:
    """A command that must succeed, as an operator gives it."""
    done = subprocess.run(
        [sys.executable, "-m", "xinheng", *words], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def timed(env: dict[str, str], *words: str) -> float:
    """The same; how long it took."""
    begun = time.monotonic()
    command(env, *words)
    return round(time.monotonic() - begun, 1)


def build(rows: int) -> None:
    """An archive of so many rows, with the code this process has; part of it public."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench_load_rows import written
    from world import INIT, furnish, publish
    from xinheng.accounts.door import install
    from xinheng.accounts.values import InstallPlan
    from xinheng.catalogue.door import load_profile
    from xinheng.console.installation import console_account
    from xinheng.intake.batch.load import Way, load_batch
    from xinheng.intake.door import receive
    from xinheng.intake.operations import receiving, uploads
    from xinheng.storage.keys import make_keys
    from xinheng.tables import reading
    from xinheng.tables.limits import Limits

    make_keys(Path(settings.XINHENG_HOME))
    call_command("migrate", verbosity=0)
    world = furnish(NOW)
    install(plan=InstallPlan(units=(), people=(console_account(load_profile("demo")),)), actor=INIT, now=NOW)
    file = written(rows, world.unit_codes["market"])
    # Over the door so large a file comes in four.
    lifted = Limits(file_bytes=4 << 30, rows=rows + 1)
    for module in (reading, uploads):
        module.Limits = lambda **_: lifted  # type: ignore[attr-defined]
    # From a module that has had the same name since part 1: the archive may be built by that code.
    draft = receiving.UploadDraft("administrative-penalty", world.units["market"], file.name, "", job=False)
    with file.open("rb") as stream:
        batch = receive(stream=stream, draft=draft, actor=world.actor("reporter.market"), now=NOW).batch_id
    load_batch(batch, Way(lambda: NOW))
    file.unlink()
    publish(NOW)


if __name__ == "__main__":
    main()
