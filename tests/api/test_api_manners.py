"""How the API answers what is not meant for it: problems only, in one shape, and nothing told that is not known."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from api.calling import Caller, refused
from world import World
from xinheng.api.views import records
from xinheng.kernel.identifiers import resident

NUMBER = "99010119820315001"
NUMBER += resident.check_character(NUMBER)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eHh4", "Bearer xht_AAAAAAAA_" + "a" * 43])
def test_without_a_token_that_holds_nothing_is_told(world: World, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    for path in ("me", "batches", "batches/1", "held", "records/1", "subjects?q=云禾"):
        answer = Client().get(f"/api/v1/{path}", headers=headers)
        refused(answer, 401, "accounts.token_refused")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_says_whose_it_is(world: World, issue: Any) -> None:
    said = issue("tax", "intake.load", items=("administrative-penalty",)).get("me")
    assert said["Cache-Control"] == "no-store"
    assert said.json() == {
        "login": "system.tax",
        "name": "业务系统",
        "unit_id": world.units["tax"],
        "unit_name": said.json()["unit_name"],
        "scopes": ["intake.load"],
        "items": ["administrative-penalty"],
    }


def test_a_session_of_the_workbench_opens_nothing_here(world: World) -> None:
    from world import PASSWORD

    client = Client()
    client.post("/workbench/sign-in", {"login": "operator", "password": PASSWORD})
    refused(client.get("/api/v1/batches"), 401, "accounts.token_refused")


def test_an_unknown_parameter_is_refused_and_the_known_ones_named(world: World, market: Caller) -> None:
    said = refused(market.get("batches", {"colour": "red"}), 422, "api.unknown_parameter")
    assert said["errors"][0]["field"] == "colour"
    assert "cursor、item、limit、state" in said["errors"][0]["message"]


def test_a_number_that_no_table_can_hold_is_refused_and_breaks_nothing(world: World, market: Caller) -> None:
    for number in ("99999999999999999999999", "-1", "9223372036854775808"):
        refused(market.get(f"held?batch={number}"), 422, "api.invalid")


def test_a_parameter_twice_is_refused(world: World, market: Caller) -> None:
    refused(market.get("batches?limit=1&limit=2"), 422, "api.parameter_twice")


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ({"limit": 0}, "limit", "不小于 1"),
        ({"limit": 201}, "limit", "不大于 200"),
        ({"limit": "x"}, "limit", "整数"),
        ({"state": "lost"}, "state", "received"),
        ({"cursor": "x"}, "cursor", "第一页"),
        ({"cursor": "9" * 19}, "cursor", "第一页"),
    ],
)
def test_a_wrong_value_is_said_with_its_place(
    world: World, market: Caller, query: dict[str, Any], field: str, words: str
) -> None:
    answer = market.get("batches", query)
    said = refused(answer, 422, answer.json()["code"])
    assert [(one["field"]) for one in said["errors"]] == [field]
    assert words in said["errors"][0]["message"]


@pytest.mark.parametrize("path", ["nothing", "batches/x", "batches/" + "9" * 30, "batches/1/x", ""])
def test_an_address_that_means_nothing_is_a_problem_too(world: World, market: Caller, path: str) -> None:
    refused(market.get(path), 404, "api.nowhere")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_a_method_that_is_not_there_is_told_with_those_that_are(world: World, market: Caller, method: str) -> None:
    answer = market.call(method, "batches")
    refused(answer, 405, "api.method")
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_and_options_say_what_a_get_would(world: World, market: Caller) -> None:
    whole, head = market.get("me"), market.call("HEAD", "me")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(whole.content)))
    answer = market.call("OPTIONS", "me")
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "api.unreadable"),
        (b"\xff", 400, "api.unreadable"),
        (b'{"a": NaN}', 400, "api.unreadable"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, "api.unreadable"),
        (b'{"item": "\\ud800"}', 400, "api.unreadable"),
        (b'{"item": "\\u0000"}', 400, "api.nought"),
        (b'{"item": 1, "item": 2}', 400, "api.key_twice"),
        (b"[" * 100_000, 400, "api.too_deep"),
        (b'"' + b"x" * 1_100_000 + b'"', 413, "api.too_large"),
        (b"[]", 422, "api.invalid"),
        (b"null", 422, "api.invalid"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_why(
    world: World, market: Caller, body: bytes, status: int, code: str
) -> None:
    refused(market.post("records", body), status, code)


def test_a_text_with_a_backslash_before_u0000_is_a_text(world: World, market: Caller) -> None:
    said = refused(market.post("records", b'{"item": "\\\\u0000", "records": [{}]}'), 404, "catalogue.item_unknown")
    assert "u0000" in said["detail"]


def test_unknown_keys_are_refused_and_the_known_ones_named(world: World, market: Caller) -> None:
    body = {"item": "administrative-penalty", "records": [{}], "recrods": []}
    said = refused(market.post("records", body), 422, "api.invalid")
    assert said["errors"][0]["field"] == "recrods"
    assert "check_only、item、reason、records、unit" in said["errors"][0]["message"]


def test_another_content_type_is_refused_unread(world: World, market: Caller) -> None:
    headers = {"Authorization": f"Bearer {market.token}"}
    answer = market.client.post("/api/v1/records", "{}", content_type="text/plain", headers=headers)
    refused(answer, 415, "api.content_type")
    refused(market.post("batches", {}), 415, "api.content_type")


def test_a_file_announced_as_too_large_is_refused_unread(world: World, market: Caller) -> None:
    headers = {"Authorization": f"Bearer {market.token}", "Content-Length": str(10**12)}
    answer = market.client.post(
        "/api/v1/batches", b"x", content_type="multipart/form-data; boundary=x", headers=headers
    )
    refused(answer, 413, "F06")


def test_too_many_requests_are_told_when_to_come_back(world: World, market: Caller, settings: Any) -> None:
    settings.XINHENG_API_RATE = 3
    assert [market.get("me").status_code for _ in range(3)] == [200, 200, 200]
    answer = market.get("me")
    refused(answer, 429, "api.too_many")
    assert 1 <= int(answer["Retry-After"]) <= 20


def test_a_revoked_or_expired_token_is_refused_with_the_next_request(
    world: World, market: Caller, settings: Any
) -> None:
    assert market.get("me").status_code == 200
    settings.XINHENG_CLOCK_SHIFT += timedelta(days=91)
    refused(market.get("me"), 401, "accounts.token_refused")


def test_what_breaks_is_answered_without_a_word_of_it(
    world: World, market: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"secret {NUMBER}")

    monkeypatch.setattr(records, "record", broken)
    said = refused(market.get("records/1"), 500, "api.broken")
    assert said["instance"].startswith("urn:xinheng:incident:")
    assert "secret" not in str(said)
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert market.token not in caplog.text


@pytest.mark.parametrize("path", ["subjects?q={}", "subjects/by-code/{}", "publicity/subjects?q={}"])
def test_a_persons_number_in_an_address_is_refused_and_not_repeated(world: World, market: Caller, path: str) -> None:
    said = refused(market.get(path.format(NUMBER)), 422, "api.parameter")
    assert NUMBER not in str(said)


def test_a_persons_number_leads_nowhere_in_public(world: World, anybody: Caller) -> None:
    there = refused(anybody.get(f"publicity/subjects/{NUMBER}"), 404, "api.code_unknown")
    nowhere = refused(anybody.get("publicity/subjects/91990101MA0099999X"), 404, "api.code_unknown")
    assert there == nowhere
