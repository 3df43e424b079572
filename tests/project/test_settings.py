"""What the settings promise, asked of a fresh process or of the one that runs."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from processes import environment
from xinheng.kernel.dates import legal_date

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "xinheng"


def asked(expression: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The value of an expression over `settings` in a process with these variables."""
    program = f"from django.conf import settings; print({expression})"
    given = {**environment(), **variables}
    return subprocess.run([sys.executable, "-c", program], env=given, capture_output=True, text=True, check=False)


def test_every_module_that_has_an_app_is_installed() -> None:
    there = {file.parent.name for file in PACKAGE.glob("*/apps.py")}
    assert there <= set(apps.app_configs)


def test_every_app_is_labelled_as_its_module() -> None:
    own = [config for config in apps.get_app_configs() if config.name.startswith("xinheng.")]
    assert [config.name for config in own] == [f"xinheng.{config.label}" for config in own]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_waits_writes_ahead_and_checks_keys() -> None:
    asks = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000}
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in asks}
    assert found == asks


def test_another_today_shifts_the_clock_by_whole_days() -> None:
    shown = asked("settings.XINHENG_CLOCK_SHIFT.days", XINHENG_TODAY="2030-01-01").stdout
    today = datetime(2030, 1, 1, tzinfo=UTC).date()
    possible = {(today - legal_date(datetime.now(UTC) - timedelta(days=late))).days for late in (0, 1)}
    assert int(shown) in possible


def test_cookies_are_for_tls_only_where_there_is_tls() -> None:
    names = "(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE)"
    assert asked(names, XINHENG_HTTPS="yes").stdout == "(True, True, True)\n"
    assert asked(names).stdout == "(False, False, False)\n"


def test_the_secret_is_that_of_the_key_file_or_new_in_every_process(tmp_path: Path, home: Path) -> None:
    kept = (home / "keys" / "session").read_text(encoding="ascii").strip()
    assert asked("settings.SECRET_KEY", XINHENG_HOME=str(home)).stdout.strip() == kept
    fresh = [asked("settings.SECRET_KEY", XINHENG_HOME=str(tmp_path)).stdout for _ in range(2)]
    assert fresh[0] != fresh[1]


def test_a_wrong_setting_stops_the_command_with_a_sentence() -> None:
    given = {**environment(), "XINHENG_IDLE_MINUTES": "soon"}
    command = [sys.executable, "-m", "xinheng", "tick"]
    ended = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "XINHENG_IDLE_MINUTES" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_languages_and_zone_are_those_of_the_platform() -> None:
    assert (settings.LANGUAGE_CODE, settings.TIME_ZONE, settings.USE_TZ) == ("zh-hans", "Asia/Shanghai", True)
