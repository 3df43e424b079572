"""A department learns nothing of a firm that only another one reported: no page of the workbench changes a byte by it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from intake.cast import Row, as_csv, load, penalty
from intake.reported_cast import CODE, NAME, NEVER_SEEN, NUMBER, PART, compared, report, subject_of
from workbench.acts import PENALTY, People, words
from world import World, publish
from xinheng.console import clock, main
from xinheng.intake.door import check_row
from xinheng.kernel.dates import legal_date
from xinheng.publicity.door import reach_of
from xinheng.records.door import by_document
from xinheng.subjects.door import by_code, facts, history_of, merge, names_of, provisional, search, subject, undo_merge
from xinheng.subjects.values import SubjectUnknown

OWN_NAME = "示例区同码贸易有限公司"
OWN_NUMBER = "示税罚〔2026〕8号"
SOURCE = re.compile(r"报送批次 \d")
TEXTS = (NAME, PART, CODE, NUMBER, OWN_NAME, "同码", OWN_NUMBER)


@pytest.fixture
def tax(people: People) -> Client:
    return people["reporter.tax"]


def own_row(world: World) -> Row:
    return penalty(world, 8, unit="tax", CF_XDR_MC=OWN_NAME, CF_XDR_SHXYM=CODE, CF_WSH=OWN_NUMBER)


def pages(client: Client, subject_id: int) -> dict[str, Any]:
    """Every page of the workbench that could show the firm."""
    here = f"/workbench/subjects/{subject_id}"
    searches = {f"search {text}": client.get("/workbench/subjects", {"q": text}) for text in TEXTS}
    return searches | {
        "archive": client.get(here),
        "archive, filtered": client.get(here, {"item": PENALTY, "on": "2026-11-20"}),
        "as known": client.get(here, {"known": "1"}),
        "purpose": client.get(f"{here}/purpose"),
        "publicity": client.get("/workbench/publicity"),
    }


def test_no_page_changes_by_what_another_department_reported(world: World, tax: Client) -> None:
    answers = compared(world, lambda subject_id: pages(tax, subject_id))
    assert answers["archive"].startswith(b"404")


@pytest.fixture(params=["reported", "merged", "merged and parted"])
def before(request: pytest.FixtureRequest, world: World) -> Callable[[int], None]:
    """What the centre did with the foreign firm before the request: nothing, or it let a registered business absorb it."""

    def act(subject_id: int) -> None:
        if subject_id == NEVER_SEEN or request.param == "reported":
            return
        operator, stands = world.actor("operator"), world.subjects["云禾"]
        done = merge(kept=stands, absorbed=subject_id, reason="同一企业", actor=operator, now=world.now)
        if request.param == "merged and parted":
            undo_merge(merge_id=done.merge_id, reason="两家企业", actor=operator, now=world.now)

    return act


def test_typing_a_record_about_it_tells_nothing_and_leads_to_the_own_name(
    world: World, tax: Client, before: Callable[[int], None]
) -> None:
    texts = {name: text for name, text in own_row(world).items() if text}
    address = f"/workbench/entry/{PENALTY}"

    def ask(subject_id: int) -> dict[str, Any]:
        before(subject_id)
        reviewed = tax.post(address, {**texts, "_step": "review"})
        confirmed = tax.post(address, {**texts, "_step": "confirm"})
        assert confirmed.status_code == 302
        [version] = by_document(OWN_NUMBER, actor=world.actor("reporter.tax"))
        return {
            "review": reviewed,
            "confirmed": confirmed,
            "again": tax.post(address, {**texts, "_step": "review"}),
            "receipt": tax.get(confirmed["Location"]),
            "record": tax.get(f"/workbench/records/{version.record_id}"),
            "stands": tax.get(f"/workbench/subjects/{world.subjects['云禾']}"),
            **pages(tax, version.subject_id),
        }

    answers = compared(world, ask)
    for name in ("archive", "record", f"search {CODE}", "search 同码", f"search {OWN_NAME}"):
        assert OWN_NAME in answers[name].decode(), name
    assert NAME not in b"".join(answers[name] for name in ("archive", "record", f"search {CODE}")).decode()


def test_a_file_about_it_tells_nothing(world: World, before: Callable[[int], None]) -> None:
    def ask(subject_id: int) -> dict[str, Any]:
        before(subject_id)
        done = load(world, as_csv([own_row(world)]), unit="tax").to_json()
        again = check_row(item=PENALTY, texts=own_row(world), actor=world.actor("reporter.tax"), now=world.now)
        actor = world.actor("reporter.tax")
        reach = reach_of(actor, legal_date(world.now))
        found = by_code(CODE, actor=actor, reach=reach)
        assert found is not None
        return {
            "receipt": {name: value for name, value in done.items() if name != "batch"},
            "duplicate check": again.problems,
            "head": replace(found, id=0),
            "history": history_of(found.id, actor=actor, reach=reach),
            **{text: [replace(hit, id=0) for hit in search(text, reach=reach).items] for text in TEXTS},
        }

    answers = compared(world, ask)
    assert NAME not in answers["head"].decode()
    assert answers[OWN_NAME] == answers[CODE].replace(b"by_code=True", b"by_code=False") != b"[]"


def test_reads_without_a_reach_know_nothing_of_it(world: World) -> None:
    made = report(world)
    # Not even for the unit that reported it: a caller who gives no reach gets registered subjects only.
    for login in ("reporter.tax", "reporter.market"):
        actor = world.actor(login)
        assert by_code(CODE, actor=actor) is None
        assert facts([made], actor=actor) == {}
        assert provisional(actor=actor).items == ()
        for read in (subject, names_of, history_of):
            with pytest.raises(SubjectUnknown):
                read(made, actor=actor)


def test_the_unit_that_reported_it_finds_it_and_the_office_sees_where_it_comes_from(
    world: World, people: People
) -> None:
    made = report(world)
    for login in ("reporter.market", "operator"):
        assert NAME in words(people[login].get("/workbench/subjects", {"q": PART}))
        assert NAME in words(people[login].get(f"/workbench/subjects/{made}"))
    assert SOURCE.search(words(people["operator"].get(f"/workbench/subjects/{made}")))
    assert not SOURCE.search(words(people["reporter.market"].get(f"/workbench/subjects/{made}")))


def test_once_it_is_public_every_department_finds_it_by_the_public_name(world: World, tax: Client) -> None:
    made = report(world)
    publish(world.now)
    assert NAME in words(tax.get("/workbench/subjects", {"q": PART}))
    archive = words(tax.get(f"/workbench/subjects/{made}"))
    assert NAME in archive
    assert not SOURCE.search(archive)


def test_a_merge_with_it_is_no_word_to_another_department(world: World, tax: Client) -> None:
    stands = world.subjects["云禾"]

    def ask(subject_id: int) -> dict[str, Any]:
        if subject_id != NEVER_SEEN:
            merge(kept=stands, absorbed=subject_id, reason="同一企业", actor=world.actor("operator"), now=world.now)
        return pages(tax, subject_id) | {"stands": tax.get(f"/workbench/subjects/{stands}")}

    compared(world, ask)


def test_the_console_answers_as_if_it_were_not_there(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clock, "now", lambda: world.now + timedelta(minutes=1))

    def ask(_: int) -> dict[str, Any]:
        done = main.run(["subject", "show", CODE, "--as", "reporter.tax", "--json"])
        said = capsys.readouterr()
        return {"show": f"{done} {said.out} {said.err}"}

    assert "subjects.code_unknown" in compared(world, ask)["show"].decode()


def test_its_name_is_no_name_of_the_subject_that_absorbed_it(world: World) -> None:
    # E107 compares with the names of a register, never with what another department called a firm that was merged since.
    stands = world.subjects["云禾"]
    actor = world.actor("reporter.tax")
    found = by_code_of(world, "云禾")
    row = penalty(world, 9, unit="tax", CF_XDR_MC=NAME, CF_XDR_SHXYM=found)

    def ask(subject_id: int) -> dict[str, Any]:
        if subject_id != NEVER_SEEN:
            merge(kept=stands, absorbed=subject_id, reason="同一企业", actor=world.actor("operator"), now=world.now)
        typed = check_row(item=PENALTY, texts=row, actor=actor, now=world.now)
        done = load(world, as_csv([row]), unit="tax").to_json()
        return {"typed": typed.problems, "file": {name: value for name, value in done.items() if name != "batch"}}

    assert "E107" in compared(world, ask)["typed"].decode()


def by_code_of(world: World, name: str) -> str:
    """The code of a registered business of the world."""
    return subject(world.subjects[name], actor=world.actor("operator")).code


def test_the_subject_is_one_however_many_report_it(world: World) -> None:
    first = report(world)
    load(world, as_csv([own_row(world)]), unit="tax")
    assert subject_of(CODE) == first
