"""What a scenario of an operation is, and how its steps are written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from world import INIT, World
from xinheng.console.duties import WATCH
from xinheng.kernel.actor import PUBLIC, Actor, system
from xinheng.members.door import member_by_id
from xinheng.members.models import Member
from xinheng.objections.operations.marking import PLATFORM
from xinheng.procedures.door import TIME
from xinheng.publicity.batch import WORKER

Prepare = Callable[[World], Any]
Act = Callable[[World, Any], Any]

ON = date(2026, 11, 21)
NOBODY = 999_999
LOADER = system("worker", "intake.load")
RESTORE = system("restore", "system.restore")
SYSTEMS = {
    "init": INIT,
    "worker": LOADER,
    "publicity": WORKER,
    "public": PUBLIC,
    "watch": WATCH,
    "restore": RESTORE,
    "procedures": TIME,
    "objections": PLATFORM,
}


@dataclass(frozen=True)
class Scenario:
    """One operation: `prepare` makes what must be there, `perform` does it, `refuse` tries what it must not do.

    `by` is the login, or the name of a part of the platform, that the ledger must name. `changes` are the tables, beside the ledger's
    own, of which rows are other afterwards: no more and no fewer. `refuse` is None where there is nothing to refuse but the permission.
    """

    by: str
    changes: tuple[str, ...]
    perform: Act
    refuse: Act | None = None
    prepare: Prepare = lambda world: None


def expected_actor(world: World, by: str) -> Actor:
    """Whom the ledger must name; `member:LOGIN` is somebody who acts for a business."""
    kind, _colon, login = by.rpartition(":")
    if kind == "member":
        return member_by_id(Member.objects.get(login=login).pk, now=world.now)
    return SYSTEMS.get(by) or world.actor(by)


def person(world: World, login: str) -> int:
    return world.actor(login).id or 0


def act(function: Callable[..., Any], by: str, **arguments: Any) -> Act:
    """A scenario's step: the operation with these arguments; a callable one is asked with the world and what was prepared."""

    def step(world: World, made: Any) -> Any:
        given = {name: value(world, made) if callable(value) else value for name, value in arguments.items()}
        return function(**given, actor=expected_actor(world, by), now=world.now)

    return step


def made_before(world: World, made: Any) -> Any:
    """What `prepare` made."""
    return made


def unit(key: str) -> Callable[[World, Any], int]:
    return lambda world, made: world.units[key]


def account(login: str) -> Callable[[World, Any], int]:
    return lambda world, made: person(world, login)


def subject(name: str) -> Callable[[World, Any], int]:
    return lambda world, made: world.subjects[name]
