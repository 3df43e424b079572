"""Setting passwords. All hashing is done before the operation begins: a transaction must not wait for scrypt."""

from datetime import datetime

from xinheng.accounts import models
from xinheng.accounts.operations.entering import prove, turn_away
from xinheng.accounts.operations.hashing import encode, matches
from xinheng.accounts.queries.people import person_row
from xinheng.accounts.rules.passwords import REMEMBERED_PASSWORDS, REUSED, password_faults
from xinheng.accounts.values import (
    Denied,
    NotAllowed,
    OldPasswordWrong,
    PasswordChangedMeanwhile,
    PasswordInvalid,
    PasswordSet,
    PersonKind,
    PersonUnknown,
)
from xinheng.kernel.actor import Actor
from xinheng.ledger import values as ledger_values
from xinheng.ledger.door import operation


def set_password(*, person_id: int, password: str, actor: Actor, now: datetime) -> PasswordSet:
    """Give somebody else a one-time password: it opens the account only to set another.

    Cost: one scrypt, 4 queries. Raises: PasswordInvalid, PersonUnknown, NotAllowed (the own password; a service account).
    """
    # Asked here too: without it whoever may not set passwords could make the server hash, and learn who exists.
    if not actor.may("accounts.set_passwords"):
        raise ledger_values.NotAllowed("accounts.password_set", "accounts.set_passwords")
    row = person_row(person_id, now)
    check_password(password, login=row.login)
    return _set_password(person_id=person_id, encoded=encode(password), actor=actor, now=now)


def change_own_password(*, old: str, new: str, actor: Actor, now: datetime) -> PasswordSet:
    """Replace the own password. Whoever is signed in elsewhere with the old one is out with the next request.

    A wrong old password counts as a failed sign-in, and may lock. Cost: up to seven scrypts, 9 queries.
    Raises: OldPasswordWrong, PasswordInvalid, PersonUnknown, NotAllowed.
    """
    if actor.kind != "person" or actor.id is None:
        raise PersonUnknown("accounts.person_unknown", "只有以账号登录的人员才能修改自己的口令")
    row = person_row(actor.id, now)
    proof = prove(row, old, now=now)
    if proof.failure is not None:
        turn_away(row, proof, now=now)
        raise OldPasswordWrong
    check_password(new, login=row.login)
    known = models.OldPassword.objects.filter(person_id=row.id).order_by("-id")[:REMEMBERED_PASSWORDS]
    if any(matches(new, earlier.password_hash) for earlier in known):
        raise PasswordInvalid((REUSED,))
    return _change_own(proven=row.password_hash, encoded=encode(new), actor=actor, now=now)


def check_password(password: str, *, login: str) -> None:
    """Raise PasswordInvalid with all faults of a proposed password at once."""
    faults = password_faults(password, login=login)
    if faults:
        raise PasswordInvalid(faults)


@operation(code="accounts.password_set", needs="accounts.set_passwords")
def _set_password(*, person_id: int, encoded: str, actor: Actor, now: datetime) -> PasswordSet:
    row = person_row(person_id, now)
    if row.kind == PersonKind.SERVICE:
        raise NotAllowed(Denied("service_password", "服务账号没有口令，不能登录", "最小权限"))
    if actor.id == person_id:
        raise NotAllowed(Denied("own_password", "自己的口令请凭原口令修改", "职责分离"))
    store_password(row, encoded, must_change=True, now=now)
    return PasswordSet(person_id, own=False, must_change=True)


@operation(code="accounts.own_password_changed", needs="accounts.set_own_password")
def _change_own(*, proven: str, encoded: str, actor: Actor, now: datetime) -> PasswordSet:
    row = person_row(actor.id or 0, now)
    if row.password_hash != proven:
        raise PasswordChangedMeanwhile
    store_password(row, encoded, must_change=False, now=now)
    return PasswordSet(row.id, own=True, must_change=False)


def store_password(row: models.Person, encoded: str, *, must_change: bool, now: datetime) -> None:
    """Write a hash and remember it, inside a running operation; of the earlier ones only the last few stay."""
    row.password_hash, row.password_changed_at, row.must_change = encoded, now, must_change
    row.save(update_fields=["password_hash", "password_changed_at", "must_change"])
    models.OldPassword.objects.create(person=row, password_hash=encoded, set_at=now)
    kept = models.OldPassword.objects.filter(person=row).order_by("-id").values_list("id", flat=True)
    models.OldPassword.objects.filter(person=row).exclude(id__in=list(kept[:REMEMBERED_PASSWORDS])).delete()
