"""The files departments hand in, as bytes: comma-separated, some with the standard's codes in the header, some in GB18030."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from xinheng.catalogue.values.items import Item
from xinheng.catalogue.values.region import UnitSeed
from xinheng.console.demo.acts import LICENCE, PENALTY, Decision, Row, licence_row, penalty_row, practices
from xinheng.console.demo.chance import chance
from xinheng.console.demo.plan import DemoPlan
from xinheng.console.demo.register import Business, Person
from xinheng.console.demo.timetable import Turn, timely_days
from xinheng.kernel.calendar import Calendar

LATE_SHARE: Final = 0.02
PERSON_SHARE: Final = 0.01
_CODED_HEADERS: Final = frozenset({"tax", "environment", "transport"})
_GB18030: Final = frozenset({"agriculture", "fire"})


@dataclass(frozen=True, slots=True)
class Handing:
    """One file as a department hands it in. `reason`: why its rows correct what was sent before."""

    unit: str
    item: str
    day: date
    name: str
    content: bytes
    rows: int
    reason: str = ""


@dataclass
class Clerk:
    """Who writes the files: numbers documents on, a series a department, item and year. Turns must come oldest first."""

    plan: DemoPlan
    calendar: Calendar
    units: Mapping[str, UnitSeed]
    items: Mapping[str, Item]
    businesses: Sequence[Business]
    people: Sequence[Person]
    serials: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def handing(self, turn: Turn) -> Handing:
        """The file of one turn. Cost: about 20 µs a row."""
        draw = chance(self.plan.seed, turn.unit, turn.item, turn.number)
        days = timely_days(self.calendar, turn.day)
        rows = [self._row(draw, turn, self._day(draw, days, turn.day)) for _ in range(turn.rows)]
        return self.file(turn.unit, turn.item, turn.day, rows)

    def file(self, unit: str, item: str, day: date, rows: Sequence[Row], *, reason: str = "") -> Handing:
        """Rows as the file this department would write."""
        content = _csv(self.items[item], rows, coded=unit in _CODED_HEADERS)
        encoded = content.encode("gb18030") if unit in _GB18030 else content.encode("utf-8-sig")
        name = f"{self.units[unit].name}{self.items[item].name}{day:%Y%m%d}.csv"
        return Handing(unit, item, day, name, encoded, len(rows), reason)

    def decision(self, unit: str, item: str, day: date) -> Decision:
        """The next document of a department."""
        word = "罚" if item == PENALTY else "许"
        return Decision(
            self.units[unit], f"{practices()[unit].words}{word}〔{day.year}〕{self._serial(unit, item, day)}号", day
        )

    def _serial(self, unit: str, item: str, day: date) -> int:
        self.serials[unit, item, day.year] += 1
        return self.serials[unit, item, day.year]

    def _row(self, draw: Random, turn: Turn, day: date) -> Row:
        practice, decision = practices()[turn.unit], self.decision(turn.unit, turn.item, day)
        business = self.businesses[draw.randrange(len(self.businesses))]
        if turn.item == LICENCE:
            grant = practice.grants[draw.randrange(len(practice.grants))]
            return licence_row(grant, decision, business, number=licence_number(turn.unit, decision))
        offence = practice.offences[min(int(draw.expovariate(1.2)), len(practice.offences) - 1)]
        person = bool(self.people) and not offence.licence and draw.random() < PERSON_SHARE
        about = self.people[draw.randrange(len(self.people))] if person else business
        return penalty_row(draw, offence, decision, about)

    @staticmethod
    def _day(draw: Random, days: Sequence[date], handed_in: date) -> date:
        if draw.random() < LATE_SHARE:
            return handed_in - timedelta(days=draw.randrange(20, 45))
        return days[draw.randrange(len(days))]


def licence_number(unit: str, decision: Decision) -> str:
    """The number of the licence a decision grants."""
    serial = decision.number.rpartition("〕")[2].removesuffix("号")
    return f"SL{sorted(practices()).index(unit):02d}{decision.day.year}{int(serial):06d}"


def _csv(item: Item, rows: Sequence[Row], *, coded: bool) -> str:
    used = {code for row in rows for code, value in row.items() if value}
    # Every column an item must have stands in the file, filled or not.
    columns = [each for each in item.fields if each.code in used or each.is_obligatory]
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([each.code if coded else each.name for each in columns])
    writer.writerows(_cells([each.code for each in columns], rows))
    return stream.getvalue()


def _cells(columns: Sequence[str], rows: Sequence[Row]) -> Iterator[list[str]]:
    for row in rows:
        yield [row.get(code, "") for code in columns]
