"""Entering public subjects, their names and codes over time."""

from datetime import date, datetime, timedelta

from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import trimmed
from xinheng.kernel.dates import legal_date
from xinheng.kernel.names import comparison_form
from xinheng.ledger.door import operation
from xinheng.subjects import rules
from xinheng.subjects.load.create import hold_codes
from xinheng.subjects.load.facts import facts_by_code
from xinheng.subjects.load.index import reindex
from xinheng.subjects.models import Identifier, Name, Subject, seen
from xinheng.subjects.values import (
    CodeChanged,
    CodeTaken,
    IdentifierState,
    NameChanged,
    RegisterState,
    Scheme,
    SubjectDraft,
    SubjectEntered,
    SubjectInvalid,
    SubjectKind,
    SubjectRestated,
    SubjectUnknown,
)

RESTATED = ("industry", "division", "founded", "address")
"""What a register says of a subject besides name and code."""


@operation(code="subjects.registered", needs="subjects.manage")
def register_subject(*, draft: SubjectDraft, actor: Actor, now: datetime) -> SubjectEntered:
    """Enter a subject as its register states it. A provisional subject with that code becomes the registered one.

    From then on the register's name and code hold, from this day: what was reported before, and since when, ends here and is shown
    to nobody who was not to know of it (`load.reported.ended_by_register`).
    Further codes that belong to another subject are refused. Cost: about ten queries and the ledger's.
    Raises: SubjectInvalid, CodeTaken (also when it is registered already).
    """
    draft = rules.checked(draft)
    on = legal_date(now)
    hold_codes()
    known = _holder(draft.scheme, draft.code)
    if known is None:
        row = _insert(draft, RegisterState.REGISTERED, on)
        return SubjectEntered(row.id, draft.kind, row.code, RegisterState.REGISTERED)
    if known.register_state != RegisterState.PROVISIONAL:
        raise CodeTaken(draft.scheme, draft.code)
    _end_name(known, draft.name, on)
    _end_code(known, on)
    known.kind, known.name, known.written = draft.kind, draft.name, comparison_form(draft.name)
    known.scheme, known.code = draft.scheme, draft.code
    known.register_state, known.source = RegisterState.REGISTERED, draft.source
    known.division, known.industry = draft.division, draft.industry
    known.founded, known.address = draft.founded, draft.address
    known.save()
    _save_code(known, draft.scheme, draft.code, on)
    _add_codes(known, draft.more_codes, on)
    reindex([known.id])
    return SubjectEntered(known.id, draft.kind, known.code, RegisterState.REGISTERED, confirmed=True)


@operation(code="subjects.restated", needs="subjects.manage")
def restate(*, subject_id: int, draft: SubjectDraft, valid_from: date, actor: Actor, now: datetime) -> SubjectRestated:
    """Bring a registered subject to what its register states now: name (the former one stays in its history), industry, division,
    day of foundation, address. What the draft leaves empty stays as it is; code and kind do not change here.

    `valid_from` is the day the register confirmed the change; a name never begins before the present one did.
    Cost: about six queries and the ledger's. Raises: SubjectUnknown, SubjectInvalid (a provisional or merged subject, a day to come).
    """
    hold_codes()
    row = standing_row(subject_id)
    draft = rules.checked(draft)
    if row.register_state == RegisterState.PROVISIONAL or (row.scheme, row.code) != (draft.scheme, draft.code):
        raise SubjectInvalid(
            "subjects.unregistered", "该主体尚未登记，或登记代码不同；请先核实登记", field="subject_id"
        )
    _check_day(valid_from, legal_date(now))
    former = row.name
    if draft.name != former:
        began = Name.objects.filter(seen(), subject=row, valid_to=None).values_list("valid_from", flat=True)
        _end_name(row, draft.name, max([valid_from, *began]))
        row.name, row.written = draft.name, comparison_form(draft.name)
    for name in RESTATED:
        setattr(row, name, getattr(draft, name) or getattr(row, name))
    row.source = draft.source
    row.save()
    if draft.name != former:
        reindex([row.id])
    return SubjectRestated(row.id, former, draft.name, valid_from)


