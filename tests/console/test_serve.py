"""The server: refuses what cannot work; answers, takes the worker along, and ends it with itself."""

import signal
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from processes import PATIENCE_SECONDS, started, wait_for
from xinheng.console.server import Place, serve
from xinheng.jobs import models
from xinheng.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status(port: int, path: str) -> int | None:
    """The status of a page, or None while nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def test_serving_without_keys_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.XINHENG_HOME = tmp_path
    with pytest.raises(Refused, match="xinheng init"):
        serve(Place(), ready=lambda: None)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            serve(Place(port=port), ready=lambda: None)


def test_the_server_answers_serves_static_files_and_ends_with_its_worker() -> None:
    port = free_port()
    with started("-m", "xinheng", "serve", "--port", str(port), "--threads", "2") as server:
        wait_for(lambda: status(port, "/no-such-page/") == 404, "the server answers")
        assert status(port, "/static/vendor/htmx.min.js") == 200
        wait_for(models.Worker.objects.exists, "the worker's first beat")
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)
    assert models.Worker.objects.get().stopped_at is not None


def test_nobody_is_left_on_the_port_when_the_server_is_killed() -> None:
    port = free_port()
    with started("-m", "xinheng", "serve", "--port", str(port), "--threads", "2") as server:
        wait_for(lambda: status(port, "/no-such-page/") == 404, "the server answers")
        wait_for(models.Worker.objects.exists, "the worker's first beat")
        server.kill()
        server.wait(PATIENCE_SECONDS)
        wait_for(lambda: is_free(port), "the process that answered is gone")
        wait_for(models.Worker.objects.exclude(stopped_at=None).exists, "the worker is gone")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.settimeout(PATIENCE_SECONDS)
        return probe.connect_ex(("127.0.0.1", port)) != 0
