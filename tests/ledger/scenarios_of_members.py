"""How somebody comes to act for a business, comes in and goes out, and how an authorisation ends."""

from typing import Any

import pytest

from ledger.acting import NOBODY, Scenario, act
from members.agents import FIRST, SECOND, Agent, agent, claim_draft, invited, issued, use
from world import PASSWORD, World
from xinheng.kernel.actor import PUBLIC
from xinheng.members.door import (
    change_password,
    claim,
    end_agency,
    invite,
    issue_claim,
    revoke_agency,
    sign_in,
    sign_out,
    withdraw_claim,
    withdraw_invitation,
)
from xinheng.members.operations.entering import _admit
from xinheng.members.values import Channel, ClaimIssued, ClaimRefused, MemberDraft, MemberSignInRefused, Scope

CLAIM, GUARD = ("members_claim",), ("members_claim_guard",)
MEMBER, AGENCY = ("members_member", "members_guard"), ("members_agency",)
BY_FIRST = f"member:{FIRST}"
FRESH = "Harbour-Window-58"


def at_the_window(world: World, made: Any) -> Any:
    return claim_draft(world)


def unsaid(world: World, made: Any) -> Any:
    return claim_draft(world, evidence=" ")


def passed_on(world: World, made: Any) -> Any:
    return claim_draft(world, channel=Channel.AGENT, evidence="", scopes=frozenset())


def of_another(world: World, made: Any) -> Any:
    return claim_draft(world, "清岚", channel=Channel.AGENT, evidence="", scopes=frozenset())


def claiming(code: str = "") -> Any:
    def step(world: World, made: ClaimIssued) -> Any:
        draft = MemberDraft(FIRST, PASSWORD)
        return claim(number=made.number, code=code or made.code, draft=draft, actor=PUBLIC, now=world.now)

    return step


def claim_id(world: World, made: ClaimIssued) -> int:
    return made.claim_id


def invitation(world: World) -> ClaimIssued:
    return invited(agent(world))


def agency_of_first(world: World, made: Agent) -> int:
    return made.done.agency_id


def two_agents(world: World) -> Agent:
    """The second, whom the first may send away."""
    first = agent(world)
    return use(world, invited(first, frozenset({Scope.APPLY})), SECOND)


def signing_in(password: str) -> Any:
    def step(world: World, made: Agent) -> Any:
        return sign_in(login=made.login, password=password, now=world.now)

    return step


def changing(old: str) -> Any:
    def step(world: World, made: Agent) -> Any:
        return change_password(old=old, new=FRESH, actor=made.actor, now=world.now)

    return step


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**8:08d}"


def trying_wrongly(world: World, made: ClaimIssued) -> None:
    with pytest.raises(ClaimRefused):
        claiming(wrong(made.code))(world, made)


def refused_at_the_door(world: World, made: Agent) -> None:
    with pytest.raises(MemberSignInRefused):
        signing_in("wrong")(world, made)


def replaced_meanwhile(world: World, made: Agent) -> Any:
    return _admit(member_id=made.done.member_id, proven="replaced meanwhile", actor=made.actor, now=world.now)


OF_MEMBERS = {
    "members.claim_issued": Scenario(
        "operator",
        (*CLAIM, *GUARD),
        act(issue_claim, "operator", draft=at_the_window),
        act(issue_claim, "operator", draft=unsaid),
    ),
    "members.agent_invited": Scenario(
        BY_FIRST,
        (*CLAIM, *GUARD),
        act(invite, BY_FIRST, draft=passed_on),
        act(invite, BY_FIRST, draft=of_another),
        agent,
    ),
    "members.claim_withdrawn": Scenario(
        "operator",
        CLAIM,
        act(withdraw_claim, "operator", claim_id=claim_id),
        act(withdraw_claim, "operator", claim_id=NOBODY),
        issued,
    ),
    "members.invitation_withdrawn": Scenario(
        BY_FIRST,
        CLAIM,
        act(withdraw_invitation, BY_FIRST, claim_id=claim_id),
        act(withdraw_invitation, BY_FIRST, claim_id=NOBODY),
        invitation,
    ),
    "members.claimed": Scenario(
        "public",
        (*CLAIM, *GUARD, *MEMBER, *AGENCY),
        claiming(),
        lambda world, made: claim(
            number=made.number, code=made.code, draft=MemberDraft("x", PASSWORD), actor=PUBLIC, now=world.now
        ),
        issued,
    ),
    "members.claim_refused": Scenario("public", GUARD, trying_wrongly, None, issued),
    "members.agency_ended": Scenario(
        BY_FIRST,
        AGENCY,
        act(end_agency, BY_FIRST, agency_id=agency_of_first),
        act(end_agency, BY_FIRST, agency_id=NOBODY),
        two_agents,
    ),
    "members.agency_revoked": Scenario(
        "operator",
        AGENCY,
        act(revoke_agency, "operator", agency_id=agency_of_first, reason="法定代表人到窗口申请"),
        act(revoke_agency, "operator", agency_id=agency_of_first, reason=" "),
        agent,
    ),
    "members.signed_in": Scenario(BY_FIRST, (), signing_in(PASSWORD), replaced_meanwhile, agent),
    "members.sign_in_refused": Scenario("public", ("members_guard",), refused_at_the_door, None, agent),
    "members.signed_out": Scenario(BY_FIRST, (), act(sign_out, BY_FIRST), None, agent),
    "members.password_set": Scenario(BY_FIRST, ("members_member",), changing(PASSWORD), None, agent),
}
