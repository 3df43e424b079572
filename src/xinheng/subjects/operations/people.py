"""Natural persons: entering, sealing what is personal, erasing."""

from collections.abc import Mapping
from datetime import date, datetime

from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank, trimmed
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.subjects import rules
from xinheng.subjects.load.create import hold_codes
from xinheng.subjects.load.facts import facts_by_person
from xinheng.subjects.load.index import family
from xinheng.subjects.load.sealing import drop_key, number_hash, seal_many
from xinheng.subjects.models import Identifier, Subject, seen
from xinheng.subjects.values import (
    Denied,
    IdentifierState,
    NotPossible,
    PersonalField,
    PersonDraft,
    PersonEntered,
    PersonErased,
    PersonFound,
    RegisterState,
    SubjectInvalid,
    SubjectKind,
    SubjectUnknown,
)


def ensure_person(*, draft: PersonDraft, actor: Actor, now: datetime) -> PersonFound:
    """Find the natural person with this document number, or make one; inside another operation's transaction.

    The name and the number are sealed either way, and their tokens returned for the record that names them: two spellings of
    a name stay two values. Cost: about eight statements, more when the person is new.
    Raises: SubjectInvalid (never repeating the number), NotAllowed.
    """
    digest = number_hash(draft.scheme, draft.number)
    hold_codes()
    known = facts_by_person([digest]).get(digest)
    created = known is None
    subject_id = known.id if known else enter_person(draft=draft, actor=actor, now=now).subject_id
    field = rules.document_field(draft.scheme)
    number = rules.personal_number(draft.scheme, draft.number)
    tokens = seal_personal(subject_id, {PersonalField.NAME: draft.name, field: number})
    return PersonFound(subject_id, created, tokens[PersonalField.NAME], tokens[field])


@operation(code="subjects.person_entered", needs="records.enter")
def enter_person(*, draft: PersonDraft, actor: Actor, now: datetime) -> PersonEntered:
    """Enter a natural person; neither name nor number reaches the ledger, only tokens and the keyed hash.

    Cost: about eight statements and the ledger's. Raises: SubjectInvalid, also when the person is there already.
    """
    digest = number_hash(draft.scheme, draft.number)
    if is_blank(draft.name):
        raise SubjectInvalid("subjects.name", "姓名没有填写", field="name")
    hold_codes()
    if facts_by_person([digest]):
        raise SubjectInvalid("subjects.person_there", "持有该证件号码的自然人已经登记", field="number")
    row = Subject(kind=SubjectKind.NATURAL_PERSON, register_state=RegisterState.PROVISIONAL, source=draft.source)
    row.save()
    field = rules.document_field(draft.scheme)
    number = rules.personal_number(draft.scheme, draft.number)
    tokens = seal_personal(row.id, {PersonalField.NAME: draft.name, field: number})
    row.name_token = tokens[PersonalField.NAME]
    row.save(update_fields=["name_token"])
    Identifier(
        subject=row,
        scheme=draft.scheme,
        lookup=digest.hex(),
        value_token=tokens[field],
        state=IdentifierState.CURRENT,
        valid_from=legal_date(now),
    ).save()
    return PersonEntered(row.id)


def seal_personal(subject_id: int, values: Mapping[PersonalField, str]) -> dict[PersonalField, str]:
    """Seal personal values of one subject inside another operation's transaction; the token by field, empty for an empty value.

    Any subject has personal values: a company's legal representative is sealed under the company's key.
    Cost: three statements a field. Raises: SubjectUnknown for an erased subject.
    """
    return {field: seal_many([subject_id], field, [trimmed(value)])[0] for field, value in values.items()}


@operation(code="subjects.person_erased", needs="subjects.erase")
def erase_person(*, subject_id: int, reason: str, actor: Actor, now: datetime) -> PersonErased:
    """Destroy the key of a natural person: every sealed value becomes unreadable for ever, and the number finds nobody.

    Rows and proofs stay; they hold tokens, which mean nothing any more. Who is reported again later is a new subject.
    Doubles it absorbed are erased with it. A backup made before still holds the wrapped key: its retention is the operator's duty.
    Cost: six queries and the ledger's. Raises: SubjectUnknown, SubjectInvalid (no reason), NotPossible. Source: 个人信息保护法 art. 47.
    """
    if is_blank(reason) or len(reason) > 300:
        raise SubjectInvalid("subjects.reason", "须写明删除的依据或理由，1 至 300 个字", field="reason")
    hold_codes()
    row = Subject.objects.filter(seen(), id=subject_id).first()
    if row is None:
        raise SubjectUnknown(subject_id)
    decision = rules.may_erase(SubjectKind(row.kind), erased=row.erased_at is not None, merged_into=row.merged_into_id)
    if isinstance(decision, Denied):
        raise NotPossible(decision)
    ids = family(row.id)
    for one in Subject.objects.filter(seen(), id__in=ids, erased_at=None):
        drop_key(one.id)
        _forget_numbers(one, legal_date(now))
        one.erased_at, one.name_token = now, ""
        one.save()
    return PersonErased(row.id, len(ids), trimmed(reason))


def _forget_numbers(row: Subject, on: date) -> None:
    for identifier in Identifier.objects.filter(seen(), subject=row):
        identifier.lookup, identifier.value_token = "", ""
        identifier.state, identifier.valid_to = IdentifierState.ALIAS, max(identifier.valid_from, on)
        identifier.save()
