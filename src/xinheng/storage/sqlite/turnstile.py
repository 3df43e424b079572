"""Writers take turns: two advisory file locks, so that nobody overtakes who waits.

SQLite's busy handler polls; a bulk load that commits a chunk and at once begins the next would win nearly every race against a
poller. Here a writer first enters the queue, then the room, then leaves the queue. Who just left the room finds the waiter in the
queue and must stand behind him. The locks are the kernel's: a killed process leaves nothing behind.
"""

import os
import sys

if sys.platform != "win32":
    import fcntl


class Turnstile:
    """The pair of locks beside one database file, for one connection."""

    def __init__(self, database: str) -> None:
        self._queue = _open(f"{database}.queue")
        self._room = _open(f"{database}.room")
        self._inside = False

    def enter(self) -> None:
        """Wait for our turn. Entering twice is entering once."""
        if self._inside or sys.platform == "win32":
            return
        fcntl.flock(self._queue, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._room, fcntl.LOCK_EX)
            self._inside = True
        finally:
            fcntl.flock(self._queue, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let the next one in."""
        if self._inside and sys.platform != "win32":
            fcntl.flock(self._room, fcntl.LOCK_UN)
            self._inside = False

    def close(self) -> None:
        """Leave and close the files."""
        self.leave()
        os.close(self._queue)
        os.close(self._room)


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
