"""security.protect: an installation is lost and comes back from one file and its keys, with every proof that was ever given out.

Cast: the market supervision bureau hands in files; somebody outside keeps a checkpoint and a proof; the operator of the platform backs up.
"""

import json
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.cast import as_csv, everything, hand_in, load, penalty, person
from journeys.installations import Place, empty, here
from processes import ROOT, environment
from world import INIT, World, furnish, publish
from xinheng.accounts.door import install
from xinheng.accounts.values import InstallPlan
from xinheng.catalogue.door import load_profile
from xinheng.console.backups import restoring
from xinheng.console.backups.making import make_backup
from xinheng.console.backups.operations import MADE
from xinheng.console.backups.restoring import restore
from xinheng.console.installation import console_account
from xinheng.jobs.values import WorkerBeat
from xinheng.kernel.errors import Refused, XinhengError
from xinheng.ledger.door import entries, head
from xinheng.storage.backup import archive

pytestmark = pytest.mark.django_db(transaction=True)

LOAD = str(ROOT / "tests" / "intake" / "load_process.py")
ROWS = 12


def quiet(_: str) -> None:
    """Nobody listens."""


def swept() -> None:
    """Take away what other tests left beside the database: a checkpoint of a longer ledger would be a tail cut off."""
    for name in ("uploads", "checkpoints"):
        shutil.rmtree(here().home / name, ignore_errors=True)


@pytest.fixture
def world(transactional_db: None, now: datetime, settings: Any) -> Iterator[World]:
    """A platform with records, a natural person, public decisions; a second load was cut off in its middle."""
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    swept()
    furnished = furnish(now)
    account = console_account(load_profile("demo"))
    install(plan=InstallPlan(units=(), people=(account,)), actor=INIT, now=now)
    load(
        furnished, as_csv([penalty(furnished, 1), penalty(furnished, 2, CF_SY="甲\t乙\\丙\n丁"), person(furnished, 3)])
    )
    publish(now)
    yield furnished
    swept()


@pytest.fixture
def backup(world: World, tmp_path: Path, now: datetime) -> Path:
    """A backup of it."""
    path = tmp_path / "all.backup"
    make_backup(path, now=now, say=quiet)
    return path


