"""`examples/send_penalties.py`, run as a process against a running server: CSV and SQLite in, what was rejected out."""

import csv
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections

from api.conftest import OFFICE, service_of
from intake import cast
from workbench.serving import served
from world import World, build
from xinheng.accounts.door import TokenDraft, issue_token
from xinheng.intake.models import Batch
from xinheng.jobs.door import Worker
from xinheng.web.clock import now as page_now

ROOT = Path(__file__).resolve().parents[2]
SENDER = ROOT / "examples" / "send_penalties.py"
OWN = {"party_name": "CF_XDR_MC", "case_number": "CF_WSH", "decided_on": "CF_JDRQ"}


@pytest.fixture
def world(transactional_db: None, now: datetime, settings: Any) -> World:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    return build(now)


@pytest.fixture
def token(world: World, tmp_path: Path) -> Path:
    scopes = ("intake.load", "intake.read_own")
    draft = TokenDraft(service_of(world, "market"), "执法系统", scopes, world.now + timedelta(days=30))
    file = tmp_path / "token"
    file.write_text(issue_token(token=draft, actor=OFFICE, now=world.now).token + "\n", encoding="utf-8")
    return file


@contextmanager
def working() -> Iterator[None]:
    """A worker in a thread, with the handlers of the platform."""
    worker = Worker("test", configured.XINHENG_HANDLERS, page_now)

    def run() -> None:
        try:
            worker.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop.set()
        thread.join()


def sent(token: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    paths = os.pathsep.join((str(ROOT / "clients" / "python" / "src"),))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": paths, "PYTHONUTF8": "1", "XINHENG_TOKEN_FILE": str(token)}
    command = [sys.executable, str(SENDER), *arguments, "--wait", "60"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def own_rows(world: World) -> list[dict[str, str]]:
    """Rows as a department's system has them: some columns with names of its own; the second has a wrong date."""
    back = {code: name for name, code in OWN.items()}
    rows = [cast.penalty(world, 1), cast.penalty(world, 2, CF_JDRQ="去年")]
    return [{back.get(code, code): text or "" for code, text in row.items()} for row in rows]


def test_a_csv_is_sent_and_what_was_rejected_is_printed(world: World, token: Path, tmp_path: Path) -> None:
    source, rows = tmp_path / "十一月.csv", own_rows(world)
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with served() as address, working():
        done = sent(token, str(source), "--address", address)
        again = sent(token, str(source), "--address", address)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "入库 1，暂存 0，退回 1" in done.stdout
    assert "退回：第 3 行" in done.stdout
    assert "[E108]" in done.stdout
    assert again.stdout == done.stdout
    assert Batch.objects.count() == 1


def test_a_table_of_a_database_is_sent_and_all_of_it_taken(world: World, token: Path, tmp_path: Path) -> None:
    source, row = tmp_path / "cases.sqlite3", own_rows(world)[0]
    connection = sqlite3.connect(source)
    connection.execute(f"CREATE TABLE cases ({', '.join(row)})")
    connection.execute(f"INSERT INTO cases VALUES ({', '.join('?' * len(row))})", list(row.values()))
    connection.commit()
    connection.close()
    with served() as address, working():
        done = sent(token, str(source), "--table", "cases", "--address", address)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "入库 1，暂存 0，退回 0" in done.stdout


def test_what_cannot_be_sent_is_said_and_the_token_never(world: World, token: Path, tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("CF_WSH\n1\n", encoding="utf-8")
    secret = token.read_text(encoding="utf-8").strip()
    with served() as address:
        missing = sent(tmp_path / "nothing", str(source), "--address", address)
        empty = sent(token, str(tmp_path / "none.csv"), "--address", address)
        other = sent(token, str(source), "--address", address, "--item", "no-such-item")
        token.write_text(secret[:-1] + ("A" if secret[-1] != "A" else "B"), encoding="utf-8")
        wrong = sent(token, str(source), "--address", address)
    assert [each.returncode for each in (missing, empty, other, wrong)] == [2, 2, 2, 2]
    assert "目录中没有信息项“no-such-item”" in other.stderr
    assert "令牌无效" in wrong.stderr
    assert secret not in "".join(each.stdout + each.stderr for each in (missing, empty, other, wrong))
