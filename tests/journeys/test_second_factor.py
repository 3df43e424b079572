"""security.protect: an administrator gets a second factor, loses the telephone, is let in again; and a hand in the ledger is found."""

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from hands import by_hand
from workbench.acts import People
from workbench.overview_cast import administer
from world import PASSWORD, World
from xinheng.accounts.rules.factor import code_at, step_of
from xinheng.ledger.door import public_key, sequence, verify
from xinheng.storage.keys import key_ring
from xinheng.workbench import attempts

Put = Callable[[datetime], None]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def key_on(page: str) -> bytes:
    """The key as it stands on the page in letters."""
    found = re.search(r'<span class="code">([A-Z2-7 ]{30,})</span>', page)
    assert found, page[:3000]
    letters = found[1].replace(" ", "")
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def set_rule(client: Client, role: str = "system_admin", day: str = "2026-11-21") -> Any:
    data = {"role": role, "required": "1", "from_on": day, "reason": "等级保护第三级要求", "_step": "confirm"}
    return client.post("/workbench/people/factor-rules/set", data)


def enrol(client: Client, now: datetime) -> tuple[bytes, list[str]]:
    """Set it up as a person would: read the key from the page, type the first code, copy the recovery codes."""
    secret = key_on(text(client.get("/workbench/factor")))
    done = client.post("/workbench/factor", {"password": PASSWORD, "code": code_at(secret, step_of(now))})
    assert done.status_code == 200
    codes = re.findall(r'<li class="code">([\w-]+)</li>', text(done))
    assert len(codes) == 10
    return secret, codes


def test_whoever_finds_a_browser_left_open_binds_no_telephone_to_it(
    world: World, people: People, now: datetime, settings: Any
) -> None:
    reporter = people["reporter.tax"]
    secret = key_on(text(reporter.get("/workbench/factor")))
    code = code_at(secret, step_of(now))
    empty = reporter.post("/workbench/factor", {"code": code})
    assert (empty.status_code, empty.content.count(b'name="password"')) == (422, 1)
    wrong = reporter.post("/workbench/factor", {"password": "Wrong-Wrong-11", "code": code})
    assert wrong.status_code == 422
    assert "口令不正确" in text(wrong)
    assert "Wrong-Wrong-11" not in text(wrong)
    # The same key waits, and the same session: nothing was begun, nothing ended.
    assert key_on(text(wrong)) == secret
    reporter.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Enter the password you sign in with" in text(reporter.get("/workbench/factor"))
    assert reporter.post("/workbench/factor", {"password": PASSWORD, "code": code}).status_code == 200


@pytest.mark.parametrize("address", ["/workbench/factor", "/workbench/factor/end"])
def test_an_address_that_tries_passwords_at_the_second_factor_is_told_to_wait(
    world: World, people: People, now: datetime, address: str
) -> None:
    reporter = people["reporter.tax"]
    if address.endswith("end"):
        enrol(reporter, now)
    typed = {"password": "Wrong-Wrong-11", "code": "000000"}
    for _attempt in range(attempts.MOST_FAILURES):
        assert reporter.post(address, typed).status_code == 422
    assert reporter.post(address, typed).status_code == 429
    assert Client().post("/workbench/sign-in", {"login": "reporter.tax", "password": PASSWORD}).status_code == 429


def come_in(login: str, code: str) -> tuple[Client, Any]:
    client = Client(raise_request_exception=False)
    first = client.post("/workbench/sign-in", {"login": login, "password": PASSWORD})
    assert first.status_code == 200
    return client, client.post("/workbench/sign-in/code", {"code": code, "next": "/workbench/people"})


def test_an_administrator_is_made_to_enrol_and_then_needs_both(
    world: World, people: People, clock: Put, now: datetime
) -> None:
    administer(world)
    security, system = people["secadmin"], people["sysadmin"]
    assert system.get("/workbench/people").status_code == 200
    assert set_rule(security).status_code == 302

    # From the next click on nothing opens but setting it up, by whatever address or method.
    led = system.get("/workbench/people")
    assert (led.status_code, led["Location"].partition("?")[0]) == (302, "/workbench/factor")
    assert system.post("/workbench/people/open", {"login": "x"})["Location"].startswith("/workbench/factor")
    page = text(system.get("/workbench/factor"))
    assert 'class="qr"' in page
    assert key_on(page) == key_on(text(system.get("/workbench/factor")))

    secret, _codes = enrol(system, now)
    assert system.get("/workbench/people").status_code == 200
    # The recovery codes were shown once, the key is shown no more.
    assert 'class="qr"' not in text(system.get("/workbench/factor"))

    later = now + timedelta(seconds=30)
    clock(later)
    half = Client(raise_request_exception=False)
    asked = half.post("/workbench/sign-in", {"login": "sysadmin", "password": PASSWORD})
    assert "输入验证码" in text(asked)
    for place in (
        "/workbench/",
        "/workbench/people",
        "/workbench/password",
        "/workbench/factor",
        "/workbench/sessions",
    ):
        assert half.get(place)["Location"].startswith("/workbench/sign-in"), place
    inside = half.post(
        "/workbench/sign-in/code", {"code": code_at(secret, step_of(later)), "next": "/workbench/people"}
    )
    assert (inside.status_code, inside["Location"]) == (302, "/workbench/people")
    assert half.get("/workbench/people").status_code == 200

    # The same code again, though the thirty seconds are not over: refused, and told in words.
    _client, again = come_in("sysadmin", code_at(secret, step_of(later)))
    assert again.status_code == 422
    assert "已经用过" in text(again)


