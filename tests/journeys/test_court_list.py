"""The court's list: people masked as the court publishes, gone everywhere once released, nobody dragged along with a unit."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from journeys.conftest import set_day
from journeys.handing import hand_in, row, text
from kinds import firm_code, resident_number
from world import World, publish
from xinheng.ledger.door import checkpoint, head, sequence
from xinheng.publicity.door import by_document, latest, totals
from xinheng.publicity.queries.open_data import open_rows
from xinheng.records.door import mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import erase_person
from xinheng.subjects.models import Subject

ITEM = "court-defaulter"
LIST = f"/lists/{ITEM}"
RELEASED = {"SX_ZT": "2", "SX_SCRQ": "2026/11/20", "SX_SCYY": "已履行完毕", "SX_LXQK": "全部已履行"}


@pytest.fixture
def person(world: World) -> dict[str, Any]:
    """A person whom the court listed; the row as handed in."""
    listed = row(world, ITEM, 1, person=True) | {"SX_XDR_MC": "欧阳丙某"}
    assert hand_in(world, ITEM, [listed]).counts.accepted == 1
    return listed


def record_of(world: World, number: int = 1) -> int:
    [line] = by_document(f"示〔2026〕{number}号", on=world.now.date())
    return line.record_id


def test_a_person_is_shown_as_the_court_publishes_and_no_other_way(
    world: World, person: dict[str, Any], visitor: Client
) -> None:
    number = str(person["SX_XDR_ZJHM"])
    pages = [visitor.get(LIST), visitor.get(f"/records/{record_of(world)}"), visitor.get("/search?q=示〔2026〕1号")]
    for page in pages:
        assert page.status_code == 200
        assert "欧阳*" in text(page)
        assert "欧阳丙某" not in page.content.decode()
        assert number not in page.content.decode()
    for page in pages[:2]:
        assert f"{number[:6]}********{number[-4:]}" in text(page)
    # There is no page of the person, and no way that leads to one.
    [line] = latest(ITEM, on=world.now.date()).items
    assert line.person
    assert visitor.get(f"/subjects/{line.subject_id}").status_code == 404
    assert all(f"/subjects/{line.subject_id}" not in page.content.decode() for page in pages)
    assert "没有" in text(visitor.get("/search?q=欧阳丙某"))


def test_it_says_that_the_court_takes_it_off_and_nothing_of_an_application(
    world: World, person: dict[str, Any], visitor: Client
) -> None:
    page = visitor.get(f"/records/{record_of(world)}").content.decode()
    part = page[page.index('id="repair"') :]
    part = part[: part.index("</details>")]
    assert "这类信息不经信用修复停止公示，而是由执行法院删除失信被执行人信息。" in part
    assert "信用承诺书" not in part
    assert "欧阳" not in part


def test_what_the_court_writes_of_the_duties_does_not_unmask_the_person(world: World, visitor: Client) -> None:
    named = {
        "SX_XDR_MC": "欧阳丙某",
        "SX_YW": "欧阳丙某应支付货款，欧阳 丙某另负担诉讼费",
        "SX_YJDW": "欧阳丙某案合议庭",
    }
    assert hand_in(world, ITEM, [row(world, ITEM, 1, person=True) | named]).counts.accepted == 1
    record = record_of(world)
    places = (f"/records/{record}", f"/api/v1/publicity/records/{record}", LIST)
    for place in places:
        told = visitor.get(place).content.decode()
        assert "丙某" not in told, place
        assert "欧阳*" in told
    assert "欧阳*应支付货款，欧阳*另负担诉讼费" in visitor.get(places[0]).content.decode()
    # A person is on a page, masked, and in no file (decision 24).
    sequence()
    assert list(open_rows(on=world.now.date(), number=head().numbered)) == []
    # Of an erased person nobody knows any more where in a text the name stands.
    someone = Subject.objects.get(kind="natural_person")
    erase_person(subject_id=someone.pk, reason="依申请删除", actor=world.actor("reviewer"), now=world.now)
    for place in places:
        told = visitor.get(place).content.decode()
        assert "欧阳" not in told
        assert "应支付货款" not in told


def test_a_proof_of_the_entry_names_nobody(world: World, person: dict[str, Any], visitor: Client) -> None:
    sequence()
    checkpoint(now=world.now)
    answer = visitor.get(f"/records/{record_of(world)}/proof.json?of=version")
    assert answer.status_code == 200
    assert answer.json()["entry"]["row"] is None
    assert "欧阳" not in answer.content.decode()


def test_a_person_of_any_other_item_is_not_shown(world: World, visitor: Client) -> None:
    done = hand_in(world, "administrative-inspection", [row(world, "administrative-inspection", 2, person=True)])
    assert (done.counts.accepted, {error["code"] for error in done.errors}) == (1, {"E113"})
    assert latest("administrative-inspection", on=world.now.date()).items == ()


@pytest.mark.parametrize("kind", ["person", "unit"])
def test_a_release_ends_it_on_every_page_at_once(kind: str, world: World, visitor: Client, settings: Any) -> None:
    listed = row(world, ITEM, 1, person=kind == "person")
    hand_in(world, ITEM, [listed])
    record, later = record_of(world), world.now + timedelta(hours=3)
    [line] = latest(ITEM, on=world.now.date()).items
    assert visitor.get(f"/records/{record}").status_code == 200
    assert visitor.get(f"/subjects/{line.subject_id}").status_code == (404 if kind == "person" else 200)
    # It comes without a reason, and waits for nobody: what is over is over.
    assert hand_in(world, ITEM, [listed | RELEASED], now=later).counts.superseded == 1
    set_day(settings, later)
    assert latest(ITEM, on=later.date()).items == ()
    assert visitor.get(f"/records/{record}").status_code == 404
    assert "示〔2026〕1号" not in text(visitor.get(LIST))
    assert f"/records/{record}" not in visitor.get("/search?q=示〔2026〕1号").content.decode()
    # Of the unit nothing is public any more: then neither is that there is such a unit.
    assert visitor.get(f"/subjects/{line.subject_id}").status_code == 404
    assert totals(on=later.date()).get(ITEM, 0) == 0


def test_a_release_is_effective_before_anything_was_decided_about_it(
    world: World, person: dict[str, Any], visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = record_of(world)
    monkeypatch.setattr("journeys.handing.publish", lambda now: None)
    hand_in(world, ITEM, [person | RELEASED])
    assert visitor.get(f"/records/{record}").status_code == 404
    monkeypatch.undo()
    publish(world.now)
    assert visitor.get(f"/records/{record}").status_code == 404


def test_a_mark_of_the_centre_ends_it_as_well(world: World, person: dict[str, Any], visitor: Client) -> None:
    record = record_of(world)
    reviewer, on = world.actor("reviewer"), world.now.date()
    mark(record_id=record, kind=MarkKind.WITHDRAWN, reason="法院来函更正", actor=reviewer, now=world.now, on=on)
    assert visitor.get(f"/records/{record}").status_code == 404


def test_a_release_taken_back_waits_for_the_reviewer(world: World, person: dict[str, Any], now: datetime) -> None:
    hand_in(world, ITEM, [person | RELEASED])
    asked = hand_in(world, ITEM, [person], now=now + timedelta(hours=1))
    assert (asked.counts.held, [error["code"] for error in asked.errors if error["effect"] == "hold"]) == (1, ["E114"])
    again = hand_in(world, ITEM, [person], now=now + timedelta(hours=2), reason="系统误删，依执行裁定恢复")
    assert again.counts.held == 1
    assert latest(ITEM, on=now.date()).items == ()


def test_a_listed_unit_drags_nobody_along(world: World, visitor: Client) -> None:
    listed = row(world, ITEM, 5) | {"法定代表人": "甲某某", "法定代表人证件号码": resident_number(7)}
    done = hand_in(world, ITEM, [listed], more=["法定代表人", "法定代表人证件号码"])
    assert done.counts.accepted == 1
    # The court's file may name them: they are told as columns that are not known, and kept nowhere.
    assert set(done.columns["unknown"]) == {"法定代表人", "法定代表人证件号码"}
    assert not Subject.objects.filter(kind="natural_person").exists()
    page = visitor.get(f"/s/{firm_code(5)}", follow=True)
    assert "失信被执行人" in text(page)
    assert "甲某某" not in page.content.decode()
