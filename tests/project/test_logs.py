"""What is written into the log, and what is not: ids and names of pages, no address, no query, no personal data."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from world import furnish
from xinheng.jobs.door import Worker, enqueue
from xinheng.kernel.log_context import bound
from xinheng.web.logs import File, Json, Masked

NUMBER = "110101199003074514"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """Everything logged, as JSON lines."""
    heard, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(heard), root.level
    handler.setFormatter(Json())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield heard
    root.removeHandler(handler)
    root.setLevel(level)


def read(heard: StringIO, logger: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in heard.getvalue().splitlines()]
    return [one for one in found if one["logger"] == logger]


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_number_and_no_address(
    client: Client, now: datetime, lines: StringIO
) -> None:
    furnish(now)
    answer = client.get(f"/search?q={NUMBER}", headers={"X-Request-ID": "proxy-4711-abc"})
    assert answer["X-Request-ID"] == "proxy-4711-abc"
    (told,) = read(lines, "xinheng.request")
    assert told.pop("ms") >= 0
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "INFO",
        "logger": "xinheng.request",
        "message": "answered",
        "request_id": "proxy-4711-abc",
        "actor": "public",
        "route": "portal:search",
        "method": "GET",
        "status": 302,
    }
    assert NUMBER not in lines.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("given", [NUMBER, "short", "x" * 65, "a b c d e f g", 'x"><script>', "13812345678"])
def test_a_number_that_is_none_or_could_be_somebodys_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/health/none", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 16


@pytest.mark.django_db
def test_an_error_page_tells_the_number_of_its_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot read {NUMBER}")

    monkeypatch.setattr("xinheng.portal.views.search.search_page", broken, raising=False)
    monkeypatch.setattr("xinheng.portal.views.search.subjects.search", broken)
    answer = client.get("/search?q=云禾商贸", headers={"X-Request-ID": "proxy-4711-abc"})
    assert answer.status_code == 500
    assert "proxy-4711-abc" in answer.content.decode()
    assert NUMBER not in answer.content.decode()


@pytest.mark.parametrize("form", [Json(), Masked()])
def test_what_an_exception_says_of_a_person_is_masked_in_either_form(form: logging.Formatter) -> None:
    heard = StringIO()
    handler, logger = logging.StreamHandler(heard), logging.getLogger("test.of.logs")
    handler.setFormatter(form)
    logger.addHandler(handler)
    try:
        try:
            raise ValueError(f"no such person: {NUMBER}")
        except ValueError:
            with bound(request_id="abc-12345", job=7):
                logger.exception("telephone %s", "13812345678", extra={"actor": "person:3"}, stack_info=True)
    finally:
        logger.removeHandler(handler)
    said = heard.getvalue()
    assert NUMBER not in said
    assert "13812345678" not in said
    assert "ValueError" in said
    assert "110101********4514" in said
    for word in ("abc-12345", "person:3", "7"):
        assert word in said


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_a_job_carry_its_number(lines: StringIO, now: datetime) -> None:
    number = enqueue("test.of.logs", {})
    worker = Worker(name="w", handlers={"test.of.logs": "jobs.handlers_for_tests.add"}, clock=lambda: now)
    worker.drain()
    told = [one for one in read(lines, "xinheng.jobs") if one.get("job") == number]
    assert told
    assert {one["job_name"] for one in told} == {"test.of.logs"}
    assert {one["attempt"] for one in told} == {1}


def test_a_file_moved_away_is_begun_anew_and_one_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    folder = tmp_path / "logs"
    folder.mkdir()
    handler, logger = File(folder / "platform.log", delay=True, encoding="utf-8"), logging.getLogger("test.of.files")
    handler.setFormatter(Json())
    logger.addHandler(handler)
    try:
        logger.warning("first")
        (folder / "platform.log").rename(folder / "platform.log.1")
        logger.warning("second")
        assert [json.loads(line)["message"] for line in (folder / "platform.log").read_text().splitlines()] == [
            "second"
        ]
        folder.rename(tmp_path / "gone")
        logger.warning("nowhere to go")
    finally:
        logger.removeHandler(handler)
        handler.close()
