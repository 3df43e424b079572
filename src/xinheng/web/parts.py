"""What the components show, as frozen values: each field says what it is for, so a page can be read from its context.

A page builds these from what the modules' queries return; the tags of `templatetags.xh` draw them. Nothing here asks a
database, a clock or a rule.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

Tone = Literal["plain", "action", "kept", "clock", "harm", "ended"]
"""plain: nothing to do; action: in progress; kept: ended well; clock: time runs out; harm: harm or error; ended: over."""


def help_of(kind: type) -> dict[str, str]:
    """The help text of every field of a part or a page context, in declared order. Raises: TypeError for a field without one."""
    hints = get_type_hints(kind, include_extras=True)
    found: dict[str, str] = {}
    for item in fields(kind):
        hint = hints[item.name]
        texts = [text for text in get_args(hint)[1:] if isinstance(text, str)] if get_origin(hint) is Annotated else []
        if not texts:
            raise TypeError(f"{kind.__name__}.{item.name} has no help text")
        found[item.name] = texts[0]
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """A link."""

    label: Annotated[str, "what the reader sees"]
    href: Annotated[str, "where it leads"]
    icon: Annotated[str, "name of an icon before the label, or empty"] = ""
    about: Annotated[str, "read aloud after the label where the label repeats in every row, e.g. the row's name"] = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Where something stands: a word, a shape, a colour."""

    label: Annotated[str, "the word"]
    tone: Annotated[Tone, "chooses shape and colour"] = "plain"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which something must be done. The working days are counted by whoever knows the calendar."""

    day: Annotated[date, "the last day, until 24:00"]
    working_days_left: Annotated[int | None, "after today; 0 = today, negative = late, None = not counted"] = None
    provisional: Annotated[bool, "the year's holidays are not announced yet"] = False
    met: Annotated[date | None, "the day on which it was done, if it was"] = None
    label: Annotated[str, "what is due, e.g. 公示期限"] = ""

    @property
    def tone(self) -> Tone:
        """kept when done in time, harm when late, clock from two working days before the end."""
        if self.met is not None:
            return "kept" if self.met <= self.day else "harm"
        if self.working_days_left is None:
            return "plain"
        if self.working_days_left < 0:
            return "harm"
        return "clock" if self.working_days_left <= 2 else "plain"


@dataclass(frozen=True, slots=True)
class Code:
    """A code or number that people read aloud and copy."""

    text: Annotated[str, "as stored, without blanks"]


@dataclass(frozen=True, slots=True)
class Basis:
    """The legal basis of a harmful statement, one click away."""

    document: Annotated[str, "title of the law or document"]
    article: Annotated[str, "article, paragraph, item"] = ""
    number: Annotated[str, "document number"] = ""
    href: Annotated[str, "page of the basis in the catalogue"] = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts."""

    label: Annotated[str, "name of the datum"]
    value: Annotated[Any, "text, number, date, or a part; None and empty show as a dash"]
    hint: Annotated[str, "what the reader should know about it"] = ""
    basis: Annotated[Basis | None, "basis of this datum"] = None


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to this page."""

    label: Annotated[str, "name of the page"]
    href: Annotated[str, "its address"]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same thing; a link."""

    label: Annotated[str, "name of the view"]
    href: Annotated[str, "its address"]
    current: Annotated[bool, "whether this is the view shown"] = False
    count: Annotated[int | None, "how many things are there"] = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that answers a question, with a way to what it counts."""

    label: Annotated[str, "what is counted"]
    value: Annotated[int, "the count"]
    unit: Annotated[str, "measure word"] = ""
    href: Annotated[str, "the list behind it"] = ""
    tone: Annotated[Tone, "harm or clock where somebody must act"] = "plain"


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a procedure."""

    label: Annotated[str, "name of the state"]
    state: Annotated[Literal["done", "now", "ahead"], "where the case is"]
    note: Annotated[str, "day, or who has the ball"] = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The head of every page about a subject."""

    name: Annotated[str, "present name"]
    kind: Annotated[str, "kind of subject, e.g. 企业法人"]
    codes: Annotated[tuple[Fact, ...], "codes, each a Fact with a Code as value"]
    registration: Annotated[Status, "state of registration"]
    former_names: Annotated[tuple[str, ...], "earlier names, newest first"] = ()
    grade: Annotated[str, "class, only for those entitled; empty otherwise"] = ""
    marks: Annotated[tuple[Status, ...], "contested, on a list, provisional …"] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One record on the time axis of a subject."""

    day: Annotated[date | None, "the day of the act; None when not known"]
    title: Annotated[str, "what happened"]
    kind: Annotated[str, "kind of record, e.g. 行政处罚"]
    source: Annotated[str, "unit that answers for it"] = ""
    href: Annotated[str, "page of the record"] = ""
    status: Annotated[Status | None, "where it stands"] = None
    basis: Annotated[Basis | None, "basis, for harmful statements always"] = None
    object_href: Annotated[str, "how to object, for harmful statements always"] = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is. The page asks again every two seconds while it runs, or by a plain link."""

    title: Annotated[str, "what is being done"]
    poll_href: Annotated[str, "address that answers with this component alone"]
    refresh_href: Annotated[str, "address of the whole page, for readers without JavaScript"]
    done: Annotated[int, "how much is done"] = 0
    total: Annotated[int | None, "of how much; None while not known"] = None
    doing: Annotated[str, "what it does now"] = ""
    state: Annotated[Literal["waiting", "running", "done", "failed"], "where the job stands"] = "running"
    unit: Annotated[str, "measure word of done and total"] = "行"
    since: Annotated[datetime | None, "when it began"] = None
    next: Annotated[Link | None, "what to do when it has ended"] = None

    @property
    def live(self) -> bool:
        """Whether asking again makes sense."""
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int | None:
        """0 to 100, 100 only when all is done."""
        if not self.total:
            return None
        return max(0, min(100, self.done * 100 // self.total))


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One answer to check before it takes effect."""

    label: Annotated[str, "the question"]
    value: Annotated[Any, "the answer, as `show.value` draws it"]
    change_href: Annotated[str, "where it can be changed; empty: the form's own change button is used"] = ""
    field: Annotated[str, "name of the form's field"] = ""
