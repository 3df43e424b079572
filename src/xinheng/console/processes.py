"""Child processes that do not outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def follow_parent(parent: int) -> Callable[[], bool]:
    """Let this process be asked to stop when process `parent` dies; returns a question: is it gone?

    On Linux the kernel sends SIGTERM at once; elsewhere, and for the moment before this call, the question must be asked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return lambda: os.getppid() != parent


def end_with_parent(parent: int) -> None:
    """Let this process get SIGTERM when process `parent` dies, also by a signal that nobody can catch.

    For a process whose main loop is somebody else's and cannot ask.
    """
    gone = follow_parent(parent)
    if gone():
        os.kill(os.getpid(), signal.SIGTERM)
    if sys.platform != "linux":
        threading.Thread(target=_end_when, args=(gone,), name="follow-parent", daemon=True).start()


def _end_when(gone: Callable[[], bool]) -> None:
    while not gone():
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def start_worker(*arguments: str) -> subprocess.Popen[bytes]:
    """Start `xinheng worker` as a child that ends with this process, with this environment. The caller ends it with `stop`."""
    parent = ["--parent", str(os.getpid())]
    command = [sys.executable, "-m", "xinheng", "worker", *parent, *arguments]
    return subprocess.Popen(command)  # noqa: S603 - own program


def stop(child: subprocess.Popen[bytes], *, patience_seconds: float = 30) -> int:
    """Ask a child to stop after its current step, and end it if it does not. Returns its exit status."""
    child.terminate()
    try:
        return child.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        # What it held is taken over after its lease.
        child.kill()
        return child.wait()
