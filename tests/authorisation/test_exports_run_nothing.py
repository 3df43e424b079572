"""Every export of the platform: no cell that a spreadsheet would run, whatever a department, a clerk or a firm put into it."""

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client

from authorisation import affair as affairs
from authorisation.addresses import every_address, every_page
from authorisation.answers import content_of
from authorisation.things import things
from intake.cast import PENALTY, Row, as_csv, load, penalty
from world import World, publish
from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.publicity.batch import issue_open_data
from xinheng.publicity.queries import open_data

Reader = Callable[[str], Client]
PLANTED = "=cmd|' /C calc'!A0"
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet reads as the beginning of a formula (OWASP, CSV injection)."""
READERS = (
    "reporter.market",
    "supervisor.market",
    "operator",
    "reviewer",
    "auditor",
    "secadmin",
    "sysadmin",
    "auditadmin",
)
FORMS: dict[str, dict[str, str]] = {"workbench:audit-export": {"form": "csv", "_step": "confirm"}}
"""What is exported by sending a form."""
TABLES = {
    "api:get_open_data_changes",
    "api:get_open_data_file",
    "portal:open-data-changes",
    "portal:open-data-file",
    "workbench:audit-export",
    "workbench:batch-export",
    "workbench:batch-rows",
    "workbench:duty-figures",
    "workbench:duty-lines",
    "workbench:licences-export",
    "workbench:publicity-export",
    "workbench:template",
}
"""All addresses that hand out a table or lines to open with something else. A new one stands here once it was tried."""


@pytest.fixture
def planted(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> affairs.Affair:
    """The affair with a formula wherever somebody may write: names, texts, numbers, files, columns, posts, references."""
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "open-data")
    original, licensed = affairs.rows_of_it, affairs.certificate

    def rows(of: World) -> list[Row]:
        first, rejected, held, person = original(of)
        text = {"CF_XDR_MC": PLANTED, "CF_WFXW": PLANTED}
        return [first | text | {"CF_SY": f"{PLANTED} 电话13800138000"}, rejected | text, held | text, person]

    monkeypatch.setattr(affairs, "rows_of_it", rows)
    monkeypatch.setattr(affairs, "certificate", lambda of: licensed(of) | {"XK_XDR_MC": PLANTED, "XK_XKZS": PLANTED})
    found = affairs.begin(world)
    public = penalty(
        world, 520, CF_XDR_MC=PLANTED, CF_SY=PLANTED, CF_WFXW="+1+1", CF_NR="@SUM(A1) 处以罚款人民币5000元。"
    )
    done = load(world, as_csv([public]), name=f"{PLANTED.replace('/', '')}.csv")
    assert done.counts.accepted == 1, done.errors
    look = QueryDraft(kind=QueryKind.LIST, subject_id=None, reference=PLANTED, scope=PLANTED)
    register_query(query=look, purposes={}, actor=world.actor("operator"), now=world.now)
    publish(world.now)
    assert issue_open_data(now=world.now) is not None
    publish(world.now)
    return found


def cells(name: str, content: bytes) -> Iterator[str]:
    """Every cell of a table that would be run; of a workbook those that are formulas."""
    if name.endswith(".gz"):
        name, content = name.removesuffix(".gz"), gzip.decompress(content)
    if name.endswith(".xlsx"):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            for row in sheet.iter_rows():
                # The error value itself is the one formula ever written.
                yield from (str(cell.value) for cell in row if cell.data_type == "f" and cell.value != "=NA()")
    elif name.endswith(".csv"):
        for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            yield from (cell for cell in line if cell.startswith(RUNS) and not number(cell))
    elif name.endswith(".txt"):
        yield from (line for line in content.decode().splitlines() if line.startswith(RUNS))
    else:
        assert name.endswith((".jsonl", ".json", ".pub")), name


def number(cell: str) -> bool:
    """A negative number is no formula."""
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def file_name(answer: Any) -> str:
    """The name an answer is saved under; empty where it is no download."""
    said = answer.get("Content-Disposition", "")
    coded = re.search(r"filename\*=(?:utf-8|UTF-8)''([^;]+)", said)
    plain = re.search(r'filename="([^"]+)"', said)
    return unquote(coded[1]) if coded else plain[1] if plain else ""


def test_no_export_of_any_page_holds_a_cell_that_runs(world: World, planted: affairs.Affair, reader: Reader) -> None:
    pages, tried, held = every_page(), set(), set()
    for kind in ("csv", "xlsx"):
        about = things(world, planted, pages)
        about |= {"workbench:template.kind": kind, "workbench:batch-export.kind": kind}
        about |= {"portal:open-data-file.file": f"{PENALTY}.csv.gz", "portal:open-data-changes.name": "2026-11-20.1"}
        for login in READERS:
            for each in pages:
                if each.name == "workbench:sign-out" or (kind == "xlsx" and "kind" not in each.arguments):
                    continue
                client, path = reader(login), each.filled(about)
                answer = client.post(path, FORMS[each.name]) if each.name in FORMS else client.get(path)
                name = file_name(answer)
                if answer.status_code != 200 or not name.endswith((".csv", ".xlsx", ".gz", ".txt")):
                    continue
                content = content_of(answer)
                assert list(cells(name, content)) == [], (each.name, login)
                tried.add(each.name)
                held |= {each.name} if PLANTED.encode() in unpacked(name, content) else set()
    texts = {"portal:checkpoint", "portal:public-key", "workbench:audit-checkpoint-file", "workbench:audit-key"}
    named = {name for name in TABLES if not name.startswith("api:")} - {"portal:open-data-changes"}
    assert tried - texts == named
    # What was planted did come out there, made harmless: else nothing was tried.
    wanted = {
        "portal:open-data-file",
        "publicity-export",
        "licences-export",
        "batch-rows",
        "batch-export",
    }
    assert {name if ":" in name else f"workbench:{name}" for name in wanted} <= held


def unpacked(name: str, content: bytes) -> bytes:
    """The words of a file."""
    if name.endswith(".gz"):
        return gzip.decompress(content)
    if name.endswith(".xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        return "\n".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row).encode()
    return content


def test_no_file_of_the_api_holds_a_cell_that_runs(world: World, planted: affairs.Affair) -> None:
    client, tried = Client(), 0
    for each in client.get("/api/v1/open-data").json()["files"]:
        content = content_of(client.get(each["href"]))
        assert list(cells(each["name"], content)) == [], each["name"]
        tried += PLANTED.encode() in gzip.decompress(content)
    assert tried
    assert {name for name in TABLES if name.startswith("api:")} <= {each.name for each in every_address()}
