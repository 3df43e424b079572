"""Words of members: who may act for a business, how one gets to be that, what may be wrong. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from xinheng.accounts.values import FAILURES_BEFORE_LOCK, FIRST_LOCK_MINUTES, SessionState
from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown

CODE_DIGITS: Final = 8
CODE_LIFE: Final = timedelta(days=7)
CODE_TRIES: Final = 5
"""A code is eight digits, is used once, holds for seven days and bears five tries."""

LONGEST_EVIDENCE: Final = 200
LONGEST_POST: Final = 40
LONGEST_REASON: Final = 200
MOST_AGENTS: Final = 20


class Scope(StrEnum):
    """What an agent may do for a business. Whoever may anything may view."""

    VIEW = "view"
    APPLY = "apply"
    MANAGE = "manage"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _SCOPES[self]

    @property
    def permission(self) -> str:
        """What an actor on behalf of the business holds with it."""
        return f"members.{self.value}"


_SCOPES: Final = {
    Scope.VIEW: "查看本主体的全部信息",
    Scope.APPLY: "代为提出异议、办理申请",
    Scope.MANAGE: "管理其他经办人",
}


class Channel(StrEnum):
    """How a claim code reaches whom it is for."""

    WINDOW = "window"
    POST = "post"
    AGENT = "agent"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _CHANNELS[self]


_CHANNELS: Final = {
    Channel.WINDOW: "窗口当面交付",
    Channel.POST: "寄往登记住所",
    Channel.AGENT: "由经办人转交",
}


class ClaimState(StrEnum):
    """Where a claim stands."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    SPOILED = "spoiled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _CLAIM_STATES[self]


_CLAIM_STATES: Final = {
    ClaimState.OPEN: "等待认领",
    ClaimState.USED: "已认领",
    ClaimState.WITHDRAWN: "已作废",
    ClaimState.SPOILED: "输错次数用完",
    ClaimState.EXPIRED: "已过期",
}


class EndedBy(StrEnum):
    """Who ended an authorisation."""

    AGENT = "agent"
    SELF = "self"
    OFFICE = "office"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _ENDED_BY[self]


_ENDED_BY: Final = {EndedBy.AGENT: "其他经办人收回", EndedBy.SELF: "本人放弃", EndedBy.OFFICE: "窗口收回"}


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """What a claim gives: for whom, the scope, its last day (None: open), the post of the agent in words.

    `evidence`: what was checked, in words without numbers of persons; empty where an agent passes the code on.
    """

    subject_id: int
    channel: Channel
    scopes: frozenset[Scope]
    post: str
    evidence: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimIssued:
    """A claim was made. `code` is told this once and kept nowhere."""

    claim_id: int
    number: str
    subject_id: int
    channel: Channel
    scopes: tuple[Scope, ...]
    until: date | None
    expires_at: datetime
    code: str = field(metadata={"secret": True})


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    """A claim that nobody had used opens nothing any more."""

    claim_id: int
    number: str


@dataclass(frozen=True, slots=True)
class ClaimRefusal:
    """A claim was not opened: which one (None: there is none of that number), and what is left of its tries."""

    claim_id: int | None
    tries_left: int | None


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A new account: what a person will sign in with."""

    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A person acts for a subject from now on."""

    member_id: int
    agency_id: int
    subject_id: int
    scopes: tuple[Scope, ...]
    until: date | None
    new_account: bool


@dataclass(frozen=True, slots=True)
class AgencyEnded:
    """Somebody acts for a subject no more, from this moment on."""

    agency_id: int
    subject_id: int
    by: EndedBy
    last: bool


@dataclass(frozen=True, slots=True)
class MemberSignedIn:
    """A person of a business came in."""

    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberSignedOut:
    """A person of a business left, or the session ended (`state` says how)."""

    member_id: int
    state: SessionState


@dataclass(frozen=True, slots=True)
class MemberRefusal:
    """A sign-in was refused; what was typed is not kept."""

    member_id: int | None
    reason: str
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class MemberPasswordSet:
    """The own password was changed."""

    member_id: int


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as offices and agents see it."""

    id: int
    number: str
    channel: Channel
    scopes: tuple[Scope, ...]
    post: str
    evidence: str
    until: date | None
    issued_at: datetime
    unit_name: str
    expires_at: datetime
    state: ClaimState


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An authorisation. `login` names the account; who the person is was checked at the window and is not kept here."""

    id: int
    login: str
    post: str
    scopes: tuple[Scope, ...]
    since: datetime
    until: date | None
    ended_at: datetime | None
    ended_by: EndedBy | None
    reason: str
    in_force: bool


class ClaimRefused(Refused):
    """The one answer to a number and a code that open nothing: unknown, wrong, used, withdrawn, spoiled or too old."""

    def __init__(self) -> None:
        super().__init__(
            "members.claim_refused",
            f"编号和认领码对不上，或者认领码已用过、作废、过期。认领码 {CODE_LIFE.days} 天内有效，"
            f"输错 {CODE_TRIES} 次即作废；请逐位核对，或到窗口另领一份。",
        )


class MemberSignInRefused(Refused):
    """The one answer to every sign-in that fails, whatever the cause."""

    def __init__(self) -> None:
        super().__init__(
            "members.sign_in_refused",
            f"登录名或口令不正确，或账号当前不能登录。连续 {FAILURES_BEFORE_LOCK} 次失败后账号锁定 {FIRST_LOCK_MINUTES} 分钟，"
            "再次连续失败锁定时间加倍。忘记口令的，请凭证件到窗口另领认领码。",
        )


class OwnPasswordWrong(Refused):
    """The present password is not this one (or the account is locked: the same answer)."""

    def __init__(self) -> None:
        super().__init__("members.own_password", "原口令不正确，或账号已锁定。", field="old")


class LoginTaken(Conflict):
    """Somebody has that login."""

    def __init__(self, login: str) -> None:
        super().__init__("members.login_taken", f"登录名“{login}”已被使用，请另取一个", field="login")


class AlreadyAgent(Conflict):
    """The account acts for this subject already."""

    def __init__(self) -> None:
        super().__init__("members.already_agent", "您的账号已经是该主体的经办人，认领码没有用掉")


class TooManyAgents(Conflict):
    """More agents than a business may have at a time."""

    def __init__(self) -> None:
        super().__init__(
            "members.too_many_agents", f"一个主体同时最多 {MOST_AGENTS} 名经办人（含未用的认领码），请先收回不再需要的"
        )


class LastAgent(Conflict):
    """Nobody would be left who can manage the agents: that is done at the window, after a check of who is asking."""

    def __init__(self) -> None:
        super().__init__(
            "members.last_agent", "这是最后一名能管理经办人的人，不能在网上收回；请先授权另一人，或到窗口办理"
        )


class ClaimUnknown(Unknown):
    """There is no such claim that is still open, or not for this actor."""

    def __init__(self, claim: int) -> None:
        super().__init__("members.claim_unknown", f"没有编号为 {claim} 的未用认领码，或您无权办理")


class AgencyUnknown(Unknown):
    """There is no such authorisation in force, or not for this actor."""

    def __init__(self, agency: int) -> None:
        super().__init__("members.agency_unknown", f"没有编号为 {agency} 的有效授权，或您无权办理")


class MemberInvalid(Invalid):
    """A claim, an account or a reason is not what it should be."""


class MemberGone(Refused):
    """The sign-in no longer holds; `state` says why (None: the account or its authorisation ended)."""

    def __init__(self, state: SessionState | None = None) -> None:
        super().__init__("members.session_ended", "登录已失效，请重新登录。")
        self.state = state
