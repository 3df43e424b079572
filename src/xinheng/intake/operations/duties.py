"""Duties: which unit owes which item from when, and who answers for it; and the nil report that nothing was there to hand in."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from xinheng.accounts.door import actor_by_login, may_see_unit, unit
from xinheng.accounts.values import PersonUnknown, Unit
from xinheng.catalogue.door import current_edition
from xinheng.intake import models
from xinheng.intake.queries.quality import COUNTED
from xinheng.intake.rules.quality import TAKEN, first_of, last_of
from xinheng.intake.values.duties import (
    ContactDraft,
    ContactRole,
    DutiesSeeded,
    DutyDraft,
    DutyEnded,
    DutySet,
    NilReported,
)
from xinheng.intake.values.errors import DutyUnknown, IntakeInvalid, NotPossible, Settled
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank, trimmed
from xinheng.kernel.dates import legal_date
from xinheng.kernel.masking import mask_identifiers
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock

MANAGE: Final = "intake.manage_duties"
LONGEST_POST: Final = 60
_NUMBER: Final = re.compile(r"\d(?:[\s-]?\d){6,}")
"""Seven figures in a row or more: a telephone or a document, and no post."""


@operation(code="intake.duty_set", needs=MANAGE)
def set_duty(*, draft: DutyDraft, actor: Actor, now: datetime) -> DutySet:
    """Let a unit owe an item from a day on, or change who answers for it; what held until then ends the day before.

    Cost: about ten queries. Raises: UnitUnknown, CatalogueUnknown, IntakeInvalid (a contact is missing, unknown or a number; a day not
    after that from which the present one holds).
    """
    return _set(draft, now)


@operation(code="intake.duty_ended", needs=MANAGE)
def end_duty(*, duty_id: int, until: date, actor: Actor, now: datetime) -> DutyEnded:
    """End a duty with a day, its last. Raises: DutyUnknown, Settled when it has ended, IntakeInvalid for a day before it began."""
    row: models.Duty | None = models.Duty.objects.select_for_update().filter(pk=duty_id).first()
    if row is None:
        raise DutyUnknown(duty_id)
    if row.until is not None:
        raise Settled("intake.duty_ended", f"报送责任 {duty_id} 已于 {row.until} 结束")
    if until < row.since:
        raise IntakeInvalid("intake.duty_until", f"结束日 {until} 早于开始日 {row.since}", field="until")
    row.until = until
    row.save(update_fields=["until"])
    return DutyEnded(row.pk, until)


@operation(code="intake.duties_seeded", needs=MANAGE)
def seed_duties(*, drafts: tuple[DutyDraft, ...], actor: Actor, now: datetime) -> DutiesSeeded:
    """Set the duties a region's profile names, but leave alone every unit and item that has or had one. Raises: as `set_duty`."""
    fresh = never_owed(drafts)
    for draft in fresh:
        _set(draft, now)
    return DutiesSeeded(len(fresh))


def never_owed(drafts: Iterable[DutyDraft]) -> tuple[DutyDraft, ...]:
    """The drafts of units and items about which nothing was ever entered. Cost: one query."""
    known = set(models.Duty.objects.values_list("unit_id", "item"))
    return tuple(draft for draft in drafts if (draft.unit_id, draft.item) not in known)


@operation(code="intake.nil_reported", needs="intake.load")
def report_nil(*, unit_id: int, item: str, month: date, actor: Actor, now: datetime) -> NilReported:
    """Say that a unit had nothing to hand in of an item in a month, on its last day or later.

    Cost: six queries. Raises: NotPossible for a foreign unit, an item the unit does not owe, or records decided in the month;
    IntakeInvalid before the month's last day; Settled when it was said before.
    """
    source, month = unit(unit_id), first_of(month)
    if not may_see_unit(actor, source.path):
        raise NotPossible("intake.foreign_unit", f"“{source.name}”不在您的单位范围内，不能代为零报告")
    said = f"{month:%Y}年{month.month}月"
    owed = models.Duty.objects.filter(
        Q(until=None) | Q(until__gte=month), unit_id=unit_id, item=item, since__lte=last_of(month)
    )
    if not owed.exists():
        raise NotPossible("intake.no_duty", f"“{source.name}”在 {said} 没有报送该信息项的责任，不必零报告")
    if legal_date(now) < last_of(month):
        raise IntakeInvalid("intake.nil_early", f"{said} 还没有结束，最早可在 {last_of(month)} 零报告", field="month")
    # Two at once: the second waits, and is told so.
    lock(f"intake.duty:{unit_id}:{item}")
    if models.NilReport.objects.filter(unit_id=unit_id, item=item, month=month).exists():
        raise Settled("intake.nil_twice", f"“{source.name}”已对 {said} 作过零报告")
    if decided_in(unit_id, item, month):
        raise NotPossible("intake.nil_contradicts", f"{said} 作出的决定已有报送入库，不能再作零报告")
    row = models.NilReport(unit_id=unit_id, item=item, month=month, reported_by_id=_person(actor), reported_at=now)
    row.save()
    return NilReported(row.pk, unit_id, item, month)


