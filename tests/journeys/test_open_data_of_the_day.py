"""The open data of the day: fetched whole, checked against the ledger, kept in step by differences, and what ended is gone everywhere.

A reader with nothing but Python downloads Monday's snapshot, a department withdraws and corrects, the worker issues anew, and the reader
arrives at the same bytes by the difference; of what ended the reader is told the number, and the platform gives the content to nobody.
"""

import gzip
import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from intake import cast
from world import World, furnish, publish
from xinheng.console import duties
from xinheng.ledger.door import checkpoint
from xinheng.project.handlers import HANDLERS, SCHEDULE
from xinheng.publicity.queries import open_data
from xinheng.records.door import mark
from xinheng.records.values import MarkKind

TOOL = Path(__file__).resolve().parents[2] / "tools" / "apply_open_data.py"


@pytest.fixture
def world(db: None, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "open-data")
    return furnish(now)


class Worker:
    """What a job is given of the worker."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


def work(now: datetime) -> str:
    """The periodic job; says which issue it made."""
    return str(duties.open_data(Worker(now))["issued"])  # type: ignore[arg-type]


def fetch(name: str, folder: Path) -> Path:
    """Download an issue as a reader does: the manifest, then each file it names."""
    folder.mkdir()
    manifest = Client().get(f"/open-data/{name}/manifest.json")
    (folder / "manifest.json").write_bytes(b"".join(manifest.streaming_content))  # type: ignore[arg-type]
    for file in json.loads((folder / "manifest.json").read_bytes())["files"]:
        answer = Client().get(f"/open-data/{name}/{file['name']}")
        (folder / file["name"]).write_bytes(b"".join(answer.streaming_content))  # type: ignore[arg-type]
    return folder


def tool(*arguments: object) -> str:
    done = subprocess.run([sys.executable, TOOL, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_a_reader_keeps_in_step_and_what_ended_is_gone(
    world: World, now: datetime, tmp_path: Path, settings: Any
) -> None:
    assert HANDLERS["publicity.open_data"] == "xinheng.console.duties.open_data"
    assert "publicity.open_data" in SCHEDULE
    rows = [cast.penalty(world, number) for number in range(1, 6)]
    assert cast.load(world, cast.as_csv(rows)).counts.accepted == 5
    assert cast.load(world, cast.as_csv([cast.person(world, 7)])).counts.accepted == 1
    publish(now)

    # The worker issues once a day; the reader fetches and checks it whole.
    assert work(now) == "2026-11-21.1"
    assert work(now + timedelta(minutes=1)) == ""
    kept = fetch("2026-11-21.1", tmp_path / "kept")
    assert tool(kept, kept / "manifest.json") == "equal"
    lines = gzip.decompress((kept / "administrative-penalty.jsonl.gz").read_bytes()).splitlines()
    assert len(lines) == 5
    assert "丙某某" not in b"".join(lines).decode()

    # Its manifest stands in the ledger.
    checkpoint(now=now)
    digest = hashlib.sha256((kept / "manifest.json").read_bytes()).hexdigest()
    assert digest in Client().get("/open-data/2026-11-21.1/proof.json").content.decode()

    # One is withdrawn in the afternoon: from that moment nobody is given the file, until the next issue is there without it.
    gone = json.loads(lines[0])["id"]
    reviewer = world.actor("reviewer")
    mark(record_id=gone, kind=MarkKind.WITHDRAWN, reason="撤销", actor=reviewer, now=now, on=date(2026, 11, 21))
    assert Client().get("/open-data/2026-11-21.1/administrative-penalty.jsonl.gz").status_code == 503
    assert work(now + timedelta(minutes=2)) == "2026-11-21.2"
    assert Client().get("/open-data/2026-11-21.1/administrative-penalty.jsonl.gz").status_code == 404

    # The next day brings a correction and a new one; the difference leads there byte for byte.
    tomorrow = now + timedelta(days=1)
    settings.XINHENG_CLOCK_SHIFT = tomorrow - datetime.now(UTC)
    changed = cast.penalty(world, 2, CF_NR="处以罚款人民币3000元。", CF_NR_FK="0.3")
    receipt = cast.load(world, cast.as_csv([cast.penalty(world, 9), changed]), reason="金额录入有误", now=tomorrow)
    assert receipt.counts.accepted >= 1, receipt
    publish(tomorrow)
    assert work(tomorrow) == "2026-11-22.1"
    answer = Client().get("/open-data/2026-11-21.1/changes")
    (tmp_path / "since.jsonl.gz").write_bytes(b"".join(answer.streaming_content))  # type: ignore[arg-type]
    newest = fetch("2026-11-22.1", tmp_path / "newest")
    assert tool(kept, tmp_path / "since.jsonl.gz", newest / "manifest.json", tmp_path / "made") == "equal"
    for file in json.loads((newest / "manifest.json").read_bytes())["files"]:
        made = gzip.decompress((tmp_path / "made" / file["name"]).read_bytes())
        assert made == gzip.decompress((newest / file["name"]).read_bytes())
    told = [json.loads(line) for line in gzip.decompress((tmp_path / "since.jsonl.gz").read_bytes()).splitlines()[1:]]
    assert {"item": "administrative-penalty", "op": "ended", "id": gone} in told
    assert {change["op"] for change in told} >= {"ended", "added"}
