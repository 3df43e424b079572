"""The applicant's steps: submitting an objection, supplying what was asked for, dropping it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from xinheng.accounts.door import active_units
from xinheng.accounts.values import UnitKind
from xinheng.catalogue.door import current_edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.ledger.values import NotAllowed
from xinheng.members.values import Scope
from xinheng.objections.models import Objection
from xinheng.objections.operations.marking import contested_no_more, show_again
from xinheng.objections.values import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_STATEMENT,
    OPEN_AT_MOST,
    OWN_AT_MOST,
    AlreadySubmitted,
    Handled,
    ObjectionDraft,
    ObjectionInvalid,
    Outcome,
    Submitted,
    TooMany,
)
from xinheng.procedures.door import Taking, cases_in_own_name, new_secret, number_by_secret, open_case, take
from xinheng.procedures.values import CaseDraft, PartyDraft, Side
from xinheng.publicity import door as publicity
from xinheng.records.door import record as own_record
from xinheng.records.door import versions_by_ids
from xinheng.storage.locks import lock

_ONCE = re.compile(r"[0-9a-f]{32}")


@operation(code="objections.submitted", needs=None)
def submit(*, draft: ObjectionDraft, actor: Actor, now: datetime) -> Submitted:
    """Object to a record that is shown to the public. Nobody needs an account; number and secret open the case to whoever has them.

    Who acts for a subject objects in its name to any record of it, also one that nobody is shown, and follows the case with the account.
    Cost: about thirty queries. Raises: ObjectionInvalid, NotPublic, RecordUnknown, NotAllowed, TooMany; AlreadySubmitted where the same
    form came before.
    """
    on = legal_date(now)
    _may_apply(actor)
    _check(draft)
    lock(f"objections {draft.record_id}")
    secret = new_secret(f"{draft.record_id}:{draft.once}" if draft.once else "")
    if draft.once and (before := number_by_secret(secret)) is not None:
        raise AlreadySubmitted(Submitted(*before, draft.record_id, draft.about, secret))
    matter = _matter(draft.record_id, actor, on)
    _require_room(draft.record_id, actor)
    parties = (
        # The record's own subject: where a merge is undone, its cases go with it.
        PartyDraft(Side.APPLICANT, subject_id=matter.subject_id if actor.kind == "member" else None),
        PartyDraft(Side.SOURCE, unit_id=matter.unit_id),
        PartyDraft(Side.CENTRE, unit_id=_centre(on)),
    )
    # The document's number and the item's name say what it is about; whom it is about stands in the record alone.
    title = f"{matter.item_name} {matter.document_number}".strip()
    case = CaseDraft(title, matter.subject_id, parties, secret)
    texts = {"statement": draft.statement.strip(), "name": draft.name.strip(), "contact": draft.contact.strip()}
    opened = open_case("objection", case, Taking(texts=texts), actor=actor, now=now, on=on)
    Objection(
        case_id=opened.case_id, record_id=draft.record_id, version_id=matter.version_id, about=draft.about.value
    ).save()
    return Submitted(opened.case_id, opened.number, draft.record_id, draft.about, secret)


@operation(code="objections.supplied", needs=None)
def supply(*, case_id: int, text: str, secret: str = "", actor: Actor, now: datetime) -> Handled:
    """Supply what was asked for; the time limits go on. Cost: about fifteen queries.

    Raises: CaseUnknown, StepConflict, ObjectionInvalid.
    """
    _may_apply(actor)
    if is_blank(text) or len(text) > LONGEST_STATEMENT:
        raise ObjectionInvalid(
            "objections.statement",
            f"补充说明不能为空，最多 {LONGEST_STATEMENT} 个字（现有 {len(text)} 个）",
            field="text",
        )
    taking = Taking(texts={"statement": text.strip()}, secret=secret)
    moved = take(case_id, "supply", taking, actor=actor, now=now, on=legal_date(now))
    row = Objection.objects.get(case_id=case_id)
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


@operation(code="objections.dropped", needs=None)
def drop(*, case_id: int, secret: str = "", actor: Actor, now: datetime) -> Handled:
    """Drop an objection: the record is no longer contested by it. Cost: about twenty queries. Raises: CaseUnknown, StepConflict."""
    on = legal_date(now)
    _may_apply(actor)
    moved = take(case_id, "drop", Taking(secret=secret), actor=actor, now=now, on=on)
    row = Objection.objects.select_related("case").get(case_id=case_id)
    ended(row, Outcome.DROPPED, now=now, on=on)
    return Handled(case_id, moved.number, row.record_id, moved.step, moved.state, row.outcome)


def ended(row: Objection, outcome: Outcome, *, now: datetime, on: date) -> None:
    """Enter how it ended, and lift what only held while it was open."""
    contested_no_more(row, now=now, on=on)
    if outcome is not Outcome.UNVERIFIABLE:
        show_again(row, now=now, on=on)
    row.outcome = outcome.value
    row.save()


@dataclass(frozen=True, slots=True)
class _Matter:
    """The record objected to, in the version of that day."""

    version_id: int
    subject_id: int
    unit_id: int
    item_name: str
    document_number: str


def _matter(record_id: int, actor: Actor, on: date) -> _Matter:
    """What an objection is about: for the public what is shown, for the subject itself whatever is in its archive."""
    if actor.kind == "member":
        version = own_record(record_id, actor=actor).current
        name = current_edition(on).item(version.item).name
    else:
        shown = publicity.record(record_id, on=on)
        version, name = versions_by_ids([shown.version_id])[shown.version_id], shown.item_name
    return _Matter(version.id, version.subject_id, version.unit_id, name, version.core.document_number)


def _require_room(record_id: int, actor: Actor) -> None:
    """Raises: TooMany. Strangers' objections never take the room of the subject's own."""
    cases = list(Objection.objects.filter(record_id=record_id, outcome="").values_list("case_id", flat=True))
    own = cases_in_own_name(cases)
    taken, most = (own, OWN_AT_MOST) if actor.kind == "member" else (len(cases) - own, OPEN_AT_MOST)
    if taken >= most:
        raise TooMany(most)


def _may_apply(actor: Actor) -> None:
    if actor.kind == "member" and not actor.may(Scope.APPLY.permission):
        raise NotAllowed("objections.submitted", Scope.APPLY.permission)


def _centre(on: date) -> int:
    found = [unit for unit in active_units(on) if unit.kind is UnitKind.CREDIT_CENTRE]
    if not found:
        raise ObjectionInvalid("objections.no_centre", "本地区没有登记信用中心，无法受理异议，请联系平台运营单位")
    return found[0].id


def _check(draft: ObjectionDraft) -> None:
    if draft.once and not _ONCE.fullmatch(draft.once):
        raise ObjectionInvalid("objections.once", "表单不完整，请重新打开页面再提交一次")
    for field, name, text, most, needed in (
        ("statement", "异议说明", draft.statement, LONGEST_STATEMENT, True),
        ("name", "姓名或名称", draft.name, LONGEST_NAME, True),
        ("contact", "联系方式", draft.contact, LONGEST_CONTACT, False),
    ):
        if needed and is_blank(text):
            raise ObjectionInvalid(f"objections.{field}", f"请填写{name}", field=field)
        if len(text) > most:
            raise ObjectionInvalid(f"objections.{field}", f"{name}有 {len(text)} 个字，最多 {most} 个字", field=field)
