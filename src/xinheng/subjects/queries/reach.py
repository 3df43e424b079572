"""What a reader may know of subjects that stand in no register: only what records the reader may see say of them.

Reads that are given no reach know nothing of reported subjects, so a caller that forgets it tells too little, never too much. Records
lie above this module: whoever owns readable rows about subjects (`records`, `publicity`) hands them in as evidence.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.kernel.actor import Actor
from xinheng.subjects.load.facts import chains
from xinheng.subjects.load.reported import reported
from xinheng.subjects.models import Subject, seen
from xinheng.subjects.values import Stated

SEES_ALL = "accounts.see_all_units"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows the reader may read, each with the foreign key `subject` (indexed), and what they state of some subjects."""

    rows: QuerySet[Any]
    stated: Callable[[Sequence[int]], Iterable[Stated]]


@dataclass(frozen=True, slots=True)
class Reach:
    """A reported subject is known by any row of evidence about it; `whole`: all are, with everything stored of them."""

    evidence: tuple[Evidence, ...] = ()
    whole: bool = False

    def known(self) -> Q:
        """The condition on subjects the reader may know of. One look-up by index a reported subject and kind of evidence."""
        if self.whole:
            return Q()
        condition = ~reported()
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

    A known subject absorbed by one that the reader may not know of stands for itself. Cost: one query, and one a step of merging.
    """
    paths = chains(ids)
    known = known_among({step for path in paths.values() for step in path}, reach)
    # A start that must not be known leads nowhere: that it was absorbed by a known one is no less a secret.
    return {start: next(i for i in reversed(path) if i in known) for start, path in paths.items() if start in known}
