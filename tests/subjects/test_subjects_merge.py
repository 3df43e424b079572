"""Merging and taking it back: everything leads to who stands, and undoing is exact."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from subject_cast import DAY, NOBODY, OPERATOR, code, firm, problems, registration

from xinheng.kernel.actor import PUBLIC
from xinheng.ledger.models import Run
from xinheng.ledger.values import NotAllowed
from xinheng.subjects import door, models
from xinheng.subjects.load.facts import facts_by_code
from xinheng.subjects.values import MergeUnknown, NotPossible, RegisterState, Scheme, SubjectInvalid

NOW = datetime.fromisoformat("2026-11-21T03:04:05+00:00")


def enter(number: int, name: str = "") -> int:
    return door.register_subject(draft=firm(number, name), actor=OPERATOR, now=NOW).subject_id


def join(kept: int, absorbed: int) -> int:
    return door.merge(kept=kept, absorbed=absorbed, reason="同一企业重复登记", actor=OPERATOR, now=NOW).merge_id


@pytest.mark.django_db
def test_codes_and_names_of_the_absorbed_lead_to_the_kept() -> None:
    kept, absorbed = enter(1, "新蜀化工有限公司"), enter(2, "星河仪器有限公司")
    join(kept, absorbed)
    page = door.by_code(code(2), actor=PUBLIC)
    assert page is not None
    assert page.id == kept
    facts = facts_by_code([(Scheme.USCC, code(2))])[Scheme.USCC, code(2)]
    assert (facts.id, facts.merged_into) == (kept, None)
    assert facts.written_forms == {"新蜀化工有限公司", "星河仪器有限公司"}
    for text in ("星河", "星河仪器有限公司", code(2)):
        assert [hit.id for hit in door.search(text).items] == [kept]
    assert door.search("星河").items[0].former_name == "星河仪器有限公司"
    assert door.subject(absorbed, actor=PUBLIC).merged_into == kept
    assert sorted(door.members_of(kept)) == sorted([kept, absorbed])
    assert door.standing_for(absorbed) == kept
    assert problems() == []


@pytest.mark.django_db
def test_a_merge_and_its_end_are_on_record() -> None:
    kept, absorbed = enter(1), enter(2)
    merge_id = join(kept, absorbed)
    door.undo_merge(merge_id=merge_id, reason="两家不同的企业", actor=OPERATOR, now=NOW)
    (entry,) = door.merges_of(absorbed, actor=PUBLIC)
    assert (entry.kept, entry.absorbed, entry.undone_at, entry.undo_reason) == (kept, absorbed, NOW, "两家不同的企业")
    operations = list(Run.objects.order_by("id").values_list("operation", flat=True))
    assert operations[-2:] == ["subjects.merged", "subjects.merge_undone"]


@pytest.mark.django_db
def test_a_merge_is_refused_without_permission_or_reason_and_leaves_nothing() -> None:
    kept, absorbed = enter(1), enter(2)
    runs = Run.objects.count()
    with pytest.raises(NotAllowed):
        door.merge(kept=kept, absorbed=absorbed, reason="重复", actor=NOBODY, now=NOW)
    with pytest.raises(SubjectInvalid):
        door.merge(kept=kept, absorbed=absorbed, reason=" ", actor=OPERATOR, now=NOW)
    with pytest.raises(NotPossible):
        door.merge(kept=kept, absorbed=kept, reason="重复", actor=OPERATOR, now=NOW)
    assert door.subject(absorbed, actor=PUBLIC).state is RegisterState.REGISTERED
    assert (Run.objects.count(), models.Merge.objects.count()) == (runs, 0)


@pytest.mark.django_db
def test_a_merge_is_undone_only_once() -> None:
    merge_id = join(enter(1), enter(2))
    door.undo_merge(merge_id=merge_id, reason="误合并", actor=OPERATOR, now=NOW)
    with pytest.raises(NotPossible):
        door.undo_merge(merge_id=merge_id, reason="误合并", actor=OPERATOR, now=NOW)
    with pytest.raises(MergeUnknown):
        door.undo_merge(merge_id=merge_id + 1, reason="误合并", actor=OPERATOR, now=NOW)


def look(ids: list[int]) -> Any:
    """Everything anybody can see of these subjects."""
    codes = [(Scheme.USCC, code(n)) for n in range(1, 5)] + [(Scheme.GS15, registration(n)) for n in range(1, 5)]
    texts = ["甲一", "乙二", "丙三", "丁四", "旧名", "仪器"]
    return (
        [door.subject(i, actor=OPERATOR) for i in ids],
        [door.names_of(i, actor=OPERATOR) for i in ids],
        [door.identifiers_of(i, actor=OPERATOR) for i in ids],
        [door.standing_for(i) for i in ids],
        [sorted(door.members_of(i)) for i in ids],
        facts_by_code(codes),
        [door.search(text) for text in texts],
    )


class RoundTrip(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4), st.data())
    def test_undoing_merges_in_any_possible_order_restores_what_was_seen(
        self, pairs: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        names = ["甲一仪器有限公司", "乙二仪器有限公司", "丙三仪器有限公司", "丁四仪器有限公司"]
        ids = [enter(n, name) for n, name in enumerate(names, 1)]
        door.rename(subject_id=ids[1], name="乙二新仪器有限公司", valid_from=DAY, actor=OPERATOR, now=NOW)
        before = look(ids)
        open_merges = []
        for kept, absorbed in pairs:
            try:
                open_merges.append(join(ids[kept], ids[absorbed]))
            except NotPossible:
                continue
        for merge_id in data.draw(st.permutations(open_merges)):
            door.undo_merge(merge_id=merge_id, reason="误合并", actor=OPERATOR, now=NOW)
        assert look(ids) == before
        assert problems() == []
