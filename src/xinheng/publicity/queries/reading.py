"""A subject's archive as one official may read it: the way of every front end to what is not public. Registering it is the caller's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from xinheng.kernel.actor import Actor
from xinheng.publicity.queries.reach import reach_of
from xinheng.records.door import Asked, archive
from xinheng.records.values import ArchivedRecord
from xinheng.subjects import door as subjects
from xinheng.subjects.values import SubjectKind, SubjectPage, SubjectUnknown

SEES_ALL: Final = "accounts.see_all_units"


@dataclass(frozen=True, slots=True)
class OpenedSubject:
    """A subject that may be looked at: its head, the records the actor may read, and how far that actor sees."""

    head: SubjectPage
    records: tuple[ArchivedRecord, ...]
    reach: subjects.Reach

    @property
    def personal(self) -> bool:
        """Whether this is a natural person: then the look asks for a purpose."""
        return self.head.kind is SubjectKind.NATURAL_PERSON


def open_archive(subject_id: int, asked: Asked | None, *, actor: Actor, on: date) -> OpenedSubject:
    """The subject's head and the records the actor may read, those of merged subjects among them. Nothing is registered yet.

    A natural person whose records belong to others does not exist for a department: that there is such a person here would say that
    somebody has a record; nor does a provisional subject that only their unpublished records know. Without `asked` no records are read.
    Cost: at most twelve queries. Raises: SubjectUnknown.
    """
    reach = reach_of(actor, on)
    head = subjects.subject(subject_id, actor=actor, reach=reach)
    family = subjects.members_of(subject_id, reach=reach) if asked is not None else ()
    records = archive(family, asked, actor=actor) if asked is not None else ()
    if head.kind is SubjectKind.NATURAL_PERSON and not may_know(subject_id, actor=actor, reach=reach):
        raise SubjectUnknown(subject_id)
    return OpenedSubject(head, records, reach)


def may_know(subject_id: int, *, actor: Actor, reach: subjects.Reach) -> bool:
    """Whether a reader may know that a natural person is here: it says that somebody has a record, so a department only by its own.

    Cost: four queries for a department, none by office.
    """
    if actor.may(SEES_ALL):
        return True
    return bool(archive(subjects.members_of(subject_id, reach=reach), Asked(), actor=actor))


def known_person(number: str, *, actor: Actor, on: date) -> SubjectPage | None:
    """The natural person with exactly this number, if the actor, asking for a purpose, may know of them; else None.

    The caller registers the search, whether somebody was found or not. Cost: at most twelve queries.
    """
    reach = reach_of(actor, on)
    head = subjects.by_code(number, actor=actor, reach=reach)
    if head is None or head.kind is not SubjectKind.NATURAL_PERSON:
        return None
    return head if may_know(head.id, actor=actor, reach=reach) else None


def sealed_texts(records: Iterable[ArchivedRecord], *, actor: Actor) -> dict[tuple[int, str], str]:
    """(subject id, token) → what this actor may see of it, for every sealed value in the present versions of records.

    Cost: two queries a subject that has some.
    """
    wanted: dict[int, set[str]] = {}
    for record in records:
        version = record.current
        tokens = {str(value) for value in version.content.values() if is_token(value)}
        if tokens:
            wanted.setdefault(version.subject_id, set()).update(tokens)
    return {
        (subject_id, token): view.text
        for subject_id, tokens in wanted.items()
        for token, view in subjects.personal(subject_id, sorted(tokens), actor).items()
    }


def is_token(value: object) -> bool:
    """Whether a stored value is the token of a sealed one: 32 hexadecimal digits, which no public field holds."""
    return isinstance(value, str) and len(value) == 32 and set(value) <= set("0123456789abcdef")
