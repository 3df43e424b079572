"""How many queries a page costs, held to a baseline, and the same with ten times the rows.

After a change that is meant: write the counts this test shows into `query_counts.json`.
"""

import json
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.acts import PENALTY, People, dirty_rows, penalty_texts, sent_and_loaded
from world import World
from xinheng.intake.door import held
from xinheng.records.door import of_batch

BASELINE = Path(__file__).with_name("query_counts.json")
BASE, A_MODULE = 8, 2
MODULES = {
    "": 4,
    "entry": 1,
    f"entry/{PENALTY}": 1,
    "upload": 2,
    "batches": 2,
    "batches/{batch}": 2,
    "batches/{batch}/normalised": 2,
    "batches/{batch}/columns": 2,
    "columns": 2,
    f"columns/{PENALTY}": 2,
    "held": 2,
    "held/{held}": 3,
    "entry/done/{record}": 3,
    "password": 1,
}
"""Page → how many modules it shows; the budget of a page is eight queries and two a module."""


def test_pages_keep_to_their_baseline_whatever_the_data(people: People, world: World) -> None:
    reporter, reviewer = people["reporter.market"], world.actor("reviewer")
    batch = sent_and_loaded(reporter, world, dirty_rows(world))
    (row,), (record,) = held(reviewer).items, of_batch(batch, actor=reviewer)
    numbers = {"batch": batch, "held": row.id, "record": record.record_id}
    for page in MODULES:
        reporter.get(f"/workbench/{page.format(**numbers)}")  # what a process reads once
    few = {page: counted(people, page.format(**numbers)) for page in MODULES}
    wrong = [penalty_texts(world, CF_WSH=f"示市监罚〔2026〕{n}号", CF_NR_FK="") for n in range(100, 130)]
    numbers["batch"] = sent_and_loaded(reporter, world, [*dirty_rows(world), *wrong])
    many = {page: counted(people, page.format(**numbers)) for page in MODULES}
    assert few == many
    assert few == json.loads(BASELINE.read_text(encoding="utf-8"))


def test_the_baseline_keeps_to_the_budget() -> None:
    counts = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert {page: count for page, count in counts.items() if count > BASE + A_MODULE * MODULES[page]} == {}


def counted(people: People, page: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert people["reporter.market"].get(f"/workbench/{page}").status_code == 200, page
    return len(found)
