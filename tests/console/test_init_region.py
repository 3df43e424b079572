"""`init --region`: what it makes, that repeating it changes nothing, and which databases it refuses."""

import json
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from xinheng.accounts.door import actor_by_login, people, sign_in, units
from xinheng.accounts.values import Role
from xinheng.catalogue.door import editions, load_edition
from xinheng.console import clock, main
from xinheng.console.commands import demo
from xinheng.console.demo import marks
from xinheng.console.demo.plan import DemoPlan
from xinheng.console.installation import INIT, one_time_password
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import head, sequence
from xinheng.storage.keys import NAMES, make_keys

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def numbered() -> int:
    sequence()
    return head().numbered


def init(*words: str) -> int:
    return main.run(["init", *words])


def passwords(told: str) -> dict[str, str]:
    lines = [line.split() for line in told.splitlines() if ".admin" in line]
    return {line[0]: line[-1] for line in lines}


def test_it_makes_the_region_its_units_the_console_and_three_administrators_kept_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert init("--region", "demo", "--json") == 0
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (made["region"], made["edition_new"], made["units_made"]) == ("demo", True, 17)
    assert set(made["accounts_made"]) == {"console", "system.admin", "security.admin", "audit.admin"}
    roles = {person.login: person.roles for person in people(INIT, NOW)}
    assert roles == {
        "console": (Role.CONSOLE_SERVICE,),
        "system.admin": (Role.SYSTEM_ADMIN,),
        "security.admin": (Role.SECURITY_ADMIN,),
        "audit.admin": (Role.AUDIT_ADMIN,),
    }
    assert len(units(actor_by_login("console", NOW))) == 17


