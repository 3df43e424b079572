"""Words of duties: who owes what, nil reports, what units say differently. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContactRole(StrEnum):
    """In which role somebody of a unit answers for a duty."""

    LEADER = "leader"
    BUSINESS = "business"
    TECHNICAL = "technical"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"leader": "分管领导", "business": "业务联系人", "technical": "技术联系人"}[self.value]


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Who answers: an account by its login, or a post of the unit. Never a private number."""

    login: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """A unit owes an item from a day on; every role has its contact."""

    unit_id: int
    item: str
    since: date
    leader: ContactDraft
    business: ContactDraft
    technical: ContactDraft


@dataclass(frozen=True, slots=True)
class DutySet:
    """A duty holds from a day on; `ended` is the row that held until then."""

    duty_id: int
    unit_id: int
    item: str
    since: date
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """A duty ends with a day."""

    duty_id: int
    until: date


@dataclass(frozen=True, slots=True)
class DutiesSeeded:
    """How many duties of the region's profile were new."""

    count: int


@dataclass(frozen=True, slots=True)
class NilReported:
    """A unit had nothing to hand in of an item in a month (its first day)."""

    nil_id: int
    unit_id: int
    item: str
    month: date


class ContradictionState(StrEnum):
    """What the centre did about units that say different things."""

    OPEN = "open"
    ASKED = "asked"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"open": "待核对", "asked": "已询问单位", "settled": "已有结论"}[self.value]


@dataclass(frozen=True, slots=True)
class ContradictionNoted:
    """The centre noted what it did about a contradiction."""

    note_id: int
    subject_id: int
    datum: str
    state: ContradictionState
