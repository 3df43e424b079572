"""How many queries the pages of duties and quality cost: pinned, and the same whatever the size of the data.

After a wanted change the failing test prints the new counts; they are put into `query_counts_duty.json` by hand.
"""

import json
from pathlib import Path

from intake import cast
from ledger.scenarios_of_quality import owed
from workbench.acts import People
from workbench.test_overview_queries import count
from world import World, publish
from xinheng.intake.batch.survey import survey
from xinheng.intake.door import set_duty

BASELINE = Path(__file__).with_name("query_counts_duty.json")
PAGES = {
    "duty": "operator",
    "duty/quality": "operator",
    "duty/quality?by=month": "auditor",
    "duty/rows": "reporter.market",
    "duty/rows?figure=uncorrected": "operator",
    "duty/coverage": "operator",
    "duty/contradictions?datum=amount": "operator",
    "duty/{duty}": "operator",
    "duty/figures.csv": "operator",
    "duty/rows.csv": "operator",
}


def counts(people: People, duty: int) -> dict[str, int]:
    return {page: count(people[login], f"/workbench/{page.format(duty=duty)}") for page, login in PAGES.items()}


def hand_in(world: World, first: int, last: int) -> None:
    """Clean and rejected rows of one department, and decisions of which another says another amount."""
    for number in range(first, last):
        dirty = cast.penalty(world, 100 + number, CF_SY="无")
        cast.load(world, cast.as_csv([cast.penalty(world, number), dirty]))
        other = cast.penalty(world, number, unit="tax", CF_NR_FK="0.7", CF_NR="处以罚款人民币7000元。")
        cast.load(world, cast.as_csv([other]), unit="tax")
    publish(world.now)
    survey(world.now)


def test_the_pages_of_quality_cost_what_the_baseline_says_however_much_there_is(world: World, people: People) -> None:
    duty = set_duty(draft=owed(world), actor=world.actor("operator"), now=world.now).duty_id
    hand_in(world, 1, 2)
    few = counts(people, duty)
    hand_in(world, 2, 8)
    assert counts(people, duty) == few
    assert few == json.loads(BASELINE.read_text(encoding="utf-8"))
