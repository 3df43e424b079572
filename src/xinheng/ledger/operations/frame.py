"""`@operation`: permission, one transaction, one journal, one run of the ledger."""

import functools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, ParamSpec, TypeVar, cast

from django.db import transaction

from xinheng.kernel.actor import Actor
from xinheng.kernel.canonical import json_text
from xinheng.kernel.dates import legal_date
from xinheng.ledger import models
from xinheng.ledger.load import next_closed
from xinheng.ledger.rules.leaf import SALT_BYTES, row_digest
from xinheng.ledger.values import NotAllowed
from xinheng.storage.journal import Journal, RowState, current, opened
from xinheng.storage.points import reach

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Operation:
    """A registered operation: its code, the permission it needs (None: anybody), and where it lives."""

    code: str
    needs: str | None
    function: str


OPERATIONS: dict[str, Operation] = {}
"""Every operation of the program by its code; a test calls each and finds its entry."""


def operation(*, code: str, needs: str | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a keyword-only function the one way to change a state.

    The function takes at least `actor: Actor` and `now: datetime` (aware), and `on: date` where the legal date may differ. It runs in
    one transaction; each `LedgeredModel` it saves becomes a leaf; its result (a frozen dataclass or None) the payload.
    Raises: NotAllowed before anything is done.
    """

    def frame(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__}.{function.__qualname__}"
        if OPERATIONS.setdefault(code, Operation(code, needs, name)).function != name:
            raise ValueError(f"operation {code} is declared twice")

        @functools.wraps(function)
        def framed(*args: P.args, **kwargs: P.kwargs) -> R:
            actor, now = cast(Actor, kwargs["actor"]), cast(datetime, kwargs["now"])
            if needs is not None and not actor.may(needs):
                raise NotAllowed(code, needs)
            on = cast("date | None", kwargs.get("on")) or legal_date(now)
            with transaction.atomic():
                run, outer = begin(kind="operation", code=code, actor=actor, now=now, on=on), current()
                with opened(Journal(run.id)) as journal:
                    result = function(*args, **kwargs)
                _refuse_overtaking(code, outer, journal)
                reach("operation.before_entry")
                finish(run, journal, result)
                reach("operation.after_entry")
            return result

        return framed

    return frame


def _refuse_overtaking(code: str, outer: Journal | None, inner: Journal) -> None:
    """An operation inside another closes before it: of a row both saved, the outer leaf would then be the later one and yet older."""
    if outer is not None and (both := outer.places.keys() & inner.places.keys()):
        raise RuntimeError(f"{code} saves rows that the operation around it saved before: {sorted(both)}")


def begin(*, kind: str, code: str, actor: Actor, now: datetime, on: date) -> models.Run:
    """Insert the header of a run, not ready yet."""
    return models.Run.objects.create(
        kind=kind,
        operation=code,
        at=now,
        legal_date=on,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name or actor.login,
        unit_id=actor.unit_id,
        behalf_id=actor.on_behalf_of,
        payload="{}",
    )


def finish(run: models.Run, journal: Journal, result: Any) -> None:
    """Write the leaves and make the run ready (it becomes visible with the commit)."""
    states = journal.rows or [None]
    models.Leaf.objects.bulk_create([_leaf(run.id, index, state) for index, state in enumerate(states)])
    run.payload = json_text(payload(result))
    run.count = len(states)
    run.ready = True
    run.closed = next_closed()
    run.save(update_fields=["payload", "count", "ready", "closed"])


def _leaf(run_id: int, index: int, state: RowState | None) -> models.Leaf:
    salt = secrets.token_bytes(SALT_BYTES)
    return models.Leaf(
        run_id=run_id,
        idx=index,
        table_name=state.table if state else "",
        row_id=state.row_id if state else None,
        salt=salt,
        digest=row_digest(salt, state.canonical if state else b""),
    )


def payload(result: Any) -> Any:
    """What of a result goes into the ledger: dataclass fields but those whose metadata says `secret`."""
    if result is None:
        return {}
    if is_dataclass(result) and not isinstance(result, type):
        return {f.name: _plain(getattr(result, f.name)) for f in fields(result) if not f.metadata.get("secret")}
    raise TypeError(f"an operation returns a frozen dataclass or None, not {type(result).__name__}")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return payload(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    return value
