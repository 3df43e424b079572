"""Records over the API: the same rules as a typed row; read by the own unit only, each look registered; persons only for a purpose."""

from typing import Any

import pytest

from api.calling import PENALTY, Caller, refused
from api.test_api_manners import NUMBER
from intake import cast
from ledger.acting import person
from workbench.overview_cast import id_number, person_with_record
from world import World, licence, penalty, publish
from xinheng.accounts.models import IdempotencyKey, Query
from xinheng.ledger.door import sequence
from xinheng.records.door import enter
from xinheng.records.models import Record


def sent(*rows: cast.Row, **more: Any) -> dict[str, Any]:
    texts = [{code: text for code, text in row.items() if text is not None} for row in rows]
    return {"item": PENALTY, "records": texts, **more}


def test_each_record_is_taken_held_or_rejected_by_itself(world: World, market: Caller) -> None:
    code = cast.firm_code(2)
    waiting = cast.penalty(world, 2, CF_XDR_SHXYM=code[:-1] + ("0" if code[-1] != "0" else "1"))
    wrong = cast.penalty(world, 3, CF_JDRQ="去年")
    answer = market.post("records", sent(cast.penalty(world, 1), waiting, wrong))
    assert answer.status_code == 200, answer.content.decode()
    body = answer.json()
    assert (body["accepted"], body["held"], body["rejected"]) == (1, 1, 1)
    taken, held, rejected = body["results"]
    assert (taken["taken"], taken["standing"], taken["index"]) == ("accepted", "new", 0)
    assert market.get(f"records/{taken['record_id']}").status_code == 200
    assert market.get(f"held/{held['held_id']}").json()["held"]["codes"] == ["E104"]
    assert [(each["code"], each["effect"], each["field"]) for each in rejected["problems"]] == [
        ("E108", "reject", "CF_JDRQ")
    ]
    cast.assert_sound()


def test_a_record_sent_again_is_unchanged_and_a_correction_needs_its_reason(world: World, market: Caller) -> None:
    row = cast.licence(world)
    as_licence = {"item": "administrative-licence"}
    market.post("records", sent(row) | as_licence)
    assert market.post("records", sent(row) | as_licence).json()["results"][0]["standing"] == "unchanged"
    other = row | {"XK_NR": "食品销售"}
    assert market.post("records", sent(other) | as_licence).json()["results"][0]["taken"] == "held"
    corrected = market.post("records", sent(other, reason="内容录入有误") | as_licence).json()["results"][0]
    assert (corrected["taken"], corrected["standing"]) == ("accepted", "correction")


def test_what_is_only_checked_leaves_nothing(world: World, market: Caller) -> None:
    before = cast.everything()
    body = market.post("records", sent(cast.penalty(world), check_only=True), **{"Idempotency-Key": "k"}).json()
    assert (body["accepted"], body["checked_only"], body["results"][0]["record_id"]) == (1, True, None)
    changed = {table for table, rows in cast.everything().items() if rows != before[table]}
    assert changed <= {"accounts_token_use"}


def test_the_same_key_enters_once_and_gives_the_first_answer(world: World, market: Caller) -> None:
    first = market.post("records", sent(cast.penalty(world)), **{"Idempotency-Key": "k"})
    again = market.post("records", sent(cast.penalty(world)), **{"Idempotency-Key": "k"})
    assert again.json() == first.json()
    assert again.json()["results"][0]["standing"] == "new"
    assert Record.objects.count() == 1
    refused(
        market.post("records", sent(cast.penalty(world, 2)), **{"Idempotency-Key": "k"}), 422, "accounts.key_reused"
    )
    refused(market.post("records", sent(cast.penalty(world)), **{"Idempotency-Key": "有"}), 422, "accounts.key_invalid")


def test_what_is_kept_under_a_key_names_nobody(world: World, market: Caller) -> None:
    row = cast.person(world, 1, CF_JDRQ="去年")
    market.post("records", sent(row), **{"Idempotency-Key": "k"})
    kept = IdempotencyKey.objects.get()
    assert "丙某某" not in kept.body
    assert str(row["CF_XDR_ZJHM"]) not in kept.body


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"item": "no-such-item"}, 404, "catalogue.item_unknown"),
        ({"records": []}, 422, "api.invalid"),
        ({"records": [{}] * 51}, 422, "api.invalid"),
        ({"records": [{"CF_WSH": 5}]}, 422, "api.invalid"),
        ({"records": [{"COLOUR": "red"}]}, 422, "api.unknown_field"),
        ({"unit": "11990101990199999X"}, 404, "accounts.unit_unknown"),
        ({"check_only": "yes"}, 422, "api.invalid"),
    ],
)
def test_what_is_no_record_is_refused(
    world: World, market: Caller, changed: dict[str, Any], status: int, code: str
) -> None:
    refused(market.post("records", sent(cast.penalty(world)) | changed), status, code)
    assert Record.objects.count() == 0


