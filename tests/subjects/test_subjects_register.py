"""Entering, renaming and re-coding subjects: effect, ledger, and nothing on refusal."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from subject_cast import DAY, NOBODY, OPERATOR, code, firm, problems, registration

from xinheng.kernel.actor import PUBLIC
from xinheng.ledger.models import Run
from xinheng.ledger.values import NotAllowed
from xinheng.subjects import door, models
from xinheng.subjects.values import (
    CodeTaken,
    IdentifierState,
    RegisterState,
    Scheme,
    SubjectInvalid,
    SubjectKind,
    SubjectUnknown,
)

pytestmark = pytest.mark.django_db


def test_a_registered_subject_is_found_by_every_code(now: datetime) -> None:
    draft = firm(1, more_codes=((Scheme.GS15, registration(1)),))
    entered = door.register_subject(draft=draft, actor=OPERATOR, now=now)
    for given in (code(1), registration(1), f" {code(1).lower()}"):
        page = door.by_code(given, actor=PUBLIC)
        assert page is not None
        assert (page.id, page.state) == (entered.subject_id, RegisterState.REGISTERED)
    assert problems() == []


def test_entering_needs_the_permission_and_leaves_nothing_without(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        door.register_subject(draft=firm(1), actor=NOBODY, now=now)
    assert not models.Subject.objects.exists()
    assert not Run.objects.exists()


def test_a_code_is_registered_once(now: datetime) -> None:
    door.register_subject(draft=firm(1), actor=OPERATOR, now=now)
    runs = Run.objects.count()
    with pytest.raises(CodeTaken):
        door.register_subject(draft=firm(1, "另一家有限公司"), actor=OPERATOR, now=now)
    assert models.Subject.objects.count() == 1
    assert Run.objects.count() == runs


def test_a_further_code_of_another_subject_refuses_the_whole_entry(now: datetime) -> None:
    more = ((Scheme.GS15, registration(1)),)
    door.register_subject(draft=firm(1, more_codes=more), actor=OPERATOR, now=now)
    with pytest.raises(CodeTaken):
        door.register_subject(draft=firm(2, more_codes=more), actor=OPERATOR, now=now)
    assert door.by_code(code(2), actor=PUBLIC) is None
    assert door.search(firm(2).name).items == ()


def test_a_provisional_subject_says_where_it_comes_from(now: datetime) -> None:
    made = door.make_provisional(draft=firm(1, source="示例区市场监管局 第3批"), actor=OPERATOR, now=now)
    page = door.subject(made.subject_id, actor=OPERATOR)
    assert (page.state, page.source) == (RegisterState.PROVISIONAL, "示例区市场监管局 第3批")
    assert [one.id for one in door.provisional(actor=OPERATOR).items] == [made.subject_id]
    assert door.provisional(actor=PUBLIC).items == ()


def test_a_known_code_makes_no_second_provisional_subject(now: datetime) -> None:
    first = door.make_provisional(draft=firm(1), actor=OPERATOR, now=now)
    second = door.make_provisional(draft=firm(1, "写法不同有限公司"), actor=OPERATOR, now=now)
    assert second.subject_id == first.subject_id
    assert models.Subject.objects.count() == 1


def test_the_register_confirms_a_provisional_subject_and_corrects_its_name(now: datetime) -> None:
    made = door.make_provisional(draft=firm(1, "写错的仪器有限公司"), actor=OPERATOR, now=now)
    draft = firm(1, "写对的仪器有限公司", kind=SubjectKind.OTHER_ORGANISATION)
    entered = door.register_subject(draft=draft, actor=OPERATOR, now=now)
    assert (entered.subject_id, entered.confirmed) == (made.subject_id, True)
    page = door.subject(made.subject_id, actor=PUBLIC)
    assert (page.name, page.kind) == ("写对的仪器有限公司", SubjectKind.OTHER_ORGANISATION)
    everybody = door.history_of(made.subject_id, actor=PUBLIC)
    assert [entry.name for entry in everybody.names] == [draft.name]
    assert len(everybody.identifiers) == 1
    office = door.names_of(made.subject_id, actor=OPERATOR)
    assert {entry.name for entry in office} == {draft.name, "写错的仪器有限公司"}
    assert door.search("写错", reach=door.WHOLE).items == ()
    assert problems() == []


def test_a_provisional_subject_has_no_name_of_its_own_to_change(now: datetime) -> None:
    made = door.make_provisional(draft=firm(1), actor=OPERATOR, now=now).subject_id
    with pytest.raises(SubjectInvalid, match="待登记核实"):
        door.rename(subject_id=made, name="新名有限公司", valid_from=DAY, actor=OPERATOR, now=now)
    assert [entry.name for entry in door.names_of(made, actor=OPERATOR)] == [firm(1).name]
    assert problems() == []


def test_a_former_name_stays_in_the_history_and_is_found(now: datetime) -> None:
    subject_id = door.register_subject(
        draft=firm(1, "旧星河仪器有限公司"), actor=OPERATOR, now=now - timedelta(days=10)
    ).subject_id
    door.rename(subject_id=subject_id, name="新蜀化工有限公司", valid_from=DAY, actor=OPERATOR, now=now)
    names = door.names_of(subject_id, actor=PUBLIC)
    assert [(entry.name, entry.valid_to) for entry in names] == [
        ("新蜀化工有限公司", None),
        ("旧星河仪器有限公司", date(2026, 11, 20)),
    ]
    hit = door.search("旧星河").items[0]
    assert (hit.id, hit.name, hit.former_name) == (subject_id, "新蜀化工有限公司", "旧星河仪器有限公司")
    assert door.search("新蜀").items[0].former_name == ""
    assert problems() == []


@pytest.mark.parametrize(
    ("name", "days"), [("甲乙第1号仪器有限公司", 0), ("", 0), ("新名有限公司", 1), ("新名有限公司", -1)]
)
def test_a_rename_that_cannot_be_changes_nothing(now: datetime, name: str, days: int) -> None:
    subject_id = door.register_subject(draft=firm(1), actor=OPERATOR, now=now).subject_id
    with pytest.raises(SubjectInvalid):
        door.rename(subject_id=subject_id, name=name, valid_from=DAY + timedelta(days=days), actor=OPERATOR, now=now)
    assert [entry.name for entry in door.names_of(subject_id, actor=PUBLIC)] == [firm(1).name]
    assert problems() == []


def test_an_old_code_leads_to_the_subject_as_an_alias(now: datetime) -> None:
    subject_id = door.register_subject(
        draft=firm(1, scheme=Scheme.GS15, code=registration(1)), actor=OPERATOR, now=now
    ).subject_id
    door.change_code(subject_id=subject_id, scheme=Scheme.USCC, code=code(1), valid_from=DAY, actor=OPERATOR, now=now)
    found = [door.by_code(given, actor=PUBLIC) for given in (registration(1), code(1))]
    assert [page.id for page in found if page] == [subject_id, subject_id]
    states = {entry.value: entry.state for entry in door.identifiers_of(subject_id, actor=PUBLIC)}
    assert states == {registration(1): IdentifierState.ALIAS, code(1): IdentifierState.CURRENT}
    assert problems() == []


def test_the_code_of_another_subject_is_not_taken_over(now: datetime) -> None:
    door.register_subject(draft=firm(1), actor=OPERATOR, now=now)
    second = door.register_subject(draft=firm(2), actor=OPERATOR, now=now).subject_id
    with pytest.raises(CodeTaken):
        door.change_code(subject_id=second, scheme=Scheme.USCC, code=code(1), valid_from=DAY, actor=OPERATOR, now=now)
    assert door.subject(second, actor=PUBLIC).code == code(2)


def test_an_unknown_subject_is_unknown() -> None:
    with pytest.raises(SubjectUnknown):
        door.subject(404, actor=OPERATOR)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM subjects_subject",
        "DELETE FROM subjects_identifier",
        "DELETE FROM subjects_name",
        "UPDATE subjects_identifier SET value = 'X'",
        "UPDATE subjects_name SET name = 'X'",
        "UPDATE subjects_subject SET kind = 'natural_person', scheme = '', code = '', name = '', written = ''",
        "UPDATE subjects_subject SET name = ''",
        "INSERT INTO subjects_identifier (subject_id, scheme, value, lookup, value_token, state, valid_from, run_id, "
        "run_index) SELECT subject_id, scheme, value, lookup, value_token, state, valid_from, run_id, 99 "
        "FROM subjects_identifier",
    ],
)
def test_the_database_refuses_by_itself(now: datetime, statement: str) -> None:
    door.register_subject(draft=firm(1), actor=OPERATOR, now=now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
