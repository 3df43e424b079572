"""Damaged files in every format for some minutes: each is read and judged, or refused with a code; nothing else ever happens."""

import json
import os
import sys
from pathlib import Path
from subprocess import run

import pytest

from processes import ROOT, environment
from soak.damage import Damager
from soak.results import Stopwatch, note

MINUTES = float(os.environ.get("XINHENG_SOAK_MINUTES", "5"))
SEED = int(os.environ.get("XINHENG_SOAK_SEED", "1"))
SCRIPT = str(ROOT / "tests" / "soak" / "fuzz_process.py")


@pytest.mark.soak
@pytest.mark.sqlite
@pytest.mark.django_db
def test_damaged_files_give_receipts_or_refusals_and_nothing_else(tmp_path: Path) -> None:
    watch = Stopwatch()
    command = [sys.executable, "-X", "faulthandler", SCRIPT, str(tmp_path), str(MINUTES * 60), str(SEED)]
    done = run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{sorted(tmp_path.iterdir())}\n{done.stderr[-4000:]}"
    told = json.loads(done.stdout)
    assert told["read"] > 0
    assert told["files"] - told["read"] > 0
    note("damaged files", told["files"], json.dumps(told), watch)


def test_the_same_seed_gives_the_same_files() -> None:
    first, second = Damager(7), Damager(7)
    assert [first.next()[0] for _ in range(5)] == [second.next()[0] for _ in range(5)]