@operation(code="subjects.provisional_made", needs="records.enter")
def make_provisional(*, draft: SubjectDraft, actor: Actor, now: datetime) -> SubjectEntered:
    """Make a provisional subject for a valid code that leads nowhere; its source says who reported it.

    A code that leads somewhere by now gives that subject; one that was merged before any register knew it still gives itself. Another
    name for a provisional one is kept beside the others, so that whoever reported it finds it by that name. The answer is the same
    whether somebody else's record made the subject before.
    Cost: about eight queries and the ledger's. Raises: SubjectInvalid.
    """
    draft = rules.checked(draft)
    hold_codes()
    known = facts_by_code([(draft.scheme, draft.code)]).get((draft.scheme, draft.code))
    if known is not None:
        if known.state is not RegisterState.PROVISIONAL:
            return SubjectEntered(known.id, known.kind, known.code, known.state)
        _also_named(known.entry, draft.name, legal_date(now))
        return SubjectEntered(known.entry, draft.kind, draft.code, RegisterState.PROVISIONAL)
    row = _insert(draft, RegisterState.PROVISIONAL, legal_date(now))
    return SubjectEntered(row.id, draft.kind, row.code, RegisterState.PROVISIONAL)


@operation(code="subjects.renamed", needs="subjects.manage")
def rename(*, subject_id: int, name: str, valid_from: date, actor: Actor, now: datetime) -> NameChanged:
    """Give a public subject a new name from a day on; the old one stays in its history and is still found.

    Cost: about six queries and the ledger's.
    Raises: SubjectUnknown, SubjectInvalid (the same name, a person, a provisional subject, a day before the present name began or in
    the future).
    """
    hold_codes()
    row = standing_row(subject_id)
    name = trimmed(name)
    if row.register_state == RegisterState.PROVISIONAL:
        # It has no name of its own: each reader sees what the records say that this reader may see.
        raise SubjectInvalid(
            "subjects.unregistered", "该主体待登记核实，还没有登记名称；请先核实登记", field="subject_id"
        )
    if row.kind == SubjectKind.NATURAL_PERSON or not name or len(name) > 200:
        raise SubjectInvalid("subjects.name", "名称应为 1 至 200 个字，且主体不是自然人", field="name")
    if name == row.name:
        raise SubjectInvalid("subjects.name_same", f"主体名称已经是“{name}”", field="name")
    _check_day(valid_from, legal_date(now))
    former = row.name
    _end_name(row, name, valid_from)
    row.name, row.written = name, comparison_form(name)
    row.save()
    reindex([row.id])
    return NameChanged(row.id, former, name, valid_from)


@operation(code="subjects.code_changed", needs="subjects.manage")
def change_code(
    *, subject_id: int, scheme: Scheme, code: str, valid_from: date, actor: Actor, now: datetime
) -> CodeChanged:
    """Give a public subject the code it goes by from a day on; the old one stays as an alias.

    Cost: about seven queries and the ledger's. Raises: SubjectUnknown, SubjectInvalid, CodeTaken.
    """
    hold_codes()
    row = standing_row(subject_id)
    if row.kind == SubjectKind.NATURAL_PERSON:
        raise SubjectInvalid("subjects.kind", "自然人没有公开代码", field="subject_id")
    code = rules.public_code(scheme, code)
    if (scheme, code) == (row.scheme, row.code):
        raise SubjectInvalid("subjects.code_same", f"主体的代码已经是“{code}”", field="code")
    _check_day(valid_from, legal_date(now))
    holder = _holder(scheme, code)
    if holder is not None and holder.id != row.id:
        raise CodeTaken(scheme, code)
    _end_code(row, valid_from)
    mine = Identifier.objects.filter(seen(), subject=row, scheme=scheme, lookup=code, state=IdentifierState.CURRENT)
    if not mine.exists():
        _save_code(row, scheme, code, valid_from)
    former, row.scheme, row.code = row.code, scheme, code
    row.save()
    return CodeChanged(row.id, former, code, valid_from)


