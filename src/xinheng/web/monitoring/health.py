"""Is it ready? Each check is one cheap question that never raises.

`fail`: no request can be served rightly, so none should be sent here; `late`: what is shown is right, but work lies behind.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from xinheng.jobs import door as jobs
from xinheng.ledger import door as ledger
from xinheng.publicity import door as publicity
from xinheng.storage.backup.marker import unfinished
from xinheng.storage.keys import read_keys
from xinheng.storage.measures import takes_writes

State = Literal["ok", "late", "fail"]

NUMBERED_WITHIN = timedelta(minutes=5)
"""What is committed gets its number within seconds while a worker runs; until then it could be rewritten without a trace."""
JOB_WITHIN = timedelta(minutes=30)
PUBLICITY_BEHIND = 100_000
"""So many entries a load of the largest file brings at once."""
LEAST_FREE_BYTES = 1 << 30
FULL_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: a stable name, how it stands, and figures for those who may see them."""

    name: str
    state: State
    figures: dict[str, Any]


def readiness(now: datetime) -> list[Check]:
    """All checks. Cost: eight queries, whatever the size of the data; none raises."""
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("restore", _restore),
        ("keys", _keys),
        ("database", _database),
        ("migrations", _migrations),
        ("disk", _disk),
        ("worker", lambda: _worker(now)),
        ("jobs", lambda: _jobs(now)),
        ("ledger", lambda: _ledger(now)),
        ("publicity", _publicity),
    ]
    return [_asked(name, check) for name, check in checks]


def status(checks: list[Check]) -> Literal["ready", "late", "not_ready"]:
    """The worst of all."""
    states = {check.state for check in checks}
    return "not_ready" if "fail" in states else "late" if "late" in states else "ready"


def _asked(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whoever asks after the health of a sick platform must get an answer
        return Check(name, "fail", {"error": type(error).__name__})


def _restore() -> Check:
    return Check("restore", "fail" if unfinished() else "ok", {})


def _keys() -> Check:
    # Read anew: the ring of this process says nothing of files that are gone.
    read_keys(Path(settings.XINHENG_HOME))
    return Check("keys", "ok", {})


def _database() -> Check:
    return Check("database", "ok" if takes_writes() else "fail", {"kind": connection.vendor})


def _migrations() -> Check:
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = sorted(f"{app}.{name}" for app, name in _migrations_of_program() - applied)
    return Check("migrations", "fail" if missing else "ok", {"missing": missing[:10]})


@cache
def _migrations_of_program() -> frozenset[tuple[str, str]]:
    """They do not change while a process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def _disk() -> Check:
    home = Path(settings.XINHENG_HOME)
    free = shutil.disk_usage(home).free
    writable = os.access(home, os.W_OK) and os.access(
        home / "uploads" if (home / "uploads").exists() else home, os.W_OK
    )
    state: State = "fail" if free < FULL_BYTES or not writable else "late" if free < LEAST_FREE_BYTES else "ok"
    return Check("disk", state, {"free_bytes": free, "writable": writable})


def _worker(now: datetime) -> Check:
    last = next(iter(jobs.workers()), None)
    age = (now - last.beat_at).total_seconds() if last else None
    alive = last is not None and last.alive(now)
    return Check("worker", "ok" if alive else "late", {"beat_age_seconds": age})


def _jobs(now: datetime) -> Check:
    found = jobs.pressure()
    # Jobs carry the database's clock, which knows nothing of a day the demo pretends.
    age = (datetime.now(UTC) - found.oldest_at).total_seconds() if found.oldest_at else 0
    state: State = "late" if age > JOB_WITHIN.total_seconds() else "ok"
    figures = {"queued": found.queued, "running": found.running, "failed": found.failed, "oldest_seconds": age}
    return Check("jobs", state, figures)


def _ledger(now: datetime) -> Check:
    found = ledger.lag()
    age = (now - found.oldest_at).total_seconds() if found.oldest_at else 0
    state: State = "late" if age > NUMBERED_WITHIN.total_seconds() else "ok"
    return Check("ledger", state, {"numbered": found.numbered, "waiting": found.waiting, "oldest_seconds": age})


def _publicity() -> Check:
    behind = max(ledger.lag().numbered - publicity.read_up_to(), 0)
    return Check("publicity", "late" if behind > PUBLICITY_BEHIND else "ok", {"behind": behind})
