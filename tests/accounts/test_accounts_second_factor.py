"""The second factor: enrolling, the code as second step, one use a code, locks, recovery codes, the rule who must have one."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.conftest import PASSWORD
from hands import by_hand
from xinheng.accounts import door, models
from xinheng.accounts.operations import factor
from xinheng.accounts.rules.factor import HALF_LIFE, code_at, matching_step, step_of, written_code
from xinheng.accounts.values import (
    NotAllowed,
    PasswordChangedMeanwhile,
    Role,
    SessionEnded,
    SignedIn,
    SignInRefused,
)
from xinheng.kernel.dates import legal_date
from xinheng.ledger.values import NotAllowed as NotPermitted
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import CannotUnseal, unseal

STEP = timedelta(seconds=30)
# RFC 6238, appendix B, SHA-1: the moment in seconds and the last six of its eight digits.
RFC = ((59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"))
RFC_SECRET = b"12345678901234567890"


class Held:
    """A person with an authenticator."""

    def __init__(self, district: Any, login: str, now: datetime) -> None:
        actor = district.actor(login)
        sealed = door.propose_key(actor=actor)
        self.login, self.secret = login, door.open_key(sealed, actor=actor)
        self.enrolled = door.enrol(sealed=sealed, password=PASSWORD, code=self.code(now), actor=actor, now=now)

    def code(self, at: datetime) -> str:
        return code_at(self.secret, step_of(at))

    def half(self, now: datetime) -> door.HalfSigned:
        with pytest.raises(door.CodeNeeded) as needed:
            door.sign_in(login=self.login, password=PASSWORD, now=now)
        return needed.value.half

    def come_in(self, now: datetime) -> SignedIn:
        return door.enter_code(half=self.half(now), code=self.code(now), now=now)


@pytest.fixture
def held(district: Any, now: datetime) -> Held:
    return Held(district, "secadmin", now)


@pytest.mark.parametrize(("seconds", "code"), RFC)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(RFC_SECRET, seconds // 30) == code


def test_the_neighbouring_steps_count_and_no_others() -> None:
    now = datetime.fromisoformat("2026-11-21T03:04:15+00:00")
    taken = [
        n for n in range(-4, 5) if matching_step(RFC_SECRET, code_at(RFC_SECRET, step_of(now) + n), now, last_step=0)
    ]
    assert taken == [-1, 0, 1]


def test_a_code_is_read_with_blanks_and_hyphens() -> None:
    assert written_code(" 123 456 ") == "123456"
    assert written_code("ABCDE-fghjk") == "abcdefghjk"


def test_a_right_password_alone_opens_nothing(held: Held, ledger: Any, now: datetime) -> None:
    assert held.half(now).person_id == held.enrolled.person_id
    assert ledger("accounts.signed_in") == []


def test_password_and_code_let_in_and_the_ledger_says_by_which_means(held: Held, ledger: Any, now: datetime) -> None:
    later = now + STEP
    assert held.come_in(later).person_id == held.enrolled.person_id
    assert [entry["means"] for entry in ledger("accounts.signed_in")] == ["totp"]


def test_a_code_is_used_once_also_the_one_of_enrolling(held: Held, now: datetime) -> None:
    with pytest.raises(door.CodeRefused):
        held.come_in(now)
    later = now + STEP
    held.come_in(later)
    with pytest.raises(door.CodeRefused):
        held.come_in(later)
    # The step before, though inside the window, is gone with the one that was used.
    with pytest.raises(door.CodeRefused):
        door.enter_code(half=held.half(later), code=held.code(now), now=later)


def test_wrong_codes_count_like_wrong_passwords_and_lock(held: Held, ledger: Any, now: datetime) -> None:
    later = now + STEP
    for _attempt in range(5):
        with pytest.raises(door.CodeRefused):
            door.enter_code(half=held.half(later), code="000000", now=later)
    # Locked: the right password is refused too, and so is the right code of whoever had proved it before.
    with pytest.raises(SignInRefused):
        door.sign_in(login=held.login, password=PASSWORD, now=later)
    with pytest.raises(door.CodeRefused):
        door.enter_code(half=door.HalfSigned(held.enrolled.person_id, later), code=held.code(later), now=later)
    told = [(entry["failure"], entry["failures"]) for entry in ledger("accounts.sign_in_refused")]
    assert told[:5] == [("wrong_code", n) for n in range(1, 6)]
    assert {failure for failure, _n in told[5:]} == {"locked"}


def test_a_right_password_in_between_gives_no_new_attempts_and_breaks_no_count(held: Held, now: datetime) -> None:
    later = now + STEP
    for _attempt in range(20):
        held.half(later)
    guard = models.SignInGuard.objects.get(person_id=held.enrolled.person_id)
    assert (guard.failures, guard.locked_until) == (0, None)
    assert door.guard_faults(later).impossible == 0


def test_after_a_lock_the_count_is_what_the_doctor_expects(held: Held, now: datetime) -> None:
    for _attempt in range(5):
        with pytest.raises(door.CodeRefused):
            door.enter_code(half=held.half(now), code="000000", now=now)
    later = now + timedelta(minutes=16)
    held.half(later)
    assert door.guard_faults(later) == door.GuardFaults(0, 0, 0)
    held.come_in(later)
    assert models.SignInGuard.objects.get(person_id=held.enrolled.person_id).failures == 0


def test_what_was_half_proved_ends_after_five_minutes_and_with_the_password(
    held: Held, district: Any, now: datetime
) -> None:
    half = held.half(now)
    late = now + HALF_LIFE
    with pytest.raises(door.HalfExpired):
        door.enter_code(half=half, code=held.code(late), now=late)
    later = now + STEP
    door.change_own_password(old=PASSWORD, new="Quiet-Harbour-19", actor=district.actor("secadmin"), now=later)
    with pytest.raises(door.HalfExpired):
        door.enter_code(half=half, code=held.code(later), now=later)


def test_a_recovery_code_lets_in_once(held: Held, ledger: Any, now: datetime) -> None:
    code = held.enrolled.codes[3]
    assert len(set(held.enrolled.codes)) == 10
    door.enter_code(half=held.half(now), code=code.upper(), now=now)
    assert [entry["means"] for entry in ledger("accounts.signed_in")] == ["recovery"]
    with pytest.raises(door.CodeRefused):
        door.enter_code(half=held.half(now), code=code, now=now)
    assert door.own_factor(actor_of(held, now), now).recovery_left == 9


def actor_of(held: Held, now: datetime) -> Any:
    return door.actor_by_login(held.login, now)


def test_key_and_codes_stand_in_no_entry_and_in_no_table_readable(held: Held, ledger: Any) -> None:
    factor = models.Factor.objects.get()
    told = json.dumps(ledger())
    stored = bytes(factor.sealed or b"")
    assert held.secret not in stored
    assert not any(code.replace("-", "") in told or code in told for code in held.enrolled.codes)
    assert held.secret.hex() not in told
    assert stored.hex() not in told
    assert not set(models.RecoveryCode.objects.values_list("code_hash", flat=True)) & set(held.enrolled.codes)


def test_a_key_is_bound_to_its_person_and_a_foreign_one_put_in_by_hand_opens_nothing(
    held: Held, district: Any, now: datetime
) -> None:
    other = Held(district, "sysadmin", now)
    mine = models.Factor.objects.get(person_id=held.enrolled.person_id)
    with pytest.raises(CannotUnseal):
        unseal(key_ring().master, bytes(mine.sealed or b""), b"accounts.factor/999")
    foreign = bytes(models.Factor.objects.get(person_id=other.enrolled.person_id).sealed or b"")
    by_hand("UPDATE accounts_factor SET sealed = %s WHERE id = %s", foreign, mine.id)
    later = now + STEP
    with pytest.raises(SignInRefused):
        door.enter_code(half=held.half(later), code=other.code(later), now=later)


def proposed(district: Any, login: str, now: datetime) -> tuple[bytes, str]:
    """A key proposed to a person, sealed, and the code it shows."""
    actor = district.actor(login)
    sealed = door.propose_key(actor=actor)
    return sealed, code_at(door.open_key(sealed, actor=actor), step_of(now))


def test_enrolling_takes_the_password_and_a_wrong_one_leaves_nothing_but_its_entry(
    district: Any, ledger: Any, now: datetime
) -> None:
    sealed, code = proposed(district, "secadmin", now)
    actor = district.actor("secadmin")
    with pytest.raises(door.PasswordNotProved):
        door.enrol(sealed=sealed, password="Wrong-Wrong-11", code=code, actor=actor, now=now)
    assert not models.Factor.objects.exists()
    assert models.SignInGuard.objects.get(person_id=actor.id).failures == 1
    (told,) = ledger("accounts.sign_in_refused")
    assert (told["person_id"], told["failure"]) == (actor.id, "wrong_password")
    # The sessions that were there stay: it was not set up.
    door.session_actor(person_id=actor.id, signed_in_at=now, seen_at=now, now=now + STEP)
    door.enrol(sealed=sealed, password=PASSWORD, code=code, actor=actor, now=now)
    assert models.SignInGuard.objects.get(person_id=actor.id).failures == 0


def test_five_wrong_passwords_at_enrolling_lock_the_account(district: Any, ledger: Any, now: datetime) -> None:
    sealed, code = proposed(district, "secadmin", now)
    for password in ["Wrong-Wrong-11"] * 5 + [PASSWORD]:
        with pytest.raises(door.PasswordNotProved):
            door.enrol(sealed=sealed, password=password, code=code, actor=district.actor("secadmin"), now=now)
    with pytest.raises(SignInRefused):
        door.sign_in(login="secadmin", password=PASSWORD, now=now)
    told = [entry["failure"] for entry in ledger("accounts.sign_in_refused")]
    assert told == ["wrong_password"] * 5 + ["locked"] * 2
    assert not models.Factor.objects.exists()


def test_a_wrong_first_code_sets_up_nothing_though_the_password_was_right(district: Any, now: datetime) -> None:
    sealed, _code = proposed(district, "secadmin", now)
    with pytest.raises(door.CodeRefused):
        door.enrol(sealed=sealed, password=PASSWORD, code="000000", actor=district.actor("secadmin"), now=now)
    assert not models.Factor.objects.exists()
    assert not models.RecoveryCode.objects.exists()


def test_a_password_set_anew_between_proof_and_binding_binds_nothing(
    district: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, code = proposed(district, "secadmin", now)
    actor = district.actor("secadmin")
    real = factor.matching_step

    def meanwhile(*told: Any, **named: Any) -> int | None:
        door.change_own_password(old=PASSWORD, new="Quiet-Harbour-19", actor=actor, now=now)
        return real(*told, **named)

    monkeypatch.setattr(factor, "matching_step", meanwhile)
    with pytest.raises(PasswordChangedMeanwhile):
        door.enrol(sealed=sealed, password=PASSWORD, code=code, actor=actor, now=now)
    assert not models.Factor.objects.exists()


def test_enrolling_ends_the_sessions_that_were_there(district: Any, now: datetime) -> None:
    later = now + STEP
    held = Held(district, "secadmin", later)
    with pytest.raises(SessionEnded) as ended:
        door.session_actor(person_id=held.enrolled.person_id, signed_in_at=now, seen_at=now, now=later)
    assert ended.value.state == "factor_changed"


def test_ending_it_takes_password_and_code(held: Held, district: Any, now: datetime) -> None:
    later = now + STEP
    actor = district.actor("secadmin")
    with pytest.raises(door.PasswordNotProved):
        door.end_own_factor(password="Wrong-Wrong-11", code=held.code(later), actor=actor, now=later)
    with pytest.raises(door.CodeRefused):
        door.end_own_factor(password=PASSWORD, code="000000", actor=actor, now=later)
    assert door.end_own_factor(password=PASSWORD, code=held.code(later), actor=actor, now=later).own
    ended = models.Factor.objects.get()
    assert (ended.sealed, models.RecoveryCode.objects.count(), models.FactorUse.objects.count()) == (None, 0, 0)
    assert door.sign_in(login="secadmin", password=PASSWORD, now=later).means == "password"


def test_another_security_administrator_resets_it_with_a_reason_and_nobody_the_own(
    held: Held, district: Any, refused: Callable[..., Any], ledger: Any, now: datetime
) -> None:
    with refused("accounts.own_factor"):
        door.reset_factor(person_id=held.enrolled.person_id, reason="x", actor=district.actor("secadmin"), now=now)
    other = Held(district, "sysadmin", now)
    with refused("accounts.factor_reason"):
        door.reset_factor(person_id=other.enrolled.person_id, reason=" ", actor=district.actor("secadmin"), now=now)
    door.reset_factor(
        person_id=other.enrolled.person_id, reason="手机遗失，已当面核实", actor=district.actor("secadmin"), now=now
    )
    (told,) = ledger("accounts.factor_reset")
    assert (told["own"], told["reason"]) == (False, "手机遗失，已当面核实")
    with pytest.raises(SessionEnded):
        door.session_actor(person_id=other.enrolled.person_id, signed_in_at=now - STEP, seen_at=now - STEP, now=now)


def asked(district: Any, login: str, now: datetime) -> frozenset[str]:
    return door.session_actor(person_id=district.id(login), signed_in_at=now, seen_at=now, now=now).permissions


def require(district: Any, role: Role, required: bool, now: datetime, days: int = 0) -> None:
    door.set_factor_policy(
        role=role,
        required=required,
        from_on=legal_date(now) + timedelta(days=days),
        reason="等保三级",
        actor=district.actor("secadmin"),
        now=now,
    )


def test_whoever_must_have_one_can_do_nothing_but_enrol_from_the_day_on(district: Any, now: datetime) -> None:
    require(district, Role.SYSTEM_ADMIN, True, now, days=3)
    assert "accounts.manage_people" in asked(district, "sysadmin", now)
    day = now + timedelta(days=3)
    assert asked(district, "sysadmin", day) == {"accounts.enrol_factor"}
    assert "records.enter" in asked(district, "market", day)
    Held(district, "sysadmin", day)
    assert "accounts.manage_people" in asked(district, "sysadmin", day)


def test_the_last_rule_begun_counts(district: Any, now: datetime) -> None:
    require(district, Role.SYSTEM_ADMIN, True, now)
    require(district, Role.SYSTEM_ADMIN, False, now, days=2)
    assert asked(district, "sysadmin", now) == {"accounts.enrol_factor"}
    assert "accounts.manage_people" in asked(district, "sysadmin", now + timedelta(days=2))
    assert [(one.required, one.set_by_name) for one in door.factor_rules(district.actor("auditor"))] == [
        (False, "安管乙"),
        (True, "安管乙"),
    ]


def test_the_age_of_a_password_can_be_set(district: Any, settings: Any, now: datetime) -> None:
    later = now + timedelta(days=31)
    assert not door.sign_in(login="market", password=PASSWORD, now=later).must_change
    settings.XINHENG_PASSWORD_DAYS = 30
    assert door.sign_in(login="market", password=PASSWORD, now=later).must_change
    assert door.actor_by_login("market", later).permissions == {"accounts.set_own_password"}


def test_the_command_line_is_not_asked(district: Any, now: datetime) -> None:
    require(district, Role.SYSTEM_ADMIN, True, now)
    assert door.actor_by_login("sysadmin", now).may("accounts.manage_people")


@pytest.mark.parametrize("role", [Role.CONSOLE_SERVICE, Role.UNIT_SERVICE])
def test_no_rule_can_ask_it_of_an_account_that_never_signs_in(role: Role, district: Any, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        require(district, role, True, now)


def test_only_the_security_administrator_sets_rules(district: Any, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        door.set_factor_policy(
            role=Role.AUDITOR,
            required=True,
            from_on=legal_date(now),
            reason="x",
            actor=district.actor("sysadmin"),
            now=now,
        )


def test_nobody_ends_ones_own_session_by_office(district: Any, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        door.end_session(
            person_id=district.id("secadmin"),
            began_at=now,
            browser="",
            reason="x",
            actor=district.actor("secadmin"),
            now=now,
        )
