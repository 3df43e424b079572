"""When a failed job is tried again, and what may be said about a failure."""

from datetime import timedelta
from pathlib import PurePath
from traceback import extract_tb

from xinheng.kernel.errors import Conflict, XinhengError

FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)


def retry_after(attempt: int) -> timedelta:
    """How long to wait after the `attempt`-th failure (from 1): 10 s, 40 s, 160 s … at most an hour."""
    # Four to the fifth is already more than an hour; the exponent is capped so that no attempt overflows.
    doublings = 2 * min(max(attempt, 1) - 1, 6)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def may_retry(error: BaseException) -> bool:
    """An answer of no stays no; a conflict or an accident may pass."""
    return isinstance(error, Conflict) or not isinstance(error, XinhengError)


def describe(error: BaseException) -> tuple[str, str]:
    """Code and text of a failure, for the owner to read.

    The text of an unknown exception may quote data, even personal data, so only its class and the place are told.
    """
    if isinstance(error, XinhengError):
        return error.code, error.message
    frames = extract_tb(error.__traceback__)
    place = f"，位置 {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return "jobs.accident", f"程序内部错误（{type(error).__name__}{place}），请联系管理员"
