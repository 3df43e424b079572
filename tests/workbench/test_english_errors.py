"""With English chosen, what is wrong is said in English: forms, refused files, rows of a batch, held rows, error pages."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from english_labels import chinese_but_values, errors_said
from workbench.acts import PENALTY, People, dirty_rows, penalty_texts, refused, sent_and_loaded, words
from world import PASSWORD, World
from xinheng.intake.door import held
from xinheng.jobs.models import Job


@pytest.fixture
def reporter(people: People, settings: Any) -> Client:
    return in_english(people["reporter.market"], settings)


def in_english(client: Client, settings: Any) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def said_in_english(answer: Any) -> list[str]:
    """What is wrong, all of it; it stands in English."""
    found = errors_said(answer)
    assert found
    assert [one for one in found if chinese_but_values(one)] == []
    return found


def test_a_weak_password_is_refused_with_every_fault_in_english(reporter: Client) -> None:
    answer = reporter.post(
        "/workbench/password", {"old": PASSWORD, "new": "reporter.market", "again": "reporter.market"}
    )
    assert "The password must not contain the login" in said_in_english(answer)
    short = reporter.post("/workbench/password", {"old": PASSWORD, "new": "aaaa", "again": "aaaa"})
    assert "The password is too simple (length 4, kinds of characters 1); it must have at least" in " ".join(
        said_in_english(short)
    )
    wrong = reporter.post(
        "/workbench/password", {"old": "x", "new": "Another-password-1", "again": "Another-password-1"}
    )
    assert "The old password is wrong, or the account is locked." in " ".join(said_in_english(wrong))


def test_who_cannot_sign_in_is_told_in_english(world: World, settings: Any) -> None:
    client = in_english(Client(raise_request_exception=False), settings)
    answer = client.post("/workbench/sign-in", {"login": "nobody", "password": "x"})
    assert "The login or the password is wrong" in " ".join(said_in_english(answer))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.csv", b"", "The file is empty. Check that the export was finished, then upload it."),
        ("处罚.pdf", b"%PDF-1.7", "Files ending with “.pdf” are not taken."),
        ("处罚.xlsx", b"CF_WSH\n1\n", "The file ends with .xlsx, but its content is text."),
        ("处罚.csv", b"a,b\n1,2\n", "No header was found in the first 2 rows."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_english(
    reporter: Client, world: World, name: str, content: bytes, said: str
) -> None:
    sent = SimpleUploadedFile(name, content)
    answer = reporter.post("/workbench/upload", {"item": PENALTY, "file": sent})
    if answer.status_code == 302:
        from workbench.acts import load

        batch = int(answer["Location"].rpartition("/")[2])
        load(batch)
        text = words(reporter.get(f"/workbench/batches/{batch}"))
        assert said in text
    else:
        assert said in " ".join(said_in_english(answer))


def test_a_refused_header_names_the_columns_in_both_languages(reporter: Client, world: World) -> None:
    text = words(reporter.get(f"/workbench/batches/{refused(reporter, world)}"))
    assert "The header has columns that are required and missing:" in text
    assert "missing: Document number of the penalty decision (行政处罚决定书文号, CF_WSH)." in text


def test_the_problems_of_a_batch_are_english_on_the_page_and_in_the_file(reporter: Client, world: World) -> None:
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    page = reporter.get(f"/workbench/batches/{batch}")
    lines = re.findall(r'<td[^>]*data-label="Problem"[^>]*>(.*?)</td>', page.content.decode(), re.DOTALL)
    told = [re.sub(r"<[^>]+>", "", line) for line in lines]
    assert len(told) > 2
    assert [line for line in told if chinese_but_values(line)] == []
    assert any("is a placeholder, not a real code; give the code on the licence" in line for line in told)
    file = b"".join(reporter.get(f"/workbench/batches/{batch}/problems.csv").streaming_content).decode("utf-8-sig")
    assert "is a placeholder, not a real code" in file


def test_why_a_row_is_held_is_english(people: People, world: World, settings: Any) -> None:
    row = penalty_texts(world, CF_WSH="示市监罚〔2026〕23号", CF_XDR_MC="示例区远山建材有限公司")
    sent_and_loaded(people["reporter.market"], world, [row])
    (one,) = held(world.actor("reviewer")).items
    reviewer = in_english(people["reviewer"], settings)
    assert "the name differs from the name this code has in the register" in words(
        reviewer.get(f"/workbench/held/{one.id}")
    )
    unsettled = reviewer.post(f"/workbench/held/{one.id}/release", {"reason": "", "_step": "confirm"})
    assert unsettled.status_code == 422


def test_a_typed_row_is_refused_field_by_field_in_english(reporter: Client, world: World) -> None:
    typed = penalty_texts(world, CF_XDR_SHXYM="91330000000000000I", CF_NR_FK="", CF_JDRQ="2026-02-30")
    answer = reporter.post(f"/workbench/entry/{PENALTY}", typed | {"_step": "review"})
    said = " ".join(said_in_english(answer))
    assert "the kinds of penalty include a fine, so its amount is required" in said
    assert "the calendar has no such day" in said


def test_what_is_not_there_is_answered_in_english(reporter: Client, world: World) -> None:
    answer = reporter.get("/workbench/batches/999999")
    assert answer.status_code == 404
    assert said_in_english(answer) == ["There is no batch with the number 999999, or you may not see it"]


def test_a_chinese_page_says_it_in_chinese(people: People, world: World) -> None:
    answer = people["reporter.market"].get("/workbench/batches/999999")
    assert errors_said(answer) == ["没有编号为 999999 的报送批次，或不在您可查看的范围内"]


def test_what_a_verification_found_and_why_a_job_failed_are_english(
    people: People, world: World, settings: Any, now: datetime
) -> None:
    found = {
        "code": "leaf",
        "place": "1",
        "message": "第 7 号账目与账本树中的散列不符：该账目或其抬头被改动、删除或调换过",
    }
    done = Job.objects.create(
        name="ledger.verify",
        person_id=world.actor("auditor").id,
        state="done",
        created_at=now,
        not_before=now,
        finished_at=now,
        result={"items": [found]},
    )
    Job.objects.create(
        name="intake.load",
        state="failed",
        created_at=now,
        not_before=now,
        finished_at=now,
        error="程序内部错误（KeyError，位置 load.py:12），请联系管理员",
        error_code="jobs.internal",
    )
    auditor, operator = in_english(people["auditor"], settings), in_english(people["operator"], settings)
    page = words(auditor.get(f"/workbench/audit/ledger/verifications/{done.pk}"))
    assert "Entry 7 does not agree with the hash in the ledger&#x27;s tree: the entry or its header was changed" in page
    jobs = words(operator.get("/workbench/jobs?state=failed"))
    assert "Internal error (KeyError, at load.py:12); tell the administrator jobs.internal" in jobs