def test_nobody_enters_for_another_unit_or_without_the_scope(world: World, market: Caller, issue: Any) -> None:
    refused(market.post("records", sent(cast.penalty(world), unit=world.unit_codes["tax"])), 403, "intake.foreign_unit")
    reader = issue("market", "subjects.read", "records.read_unpublished")
    refused(reader.post("records", sent(cast.penalty(world))), 403, "api.scope")
    assert Record.objects.count() == 0


def test_another_units_unpublished_record_is_not_there(world: World, market: Caller, tax: Caller) -> None:
    made = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now).record_id
    assert market.get(f"records/{made}").status_code == 200
    there = refused(tax.get(f"records/{made}"), 404, "records.unknown")
    nowhere = refused(tax.get(f"records/{made + 1}"), 404, "records.unknown")
    assert there["detail"].replace(str(made), "") == nowhere["detail"].replace(str(made + 1), "")
    subject = world.subjects["云禾"]
    assert tax.get(f"subjects/{subject}/records").json()["items"] == []
    assert [one["id"] for one in market.get(f"subjects/{subject}/records").json()["items"]] == [made]


def test_every_look_is_registered_before_it_is_shown(world: World, market: Caller) -> None:
    made = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now).record_id
    subject = world.subjects["云禾"]
    for path in (f"records/{made}", f"subjects/{subject}", f"subjects/{subject}/records"):
        assert market.get(path).status_code == 200
    looks = list(Query.objects.order_by("id").values_list("subject_id", "personal", "unit_id", "person__login"))
    assert looks == [(subject, False, world.units["market"], "system.market")] * 3


def test_records_of_a_subject_are_paged_and_narrowed(world: World, market: Caller) -> None:
    clerk = world.actor("reporter.market")
    made = [
        enter(fact=penalty(world, number=f"示市监罚〔2026〕{number}号"), actor=clerk, now=world.now).record_id
        for number in (1, 2, 3)
    ]
    sequence()
    path = f"subjects/{world.subjects['云禾']}/records"
    first = market.get(path, {"limit": 2}).json()
    second = market.get(path, {"limit": 2, "cursor": first["next"]}).json()
    assert sorted(one["id"] for one in (*first["items"], *second["items"])) == made
    assert second["next"] is None
    assert market.get(path, {"item": "administrative-licence"}).json()["items"] == []
    assert market.get(path, {"known_at": 0}).json()["items"] == []
    assert market.get(path, {"on": "2026-01-01"}).json()["items"] == []
    refused(market.get(path, {"cursor": "99999"}), 422, "api.parameter")
    refused(market.get(path, {"item": "no-such-item"}), 404, "catalogue.item_unknown")


def test_a_natural_person_asks_for_a_purpose_and_its_reference(world: World, market: Caller) -> None:
    subject = person_with_record(world)
    place = f"subjects/{subject}/records"
    refused(market.get(place), 403, "accounts.purpose_missing")
    refused(market.get(place, {"purpose": "curiosity"}), 403, "accounts.purpose_unknown")
    purposes = market.get("catalogue/purposes").json()["items"]
    named = next(one["code"] for one in purposes if one["natural_persons"] and one["needs_reference"])
    refused(market.get(place, {"purpose": named}), 422, "accounts.query_reference_missing")
    assert Query.objects.count() == 0
    shown = market.get(place, {"purpose": named, "reference": "示市监案〔2026〕15号"})
    assert shown.status_code == 200
    assert len(shown.json()["items"]) == 1
    look = Query.objects.get()
    assert (look.subject_id, look.personal, look.reference) == (subject, True, "示市监案〔2026〕15号")


def test_a_person_is_found_by_the_exact_number_and_only_by_the_own_unit(
    world: World, market: Caller, tax: Caller
) -> None:
    subject = person_with_record(world)
    body = {"number": id_number(), "purpose": "enforcement", "reference": "示市监案〔2026〕15号"}
    found = market.post("subjects/person-lookup", body)
    assert found.json() == {"subject_id": subject}, found.content.decode()
    assert tax.post("subjects/person-lookup", body).json() == {"subject_id": None}
    assert market.post("subjects/person-lookup", body | {"number": NUMBER}).json() == {"subject_id": None}
    assert Query.objects.count() == 3
    refused(tax.get(f"subjects/{subject}", {"purpose": "enforcement", "reference": "x"}), 404, "subjects.unknown")


