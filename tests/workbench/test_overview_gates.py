"""Who may open which overview page: the whole table of roles and pages."""

from typing import Any

import pytest

from workbench.acts import People
from workbench.overview_cast import administer, corrected
from world import World

EVERY = ("reporter.tax", "operator", "reviewer", "auditor", "sysadmin", "secadmin", "auditadmin")
READERS = {"reporter.tax", "operator", "reviewer", "auditor"}
CENTRE = {"operator", "reviewer", "auditor"}
AUDIT = {"auditor", "auditadmin"}
ADMIN = {"auditor", "sysadmin", "secadmin", "auditadmin"}
PAGES: dict[str, set[str]] = {
    "subjects": READERS,
    "subjects/person": READERS,
    "subjects/new": {"operator"},
    "subjects/{subject}": READERS,
    "subjects/{subject}/rename": {"operator"},
    "subjects/{subject}/code": {"operator"},
    "subjects/{subject}/confirm": {"operator"},
    "subjects/{subject}/merge": {"operator"},
    "records/{record}": {"operator", "reviewer", "auditor"},
    "records/{record}/withdraw": {"reviewer"},
    "publicity": READERS,
    "duty": {"reporter.tax", "operator", "reviewer", "auditor"},
    "duty/quality": {"reporter.tax", "operator", "reviewer", "auditor"},
    "duty/rows": {"reporter.tax", "operator", "reviewer", "auditor"},
    "duty/rows.csv": {"reporter.tax", "operator", "reviewer", "auditor"},
    "duty/figures.csv": {"reporter.tax", "operator", "reviewer", "auditor"},
    "duty/nil": {"reporter.tax", "operator"},
    "duty/set": {"operator"},
    "duty/coverage": CENTRE,
    "duty/contradictions": CENTRE,
    "publicity/export.xlsx": READERS,
    "calendar": READERS,
    "calendar/2027": READERS,
    "calendar/import": {"operator"},
    "audit/trail": AUDIT,
    "audit/trail/1": AUDIT,
    "audit/queries": AUDIT,
    "audit/trail/export": AUDIT,
    "audit/alerts": AUDIT,
    "audit/watch": AUDIT,
    "audit/watch/set": AUDIT,
    "audit/samples": AUDIT,
    "audit/ledger": AUDIT,
    "audit/ledger/checkpoint.pub": AUDIT,
    "units": ADMIN,
    "units/open": {"sysadmin"},
    "units/{unit}": ADMIN,
    "units/{unit}/change": {"sysadmin"},
    "units/{unit}/close": {"sysadmin"},
    "people": ADMIN,
    "people/open": {"sysadmin"},
    "people/{person}": ADMIN,
    "people/{person}/change": {"sysadmin"},
    "people/{person}/close": {"sysadmin"},
    "people/{person}/roles": {"secadmin"},
    "people/{person}/password": {"secadmin"},
    "people/{person}/unlock": {"secadmin"},
    "tokens": {"secadmin"},
    "tokens/issue": {"secadmin"},
    "people/{person}/factor": {"secadmin"},
    "people/{person}/sessions": {"secadmin"},
    "people/factor-rules": ADMIN,
    "people/factor-rules/set": {"secadmin"},
    "sessions": set(EVERY),
    "factor": set(EVERY),
    "jobs": {"operator", "reviewer", "sysadmin"},
}


def test_every_role_opens_its_pages_and_no_other(world: World, people: People) -> None:
    administer(world)
    record = corrected(world)
    places = {
        "subject": world.subjects["云禾"],
        "record": record,
        "unit": world.units["market"],
        "person": world.actor("reporter.tax").id,
    }
    wrong = []
    for login in EVERY:
        for page, allowed in PAGES.items():
            status = people[login].get(f"/workbench/{page.format(**places)}").status_code
            expected = {200} if login in allowed else {403, 404}
            if status not in expected:
                wrong.append((login, page, status))
    assert wrong == []


@pytest.mark.parametrize("page", ["subjects", "publicity", "audit/ledger", "people", "jobs"])
def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(world: World, visitor: Any, page: str) -> None:
    answer = visitor.get(f"/workbench/{page}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/workbench/sign-in?next=")


@pytest.mark.parametrize("page", ["audit/ledger/checkpoint", "jobs/1/retry", "jobs/1/cancel", "audit/ledger/verify"])
def test_what_changes_something_answers_no_get(world: World, people: People, page: str) -> None:
    login = "operator" if page.startswith("jobs") else "auditor"
    assert people[login].get(f"/workbench/{page}").status_code == 405
