"""Headers, the current actor, friendly errors, the gate."""

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from web_site import FAILURES, ZHANG

from xinheng.kernel.errors import Unknown
from xinheng.web import clock, errors, gate
from xinheng.web.middleware import actor as actor_module


def test_every_answer_carries_the_headers(visitor: Client) -> None:
    for address in ("/", "/nothing", "/fail/broken", "/style"):
        headers = visitor.get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        for part in (
            "default-src 'self'",
            "style-src 'self'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "img-src 'self' data:",
        ):
            assert part in headers["Content-Security-Policy"].split("; ")
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_the_nonce_of_the_policy_is_that_of_the_scripts_and_new_every_time(visitor: Client) -> None:
    nonces = set()
    for _ in range(2):
        response = visitor.get("/style")
        policy = re.search(r"script-src 'self' 'nonce-([\w-]{16,})'", response["Content-Security-Policy"])
        assert policy
        assert set(re.findall(r'<script[^>]* nonce="([^"]*)"', response.content.decode())) == {policy[1]}
        nonces.add(policy[1])
    assert len(nonces) == 2


def test_hsts_is_sent_only_over_https(visitor: Client) -> None:
    assert "Strict-Transport-Security" not in visitor.get("/").headers
    assert "max-age" in visitor.get("/", secure=True)["Strict-Transport-Security"]


def test_flagged_pages_and_pages_for_people_signed_in_are_not_stored(visitor: Client, zhang: Client) -> None:
    assert visitor.get("/unstored")["Cache-Control"] == "no-store"
    assert "Cache-Control" not in visitor.get("/").headers
    assert zhang.get("/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("unknown", 404),
        ("refused", 403),
        ("conflict", 409),
        ("invalid", 422),
        ("too-many", 429),
        ("http404", 404),
        ("denied", 403),
        ("big", 413),
        ("broken", 500),
    ],
)
def test_every_kind_of_error_has_its_status_and_says_what_to_do(visitor: Client, name: str, status: int) -> None:
    response = visitor.get(f"/fail/{name}")
    page = response.content.decode()
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert errors.explained(status).title in page
    assert errors.explained(status).todo[0] in page
    assert "secret detail" not in page
    assert "Traceback" not in page
    message = getattr(FAILURES[name], "message", "")
    assert message in page


def test_an_unknown_address_answers_like_an_unknown_thing(visitor: Client) -> None:
    response = visitor.get("/nothing")
    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


def test_an_incident_is_logged_with_its_number_and_without_data(visitor: Client, caplog: Any) -> None:
    with caplog.at_level(logging.ERROR, logger="xinheng.incident"):
        page = visitor.get("/fail/broken?name=张三").content.decode()
    number = re.search(r"\d{8}-[0-9A-F]{8}", page)
    assert number
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name == "xinheng.incident")
    assert number[0] in logged
    assert "RuntimeError" in logged
    assert "fail/<name>" in logged
    assert "990101199001011234" not in logged + page
    assert "张三" not in logged


def test_htmx_gets_a_fragment_with_the_same_status(visitor: Client) -> None:
    response = visitor.get("/fail/unknown", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 404
    assert 'role="alert"' in page
    assert "<html" not in page


def test_an_error_page_that_cannot_be_drawn_still_answers(visitor: Client, settings: Any) -> None:
    settings.XINHENG_SITE = "web.web_site.nobody"
    response = visitor.get("/fail/unknown")
    assert response.status_code == 404
    assert FAILURES["unknown"].message in response.content.decode()  # type: ignore[attr-defined]


def test_messages_on_error_pages_are_escaped(rf: RequestFactory) -> None:
    page = errors.answer(rf.get("/"), 422, message="值“<script>”不可用").content.decode()
    assert "&lt;script&gt;" in page


def test_a_form_without_token_is_answered_with_what_to_do(settings: Any) -> None:
    settings.CSRF_FAILURE_VIEW = "xinheng.web.errors.csrf_failure"
    response = Client(enforce_csrf_checks=True).post("/preferences", {"size": "large"})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_without_a_session_the_public_asks(visitor: Client) -> None:
    assert visitor.get("/who").content == b"public False"


def test_the_person_of_the_session_is_the_actor(zhang: Client) -> None:
    assert zhang.get("/who").content == b"zhang False"


def test_signing_out_ends_the_session(zhang: Client) -> None:
    zhang.get("/leave")
    assert zhang.get("/who").content == b"public False"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(14, b"zhang False"), (16, b"public True"), (13 * 60, b"public False")]
)
def test_a_session_ends_after_fifteen_idle_minutes(
    zhang: Client, monkeypatch: pytest.MonkeyPatch, minutes: int, expected: bytes
) -> None:
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(actor_module, "now", lambda: later)
    assert zhang.get("/who").content == expected


