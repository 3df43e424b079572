"""Who gets what: every address of the URL map against every role, and what strangers can learn of an affair that is not theirs.

`matrix.tsv` holds the answer of every address to every reader. After a change that is meant to be, write it anew with
`XINHENG_WRITE_MATRIX=1` and read the difference: each changed cell is somebody who may do more, or less.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from authorisation.addresses import Address, every_page
from authorisation.affair import AGENT, READERS, STRANGERS, WORDS, Affair, begin
from authorisation.answers import same, shown, text, written
from authorisation.things import about_things, things
from world import World

Reader = Callable[[str], Client]
MATRIX = Path(__file__).with_name("matrix.tsv")
ALL = ("public", AGENT, *(login for login, _, _ in READERS))
LEAVES = frozenset({"workbench:sign-out", "portal:my-sign-out"})
"""Asking for these ends the session of the reader; they are asked last."""
GROWS = frozenset(
    {"portal:ledger", "portal:checkpoint", "workbench:audit-trail", "workbench:audit-entry", "workbench:audit-ledger"}
)
"""What shows the length of the ledger to those who may see it: a number of entries, none of their words."""
RUNS = frozenset({"workbench:own-sessions"})
"""What says when its reader was last there, a minute later with every minute."""
OWN: dict[str, set[str]] = {"secadmin": {"workbench:tokens"}, "sysadmin": {"workbench:job-list"}}
"""What is a reader's own business: who issues tokens, or runs the jobs, sees that there is one, and nothing of what was handed in."""
ASKED: tuple[dict[str, str], ...] = (
    {},
    *({"q": word} for word in ("隐岚", "隐某某", "隐市监罚〔2026〕501号", "密件甲")),
    {"unit": "{market}"},
    {"item": "administrative-penalty", "state": "held"},
    {"code": "E109"},
    {"name": "隐石"},
)
"""What is asked of lists, searches, counts and exports beside nothing at all."""


def answers(
    reader: Reader, login: str, addresses: list[Address], about: dict[str, Any], method: str = "get"
) -> dict[str, Any]:
    """The answer of every address to one reader, by name; what leaves comes last."""
    client = reader(login)
    ordered = sorted(addresses, key=lambda each: each.name in LEAVES)
    return {f"{each.name} {each.route}": getattr(client, method)(each.filled(about)) for each in ordered}


def test_every_address_answers_every_reader_as_the_matrix_says(world: World, affair: Affair, reader: Reader) -> None:
    addresses = every_page()
    about = things(world, affair, addresses)
    found: dict[str, list[str]] = {}
    for login in ALL:
        for method in ("get", "post"):
            for name, answer in answers(reader, login, addresses, about, method).items():
                found.setdefault(f"{method.upper()} {name}", []).append(shown(answer))
    lines = ["\t".join(("address", *ALL)), *("\t".join((name, *found[name])) for name in sorted(found))]
    if os.environ.get("XINHENG_WRITE_MATRIX"):
        MATRIX.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == MATRIX.read_text(encoding="utf-8").splitlines()


def test_no_address_breaks_for_any_reader() -> None:
    assert [line for line in matrix() if any(status.startswith("5") for status in line.values())] == []


def test_the_public_enters_no_page_of_the_workbench() -> None:
    open_pages = {
        line["address"].split()[1]
        for line in matrix()
        if line["address"].split()[1].startswith("workbench:") and not line["public"].startswith(("sign-in", "4"))
    }
    assert open_pages == {"workbench:sign-in"}


def test_those_who_administer_accounts_open_no_page_of_business() -> None:
    business = ("batch", "held", "record", "subject", "publicity", "upload", "entry", "template")
    seen = {
        (line["address"], login)
        for line in matrix()
        for login in ("sysadmin", "secadmin", "auditadmin")
        if line["address"].split()[1].removeprefix("workbench:").startswith(business)
        and line["address"].split()[1].startswith("workbench:")
        and line[login].startswith("200")
    }
    assert seen == set()


@pytest.mark.parametrize("login", STRANGERS)
def test_what_is_there_answers_a_stranger_as_what_is_not(
    login: str, world: World, affair: Affair, reader: Reader
) -> None:
    addresses = [each for each in every_page() if about_things(each, login)]
    there, nowhere = things(world, affair, addresses), things(world, affair, addresses, absent=True)
    for method in ("get", "post"):
        for each in addresses:
            client, paths = reader(login), (each.filled(there), each.filled(nowhere))
            first, second = (same(getattr(client, method)(path), path) for path in paths)
            assert first == second, (method, each.name)


@pytest.mark.parametrize("login", STRANGERS)
def test_pages_searches_counts_and_exports_of_a_stranger_do_not_change(
    login: str, world: World, reader: Reader
) -> None:
    addresses = [
        each
        for each in every_page()
        if not each.arguments and each.name not in GROWS | LEAVES | RUNS | OWN.get(login, set())
    ]
    before = dict(asked(reader, login, addresses, world))
    begin(world)
    after = dict(asked(reader, login, addresses, world))
    assert [name for name in before if before[name] != after[name]] == []


def test_the_centre_does_see_it(world: World, affair: Affair, reader: Reader) -> None:
    addresses = [each for each in every_page() if each.name not in LEAVES]
    about = things(world, affair, addresses)
    seen = "".join(text(each) for each in answers(reader, "operator", addresses, about).values())
    # A rejected row is kept without its content, and a natural person's name is shown only to a registered purpose.
    assert [word for word in WORDS if word not in seen] == ["隐石", "隐某"]


@pytest.mark.parametrize("login", STRANGERS)
def test_no_word_of_it_reaches_a_stranger(login: str, world: World, affair: Affair, reader: Reader) -> None:
    addresses = [each for each in every_page() if each.name not in LEAVES]
    about = things(world, affair, addresses)
    for method in ("get", "post"):
        for name, answer in answers(reader, login, addresses, about, method).items():
            assert [word for word in WORDS if word in text(answer)] == [], (method, name)


@pytest.mark.parametrize("login", STRANGERS)
def test_nothing_a_stranger_sends_to_it_is_written(login: str, world: World, affair: Affair, reader: Reader) -> None:
    addresses = [each for each in every_page() if about_things(each, login)]
    about = things(world, affair, addresses)
    reader(login)
    before = written()
    for method in ("post", "put", "patch", "delete"):
        answers(reader, login, addresses, about, method)
    assert written() == before


def asked(
    reader: Reader, login: str, addresses: list[Address], world: World
) -> Iterator[tuple[str, tuple[int, str, str]]]:
    """Every list of a reader with every question; what differs from one answer to the next by itself is left out."""
    for each in addresses:
        for question in ASKED:
            given = {key: value.format(market=world.units["market"]) for key, value in question.items()}
            answer = reader(login).get(f"/{each.route}", given)
            yield f"{each.name} {question}", same(answer)


def matrix() -> list[dict[str, str]]:
    """The committed matrix, a mapping a line."""
    head, *lines = (line.split("\t") for line in MATRIX.read_text(encoding="utf-8").splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]
