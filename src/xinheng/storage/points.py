"""Named points in long work at which a test may have the process killed or a step fail, to show what is left behind.

Nothing happens unless the environment says so: `XINHENG_KILL_AT=intake.chunk:3` kills the process at its third pass of that point; or
unless a test strikes in its own process (`struck`).
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_passed: Counter[str] = Counter()
_strikes: dict[str, Callable[[], None]] = {}


def reach(name: str) -> None:
    """Say that the work has come to the point `name`."""
    if strike := _strikes.get(name):
        strike()
    wanted = os.environ.get("XINHENG_KILL_AT", "")
    if not wanted:
        return
    _passed[name] += 1
    if wanted == f"{name}:{_passed[name]}":
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def struck(name: str, strike: Callable[[], None]) -> Iterator[None]:
    """Call `strike` at each pass of the point inside the block; what it raises comes out of the step."""
    _strikes[name] = strike
    try:
        yield
    finally:
        del _strikes[name]
