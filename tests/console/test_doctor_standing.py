"""What the doctor says of backups, clocks, numbering and unsafe settings, each with what to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from world import World, furnish, publish
from xinheng.console import standing_checks as checks
from xinheng.console.backups.operations import BackupMade, note_backup
from xinheng.kernel.actor import system
from xinheng.storage.backup import marker

OPERATOR = system("test", "system.backup")


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)


def test_a_platform_that_was_never_backed_up_or_not_lately_is_told_how(world: World, now: datetime) -> None:
    publish(now)
    assert (checks.backups(now).state, "xinheng backup" in checks.backups(now).text) == ("warn", True)
    note_backup(made=BackupMade("ab" * 32, 1, 1), actor=OPERATOR, now=now)
    assert checks.backups(now + timedelta(days=1)).state == "ok"
    late = checks.backups(now + timedelta(days=3))
    assert (late.state, "3 天前" in late.text) == ("warn", True)


@pytest.mark.django_db
def test_an_empty_platform_has_nothing_to_lose(now: datetime) -> None:
    assert checks.backups(now).state == "ok"


def test_entries_without_a_number_are_told_after_five_minutes(world: World, now: datetime) -> None:
    note_backup(made=BackupMade("ab" * 32, 1, 1), actor=OPERATOR, now=now)
    assert checks.numbering(now + timedelta(minutes=4)).state == "ok"
    assert checks.numbering(now + timedelta(minutes=6)).state == "warn"
    publish(now)
    assert checks.numbering(now + timedelta(minutes=6)).state == "ok"


def test_an_unfinished_restore_is_a_failure() -> None:
    assert checks.restoring().state == "ok"
    marker.begin(Path("all.backup"), "00")
    try:
        assert checks.restoring().state == "fail"
    finally:
        marker.end()


@pytest.mark.django_db
def test_clocks_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.clocks().state == "ok"
    monkeypatch.setattr(checks, "database_time", lambda: datetime.now(UTC) - timedelta(minutes=2))
    said = checks.clocks()
    assert (said.state, "NTP" in said.text) == ("warn", True)


@pytest.mark.django_db
def test_a_database_that_takes_no_writes_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.writing().state == "ok"
    monkeypatch.setattr(checks, "takes_writes", lambda: False)
    assert checks.writing().state == "fail"


@pytest.mark.parametrize(
    ("changed", "state", "word"),
    [
        ({}, "ok", "本机"),
        ({"ALLOWED_HOSTS": ["credit.example.gov"], "XINHENG_HTTPS": True}, "ok", "对外"),
        ({"ALLOWED_HOSTS": ["credit.example.gov"]}, "warn", "XINHENG_HTTPS=yes"),
        ({"ALLOWED_HOSTS": ["*"], "XINHENG_HTTPS": True}, "warn", "XINHENG_HOSTS"),
        ({"DEBUG": True}, "warn", "XINHENG_DEBUG"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["credit.example.gov"], "XINHENG_HTTPS": True}, "fail", "XINHENG_DEBUG"),
    ],
)
def test_settings_unsafe_in_the_open_are_told(settings: Any, changed: dict[str, Any], state: str, word: str) -> None:
    settings.ALLOWED_HOSTS, settings.XINHENG_TODAY = ["127.0.0.1"], None
    for name, value in changed.items():
        setattr(settings, name, value)
    said = checks.exposure()
    assert (said.state, word in said.text) == (state, True)


def test_files_others_can_read_are_told(settings: Any, tmp_path: Path) -> None:
    settings.XINHENG_HOME = tmp_path
    (tmp_path / "db.sqlite3").touch(mode=0o644)
    tmp_path.chmod(0o755)
    assert checks.private_files().state == "warn"
    tmp_path.chmod(0o700)
    assert checks.private_files().state == "ok"
