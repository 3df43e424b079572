"""Open data over the API: listed, fetched whole, kept in step by differences; what ended is handed out by nobody."""

import gzip
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from api.calling import PENALTY, Caller, refused
from intake import cast
from world import World, publish
from xinheng.ledger.door import checkpoint, sequence
from xinheng.publicity.batch import issue_open_data
from xinheng.publicity.door import latest
from xinheng.records.door import mark
from xinheng.records.values import MarkKind

pytestmark = pytest.mark.usefixtures("own_open_data")


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.fixture
def issued(world: World) -> str:
    """The name of today's issue, with two penalties in it."""
    cast.load(world, cast.as_csv([cast.penalty(world, 1), cast.penalty(world, 2)]))
    publish(world.now)
    return issued_now(world)


def issued_now(world: World) -> str:
    made = issue_open_data(now=world.now)
    assert made is not None
    sequence()
    return f"{made.day}.{made.issue}"


def test_every_file_is_found_from_the_list_and_is_what_the_manifest_says(issued: str, anybody: Caller) -> None:
    found = anybody.get("open-data").json()
    assert found["present"]["name"] == issued
    manifest = body(anybody.client.get(found["present"]["manifest"]))
    assert hashlib.sha256(manifest).hexdigest() == found["present"]["digest"]
    files = {each["name"]: each for each in found["files"]}
    assert set(files) == {each["name"] for each in json.loads(manifest)["files"]}
    for each in files.values():
        content = body(anybody.client.get(each["href"]))
        assert hashlib.sha256(content).hexdigest() == each["packed"]
        assert hashlib.sha256(gzip.decompress(content)).hexdigest() == each["digest"]
    assert files[f"{PENALTY}.jsonl.gz"]["rows"] == 2


def test_the_same_bytes_as_on_the_portal_and_whoever_has_them_is_told_so(issued: str, anybody: Caller) -> None:
    place = f"open-data/{issued}/files/{PENALTY}.jsonl.gz"
    answer = anybody.get(place)
    there = anybody.client.get(f"/open-data/{issued}/{PENALTY}.jsonl.gz")
    assert (answer["ETag"], answer["Cache-Control"]) == (there["ETag"], "no-cache")
    assert body(answer) == body(there)
    again = anybody.get(place, **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert anybody.call("HEAD", place).status_code == 200


def test_what_ended_is_handed_out_by_nobody_until_the_next_issue(world: World, issued: str, anybody: Caller) -> None:
    (gone, *_) = latest(PENALTY, on=world.now.date()).items
    mark(
        record_id=gone.record_id,
        kind=MarkKind.WITHDRAWN,
        reason="撤销",
        actor=world.actor("reviewer"),
        now=world.now,
        on=world.now.date(),
    )
    places = (f"open-data/{issued}/files/{PENALTY}.jsonl.gz", f"open-data/{issued}/files/{PENALTY}.csv.gz")
    for place in places:
        answer = anybody.get(place)
        refused(answer, 503, "publicity.snapshot_stale")
        assert answer["Retry-After"] == "60"
    found = anybody.get("open-data").json()
    assert (found["present"], found["files"]) == (None, [])
    newer = issued_now(world)
    for place in places:
        refused(anybody.get(place), 404, "publicity.no_snapshot")
    change = gzip.decompress(body(anybody.get(f"open-data/{issued}/changes"))).splitlines()[1:]
    assert [json.loads(each) for each in change] == [{"item": PENALTY, "op": "ended", "id": gone.record_id}]
    assert anybody.get("open-data").json()["present"]["name"] == newer


def test_the_manifest_is_proven_once_a_checkpoint_covers_it(world: World, issued: str, anybody: Caller) -> None:
    refused(anybody.get(f"open-data/{issued}/proof"), 409, "publicity.not_provable")
    checkpoint(now=world.now + timedelta(minutes=1))
    found = anybody.get(f"open-data/{issued}/proof")
    assert found.status_code == 200
    assert anybody.get("open-data").json()["present"]["digest"] in found.content.decode()


@pytest.mark.parametrize(
    "place",
    ["2026-11-21.1/files/..%2Fdb.sqlite3", "..%2F..%2Fkeys/changes", "2026-11-21.9/proof", "x/files/manifest.json"],
)
def test_what_is_no_issue_and_no_file_is_not_there(issued: str, anybody: Caller, place: str) -> None:
    assert anybody.get(f"open-data/{place}").status_code == 404


def test_the_index_of_digests_is_never_handed_out(issued: str, anybody: Caller) -> None:
    refused(anybody.get(f"open-data/{issued}/files/{PENALTY}.index.gz"), 404, "publicity.no_snapshot")
