"""The page of open data and its files: whole, with fingerprints, revalidated every time, gone the moment something ends."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.pages import main
from world import World
from xinheng.ledger.door import checkpoint, sequence
from xinheng.portal.views import programs
from xinheng.publicity.batch import issue_open_data
from xinheng.publicity.queries import open_data
from xinheng.records.door import mark
from xinheng.records.values import MarkKind

TOOLS = Path(__file__).resolve().parents[2] / "tools"
FINES = "administrative-penalty.jsonl.gz"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "open-data")


@pytest.fixture
def issued(world: World, fine: int, permitted: int, now: Any) -> str:
    """The day's first issue."""
    assert issue_open_data(now=now) is not None
    sequence()
    return "2026-11-21.1"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_page_lists_every_file_with_its_fingerprint(visitor: Client, issued: str) -> None:
    answer = visitor.get("/open-data/")
    said = main(answer)
    assert "2026年11月21日 · 2" in said
    for file in answer.context["files"]:
        assert file.digest in said
        assert visitor.get(file.href).status_code == 200
    assert "开放数据" in main(visitor.get("/"))


def test_the_program_that_checks_is_offered_beside_the_files_as_it_stands_in_the_source(
    visitor: Client, issued: str, tmp_path: Path, settings: Any
) -> None:
    page = visitor.get("/open-data/")
    (href,) = re.findall(r'<a href="(/programs/[^"]+)" download', page.content.decode())
    answer = visitor.get(href)
    assert answer.content == (TOOLS / "apply_open_data.py").read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="apply_open_data.py"'
    for file in [*page.context["files"], page.context["present"].manifest]:
        name = file.href.rpartition("/")[2]
        (tmp_path / name).write_bytes(body(visitor.get(file.href)))
    program = tmp_path / "program.py"
    program.write_bytes(answer.content)
    command = [sys.executable, "-I", str(program), str(tmp_path), str(tmp_path / "manifest.json")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Download the program apply_open_data.py" in main(visitor.get("/open-data/"))


def test_only_the_programs_of_the_pages_are_handed_out(visitor: Client, world: World) -> None:
    assert visitor.get("/programs/verify.py").content == (TOOLS / "verify.py").read_bytes()
    for name in ("recount_duty.py", "verify.txt", "..%2Furls.py", "verify"):
        assert visitor.get(f"/programs/{name}").status_code == 404
    assert all((programs.FOLDER / name).with_suffix(".txt").is_symlink() for name in programs.PROGRAMS)


def test_before_the_first_issue_the_page_says_so(visitor: Client, world: World) -> None:
    said = main(visitor.get("/open-data/"))
    assert "正在生成" in said
    assert "还没有生成过开放数据" in said


def test_a_file_is_asked_for_again_every_time_and_a_manifest_once(visitor: Client, issued: str, fine: int) -> None:
    answer = visitor.get(f"/open-data/{issued}/{FINES}")
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-cache", "application/gzip")
    assert json.loads(gzip.decompress(body(answer)))["id"] == fine
    again = visitor.get(f"/open-data/{issued}/{FINES}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, answer["ETag"])
    assert "immutable" in visitor.get(f"/open-data/{issued}/manifest.json")["Cache-Control"]


def test_what_was_withdrawn_is_not_downloaded_even_by_who_knows_the_tag(
    visitor: Client, world: World, issued: str, fine: int, now: Any
) -> None:
    tag = visitor.get(f"/open-data/{issued}/{FINES}")["ETag"]
    on = date(2026, 11, 21)
    mark(record_id=fine, kind=MarkKind.WITHDRAWN, reason="x", actor=world.actor("reviewer"), now=now, on=on)
    refused = visitor.get(f"/open-data/{issued}/{FINES}", headers={"If-None-Match": tag})
    assert refused.status_code == 503
    assert "正在重新生成" in main(refused)
    assert "正在生成" in main(visitor.get("/open-data/"))
    assert issue_open_data(now=now + timedelta(hours=1)) is not None
    sequence()
    assert visitor.get(f"/open-data/{issued}/{FINES}").status_code == 404
    assert gzip.decompress(body(visitor.get(f"/open-data/2026-11-21.2/{FINES}"))) == b""
    told = gzip.decompress(body(visitor.get(f"/open-data/{issued}/changes"))).splitlines()
    assert json.loads(told[1]) == {"item": "administrative-penalty", "op": "ended", "id": fine}
    assert len(told) == 2


def test_yesterday_s_files_are_not_given_after_midnight(
    visitor: Client, issued: str, later: Callable[[int], None]
) -> None:
    later(1)
    assert visitor.get(f"/open-data/{issued}/{FINES}").status_code == 503
    assert visitor.get(f"/open-data/{issued}/changes").status_code in (404, 503)


@pytest.mark.parametrize(
    "address",
    [
        "2026-11-21.9/manifest.json",
        "2026-11-21.1/administrative-penalty.index.gz",
        "2026-11-21.1/%2e%2e%2f%2e%2e%2fkeys%2fmaster",
        "x/changes",
        "2026-11-21.1/changes",
        "x/proof.json",
        "%2e%2e/manifest.json",
    ],
)
def test_what_is_not_there_is_not_found(visitor: Client, issued: str, address: str) -> None:
    assert visitor.get(f"/open-data/{address}").status_code == 404


def test_the_entry_of_the_manifest_is_proved_to_everybody(visitor: Client, issued: str, now: Any) -> None:
    address = f"/open-data/{issued}/proof.json"
    assert visitor.get(address).status_code == 409
    checkpoint(now=now)
    (issue,) = visitor.get("/open-data/").context["issues"]
    assert issue.digest in visitor.get(address).content.decode()
