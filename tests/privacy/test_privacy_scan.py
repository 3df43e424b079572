"""Two hundred identity numbers are handed in by every way there is, and afterwards none is found readable anywhere."""

import io
import logging
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from intake.cast import assert_sound
from privacy.hearing import Heard
from privacy.places import look_everywhere
from privacy.planting import HIGHER, PENALTY, PLANTED, Planted, Upload, as_csv, as_table, as_xlsx, uploads
from privacy.searching import Search, old_form
from privacy.visiting import visit_portal, visit_what_became_of_it, visit_workbench
from processes import environment
from world import World, furnish, publish
from xinheng.console import main
from xinheng.console.backups.making import make_backup
from xinheng.intake import models
from xinheng.intake.door import batch, check_row, enter_row, held, held_row, problems, receipt, receive, send_back
from xinheng.intake.values.batches import BatchState, HeldFilter, UploadDraft
from xinheng.intake.values.errors import IntakeInvalid
from xinheng.jobs.door import jobs
from xinheng.kernel.actor import system
from xinheng.kernel.dates import legal_date

LAST_TYPED = 10
"""So many numbers are kept for rows typed by hand; before them, free text takes what the files left over."""


class Scene:
    """Hands everything in, and collects what was said about it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.planted = Planted(world)
        self.heard = Heard()
        self.reporter = world.actor("reporter.market")

    def hand_in(self, upload: Upload) -> int:
        """As the upload page does it: received, its load enqueued."""
        draft = UploadDraft(PENALTY, self.world.units["market"], upload.name, upload.reason)
        done = receive(stream=BytesIO(upload.content), draft=draft, actor=self.reporter, now=self.world.now)
        self.heard.answer("received", done)
        return done.batch_id

    def process(self, *words: str) -> int:
        """A command in a process of its own; its output, errors and exit status."""
        where = {
            **environment(),
            "XINHENG_TODAY": "2026-11-21",
            "XINHENG_LOG_LEVEL": "DEBUG",
            "XINHENG_LOG_FORMAT": "JSON",
        }
        # It lies in the home, where everything is looked at in the end.
        (Path(where["XINHENG_HOME"]) / "logs").mkdir(exist_ok=True)
        where["XINHENG_LOG_FILE"] = str(Path(where["XINHENG_HOME"]) / "logs" / "platform.log")
        command = [sys.executable, "-m", "xinheng", *words]
        done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
        self.heard.text(f"output of {words[0]}", done.stdout)
        self.heard.text(f"errors of {words[0]}", done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return int(done.returncode)

    def files(self) -> list[int]:
        """Every file by upload and worker; then each again by `check`, with and without a database."""
        handed = uploads(self.planted)
        rest = [
            self.planted.firm(CF_SY=f"证人{self.planted.next()}", BZ=self.planted.next())
            for _ in range(self.left() // 2)
        ]
        handed += [Upload("rest.csv", as_csv(rest[::2], {}).encode())]
        handed += [Upload("rest.xlsx", as_xlsx(as_table(rest[1::2], {}, "其余")))]
        ids = [self.hand_in(upload) for upload in handed]
        assert self.process("worker", "--once") == 0
        path = self.folder / handed[0].name
        path.write_bytes(handed[0].content)
        assert self.process("intake", "check", str(path), "--item", PENALTY, "--json", "--rows") in (0, 1)
        path.unlink()
        return ids

    def left(self) -> int:
        """How many numbers the files may still take."""
        return PLANTED - LAST_TYPED - self.planted.used

    def loaded_by_console(self) -> None:
        """A file that the console loads itself."""
        path = self.folder / "console.csv"
        path.write_bytes(
            as_csv([self.planted.someone(), self.planted.firm(CF_WFXW="无", BZ=self.planted.next())], {}).encode()
        )
        organisation = self.world.unit_codes["market"]
        words = (
            "--item",
            PENALTY,
            "--organisation",
            organisation,
            "--as",
            "reporter.market",
            "--reason",
            self.planted.next(),
        )
        assert self.process("intake", "load", str(path), *words) == 1
        path.unlink()

    def typed(self) -> None:
        """Rows typed by hand: taken, corrected, held, rejected, only looked at."""
        p = self.planted
        someone = p.someone()
        rows = [someone, someone | HIGHER, p.someone(CF_NR_FK="20000"), p.someone(CF_WFXW="无"), p.firm(CF_SY=p.next())]
        rows += [p.firm(CF_XDR_SHXYM=p.next()), p.firm(CF_XDR_MC=f"示例区{p.next()}厂"), p.firm(CF_JDRQ=p.next())]
        for row in rows:
            for way in (check_row, enter_row):
                try:
                    self.heard.answer(
                        "typed",
                        way(item=PENALTY, texts=row, reason=f"见{p.all[0]}", actor=self.reporter, now=self.world.now),
                    )
                except IntakeInvalid as error:
                    self.heard.answer("refused", [error.code, error.message])

    def settled(self) -> None:
        """Waiting rows as they are shown without a purpose; one is sent back."""
        waiting = held(self.reporter, HeldFilter(limit=200)).items
        assert len(waiting) > 5
        for one in waiting:
            self.heard.answer("held", [one, held_row(one.id, self.reporter, on=legal_date(self.world.now))])
        done = send_back(
            held_id=waiting[0].id, reason="退回，请核对", actor=self.world.actor("operator"), now=self.world.now
        )
        self.heard.answer("sent back", done)

    def asked(self, ids: list[int]) -> None:
        """What pages, lists and commands say of it all."""
        for number in ids:
            self.heard.answer("batch", batch(number, self.reporter))
            self.heard.answer("problems", problems(number, self.reporter, limit=200))
            self.heard.answer("receipt", receipt(number, self.reporter))
        self.heard.answer("jobs", jobs(system("test", "jobs.read", "accounts.see_all_units")))

    def watched(self) -> None:
        """What operators' programs are told."""
        for address in ("/health/ready", "/metrics"):
            answer = Client().get(address)
            assert answer.status_code == 200
            self.heard.page(address, answer)

    def backed_up(self, search: Search) -> None:
        """Every part of a backup, unpacked."""
        path = self.folder / "all.backup"
        make_backup(path, now=self.world.now, say=lambda text: self.heard.text("backup", text))
        with zipfile.ZipFile(path) as whole:
            assert len(whole.namelist()) > 30
            for name in whole.namelist():
                search.data(f"backup, {name}", whole.read(name))
        path.unlink()

    def printed(self, number: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """What commands print that read a number from standard input: it is masked, also for who may see it elsewhere."""
        show = (
            "subject",
            "show",
            "-",
            "--purpose",
            "objection",
            "--reference",
            "示异议〔2026〕1号",
            "--as",
            "operator",
        )
        for words in (show, (*show, "--json"), ("identifier", "check", "-"), ("identifier", "check", "-", "--json")):
            monkeypatch.setattr(sys, "stdin", io.StringIO(number + "\n"))
            assert main.run(words) == 0
            said = capsys.readouterr()
            assert f"{number[:6]}********{number[-4:]}" in said.out
            self.heard.text(" ".join(words), said.out + said.err)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_planted_numbers_are_found_nowhere(
    now: datetime,
    settings: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    scene = Scene(furnish(now), tmp_path)
    with caplog.at_level(logging.DEBUG):
        ids = scene.files()
        scene.loaded_by_console()
        scene.typed()
        publish(now)
        scene.settled()
        scene.asked(ids)
        someone = scene.planted.all[0]
        scene.printed(someone, capsys, monkeypatch)
        visit_portal([*scene.planted.written(someone), old_form(someone)], scene.heard, monkeypatch)
        visit_workbench(scene.world, scene.planted.all[1:3], scene.heard)
        visit_what_became_of_it(ids, scene.heard)
        settings.XINHENG_MONITOR_FROM = ["127.0.0.1"]
        scene.watched()
    states = [batch(number, scene.reporter).state for number in ids]
    assert (states.count(BatchState.LOADED), states.count(BatchState.REFUSED)) == (len(ids) - 3, 3)
    assert models.Held.objects.count() > 5
    search = Search(scene.planted.all)
    look_everywhere(search)
    assert (Path(settings.XINHENG_HOME) / "logs" / "platform.log").stat().st_size > 0
    scene.backed_up(search)
    for place, text in [*scene.heard.said, ("log", caplog.text)]:
        search.value(place, text)
    assert scene.planted.used == PLANTED, scene.planted.used
    assert search.looked > 1_000_000
    assert search.found == {}
    assert_sound()
