"""How many queries the overview pages cost: pinned in `query_counts_overview.json`, and the same whatever the size of the data.

After a wanted change the failing test prints the new counts; they are put into the file by hand, where the difference is seen.
"""

import json
from datetime import date, timedelta
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from workbench.acts import People
from workbench.overview_cast import administer, corrected
from world import World, penalty, publish
from xinheng.ledger.door import checkpoint
from xinheng.records.door import enter

BASELINE = Path(__file__).with_name("query_counts_overview.json")
PAGES = {
    "subjects": "operator",
    "subjects?q=云禾": "operator",
    "subjects?state=provisional": "operator",
    "subjects/{subject}": "operator",
    "records/{record}": "reviewer",
    "records/{record}/withdraw": "reviewer",
    "publicity": "reviewer",
    "licences": "operator",
    "licences?within=lapsed": "operator",
    "publicity/export.xlsx": "reviewer",
    "calendar": "operator",
    "calendar/2026": "operator",
    "audit/trail": "auditor",
    "audit/trail/1": "auditor",
    "audit/queries": "auditor",
    "audit/alerts": "auditor",
    "audit/watch": "auditor",
    "audit/samples": "auditor",
    "people/factor-rules": "secadmin",
    "audit/ledger": "auditor",
    "units": "sysadmin",
    "units/{unit}": "sysadmin",
    "people": "sysadmin",
    "people/{person}": "secadmin",
    "tokens": "secadmin",
    "jobs": "operator",
}


def count(client: Client, place: str) -> int:
    client.get(place)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(place).status_code == 200
    # Savepoints are how a transaction inside a test begins and ends; a server sees none of them.
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def counts(world: World, people: People, record: int) -> dict[str, int]:
    places = {
        "subject": world.subjects["云禾"],
        "record": record,
        "unit": world.units["market"],
        "person": world.actor("reporter.tax").id,
    }
    return {page: count(people[login], f"/workbench/{page.format(**places)}") for page, login in PAGES.items()}


def test_the_pages_cost_what_the_baseline_says_however_much_there_is(world: World, people: People) -> None:
    administer(world)
    record = corrected(world)
    checkpoint(now=world.now)
    few = counts(world, people, record)
    for number in range(2, 32):
        day = date(2026, 11, 10) - timedelta(days=number)
        fact = penalty(world, number=f"示市监罚〔2026〕{number}号", on=day)
        enter(fact=fact, actor=world.actor("reporter.market"), now=world.now)
    publish(world.now)
    many = counts(world, people, record)
    assert many == few
    assert few == json.loads(BASELINE.read_text(encoding="utf-8"))