def test_a_persons_values_are_masked_without_a_purpose_and_whole_with_one(world: World, market: Caller) -> None:
    row = cast.person(world, 1, CF_JDRQ="2026/11/17")
    made = market.post("records", sent(row)).json()["results"][0]
    assert made["taken"] == "accepted", made
    place = f"records/{made['record_id']}"
    refused(market.get(place), 403, "accounts.purpose_missing")
    whole = market.get(place, {"purpose": "enforcement", "reference": "示市监案〔2026〕15号"}).json()
    assert whole["content"]["CF_XDR_MC"] == "丙某某"
    assert whole["content"]["CF_XDR_ZJHM"] == row["CF_XDR_ZJHM"]


def test_a_held_row_is_masked_without_a_purpose(world: World, market: Caller, tax: Caller) -> None:
    row = cast.person(world, 1)
    market.post("records", sent(row))
    other = cast.person(world, 1, CF_NR_FK="0.6", CF_NR="处以罚款人民币6000元。")
    held = market.post("records", sent(other)).json()["results"][0]["held_id"]
    assert held is not None
    shown = market.get(f"held/{held}").json()
    assert shown["values"]["CF_XDR_MC"] != "丙某某"
    assert str(row["CF_XDR_ZJHM"]) not in str(shown)
    whole = market.get(f"held/{held}", {"purpose": "enforcement", "reference": "示市监案〔2026〕15号"}).json()
    assert whole["values"]["CF_XDR_MC"] == "丙某某"
    assert Query.objects.get(scope=f"接口：暂存行 {held}").personal
    assert [one["id"] for one in market.get("held").json()["items"]] == [held]
    refused(tax.get(f"held/{held}"), 404, "intake.held_unknown")
    assert tax.get("held").json()["items"] == []


def test_a_subject_is_found_by_name_and_code(world: World, market: Caller) -> None:
    (hit,) = market.get("subjects", {"q": "云禾"}).json()["items"]
    head = market.get(f"subjects/by-code/{hit['code']}").json()
    assert (head["id"], head["name"]) == (world.subjects["云禾"], hit["name"])
    page = market.get(f"subjects/{head['id']}").json()
    assert [one["value"] for one in page["identifiers"]] == [hit["code"]]
    refused(market.get("subjects/by-code/91990101MA0099999X"), 404, "api.code_unknown")


def test_the_public_sees_what_the_portal_shows_without_a_token(world: World, anybody: Caller) -> None:
    clerk = world.actor("reporter.market")
    made = enter(fact=licence(world), actor=clerk, now=world.now).record_id
    hidden = enter(fact=penalty(world), actor=clerk, now=world.now).record_id
    refused(anybody.get(f"publicity/records/{made}"), 404, "publicity.not_public")
    publish(world.now)
    listed = anybody.get("publicity/records", {"item": "administrative-licence"}).json()
    assert [one["id"] for one in listed["items"]] == [made]
    shown = anybody.get(f"publicity/records/{made}")
    assert shown["Cache-Control"] == "no-store"
    assert (shown.json()["document_number"], shown.json()["source"]["unit_id"]) == (
        "示市监许〔2026〕1号",
        world.units["market"],
    )
    code = listed["items"][0]["subject_code"]
    assert anybody.get(f"publicity/subjects/{code}").json()["counts"] == {"administrative-licence": 1}
    assert len(anybody.get(f"publicity/subjects/{code}/records").json()["items"]) == 1
    assert anybody.get(f"publicity/records/{hidden}").status_code == 200
    assert person(world, "reporter.market")
    refused(anybody.get(f"publicity/records/{made}/proof"), 403, "publicity.entry_not_public")
    refused(anybody.get(f"publicity/records/{made}/proof", {"of": "decision"}), 409, "publicity.not_provable")
    refused(anybody.get("publicity/records", {"item": "no-such-item"}), 404, "catalogue.item_unknown")


def test_what_everybody_may_read_needs_no_token(world: World, anybody: Caller) -> None:
    for path in ("catalogue/items", "catalogue/lists", "catalogue/bases", "catalogue/purposes", "units", "ledger"):
        assert anybody.get(path).status_code == 200, path
    assert anybody.get("catalogue/items/administrative-penalty").json()["key"]
    assert anybody.get("calendar/deadline", {"date": "2026-09-30", "days": 7}).json()["deadline"] == "2026-10-15"
    refused(anybody.get("calendar/deadline", {"date": "2100-09-30", "days": 7}), 422, "api.parameter")
    refused(anybody.get("calendar/deadline", {"date": "gestern", "days": 7}), 422, "api.invalid")
    refused(anybody.get("ledger/checkpoints/5"), 404, "api.no_checkpoint")
    refused(anybody.get("catalogue/lists/nothing"), 404, "catalogue.code_list_unknown")
    assert anybody.get("catalogue/items")["Cache-Control"] == "no-cache"
