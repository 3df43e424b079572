"""Who gets what over the API: every operation against every kind of token, and what strangers can learn of an affair that is not theirs.

`api_matrix.tsv` holds the answer of every operation to every caller. After a change that is meant to be, write it anew with
`XINHENG_WRITE_MATRIX=1` and read the difference: each changed cell is a system that may do more, or less.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from authorisation.addresses import PART, Address, every_address
from authorisation.affair import OFFICE, WORDS, Affair, begin
from authorisation.answers import same, text, written
from authorisation.things import about_things, things
from intake.cast import PENALTY, as_csv, penalty, resident_number
from world import World
from xinheng.accounts.door import TokenDraft, issue_token, revoke_token, scope_words
from xinheng.api.application import description
from xinheng.api.gate import RATE
from xinheng.records.door import licence_code

MATRIX = Path(__file__).with_name("api_matrix.tsv")
SCOPES = tuple(scope_words())
CALLERS = ("none", *(f"market:{scope}" for scope in SCOPES), "market:all", "tax:all", "revoked", "expired")
OUTSIDE = ("none", "tax:all", "tax:department", "revoked", "expired")
"""Strangers. `tax:department` is everything but the service window's scope, by which the tax bureau's hall sees licences for a purpose."""
WINDOWS = frozenset({"list_holder_licences", "find_licences"})
GROWS = frozenset({"get_ledger", "get_checkpoint"})
"""What shows the length of the ledger to everybody: a number of entries, none of their words."""
FOR = {"purpose": "enforcement", "reference": "示市监案〔2026〕15号"}
METHODS = {
    operation["operationId"]: method
    for methods in description()["paths"].values()
    for method, operation in methods.items()
}


@dataclass(frozen=True)
class Sent:
    """What is asked beside the path: of things that are there, or of nothing that is."""

    query: dict[str, dict[str, Any]]
    bodies: dict[str, dict[str, Any]]


def sent(world: World, affair: Affair | None) -> Sent:
    """Questions and bodies of every operation that has some."""
    version = 0 if affair is None else affair.certificate
    number = resident_number(999) if affair is None else affair.number
    query: dict[str, dict[str, Any]] = {
        "get_deadline": {"date": "2026-09-30", "days": 7},
        "list_public_records": {"item": PENALTY},
        "search_subjects": {"q": "虚无" if affair is None else "隐岚"},
        "search_public": {"q": "虚无" if affair is None else "隐岚"},
        "list_expiring_licences": {"days": 366},
        "find_licences": {"number": "虚证JY506" if affair is None else affair.certificate_number, **FOR},
        "verify_licence": {"verification_code": licence_code(version or 2**39)},
        "list_held": {} if affair is None else {"batch": affair.batch},
    }
    query |= dict.fromkeys(("list_holder_licences", "get_subject", "list_subject_records", "get_record"), FOR)
    market = world.unit_codes["market"]
    row = {code: value for code, value in penalty(world, 510).items() if value is not None}
    return Sent(
        query,
        {
            "look_up_person": {"number": number, **FOR},
            "send_records": {"item": PENALTY, "unit": market, "records": [row], "check_only": True},
            "send_batch": {"item": PENALTY, "unit": market},
        },
    )


Ask = Callable[[str, Address, dict[str, Any], Sent], Any]


@pytest.fixture
def ask(world: World) -> Ask:
    """Sends one operation with the token of a caller."""
    RATE.forget()
    tokens: dict[str, str] = {"none": ""}
    client = Client(raise_request_exception=False)

    def token(caller: str) -> str:
        if caller not in tokens:
            unit, _, scope = caller.partition(":")
            some = {"all": SCOPES, "department": tuple(one for one in SCOPES if one != "records.read_licences")}
            life = timedelta(milliseconds=20) if unit == "expired" else timedelta(days=90)
            person = world.services[unit if unit in world.services else "market"]
            scopes = some.get(scope or "all", (scope,))
            made = issue_token(token=TokenDraft(person, caller, scopes, world.now + life), actor=OFFICE, now=world.now)
            if unit == "revoked":
                revoke_token(token_id=made.token_id, actor=OFFICE, now=world.now)
            time.sleep(0.03 if unit == "expired" else 0)
            tokens[caller] = made.token
        return tokens[caller]

    def answered(caller: str, each: Address, about: dict[str, Any], what: Sent) -> Any:
        RATE.forget()
        name, path = each.name.removeprefix("api:"), each.filled(about)
        headers = {"Authorization": f"Bearer {token(caller)}"} if token(caller) else {}
        if METHODS.get(name, "get") == "get":
            return client.get(path, what.query.get(name, {}), headers=headers)
        body = what.bodies[name]
        if name == "send_batch":
            file = SimpleUploadedFile("x.csv", as_csv([penalty(world, 511)]), "text/csv")
            return client.post(path, body | {"file": file}, headers=headers)
        return client.post(path, body, content_type="application/json", headers=headers)

    return answered


def operations() -> list[Address]:
    """Every operation of the API, several at one address too, and the addresses beside them."""
    found = {each.name: each for each in every_address() if each.name.startswith("api:")}
    plain = {"/" + PART.sub(lambda part: f"{{{part['name']}}}", each.route): each for each in found.values()}
    for path, methods in description()["paths"].items():
        for operation in methods.values():
            name = f"api:{operation['operationId']}"
            found.setdefault(name, replace(plain[path], name=name))
    return [found[name] for name in sorted(found)]


def test_the_api_answers_every_caller_as_the_matrix_says(world: World, affair: Affair, ask: Ask) -> None:
    addresses = operations()
    about, what = things(world, affair, addresses), sent(world, affair)
    found = {}
    for each in addresses:
        method = METHODS.get(each.name.removeprefix("api:"), "get").upper()
        cells = [str(ask(caller, each, about, what).status_code) for caller in CALLERS]
        found[f"{method} {each.name} {each.route}"] = cells
    lines = ["\t".join(("operation", *CALLERS)), *("\t".join((name, *found[name])) for name in sorted(found))]
    if os.environ.get("XINHENG_WRITE_MATRIX"):
        MATRIX.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == MATRIX.read_text(encoding="utf-8").splitlines()


def matrix() -> list[dict[str, str]]:
    """The committed matrix, a mapping a line."""
    head, *lines = (line.split("\t") for line in MATRIX.read_text(encoding="utf-8").splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_nothing_breaks_and_a_token_that_ended_opens_what_none_opens() -> None:
    for line in matrix():
        assert not any(status.startswith("5") for status in line.values()), line
        assert line["revoked"] == line["expired"] == line["none"], line


def test_without_a_token_only_what_the_description_says_is_open() -> None:
    secured = {
        operation["operationId"]
        for methods in description()["paths"].values()
        for operation in methods.values()
        if "security" in operation
    }
    refused = {line["operation"].split()[1].removeprefix("api:") for line in matrix() if line["none"] == "401"}
    assert refused == secured


@pytest.mark.parametrize("caller", OUTSIDE)
def test_what_is_there_answers_a_stranger_as_what_is_not(caller: str, world: World, affair: Affair, ask: Ask) -> None:
    addresses = operations()
    there, nowhere = things(world, affair, addresses), things(world, affair, addresses, absent=True)
    first, second = sent(world, affair), sent(world, None)
    compared = 0
    for each in addresses:
        name = each.name.removeprefix("api:")
        asked = name in first.query or name in first.bodies
        if not (asked or about_things(each)) or (caller == "tax:all" and name in WINDOWS):
            continue
        compared += 1
        one = same(ask(caller, each, there, first), each.filled(there))
        other = same(ask(caller, each, nowhere, second), each.filled(nowhere))
        assert one == other, each.name
    assert compared > 15


@pytest.mark.parametrize("caller", OUTSIDE)
def test_lists_searches_and_counts_of_a_stranger_do_not_change(caller: str, world: World, ask: Ask) -> None:
    addresses = [
        each
        for each in operations()
        if not each.arguments
        and each.name.removeprefix("api:") not in GROWS | {"send_batch"} | (WINDOWS if caller == "tax:all" else set())
    ]
    # Asked by the words of the affair before it is there.
    words = {name: query | {"q": "隐岚"} if "q" in query else query for name, query in sent(world, None).query.items()}
    what = Sent(words | {"find_licences": {"number": "隐证JY506", **FOR}}, sent(world, None).bodies)
    before = {each.name: same(ask(caller, each, {}, what)) for each in addresses}
    begin(world)
    after = {each.name: same(ask(caller, each, {}, what)) for each in addresses}
    assert [name for name in before if before[name] != after[name]] == []


@pytest.mark.parametrize("caller", OUTSIDE)
def test_no_word_of_it_reaches_a_stranger_and_nothing_is_written(
    caller: str, world: World, affair: Affair, ask: Ask
) -> None:
    addresses = operations()
    about, what = things(world, affair, addresses), sent(world, affair)
    before = counted()
    for each in addresses:
        if caller == "tax:all" and each.name.removeprefix("api:") in WINDOWS:
            continue
        answer = ask(caller, each, about, what)
        if each.name == "api:verify_licence":
            # Who asked not to be published is not told to whoever has a code either.
            assert answer.status_code == 404
        assert [word for word in WORDS if word in text(answer)] == [], each.name
    assert counted() == before


def counted() -> dict[str, int]:
    """How many rows what was handed in has; a look that was registered stands in the ledger."""
    return {name: count for name, count in written().items() if not name.startswith("ledger_")}


def test_by_the_windows_scope_a_stranger_learns_of_licences_alone_and_it_is_registered(
    world: World, affair: Affair, ask: Ask
) -> None:
    addresses = {each.name.removeprefix("api:"): each for each in operations()}
    about, what = things(world, affair, list(addresses.values())), sent(world, affair)
    for name in sorted(WINDOWS):
        answer = ask("tax:records.read_licences", addresses[name], about, what)
        assert [one["number"] for one in answer.json()["items"]] == [affair.certificate_number]
        assert ask("tax:department", addresses[name], about, what).json()["items"] == []
    refused = [
        name
        for name, each in addresses.items()
        if ask("tax:records.read_licences", each, about, what).status_code == 403 and name not in WINDOWS
    ]
    assert {"get_record", "get_subject", "list_subject_records", "list_expiring_licences", "list_held"} <= set(refused)


def test_the_bureaus_own_system_does_see_it(world: World, affair: Affair, ask: Ask) -> None:
    addresses = operations()
    about, what = things(world, affair, addresses), sent(world, affair)
    seen = "".join(text(ask("market:all", each, about, what)) for each in addresses)
    # A rejected row is kept without its content; how the bureau names its columns, and who answers for a duty, are pages' own.
    assert [word for word in ("隐岚", "隐川", "隐泽", "密件甲", "隐市监", "隐证") if word not in seen] == []
