"""A natural person whom only another department reported does not exist for a department, and shows it nothing once it reported too."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from intake.cast import Row, as_csv, load, person, resident_number
from intake.reported_cast import NEVER_SEEN, plain
from workbench.acts import People
from world import World
from xinheng.console import clock, main
from xinheng.kernel.dates import legal_date
from xinheng.publicity.door import reach_of
from xinheng.records.door import by_document
from xinheng.subjects.door import by_code, history_of, merge, who
from xinheng.subjects.values import Scheme

PURPOSE = {"purpose": "data-quality", "reference": ""}
THEIRS, OWN = "丁某某", "丁某"
NUMBER = "示税罚〔2026〕9号"


@pytest.fixture
def tax(people: People) -> Client:
    return people["reporter.tax"]


def foreign(world: World) -> int:
    """Market supervision reports the person, under another spelling; returns the person."""
    row = person(world, 9, CF_XDR_MC=THEIRS)
    assert load(world, as_csv([row])).counts.accepted == 1
    return found(world, resident_number(9))


def found(world: World, number: str) -> int:
    one = who(Scheme.ID18, number, actor=world.actor("reporter.market"))
    assert one is not None
    return one.entry


def own(world: World, number: int = 9) -> Row:
    row = person(world, number, CF_XDR_MC=OWN, CF_WSH=NUMBER)
    return row | dict.fromkeys(("CF_CFJGDM", "CF_SJLYDM"), world.unit_codes["tax"])


def looked_up(client: Client, number: str, subject_id: int) -> dict[str, Any]:
    """The search by number with what it leads to, and the pages of the subject."""
    asked = client.post("/workbench/subjects/person", {"number": number, **PURPOSE})
    answers = {"search": asked, "page": client.get(f"/workbench/subjects/{subject_id}")}
    if asked.status_code == 302:
        answers["led to"] = client.get(asked["Location"])
    return answers


def shown(world: World, number: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command says, asked by the tax bureau for a purpose."""
    monkeypatch.setattr(clock, "now", lambda: world.now + timedelta(minutes=1))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n"))
    status = main.run(["subject", "show", "-", "--as", "reporter.tax", "--purpose", "data-quality", "--json"])
    said = capsys.readouterr()
    return f"{status} {said.out} {said.err}"


@pytest.mark.parametrize("reported", [False, True])
def test_no_answer_about_a_person_changes_by_what_another_department_reported(
    world: World,
    tax: Client,
    reported: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[dict[str, bytes]] = []
    for there in (False, True):
        with transaction.atomic():
            subject_id = foreign(world) if there else NEVER_SEEN
            if reported:
                assert load(world, as_csv([own(world)]), unit="tax").counts.accepted == 1
                [version] = by_document(NUMBER, actor=world.actor("reporter.tax"))
                subject_id = version.subject_id
            said = looked_up(tax, resident_number(9), subject_id)
            said["command"] = shown(world, resident_number(9), capsys, monkeypatch)
            answers.append({name: without_ids(plain(answer).decode()).encode() for name, answer in said.items()})
            transaction.set_rollback(True)
    assert answers[0].keys() == answers[1].keys()
    for name, answer in answers[0].items():
        assert answers[1][name].decode() == answer.decode(), name
    assert THEIRS not in b"".join(answers[1].values()).decode()
    assert (OWN in answers[1]["command"].decode()) is reported


def without_ids(said: str) -> str:
    """Serial numbers grow with whatever anybody enters."""
    return re.sub(r'("(?:id|record|record_id|version|batch|number|run|known_at)": |批次 )\d+', r"\1N", said)


def test_a_merge_of_people_leads_no_department_to_the_number_another_one_reported(world: World) -> None:
    load(world, as_csv([own(world, 10)]), unit="tax")
    mine, theirs = found(world, resident_number(10)), foreign(world)
    actor = replace(world.actor("reporter.tax"), purpose="data-quality")
    reach = reach_of(actor, legal_date(world.now))
    before = by_code(resident_number(10), actor=actor, reach=reach)
    history = history_of(mine, actor=actor, reach=reach)
    merge(kept=theirs, absorbed=mine, reason="同一人", actor=world.actor("operator"), now=world.now)
    assert by_code(resident_number(10), actor=actor, reach=reach) == before
    assert history_of(mine, actor=actor, reach=reach) == history
    assert by_code(resident_number(9), actor=actor, reach=reach) is None
    office = replace(world.actor("operator"), purpose="data-quality")
    led = by_code(resident_number(10), actor=office)
    assert led is not None
    assert led.id == theirs
