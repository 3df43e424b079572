"""What a subject sees of itself: everything that is in its archive, shown or not, and where each publication stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xinheng.kernel.actor import Actor
from xinheng.ledger.values import NotAllowed
from xinheng.members.values import Scope
from xinheng.publicity.queries.plan import lines_of
from xinheng.publicity.values import PlanLine
from xinheng.records.door import Asked, archive
from xinheng.records.door import record as archived
from xinheng.records.values import ArchivedRecord
from xinheng.subjects import door as subjects
from xinheng.subjects.values import SubjectPage


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A subject with all its records, latest act first, and how each is published, by record."""

    head: SubjectPage
    family: tuple[int, ...]
    records: tuple[ArchivedRecord, ...]
    lines: Mapping[int, PlanLine]


def own_head(*, actor: Actor) -> SubjectPage:
    """Whom the actor acts for. Cost: at most six queries.  Raises: NotAllowed, SubjectUnknown."""
    return subjects.subject(_own(actor), actor=actor, reach=subjects.WHOLE)


def own_picture(*, actor: Actor, on: date) -> OwnPicture:
    """Everything about the subject the actor acts for, those it absorbed among it. Cost: at most fifteen queries, whatever the size.

    Raises: NotAllowed, SubjectUnknown. Source: PIPL art. 45 (a person's own data); Regulation on credit repair (own records).
    """
    head = own_head(actor=actor)
    family = subjects.members_of(head.id, reach=subjects.WHOLE)
    records = archive(family, Asked(), actor=actor)
    return OwnPicture(head, family, records, lines_of([record.record_id for record in records], on=on))


def own_family(*, actor: Actor) -> tuple[int, ...]:
    """The subject the actor acts for and all it absorbed. Cost: two queries.  Raises: NotAllowed."""
    return subjects.members_of(_own(actor), reach=subjects.WHOLE)


def own_record(record_id: int, *, actor: Actor, on: date) -> tuple[ArchivedRecord, PlanLine | None]:
    """One record of the own archive, and how it is published. Cost: six queries.  Raises: NotAllowed, RecordUnknown."""
    _own(actor)
    found = archived(record_id, actor=actor)
    return found, lines_of([record_id], on=on).get(record_id)


def _own(actor: Actor) -> int:
    if actor.kind != "member" or actor.on_behalf_of is None or not actor.may(Scope.VIEW.permission):
        raise NotAllowed("publicity.own", Scope.VIEW.permission)
    return actor.on_behalf_of
