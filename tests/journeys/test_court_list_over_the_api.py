"""A natural person on the court's list, over the API and in open data: no more than the portal shows, found by no number, gone at once."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from authorisation.addresses import every_address
from journeys.conftest import set_day
from journeys.handing import hand_in, row, text
from world import World
from xinheng.ledger.door import checkpoint, sequence
from xinheng.publicity.batch import issue_open_data
from xinheng.publicity.door import latest
from xinheng.publicity.queries import open_data

ITEM = "court-defaulter"
LIST = f"publicity/records?item={ITEM}"
RELEASED = {"SX_ZT": "2", "SX_SCRQ": "2026/11/20", "SX_SCYY": "已履行完毕", "SX_LXQK": "全部已履行"}


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "open-data")


@pytest.fixture
def listed(world: World, folder: None) -> dict[str, Any]:
    """A person and a firm that the court listed, and an issue of open data; the person's row as handed in."""
    person = row(world, ITEM, 5, person=True) | {"SX_XDR_MC": "欧阳丙某"}
    assert hand_in(world, ITEM, [person, row(world, ITEM, 2)]).counts.accepted == 2
    assert issue_open_data(now=world.now) is not None
    sequence()
    checkpoint(now=world.now)
    return person


def api(visitor: Client, place: str) -> Any:
    return visitor.get(f"/api/v1/{place}")


def line_of_person(visitor: Client) -> dict[str, Any]:
    (found,) = [one for one in api(visitor, LIST).json()["items"] if one["person"]]
    return dict(found)


def files_of(visitor: Client) -> str:
    """Everything in every file of the present issue."""
    found = api(visitor, "open-data").json()
    assert found["files"]
    contents = [b"".join(visitor.get(each["href"]).streaming_content) for each in found["files"]]  # type: ignore[arg-type]
    return "".join(gzip.decompress(each).decode() for each in contents)


def test_the_api_shows_what_the_portal_shows_and_leads_to_no_subject(
    world: World, listed: dict[str, Any], visitor: Client
) -> None:
    number, line = str(listed["SX_XDR_ZJHM"]), line_of_person(visitor)
    record = api(visitor, f"publicity/records/{line['id']}").json()
    page = "".join(re.sub(r"<[^>]+>", "", text(visitor.get(f"/records/{line['id']}"))).split())
    assert (line["subject_id"], record["subject_id"], record["person"]) == (None, None, True)
    assert (line["subject_name"], line["subject_code"]) == ("欧阳*", f"{number[:6]}********{number[-4:]}")
    # Of every field the portal shows the same words.
    for each in record["fields"]:
        day = re.fullmatch(r"(\d{4})-0?(\d+)-0?(\d+)", each["value"])
        written = f"{day[1]}年{day[2]}月{day[3]}日" if day else each["value"]
        assert "".join(written.split()) in page, each
    hidden = ("欧阳丙某", number, number[6:14])
    for said in (line, record, api(visitor, f"publicity/records/{line['id']}/proof").json()):
        assert [word for word in hidden if word in json.dumps(said, ensure_ascii=False)] == []


def test_no_public_address_of_the_api_tells_of_the_person_otherwise(
    world: World, listed: dict[str, Any], visitor: Client
) -> None:
    number, record = str(listed["SX_XDR_ZJHM"]), line_of_person(visitor)["id"]
    subject = next(one.subject_id for one in latest(ITEM, on=world.now.date()).items if one.person)
    code = f"{number[:6]}********{number[-4:]}"
    for typed in (number, number[:17], number.lower(), code, "欧阳丙某", "欧阳*", str(subject)):
        for place in (f"subjects/{typed}", f"subjects/{typed}/records", f"subjects/{typed}/licences"):
            assert api(visitor, f"publicity/{place}").status_code == 404, place
        answer = visitor.get("/api/v1/publicity/subjects", {"q": typed})
        assert answer.status_code in (200, 422)
        assert answer.status_code == 422 or answer.json() == {"items": [], "next": None}
    things = {"record_id": record, "subject_id": subject, "code": code, "name": "2026-11-21.1", "file": "manifest.json"}
    for each in every_address():
        if each.name.startswith("api:"):
            path = each.filled({f"{each.name}.{one}": things.get(one, 1) for one in each.arguments})
            content = visitor.get(path, {"q": "欧阳"} if path.endswith("/subjects") else {})
            said = b"".join(content.streaming_content) if content.streaming else content.content  # type: ignore[arg-type]
            assert "欧阳丙某" not in said.decode(), path
            assert number not in said.decode(), path


def test_open_data_hold_the_firm_and_nothing_of_the_person(
    world: World, listed: dict[str, Any], visitor: Client
) -> None:
    said = files_of(visitor)
    assert "示〔2026〕2号" in said
    # Not even masked: all of them in one file would be a register of persons.
    number = str(listed["SX_XDR_ZJHM"])
    hidden = ("欧阳", number, number[:6] + "********", "示〔2026〕5号")
    assert [word for word in hidden if word in said] == []


@pytest.mark.parametrize("person", [True, False])
def test_a_release_ends_it_in_api_open_data_and_portal_at_once(
    person: bool, world: World, listed: dict[str, Any], visitor: Client, settings: Any
) -> None:
    later = world.now + timedelta(hours=3)
    row_of_it = listed if person else row(world, ITEM, 2)
    record = next(one["id"] for one in api(visitor, LIST).json()["items"] if one["person"] is person)
    (name,) = [one["name"] for one in api(visitor, "open-data").json()["issues"]]
    assert hand_in(world, ITEM, [row_of_it | RELEASED], now=later).counts.superseded == 1
    set_day(settings, later)
    places = (f"publicity/records/{record}", f"publicity/records/{record}/proof")
    assert [api(visitor, place).status_code for place in places] == [404, 404]
    assert visitor.get(f"/records/{record}").status_code == 404
    assert record not in [one["id"] for one in api(visitor, LIST).json()["items"]]
    # Open data are not handed out until the next issue is there, which does not have it.
    for file in (f"{ITEM}.jsonl.gz", f"{ITEM}.csv.gz"):
        assert api(visitor, f"open-data/{name}/files/{file}").status_code == 503
        assert visitor.get(f"/open-data/{name}/{file}").status_code == 503
    assert issue_open_data(now=later) is not None
    assert ("示〔2026〕2号" in files_of(visitor)) is person
