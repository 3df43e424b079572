"""What is known of subjects from records alone: those no register vouches for, and their names.

A *reported* subject is a provisional one, or one that was provisional when another absorbed it. That it exists, what it is called and since
when it is known come from somebody's records, which may not be everybody's to know: whoever reads decides by `queries.reach`.
"""

from django.db.models import Exists, OuterRef, Q

from xinheng.subjects.models import Merge, Subject, seen
from xinheng.subjects.values import RegisterState, SubjectKind

CONFIRMING = "subjects.registered"
"""The operation that lets the register's name and code follow those that were reported; nothing else of it ends any."""


def reported(run_id: int | None = None) -> Q:
    """The condition on subjects that no register vouches for. Of people nothing is public, reported or not: they are not meant."""
    absorbed = Merge.objects.filter(
        seen("", run_id), absorbed_id=OuterRef("pk"), undone_at=None, state_before=RegisterState.PROVISIONAL
    )
    merged = Q(register_state=RegisterState.MERGED) & Q(Exists(absorbed))
    return ~Q(kind=SubjectKind.NATURAL_PERSON) & (Q(register_state=RegisterState.PROVISIONAL) | merged)


def reported_among(ids: list[int], *, run_id: int | None = None) -> frozenset[int]:
    """Which of some subjects no register vouches for. Cost: one query."""
    rows = Subject.objects.filter(reported(run_id), id__in=ids)
    return frozenset(rows.values_list("id", flat=True))


def ended_by_register() -> Q:
    """The condition on names and codes of a registered subject that only records knew, until the register confirmed the subject."""
    return Q(valid_to__isnull=False, run__operation=CONFIRMING)
