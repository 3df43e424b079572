"""How many queries the pages of cases cost: pinned, and the same whatever the number of cases and the length of the timeline.

After a change that is meant: write the counts this test shows into `query_counts_cases.json`.
"""

import json
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from objections.contested import contested, draft
from workbench.acts import People
from world import World
from xinheng.kernel.actor import PUBLIC
from xinheng.objections.door import ask_supplement, submit, supply

BASELINE = Path(__file__).with_name("query_counts_cases.json")
PAGES = ("cases", "cases?time=late", "cases/{case}")


def test_pages_of_cases_keep_to_their_baseline_whatever_the_data(people: People, world: World) -> None:
    made = contested(world)
    readers = {login: people[login] for login in ("operator", "auditor")}
    for client in readers.values():
        for page in PAGES:
            client.get(f"/workbench/{page.format(case=made.case_id)}")  # what a process reads once
    few = counts(readers, made.case_id)
    for _ in range(12):
        submit(draft=draft(made.record_id), actor=PUBLIC, now=world.now)
    operator = world.actor("operator")
    ask_supplement(case_id=made.case_id, note="请提供决定书", actor=operator, now=world.now)
    supply(case_id=made.case_id, text="见决定书", secret=made.submitted.secret, actor=PUBLIC, now=world.now)
    assert counts(readers, made.case_id) == few
    assert few == json.loads(BASELINE.read_text(encoding="utf-8"))


def counts(readers: dict[str, object], case_id: int) -> dict[str, int]:
    found = {}
    for login, client in readers.items():
        for page in PAGES:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/workbench/{page.format(case=case_id)}")  # type: ignore[attr-defined]
            assert answer.status_code == 200, page
            found[f"{login} {page}"] = len(queries)
    return found
