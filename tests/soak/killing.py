"""Loads in processes of their own that are killed: at the n-th pass of a named point, or some time after the load began."""

import subprocess
import sys
import time
from dataclasses import dataclass

from processes import ROOT, environment, started, wait_for
from xinheng.intake.batch.lease import NAME
from xinheng.storage.models import Lease

SCRIPT = str(ROOT / "tests" / "intake" / "load_process.py")
POINTS = (
    "intake.before_chunk",
    "intake.in_chunk",
    "intake.after_chunk",
    "intake.before_visible",
    "intake.after_visible",
    "intake.before_numbering",
)
ONCE = POINTS[3:]
"""Points a load passes once; the others once a chunk."""


@dataclass(frozen=True)
class Death:
    """Where a load is killed: at the n-th pass of a point, or `seconds` after it took its lease."""

    point: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        return self.point or f"{self.seconds:.2f} s"


def die(batch_id: int, chunk: int, death: Death) -> bool:
    """Load a batch in a process that is killed; False when the load had ended before that."""
    return _at_point(batch_id, chunk, death.point) if death.point else _after(batch_id, chunk, death.seconds)


def _at_point(batch_id: int, chunk: int, point: str) -> bool:
    done = subprocess.run(
        _command(batch_id, chunk),
        env={**environment(), "XINHENG_KILL_AT": point},
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, -9), done.stderr.decode()
    return done.returncode == -9


def _after(batch_id: int, chunk: int, seconds: float) -> bool:
    before = _holder()
    with started(SCRIPT, str(batch_id), str(chunk), stderr=subprocess.PIPE) as process:
        wait_for(lambda: _holder() not in ("", before) or process.poll() is not None, "the load")
        time.sleep(seconds)
        ended = process.poll()
        assert ended in (None, 0), process.stderr and process.stderr.read().decode()
        process.kill()
        return bool(process.wait() == -9)


def _holder() -> str:
    return str(Lease.objects.filter(name=NAME).values_list("holder", flat=True).first() or "")


def _command(batch_id: int, chunk: int) -> tuple[str, ...]:
    return sys.executable, SCRIPT, str(batch_id), str(chunk)