def test_a_one_time_password_opens_the_account_only_to_set_another(capsys: pytest.CaptureFixture[str]) -> None:
    init("--region", "demo")
    told = passwords(capsys.readouterr().err)
    assert set(told) == {"system.admin", "security.admin", "audit.admin"}
    came = sign_in(login="security.admin", password=told["security.admin"], now=NOW)
    assert came.must_change
    assert actor_by_login("security.admin", NOW).permissions == frozenset({"accounts.set_own_password"})


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_passwords_never_reach_standard_output(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    init("--region", "demo", *words)
    said = capsys.readouterr()
    assert passwords(said.err)
    assert not any(password in said.out for password in passwords(said.err).values())


def test_repeating_it_makes_nothing_and_tells_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    init("--region", "demo")
    first, before = numbered(), people(INIT, NOW)
    capsys.readouterr()
    assert init("--region", "demo", "--json") == 0
    said = capsys.readouterr()
    again = json.loads(said.out)
    assert (again["edition_new"], again["units_made"], again["accounts_made"]) == (False, 0, [])
    assert not passwords(said.err)
    assert people(INIT, NOW) == before
    # The seeding of an empty list and the install of nothing are entered all the same: two runs, no rows.
    assert numbered() - first <= 3


@pytest.mark.parametrize("lost", [("master",), ("search",), ("files",), ("checkpoint",), NAMES])
def test_keys_lost_beside_data_are_not_made_anew(
    lost: tuple[str, ...], tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    init("--region", "demo")
    capsys.readouterr()
    make_keys(tmp_path)
    for name in lost:
        (tmp_path / "keys" / name).unlink()
    settings.XINHENG_HOME = tmp_path
    before = numbered()
    assert init("--region", "demo", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["reason"], all(name in said["message"] for name in lost if name != "session")) == (
        "console.keys_lost",
        True,
    )
    assert not [name for name in lost if (tmp_path / "keys" / name).exists()]
    assert numbered() == before


def test_the_key_of_sessions_alone_is_made_anew(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    init("--region", "demo")
    capsys.readouterr()
    make_keys(tmp_path)
    (tmp_path / "keys" / "session").unlink()
    settings.XINHENG_HOME = tmp_path
    assert init("--json") == 0
    assert json.loads(capsys.readouterr().out)["keys_made"] == ["session"]


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    settings.XINHENG_HOME = tmp_path / "file" / "home"
    assert init() == 1
    assert "无法建立数据目录" in capsys.readouterr().err


def test_without_a_region_it_keeps_the_one_the_database_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--json") == 0
    assert json.loads(capsys.readouterr().out)["region"] is None
    init("--region", "demo")
    capsys.readouterr()
    assert init("--json") == 0
    assert json.loads(capsys.readouterr().out)["region"] == "demo"


def test_a_region_without_a_profile_is_refused_with_the_list_before_anything_is_made(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    settings.XINHENG_HOME = tmp_path / "none"
    assert init("--region", "nowhere", "--json") == 1
    refused = json.loads(capsys.readouterr().out)
    assert refused["reason"] == "catalogue.region_unknown"
    assert "nowhere" in refused["message"]
    assert "demo" in refused["message"]
    assert not (tmp_path / "none").exists()
    assert editions() == ()


def test_a_database_with_entries_but_no_region_is_not_taken_for_the_demonstration(
    capsys: pytest.CaptureFixture[str],
) -> None:
    load_edition(actor=INIT, now=NOW)
    before = numbered()
    assert init("--region", "demo", "--json") == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "console.not_demo"
    assert numbered() == before


def test_a_database_of_another_region_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xinheng.console.installation.region_of", lambda: "elsewhere")
    assert init("--region", "demo", "--json") == 1
    refused = json.loads(capsys.readouterr().out)
    assert (refused["reason"], refused["kind"]) == ("console.other_region", "conflict")
    assert "elsewhere" in refused["message"]
    assert editions() == ()


def test_a_one_time_password_is_long_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(one) for one in made} == {19}


@pytest.mark.parametrize("place", ["real", "empty"])
def test_the_demonstration_knows_its_own_databases(place: str) -> None:
    if place == "real":
        load_edition(region="demo", actor=INIT, now=NOW)
    assert marks.found() is None


def test_the_first_entry_says_from_which_plan_a_demonstration_is_and_a_later_one_that_it_is_whole() -> None:
    plan = DemoPlan("demo", 5, 300, NOW.date())
    marks.begin(plan=plan, actor=INIT, now=NOW)
    assert marks.found() == marks.Found(plan, whole=False)
    marks.complete(plan=plan, actor=INIT, now=NOW)
    assert marks.found() == marks.Found(plan, whole=True)


@pytest.mark.parametrize("mark", [marks.begin, marks.complete])
def test_only_the_installation_may_say_so(mark: Any) -> None:
    with pytest.raises(Exception, match="没有办理此事的权限"):
        mark(plan=DemoPlan("demo", 5, 300, NOW.date()), actor=Actor(kind="person"), now=NOW)
    assert marks.found() is None
    assert numbered() == 0


def test_the_demonstration_refuses_a_database_that_init_made(capsys: pytest.CaptureFixture[str]) -> None:
    init("--region", "demo")
    before = numbered()
    capsys.readouterr()
    assert main.run(["demo", "--subjects", "200", "--no-serve", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "console.not_demo"
    assert numbered() == before


def test_the_demonstration_refuses_another_plan_than_the_one_it_was_made_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = DemoPlan("demo", 5, 300, NOW.date())
    marks.begin(plan=plan, actor=INIT, now=NOW)
    marks.complete(plan=plan, actor=INIT, now=NOW)
    assert main.run(["demo", "--seed", "6", "--no-serve", "--json"]) == 1
    refused = json.loads(capsys.readouterr().out)
    assert refused["reason"] == "console.demo_other_plan"
    assert "--seed 5" in refused["message"]


@pytest.mark.parametrize(
    ("words", "status"),
    [(["--subjects", "3"], 1), (["--subjects", "x"], 2), (["--region", "nowhere"], 1), (["--today", "heute"], 2)],
)
def test_bad_input_to_the_demonstration_changes_nothing(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["demo", "--no-serve", *words]) == status
    assert capsys.readouterr().err
    assert numbered() == 0


def test_a_taken_port_is_refused_before_anything_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main.run(["demo", "--subjects", "200", "--port", str(taken.getsockname()[1]), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "console.port_taken"
    assert numbered() == 0


def test_after_its_work_it_becomes_the_server_in_a_fresh_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = DemoPlan("demo", 5, 300, NOW.date())
    marks.begin(plan=plan, actor=INIT, now=NOW)
    marks.complete(plan=plan, actor=INIT, now=NOW)
    became: list[list[str]] = []
    monkeypatch.setattr(demo, "_main_job", lambda plan, now: {})
    monkeypatch.setattr(demo, "set_clock", lambda today: None)
    monkeypatch.setattr("os.execv", lambda program, words: became.append(words))
    monkeypatch.setattr("subprocess.call", lambda words: 0)
    monkeypatch.setattr(demo.connections, "close_all", lambda: None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    assert main.run(["demo", "--port", port, "--json"]) == 0
    assert became == [[sys.executable, "-m", "xinheng", "serve", "--port", port]]
    said = json.loads(capsys.readouterr().out)
    assert (said["url"], said["reused"]) == (f"http://127.0.0.1:{port}/", True)
