"""What the tests of the workbench do: sign somebody in, send a file, let the worker load it, fill in a form."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from world import World, business_code
from xinheng.web.clock import now as page_now

PENALTY = "administrative-penalty"
OWN = {"CF_WSH": "处罚决定文书号码"}
"""A department's own heading."""


class People:
    """Clients by login, each signed in through the page the first time it is asked for."""

    def __init__(self, password: str) -> None:
        self.password = password
        self._clients: dict[str, Client] = {}

    def __getitem__(self, login: str) -> Client:
        if login not in self._clients:
            client = Client(raise_request_exception=False)
            answer = client.post("/workbench/sign-in", {"login": login, "password": self.password})
            assert answer.status_code == 302, answer.content.decode()[:2000]
            self._clients[login] = client
        return self._clients[login]


def penalty_texts(world: World, **changes: str) -> dict[str, str]:
    """One penalty of market supervision against 云禾商贸, as a person would type it; nothing is wrong with it."""
    code = world.unit_codes["market"]
    texts = {
        "CF_XDR_MC": "示例区云禾商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": business_code(1),
        "CF_FRDB": "赵样例",
        "CF_WSH": "示市监罚〔2026〕21号",
        "CF_WFXW": "虚假宣传",
        "CF_SY": "在经营场所张贴与实际不符的宣传海报。",
        "CF_YJ": "《中华人民共和国反不正当竞争法》第八条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款5000元",
        "CF_NR_FK": "0.5",
        "CF_JDRQ": "2026-11-18",
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": "示例区市场监督管理局",
        "CF_CFJGDM": code,
        "CF_SJLY": "示例区市场监督管理局",
        "CF_SJLYDM": code,
    }
    return texts | changes


def penalty_file(world: World, rows: list[Mapping[str, str]]) -> SimpleUploadedFile:
    """Penalties as a CSV with codes for a header."""
    stream = io.StringIO()
    header = list(dict.fromkeys(code for row in rows for code in row))
    writer = csv.DictWriter(stream, header)
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("处罚.csv", stream.getvalue().encode("utf-8-sig"), "text/csv")


def dirty_rows(world: World) -> list[dict[str, str]]:
    """Three penalties: a good one, one with a wrong code and no fine, one whose name is not the register's."""
    return [
        penalty_texts(world),
        penalty_texts(world, CF_WSH="示市监罚〔2026〕22号", CF_XDR_SHXYM="123456789012345678", CF_NR_FK=""),
        penalty_texts(world, CF_WSH="示市监罚〔2026〕23号", CF_XDR_MC="示例区远山建材有限公司"),
    ]


def send(client: Client, world: World, rows: list[Mapping[str, str]], **fields: str) -> Any:
    """Upload penalties; the answer leads to the batch."""
    data = {"item": PENALTY, "file": penalty_file(world, rows), **fields}
    return client.post("/workbench/upload", data)


def load(batch_id: int) -> None:
    """What the worker does with a batch, here and now, and the sequencer after it."""
    from xinheng.intake.batch.load import Way, load_batch
    from xinheng.ledger.door import sequence

    load_batch(batch_id, Way(page_now, lambda *_told: None))
    sequence()


def sent_and_loaded(client: Client, world: World, rows: list[Mapping[str, str]], **fields: str) -> int:
    """Upload penalties and load them; the number of the batch."""
    answer = send(client, world, rows, **fields)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    batch_id = int(answer["Location"].rstrip("/").rpartition("/")[2])
    load(batch_id)
    return batch_id


def own_rows(world: World) -> list[dict[str, str]]:
    """A clean penalty under the department's own heading."""
    return [{OWN.get(code, code): text for code, text in penalty_texts(world).items()}]


def refused(client: Client, world: World) -> int:
    """Send such a file, which is refused as a whole for the heading; the number of the batch."""
    from xinheng.intake.models import Batch

    answer = send(client, world, own_rows(world))
    batch = int(answer["Location"].rpartition("/")[2])
    load(batch)
    assert Batch.objects.get(pk=batch).refusal == "F11"
    return batch


def words(answer: Any) -> str:
    """The text of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def _counts(given: dict[str, str | None]) -> bool:
    """Whether the browser would send this input."""
    return "checked" in given if given.get("type") in {"checkbox", "radio"} else given.get("type") != "file"


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "textarea":
            self._area = name
            self.found[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.found[self._select] = given.get("value") or ""
        elif tag == "input" and name and _counts(given):
            self.found[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


def inputs(answer: Any) -> dict[str, str]:
    """What stands in the fields of a page, hidden ones included."""
    parser = _Inputs()
    parser.feed(answer.content.decode())
    # The first line break of a textarea is its own, by the rules of HTML.
    return {name: value.removeprefix("\n") for name, value in parser.found.items()}


def at(moment: datetime, clock: Any) -> None:
    """Set the clock of the pages."""
    clock(moment)
