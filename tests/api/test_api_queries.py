"""How many queries the API's lists cost: pinned in `query_counts.json`, and the same whatever the size of the data."""

import json
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.calling import PENALTY, Caller
from intake import cast
from world import World, business_code, licence, penalty, publish
from xinheng.intake.batch.load import Way, load_batch
from xinheng.records.door import enter, licence_code

BASELINE = Path(__file__).with_name("query_counts.json")
PAGES = (
    "me",
    "batches",
    "batches/{batch}",
    "batches/{batch}/receipt",
    "batches/{batch}/problems",
    "held",
    "subjects?q=云禾",
    "subjects/by-code/{code}",
    "subjects/{subject}",
    "subjects/{subject}/records",
    "records/{record}",
    f"publicity/records?item={PENALTY}",
    "publicity/records/{record}",
    "publicity/subjects?q=云禾",
    "publicity/subjects/{code}",
    "publicity/subjects/{code}/records",
    "publicity/subjects/{licensed}/licences",
    "licences/by-holder/{licensed}?purpose=approval&reference=1",
    "licences/by-number?number=示市监许〔2026〕1号&purpose=approval&reference=1",
    "licences/expiring?days=366",
    "licences/verify?verification_code={printed}",
    "open-data",
    "catalogue/items",
    "catalogue/items/administrative-penalty",
    "catalogue/bases",
    "units",
    "calendar/deadline?date=2026-09-30&days=7",
    "ledger",
)


def counts(caller: Caller, places: dict[str, Any]) -> dict[str, int]:
    found = {}
    for page in PAGES:
        path = page.format(**places)
        assert caller.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as queries:
            caller.get(path)
        found[page] = sum("SAVEPOINT" not in query["sql"] for query in queries)
    return found


def test_the_lists_cost_what_the_baseline_says_however_much_there_is(
    world: World, market: Caller, own_open_data: None
) -> None:
    clerk = world.actor("reporter.market")
    record = enter(fact=penalty(world), actor=clerk, now=world.now).record_id
    granted = enter(fact=licence(world), actor=clerk, now=world.now)
    batch = market.send(cast.as_csv([cast.penalty(world, 1), cast.penalty(world, 2, CF_JDRQ="去年")])).json()["id"]
    load_batch(batch, Way(lambda: world.now))
    publish(world.now)
    code = market.get("subjects", {"q": "云禾"}).json()["items"][0]["code"]
    places = {"batch": batch, "record": record, "subject": world.subjects["云禾"], "code": code}
    places |= {"licensed": business_code(2), "printed": licence_code(granted.version_id or 0)}
    few = counts(market, places)
    for number in range(2, 22):
        fact = penalty(world, number=f"示市监罚〔2026〕{number}号")
        enter(fact=fact, actor=clerk, now=world.now)
        enter(fact=licence(world, number=f"示市监许〔2026〕{number}号"), actor=clerk, now=world.now)
        market.send(cast.as_csv([cast.penalty(world, number + 100)]))
    publish(world.now)
    assert counts(market, places) == few
    assert few == json.loads(BASELINE.read_text(encoding="utf-8")), json.dumps(few, ensure_ascii=False, indent=2)
