"""Who gets what: every address of the URL map against every role, and what strangers can learn of an affair that is not theirs.

`matrix.tsv` holds the answer of every address to every reader. After a change that is meant to be, write it anew with
`XINHENG_WRITE_MATRIX=1` and read the difference: each changed cell is somebody who may do more, or less.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from authorisation.addresses import Address, every_address
from authorisation.affair import READERS, STRANGERS, WORDS, begin
from authorisation.things import about_things, things
from workbench.tables_text import sheet_of_xlsx
from world import World
from xinheng.ledger.door import sequence

Reader = Callable[[str], Client]
MATRIX = Path(__file__).with_name("matrix.tsv")
ALL = ("public", *(login for login, _, _ in READERS))
LEAVES = frozenset({"workbench:sign-out"})
"""Asking for these ends the session of the reader; they are asked last."""
GROWS = frozenset(
    {"portal:ledger", "portal:checkpoint", "workbench:audit-trail", "workbench:audit-entry", "workbench:audit-ledger"}
)
"""What shows the length of the ledger to those who may see it: a number of entries, none of their words."""
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


def test_every_address_answers_every_reader_as_the_matrix_says(world: World, reader: Reader) -> None:
    addresses = every_address()
    about = things(world, begin(world), addresses)
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
def test_what_is_there_answers_a_stranger_as_what_is_not(login: str, world: World, reader: Reader) -> None:
    addresses = [each for each in every_address() if about_things(each)]
    affair = begin(world)
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
    addresses = [each for each in every_address() if not each.arguments and each.name not in GROWS | LEAVES]
    before = dict(asked(reader, login, addresses, world))
    begin(world)
    after = dict(asked(reader, login, addresses, world))
    assert [name for name in before if before[name] != after[name]] == []


def test_the_centre_does_see_it(world: World, reader: Reader) -> None:
    addresses = [each for each in every_address() if each.name not in LEAVES]
    affair = begin(world)
    about = things(world, affair, addresses)
    seen = "".join(text(each) for each in answers(reader, "operator", addresses, about).values())
    # A rejected row is kept without its content, and a natural person's name is shown only to a registered purpose.
    assert [word for word in WORDS if word not in seen] == ["隐石", "隐某"]


@pytest.mark.parametrize("login", STRANGERS)
def test_no_word_of_it_reaches_a_stranger(login: str, world: World, reader: Reader) -> None:
    addresses = [each for each in every_address() if each.name not in LEAVES]
    about = things(world, begin(world), addresses)
    for method in ("get", "post"):
        for name, answer in answers(reader, login, addresses, about, method).items():
            assert [word for word in WORDS if word in text(answer)] == [], (method, name)


@pytest.mark.parametrize("login", STRANGERS)
def test_nothing_a_stranger_sends_to_it_is_written(login: str, world: World, reader: Reader) -> None:
    addresses = [each for each in every_address() if about_things(each)]
    about = things(world, begin(world), addresses)
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


def shown(answer: Any) -> str:
    """An answer in a cell: its status, and where it leads when that is the sign-in page."""
    target = answer.get("Location", "")
    return "sign-in" if answer.status_code == 302 and "/sign-in" in target else str(answer.status_code)


def text(answer: Any) -> str:
    """All words of an answer; of a workbook its cells."""
    content = content_of(answer)
    if content[:2] == b"PK":
        return "\n".join("\t".join(row) for row in sheet_of_xlsx(content))
    return content.decode("utf-8", "replace") + answer.get("Location", "")


def content_of(answer: Any) -> bytes:
    """The body, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def same(answer: Any, path: str = "") -> tuple[int, str, str]:
    """Status, target and body without tokens, without the path asked for and without the numbers that stood in it."""
    body, target = text(answer), answer.get("Location", "")
    for pattern in (r'name="csrfmiddlewaretoken" value="[^"]+"', r'"X-CSRFToken": "[^"]+"', r'nonce="[^"]*"'):
        body = re.sub(pattern, "", body)
    for way in (quote(path, safe=""), quote(path), path) if path else ():
        body, target = body.replace(way, "PATH"), target.replace(way, "PATH")
    for number in re.findall(r"(?<=/)[0-9A-Z]+(?=[/.]|$)", path):
        body = re.sub(rf"(编号为? ?|批次 ?|“){number}\b", r"\1N", body)
    return answer.status_code, target, body


def written() -> dict[str, int]:
    """How many rows every table holds, but for what belongs to no domain: sessions and guards of sign-in."""
    sequence()
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        found = {}
        for name in names:
            if name.startswith(("records_", "intake_", "publicity_", "subjects_", "ledger_")):
                cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
                found[name] = cursor.fetchone()[0]
    return found
