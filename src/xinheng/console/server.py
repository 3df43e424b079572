"""The web server: static files collected, granian with threads, a worker beside it."""

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from xinheng.console.checks import migrations_missing
from xinheng.console.processes import end_with_parent, start_worker, stop
from xinheng.kernel.errors import Conflict, Refused

TARGET = "xinheng.project.wsgi:application"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to serve, with how many threads, and whether a worker runs beside."""

    address: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    worker: bool = True

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        return f"http://{self.address}:{self.port}/"


def serve(place: Place, *, ready: Callable[[], None]) -> None:
    """Check, collect static files, and serve until SIGTERM or SIGINT; `ready` is called when requests are accepted.

    Raises: Refused when keys or tables are missing; Conflict when the port is taken.
    """
    _check(place)
    collect_static()
    _forget_counts()
    # Children must not share this process's connection.
    connections.close_all()
    worker = start_worker() if place.worker else None
    # The thread limit must be given: the default allows 512, each with a database connection.
    server = Granian(
        TARGET,
        address=place.address,
        port=place.port,
        interface=Interfaces.WSGI,
        blocking_threads=place.threads,
        websockets=False,
        log_level=LogLevels.warning,
    )
    # Granian holds eight threads on two processors for many and says so at each start; ours wait for the database.
    logging.getLogger("_granian").addFilter(lambda record: "spawning up to" not in record.getMessage())
    server.on_startup(ready)
    try:
        server.serve(target_loader=partial(_load, os.getpid()))
    finally:
        if worker is not None:
            stop(worker)


def _load(parent: int, target: str) -> Any:
    """The application, in the process that answers: it must not keep the port when the one that started it is killed."""
    end_with_parent(parent)
    return import_string(target.replace(":", "."))


def collect_static() -> None:
    """Copy all static files, with hashed names, to where the server finds them; only what changed."""
    # The folder must be there before whitenoise starts, or it serves nothing.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)


def _forget_counts() -> None:
    """Counts of the processes of an earlier start: counters begin at zero with the server, as their readers expect."""
    for file in (Path(settings.XINHENG_HOME) / "metrics").glob("*.db"):
        file.unlink(missing_ok=True)


def _check(place: Place) -> None:
    if not (Path(settings.XINHENG_HOME) / "keys" / "session").is_file():
        raise Refused("console.no_keys", "缺少密钥文件：请先运行 xinheng init")
    if missing := migrations_missing():
        raise Refused("console.not_migrated", f"数据库表不是最新（缺 {len(missing)} 步）：请先运行 xinheng init")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.address, place.port))
        except OSError:
            taken = f"无法在 {place.address}:{place.port} 上提供服务：端口已被占用或地址不可用，请用 --port 另选"
            raise Conflict("console.port_taken", taken) from None
