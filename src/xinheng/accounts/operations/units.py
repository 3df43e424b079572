"""Opening, changing and closing units."""

from datetime import date, datetime

from xinheng.accounts import models
from xinheng.accounts.queries.standing import in_force
from xinheng.accounts.queries.units import unit_row
from xinheng.accounts.rules.scope import may_move
from xinheng.accounts.values import (
    AlreadyThere,
    Denied,
    DraftInvalid,
    NotAllowed,
    StillInUse,
    UnitChange,
    UnitChanged,
    UnitClosed,
    UnitDraft,
    UnitOpened,
)
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import legal_date
from xinheng.kernel.identifiers import uscc
from xinheng.kernel.identifiers.verdict import REASON_WORDS
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock

TREE = "accounts.units"
"""The lock of the tree: its changes are rare, and each looks at more than one row."""


@operation(code="accounts.unit_opened", needs="accounts.manage_units")
def open_unit(*, unit: UnitDraft, actor: Actor, now: datetime) -> UnitOpened:
    """Open a unit, active from today.

    Cost: 4 queries and the ledger's. Raises: DraftInvalid, AlreadyThere, UnitUnknown (the parent), NotAllowed.
    """
    lock(TREE)
    row = insert_unit(unit, on=legal_date(now))
    return UnitOpened(row.id, row.code, row.path)


@operation(code="accounts.unit_changed", needs="accounts.manage_units")
def change_unit(*, unit_id: int, change: UnitChange, actor: Actor, now: datetime) -> UnitChanged:
    """Change name, address, telephone or place in the tree; a unit that moves takes all below with it.

    Cost: 3 queries, and one a unit that moves. Raises: UnitUnknown, DraftInvalid, NotAllowed.
    """
    lock(TREE)
    row = unit_row(unit_id)
    _check_words(change.name)
    parent = _active_parent(change.parent_id, legal_date(now))
    decision = may_move(row.path, new_parent_path=parent.path if parent else None)
    if isinstance(decision, Denied):
        raise NotAllowed(decision)
    before = row.path
    row.name, row.address, row.telephone = change.name, change.address, change.telephone
    row.parent, row.path = parent, _path(parent, row.id)
    row.save()
    moved = _move_below(before, row.path) if row.path != before else 0
    return UnitChanged(row.id, row.path, moved)


@operation(code="accounts.unit_closed", needs="accounts.manage_units")
def close_unit(*, unit_id: int, last_day: date, actor: Actor, now: datetime) -> UnitClosed:
    """Close a unit: `last_day` is the last it is active. Its accounts and the units below must have been closed before.

    Cost: 4 queries. Raises: UnitUnknown, DraftInvalid, StillInUse, NotAllowed.
    """
    lock(TREE)
    row = unit_row(unit_id)
    if row.active_to is not None:
        raise AlreadyThere("accounts.unit_closed", f"单位“{row.name}”已停用，最后一日为 {row.active_to}")
    if last_day < row.active_from:
        raise DraftInvalid(
            "accounts.unit_days",
            f"最后一日 {last_day} 早于启用日 {row.active_from}；应为启用日或之后的日期",
            field="last_day",
        )
    if models.Unit.objects.filter(parent_id=unit_id, active_to=None).exists():
        raise StillInUse("accounts.unit_has_units", f"单位“{row.name}”还有下级单位，请先停用或移出下级单位")
    if models.Person.objects.filter(in_force(now), unit_id=unit_id).exists():
        raise StillInUse("accounts.unit_has_people", f"单位“{row.name}”还有在用账号，请先注销或调出这些账号")
    row.active_to = last_day
    row.save()
    return UnitClosed(row.id, last_day)


def insert_unit(unit: UnitDraft, *, on: date) -> models.Unit:
    """Check a draft and write its row, inside a running operation that holds the lock of the tree."""
    _check_words(unit.name)
    _check_code(unit.code)
    if models.Unit.objects.filter(code=unit.code).exists():
        raise AlreadyThere("accounts.unit_there", f"代码为“{unit.code}”的单位已在名录中", field="code")
    parent = _active_parent(unit.parent_id, on)
    row = models.Unit(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        parent=parent,
        address=unit.address,
        telephone=unit.telephone,
        active_from=on,
    )
    row.save()
    # The path ends with the row's own id, which the first save gives.
    row.path = _path(parent, row.id)
    row.save(update_fields=["path"])
    return row


def _path(parent: models.Unit | None, unit_id: int) -> str:
    return f"{parent.path if parent else '/'}{unit_id}/"


def _active_parent(parent_id: int | None, on: date) -> models.Unit | None:
    if parent_id is None:
        return None
    parent = unit_row(parent_id)
    if parent.active_to is not None and parent.active_to < on:
        raise DraftInvalid(
            "accounts.unit_parent_closed",
            f"上级单位“{parent.name}”已于 {parent.active_to} 停用，请选择在用单位",
            field="parent_id",
        )
    return parent


def _move_below(before: str, after: str) -> int:
    """Rewrite the paths of everything below a unit that moved; each row leaves its leaf."""
    below = models.Unit.objects.filter(path__startswith=before).exclude(path=before)
    count = 0
    for row in below:
        row.path = after + row.path.removeprefix(before)
        row.save(update_fields=["path"])
        count += 1
    return count


def _check_words(name: str) -> None:
    if is_blank(name) or len(name) > 200:
        raise DraftInvalid("accounts.unit_name", "单位名称应为 1 至 200 个字", field="name")


def _check_code(code: str) -> None:
    outcome, reason = uscc.judge(code)
    if outcome == "invalid" and reason is not None:
        raise DraftInvalid(
            "accounts.unit_code", f"单位代码“{code}”不是统一社会信用代码：{REASON_WORDS[reason]}", field="code"
        )
