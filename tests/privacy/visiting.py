"""Numbers typed into pages: the portal's search box and addresses, the sign-in, forms of officials, pages that break."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hands import sql
from intake.cast import penalty
from privacy.hearing import Heard
from world import PASSWORD, World

SIGN_IN = "/workbench/sign-in"
ENTRY = "/workbench/entry/administrative-penalty"


def visit_portal(numbers: list[str], heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """As anybody: every writing in the search box, in the address of a subject, and a page that breaks over one."""
    visitor, number = Client(raise_request_exception=False), numbers[0]
    for text in numbers:
        answer = visitor.get("/search", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, "/search?about=person"), text
        heard.page("search box", answer)
    heard.page("address of a subject", visitor.get(f"/s/{number}"))

    def breaks(text: str) -> bool:
        raise RuntimeError(f"broken over {text}")

    with monkeypatch.context() as patch:
        patch.setattr("xinheng.portal.views.search.names_a_person", breaks)
        answer = visitor.get("/search", {"q": number})
    assert answer.status_code == 500
    heard.page("broken page", answer)


def visit_workbench(world: World, numbers: list[str], heard: Heard) -> None:
    """A number as login and as password, in a form whose session is over, and in the forms of those signed in.

    Of pages that give people back what they typed only the address they lead to is looked at.
    """
    number, old = numbers[0], numbers[1]
    visitor = Client(raise_request_exception=False)
    for login, password in ((number, number), ("reporter.market", number), (number, PASSWORD)):
        answer = visitor.post(SIGN_IN, {"login": login, "password": password})
        assert answer.status_code == 422
        heard.address("sign-in", answer)
    row = {code: text for code, text in penalty(world, 4321, BZ=number, CF_SY=f"证人{old}").items() if text}
    heard.address("session over", visitor.post(ENTRY, row))
    reporter, operator = (signed_in(login) for login in ("reporter.market", "operator"))
    for step in ("review", "confirm"):
        heard.address(f"entry {step}", reporter.post(ENTRY, {**row, "step": step, "CF_XDR_SHXYM": number}))
    file = SimpleUploadedFile(f"{number}.csv", f"{number},{old}\n".encode(), "text/csv")
    heard.address("upload", reporter.post("/workbench/upload", {"item": "administrative-penalty", "file": file}))
    heard.page("search of subjects", operator.get("/workbench/subjects", {"q": number}))
    typed = {"number": number, "purpose": "enforcement", "reference": "案1号"}
    heard.address("search of a person", operator.post("/workbench/subjects/person", typed))
    for address in ("/workbench/batches", "/workbench/held", "/workbench/"):
        heard.page(f"workbench {address}", reporter.get(address))


def visit_what_became_of_it(batches: list[int], heard: Heard) -> None:
    """The pages and exports of what was handed in: batches, waiting rows, plans, and whatever the public is shown."""
    reporter, operator, visitor = signed_in("reporter.market"), signed_in("operator"), Client()
    for number in batches:
        for part in ("", "/normalised", "/problems.csv", "/problems.xlsx"):
            answer = reporter.get(f"/workbench/batches/{number}{part}")
            assert answer.status_code in (200, 404), part
            heard.page(f"batch{part}", answer)
    for (number,) in sql("SELECT id FROM intake_held ORDER BY id LIMIT 10"):
        heard.page("waiting row", reporter.get(f"/workbench/held/{number}"))
    exported = operator.get("/workbench/publicity/export.xlsx")
    assert exported.status_code == 200
    heard.page("export of publicity", exported)
    for address in ("/", "/penalties", "/search?q=" + quote("示例区"), "/search?about=person"):
        heard.page(f"portal {address}", visitor.get(address))
    for record, subject in sql(
        "SELECT DISTINCT record_id, subject_id FROM records_version ORDER BY record_id LIMIT 15"
    ):
        for address in (f"/records/{record}", f"/subjects/{subject}"):
            heard.page(f"portal {address}", visitor.get(address))
        heard.page("archive", operator.get(f"/workbench/records/{record}"))


def signed_in(login: str) -> Any:
    """The client of somebody who came in through the page."""
    client = Client(raise_request_exception=False)
    assert client.post(SIGN_IN, {"login": login, "password": PASSWORD}).status_code == 302
    return client