def standing_row(subject_id: int) -> Subject:
    """The row of a visible subject that was not merged.

    Raises: SubjectUnknown, SubjectInvalid for a merged one.
    """
    row: Subject | None = Subject.objects.filter(seen(), id=subject_id).first()
    if row is None:
        raise SubjectUnknown(subject_id)
    if row.merged_into_id is not None:
        raise SubjectInvalid("subjects.merged", f"该主体已并入编号为 {row.merged_into_id} 的主体，请对后者办理")
    return row


def _insert(draft: SubjectDraft, state: RegisterState, on: date) -> Subject:
    row = Subject(
        kind=draft.kind,
        scheme=draft.scheme,
        code=draft.code,
        name=draft.name,
        written=comparison_form(draft.name),
        register_state=state,
        source=draft.source,
        division=draft.division,
        industry=draft.industry,
        founded=draft.founded,
        address=draft.address,
    )
    row.save()
    _save_code(row, draft.scheme, draft.code, on)
    _add_codes(row, draft.more_codes, on)
    _save_name(row, draft.name, on)
    reindex([row.id])
    return row


def _add_codes(row: Subject, codes: tuple[tuple[Scheme, str], ...], on: date) -> None:
    for scheme, code in dict.fromkeys(codes):
        holder = _holder(scheme, code)
        if holder is not None and holder.id != row.id:
            raise CodeTaken(scheme, code)
        if not Identifier.objects.filter(seen(), subject=row, scheme=scheme, lookup=code).exists():
            _save_code(row, scheme, code, on)


def _holder(scheme: Scheme, code: str) -> Subject | None:
    """The subject whose current or old code this is; a merged one leads on to the one that stands."""
    identifier = (
        Identifier.objects.filter(seen(), seen("subject__"), scheme=scheme, lookup=code)
        .order_by("-state", "id")
        .select_related("subject")
        .first()
    )
    if identifier is None:
        return None
    row: Subject = identifier.subject
    while row.merged_into_id is not None:
        row = Subject.objects.get(id=row.merged_into_id)
    return row


def _save_code(row: Subject, scheme: Scheme, code: str, on: date) -> None:
    """Give a code that nobody holds, or one that the subject absorbed: that one's ends, and the code is the register's from now on."""
    for absorbed in Identifier.objects.filter(seen(), scheme=scheme, lookup=code, state=IdentifierState.CURRENT):
        absorbed.state, absorbed.valid_to = IdentifierState.ALIAS, max(absorbed.valid_from, on)
        absorbed.save(update_fields=["state", "valid_to"])
    Identifier(subject=row, scheme=scheme, value=code, lookup=code, state=IdentifierState.CURRENT, valid_from=on).save()


def _save_name(row: Subject, name: str, on: date) -> None:
    Name(subject=row, name=name, written=comparison_form(name), valid_from=on).save()


def _also_named(subject_id: int, name: str, on: date) -> None:
    if not Name.objects.filter(seen(), subject_id=subject_id, written=comparison_form(name)).exists():
        _save_name(Subject.objects.get(id=subject_id), name, on)
        reindex([subject_id])


def _end_name(row: Subject, name: str, on: date) -> None:
    """The present name ends the day before `on`, the new one begins."""
    for present in Name.objects.filter(seen(), subject=row, valid_to=None):
        _check_order(on, present.valid_from)
        present.valid_to = max(present.valid_from, on - timedelta(days=1))
        present.save(update_fields=["valid_to"])
    _save_name(row, name, on)


def _end_code(row: Subject, on: date) -> None:
    for present in Identifier.objects.filter(
        seen(), subject=row, scheme=row.scheme, lookup=row.code, state=IdentifierState.CURRENT
    ):
        _check_order(on, present.valid_from)
        present.state = IdentifierState.ALIAS
        present.valid_to = max(present.valid_from, on - timedelta(days=1))
        present.save(update_fields=["state", "valid_to"])


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise SubjectInvalid("subjects.day", f"生效日 {day} 晚于今天 {today}；应为今天或之前的日期", field="valid_from")


def _check_order(day: date, began: date) -> None:
    if day < began:
        raise SubjectInvalid(
            "subjects.day", f"生效日 {day} 早于现有名称或代码的起始日 {began}；应为该日或之后的日期", field="valid_from"
        )