def decided_in(unit_id: int, item: str, month: date) -> bool:
    """Whether a unit's record of a decision in a month was taken. Cost: two queries."""
    place = {"unit_id": unit_id, "item": item, "outcome__in": [each.value for each in TAKEN]}
    if models.Tally.objects.filter(**place, act_month=month).exists():
        return True
    span = (month, last_of(month))
    return models.Submission.objects.filter(COUNTED, **place, batch=None, act_date__range=span).exists()


def _set(draft: DutyDraft, now: datetime) -> DutySet:
    owing = unit(draft.unit_id)
    current_edition(legal_date(now)).item(draft.item)
    contacts: dict[str, Any] = {}
    for role in ContactRole:
        contact: ContactDraft = getattr(draft, role.value)
        contacts[f"{role.value}_id"], contacts[f"{role.value}_post"] = _contact(contact, role, owing, now)
    lock(f"intake.duty:{owing.id}:{draft.item}")
    rows = models.Duty.objects.select_for_update().filter(unit_id=owing.id, item=draft.item)
    last = rows.order_by("-since").first()
    if last is not None and (draft.since <= last.since or (last.until is not None and draft.since <= last.until)):
        held = f"{last.since} 起" if last.until is None else f"{last.since} 至 {last.until}"
        raise IntakeInvalid(
            "intake.duty_since", f"“{owing.name}”的该项责任已有 {held} 的登记，新的须从其后的日期开始", field="since"
        )
    if last is not None and last.until is None:
        last.until = draft.since - timedelta(days=1)
        last.save(update_fields=["until"])
    row = models.Duty(unit_id=owing.id, item=draft.item, since=draft.since, **contacts)
    row.save()
    return DutySet(row.pk, owing.id, draft.item, draft.since, last.pk if last else None)


def _contact(contact: ContactDraft, role: ContactRole, owing: Unit, now: datetime) -> tuple[int | None, str]:
    """The account and the post of a contact. An account is of the unit, of one below, or of one above."""
    post = trimmed(contact.post)
    if is_blank(contact.login) and is_blank(post):
        raise IntakeInvalid("intake.contact", f"须写明{role.label}：登录名或职务", field=role.value)
    if len(post) > LONGEST_POST:
        raise IntakeInvalid("intake.contact_post", f"{role.label}的职务最长 {LONGEST_POST} 个字", field=role.value)
    if _NUMBER.search(post) or mask_identifiers(post) != post:
        raise IntakeInvalid(
            "intake.contact_number", f"{role.label}只写职务，不写电话号码、证件号码等个人信息", field=role.value
        )
    login = trimmed(contact.login)
    if not login:
        return None, post
    try:
        found = actor_by_login(login, now=now)
    except PersonUnknown:
        raise _no_account(login, role, owing) from None
    path = found.unit_path or ""
    if not path or not (path.startswith(owing.path) or owing.path.startswith(path)):
        raise _no_account(login, role, owing)
    return found.id, post


def _no_account(login: str, role: ContactRole, owing: Unit) -> IntakeInvalid:
    return IntakeInvalid(
        "intake.contact_account",
        f"{role.label}“{login}”不是“{owing.name}”及其上下级单位的有效账号，请核对登录名或改填职务",
        field=role.value,
    )


def _person(actor: Actor) -> int | None:
    return actor.id if actor.kind in ("person", "service") else None
