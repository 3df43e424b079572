"""Words of objections: what is objected to, what the source unit found, how it ended. Pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from xinheng.kernel.errors import Conflict, Invalid

LONGEST_STATEMENT: Final = 2000
LONGEST_NAME: Final = 100
LONGEST_CONTACT: Final = 200
OPEN_AT_MOST: Final = 20
OWN_AT_MOST: Final = 5
"""How many objections to one record may be open at a time: more say nothing new, and would hide the one that does."""


class About(StrEnum):
    """What is wrong with the record, in the view of whoever objects."""

    CONTENT = "content"
    SUBJECT = "subject"
    PERIOD = "period"
    ENDED = "ended"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _ABOUT[self]


_ABOUT: Final = {
    About.CONTENT: "内容有误",
    About.SUBJECT: "不是本主体的信息",
    About.PERIOD: "公示期限有误",
    About.ENDED: "已撤销、已修复仍在公示",
    About.OTHER: "其他异议",
}


class Finding(StrEnum):
    """What the source unit found when it looked into the matter."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RIGHT = "right"
    UNCLEAR = "unclear"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _FINDINGS[self]


_FINDINGS: Final = {
    Finding.CORRECTED: "有误，已更正",
    Finding.WITHDRAWN: "有误，撤回",
    Finding.RIGHT: "无误",
    Finding.UNCLEAR: "无法核实",
}


class Outcome(StrEnum):
    """How an objection ended."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    UNVERIFIABLE = "unverifiable"
    REFUSED = "refused"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _OUTCOMES[self]


_OUTCOMES: Final = {
    Outcome.CORRECTED: "异议成立，已更正",
    Outcome.WITHDRAWN: "异议成立，已撤回",
    Outcome.UPHELD: "异议不成立",
    Outcome.UNVERIFIABLE: "无法核实，停止公示",
    Outcome.REFUSED: "异议不予受理",
    Outcome.DROPPED: "申请人撤回",
}


@dataclass(frozen=True, slots=True)
class ObjectionDraft:
    """An objection to a record. `statement` says what is wrong; name and contact only serve the answer and are kept sealed.

    `once`: 128 random bits in hex that the form carried, so that what is sent twice is one objection; empty where nobody sends twice.
    """

    record_id: int
    about: About
    statement: str = field(repr=False)
    name: str = field(repr=False)
    contact: str = field(repr=False)
    once: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Submitted:
    """An objection that came in. With number and secret anybody follows it; the secret is told once and stands nowhere."""

    case_id: int
    number: str
    record_id: int
    about: About
    secret: str = field(repr=False, metadata={"secret": True})


@dataclass(frozen=True, slots=True)
class Handled:
    """A step of an objection."""

    case_id: int
    number: str
    record_id: int
    step: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """What an objection is about. `version_id`: the version of the record it was made against."""

    case_id: int
    record_id: int
    version_id: int
    about: About
    finding: Finding | None
    outcome: Outcome | None
    contested_since: date | None
    stopped_since: date | None


class ObjectionInvalid(Invalid):
    """What was written cannot be taken as an objection."""


class AlreadySubmitted(Conflict):
    """The same form was sent before: `submitted` is what was answered then."""

    def __init__(self, submitted: Submitted) -> None:
        super().__init__("objections.already", f"这件异议已经收到，编号 {submitted.number}")
        self.submitted = submitted


class TooMany(Conflict):
    """So many objections to the record are open that another one would say nothing new."""

    def __init__(self, most: int = OPEN_AT_MOST) -> None:
        super().__init__(
            "objections.too_many",
            f"对这条信息已有 {most} 件异议在办理，处理结果会在记录上体现，请稍后再提",
        )


class NotCorrected(Conflict):
    """The source unit says it corrected the record, but no newer version of it is there."""

    def __init__(self) -> None:
        super().__init__(
            "objections.not_corrected",
            "这条信息在异议提出后还没有更正的版本：请先通过填报或批量报送更正，再反馈“有误，已更正”",
        )
