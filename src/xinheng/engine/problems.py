"""What both interpreters say: problems, notes, and what is known of a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinheng.engine.declare import Effect
from xinheng.engine.operators import Facts
from xinheng.engine.steps import Reading
from xinheng.kernel.written_dates import DateSystem


@dataclass(frozen=True, slots=True)
class Context:
    """What judging depends on beside the row: the day, how the sheet counts days, and the last day of the limit by day of decision."""

    on: date
    date_system: DateSystem | None = None
    deadlines: Mapping[date, date] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """What the steps need of it."""
        return Reading(self.on, self.date_system)

    @property
    def facts(self) -> Facts:
        """What the tests need of it."""
        return Facts(self.on, self.deadlines)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a row. `reason` names the message: a check, or a fault of a step; `value` stands as it was written."""

    field: str
    code: str
    effect: Effect
    reason: str
    value: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Normalised:
    """One value that is kept otherwise than it was written."""

    field: str
    before: str
    to: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row judged: `values` by field (text, date, cents, None), everything normalised, every problem, and what could not be asked."""

    values: Mapping[str, Any]
    normalised: tuple[Normalised, ...]
    problems: tuple[Problem, ...]
    not_checked: tuple[str, ...] = ()

    @property
    def effect(self) -> Effect | None:
        """The gravest effect, or None."""
        return gravest(problem.effect for problem in self.problems)


GRAVITY = (Effect.REJECT, Effect.HOLD, Effect.BLOCK, Effect.WARN)


def gravest(effects: Any) -> Effect | None:
    """The gravest of some effects, or None of none."""
    present = set(effects)
    return next((effect for effect in GRAVITY if effect in present), None)