def test_a_click_counts_as_activity_and_a_poll_does_not(zhang: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = clock.now()
    monkeypatch.setattr(actor_module, "now", lambda: begin + timedelta(minutes=10))
    zhang.get("/who?poll=1")
    monkeypatch.setattr(actor_module, "now", lambda: begin + timedelta(minutes=14))
    zhang.get("/who")
    monkeypatch.setattr(actor_module, "now", lambda: begin + timedelta(minutes=28))
    assert zhang.get("/who?poll=1").content == b"zhang False"
    monkeypatch.setattr(actor_module, "now", lambda: begin + timedelta(minutes=30))
    assert zhang.get("/who").content == b"public True"


def test_a_person_who_may_no_longer_sign_in_is_the_public(zhang: Client, accounts: Any) -> None:
    def gone(person: int) -> None:
        raise Unknown("accounts.person_unknown", "没有这个人员。")

    accounts(gone)
    assert zhang.get("/who").content == b"public False"
    accounts(lambda person: ZHANG)
    assert zhang.get("/who").content == b"public False"


def test_a_gated_page_leads_to_the_sign_in_and_back(visitor: Client) -> None:
    response = visitor.get("/members?tab=1")
    assert response.status_code == 302
    assert response["Location"] == "/w/sign-in?next=%2Fmembers%3Ftab%3D1"


def test_htmx_is_told_to_leave_the_page_as_a_whole(visitor: Client) -> None:
    headers = {"HX-Request": "true", "Referer": "http://testserver/style"}
    answer = visitor.get("/members?poll=1", headers=headers)
    assert answer["HX-Redirect"] == "/w/sign-in?next=http%3A%2F%2Ftestserver%2Fstyle"
    assert answer.content == b""


def test_after_an_idle_session_the_sign_in_page_is_told_why(zhang: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(actor_module, "now", lambda: later)
    assert zhang.get("/members")["Location"] == "/w/sign-in?next=%2Fmembers&timed_out=1"


def test_a_page_that_needs_a_permission_is_refused_without(zhang: Client) -> None:
    assert zhang.get("/members").status_code == 200
    response = zhang.get("/gated")
    assert response.status_code == 403
    assert "records.review" in response.content.decode()


@pytest.mark.parametrize(
    ("target", "led"),
    [
        ("/a?b=1", "/a?b=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_stays_in_this_site(rf: RequestFactory, target: str, led: str) -> None:
    assert gate.safe_back(target, rf.get("/")) == led


def test_the_clock_is_aware_and_shifted_by_whole_days(settings: Any) -> None:
    settings.XINHENG_CLOCK_SHIFT = timedelta(days=-30)
    assert clock.now().tzinfo is UTC
    assert timedelta(days=29) < datetime.now(UTC) - clock.now() < timedelta(days=31)
    assert clock.today() <= clock.now().date() + timedelta(days=1)


def test_actor_of_is_the_public_where_no_middleware_spoke() -> None:
    assert gate.actor_of(HttpRequest()).kind == "public"
    assert live_settings.LOGIN_URL == "/w/sign-in"
