"""When departments handed in what: days of handing in over three years, and the acts they carried.

A department hands in every few weeks, what it decided in the seven working days before, so that publicity was on time; a few
acts are older and late. The departments take turns, so acts spread over the whole time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from xinheng.console.demo.acts import LICENCE, PENALTY, practices
from xinheng.console.demo.plan import DemoPlan
from xinheng.kernel.calendar import Calendar, is_working_day, nth_working_day_after

SPAN_DAYS: Final = 1040
"""How far the handing in reaches back."""
BEGIN_DAYS: Final = 1150
"""How many days before today the platform opened: before the oldest act, a penalty whose three years end tomorrow."""
PEOPLE_DAYS: Final = 60
"""How many days before today the people of the demonstration got their accounts; a password holds for 90."""
TIMELY_WORKING_DAYS: Final = 7

_FEWEST_TURNS, _MOST_TURNS, _SUBJECTS_A_TURN = 2, 6, 3000
_WEIGHTS: Final = {"market": 5, "approval": 6, "tax": 3, "urban": 3, "transport": 2, "health": 2}
_PENALTY_SHARE: Final = 0.35


@dataclass(frozen=True, slots=True)
class Turn:
    """One handing in: a department's rows of one item on a day. `number` counts the stream's turns from the oldest."""

    unit: str
    item: str
    number: int
    day: date
    rows: int


def turns(plan: DemoPlan, calendar: Calendar, units: tuple[str, ...]) -> tuple[Turn, ...]:
    """All handings in of the departments among `units`, oldest first; their rows add up to the plan's records."""
    streams = [*_streams(PENALTY, units), *_streams(LICENCE, units)]
    count = max(_FEWEST_TURNS, min(_MOST_TURNS, plan.subjects // _SUBJECTS_A_TURN))
    period = SPAN_DAYS // count
    found = []
    for place, (unit, item) in enumerate(streams):
        rows = _rows(plan, unit, item, units)
        shift = 2 + place * period // len(streams)
        for number in range(count):
            day = working_day_until(calendar, plan.today - timedelta(days=shift + (count - 1 - number) * period))
            found.append(Turn(unit, item, number, day, rows // count + (number < rows % count)))
    return tuple(sorted((turn for turn in found if turn.rows), key=lambda turn: (turn.day, turn.item, turn.unit)))


def working_day_until(calendar: Calendar, day: date) -> date:
    """The last working day not after `day`."""
    while not is_working_day(calendar, day):
        day -= timedelta(days=1)
    return day


def timely_days(calendar: Calendar, handed_in: date) -> tuple[date, ...]:
    """The working days before `handed_in` whose acts are still on time on it."""
    found, day = [], handed_in - timedelta(days=1)
    while nth_working_day_after(calendar, day, TIMELY_WORKING_DAYS).day >= handed_in:
        if is_working_day(calendar, day):
            found.append(day)
        day -= timedelta(days=1)
    return tuple(reversed(found))


def _streams(item: str, units: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for unit in units:
        practice = practices().get(unit)
        if practice is not None and (practice.offences if item == PENALTY else practice.grants):
            yield unit, item


def _rows(plan: DemoPlan, unit: str, item: str, units: tuple[str, ...]) -> int:
    """How many rows of an item a department hands in altogether."""
    penalties = round(plan.records * _PENALTY_SHARE)
    wanted = penalties if item == PENALTY else plan.records - penalties
    weights = {name: _WEIGHTS.get(name, 1) for name, _ in _streams(item, units)}
    return wanted * weights[unit] // sum(weights.values())
