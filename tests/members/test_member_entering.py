"""Coming in as a business: one answer to every failure, locks as for officials, and sessions that end at once."""

from datetime import timedelta

import pytest

from members.agents import FIRST, agent
from world import PASSWORD, World
from xinheng.accounts.door import sign_in as official_sign_in
from xinheng.accounts.values import PasswordInvalid, SessionState, SignInRefused
from xinheng.ledger.models import Run
from xinheng.members.door import change_password, session_actor, sign_in
from xinheng.members.models import Member, MemberGuard
from xinheng.members.values import MemberGone, MemberSignInRefused, OwnPasswordWrong

FRESH = "Harbour-Window-58"


def test_login_and_password_let_in_and_the_entry_names_the_account(world: World) -> None:
    first = agent(world)
    done = sign_in(login=f" {FIRST.upper()} ", password=PASSWORD, now=world.now)
    assert done.member_id == first.done.member_id
    run = Run.objects.get(operation="members.signed_in")
    assert (run.actor_kind, run.actor_name, run.behalf_id) == ("member", FIRST, world.subjects["云禾"])


def test_an_unknown_login_a_wrong_password_and_a_lock_get_the_same_answer(world: World) -> None:
    agent(world)
    told = set()
    for login, password in (("nobody.here", PASSWORD), *((FIRST, "wrong") for _ in range(5)), (FIRST, PASSWORD)):
        with pytest.raises(MemberSignInRefused) as refused:
            sign_in(login=login, password=password, now=world.now)
        told.add(refused.value.message)
    assert len(told) == 1
    reasons = [run.payload for run in Run.objects.filter(operation="members.sign_in_refused").order_by("id")]
    assert [reason.count("wrong_password") for reason in reasons] == [0, 1, 1, 1, 1, 1, 0]
    assert "locked" in reasons[-1]
    assert not any(PASSWORD in reason for reason in reasons)
    sign_in(login=FIRST, password=PASSWORD, now=world.now + timedelta(minutes=15))
    assert MemberGuard.objects.get().failures == 0


def test_officials_and_businesses_do_not_come_in_by_the_others_door(world: World) -> None:
    agent(world)
    with pytest.raises(SignInRefused):
        official_sign_in(login=FIRST, password=PASSWORD, now=world.now)
    with pytest.raises(MemberSignInRefused):
        sign_in(login="operator", password=PASSWORD, now=world.now)


def test_a_session_ends_when_idle_old_or_the_password_changed(world: World) -> None:
    first = agent(world)

    def after(minutes: int, idle_for: int = 0) -> SessionState | None:
        at = world.now + timedelta(minutes=minutes)
        try:
            session_actor(
                member_id=first.done.member_id,
                agency_id=None,
                signed_in_at=world.now,
                seen_at=at - timedelta(minutes=idle_for),
                now=at,
            )
        except MemberGone as gone:
            return gone.state
        return SessionState.OPEN

    assert after(10, 10) is SessionState.OPEN
    assert after(15, 15) is SessionState.IDLE
    assert after(12 * 60) is SessionState.TOO_OLD
    change_password(old=PASSWORD, new=FRESH, actor=first.actor, now=world.now + timedelta(minutes=1))
    assert after(2) is SessionState.SUPERSEDED


def test_the_own_password_is_changed_by_who_knows_it(world: World) -> None:
    first = agent(world)
    before = Member.objects.get().password_hash
    with pytest.raises(OwnPasswordWrong):
        change_password(old="wrong", new=FRESH, actor=first.actor, now=world.now)
    with pytest.raises(PasswordInvalid):
        change_password(old=PASSWORD, new="short", actor=first.actor, now=world.now)
    with pytest.raises(MemberGone):
        change_password(old=PASSWORD, new=FRESH, actor=world.actor("operator"), now=world.now)
    assert Member.objects.get().password_hash == before
    change_password(old=PASSWORD, new=FRESH, actor=first.actor, now=world.now)
    with pytest.raises(MemberSignInRefused):
        sign_in(login=FIRST, password=PASSWORD, now=world.now)
    sign_in(login=FIRST, password=FRESH, now=world.now)
