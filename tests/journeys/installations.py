"""Installations beside that of the test run: a home and an empty database of their own, used by commands only."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from processes import environment

KEYS = ("master", "search", "files", "session", "checkpoint")


@dataclass
class Place:
    """One installation; `run` starts a command in it."""

    home: Path
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, status: int = 0, **more: str) -> dict[str, Any]:
        """What a command printed as JSON. The exit status must be `status`; a killed process prints nothing."""
        done = self.start(*words, **more)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout) if done.stdout else {}

    def start(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """The same, whatever comes of it."""
        where = {**environment(), "XINHENG_TODAY": "2026-11-23", "XINHENG_HOME": str(self.home), **self.more, **more}
        return subprocess.run(
            [sys.executable, "-m", "xinheng", *words, "--json"], env=where, capture_output=True, text=True, check=False
        )

    def keys_from(self, other: Path, names: tuple[str, ...] = KEYS) -> None:
        """Put in place the key files that somebody kept elsewhere."""
        (self.home / "keys").mkdir(parents=True, mode=0o700, exist_ok=True)
        for name in names:
            shutil.copy2(other / "keys" / name, self.home / "keys" / name)


def here() -> Place:
    """The installation of the test run."""
    return Place(Path(settings.XINHENG_HOME))


@contextmanager
def empty(home: Path) -> Iterator[Place]:
    """An installation with nothing in it, on the kind of database this run is on."""
    home.mkdir(mode=0o700)
    if connection.vendor == "sqlite":
        yield Place(home, {"XINHENG_DATABASE": ""})
        return
    import psycopg

    address = environment()["XINHENG_DATABASE"]
    base, _, own = address.rpartition("/")
    name = f"{own}_restored_{os.getpid()}"

    def said(*statements: str) -> None:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as driver:
            for statement in statements:
                driver.execute(statement.encode())

    said(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    try:
        yield Place(home, {"XINHENG_DATABASE": f"{base}/{name}"})
    finally:
        said(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
