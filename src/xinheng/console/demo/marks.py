"""How a database made by the demonstration is known: its first entry says so and from which plan, a later one that it is whole."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from xinheng.console.demo.plan import DemoPlan
from xinheng.kernel.actor import Actor, system
from xinheng.ledger.door import TrailFilter, operation, runs_after, sequence, trail

BEGUN: Final = "console.demo_begun"
COMPLETED: Final = "console.demo_completed"
_NEEDS: Final = "accounts.install"
_READER: Final = system("demo", "ledger.read")


@dataclass(frozen=True, slots=True)
class DemoMark:
    """The plan a demonstration was made from."""

    region: str
    seed: int
    subjects: int
    today: date


@dataclass(frozen=True, slots=True)
class Found:
    """A database the demonstration began; `whole` when it also finished."""

    plan: DemoPlan
    whole: bool


@operation(code=BEGUN, needs=_NEEDS)
def begin(*, plan: DemoPlan, actor: Actor, now: datetime) -> DemoMark:
    """Enter, before anything else, that this database is a demonstration's."""
    return DemoMark(**asdict(plan))


@operation(code=COMPLETED, needs=_NEEDS)
def complete(*, plan: DemoPlan, actor: Actor, now: datetime) -> DemoMark:
    """Enter that the demonstration is whole."""
    return DemoMark(**asdict(plan))


def found(*, numbering: bool = True) -> Found | None:
    """What the demonstration made of this database; None when its first entry is another one, or there is none.

    `numbering`: number first what was committed, which writes. Cost: two queries, and the sequencer's.
    """
    if numbering:
        sequence()
    first = next(iter(runs_after(0, 1)), None)
    if first is None or first.header.operation != BEGUN:
        return None
    raw = json.loads(first.header.payload)
    plan = DemoPlan(raw["region"], raw["seed"], raw["subjects"], date.fromisoformat(raw["today"]))
    return Found(plan, bool(trail(TrailFilter(operation=COMPLETED), actor=_READER, limit=1)))