def test_a_lost_telephone_a_recovery_code_and_a_reset_by_another(
    world: World, people: People, clock: Put, now: datetime
) -> None:
    administer(world)
    set_rule(people["secadmin"])
    system = people["sysadmin"]
    _secret, codes = enrol(system, now)
    _client, inside = come_in("sysadmin", codes[0])
    assert inside.status_code == 302
    _client, again = come_in("sysadmin", codes[0])
    assert again.status_code == 422

    number = world.actor("sysadmin").id
    data = {"reason": "手机遗失，已当面核实身份", "sure": "1", "_step": "confirm"}
    assert system.post(f"/workbench/people/{number}/factor", data).status_code in {403, 404}
    assert people["secadmin"].post(f"/workbench/people/{number}/factor", data).status_code == 302
    # Whoever was in is out at once, and with the password alone gets no further than to a new one.
    assert system.get("/workbench/people")["Location"].startswith("/workbench/sign-in")
    fresh = Client(raise_request_exception=False)
    fresh.post("/workbench/sign-in", {"login": "sysadmin", "password": PASSWORD})
    assert fresh.get("/workbench/people")["Location"].startswith("/workbench/factor")


def test_a_half_signed_browser_is_asked_anew_after_five_minutes(
    world: World, people: People, clock: Put, now: datetime
) -> None:
    administer(world)
    secret, _codes = enrol(people["sysadmin"], now)
    half = Client(raise_request_exception=False)
    half.post("/workbench/sign-in", {"login": "sysadmin", "password": PASSWORD})
    late = now + timedelta(minutes=6)
    clock(late)
    answer = half.post("/workbench/sign-in/code", {"code": code_at(secret, step_of(late))})
    assert (answer.status_code, answer["Location"]) == (302, "/workbench/sign-in")
    assert half.get("/workbench/people")["Location"].startswith("/workbench/sign-in")


def test_five_wrong_codes_lock_and_a_form_typed_before_comes_back_after_the_code(
    world: World, people: People, clock: Put, now: datetime
) -> None:
    administer(world)
    secret, _codes = enrol(people["sysadmin"], now)
    later = now + timedelta(minutes=1)
    clock(later)
    typed = Client(raise_request_exception=False)
    lost = typed.post("/workbench/people/open", {"login": "newcomer", "name": "新人"})
    carried = re.search(r'name="carried" value="([^"]+)"', text(lost))
    assert carried, text(lost)[:2000]
    first = typed.post(
        "/workbench/sign-in", {"login": "sysadmin", "password": PASSWORD, "carried": unescape(carried[1])}
    )
    kept = re.search(r'name="carried" value="([^"]+)"', text(first))
    assert kept
    code = {"code": code_at(secret, step_of(later)), "carried": unescape(kept[1]), "next": "/workbench/people/open"}
    assert "newcomer" in text(typed.post("/workbench/sign-in/code", code))

    client = Client(raise_request_exception=False)
    client.post("/workbench/sign-in", {"login": "sysadmin", "password": PASSWORD})
    for _attempt in range(5):
        assert client.post("/workbench/sign-in/code", {"code": "000000"}).status_code == 422
    refused = Client().post("/workbench/sign-in", {"login": "sysadmin", "password": PASSWORD})
    assert refused.status_code == 422


def test_a_person_sees_and_ends_the_own_sessions_and_the_administrator_those_of_others(
    world: World, people: People, now: datetime
) -> None:
    administer(world)
    here = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}, REMOTE_ADDR="203.0.113.7")
    there = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Edg/140.0"})
    for client in (here, there):
        client.post("/workbench/sign-in", {"login": "reporter.tax", "password": PASSWORD})
    page = text(here.get("/workbench/sessions"))
    assert "Firefox · Linux" in page
    assert "Edge · Windows" in page
    assert "203.0.*.*" in page
    assert "203.0.113" not in page
    assert here.session.session_key not in page
    (ending,) = re.findall(r'action="(/workbench/sessions/\w+/end)"', page)
    assert here.post(ending).status_code == 302
    assert there.get("/workbench/")["Location"].startswith("/workbench/sign-in")
    assert here.get("/workbench/").status_code == 200

    number = world.actor("reporter.tax").id
    shown = f"/workbench/people/{number}/sessions"
    assert people["sysadmin"].get(shown).status_code in {403, 404}
    security = people["secadmin"]
    (ending,) = re.findall(rf'action="({shown}/\w+/end)"', text(security.get(shown)))
    security.post(ending, {"reason": " "})
    assert here.get("/workbench/").status_code == 200
    security.post(ending, {"reason": "电脑失窃"})
    assert here.get("/workbench/")["Location"].startswith("/workbench/sign-in")
    # Nobody ends a session of somebody else by its handle.
    assert people["operator"].post(ending.replace(shown, "/workbench/sessions")).status_code == 404


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_factor_policy SET required = NOT required",
        "UPDATE accounts_factor SET seal_digest = '0'",
        "DELETE FROM accounts_factor_policy",
    ],
)
def test_a_hand_that_weakens_the_second_factor_is_found(
    world: World, people: People, now: datetime, statement: str
) -> None:
    administer(world)
    set_rule(people["secadmin"])
    enrol(people["sysadmin"], now)
    sequence()
    assert verify(key=public_key(key_ring().checkpoint)).problems == ()
    by_hand(statement)
    assert verify(key=public_key(key_ring().checkpoint)).problems != ()
