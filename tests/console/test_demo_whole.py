"""A small demonstration from nothing, as a process of its own: everything it promises is there, and a second start takes it over."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xinheng.console.demo.cast import NEW_NAME
from xinheng.console.demo.people import PASSWORD
from xinheng.console.demo.register import cast_code

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-20"
# The demonstration takes an empty database for itself, so on both runs of the suite it gets one of SQLite.
pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def xinheng(place: Path, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    values = {"XINHENG_HOME": str(place / "home"), "XINHENG_DATABASE": "", "PYTHONPATH": str(ROOT / "src")}
    environment = {**os.environ, **values, "DJANGO_SETTINGS_MODULE": "xinheng.project.settings", "PYTHONUTF8": "1"}
    environment.pop("XINHENG_TODAY", None)
    if words[0] not in ("demo", "init"):
        environment["XINHENG_TODAY"] = TODAY
    command = [sys.executable, "-m", "xinheng", *words]
    return subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, check=False)


def printed(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def demo(place: Path) -> "subprocess.CompletedProcess[str]":
    return xinheng(place, "demo", "--subjects", "200", "--today", TODAY, "--no-serve", "--json")


def show(place: Path, key: str) -> dict[str, Any]:
    return printed(xinheng(place, "subject", "show", cast_code(key), "--json"))


def test_it_prints_one_object_and_tells_the_steps_beside(demo: "subprocess.CompletedProcess[str]") -> None:
    assert demo.returncode == 0, demo.stderr
    said = printed(demo)
    assert (said["status"], said["reused"], said["url"]) == ("done", False, None)
    assert said["plan"] == {"region": "demo", "seed": 1, "subjects": 200, "today": TODAY}
    assert said["counts"]["rows"] == said["counts"]["accepted"] + said["counts"]["held"] + said["counts"]["rejected"]
    assert 700 < said["counts"]["rows"] < 900
    assert (said["counts"]["held"], said["counts"]["rejected"], said["counts"]["superseded"]) == (2, 0, 2)
    for word in ("① 检查", "② 入库", "③ 公示", "④ 签发账本检查点"):
        assert word in demo.stderr


def test_the_main_job_ran_over_the_sample(demo: "subprocess.CompletedProcess[str]") -> None:
    said = printed(demo)
    assert said["check"]["rows"] == said["load"]["rows"] == 60
    assert said["published"]["versions"] == said["load"]["accepted"] > said["published"]["shown"] > 20
    found = {error["code"] for error in said["load"]["errors"]}
    assert {"E107", "W201"} <= found - {error["code"] for error in said["check"]["errors"]}


def test_every_demo_account_is_told_with_its_password(demo: "subprocess.CompletedProcess[str]") -> None:
    said = printed(demo)["accounts"]
    assert {one["password"] for one in said} == {PASSWORD}
    assert {"reporter.market", "reviewer", "auditor", "system.admin"} <= {one["login"] for one in said}


def test_one_record_is_late_one_ends_tomorrow_one_is_corrected_one_withdrawn(
    demo: "subprocess.CompletedProcess[str]", place: Path
) -> None:
    assert stages(show(place, "chengyuan"))["late"]
    assert "2026-11-21" in stages(show(place, "shuolin"))["ending"]
    assert "2026-11-21" in stages(show(place, "xuanlou"))["ending"]
    corrected = [one for one in show(place, "qinglan")["items"] if one["earlier"]]
    assert [one["current"]["reason"] for one in corrected] == ["原报送内容录入有误，依决定书更正"]
    (withdrawn,) = [one for one in show(place, "weixing")["items"] if one["marks"]]
    assert (withdrawn["marks"][0]["kind"], withdrawn["publicity"]["stage"]) == ("withdrawn", "withdrawn")


def stages(subject: dict[str, Any]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {"late": [], "ending": []}
    for one in subject["items"]:
        found.setdefault(one["publicity"]["stage"], []).append(one["publicity"]["until"])
    return found


def test_one_subject_is_merged_and_one_renamed(demo: "subprocess.CompletedProcess[str]", place: Path) -> None:
    merged = show(place, "hanqiao-double")
    assert merged["subject"]["code"] == cast_code("hanqiao")
    assert len(merged["merges"]) == 1
    renamed = show(place, "ruiting")
    assert renamed["subject"]["name"] == NEW_NAME
    assert date.fromisoformat(renamed["names"][0]["valid_from"]) == date(2026, 11, 10)


def test_an_auditor_finds_an_evening_to_ask_about_and_a_month_to_review(
    demo: "subprocess.CompletedProcess[str]", place: Path
) -> None:
    assert xinheng(place, "tick").returncode == 0
    assert xinheng(place, "worker", "--once").returncode == 0
    with closing(sqlite3.connect(place / "home" / "db.sqlite3")) as store:
        alerts = store.execute(
            "SELECT alert.kind, person.login FROM accounts_alert alert JOIN accounts_person person ON person.id = person_id"
        ).fetchall()
        months = store.execute("SELECT month, population FROM accounts_sample").fetchall()
    assert alerts == [("off_hours", "inspector")]
    assert months == [("2026-10-01", 30)]


def test_its_ledger_verifies(demo: "subprocess.CompletedProcess[str]", place: Path) -> None:
    done = xinheng(place, "ledger", "verify", "--json")
    assert (done.returncode, printed(done)["items"]) == (0, [])


def test_no_identity_number_of_the_sample_lies_readable_in_the_home(
    demo: "subprocess.CompletedProcess[str]", place: Path
) -> None:
    files = [file for file in (place / "home").rglob("*") if file.is_file()]
    assert any(file.suffix == ".sealed" for file in files)
    for file in files:
        content = file.read_bytes()
        # The sample's identity numbers: of the buyer in the text, of the person fined, of the one with a wrong last sign.
        assert not [number for number in (b"99010119860412007", b"99010119791103021") if number in content], file


def test_a_second_start_takes_over_what_is_there_and_says_so(
    demo: "subprocess.CompletedProcess[str]", place: Path
) -> None:
    done = xinheng(place, "demo", "--no-serve", "--json")
    assert done.returncode == 0, done.stderr
    said = printed(done)
    assert (said["reused"], said["plan"]["today"]) == (True, TODAY)
    assert said["load"]["unchanged"] == said["load"]["accepted"]
    assert said["published"]["versions"] == 0
    assert "沿用已有的演示数据" in done.stderr


def test_another_plan_is_refused_and_init_adds_nothing_to_it(
    demo: "subprocess.CompletedProcess[str]", place: Path
) -> None:
    refused = xinheng(place, "demo", "--subjects", "300", "--no-serve", "--json")
    assert (refused.returncode, printed(refused)["reason"]) == (1, "console.demo_other_plan")
    again = printed(xinheng(place, "init", "--region", "demo", "--json"))
    assert (again["units_made"], again["accounts_made"], again["edition_new"]) == (0, [], False)


def test_a_demonstration_that_was_cut_off_is_made_anew(place: Path) -> None:
    own = place / "cut"
    begun = """
import django; django.setup()
from datetime import date
from xinheng.console import clock
from xinheng.console.demo import marks
from xinheng.console.demo.plan import DemoPlan
from xinheng.console.installation import INIT, prepare
prepare(print)
marks.begin(plan=DemoPlan("demo", 9, 400, date(2026, 11, 1)), actor=INIT, now=clock.now())
"""
    values = {"XINHENG_HOME": str(own / "home"), "XINHENG_DATABASE": "", "PYTHONPATH": str(ROOT / "src")}
    environment = {**os.environ, **values, "DJANGO_SETTINGS_MODULE": "xinheng.project.settings"}
    subprocess.run([sys.executable, "-c", begun], env=environment, check=True, capture_output=True)
    done = xinheng(own, "demo", "--subjects", "100", "--today", TODAY, "--no-serve", "--json")
    assert done.returncode == 0, done.stderr
    assert "正在重新生成" in done.stderr
    assert printed(done)["plan"]["subjects"] == 100
