"""The bulk entry: equal to the single one, invisible until ready, settled, cleared."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from subject_cast import DAY, NOBODY, OPERATOR, code, firm, person, problems, registration, resident_number

from xinheng.kernel.actor import PUBLIC
from xinheng.ledger.load import OpenRun, clear_leaves, close_run, drop_run, open_run
from xinheng.ledger.models import Leaf, Run
from xinheng.ledger.values import NotAllowed
from xinheng.subjects import batch, door, models
from xinheng.subjects.load.clear import clear_run
from xinheng.subjects.load.create import Draft, create_subjects
from xinheng.subjects.load.facts import facts_by_code, facts_by_id, facts_by_person
from xinheng.subjects.load.sealing import number_hash, seal_many
from xinheng.subjects.load.settle import settle
from xinheng.subjects.values import NotPossible, PersonalField, RegisterState, Scheme, SubjectInvalid, SubjectUnknown

pytestmark = pytest.mark.django_db

INSPECTOR = OPERATOR.for_purpose("administrative_inspection")
USCC = Scheme.USCC


def opened(now: datetime) -> OpenRun:
    return open_run(code="tests.load", actor=OPERATOR, now=now, on=DAY)


def create(run: OpenRun, drafts: list[Draft], start: int = 0) -> Any:
    with transaction.atomic():
        return create_subjects(run, start, drafts, on=DAY)


def show(run: OpenRun, leaves: int, now: datetime) -> int:
    with transaction.atomic():
        leaves += settle(run, leaves, now=now)
        close_run(run, count=leaves, payload={})
    return leaves


def rows_of(model: Any) -> list[tuple[Any, ...]]:
    """The ledgered values of all rows, ids and what is drawn at random left out."""
    drawn = {"subject", "name_token", "value_token", "source"}
    kept = [i for i, name in enumerate(model.ledger_fields) if name not in drawn]
    found = [[bytes(v) if isinstance(v, memoryview) else v for v in r.ledger_values()] for r in model.objects.all()]
    return sorted((tuple(values[i] for i in kept) for values in found), key=repr)


@contextmanager
def undone() -> Iterator[None]:
    """Take back everything done in the block."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def test_both_ways_in_make_the_same_rows(now: datetime) -> None:
    more = ((Scheme.GS15, registration(1)),)
    drafts: list[Draft] = [firm(1, more_codes=more, founded=DAY, division="990101", address="某路1号"), person(1)]
    with undone():
        door.make_provisional(draft=drafts[0], actor=OPERATOR, now=now)  # type: ignore[arg-type]
        door.ensure_person(draft=drafts[1], actor=OPERATOR, now=now)  # type: ignore[arg-type]
        one_by_one = [rows_of(model) for model in (models.Subject, models.Identifier, models.Name)]
        found_one_by_one = door.search("仪器", reach=door.WHOLE).items[0].code
    run = opened(now)
    made = create(run, drafts)
    show(run, made.leaves, now)
    assert [rows_of(model) for model in (models.Subject, models.Identifier, models.Name)] == one_by_one
    assert door.search("仪器", reach=door.WHOLE).items[0].code == found_one_by_one == code(1)
    assert problems() == []


def test_bulk_sealed_values_are_those_of_single_sealing(now: datetime) -> None:
    run = opened(now)
    made = create(run, [person(1), person(2, "钱某某")])
    show(run, made.leaves, now)
    tokens = [models.Subject.objects.get(id=i).name_token for i in made.ids]
    with transaction.atomic():
        again = [
            door.seal_personal(i, {PersonalField.NAME: n}) for i, n in zip(made.ids, ["赵某某", "钱某某"], strict=True)
        ]
    assert [one[PersonalField.NAME] for one in again] == tokens
    shown = [door.subject(i, actor=INSPECTOR).name for i in made.ids]
    assert shown == ["赵某某", "钱某某"]


def test_nothing_of_a_run_that_is_not_ready_is_seen_by_any_query(now: datetime) -> None:
    run = opened(now)
    made = create(run, [firm(1), person(1)])
    firm_id, person_id = made.ids
    assert door.by_code(code(1), actor=INSPECTOR) is None
    assert door.by_code(resident_number(1), actor=INSPECTOR) is None
    for subject_id in made.ids:
        for query in (door.subject, door.names_of, door.identifiers_of, door.merges_of):
            with pytest.raises(SubjectUnknown):
                query(subject_id, actor=INSPECTOR)
    assert door.facts(made.ids, actor=INSPECTOR) == {}
    assert facts_by_id(made.ids) == {}
    assert facts_by_code([(USCC, code(1))]) == {}
    assert facts_by_person([number_hash(Scheme.ID18, resident_number(1))]) == {}
    assert door.provisional(actor=INSPECTOR).items == ()
    for text in (code(1), firm(1).name, "仪器", "甲乙"):
        assert door.search(text, reach=door.WHOLE).items == ()
    show(run, made.leaves, now)
    assert door.subject(firm_id, actor=OPERATOR).code == code(1)
    assert [hit.id for hit in door.search("仪器", reach=door.WHOLE).items] == [firm_id]
    assert door.subject(person_id, actor=OPERATOR).name == "赵*"


