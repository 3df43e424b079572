"""Natural persons: found by number, sealed, masked, erased; never found by the public."""

from datetime import datetime

import pytest
from django.db import connection, transaction
from subject_cast import NOBODY, OPERATOR, code, firm, person, problems, resident_number

from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.ledger.models import Leaf, Run
from xinheng.ledger.values import NotAllowed
from xinheng.subjects import door, models
from xinheng.subjects.load.facts import facts_by_person
from xinheng.subjects.load.sealing import number_hash
from xinheng.subjects.values import (
    NotPossible,
    PersonalField,
    PersonDraft,
    PersonFound,
    Scheme,
    SubjectInvalid,
    SubjectUnknown,
)

pytestmark = pytest.mark.django_db

INSPECTOR = OPERATOR.for_purpose("administrative_inspection")


def ensure(draft: PersonDraft, now: datetime) -> PersonFound:
    with transaction.atomic():
        return door.ensure_person(draft=draft, actor=OPERATOR, now=now)


def test_the_same_number_is_the_same_person(now: datetime) -> None:
    first, again = ensure(person(1), now), ensure(person(1), now)
    assert (first.created, again.created) == (True, False)
    assert (first.subject_id, first.name_token, first.number_token) == (
        again.subject_id,
        again.name_token,
        again.number_token,
    )
    assert ensure(person(2), now).subject_id != first.subject_id
    assert problems() == []


def test_an_old_number_of_fifteen_digits_finds_the_same_person(now: datetime) -> None:
    new = resident_number(1)
    old = PersonDraft(Scheme.ID18, new[:6] + new[8:17], "赵某某", "示例")
    assert ensure(old, now).subject_id == ensure(person(1), now).subject_id


def test_a_number_that_cannot_be_enters_nobody(now: datetime) -> None:
    with pytest.raises(SubjectInvalid):
        ensure(PersonDraft(Scheme.ID18, "990101198013010011", "赵某某", "示例"), now)
    assert not models.Subject.objects.exists()


def test_equal_values_give_equal_tokens_within_a_subject_only(now: datetime) -> None:
    one, two = ensure(person(1), now), ensure(person(2), now)
    assert one.name_token != two.name_token
    with transaction.atomic():
        tokens = door.seal_personal(one.subject_id, {PersonalField.NAME: "赵某某", PersonalField.PHONE: ""})
    assert tokens == {PersonalField.NAME: one.name_token, PersonalField.PHONE: ""}


@pytest.mark.parametrize(
    ("actor", "name", "number"),
    [
        (PUBLIC, "赵*", resident_number(1)[:6] + "********" + resident_number(1)[-4:]),
        (OPERATOR, "赵*", resident_number(1)[:6] + "********" + resident_number(1)[-4:]),
        (NOBODY.for_purpose("case"), "赵*", resident_number(1)[:6] + "********" + resident_number(1)[-4:]),
        (INSPECTOR, "赵某某", resident_number(1)),
    ],
)
def test_values_are_in_full_only_with_permission_and_purpose(
    now: datetime, actor: Actor, name: str, number: str
) -> None:
    found = ensure(person(1), now)
    views = door.personal(found.subject_id, [found.name_token, found.number_token, ""], actor)
    assert [views[found.name_token].text, views[found.number_token].text] == [name, number]
    assert {view.masked for view in views.values()} == {actor is not INSPECTOR}


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (PersonalField.DOCUMENT, "E12345678", "E****78"),
        (PersonalField.PHONE, "13800001234", "138****1234"),
        (PersonalField.BANK_ACCOUNT, "6222020000000001234", "****1234"),
        (PersonalField.ADDRESS, "示例区某路1号", "****"),
        (PersonalField.OTHER, "示例", "****"),
    ],
)
def test_each_kind_of_value_is_masked_its_way(field: PersonalField, value: str, shown: str) -> None:
    assert door.masked(field, value) == shown


def test_a_token_of_another_subject_shows_nothing(now: datetime) -> None:
    one, two = ensure(person(1), now), ensure(person(2), now)
    assert door.personal(two.subject_id, [one.name_token], INSPECTOR)[one.name_token].erased


def test_a_person_is_unknown_to_the_public(now: datetime) -> None:
    found = ensure(person(1), now)
    for actor in (PUBLIC, NOBODY):
        with pytest.raises(SubjectUnknown):
            door.subject(found.subject_id, actor=actor)
        with pytest.raises(SubjectUnknown):
            door.identifiers_of(found.subject_id, actor=actor)
        assert door.facts([found.subject_id], actor=actor) == {}
    for text in ("赵某", "赵某某", resident_number(1), found.name_token):
        assert door.search(text).items == ()


def test_a_person_is_found_by_number_only_for_a_purpose(now: datetime) -> None:
    found = ensure(person(1), now)
    assert door.by_code(resident_number(1), actor=OPERATOR) is None
    page = door.by_code(resident_number(1), actor=INSPECTOR)
    assert page is not None
    assert (page.id, page.name, page.code) == (found.subject_id, "赵某某", "")
    assert door.by_code(resident_number(2), actor=INSPECTOR) is None