def cut_off(world: World) -> int:
    """A batch whose load was killed in its second chunk."""
    batch = hand_in(world, as_csv([penalty(world, n) for n in range(100, 100 + ROWS)]), name="十二月.csv")
    killed = subprocess.run(
        [sys.executable, LOAD, str(batch), "4"],
        env={**environment(), "XINHENG_KILL_AT": "intake.in_chunk:2"},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    return batch


def proved_outside(place: Place, proof: Path, kept: Path) -> str:
    """What the independent tool says of a proof; it knows nothing of any installation."""
    words = [sys.executable, str(ROOT / "tools" / "verify.py"), str(proof), str(kept)]
    key = place.home / "checkpoints" / "checkpoint.pub"
    done = subprocess.run([*words, "--key", str(key)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_installation_comes_back_with_every_proof_and_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    old = here()
    kept = Path(old.run("ledger", "checkpoint")["file"]).read_text(encoding="utf-8")
    (tmp_path / "kept.txt").write_text(kept, encoding="utf-8")
    early = tmp_path / "early.json"
    old.run("ledger", "prove", "--number", "40", "-o", str(early), "--checkpoint", str(tmp_path / "kept.txt"))
    batch = cut_off(world)
    made = old.run("backup", str(tmp_path / "all.backup"))
    entered = next(one for one in entries(limit=10_000) if one.header.operation == MADE)
    told = json.loads(entered.header.payload)
    assert (told["digest"], told["size"]) == (made["digest"], (tmp_path / "all.backup").stat().st_size)
    assert entered.header.actor_name == "命令行"
    # What comes after the backup is not in it.
    before = made["entries"]

    with empty(tmp_path / "new") as new:
        new.keys_from(old.home, ("master", "search", "files", "checkpoint"))
        done = new.run("restore", str(tmp_path / "all.backup"))
        assert (done["entries"], done["uploads"], done["verification"]["items"]) == (before, made["uploads"], [])
        assert not (new.home / "restore.unfinished").exists()
        proved_outside(new, early, tmp_path / "kept.txt")
        late = tmp_path / "late.json"
        new.run("ledger", "prove", "--number", "40", "-o", str(late), "--checkpoint", str(tmp_path / "kept.txt"))
        proved_outside(new, late, tmp_path / "kept.txt")
        assert json.loads(late.read_text())["entry"] == json.loads(early.read_text())["entry"]

        # The load that was cut off ends in the new place as it would have in the old one.
        again = subprocess.run(
            [sys.executable, LOAD, str(batch), "4"],
            env={**environment(), "XINHENG_HOME": str(new.home), **new.more},
            capture_output=True,
            check=False,
        )
        assert again.returncode == 0, again.stderr.decode()
        assert new.run("ledger", "verify", "--checkpoint", str(tmp_path / "kept.txt"))["items"] == []
        for n in (100, 99 + ROWS):
            assert new.run("subject", "show", str(penalty(world, n)["CF_XDR_SHXYM"]))["items"]
        faults = {one["name"]: one["state"] for one in new.run("doctor", "--whole")["items"]}
        assert {faults[name] for name in ("publicity", "search", "sign_in", "personal", "database", "keys")} == {"ok"}


def test_a_backup_is_of_one_moment_though_others_go_on_writing(
    world: World, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = head().numbered
    told: list[int] = []

    def write_meanwhile(text: str) -> None:
        if "ledger_leaf" in text:
            load(world, as_csv([penalty(world, 50 + len(told))]), name=f"{len(told)}.csv")
            publish(now)
            told.append(head().numbered)

    made = make_backup(tmp_path / "all.backup", now=now, say=write_meanwhile)
    assert told
    assert told[-1] > before == made.entries
    with empty(tmp_path / "new") as new:
        new.keys_from(here().home)
        done = new.run("restore", str(tmp_path / "all.backup"))
        assert (done["entries"], done["verification"]["items"]) == (before, [])


@pytest.mark.parametrize("point", ["backup.table:3", "backup.file:1", "backup.manifest:1"])
def test_a_killed_backup_leaves_no_file_at_the_name_and_the_next_one_sweeps_up(
    world: World, tmp_path: Path, point: str
) -> None:
    target = tmp_path / "all.backup"
    here().run("backup", str(target), status=-9, XINHENG_KILL_AT=point)
    assert not target.exists()
    assert len(list(tmp_path.glob(".all.backup.*"))) == 1
    here().run("backup", str(target))
    assert [file.name for file in tmp_path.iterdir()] == ["all.backup"]
    assert here().run("backup", "--verify", str(target))["keys_checked"] is True
    assert here().run("backup", str(target), status=1)["reason"] == "backup.exists"


def test_a_full_disk_is_said_and_leaves_nothing(world: World, tmp_path: Path, now: datetime) -> None:
    # A limit for files of this process stands in for a disk; the system refuses the write in the same place.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(XinhengError, match="没有留下文件") as refused:
            make_backup(tmp_path / "all.backup", now=now, say=quiet)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.code == "backup.not_written"
    assert list(tmp_path.iterdir()) == []
    assert make_backup(tmp_path / "all.backup", now=now, say=quiet).rows > 100


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same ZIP with other parts, sound as a ZIP."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_what_is_cut_short_damaged_or_changed_is_refused_before_anything_is_written(
    backup: Path, tmp_path: Path
) -> None:
    content = backup.read_bytes()
    (tmp_path / "short").write_bytes(content[: len(content) * 2 // 3])
    (tmp_path / "flipped").write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    (tmp_path / "other").write_bytes(b"no backup at all")
    rewritten(backup, tmp_path / "row", lambda n, c: c.replace(b"t", b"f", 1) if n.endswith("ledger_run.copy") else c)
    rewritten(
        backup, tmp_path / "manifest", lambda n, c: c.replace(b"2026", b"2025", 1) if n == archive.MANIFEST else c
    )
    with empty(tmp_path / "new") as new:
        new.keys_from(here().home)
        before = sorted(path.name for path in new.home.iterdir())
        for name, code in (
            ("short", "backup.damaged"),
            ("flipped", "backup.damaged"),
            ("other", "backup.damaged"),
            ("row", "backup.damaged"),
            ("manifest", "backup.signature"),
            ("absent", "backup.unreadable"),
        ):
            refused = new.run("restore", str(tmp_path / name), status=1)
            assert refused["reason"] == code, name
        # Asking SQLite whether there is something makes its empty file; nothing else is there.
        after = {path.name for path in new.home.iterdir()} - {"db.sqlite3", "db.sqlite3.queue", "db.sqlite3.room"}
        assert sorted(after) == before


def test_keys_of_another_installation_and_missing_keys_are_refused_with_what_to_do(
    backup: Path, tmp_path: Path
) -> None:
    with empty(tmp_path / "new") as new:
        refused = new.run("restore", str(backup), status=1)
        assert refused["reason"] == "backup.no_keys"
        assert "master、search、files、checkpoint" in refused["message"]
        new.keys_from(here().home)
        (new.home / "keys" / "files").write_text("ab" * 32 + "\n", encoding="ascii")
        refused = new.run("restore", str(backup), status=1)
        assert (refused["reason"], "files" in refused["message"]) == ("backup.other_keys", True)
        assert "ab" * 16 not in str(refused)
    with zipfile.ZipFile(backup) as whole:
        for name in whole.namelist():
            for key in ("master", "search", "files", "session", "checkpoint"):
                text = (here().home / "keys" / key).read_text(encoding="ascii").strip()
                content = whole.read(name)
                assert text.encode() not in content
                assert bytes.fromhex(text) not in content


def test_a_backup_of_a_later_version_is_refused(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    finish = archive.Making.finish

    def of_tomorrow(self: Any, manifest: Any, ring: Any) -> Any:
        return finish(self, {**manifest, "migrations": [*manifest["migrations"], ["intake", "9999_tomorrow"]]}, ring)

    monkeypatch.setattr(archive.Making, "finish", of_tomorrow)
    make_backup(tmp_path / "later", now=now, say=quiet)
    with pytest.raises(XinhengError, match=r"intake\.9999_tomorrow") as refused:
        restore(tmp_path / "later", replace=True, now=now, say=quiet)
    assert refused.value.code == "backup.newer"


def test_what_is_there_is_replaced_only_when_told(world: World, backup: Path, tmp_path: Path) -> None:
    with empty(tmp_path / "new") as new:
        new.keys_from(here().home)
        new.run("init", "--region", "demo")
        refused = new.run("restore", str(backup), status=1)
        assert (refused["reason"], "--replace" in refused["message"]) == ("backup.not_empty", True)
        new.run("ledger", "checkpoint")
        # Open data that was issued after the backup: the restored ledger knows neither it nor what ended since.
        later = new.home / "open-data" / "2026-11-23.1"
        later.mkdir(parents=True)
        said = {
            "day": "2026-11-23",
            "issue": 1,
            "ledger_number": 10**6,
            "catalogue_edition": "",
            "software": "",
            "files": [],
        }
        (later / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
        done = new.run("restore", str(backup), "--replace")
        assert not later.exists()
        # Everything is as it was then, also what ended since: whoever restores is told from when on to do it again.
        assert done["made_at"].startswith("2026-11-21T03:04:05")
        assert len(list(new.home.glob("replaced-*/open-data/2026-11-23.1/manifest.json"))) == 1
        assert (done["replaced"], done["verification"]["items"]) == (True, [])
        # What lay there was moved aside, not destroyed: a checkpoint is somebody's proof.
        assert len(list(new.home.glob("replaced-*/checkpoints/*.txt"))) == 1
        assert new.run("ledger", "verify")["items"] == []


def test_nothing_is_replaced_under_a_worker_that_lives(world: World, backup: Path, monkeypatch: Any) -> None:
    moment = datetime(2026, 11, 23, 3, tzinfo=UTC)
    heard = WorkerBeat("worker-1", moment - timedelta(hours=1), moment - timedelta(seconds=90), None)
    monkeypatch.setattr(restoring, "workers", lambda: [heard])
    before = everything()
    with pytest.raises(Refused) as refused:
        restoring.restore(backup, replace=True, now=moment, say=quiet)
    assert refused.value.code == "backup.worker_lives"
    assert everything() == before
    assert [heard.alive(moment + timedelta(seconds=after)) for after in (30, 31)] == [True, False]


@pytest.mark.parametrize(
    "point",
    [
        "restore.begun:1",
        "restore.table:9",
        "restore.laid:1",
        "restore.file:1",
        "restore.migrated:1",
        "restore.verified:1",
    ],
)
def test_a_restore_killed_midway_says_so_and_can_be_done_again(backup: Path, tmp_path: Path, point: str) -> None:
    with empty(tmp_path / "new") as new:
        new.keys_from(here().home)
        new.run("restore", str(backup), status=-9, XINHENG_KILL_AT=point)
        for words in (("init",), ("worker", "--once"), ("ledger", "verify")):
            assert new.run(*words, status=1)["reason"] == "backup.unfinished"
        doctor = {one["name"]: one["state"] for one in new.run("doctor", status=1)["items"]}
        assert doctor["restore"] == "fail"
        assert new.run("restore", str(backup))["verification"]["items"] == []
        assert new.run("ledger", "verify")["items"] == []
