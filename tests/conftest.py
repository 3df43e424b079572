"""What every test may use: a home of its own, the database of this run, a fixed moment, a browser, and what is missing.

The database is SQLite in a temporary file, or the PostgreSQL that `XINHENG_DATABASE` names. A test marked for something
that this machine lacks is skipped and counted; `XINHENG_REQUIRE=shared,postgres,chromium` makes such a skip a failure.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.db.models.signals import post_migrate

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = pytest.StashKey[dict[str, str]]()

# The suite starts some three hundred processes. Where the shell forbids to keep what is compiled, each compiles all it imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def chromium() -> str | None:
    """The path of a Chromium: `XINHENG_CHROMIUM`, else a usual name on the PATH, else None."""
    return os.environ.get("XINHENG_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def on_postgresql() -> bool:
    """Whether this run is on PostgreSQL."""
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def required() -> frozenset[str]:
    """What `XINHENG_REQUIRE` says must not be missing."""
    return frozenset(filter(None, os.environ.get("XINHENG_REQUIRE", "").split(",")))


def pytest_configure(config: pytest.Config) -> None:
    """Note what is missing here, and set what differs in tests from a running platform."""
    missing = {}
    if not SHARED.is_dir():
        missing["shared"] = "the folder ../shared with real data is not there"
    if chromium() is None:
        missing["chromium"] = "no Chromium: set XINHENG_CHROMIUM or install one"
    config.stash[MISSING] = missing
    # No manifest was collected, and a slow password hash proves nothing here.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    ScryptPasswordHasher.work_factor, ScryptPasswordHasher.parallelism = 2, 1
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    post_migrate.connect(empty_search, dispatch_uid="empty_search")


def empty_search(sender: Any, **_: Any) -> None:
    """The search table is no model, so the flush after a test that commits leaves its rows: they go with the rest."""
    if getattr(sender, "label", "") == "subjects":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM subjects_search")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose mark names what is missing; fail it when that is required."""
    if item.get_closest_marker("postgres") and not on_postgresql():
        # What it shows is PostgreSQL's own (roles, constraints). The suite runs once on each database, so it does run; nothing is missing.
        pytest.skip("runs only on PostgreSQL")
    if item.get_closest_marker("sqlite") and on_postgresql():
        # Likewise SQLite's own (files, WAL, turnstile, plans); it runs in the suite's other run.
        pytest.skip("runs only on SQLite")
    for name, reason in item.config.stash[MISSING].items():
        if item.get_closest_marker(name):
            if name in required():
                pytest.fail(f"{reason}, and XINHENG_REQUIRE names {name}", pytrace=False)
            # A developer's machine may lack a browser or the real data; the summary counts it, and CI forbids it by XINHENG_REQUIRE.
            pytest.skip(f"{name}: {reason}")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say on which database the run was, and how many tests were skipped for something that this machine lacks."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        for name in ("shared", "chromium"):
            if f"{name}: " in reason:
                counts[name] = counts.get(name, 0) + 1
    where = "PostgreSQL" if on_postgresql() else "SQLite"
    lacked = ", ".join(f"{count} for want of {name}" for name, count in sorted(counts.items()))
    terminalreporter.write_line(f"database: {where}; skipped: {lacked or 'none for want of anything'}")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `XINHENG_HOME` of this run, with keys; processes that a test starts inherit it."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "static").mkdir()
    settings.XINHENG_HOME = folder
    settings.STATIC_ROOT = folder / "static"
    os.environ["XINHENG_HOME"] = str(folder)
    try:
        from xinheng.storage.keys import make_keys
    except ImportError:
        return folder
    make_keys(folder)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(home: Path, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put the test database of SQLite into a file: other processes and threads must be able to open it."""
    if not on_postgresql():
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(home / "db.sqlite3")


@pytest.fixture
def now() -> datetime:
    """A fixed moment: 2026-11-21, 11:04:05 in Shanghai, a Saturday."""
    return datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the run, offline; tests that use it carry the mark `chromium`."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of the workbench are not kept for a minute, however slow the machine is: a test asks more often."""
    figures = sys.modules.get("xinheng.workbench.figures")
    if figures is not None:
        monkeypatch.setattr(figures, "LONG", float("inf"))
        figures.forget()
