"""What operators' programs are told, and what nobody else is: alive, ready, figures."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from processes import environment
from world import World, furnish, publish
from xinheng.console.backups.operations import MADE
from xinheng.jobs.operations import lease
from xinheng.storage.backup import marker
from xinheng.web.middleware import monitoring
from xinheng.web.monitoring import gauges, health

TOKEN = "a-token-of-operators"
BEARER = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}


@pytest.fixture
def world(db: None, now: datetime, settings: Any) -> World:
    """A platform whose worker is alive."""
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    world = furnish(now)
    publish(now)
    lease.beat("worker", now=now)
    return world


@pytest.fixture
def watched(settings: Any) -> None:
    """Monitoring switched on."""
    settings.XINHENG_MONITOR_TOKEN = TOKEN


def test_alive_is_said_without_asking_anything(client: Client) -> None:
    # No database fixture: a question to it would fail the test.
    answer = client.get("/health/live", HTTP_HOST="10.1.2.3:8000")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert client.post("/health/live").status_code == 405


def test_ready_names_problems_and_gives_nobody_figures(world: World, client: Client) -> None:
    answer = client.get("/health/ready", HTTP_HOST="10.1.2.3:8000")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "problems": []})
    assert answer["Cache-Control"] == "no-store"


def test_a_silent_worker_makes_it_late_but_requests_are_still_answered(
    world: World, client: Client, now: datetime
) -> None:
    lease.beat("worker", now=now, stopped=True)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "late", "problems": ["worker"]})


def test_lost_keys_an_unfinished_restore_and_a_full_disk_make_it_not_ready(
    world: World, client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker.begin(Path("all.backup"), "00")
    try:
        answer = client.get("/health/ready")
    finally:
        marker.end()
    assert (answer.status_code, answer.json()["problems"]) == (503, ["restore"])
    monkeypatch.setattr(health, "FULL_BYTES", 1 << 62)
    assert client.get("/health/ready").json() == {"status": "not_ready", "problems": ["disk"]}
    monkeypatch.undo()
    settings.XINHENG_HOME = tmp_path
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["keys"])
    assert str(tmp_path) not in answer.content.decode()


def test_a_database_that_is_away_is_said_and_is_no_accident(client: Client) -> None:
    # Without the database fixture every question to it raises.
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert {"database", "migrations", "worker", "ledger"} <= set(answer.json()["problems"])
    assert "Error" not in answer.content.decode()


def test_figures_are_for_the_token_and_for_listed_addresses_that_ask_directly(
    world: World, client: Client, settings: Any
) -> None:
    assert client.get("/metrics").status_code == 404
    settings.XINHENG_MONITOR_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong").status_code == 403
    assert client.get("/metrics", **BEARER).status_code == 200
    assert "checks" not in client.get("/health/ready").json()
    full = client.get("/health/ready", **BEARER).json()["checks"]
    assert full["ledger"]["numbered"] > 10
    assert full["worker"]["beat_age_seconds"] < 60
    settings.XINHENG_MONITOR_TOKEN, settings.XINHENG_MONITOR_FROM = "", ["127.0.0.0/8"]
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403


def test_metrics_count_by_page_and_hold_no_code_and_no_name(world: World, client: Client, watched: None) -> None:
    client.get("/s/91990101MA0000010X?q=云禾")
    client.get("/search", {"q": "110101199003074514"})
    client.get("/no/such/page/91990101MA0000010X")
    text = client.get("/metrics", **BEARER).content.decode()
    assert 'xinheng_requests_total{method="GET",route="portal:search",status="302"}' in text
    assert 'route="portal:subject-by-code",status="404"' in text
    assert 'route="none",status="404"' in text
    assert 'xinheng_request_seconds_bucket{le="0.1",route="portal:search"}' in text
    for word in ("91990101", "110101", "云禾", "reporter", "market"):
        assert word not in text
    wanted = ("jobs", "ledger_entries", "batches", "held_rows", "publicity_behind", "publications", "sign_in_failures")
    wanted += ("disk_free_bytes", "database_bytes", "worker_beat_seconds", "check", "deadlines_provisional")
    assert [name for name in wanted if f"\nxinheng_{name}" not in f"\n{text}"] == []


def test_a_look_costs_the_same_however_much_there_is(world: World, client: Client, now: datetime) -> None:
    with CaptureQueriesContext(connection) as few:
        health.readiness(now)
    from intake.cast import as_csv, load
    from intake.cast import penalty as row

    load(world, as_csv([row(world, n) for n in range(30)]))
    publish(now)
    with CaptureQueriesContext(connection) as more:
        health.readiness(now)
    assert len(few) == len(more) <= 12


def test_the_backup_that_is_watched_is_the_one_that_is_entered() -> None:
    assert gauges.BACKUP == MADE


def test_several_processes_of_the_server_are_added_up(tmp_path: Path) -> None:
    where = {**environment(), "XINHENG_HOME": str(tmp_path), "XINHENG_MONITOR_TOKEN": TOKEN}
    where.pop("PROMETHEUS_MULTIPROC_DIR", None)
    count = (
        "import django; django.setup()\n"
        "from django.test import RequestFactory\n"
        "from xinheng.web.monitoring.meters import meters\n"
        "from prometheus_client import generate_latest\n"
        "meters().count(RequestFactory().get('/'), 200, 0.2)\n"
        "print(generate_latest(meters().all_processes()).decode())\n"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", count], env=where, capture_output=True, text=True, check=True)
    assert 'xinheng_requests_total{method="GET",route="none",status="200"} 2.0' in done.stdout
    assert 'xinheng_request_seconds_count{route="none"} 2.0' in done.stdout


def test_the_three_addresses_lead_to_no_page_of_the_platform() -> None:
    from django.urls import Resolver404, resolve

    for address in (monitoring.LIVE, monitoring.READY, monitoring.METRICS):
        with pytest.raises(Resolver404):
            resolve(address)
