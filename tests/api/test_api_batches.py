"""A file handed in over the API: received, loaded by the worker, its progress, receipt and problems; and who may see them."""

from typing import Any

import pytest

from api.calling import Caller, refused
from intake import cast
from world import World
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.models import Batch
from xinheng.jobs.models import Job


def dirty(world: World) -> bytes:
    good, bad = cast.penalty(world, 1), cast.penalty(world, 2, CF_XDR_SHXYM="9199010100")
    return cast.as_csv([good, bad])


def loaded(world: World, batch_id: int) -> None:
    load_batch(batch_id, Way(lambda: world.now))


def test_a_file_is_received_and_its_load_enqueued(world: World, market: Caller) -> None:
    answer = market.send(dirty(world))
    assert answer.status_code == 202, answer.content.decode()
    body = answer.json()
    assert answer["Location"] == f"/api/v1/batches/{body['id']}"
    assert (body["state"], body["progress"]["state"], body["file_name"]) == ("received", "waiting", "十一月.csv")
    batch = Batch.objects.get()
    assert (batch.unit_id, batch.submitted_by.name) == (world.units["market"], "业务系统")
    assert Job.objects.get(id=batch.job_id).name == "intake.load"
    assert market.get(f"batches/{body['id']}").json()["state"] == "received"


def test_a_loaded_batch_has_receipt_and_problems(world: World, market: Caller) -> None:
    batch = market.send(dirty(world)).json()["id"]
    refused(market.get(f"batches/{batch}/receipt"), 404, "intake.no_receipt")
    loaded(world, batch)
    shown = market.get(f"batches/{batch}").json()
    assert (shown["state"], shown["progress"]["state"]) == ("loaded", "done")
    assert (shown["counts"]["accepted"], shown["counts"]["rejected"]) == (1, 1)
    receipt = market.get(f"batches/{batch}/receipt").json()
    assert (receipt["rows"], receipt["rejected"]) == (2, 1)
    (problem,) = market.get(f"batches/{batch}/problems", {"effect": "reject"}).json()["items"]
    assert (problem["row"], problem["code"], problem["field"]) == (3, "E104", "CF_XDR_SHXYM")


def test_lists_go_on_where_the_page_before_ended(world: World, market: Caller) -> None:
    made = [market.send(cast.as_csv([cast.penalty(world, number)])).json()["id"] for number in (1, 2, 3)]
    first = market.get("batches", {"limit": 2}).json()
    second = market.get("batches", {"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for one in (*first["items"], *second["items"])] == made[::-1]
    assert second["next"] is None


def test_another_unit_learns_nothing_not_even_that_there_is_a_batch(world: World, market: Caller, tax: Caller) -> None:
    batch = market.send(dirty(world)).json()["id"]
    loaded(world, batch)
    for part in ("", "/receipt", "/problems"):
        there = refused(tax.get(f"batches/{batch}{part}"), 404, "intake.batch_unknown")
        nowhere = refused(tax.get(f"batches/{batch + 1}{part}"), 404, "intake.batch_unknown")
        assert there["detail"].replace(str(batch), "") == nowhere["detail"].replace(str(batch + 1), "")
    assert tax.get("batches").json() == {"items": [], "next": None}


def test_nobody_hands_in_for_another_unit(world: World, market: Caller) -> None:
    answer = market.send(dirty(world), unit=world.unit_codes["tax"])
    refused(answer, 403, "intake.foreign_unit")
    assert Batch.objects.count() == 0


def test_a_token_confined_to_an_item_sends_and_sees_no_other(world: World, market: Caller, issue: Any) -> None:
    other = issue("market", items=("administrative-licence",))
    refused(other.send(dirty(world)), 403, "api.item_scope")
    batch = market.send(dirty(world)).json()["id"]
    refused(other.get(f"batches/{batch}"), 404, "intake.batch_unknown")
    assert other.get("batches").json()["items"] == []


def test_a_token_without_the_scope_is_told_which(world: World, issue: Any) -> None:
    reader = issue("market", "intake.read_own")
    said = refused(reader.send(dirty(world)), 403, "api.scope")
    assert "intake.load" in said["detail"]
    sender = issue("market", "intake.load")
    batch = sender.send(dirty(world))
    assert batch.status_code == 202
    refused(sender.get(f"batches/{batch.json()['id']}"), 403, "api.scope")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"item": "no-such-item"}, 404, "catalogue.item_unknown"),
        ({"unit": "11990101990199999X"}, 404, "accounts.unit_unknown"),
        ({"colour": "red"}, 422, "api.unknown_field"),
        ({"reason": "长" * 501}, 422, "intake.reason"),
        ({"item": "a\0b"}, 400, "api.nought"),
    ],
)
def test_what_is_wrong_beside_the_file_is_said_and_nothing_kept(
    world: World, market: Caller, fields: dict[str, str], status: int, code: str
) -> None:
    refused(market.send(dirty(world), **fields), status, code)
    assert Batch.objects.count() == 0


def test_an_empty_file_is_refused(world: World, market: Caller) -> None:
    refused(market.send(b""), 422, "F08")


def test_the_same_key_is_one_batch(world: World, market: Caller) -> None:
    first = market.send(dirty(world), key="nov-21")
    again = market.send(dirty(world), key="nov-21")
    assert (again.status_code, again.json(), again["Location"]) == (202, first.json(), first["Location"])
    assert (first.has_header("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (False, "true")
    assert Batch.objects.count() == 1
    refused(market.send(cast.as_csv([cast.penalty(world, 3)]), key="nov-21"), 422, "accounts.key_reused")
    assert market.send(dirty(world), key="nov-22").json()["id"] != first.json()["id"]


def test_keys_of_two_tokens_do_not_meet(world: World, market: Caller, issue: Any) -> None:
    first = market.send(dirty(world), key="nov-21").json()["id"]
    assert issue("market").send(dirty(world), key="nov-21").json()["id"] != first


def test_what_was_refused_leaves_its_key_free(world: World, market: Caller) -> None:
    refused(market.send(b"", key="k"), 422, "F08")
    assert market.send(dirty(world), key="k").status_code == 202