def test_a_load_sees_its_own_rows_and_makes_none_twice(now: datetime) -> None:
    run = opened(now)
    first = create(run, [firm(1), firm(1, "写法不同有限公司"), person(1)])
    second = create(run, [firm(2), firm(1), person(1)], first.leaves)
    assert (first.created, second.created) == (2, 1)
    assert second.ids[1:] == (first.ids[0], first.ids[2])
    assert facts_by_code([(USCC, code(1))], run_id=run.id)[USCC, code(1)].id == first.ids[0]
    show(run, first.leaves + second.leaves, now)
    assert problems() == []


def test_a_known_code_gives_the_subject_that_is_there(now: datetime) -> None:
    known = door.register_subject(draft=firm(1), actor=OPERATOR, now=now).subject_id
    made = create(opened(now), [firm(1), firm(2)])
    assert made.ids[0] == known
    assert made.created == 1


def test_a_draft_that_cannot_be_stops_the_chunk(now: datetime) -> None:
    with pytest.raises(SubjectInvalid):
        create(opened(now), [firm(1), firm(2, name=" ")])
    assert not models.Subject.objects.exists()


def test_a_code_that_became_known_meanwhile_is_settled(now: datetime) -> None:
    run = opened(now)
    made = create(run, [firm(1), firm(2), person(1)])
    typed = door.make_provisional(draft=firm(1, "手工录入有限公司"), actor=OPERATOR, now=now).subject_id
    someone = door.ensure_person(draft=person(1), actor=OPERATOR, now=now).subject_id
    show(run, made.leaves, now)
    assert facts_by_code([(USCC, code(1)), (USCC, code(2))]).keys() == {(USCC, code(1)), (USCC, code(2))}
    assert facts_by_code([(USCC, code(1))])[USCC, code(1)].id == typed
    assert door.standing_for(made.ids[0], reach=door.WHOLE) == typed
    assert door.standing_for(made.ids[2]) == someone
    assert door.search("甲乙第1号", reach=door.WHOLE).items[0].id == typed
    (entry,) = door.merges_of(made.ids[0], actor=OPERATOR)
    assert entry.kept == typed
    assert problems() == []


def test_a_further_code_alone_merges_nobody(now: datetime) -> None:
    run = opened(now)
    shared = (Scheme.GS15, registration(1))
    made = create(run, [firm(1, more_codes=(shared,))])
    typed = door.make_provisional(draft=firm(2, more_codes=(shared,)), actor=OPERATOR, now=now).subject_id
    show(run, made.leaves, now)
    assert door.standing_for(made.ids[0], reach=door.WHOLE) == made.ids[0]
    assert facts_by_code([shared])[shared].id == typed
    assert problems() == []


