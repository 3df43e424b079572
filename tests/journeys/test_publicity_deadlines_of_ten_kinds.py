"""Seven working days for all ten kinds: each has its deadline, what came late is listed by unit, and what is withheld has none."""

from datetime import date, timedelta

import pytest

from journeys.handing import hand_in, row
from world import World
from xinheng.catalogue.door import current_edition
from xinheng.publicity.door import PlanFilter, plan, stage_counts
from xinheng.publicity.values import Stage, Timeliness

TEN = tuple(
    f"administrative-{kind}"
    for kind in (
        "licence",
        "penalty",
        "compulsion",
        "confirmation",
        "levy",
        "payment",
        "adjudication",
        "compensation",
        "reward",
        "inspection",
    )
)
IN_TIME, LATE = date(2026, 11, 12), date(2026, 11, 11)
"""Seven working days before 2026-11-21 (a Saturday): a decision of the 12th may be shown until the 23rd, one of the 11th until the 20th."""


def test_each_of_the_ten_kinds_has_seven_working_days(world: World) -> None:
    edition = current_edition(world.now.date())
    assert {item.code for item in edition.items if item.category == "C03"} == set(TEN)
    for code in TEN:
        rule = edition.deadline_rule(code, IN_TIME)
        assert rule is not None
        assert rule.working_days == 7, code


def test_late_ones_of_every_kind_are_listed_by_unit(world: World) -> None:
    for number, code in enumerate(TEN, 1):
        for sender, shift in (("market", 0), ("tax", 500)):
            rows = [
                row(world, code, number + shift, sender=sender, acted=IN_TIME),
                row(world, code, number + shift + 50, sender=sender, acted=LATE),
            ]
            done = hand_in(world, code, rows, sender=sender)
            told = [(error["record"], error["code"]) for error in done.errors if error["code"] == "W201"]
            assert told == [(2, "W201")], code
    on, operator = world.now.date(), world.actor("operator")
    for key in ("market", "tax"):
        for code in TEN:
            wanted = PlanFilter(stage=Stage.LATE, item=code, unit_id=world.units[key])
            [line] = plan(wanted, on=on, actor=operator).items
            assert (line.act_date, line.deadline, line.timeliness) == (LATE, date(2026, 11, 20), Timeliness.LATE), code
            every = plan(PlanFilter(item=code, unit_id=world.units[key]), on=on, actor=operator).items
            assert sorted(one.timeliness.value for one in every) == ["late", "on_time"]
    assert stage_counts(on=on, actor=operator)[Stage.LATE] == 2 * len(TEN)
    # A department sees its own late ones, and nobody else's.
    own = plan(PlanFilter(stage=Stage.LATE), on=on, actor=world.actor("reporter.tax"), limit=100).items
    assert {line.unit_id for line in own} == {world.units["tax"]}
    assert {line.item for line in own} == set(TEN)


@pytest.mark.parametrize("code", TEN[2:])
def test_what_a_unit_marks_as_not_open_is_archived_and_has_no_deadline(code: str, world: World) -> None:
    said = row(world, code, 1, acted=LATE)
    prefix = next(name for name in said if name.endswith("_GKSX"))
    hand_in(world, code, [said | {prefix: "政务共享"}])
    [line] = plan(PlanFilter(item=code), on=world.now.date(), actor=world.actor("operator")).items
    assert (line.stage, line.timeliness) == (Stage.WITHHELD, Timeliness.NONE)


def test_compulsion_that_was_lifted_is_shown_no_longer(world: World) -> None:
    code, on = "administrative-compulsion", world.now.date()
    said = row(world, code, 1, acted=IN_TIME)
    hand_in(world, code, [said])
    assert plan(PlanFilter(item=code), on=on, actor=world.actor("operator")).items[0].stage is Stage.SHOWN
    done = hand_in(world, code, [said | {"QZ_JCRQ": "2026/11/20"}], now=world.now + timedelta(hours=1))
    assert (done.counts.superseded, done.counts.held) == (1, 0)
    [line] = plan(PlanFilter(item=code), on=on, actor=world.actor("operator")).items
    assert line.stage is Stage.WITHHELD
