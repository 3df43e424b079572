"""What is withheld is shown without a day by which it should have been public."""

from dataclasses import replace
from datetime import datetime

from world import World, penalty, publish
from xinheng.catalogue.door import calendar
from xinheng.kernel.dates import legal_date
from xinheng.publicity.door import PlanFilter, plan
from xinheng.publicity.values import Stage
from xinheng.records.door import enter
from xinheng.workbench.overview.history import deadline_of


def test_what_is_withheld_has_no_deadline(world: World, now: datetime) -> None:
    fact = penalty(world)
    for number, kinds in (("示市监罚〔2026〕1号", "警告"), ("示市监罚〔2026〕2号", "罚款")):
        each = replace(fact, key=(number, *fact.key[1:]), core=replace(fact.core, document_number=number, kinds=kinds))
        enter(fact=each, actor=world.actor("reporter.market"), now=now)
    publish(now)
    lines = plan(PlanFilter(), on=legal_date(now), actor=world.actor("operator")).items
    shown = {line.stage: deadline_of(line, calendar(), legal_date(now)) for line in lines}
    assert shown[Stage.WITHHELD] is None
    assert shown[Stage.LATE] is not None
