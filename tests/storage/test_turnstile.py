"""Who waits at the turnstile goes in before who comes back."""

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from xinheng.storage.sqlite.turnstile import Turnstile

# The module under test takes `fcntl` locks, which Windows does not have; every CI run is on Linux and runs these.
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the turnstile rests on POSIX locks")


def test_a_waiter_gets_in_before_the_one_who_just_left(tmp_path: Path) -> None:
    order: list[str] = []
    first, second = Turnstile(str(tmp_path / "db")), Turnstile(str(tmp_path / "db"))
    inside, waiting = threading.Event(), threading.Event()

    def come() -> None:
        waiting.set()
        second.enter()
        order.append("waiter")
        inside.set()
        second.leave()

    first.enter()
    thread = threading.Thread(target=come)
    thread.start()
    waiting.wait()
    # The waiter holds the queue as soon as the queue cannot be had at once.
    while _queue_is_free(tmp_path / "db.queue"):
        pass
    first.leave()
    first.enter()
    order.append("returner")
    first.leave()
    thread.join()
    assert order == ["waiter", "returner"]


def _queue_is_free(path: Path) -> bool:
    import fcntl

    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_a_killed_holder_leaves_the_way_free(tmp_path: Path) -> None:
    code = f"""
        from xinheng.storage.sqlite.turnstile import Turnstile
        turnstile = Turnstile({str(tmp_path / "db")!r})
        turnstile.enter()
        print("inside", flush=True)
        input()
    """
    source = Path(__file__).resolve().parents[2] / "src"
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={"PYTHONPATH": str(source)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "inside\n"
    holder.kill()
    holder.communicate()
    turnstile = Turnstile(str(tmp_path / "db"))
    turnstile.enter()
    turnstile.close()


def test_entering_twice_is_entering_once(tmp_path: Path) -> None:
    turnstile = Turnstile(str(tmp_path / "db"))
    turnstile.enter()
    turnstile.enter()
    turnstile.leave()
    other = Turnstile(str(tmp_path / "db"))
    other.enter()
    other.close()
    turnstile.close()
