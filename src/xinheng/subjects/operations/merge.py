"""Merging two entries for one subject, and taking that back."""

from datetime import datetime

from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import trimmed
from xinheng.ledger.door import operation
from xinheng.subjects import rules
from xinheng.subjects.load.create import hold_codes
from xinheng.subjects.load.facts import facts_by_id, standing
from xinheng.subjects.load.index import reindex
from xinheng.subjects.models import Identifier, Merge, Subject, seen
from xinheng.subjects.values import (
    Denied,
    IdentifierState,
    Merged,
    MergeUndone,
    MergeUnknown,
    NotPossible,
    RegisterState,
    SubjectInvalid,
    SubjectUnknown,
)

_LONGEST_REASON = 300


@operation(code="subjects.merged", needs="subjects.merge")
def merge(*, kept: int, absorbed: int, reason: str, actor: Actor, now: datetime) -> Merged:
    """Let one subject absorb another: two entries for one and the same.

    The absorbed keeps names, codes and records; all of them lead to the kept one as long as the merge holds.
    Cost: eight queries and the ledger's. Raises: SubjectUnknown, SubjectInvalid (no reason), NotPossible.
    """
    reason = _checked(reason)
    hold_codes()
    known = facts_by_id([kept, absorbed])
    for subject_id in (kept, absorbed):
        if subject_id not in known:
            raise SubjectUnknown(subject_id)
    decision = rules.may_merge(known[kept], known[absorbed])
    if isinstance(decision, Denied):
        raise NotPossible(decision)
    if Subject.objects.filter(id__in=(kept, absorbed), erased_at__isnull=False).exists():
        # The erasure of one would be refused for the sake of the other, and the number of neither leads to the other.
        raise NotPossible(Denied("merge_erased", "其中一个自然人的个人信息已经删除，无法再核对是否同一人，不能合并"))
    row = Subject.objects.get(id=absorbed)
    entry = Merge(kept_id=kept, absorbed_id=absorbed, state_before=row.register_state, reason=reason, at=now)
    row.register_state, row.merged_into_id = RegisterState.MERGED, kept
    row.save()
    entry.save()
    reindex([kept, absorbed])
    return Merged(entry.id, kept, absorbed, reason)


@operation(code="subjects.merge_undone", needs="subjects.merge")
def undo_merge(*, merge_id: int, reason: str, actor: Actor, now: datetime) -> MergeUndone:
    """Take a merge back: the absorbed subject stands for itself again, exactly as it was.

    Cost: eight queries and the ledger's. Raises: MergeUnknown, SubjectInvalid (no reason), NotPossible.
    """
    reason = _checked(reason)
    hold_codes()
    entry = Merge.objects.filter(seen(), id=merge_id).first()
    if entry is None:
        raise MergeUnknown(merge_id)
    row = Subject.objects.get(id=entry.absorbed_id)
    decision = rules.may_undo_merge(
        undone=entry.undone_at is not None,
        absorbed_into=row.merged_into_id,
        kept=entry.kept_id,
        same_code=not Identifier.objects.filter(seen(), subject=row, state=IdentifierState.CURRENT).exists(),
    )
    if isinstance(decision, Denied):
        raise NotPossible(decision)
    row.register_state, row.merged_into = entry.state_before, None
    row.save()
    entry.undone_at, entry.undo_reason = now, reason
    entry.save()
    # The search row of whoever stands for the kept one by now holds the names of all below.
    reindex([standing([entry.kept_id])[entry.kept_id], row.id])
    return MergeUndone(entry.id, entry.kept_id, row.id, reason)


def _checked(reason: str) -> str:
    reason = trimmed(reason)
    if not reason or len(reason) > _LONGEST_REASON:
        raise SubjectInvalid("subjects.reason", f"须写明理由，1 至 {_LONGEST_REASON} 个字", field="reason")
    return reason
