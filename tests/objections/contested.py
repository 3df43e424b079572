"""A penalty that is shown to the public, and somebody who objects to it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from world import World, penalty, publish
from xinheng.kernel.actor import PUBLIC
from xinheng.objections.door import submit
from xinheng.objections.values import About, ObjectionDraft, Submitted
from xinheng.publicity import door as publicity
from xinheng.publicity.values import NotPublic
from xinheng.records.door import enter, marks_of

STATEMENT = "罚款金额应为三千元，并非五千元"


@dataclass(frozen=True)
class Contested:
    """A public record and an objection to it."""

    world: World
    record_id: int
    submitted: Submitted

    @property
    def case_id(self) -> int:
        return self.submitted.case_id


def shown_penalty(world: World, **changed: object) -> int:
    """A penalty of market supervision that the public sees."""
    entered = enter(fact=penalty(world, **changed), actor=world.actor("reporter.market"), now=world.now)  # type: ignore[arg-type]
    publish(world.now)
    return entered.record_id


def draft(record_id: int, **changed: str) -> ObjectionDraft:
    said = {"statement": STATEMENT, "name": "云禾商贸", "contact": "0599-0000001", **changed}
    return ObjectionDraft(record_id, About.CONTENT, **said)


def contested(world: World) -> Contested:
    """One objection, not accepted yet."""
    record_id = shown_penalty(world)
    return Contested(world, record_id, submit(draft=draft(record_id), actor=PUBLIC, now=world.now))


def at(day: date, hour: int = 2) -> datetime:
    """A moment of a legal date in Shanghai's working hours."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def days(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def is_shown(record_id: int, on: date) -> bool:
    """Whether the public sees the record on a day."""
    try:
        publicity.record(record_id, on=on)
    except NotPublic:
        return False
    return True


def is_contested(record_id: int, on: date) -> bool:
    """Whether the public sees it marked as contested."""
    return publicity.record(record_id, on=on).contested


def marks(record_id: int) -> list[tuple[str, date, date | None]]:
    """The marks a record has had."""
    return [(mark.kind.value, mark.since, mark.until) for mark in marks_of([record_id]).get(record_id, ())]
