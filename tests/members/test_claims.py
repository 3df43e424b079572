"""A code from the window: used once, within seven days, in five tries; and what it gives. Refusals leave nothing but their entry."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from members.agents import ALL, FIRST, SECOND, agent, claim_draft, invited, issued, use
from world import PASSWORD, World, build
from xinheng.accounts.values import PasswordInvalid
from xinheng.kernel.actor import PUBLIC
from xinheng.ledger.models import Run
from xinheng.ledger.values import NotAllowed
from xinheng.members.door import agents, claim, claims, end_agency, invite, issue_claim, revoke_agency, withdraw_claim
from xinheng.members.models import Agency, Claim, Member
from xinheng.members.values import (
    MOST_AGENTS,
    AgencyUnknown,
    AlreadyAgent,
    Channel,
    ClaimIssued,
    ClaimRefused,
    ClaimState,
    ClaimUnknown,
    EndedBy,
    LastAgent,
    LoginTaken,
    MemberDraft,
    MemberInvalid,
    Scope,
    TooManyAgents,
)

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


def attempt(world: World, code: ClaimIssued, text: str, login: str = FIRST, later: timedelta = timedelta()) -> None:
    draft = MemberDraft(login, PASSWORD)
    claim(number=code.number, code=text, draft=draft, actor=PUBLIC, now=world.now + later)


def wrong(code: ClaimIssued) -> str:
    return f"{(int(code.code) + 1) % 10**8:08d}"


def state(code: ClaimIssued) -> str:
    return Claim.objects.get(pk=code.claim_id).outcome


def test_whoever_uses_the_code_acts_for_the_subject(world: World) -> None:
    first = agent(world)
    assert first.actor.kind == "member"
    assert first.actor.on_behalf_of == world.subjects["云禾"]
    assert first.actor.permissions == {"members.account", "members.view", "members.apply", "members.manage"}
    assert (first.actor.unit_id, first.actor.unit_path, first.actor.roles) == (None, "", frozenset())


def test_a_code_is_used_once(world: World) -> None:
    code = issued(world)
    use(world, code, FIRST)
    with pytest.raises(ClaimRefused):
        attempt(world, code, code.code, SECOND)
    assert Member.objects.count() == Agency.objects.count() == 1


def test_a_code_holds_for_seven_days(world: World) -> None:
    code = issued(world)
    with pytest.raises(ClaimRefused):
        attempt(world, code, code.code, later=timedelta(days=7))
    assert not Member.objects.exists()
    attempt(world, code, code.code, later=timedelta(days=7) - timedelta(seconds=1))
    assert Member.objects.exists()


def test_the_fifth_wrong_try_spoils_a_code_and_the_right_one_comes_too_late(world: World) -> None:
    code = issued(world)
    for left in (4, 3, 2, 1):
        with pytest.raises(ClaimRefused):
            attempt(world, code, wrong(code))
        assert state(code) == "", left
    with pytest.raises(ClaimRefused):
        attempt(world, code, wrong(code))
    assert state(code) == "spoiled"
    with pytest.raises(ClaimRefused):
        attempt(world, code, code.code)
    assert not Member.objects.exists()


def test_four_wrong_tries_do_no_harm(world: World) -> None:
    code = issued(world)
    for _time in range(4):
        with pytest.raises(ClaimRefused):
            attempt(world, code, wrong(code))
    attempt(world, code, code.code)
    assert state(code) == "used"


def test_every_refusal_says_the_same(world: World) -> None:
    used, withdrawn, open_ = issued(world), issued(world), issued(world)
    use(world, used, FIRST)
    withdraw_claim(claim_id=withdrawn.claim_id, actor=world.actor("operator"), now=world.now)
    told = set()
    for number, text in (
        (used.number, used.code),
        (withdrawn.number, withdrawn.code),
        (open_.number, wrong(open_)),
        ("RL-2222-2222", "12345678"),
        ("", ""),
    ):
        with pytest.raises(ClaimRefused) as refused:
            claim(number=number, code=text, draft=MemberDraft(SECOND, PASSWORD), actor=PUBLIC, now=world.now)
        told.add((refused.value.code, refused.value.message))
    assert len(told) == 1


def test_the_code_stands_nowhere(world: World) -> None:
    code = issued(world)
    rows = [str(row) for row in Claim.objects.values()]
    payloads = list(Run.objects.values_list("payload", flat=True))
    assert any(code.number in payload for payload in payloads)
    assert not any(code.code in text for text in (*rows, *payloads))


def test_a_login_that_is_taken_or_a_weak_password_leaves_the_code_as_it_was(world: World) -> None:
    agent(world)
    code = issued(world)
    for _time in range(6):
        with pytest.raises(LoginTaken):
            attempt(world, code, code.code, FIRST)
    for login, password in (("x", PASSWORD), (SECOND, "short")):
        with pytest.raises((MemberInvalid, PasswordInvalid)):
            claim(number=code.number, code=code.code, draft=MemberDraft(login, password), actor=PUBLIC, now=world.now)
    attempt(world, code, code.code, SECOND)
    assert state(code) == "used"


def test_an_account_may_act_for_several_subjects_and_for_none_twice(world: World) -> None:
    first = agent(world)
    other = issued(world, subject="清岚")
    done = claim(number=other.number, code=other.code, draft=None, actor=first.actor, now=world.now)
    assert not done.new_account
    again = issued(world)
    with pytest.raises(AlreadyAgent):
        claim(number=again.number, code=again.code, draft=None, actor=first.actor, now=world.now)
    assert state(again) == ""
    assert Member.objects.count() == 1
    assert Agency.objects.count() == 2


def test_only_offices_with_the_permission_hand_out_codes(world: World) -> None:
    for login in ("reporter.market", "reviewer", "auditor"):
        with pytest.raises(NotAllowed):
            issue_claim(draft=claim_draft(world), actor=world.actor(login), now=world.now)
    for changed in ({"evidence": ""}, {"channel": Channel.AGENT}, {"until": date(2026, 11, 20)}):
        with pytest.raises(MemberInvalid):
            issued(world, **changed)
    assert not Claim.objects.exists()


def test_an_agent_passes_on_no_more_than_the_own_authorisation(world: World) -> None:
    first = agent(world, until=date(2026, 12, 31), scopes=frozenset({Scope.APPLY, Scope.MANAGE}))
    for changed in ({"until": None}, {"until": date(2027, 1, 1)}):
        with pytest.raises(MemberInvalid):
            invited(first, **changed)
    code = invited(first, frozenset({Scope.APPLY}), until=date(2026, 12, 31))
    second = use(world, code, SECOND)
    assert second.actor.permissions == {"members.account", "members.view", "members.apply"}
    with pytest.raises(NotAllowed):
        invited(second, until=date(2026, 12, 31))


def test_nobody_passes_on_another_subject(world: World) -> None:
    first = agent(world)
    draft = claim_draft(world, "清岚", channel=Channel.AGENT, evidence="", scopes=frozenset())
    with pytest.raises(ClaimUnknown):
        invite(draft=draft, actor=first.actor, now=world.now)
    forged = replace(first.actor, on_behalf_of=world.subjects["清岚"])
    with pytest.raises(ClaimUnknown):
        invite(draft=draft, actor=forged, now=world.now)


def test_a_subject_has_so_many_agents_and_codes_at_most(world: World) -> None:
    for _time in range(MOST_AGENTS):
        issued(world)
    with pytest.raises(TooManyAgents):
        issued(world)
    issued(world, subject="清岚")


def test_an_ended_authorisation_carries_nothing_with_the_next_request(world: World) -> None:
    first = agent(world)
    second = use(world, invited(first, ALL), SECOND)
    end_agency(agency_id=first.done.agency_id, actor=second.actor, now=world.now)
    assert first.actor.permissions == {"members.account"}
    assert first.actor.on_behalf_of is None
    with pytest.raises(NotAllowed):
        invited(first)


def test_the_last_who_can_manage_stays_until_the_window_ends_it(world: World) -> None:
    first = agent(world)
    helper = use(world, invited(first, frozenset({Scope.APPLY})), SECOND)
    with pytest.raises(LastAgent):
        end_agency(agency_id=first.done.agency_id, actor=first.actor, now=world.now)
    end_agency(agency_id=helper.done.agency_id, actor=helper.actor, now=world.now)
    with pytest.raises(LastAgent):
        end_agency(agency_id=first.done.agency_id, actor=first.actor, now=world.now)
    done = revoke_agency(
        agency_id=first.done.agency_id, reason="法定代表人到窗口申请", actor=world.actor("operator"), now=world.now
    )
    assert done.last
    assert done.by is EndedBy.OFFICE


def test_codes_end_with_the_authorisation_of_who_made_them(world: World) -> None:
    first = agent(world)
    second = use(world, invited(first, ALL), SECOND)
    kept = invited(second, ALL)
    end_agency(agency_id=second.done.agency_id, actor=first.actor, now=world.now)
    assert state(kept) == "withdrawn"
    with pytest.raises(ClaimRefused):
        attempt(world, kept, kept.code, "agent.third")
    last = invited(first, ALL)
    revoke_agency(agency_id=first.done.agency_id, reason="离职", actor=world.actor("operator"), now=world.now)
    with pytest.raises(ClaimRefused):
        attempt(world, last, last.code, "agent.third")


def test_a_number_is_known_however_it_is_typed(world: World) -> None:
    code = issued(world)
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else "—" for sign in code.number)
    draft = MemberDraft(FIRST, PASSWORD)
    claim(number=wide.lower(), code=code.code, draft=draft, actor=PUBLIC, now=world.now)
    assert state(code) == "used"


def test_who_cannot_manage_ends_only_their_own(world: World) -> None:
    first = agent(world)
    helper = use(world, invited(first, frozenset({Scope.APPLY})), SECOND)
    stranger = agent(world, "agent.stranger", subject="清岚")
    for actor, target in (
        (helper.actor, first.done.agency_id),
        (stranger.actor, helper.done.agency_id),
        (first.actor, stranger.done.agency_id),
    ):
        with pytest.raises(AgencyUnknown):
            end_agency(agency_id=target, actor=actor, now=world.now)
    assert Agency.objects.filter(ended_at=None).count() == 3


def test_lists_are_for_the_own_subject_and_for_the_window(world: World) -> None:
    first = agent(world)
    stranger = agent(world, "agent.stranger", subject="清岚")
    mine = world.subjects["云禾"]
    for actor in (first.actor, world.actor("operator")):
        assert [one.login for one in agents(mine, actor=actor, now=world.now)] == [FIRST]
        assert [one.state for one in claims(mine, actor=actor, now=world.now)] == [ClaimState.USED]
    for actor in (stranger.actor, world.actor("reporter.market"), PUBLIC):
        with pytest.raises(NotAllowed):
            agents(mine, actor=actor, now=world.now)
        with pytest.raises(NotAllowed):
            claims(mine, actor=actor, now=world.now)


def test_the_database_lets_no_ended_authorisation_or_used_code_come_back(world: World) -> None:
    first = agent(world)
    revoke_agency(agency_id=first.done.agency_id, reason="离职", actor=world.actor("operator"), now=world.now)
    for statement in (
        "UPDATE members_agency SET ended_at = NULL, ended_by = ''",
        "UPDATE members_claim SET outcome = '', ended_at = NULL",
        "DELETE FROM members_agency",
        "DELETE FROM members_claim",
        "DELETE FROM members_member",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            _execute(statement)


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_use_a_code_at_once_one_gets_in(transactional_db: None) -> None:
    world = build(NOW)
    code = issued(world)
    found: list[str] = []

    def run(number: int) -> None:
        try:
            attempt(world, code, code.code, f"agent.{'abcdefghij'[number]}")
            found.append("in")
        except ClaimRefused:
            found.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["in", *["refused"] * 9]
    assert Member.objects.count() == Agency.objects.count() == 1


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
