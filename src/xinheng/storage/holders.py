"""Who holds a lease: a name no other hold has, from which the same machine can tell that its process is gone.

A lease ends by itself; this only spares the wait for it. It is never the reason to trust a write: that is a number drawn with each hold.
"""

import os
import secrets
import sys
from pathlib import Path

_PROC = Path("/proc")
LONGEST = 120


def holder_id() -> str:
    """A new name: the machine since its last start, its space of process numbers, this process and its beginning, and chance.

    At most `LONGEST` characters. Where the system does not tell (other than Linux), chance alone.
    """
    parts = (_machine(), str(os.getpid()), _began(os.getpid()), secrets.token_hex(8))
    return "/".join(parts)[-LONGEST:]


def known_dead(holder: str) -> bool:
    """Whether the process behind a name is certainly gone: it ran on this machine, and no living process is the same.

    False whenever it cannot be known: another machine, another container, another system, a name of another form.
    """
    machine, pid, began, *rest = (*holder.split("/"), "", "", "")[:4]
    if not began or not rest[0] or machine != _machine() or not pid.isdigit() or int(pid) < 1:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        # It is there and belongs to somebody else.
        return False
    now = _began(int(pid))
    return now != "" and now != began


def _machine() -> str:
    """The start of the machine and the space in which process numbers mean the same; '' where that cannot be told."""
    if sys.platform != "linux":
        return ""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}.{(_PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine's start; 'gone' for one that only waits to be buried, '' for no answer."""
    try:
        words = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "gone" if words[0] in "ZX" else words[19]
