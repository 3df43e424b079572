"""What departments hand in beside penalties and licences: a file or two of every other item, as the data file says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any, Final

import yaml

from xinheng.catalogue.values.items import Item
from xinheng.console.demo.acts import Row, subject_texts, written
from xinheng.console.demo.chance import chance
from xinheng.console.demo.handings import Clerk, Handing
from xinheng.console.demo.register import Business
from xinheng.console.demo.timetable import timely_days, working_day_until
from xinheng.subjects.values import SubjectKind

LEAST: Final = 3
FIRST_DAYS, STEP_DAYS = 2, 2
"""The last file came so many days before today, each other one so many before."""
LATE_SHARE: Final = 0.05
_ENTERPRISES: Final = frozenset({SubjectKind.LEGAL_PERSON, SubjectKind.OTHER_ORGANISATION})


@dataclass(frozen=True, slots=True)
class Lot:
    """One file: of which item, by which unit, how many rows, what stands in them. `people`: so many rows in a hundred are about people."""

    item: str
    unit: str
    words: str
    share: int
    least: int
    people: int
    firms: bool
    texts: Mapping[str, Sequence[str]]
    days: Mapping[str, int]


@lru_cache(maxsize=1)
def lots() -> tuple[Lot, ...]:
    """The files of the data file, in its order."""
    text = (files("xinheng.console") / "data" / "demo_items.yaml").read_text(encoding="utf-8")
    return tuple(_lot(raw) for raw in yaml.safe_load(text)["files"])


def _lot(raw: Mapping[str, Any]) -> Lot:
    texts = {code: [said] if isinstance(said, str) else list(said) for code, said in raw["texts"].items()}
    return Lot(
        raw["item"],
        raw["unit"],
        raw["words"],
        raw["share"],
        raw.get("least", LEAST),
        raw.get("people", 0),
        raw.get("firms", False),
        texts,
        raw["days"],
    )


def days(clerk: Clerk) -> tuple[tuple[date, Lot], ...]:
    """When each file is handed in, oldest first; files of units the region lacks are left out."""
    known = [lot for lot in lots() if lot.unit in clerk.units and lot.item in clerk.items]
    return tuple(
        (
            working_day_until(clerk.calendar, clerk.plan.today - timedelta(days=FIRST_DAYS + STEP_DAYS * place)),
            lot,
        )
        for place, lot in reversed(list(enumerate(known)))
    )


def write(clerk: Clerk, lot: Lot, day: date) -> Iterator[Handing]:
    """The file of a lot. Cost: about 30 µs a row."""
    draw = chance(clerk.plan.seed, "others", lot.item, lot.unit)
    count = max(lot.least, clerk.plan.subjects * lot.share // 1000)
    found = [one for one in clerk.businesses if not lot.firms or one.kind in _ENTERPRISES]
    item, acts = clerk.items[lot.item], timely_days(clerk.calendar, day)
    # Each subject once: a payment or an entry of the register has no number that would tell two of them apart.
    chosen = draw.sample(found, min(count, len(found)))
    rows = [
        _row(clerk, lot, item, draw, about, _act(draw, acts, day), serial) for serial, about in enumerate(chosen, 1)
    ]
    yield clerk.file(lot.unit, lot.item, day, rows)


def _act(draw: Random, acts: Sequence[date], day: date) -> date:
    return day - timedelta(days=30) if draw.random() < LATE_SHARE else acts[draw.randrange(len(acts))]


def _row(clerk: Clerk, lot: Lot, item: Item, draw: Random, about: Business, act: date, serial: int) -> Row:
    """One row, in the item's own fields."""
    person = clerk.people and draw.randrange(100) < lot.people
    whom = clerk.people[serial % len(clerk.people)] if person else about
    prefix = item.core["subject_name"].partition("_")[0]
    unit, core = clerk.units[lot.unit], item.core
    row = {code: said[draw.randrange(len(said))] for code, said in lot.texts.items()}
    row |= {
        code: written(min(act + timedelta(days=shift), _latest(item, code, act))) for code, shift in lot.days.items()
    }
    row |= subject_texts(prefix, whom)
    if "document_number" in core and lot.words:
        row[core["document_number"]] = f"{lot.words}〔{act.year}〕{serial}号"
    for name, text in (("authority", unit.name), ("source", unit.name)):
        row |= {core[f"{name}_name"]: text, core[f"{name}_code"]: unit.code}
    fields = {each.code for each in item.fields}
    return {code: text for code, text in row.items() if code in fields}


def _latest(item: Item, code: str, act: date) -> date:
    """Nothing that may not lie ahead does: the act is the latest day such a field can have."""
    return act if item.field(code).not_future else date.max
