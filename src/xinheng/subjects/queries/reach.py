"""What a reader may know of subjects that stand in no register: only what records the reader may see say of them.

Reads that are given no reach know nothing of reported subjects, so a caller that forgets it tells too little, never too much. Records
lie above this module: whoever owns readable rows about subjects (`records`, `publicity`) hands them in as evidence.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.subjects.load.facts import chains
from xinheng.subjects.load.index import family
from xinheng.subjects.load.reported import reported
from xinheng.subjects.models import Merge, Subject, seen
from xinheng.subjects.values import RegisterState, Stated, SubjectKind

SEES_ALL = "accounts.see_all_units"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows the reader may read, each with the foreign key `subject` (indexed), and what they state of some subjects."""

    rows: QuerySet[Any]
    stated: Callable[[Sequence[int]], Iterable[Stated]]


@dataclass(frozen=True, slots=True)
class Reach:
    """A reported subject, or a person, is known by any row of evidence about it; `whole`: all are, with everything stored of them.

    Without any evidence to ask, persons are left to who may read them at all: they act for themselves, or the caller asks more.
    """

    evidence: tuple[Evidence, ...] = ()
    whole: bool = False

    def known(self) -> Q:
        """The condition on subjects the reader may know of. One look-up by index a reported subject and kind of evidence."""
        if self.whole:
            return Q()
        condition = ~reported() & (~Q(kind=SubjectKind.NATURAL_PERSON) if self.evidence else Q())
        for one in self.evidence:
            condition |= Q(Exists(one.rows.filter(subject_id=OuterRef("pk"))))
        return condition

    def stated(self, ids: Iterable[int]) -> dict[int, tuple[Stated, ...]]:
        """What the evidence states of some subjects, earliest record first. Cost: one query a kind of evidence."""
        wanted = sorted(set(ids))
        found: dict[int, dict[int, Stated]] = {}
        for one in self.evidence if wanted else ():
            for said in one.stated(wanted):
                found.setdefault(said.subject_id, {})[said.order] = said
        return {i: tuple(some[order] for order in sorted(some)) for i, some in found.items()}


NOTHING: Final = Reach()
"""Registered subjects only."""
WHOLE: Final = Reach(whole=True)
"""Everything: for settling who a row is about, where nothing of the answer is shown."""


def reach_for(actor: Actor, given: Reach | None) -> Reach:
    """The reach that holds: what was given, else everything for who sees all units by office, else nothing."""
    if given is not None:
        return given
    return WHOLE if actor.may(SEES_ALL) else NOTHING


def known_among(ids: Iterable[int], reach: Reach) -> frozenset[int]:
    """Which of some subjects the reader may know of. Cost: one query."""
    rows = Subject.objects.filter(seen(), reach.known(), id__in=list(ids))
    return frozenset(rows.values_list("id", flat=True))


def standing_known(ids: Iterable[int], reach: Reach) -> dict[int, int]:
    """For each id the last in its chain of merges that the reader may know of; ids without any are left out.

    A known subject absorbed by one that the reader may not know of stands for itself, and so does one whose merge the reader may not
    know of (`merges_unknown`). Cost: one query, one a step of merging, and two more where a reported subject was merged.
    """
    paths = chains(ids)
    known = known_among({step for path in paths.values() for step in path}, reach)
    shut = _absorbed_unknown({step for path in paths.values() for step in path[:-1]}, reach)
    # A start that must not be known leads nowhere: that it was absorbed by a known one is no less a secret.
    return {start: _last_known(path, known, shut) for start, path in paths.items() if start in known}


def _last_known(path: Sequence[int], known: Collection[int], shut: Collection[int]) -> int:
    last = path[0]
    for step, before in zip(path[1:], path, strict=False):
        if before in shut:
            break
        last = step if step in known else last
    return last


def family_known(subject_id: int, reach: Reach) -> frozenset[int]:
    """The subject and all it absorbed, as far as the reader may know of them and of their merges.

    Cost: one query a step of merging, one where it absorbed any, two more where one of those was a reported one.
    """
    some = family(subject_id)
    if len(some) == 1:
        return frozenset(some)
    return frozenset({subject_id, *(i for i, stands in standing_known(some, reach).items() if stands == subject_id)})


def _absorbed_unknown(ids: Collection[int], reach: Reach) -> frozenset[int]:
    if reach.whole or not ids:
        return frozenset()
    rows = list(Merge.objects.filter(seen(), absorbed_id__in=ids, undone_at=None).select_related("absorbed", "run"))
    shut = merges_unknown(rows, reach)
    return frozenset(row.absorbed_id for row in rows if row.id in shut)


def merges_unknown(rows: Sequence[Merge], reach: Reach) -> frozenset[int]:
    """Which of some merges (read with `absorbed` and `run`) were made before any record that the reader may see was about the absorbed.

    Where no register knew the absorbed, such a merge rests on records of others, and whoever reported the code later would learn of
    them by it. To that reader the subject stands for itself, until the register gives its code to the other.
    Cost: that of the evidence, where there is such a merge.
    """
    resting = [
        row
        for row in rows
        if row.state_before == RegisterState.PROVISIONAL and row.absorbed.kind != SubjectKind.NATURAL_PERSON
    ]
    if reach.whole or not resting:
        return frozenset()
    said = reach.stated({row.absorbed_id for row in resting})
    return frozenset(row.id for row in resting if not any(_before(one, row) for one in said.get(row.absorbed_id, ())))


def _before(said: Stated, merge: Merge) -> bool:
    if merge.undone_at is not None:
        # Its run is by now that of its end, so the days must tell.
        return said.on < legal_date(merge.at)
    return merge.run.closed is not None and said.since is not None and said.since <= merge.run.closed
