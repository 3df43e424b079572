"""For tests that start real processes on the test database."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 60


def environment() -> dict[str, str]:
    """An environment in which settings lead to the database of this test run."""
    paths = os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))
    return {**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "xinheng.project.settings", **_database()}


def _database() -> dict[str, str]:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        # `XINHENG_HOME` of the run is in the environment already, and the database lies in it.
        return {"XINHENG_DATABASE": ""}
    user, password = quote(found["USER"]), quote(found["PASSWORD"])
    host, port, name = quote(found["HOST"], safe=""), found["PORT"], quote(found["NAME"])
    return {"XINHENG_DATABASE": f"postgresql://{user}:{password}@{host}:{port}/{name}"}


@contextmanager
def started(*arguments: str, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process with these arguments, killed at the end whatever happens."""
    process = subprocess.Popen([sys.executable, *arguments], env=environment(), **options)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(question: Callable[[], object], what: str) -> None:
    """Ask until the answer is yes; the patience only keeps a broken program from hanging the suite."""
    for _ in range(PATIENCE_SECONDS * 50):
        if question():
            return
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for: {what}")


def python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start Python code on the test's database, Django set up; output and errors come through one pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", "import django; django.setup()\n" + textwrap.dedent(code), *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: "subprocess.Popen[str]", seconds: float = 120) -> str:
    """Wait for a process that must succeed; returns what it said."""
    said, _ = process.communicate(timeout=seconds)
    assert process.returncode == 0, said
    return said
