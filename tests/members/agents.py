"""Somebody who acts for 云禾: a code from the window, and an account opened with it."""

from dataclasses import dataclass
from typing import Any

from world import PASSWORD, World
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.members.door import claim, invite, issue_claim, member_by_id
from xinheng.members.values import Channel, ClaimDraft, Claimed, ClaimIssued, MemberDraft, Scope

FIRST, SECOND = "agent.first", "agent.second"
ALL = frozenset(Scope)


@dataclass(frozen=True)
class Agent:
    """An account and its authorisation."""

    world: World
    login: str
    done: Claimed

    @property
    def actor(self) -> Actor:
        """The actor it makes at the world's moment."""
        return member_by_id(self.done.member_id, now=self.world.now)


def claim_draft(world: World, subject: str = "云禾", **changed: Any) -> ClaimDraft:
    """What the window gives: everything, for 云禾."""
    said = {
        "channel": Channel.WINDOW,
        "scopes": ALL,
        "post": "法定代表人",
        "evidence": "营业执照、身份证原件",
        **changed,
    }
    return ClaimDraft(world.subjects[subject], **said)


def issued(world: World, **changed: Any) -> ClaimIssued:
    """A code handed out at the window."""
    return issue_claim(draft=claim_draft(world, **changed), actor=world.actor("operator"), now=world.now)


def agent(world: World, login: str = FIRST, **changed: Any) -> Agent:
    """Somebody who used a code of the window."""
    return use(world, issued(world, **changed), login)


def use(world: World, code: ClaimIssued, login: str) -> Agent:
    """A new account, opened with a code."""
    draft = MemberDraft(login, PASSWORD)
    return Agent(world, login, claim(number=code.number, code=code.code, draft=draft, actor=PUBLIC, now=world.now))


def invited(first: Agent, scopes: frozenset[Scope] = frozenset(), **changed: Any) -> ClaimIssued:
    """A code that an agent passes on."""
    draft = claim_draft(first.world, channel=Channel.AGENT, scopes=scopes, evidence="", post="财务", **changed)
    return invite(draft=draft, actor=first.actor, now=first.world.now)
