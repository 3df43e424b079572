"""Sixteen at once with one key: one effect, and in the end one answer for all."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections

from api.calling import Caller
from api.conftest import OFFICE, service_of
from api.test_api_records import sent
from intake import cast
from world import World, build
from xinheng.accounts.door import TokenDraft, issue_token, scope_words
from xinheng.intake.models import Batch
from xinheng.ledger.models import Run
from xinheng.records.models import Record, Version

THREADS = 16


@pytest.fixture
def token(transactional_db: None, now: datetime, settings: Any) -> tuple[World, str]:
    """A world that is committed, and a token of the market bureau."""
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    world = build(now)
    expires = now.replace(year=now.year + 1)
    draft = TokenDraft(service_of(world, "market"), "测试", tuple(scope_words()), expires)
    return world, issue_token(token=draft, actor=OFFICE, now=now).token


def at_once(act: Callable[[Caller], Any], text: str) -> list[Any]:
    """The final answers of sixteen callers that start together; whoever is told to wait comes again."""
    barrier, answers, waited = Barrier(THREADS), [], []

    def run() -> None:
        try:
            caller = Caller(text)
            barrier.wait()
            for _ in range(200):
                answer = act(caller)
                if answer.status_code != 409:
                    break
                waited.append(answer.json()["code"])
                time.sleep(0.05)
            answers.append(answer)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(waited) <= {"accounts.key_in_progress"}
    assert len(answers) == THREADS
    return answers


def test_a_file_sent_sixteen_times_with_one_key_is_one_batch(token: tuple[World, str]) -> None:
    world, text = token
    content = cast.as_csv([cast.penalty(world)])
    answers = at_once(lambda caller: caller.send(content, key="one-file"), text)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer.has_header("Idempotency-Replayed") for answer in answers) == THREADS - 1
    assert Batch.objects.count() == 1
    assert Run.objects.filter(operation="intake.received").count() == 1
    # No sealed file is left of an attempt that came too late.
    assert len(list((Path(configured.XINHENG_HOME) / "uploads").rglob("*.sealed"))) >= 1
    assert Batch.objects.get().upload in {
        str(path.relative_to(Path(configured.XINHENG_HOME) / "uploads"))
        for path in (Path(configured.XINHENG_HOME) / "uploads").rglob("*.sealed")
    }


def test_a_record_sent_sixteen_times_with_one_key_is_entered_once(token: tuple[World, str]) -> None:
    world, text = token
    body = sent(cast.penalty(world))
    answers = at_once(lambda caller: caller.post("records", body, **{"Idempotency-Key": "one-record"}), text)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["results"][0]["standing"] for answer in answers} == {"new"}
    assert len({answer.content for answer in answers}) == 1
    assert (Record.objects.count(), Version.objects.count()) == (1, 1)