def test_the_database_refuses_a_load_that_does_not_settle(now: datetime) -> None:
    run = opened(now)
    made = create(run, [firm(1)])
    door.make_provisional(draft=firm(1), actor=OPERATOR, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        close_run(run, count=made.leaves, payload={})
    assert not Run.objects.get(id=run.id).ready


def test_the_merge_a_load_made_is_not_undone(now: datetime) -> None:
    run = opened(now)
    made = create(run, [firm(1)])
    door.make_provisional(draft=firm(1), actor=OPERATOR, now=now)
    show(run, made.leaves, now)
    (entry,) = door.merges_of(made.ids[0], actor=OPERATOR)
    with pytest.raises(NotPossible):
        door.undo_merge(merge_id=entry.id, reason="想拆开", actor=OPERATOR, now=now)


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_clearing_an_abandoned_run_leaves_nothing_of_it_and_all_the_rest(now: datetime, limit: int) -> None:
    kept = door.register_subject(draft=firm(9), actor=OPERATOR, now=now).subject_id
    run = opened(now)
    create(run, [firm(1, more_codes=((Scheme.GS15, registration(1)),)), firm(2), person(1)])
    with transaction.atomic():
        seal_many([kept], PersonalField.NAME, ["孙某某"], batch_id=run.id)
    while clear_run(run.id, limit):
        pass
    while clear_leaves(run, limit):
        pass
    drop_run(run)
    assert list(models.Subject.objects.values_list("id", flat=True)) == [kept]
    assert models.Identifier.objects.count() == models.Name.objects.count() == 1
    assert not models.PersonalValue.objects.exists()
    assert list(models.SubjectKey.objects.values_list("subject_id", flat=True)) == [kept]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subjects_search")
        assert cursor.fetchone() == (1,)
    assert not Leaf.objects.filter(run_id=run.id).exists()
    assert problems() == []


def search_rows() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(grams AS text) FROM subjects_search ORDER BY 1")
        return list(cursor.fetchall())


def test_a_load_keeps_every_name_that_is_reported_of_a_provisional_subject_and_clears_its_own(now: datetime) -> None:
    known = door.make_provisional(draft=firm(1, "手工录入有限公司"), actor=OPERATOR, now=now).subject_id
    before = search_rows()
    run = opened(now)
    create(
        run,
        [firm(1, "另称机械有限公司"), firm(1, "手工录入有限公司"), firm(2, "甲称有限公司"), firm(2, "乙称有限公司")],
    )
    while clear_run(run.id, 1):
        pass
    assert search_rows() == before
    assert [name.name for name in models.Name.objects.all()] == ["手工录入有限公司"]
    again = opened(now)
    made = create(again, [firm(1, "另称机械有限公司"), firm(2, "甲称有限公司"), firm(2, "乙称有限公司")])
    show(again, made.leaves, now)
    for text, subject_id in (("另称", known), ("手工", known), ("甲称", made.ids[1]), ("乙称", made.ids[1])):
        assert [hit.id for hit in door.search(text, reach=door.WHOLE).items] == [subject_id], text
    assert made.ids == (known, made.ids[1], made.ids[1])


def test_a_ready_run_is_not_cleared(now: datetime) -> None:
    run = opened(now)
    made = create(run, [firm(1), person(1)])
    show(run, made.leaves, now)
    assert clear_run(run.id, 1000) == 0
    assert door.subject(made.ids[0], actor=OPERATOR).code == code(1)


def test_a_value_somebody_else_wants_too_outlives_the_abandoned_run(now: datetime) -> None:
    kept = door.register_subject(draft=firm(9), actor=OPERATOR, now=now).subject_id
    run = opened(now)
    with transaction.atomic():
        first = seal_many([kept, kept], PersonalField.NAME, ["孙某某", "李某某"], batch_id=run.id)
        seal_many([kept], PersonalField.NAME, ["孙某某"], batch_id=run.id)
        door.seal_personal(kept, {PersonalField.NAME: "李某某"})
    while clear_run(run.id, 10):
        pass
    views = door.personal(kept, first, INSPECTOR)
    assert [views[token].text for token in first] == ["已删除", "李某某"]


@pytest.mark.parametrize("count", [3, 30])
def test_facts_take_the_same_number_of_queries_for_many_as_for_few(now: datetime, count: int) -> None:
    made = batch.load_register([firm(n) for n in range(1, count + 1)], source="登记簿", actor=OPERATOR, now=now)
    assert made.created == count
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = facts_by_code([(USCC, code(n)) for n in range(1, count + 1)])
    assert len(found) == count
    assert len(queries) == 3


def test_a_register_is_loaded_as_registered_and_known_codes_stay(now: datetime) -> None:
    known = door.make_provisional(draft=firm(1, "手工录入有限公司"), actor=OPERATOR, now=now).subject_id
    seen: list[int] = []
    done = batch.load_register(
        (firm(n) for n in range(1, 4)), source="示例登记簿", actor=OPERATOR, now=now, progress=seen.append
    )
    assert (done.created, done.known, seen) == (2, 1, [3])
    assert door.subject(known, actor=OPERATOR).state is RegisterState.PROVISIONAL
    page = door.by_code(code(2), actor=PUBLIC)
    assert page is not None
    assert page.state is RegisterState.REGISTERED
    assert problems() == []


def test_a_load_of_a_register_that_fails_leaves_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CHUNK", 2)
    with pytest.raises(SubjectInvalid):
        batch.load_register([firm(1), firm(2), firm(3, name=" ")], source="登记簿", actor=OPERATOR, now=now)
    with pytest.raises(NotAllowed):
        batch.load_register([firm(1)], source="登记簿", actor=NOBODY, now=now)
    assert not models.Subject.objects.exists()
    assert not Run.objects.exists()
