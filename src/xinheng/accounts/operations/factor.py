"""The second factor: enrolling, the second step of signing in, ending, the rule who must have one.

The key is sealed with the key ring and bound to its person; the ledger knows its digest, no log knows it at all.
"""

import hashlib
import hmac
import secrets
from datetime import date, datetime

from django.db import transaction

from xinheng.accounts import models
from xinheng.accounts.operations.entering import Proof, admit, clear, count, prove, turn_away
from xinheng.accounts.queries.factor import open_factor
from xinheng.accounts.queries.people import actor_of, is_in_force, person_row
from xinheng.accounts.rules.factor import (
    HALF_LIFE,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    RECOVERY_SIGNS,
    SECRET_BYTES,
    CodeRefused,
    FactorEnded,
    FactorEnrolled,
    FactorMissing,
    FactorPolicySet,
    FactorThere,
    HalfExpired,
    HalfSigned,
    PasswordNotProved,
    is_recovery_code,
    matching_step,
    may_reset,
    shown_recovery_code,
    written_code,
)
from xinheng.accounts.rules.roles import SERVICES
from xinheng.accounts.values import (
    Denied,
    DraftInvalid,
    NotAllowed,
    PasswordChangedMeanwhile,
    PersonKind,
    PersonUnknown,
    Role,
    SignedIn,
    SignInFailure,
    SignInRefused,
)
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import legal_date
from xinheng.ledger import values as ledger_values
from xinheng.ledger.door import operation
from xinheng.storage.keys import key_ring
from xinheng.storage.locks import lock
from xinheng.storage.sealing import CannotUnseal, keyed_hash, seal, unseal

LONGEST_REASON = 200


def propose_key(*, actor: Actor) -> bytes:
    """A new key for the actor's authenticator, sealed: nothing holds until a code of it was typed (`enrol`)."""
    if actor.id is None:
        raise PersonUnknown("accounts.person_unknown", "没有以账号登录")
    return seal(key_ring().master, secrets.token_bytes(SECRET_BYTES), _proposed(actor.id))


def open_key(sealed: bytes, *, actor: Actor) -> bytes:
    """The key `propose_key` made for this actor, to be shown to the person. Raises: CodeRefused for any other bytes."""
    try:
        return unseal(key_ring().master, sealed, _proposed(actor.id or 0))
    except CannotUnseal:
        raise CodeRefused from None


def enrol(*, sealed: bytes, password: str, code: str, actor: Actor, now: datetime) -> FactorEnrolled:
    """Bind the authenticator that shows the codes of a proposed key, with the password. Sessions begun before this end.

    A wrong password counts as a failed sign-in, and may lock: whoever finds a session open binds no telephone of theirs to it.
    Cost: one scrypt, 9 queries, one a recovery code, and the ledger's.
    Raises: PasswordNotProved, CodeRefused, FactorThere, NotAllowed, PasswordChangedMeanwhile.
    """
    # Asked here too: whoever may not enrol could make the server hash, and count failures.
    if not actor.may("accounts.enrol_factor"):
        raise ledger_values.NotAllowed("accounts.factor_enrolled", "accounts.enrol_factor")
    secret = open_key(sealed, actor=actor)
    proven = _prove_password(actor, password, now)
    step = matching_step(secret, written_code(code), now, last_step=0)
    if step is None:
        raise CodeRefused
    return _enrol(secret=secret, step=step, proven=proven, actor=actor, now=now)


