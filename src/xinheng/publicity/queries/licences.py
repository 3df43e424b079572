"""A subject's certificates as a reader may see them: the public ones, an official's own, at a service window all for a purpose."""

from collections.abc import Sequence
from datetime import date

from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.publicity.queries.predicate import public
from xinheng.records import door as records
from xinheng.records.values import Licence


def licences_of(
    subject_ids: Sequence[int],
    *,
    on: date,
    actor: Actor,
    known_at: int | None = None,
    edition: Edition | None = None,
) -> tuple[Licence, ...]:
    """The certificates of a subject (and of those merged into it) on a day that the actor may see, those that hold first.

    With `known_at` (a ledger number) what was known then, of the reader's own units only: what was public then is not asked.
    Cost: as `records.door.licences_of`. The caller registers a read of what is not public.
    """
    shown = public(on) if known_at is None else None
    return records.licences_of(subject_ids, on=on, actor=actor, known_at=known_at, shown=shown, edition=edition)


def licences_by_number(number: str, *, on: date, actor: Actor) -> tuple[Licence, ...]:
    """The certificates with a number that the actor may see, those that hold first.

    Cost: as `records.door.licences_by_number`. The caller registers a read of what is not public.
    """
    return records.licences_by_number(number, on=on, actor=actor, shown=public(on))
