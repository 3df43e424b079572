"""Words of procedures: how one is declared, what a case looks like, what may be wrong. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from xinheng.kernel.errors import Conflict, Invalid, Unknown

LONGEST_NOTE: Final = 2000


class Side(StrEnum):
    """Who may move a case: the one it is for, the units it runs through, or time itself."""

    APPLICANT = "applicant"
    SOURCE = "source"
    DETERMINING = "determining"
    CENTRE = "centre"
    TIME = "time"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _SIDES[self]


_SIDES: Final = {
    Side.APPLICANT: "申请人",
    Side.SOURCE: "信源单位一方",
    Side.DETERMINING: "认定单位",
    Side.CENTRE: "信用中心一方",
    Side.TIME: "期限届满",
}


class Missed(StrEnum):
    """What follows when a time limit was missed. Closed: nothing here decides against the subject."""

    ESCALATE = "escalate"
    STOP_PUBLICATION = "stop_publication"
    TREAT_AS_ACCEPTED = "treat_as_accepted"


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand. `waits`: whose move it is; nobody's where it `ends`."""

    code: str
    name: str
    waits: frozenset[Side] = frozenset()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit that runs in a case. `limit` names the catalogue's rule of its length; `side` whose time it is."""

    code: str
    name: str
    limit: str
    side: Side


@dataclass(frozen=True, slots=True)
class Step:
    """One way from states to a state. `sources` empty: the step that opens a case; `target` empty: the case stays where it is.

    `needs`: the permission an official must have for it (of the applicant none is asked). `reason`: reasons must be given. `once`: at
    most once in a case. `extends` adds the length of a catalogue's limit to a running clock: (clock, limit).
    """

    code: str
    name: str
    by: Side
    sources: frozenset[str]
    target: str
    needs: str = ""
    reason: bool = False
    once: bool = False
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """A declared state machine. `version` counts its declarations; a running case keeps the version it began under.

    `prefix` begins the numbers of its cases. `bases` are keys of the catalogue: what it rests on. `accepted_by_silence` is the step that
    time takes where a limit was missed and the catalogue says `treat_as_accepted`.
    """

    code: str
    version: int
    name: str
    prefix: str
    bases: tuple[str, ...]
    states: tuple[State, ...]
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]
    accepted_by_silence: str = ""

    @property
    def key(self) -> str:
        """Code and version, as a case carries them: `objection/1`."""
        return f"{self.code}/{self.version}"

    def state(self, code: str) -> State:
        """The state of that code.  Raises: KeyError."""
        return {state.code: state for state in self.states}[code]

    def clock(self, code: str) -> Clock:
        """The clock of that code.  Raises: KeyError."""
        return {clock.code: clock for clock in self.clocks}[code]

    def step(self, code: str) -> Step:
        """The step of that code.  Raises: KeyError."""
        return {step.code: step for step in self.steps}[code]

    @property
    def opening(self) -> Step:
        """The step a case begins with."""
        return next(step for step in self.steps if not step.sources)


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """One side of a case: a unit, or a subject (its own agents act for it)."""

    side: Side
    unit_id: int | None = None
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What a case begins with. `title` says in words without personal data what it is about; `secret` opens it to who has no account."""

    title: str
    subject_id: int | None
    parties: tuple[PartyDraft, ...]
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A step that was taken. `seq` counts the steps of the case from 1."""

    case_id: int
    number: str
    step: str
    state: str
    seq: int
    ended: bool


@dataclass(frozen=True, slots=True)
class MissedLimit:
    """A time limit that ran out without what it waited for, and what followed."""

    case_id: int
    number: str
    clock: str
    deadline: date
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recounted:
    """A deadline that was counted anew, because the calendar or the rule of its length is another."""

    case_id: int
    clock: str
    before: date | None
    after: date | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class ClockView:
    """A time limit of a case. `deadline` is its last day; while paused it is None. `late`: it ran out before it was met."""

    code: str
    name: str
    side: Side
    limit: str
    words: str
    started_on: date
    deadline: date | None
    provisional: bool
    paused: bool
    ended_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the timeline. `unit` names the unit that acted, empty for the applicant and for time: who in it did it is for the
    auditor alone. `number`: its entry in the ledger, None until it has one."""

    seq: int
    code: str
    name: str
    side: Side
    unit: str
    on: date
    at: datetime
    note: str
    number: int | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with all that belongs to it. `edition`: the catalogue it began under; `seq`: what a form must name to move it."""

    id: int
    number: str
    procedure: str
    name: str
    state: State
    seq: int
    title: str
    subject_id: int | None
    opened_on: date
    ended_on: date | None
    escalated: bool
    edition: str
    parties: tuple[PartyDraft, ...]
    clocks: tuple[ClockView, ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as the subject that brought it finds it in its list."""

    id: int
    number: str
    name: str
    title: str
    state: State
    opened_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A case that waits for somebody; `due` is the earliest day that matters to them."""

    case_id: int
    number: str
    procedure: str
    name: str
    title: str
    state: str
    side: Side
    due: date | None
    late: bool
    escalated: bool
    opened_on: date


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Cases by deadline; `after` continues it (None at the end)."""

    items: tuple[InboxLine, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a declaration."""

    where: str
    says: str


class CaseUnknown(Unknown):
    """There is no such case, or not for this reader."""

    def __init__(self, case: int | str) -> None:
        super().__init__("procedures.case_unknown", f"没有编号为 {case} 的办件，或者您无权查看")


class StepConflict(Conflict):
    """The case has moved on since the page was made, or its state does not allow the step."""

    def __init__(self, step: str, state: str, allowed: Mapping[str, str]) -> None:
        able = "、".join(allowed.values()) or "没有可办理的步骤"
        super().__init__(
            "procedures.step_conflict", f"办件现在是“{state}”，不能办理“{step}”；现在可以办理：{able}。请刷新后再办"
        )


class StepInvalid(Invalid):
    """A step lacks what it must have."""
