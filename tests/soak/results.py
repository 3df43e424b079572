"""What a long run came to, as one line in `var/soak.tsv`: date, commit, database, what, rows, how much, seconds."""

import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime

from django.db import connection

from processes import ROOT

FILE = ROOT / "var" / "soak.tsv"


class Stopwatch:
    """The seconds of a run, for the line it leaves."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @property
    def seconds(self) -> int:
        """Since the beginning, whole."""
        return round(time.monotonic() - self.began)


def note(what: str, rows: int, result: str, watch: Stopwatch) -> None:
    """Append the line and print where it is."""
    line = "\t".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}",
            commit(),
            "SQLite" if connection.vendor == "sqlite" else "PostgreSQL",
            what,
            f"{rows} rows",
            result,
            f"{watch.seconds} s",
        ]
    )
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("a", encoding="utf-8") as target:
        target.write(line + "\n")
    print(f"\n{FILE.relative_to(ROOT)}: {line}")


def commit() -> str:
    """The commit of the checkout, with `+` where files differ from it; `-` where there is no git."""
    with suppress(OSError, subprocess.CalledProcessError):
        return _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "src") else "")
    return "-"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
