"""Many subjects at once, for later modules that count or compare them; a page never calls these."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from xinheng.subjects import models
from xinheng.subjects.values import RegisterState, SubjectKind

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Counted:
    """A subject as it is counted: no name, of its code only the class (the first two signs)."""

    id: int
    kind: SubjectKind
    code_class: str
    registered: bool
    merged_into: int | None


def every_subject() -> Iterator[Counted]:
    """All visible subjects in order of id, absorbed ones too (with the subject they stand for). Cost: one pass."""
    rows = models.Subject.objects.filter(run__ready=True).order_by("id")
    columns = rows.values_list("id", "kind", "code", "register_state", "merged_into_id")
    for subject_id, kind, code, state, merged in columns.iterator(AT_ONCE):
        yield Counted(subject_id, SubjectKind(kind), code[:2], state == RegisterState.REGISTERED, merged)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register said of a subject besides name and code; empty where it said nothing."""

    industry: str
    division: str
    founded: date | None
    address: str


def entries_of(ids: Iterable[int]) -> dict[int, Entry]:
    """What the register last said of some subjects, by id; for loads that bring it up to date. Cost: one query."""
    rows = models.Subject.objects.filter(id__in=list(ids)).only("industry", "division", "founded", "address")
    return {row.id: Entry(row.industry, row.division, row.founded, row.address) for row in rows}