@operation(code="accounts.factor_enrolled", needs="accounts.enrol_factor")
def _enrol(*, secret: bytes, step: int, proven: str, actor: Actor, now: datetime) -> FactorEnrolled:
    lock(_factor_lock(actor.id or 0))
    person = person_row(actor.id or 0, now)
    if person.password_hash != proven:
        raise PasswordChangedMeanwhile
    if person.kind == PersonKind.SERVICE:
        raise NotAllowed(Denied("service_factor", "服务账号不登录，不绑定身份验证器", "最小权限"))
    if open_factor(person.id) is not None:
        raise FactorThere
    sealed = seal(key_ring().master, secret, _held(person.id))
    row = models.Factor(person=person, sealed=sealed, seal_digest=hashlib.sha256(sealed).hexdigest(), confirmed_at=now)
    row.save()
    models.FactorUse.objects.create(factor=row, last_step=step)
    codes = _recovery_codes()
    models.RecoveryCode.objects.bulk_create(
        [models.RecoveryCode(factor=row, code_hash=_recovery_hash(row.id, code)) for code in codes]
    )
    return FactorEnrolled(row.id, person.id, len(codes), tuple(map(shown_recovery_code, codes)))


def enter_code(*, half: HalfSigned, code: str, now: datetime) -> SignedIn:
    """The second step of signing in: a code of the authenticator, or a recovery code, after the password was right.

    A wrong code counts as a wrong password, and may lock. Cost: 7 queries and the ledger's.
    Raises: HalfExpired; CodeRefused; SignInRefused when the account ended meanwhile.
    """
    row = models.Person.objects.select_related("unit").filter(id=half.person_id).first()
    if row is None or not half.at <= now < half.at + HALF_LIFE or not is_in_force(row, now):
        raise HalfExpired
    if row.password_changed_at is not None and row.password_changed_at > half.at:
        raise HalfExpired
    means = _prove_code(row, code, now)
    return admit(
        person_id=row.id,
        proven=row.password_hash,
        fresh=row.password_hash,
        actor=actor_of(row, now),
        now=now,
        means=means,
    )


def end_own_factor(*, password: str, code: str, actor: Actor, now: datetime) -> FactorEnded:
    """End the own second factor, with password and code; whoever must have one enrols anew before anything else.

    Cost: one scrypt, 10 queries and the ledger's. Raises: FactorMissing, PasswordNotProved, CodeRefused, NotAllowed.
    """
    row = person_row(actor.id or 0, now)
    if open_factor(row.id) is None:
        raise FactorMissing
    _prove_password(actor, password, now)
    _prove_code(row, code, now)
    return _end_own(actor=actor, now=now)


@operation(code="accounts.factor_ended", needs="accounts.enrol_factor")
def _end_own(*, actor: Actor, now: datetime) -> FactorEnded:
    return _end(actor.id or 0, own=True, reason="", now=now)


@operation(code="accounts.factor_reset", needs="accounts.reset_factor")
def reset_factor(*, person_id: int, reason: str, actor: Actor, now: datetime) -> FactorEnded:
    """End another person's second factor, at once, with all their sessions and recovery codes.

    Cost: 6 queries. Raises: PersonUnknown, FactorMissing, NotAllowed (the own one; without a reason), DraftInvalid.
    """
    decision = may_reset(own=actor.id == person_id, reason=reason)
    if isinstance(decision, Denied):
        raise NotAllowed(decision)
    _check_reason(reason)
    person_row(person_id, now)
    return _end(person_id, own=False, reason=reason.strip(), now=now)


@operation(code="accounts.factor_policy_set", needs="accounts.set_factor_policy")
def set_factor_policy(
    *, role: Role, required: bool, from_on: date, reason: str, actor: Actor, now: datetime
) -> FactorPolicySet:
    """From a legal date on, holders of a role must have a second factor, or need none any more; the last rule begun counts.

    Who is signed in then without one may only enrol, from the next click. Cost: 1 query. Raises: DraftInvalid, NotAllowed.
    """
    if role in SERVICES:
        raise NotAllowed(Denied("service_factor", "服务账号不登录，不绑定身份验证器", "最小权限"))
    if from_on < legal_date(now):
        raise DraftInvalid(
            "accounts.factor_from", f"起始日 {from_on} 早于今天，应为 {legal_date(now)} 或以后", field="from_on"
        )
    if is_blank(reason):
        raise DraftInvalid("accounts.factor_reason", "请写明理由", field="reason")
    _check_reason(reason)
    row = models.FactorPolicy(
        role=role, required=required, from_on=from_on, reason=reason.strip(), set_at=now, set_by_id=actor.id or 0
    )
    row.save()
    return FactorPolicySet(row.id, role, required, from_on, row.reason)


