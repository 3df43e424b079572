"""init, doctor, tick and worker in this process."""

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.handlers_for_tests import HANDLERS
from xinheng.catalogue.door import import_calendar_year
from xinheng.catalogue.values.views import DayRow
from xinheng.console import checks, main
from xinheng.jobs.door import JobState, enqueue, job
from xinheng.jobs.operations import lease
from xinheng.kernel.actor import system

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_init_makes_folders_and_keys_that_only_the_owner_reads_and_repeating_changes_nothing(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.XINHENG_HOME = tmp_path / "new"
    assert main.run(["init", "--json"]) == 0
    assert set(printed(capsys)["keys_made"]) == {"master", "search", "files", "session", "checkpoint"}
    files = {file: file.read_bytes() for file in (tmp_path / "new" / "keys").iterdir()}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "new" / "keys").stat().st_mode) == 0o700
    assert main.run(["init", "--json"]) == 0
    assert printed(capsys)["keys_made"] == []
    assert {file: file.read_bytes() for file in files} == files


def test_the_doctor_finds_missing_keys_and_says_what_to_do(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.XINHENG_HOME = tmp_path
    assert main.run(["doctor", "--json"]) == 1
    found = {item["name"]: item for item in printed(capsys)["items"]}
    assert found["keys"]["state"] == "fail"
    assert "xinheng init" in found["keys"]["text"]
    assert found["database"]["state"] == "ok"


def test_the_doctor_finds_a_key_that_others_can_read(tmp_path: Path, settings: Any) -> None:
    settings.XINHENG_HOME = tmp_path
    main.run(["init"])
    assert checks.keys().state == "ok"
    (tmp_path / "keys" / "files").chmod(0o644)
    found = checks.keys()
    assert (found.state, "0644" in found.text) == ("fail", True)


def test_the_doctor_warns_when_no_worker_beats() -> None:
    assert "从未运行" in checks.worker(NOW).text
    lease.beat("w", now=NOW)
    assert checks.worker(NOW).state == "ok"
    assert checks.worker(NOW + timedelta(minutes=3)).state == "warn"
    lease.beat("w", now=NOW, stopped=True)
    assert checks.worker(NOW).state == "warn"


@pytest.mark.parametrize(("year", "state"), [(2025, "ok"), (2026, "warn"), (2040, "warn")])
def test_the_doctor_says_for_which_years_the_holidays_are_not_announced(year: int, state: str) -> None:
    assert checks.calendar(datetime(year, 6, 1, tzinfo=UTC)).state == state


def test_the_doctor_judges_the_year_by_the_legal_date() -> None:
    eve = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)
    assert checks.calendar(eve).state == "ok"
    assert "2027" in checks.calendar(eve + timedelta(minutes=1)).text


def test_the_doctor_names_every_item_once(capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["doctor", "--json"])
    names = [item["name"] for item in printed(capsys)["items"]]
    wanted = {"python", "database", "keys", "disk", "postgresql", "chromium", "node", "calendar", "worker"}
    assert wanted <= set(names)
    assert len(names) == len(set(names))


def test_tick_queues_what_is_due_once(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.XINHENG_SCHEDULE = {"steps": 3600}
    assert main.run(["tick", "--json"]) == 0
    assert main.run(["tick", "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["queued"], second["queued"], second["open"]) == (1, 0, 1)


def test_worker_once_runs_what_waits(
    settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.XINHENG_HANDLERS = HANDLERS
    monkeypatch.setattr("signal.signal", lambda *_: None)
    number = enqueue("refuse", {})
    assert main.run(["worker", "--once", "--json"]) == 0
    assert printed(capsys) == {"jobs": 1}
    assert job(number, system("tests")).state is JobState.FAILED


def test_the_doctor_knows_a_notice_that_was_imported(now: datetime) -> None:
    assert "2027" in checks.calendar(now).text
    notice = [DayRow(date(2027, 1, 1), "holiday"), DayRow(date(2027, 10, 1), "holiday")]
    import_calendar_year(
        year=2027, rows=notice, document="国办发明电〔2026〕9号", actor=system("test", "calendar.import"), now=now
    )
    assert checks.calendar(now).state == "ok"
