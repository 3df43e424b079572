"""A penalty old enough to be repaired, and a business that applies for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from members.agents import Agent, agent
from objections.contested import shown_penalty
from world import World
from xinheng.repair.door import apply
from xinheng.repair.values import Applied, RepairDraft

OLD = date(2026, 5, 6)
"""Half a year before the day of the world: the shortest time of publication is over."""


@dataclass(frozen=True)
class Application:
    """A public record, who acts for its subject, and the application."""

    world: World
    record_id: int
    agent: Agent
    applied: Applied

    @property
    def case_id(self) -> int:
        return self.applied.case_id


def old_penalty(world: World, **changed: Any) -> int:
    """A penalty of market supervision that the public sees and that can be repaired."""
    return shown_penalty(world, **{"on": OLD, **changed})


def repair_draft(record_id: int, **changed: Any) -> RepairDraft:
    said = {"performed": "罚款已于 2026-05-20 缴清", "promised": True, "contact": "", **changed}
    return RepairDraft(record_id, **said)


def applied(world: World) -> Application:
    """One application, not accepted yet."""
    record_id, who = old_penalty(world), agent(world)
    return Application(world, record_id, who, apply(draft=repair_draft(record_id), actor=who.actor, now=world.now))
