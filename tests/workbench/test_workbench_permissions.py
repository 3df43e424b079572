"""Who may open which page: every kind of reader against every address."""

import re

import pytest
from django.test import Client

from workbench.acts import PENALTY, People, dirty_rows, sent_and_loaded
from world import INIT, PASSWORD, World
from xinheng.accounts.door import install
from xinheng.accounts.values import InstallPlan, PersonSeed, Role
from xinheng.intake.door import held
from xinheng.records.door import of_batch
from xinheng.web import navigation

OTHERS = (
    ("supervisor.market", "market", Role.SUPERVISOR),
    ("inspector.market", "market", Role.INSPECTOR),
    ("system.admin", "credit-centre", Role.SYSTEM_ADMIN),
)
READERS = (
    "reporter.market",
    "reporter.tax",
    "operator",
    "reviewer",
    "auditor",
    "supervisor.market",
    "inspector.market",
    "system.admin",
)
OK, NO, GONE = 200, 403, 404
# One status a reader, in the order of READERS. The tax reporter never learns that the market bureau's batch is there.
PAGES: dict[str, tuple[int, ...]] = {
    "": (OK,) * 8,
    "password": (OK,) * 8,
    "entry": (OK, OK, OK, NO, NO, NO, NO, NO),
    f"entry/{PENALTY}": (OK, OK, OK, NO, NO, NO, NO, NO),
    f"templates/{PENALTY}.csv": (OK, OK, OK, NO, NO, NO, NO, NO),
    f"templates/{PENALTY}.pdf": (GONE, GONE, GONE, NO, NO, NO, NO, NO),
    "upload": (OK, OK, OK, NO, NO, NO, NO, NO),
    "batches": (OK, OK, OK, OK, OK, OK, NO, NO),
    "batches/{batch}": (OK, GONE, OK, OK, OK, OK, NO, NO),
    "batches/{batch}/progress": (OK, GONE, OK, OK, OK, OK, NO, NO),
    "batches/{batch}/normalised": (OK, GONE, OK, OK, OK, OK, NO, NO),
    "batches/{batch}/problems.xlsx": (OK, GONE, OK, OK, OK, OK, NO, NO),
    "batches/{batch}/rows.xlsx": (OK, GONE, NO, NO, NO, NO, NO, NO),
    "batches/{batch}/columns": (OK, GONE, NO, NO, NO, NO, NO, NO),
    "columns": (OK, OK, OK, NO, NO, NO, NO, NO),
    f"columns/{PENALTY}": (OK, OK, OK, NO, NO, NO, NO, NO),
    f"templates/{PENALTY}.xlsx": (OK, OK, OK, NO, NO, NO, NO, NO),
    "held": (OK, OK, OK, OK, OK, OK, NO, NO),
    "held/{held}": (OK, GONE, OK, OK, OK, OK, NO, NO),
    "held/{held}/release": (NO, NO, NO, OK, NO, NO, NO, NO),
    "held/{held}/send-back": (NO, NO, OK, OK, NO, NO, NO, NO),
    "entry/done/{record}": (OK, GONE, OK, NO, NO, NO, NO, NO),
}


@pytest.fixture
def numbers(world: World, people: People) -> dict[str, int]:
    codes = world.unit_codes
    seeds = tuple(
        PersonSeed(login=login, name=login, unit_code=codes[unit], roles=(role,), password=PASSWORD, must_change=False)
        for login, unit, role in OTHERS
    )
    install(plan=InstallPlan(units=(), people=seeds), actor=INIT, now=world.now)
    batch = sent_and_loaded(people["reporter.market"], world, dirty_rows(world))
    reviewer = world.actor("reviewer")
    (row,), (record,) = held(reviewer).items, of_batch(batch, actor=reviewer)
    return {"batch": batch, "held": row.id, "record": record.record_id}


def test_every_reader_gets_every_page_or_a_friendly_no(numbers: dict[str, int], people: People) -> None:
    found = {
        page: tuple(people[login].get(f"/workbench/{page.format(**numbers)}").status_code for login in READERS)
        for page in PAGES
    }
    assert found == PAGES


def test_the_public_is_led_to_the_sign_in_page_and_back(numbers: dict[str, int], visitor: Client) -> None:
    for page in PAGES:
        answer = visitor.get(f"/workbench/{page.format(**numbers)}")
        assert answer.status_code == 302, page
        assert answer["Location"].startswith("/workbench/sign-in?next=%2Fworkbench%2F"), page


@pytest.mark.parametrize("kind", ["batches", "held"])
def test_what_a_foreign_unit_has_answers_as_what_does_not_exist(
    kind: str, numbers: dict[str, int], people: People
) -> None:
    there = numbers["batch" if kind == "batches" else "held"]
    nowhere = there + 7_000
    answers = []
    for number in (there, nowhere):
        answer = people["reporter.tax"].get(f"/workbench/{kind}/{number}")
        body = re.sub(rf"(编号为 |/{kind}/){number}\b", r"\1N", answer.content.decode())
        answers.append((answer.status_code, strip_tokens(body)))
    assert answers[0] == answers[1]
    assert answers[0][0] == GONE


def test_the_lists_of_another_unit_are_empty_and_say_why(numbers: dict[str, int], people: People) -> None:
    assert "还没有报送批次" in people["reporter.tax"].get("/workbench/batches").content.decode()
    assert "没有待处理的暂存行" in people["reporter.tax"].get("/workbench/held").content.decode()


def test_every_section_of_the_navigation_leads_somewhere() -> None:
    own = [
        name
        for name in navigation.unresolved("workbench")
        if name.split(":")[1] in {"home", "entry", "upload", "batches", "held"}
    ]
    assert own == []


def strip_tokens(body: str) -> str:
    """A page without what is drawn anew for every answer."""
    return re.sub(r'(nonce="|X-CSRFToken": "|name="csrfmiddlewaretoken" value=")[^"]*', r"\1", body)