def _prove_password(actor: Actor, password: str, now: datetime) -> str:
    """Check the own password once more; the hash that was proved. A wrong one counts and is entered. Raises: PasswordNotProved."""
    row = person_row(actor.id or 0, now)
    proof = prove(row, password, now=now)
    if proof.failure is not None:
        turn_away(row, proof, now=now)
        raise PasswordNotProved
    return row.password_hash


def _prove_code(row: models.Person, code: str, now: datetime) -> str:
    """Count an attempt and use a code up; `totp` or `recovery`. Outside a transaction: the count stays. Raises: CodeRefused."""
    counted = count(row.id, now)
    means = _use(row.id, written_code(code), now) if counted.open else ""
    if not means:
        failure = SignInFailure.WRONG_CODE if counted.open else SignInFailure.LOCKED
        turn_away(row, Proof(failure, counted), now=now)
        raise CodeRefused
    with transaction.atomic():
        clear(row.id)
    return means


def _use(person_id: int, written: str, now: datetime) -> str:
    """Use a code up; empty when it opens nothing. Two at once with one code: one of them changes the row, the other none."""
    with transaction.atomic():
        factor = open_factor(person_id)
        if factor is None:
            return ""
        if is_recovery_code(written):
            gone, _all = models.RecoveryCode.objects.filter(
                factor=factor, code_hash=_recovery_hash(factor.id, written)
            ).delete()
            return "recovery" if gone else ""
        use = models.FactorUse.objects.get(factor=factor)
        step = matching_step(_secret(factor), written, now, last_step=use.last_step)
        if step is None:
            return ""
        changed = models.FactorUse.objects.filter(factor=factor, last_step__lt=step).update(last_step=step)
        return "totp" if changed else ""


def _secret(factor: models.Factor) -> bytes:
    """The key of a factor. Raises: SignInRefused when the sealed value is not the one the ledger bound."""
    sealed = bytes(factor.sealed or b"")
    if not hmac.compare_digest(hashlib.sha256(sealed).hexdigest(), factor.seal_digest):
        raise SignInRefused
    try:
        return unseal(key_ring().master, sealed, _held(factor.person_id))
    except CannotUnseal:
        raise SignInRefused from None


def _end(person_id: int, *, own: bool, reason: str, now: datetime) -> FactorEnded:
    lock(_factor_lock(person_id))
    row = open_factor(person_id)
    if row is None:
        raise FactorMissing
    row.ended_at, row.ended_reason, row.sealed = now, reason, None
    row.save(update_fields=["ended_at", "ended_reason", "sealed"])
    models.RecoveryCode.objects.filter(factor=row).delete()
    models.FactorUse.objects.filter(factor=row).delete()
    return FactorEnded(row.id, person_id, own, reason)


def _recovery_codes() -> tuple[str, ...]:
    found: set[str] = set()
    while len(found) < RECOVERY_CODES:
        found.add("".join(secrets.choice(RECOVERY_SIGNS) for _place in range(RECOVERY_LENGTH)))
    return tuple(sorted(found))


def _recovery_hash(factor_id: int, code: str) -> str:
    """A keyed hash: whoever can write into the database but has not the keys can put in no code of their own."""
    return keyed_hash(key_ring().master, "accounts.recovery", str(factor_id), code).hex()


def _check_reason(reason: str) -> None:
    if len(reason.strip()) > LONGEST_REASON:
        raise DraftInvalid(
            "accounts.factor_reason", f"理由最长 {LONGEST_REASON} 个字，现有 {len(reason.strip())} 个字", field="reason"
        )


def _proposed(person_id: int) -> bytes:
    return f"accounts.factor.proposed/{person_id}".encode()


def _held(person_id: int) -> bytes:
    return f"accounts.factor/{person_id}".encode()


def _factor_lock(person_id: int) -> str:
    return f"accounts.factor/{person_id}"
