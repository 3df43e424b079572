"""What a reader may know of subjects that stand in no register: only what records the reader may see say of them.

Reads that are given no reach know nothing of reported subjects, so a caller that forgets it tells too little, never too much. Records
lie above this module: whoever owns readable rows about subjects (`records`, `publicity`) hands them in as evidence.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.subjects.load.facts import LONGEST_CHAIN
from xinheng.subjects.load.index import AT_ONCE, family
from xinheng.subjects.load.reported import reported
from xinheng.subjects.models import Merge, Subject, seen
from xinheng.subjects.values import RegisterState, Stated, SubjectKind

SEES_ALL = "accounts.see_all_units"
NOBODY: Final = 0
"""No subject's id."""


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


class Meeting:
    """The subjects that one read comes upon. Each is read once, and whether the reader may know of it is asked once.

    A registered subject is known whatever the evidence, so nothing is asked about it. For the others, and for ids that are no subject's,
    the same is asked: what is hidden takes as long to find as what is not there.
    """

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.rows: dict[int, Subject] = {}
        """The visible subjects looked at, also those that the reader may not know of."""
        self.reported: set[int] = set()
        """Those among them that no register vouches for; nobody asks where everything may be seen."""
        self._looked: set[int] = set()
        self._known: set[int] = set()
        self._said: dict[int, tuple[Stated, ...]] = {}
        self._shut: set[int] = set()

    def known(self, ids: Iterable[int]) -> frozenset[int]:
        """Which of some subjects the reader may know of.

        Cost: one query a five hundred that were not met before, one and what the evidence costs for those in no register.
        """
        wanted = frozenset(ids)
        fresh = sorted(wanted - self._looked)
        for start in range(0, len(fresh), AT_ONCE):
            self._look(fresh[start : start + AT_ONCE])
        return wanted & self._known

    def said(self, ids: Iterable[int]) -> dict[int, tuple[Stated, ...]]:
        """What the evidence states of some subjects, earliest record first. Cost: that of the evidence, for those not asked about yet."""
        wanted = set(ids)
        fresh = sorted(wanted - set(self._said))
        if fresh:
            found = self.reach.stated(fresh)
            self._said |= {i: found.get(i, ()) for i in fresh}
        return {i: self._said[i] for i in wanted if self._said[i]}

    def stands(self, ids: Iterable[int]) -> dict[int, int]:
        """For each id the last in its chain of merges that the reader may know of; ids without any are left out.

        A known subject absorbed by one that the reader may not know of stands for itself, and so does one whose merge the reader may
        not know of (`unknown`). Cost: that of `known`, again for each step of merging.
        """
        starts = list(ids)
        known = self.known(starts)
        # A start that must not be known leads nowhere: that it was absorbed by a known one is no less a secret.
        paths = {start: [start] for start in starts if start in known}
        for _ in range(LONGEST_CHAIN):
            ends = {path[-1] for path in paths.values()}
            onward = {i: into for i in ends if (row := self.rows.get(i)) and (into := row.merged_into_id)}
            if not onward:
                return {start: self._last(path) for start, path in paths.items()}
            self.known(onward.values())
            for path in paths.values():
                if path[-1] in onward:
                    path.append(onward[path[-1]])
        raise RuntimeError("merged subjects form a circle")

    def family(self, subject_id: int) -> frozenset[int]:
        """The subject and all it absorbed, as far as the reader may know of them and of their merges.

        Cost: one query a step of merging, and that of `stands` where it absorbed any.
        """
        some = family(subject_id)
        if len(some) == 1:
            return frozenset(some)
        return frozenset({subject_id, *(i for i, stands in self.stands(some).items() if stands == subject_id)})

    def unknown(self, merges: Iterable[Merge]) -> frozenset[int]:
        """Which of some merges (read with `run`) were made before any record that the reader may see was about the absorbed.

        Where no register knew the absorbed, such a merge rests on records of others, and whoever reported the code later would learn of
        them by it. To that reader the subject stands for itself, until the register gives its code to the other.
        Cost: that of the evidence, where there is such a merge.
        """
        if self.reach.whole:
            return frozenset()
        resting = [row for row in merges if row.state_before == RegisterState.PROVISIONAL]
        self.known(row.absorbed_id for row in resting)
        resting = [row for row in resting if self._is_firm(row.absorbed_id)]
        said = self.said({row.absorbed_id for row in resting})
        return frozenset(
            row.id for row in resting if not any(_before(one, row) for one in said.get(row.absorbed_id, ()))
        )

    def _is_firm(self, subject_id: int) -> bool:
        row = self.rows.get(subject_id)
        return row is not None and row.kind != SubjectKind.NATURAL_PERSON

    def _look(self, ids: Sequence[int]) -> None:
        self._looked |= set(ids)
        rows = {row.id: row for row in Subject.objects.filter(seen(), id__in=ids)}
        self.rows |= rows
        if self.reach.whole:
            self._known |= set(rows)
            return
        plain = {i for i, row in rows.items() if self._plain(row)}
        self._known |= plain
        asked = [i for i in ids if i not in plain]
        if not asked:
            return
        merges = list(Merge.objects.filter(seen(), absorbed_id__in=asked, undone_at=None).select_related("run"))
        resting = {row.absorbed_id for row in merges if row.state_before == RegisterState.PROVISIONAL}
        firms = {i: rows[i] for i in asked if i in rows and rows[i].kind != SubjectKind.NATURAL_PERSON}
        reported = {i for i, row in firms.items() if row.register_state == RegisterState.PROVISIONAL or i in resting}
        self.reported |= reported
        self._known |= set(firms) - reported
        self._known |= set(rows).intersection(self.said(asked))
        shut = self.unknown(merges)
        self._shut |= {row.absorbed_id for row in merges if row.id in shut}

    def _plain(self, row: Subject) -> bool:
        """Whether anybody may know of a subject, whatever records say."""
        if row.kind == SubjectKind.NATURAL_PERSON:
            return not self.reach.evidence
        return bool(row.register_state == RegisterState.REGISTERED)

    def _last(self, path: Sequence[int]) -> int:
        last = path[0]
        for step, before in zip(path[1:], path, strict=False):
            if before in self._shut:
                break
            last = step if step in self._known else last
        return last


def _before(said: Stated, merge: Merge) -> bool:
    if merge.undone_at is not None:
        # Its run is by now that of its end, so the days must tell.
        return said.on < legal_date(merge.at)
    return merge.run.closed is not None and said.since is not None and said.since <= merge.run.closed
