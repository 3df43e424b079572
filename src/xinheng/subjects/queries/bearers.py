"""Which natural persons bear one of some names: for the watch over the register of queries, which is told nothing else."""

from collections.abc import Collection

from xinheng.kernel.actor import Actor
from xinheng.ledger.values import NotAllowed
from xinheng.subjects.load.sealing import open_values
from xinheng.subjects.models import Subject, seen
from xinheng.subjects.values import SubjectKind


def bearers(subject_ids: Collection[int], names: Collection[str], *, actor: Actor) -> frozenset[int]:
    """Of these natural persons, the ids of those that bear one of these names.

    The names are opened and compared here and go nowhere. Not a right of any role: only the watch, a part of the platform, holds
    `subjects.compare_names`. Raises: NotAllowed. Cost: one query, and two a subject.
    """
    if not actor.may("subjects.compare_names"):
        raise NotAllowed("subjects.bearers", "subjects.compare_names")
    wanted = {"".join(name.split()) for name in names}
    rows = Subject.objects.filter(seen(), id__in=subject_ids, kind=SubjectKind.NATURAL_PERSON).exclude(name_token="")
    return frozenset(
        row.id
        for row in rows
        for _field, text in open_values(row.id, [row.name_token]).values()
        if "".join(text.split()) in wanted
    )