def test_the_person_sees_the_own_page_in_full(now: datetime) -> None:
    found = ensure(person(1), now)
    oneself = Actor(kind="person", id=9, on_behalf_of=found.subject_id)
    assert door.subject(found.subject_id, actor=oneself).name == "赵某某"
    assert door.identifiers_of(found.subject_id, actor=oneself)[0].value == resident_number(1)


def test_nothing_readable_stands_in_the_database(now: datetime) -> None:
    ensure(person(1), now)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            assert resident_number(1) not in text, table
            assert "赵某某" not in text, table


def test_erasing_makes_one_person_unreadable_while_all_proofs_hold(now: datetime) -> None:
    found, other = ensure(person(1), now), ensure(person(2, "钱某某"), now)
    leaves = Leaf.objects.count()
    door.erase_person(subject_id=found.subject_id, reason="本人依法申请删除", actor=OPERATOR, now=now)
    views = door.personal(found.subject_id, [found.name_token, found.number_token], INSPECTOR)
    assert {(view.text, view.erased) for view in views.values()} == {("已删除", True)}
    assert not models.SubjectKey.objects.filter(subject_id=found.subject_id).exists()
    assert facts_by_person([number_hash(Scheme.ID18, resident_number(1))]) == {}
    assert door.subject(found.subject_id, actor=INSPECTOR).erased
    assert door.personal(other.subject_id, [other.name_token], INSPECTOR)[other.name_token].text == "钱某某"
    assert Leaf.objects.count() > leaves
    assert problems() == []


def test_an_erased_person_takes_no_value_again_and_returns_as_somebody_new(now: datetime) -> None:
    found = ensure(person(1), now)
    door.erase_person(subject_id=found.subject_id, reason="本人依法申请删除", actor=OPERATOR, now=now)
    with pytest.raises(SubjectUnknown), transaction.atomic():
        door.seal_personal(found.subject_id, {PersonalField.NAME: "赵某某"})
    again = ensure(person(1), now)
    assert again.created
    assert again.name_token != found.name_token
    assert problems() == []


def test_doubles_a_person_absorbed_are_erased_with_it(now: datetime) -> None:
    kept = ensure(person(1), now)
    double = ensure(PersonDraft(Scheme.PASSPORT, "E12345678", "赵某某", "示例"), now)
    door.merge(kept=kept.subject_id, absorbed=double.subject_id, reason="同一人", actor=OPERATOR, now=now)
    with pytest.raises(NotPossible):
        door.erase_person(subject_id=double.subject_id, reason="本人申请", actor=OPERATOR, now=now)
    done = door.erase_person(subject_id=kept.subject_id, reason="本人申请", actor=OPERATOR, now=now)
    assert done.entries == 2
    assert not models.PersonalValue.objects.exists()
    assert problems() == []


@pytest.mark.parametrize("erased_is_kept", [True, False])
def test_an_erased_person_is_merged_with_nobody(now: datetime, erased_is_kept: bool) -> None:
    # Whoever was merged into an erased entry could never be erased itself.
    erased = ensure(person(1), now).subject_id
    other = ensure(person(2), now).subject_id
    door.erase_person(subject_id=erased, reason="本人申请", actor=OPERATOR, now=now)
    kept, absorbed = (erased, other) if erased_is_kept else (other, erased)
    with pytest.raises(NotPossible):
        door.merge(kept=kept, absorbed=absorbed, reason="同一人", actor=OPERATOR, now=now)
    assert door.erase_person(subject_id=other, reason="本人申请", actor=OPERATOR, now=now).entries == 1
    assert problems() == []


def test_erasing_is_refused_without_permission_or_for_a_firm(now: datetime) -> None:
    found = ensure(person(1), now)
    firm_id = door.register_subject(draft=firm(1), actor=OPERATOR, now=now).subject_id
    runs = Run.objects.count()
    with pytest.raises(NotAllowed):
        door.erase_person(subject_id=found.subject_id, reason="申请", actor=NOBODY, now=now)
    with pytest.raises(SubjectInvalid):
        door.erase_person(subject_id=found.subject_id, reason="", actor=OPERATOR, now=now)
    with pytest.raises(NotPossible):
        door.erase_person(subject_id=firm_id, reason="申请", actor=OPERATOR, now=now)
    assert Run.objects.count() == runs
    assert door.personal(found.subject_id, [found.name_token], INSPECTOR)[found.name_token].text == "赵某某"


def test_the_representative_of_a_firm_is_sealed_under_the_firm(now: datetime) -> None:
    firm_id = door.register_subject(draft=firm(1), actor=OPERATOR, now=now).subject_id
    with transaction.atomic():
        token = door.seal_personal(firm_id, {PersonalField.NAME: "欧阳某某"})[PersonalField.NAME]
    assert door.personal(firm_id, [token], PUBLIC)[token].text == "欧阳*"
    page = door.by_code(code(1), actor=PUBLIC)
    assert page is not None
    assert page.id == firm_id
