"""A department's system is let in and sends: token, file, progress, receipt, record, publication, and a proof that verifies offline."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as configured
from django.core.handlers.wsgi import WSGIHandler

from api.calling import PENALTY
from intake import cast
from ledger.scenarios_of_accounts import service_account
from workbench.acts import People
from workbench.overview_cast import administer
from world import PASSWORD, World, build
from xinheng.jobs.door import Worker, enqueue
from xinheng.ledger.door import public_key, sequence, verify
from xinheng.storage.keys import key_ring
from xinheng.web.clock import now as page_now
from xinheng_client import Client, Problem

VERIFY = Path(__file__).resolve().parents[2] / "tools" / "verify.py"


@pytest.fixture
def world(transactional_db: None, now: datetime, settings: Any) -> World:
    """Committed: the worker's sign of life comes on a connection of its own."""
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    return build(now)


def token_from_the_page(world: World) -> str:
    """What the security administrator does: choose the account, what it may do, until when; and copy what is shown once."""
    people = People(PASSWORD)
    typed = {
        "account": str(service_account(world)),
        "name": "执法系统每日报送",
        "scopes": ["intake.load", "intake.read_own", "subjects.read", "records.read_unpublished"],
        "items": [PENALTY],
        "expires": "2027-05-20",
    }
    page = people["secadmin"].post("/workbench/tokens/issue", {**typed, "_step": "confirm"})
    (text,) = set(re.findall(r"xht_\w{8}_[\w-]{43}", page.content.decode()))
    return str(text)


def work(*names: str) -> None:
    """What the worker does, until nothing is due."""
    for name in names:
        enqueue(name, {})
    Worker("journey", configured.XINHENG_HANDLERS, page_now).drain()


def test_a_department_system_sends(world: World, tmp_path: Path, settings: Any) -> None:
    administer(world)
    token = token_from_the_page(world)
    with Client("http://localhost", token=token, transport=httpx.WSGITransport(app=WSGIHandler())) as client:
        # It knows who it is, and what it may hand in.
        assert client.who_am_i().items == (PENALTY,)
        assert {"CF_WSH", "CF_JDRQ"} <= {each["code"] for each in client.item(PENALTY)["fields"]}
        # It hands in a file: one row is right, one is wrong, one waits.
        code = cast.firm_code(3)
        waiting = cast.penalty(world, 3, CF_XDR_SHXYM=code[:-1] + ("0" if code[-1] != "0" else "1"))
        rows = [cast.penalty(world, 1), cast.penalty(world, 2, CF_JDRQ="去年"), waiting]
        batch = client.send_file(("十一月.csv", cast.as_csv(rows)), item=PENALTY, key="2026-11-21")
        assert client.send_file(("十一月.csv", cast.as_csv(rows)), item=PENALTY, key="2026-11-21").id == batch.id
        assert batch.progress == "waiting"
        work("ledger.follow")
        done = client.wait(batch.id)
        assert (done.counts.accepted, done.counts.held, done.counts.rejected) == (1, 1, 1)
        assert client.receipt(batch.id)["status"] == "done"
        assert [(one.row, one.code) for one in client.problems(batch.id, effect="reject")] == [(3, "E108")]
        (held,) = client.held(batch_id=batch.id)
        assert held.row == 4
        # It finds what it handed in, and so does everybody.
        subject = client.subject_by_code(cast.firm_code(1))
        (record,) = client.records_of(subject.id)
        work("ledger.follow", "ledger.checkpoint")
        shown = client.public_record(record.id)
        assert (shown.document_number, shown.public_from is not None) == ("示市监罚〔2026〕1号", True)
        assert verified(client, record.id, tmp_path)
        # Revoked, it is out with the next request; what is public stays public.
        people = People(PASSWORD)
        listed = people["secadmin"].get("/workbench/tokens").content.decode()
        (number,) = set(re.findall(r"/workbench/tokens/(\d+)/revoke", listed))
        people["secadmin"].post(f"/workbench/tokens/{number}/revoke", {"sure": "1", "_step": "confirm"})
        with pytest.raises(Problem) as caught:
            client.batch(batch.id)
        assert caught.value.status == 401
        assert client.public_record(record.id) == shown
    sequence()
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()


def verified(client: Client, record_id: int, folder: Path) -> bool:
    """Whether the program without the platform accepts the proofs of the record and of its publication, and no changed one."""
    ledger = client.ledger()
    (folder / "checkpoint.txt").write_text(ledger["checkpoints"][0]["text"], encoding="utf-8")
    (folder / "key").write_text(ledger["public_key"], encoding="utf-8")
    outcomes = []
    for of in ("version", "decision"):
        proof = client.proof(record_id, of=of)
        outcomes.append(status_of(proof, folder))
    proof["entry"]["header"][0][1] = "batch of another kind"
    outcomes.append(status_of(proof, folder))
    return outcomes == [0, 0, 1]


def status_of(proof: dict[str, Any], folder: Path) -> int:
    """What `tools/verify.py` says."""
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, str(VERIFY), "proof.json", "checkpoint.txt", "--key", "key"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
