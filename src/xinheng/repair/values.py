"""Words of repair."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from xinheng.catalogue.values.decisions import Hidden, PublicSpan, Refused, Shown, Undecided
from xinheng.catalogue.values.governing import Override, PublicityFacts, Withheld
from xinheng.catalogue.values.law import Certainty, Reference
from xinheng.catalogue.values.repair import RepairWord
from xinheng.kernel.errors import Conflict, Invalid
from xinheng.kernel.periods import Span

LONGEST_STATEMENT: Final = 2000
LONGEST_CONTACT: Final = 200


class RepairOutcome(StrEnum):
    """How a record stands to repair on a day."""

    OPEN = "open"
    WAITING = "waiting"
    NEVER = "never"
    ELSEWHERE = "elsewhere"
    NOT_NEEDED = "not_needed"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {
            "open": "可以申请修复",
            "waiting": "未满最短公示期",
            "never": "不可修复",
            "elsewhere": "由列入单位移出",
            "not_needed": "无需修复",
            "undecided": "修复规则待确定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RepairFacts:
    """What decides about the repair of one record.

    `judged` is what decides about showing it, `authority` the name of who decided. `fields_known`: the fields of its act are all there
    are; otherwise nobody said whether the act belongs to a field with stricter rules, and the answer says what would then hold. `mark`
    is a mark that ends publication (`repaired`, `withdrawn`), `false_material_on` the day on which false material or a broken
    commitment of its repair was recorded.
    """

    judged: PublicityFacts
    authority: str = ""
    fields_known: bool = False
    override: Override | None = None
    mark: str = ""
    false_material_on: date | None = None


Value = str | date | Span | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the way to the answer: a stable code, what it speaks of, how sure it is, and its articles.

    The sentence of a code, in both languages, stands in `web.repair_words`.
    """

    code: str
    values: tuple[tuple[str, Value], ...] = ()
    certainty: Certainty = Certainty.SURE
    bases: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """By when a step is done for who applies on the day `Standing.filing`; `length` as people say it (`3个工作日`),
    `after` the name of the step it runs after, empty for the application itself.

    `provisional` where a year's holidays are not announced.
    """

    limit: str
    name: str
    after: str
    length: str
    day: date
    provisional: bool
    certainty: Certainty
    bases: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What holds if the act belongs to one of these fields, which nobody stated: `first` None: it cannot be repaired."""

    fields: tuple[str, ...]
    tier: str
    first: date | None
    ends: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands to repair on a day, and why.

    `regime` and `tier` are keys of the rules of the day of the act, `procedure` that of the rules of the day of the application,
    `filing`: the day asked about, or the first day if that is later. `first` is the first day on which it can be applied for, `ends`
    the last day on which it is shown. `beside`: how it stands in the other channel that shows it too, None where there is none.
    `reasons` lead from the act to the answer; the last of them is the answer's own, and `code` is its code.
    """

    outcome: RepairOutcome
    code: str
    edition: str
    reasons: tuple[Reason, ...]
    regime: str = ""
    tier: str = ""
    procedure: str = ""
    first: date | None = None
    ends: date | None = None
    filing: date | None = None
    conditions: tuple[RepairWord, ...] = ()
    materials: tuple[RepairWord, ...] = ()
    decider: str = ""
    apply_at: str = ""
    clocks: tuple[Clock, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()
    beside: "Standing | None" = None

    @property
    def provisional(self) -> bool:
        """Whether a day of its clocks rests on a year whose holidays are not announced."""
        return any(clock.provisional for clock in self.clocks)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the catalogue answers about a record on a day, before anything is said of repair.

    `ground`: what withholds it; `span` None: its item has no tiers; `stricter`: the spans that fields with rules of their own would give.
    """

    shown: Shown | Hidden | Refused | Undecided
    ground: Withheld | None = None
    span: PublicSpan | Refused | Undecided | None = None
    stricter: tuple[tuple[tuple[str, ...], PublicSpan], ...] = ()


class RepairDecision(StrEnum):
    """How an application for repair ended."""

    GRANTED = "granted"
    REJECTED = "rejected"
    REFUSED = "refused"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {
            "granted": "准予修复",
            "rejected": "不予修复",
            "refused": "修复申请不予受理",
            "dropped": "修复申请已撤回",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RepairDraft:
    """An application: how the obligations were performed, and that the commitment is made. What people wrote is kept sealed."""

    record_id: int
    performed: str = field(repr=False)
    promised: bool
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """An application that came in, under the rules of repair named by `procedure`."""

    case_id: int
    number: str
    record_id: int
    procedure: str


@dataclass(frozen=True, slots=True)
class RepairHandled:
    """A step of an application."""

    case_id: int
    number: str
    record_id: int
    step: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """What an application is about, and how it ended."""

    case_id: int
    record_id: int
    procedure: str
    outcome: RepairDecision | None


class RepairInvalid(Invalid):
    """What was written cannot be taken as an application."""


class NotRepairable(Conflict):
    """The record cannot be applied for today; `standing` says why and from when."""

    def __init__(self, standing: Standing) -> None:
        said = f"，{standing.first} 起可以申请" if standing.first is not None else ""
        super().__init__("repair.not_open", f"这条信息现在不能申请修复：{standing.outcome.label}{said}")
        self.standing = standing


class AlreadyApplied(Conflict):
    """An application for the record is being handled."""

    def __init__(self) -> None:
        super().__init__("repair.already", "这条信息的修复申请正在办理，请在“我的办件”中查看")
