"""What a unit owes and how well it hands in: outcomes of rows, the figures made of them, where a month of a duty stands. Pure.

The definitions stand in `docs/quality.md`; `tools/recount_duty.py` computes them again from an export and shares no code with this.
Source: 双公示 quality (domain digest 14.2), duty tables of the plans (Anshan 13, Wendeng 24, Yongchang 13).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from xinheng.engine.declare import Effect
from xinheng.engine.problems import Problem
from xinheng.engine.repeats import SAME
from xinheng.intake.rules.rows import hold_kind, taken
from xinheng.intake.values.batches import HeldKind
from xinheng.intake.values.receipts import Taken
from xinheng.kernel.calendar import Calendar, nth_working_day_after
from xinheng.records.values import Standing

MOST_MONTHS: Final = 24


class Outcome(StrEnum):
    """What became of one row handed in; the last four are settlements of rows held before."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    HELD_CHANGE = "held_change"
    REJECTED = "rejected"
    REPEATED = "repeated"
    RELEASED = "released"
    RELEASED_CHANGE = "released_change"
    RELEASED_SAME = "released_same"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {
            "accepted": "通过，新入库",
            "changed": "更正已入库的信息",
            "unchanged": "与已入库的相同",
            "held": "暂存",
            "held_change": "更正暂存",
            "rejected": "退回",
            "repeated": "同一文件内重复",
            "released": "暂存后放行，新入库",
            "released_change": "暂存后放行，更正",
            "released_same": "暂存后放行，内容相同",
            "returned": "暂存后退回",
        }[self.value]


SETTLED: Final = (Outcome.RELEASED, Outcome.RELEASED_CHANGE, Outcome.RELEASED_SAME, Outcome.RETURNED)
"""No rows of their own: what became of a row held before."""
BAD: Final = (Outcome.HELD, Outcome.HELD_CHANGE, Outcome.REJECTED)
"""Rows the unit has to put right."""
FRESH: Final = (Outcome.ACCEPTED, Outcome.RELEASED)
"""Records received for the first time."""
CHANGES: Final = (Outcome.CHANGED, Outcome.RELEASED_CHANGE)
TAKEN: Final = (*FRESH, *CHANGES, Outcome.UNCHANGED, Outcome.RELEASED_SAME)
"""Outcomes that put an earlier bad row right."""
FIRST: Final = (Outcome.ACCEPTED, Outcome.HELD, Outcome.REJECTED, Outcome.REPEATED)
"""Outcomes of a first submission, unless the row answers an earlier one."""
_SAME_AFTER_HELD: Final = {
    Standing.NEW: Outcome.RELEASED,
    Standing.CORRECTION: Outcome.RELEASED_CHANGE,
    Standing.UNCHANGED: Outcome.RELEASED_SAME,
}


def outcome_of(problems: Sequence[Problem], standing: Standing = Standing.NEW) -> Outcome:
    """The outcome of a row with these problems; `standing` is how it stands to what is stored, where it was accepted."""
    what = taken(problems)
    if what is Taken.HELD:
        return Outcome.HELD if hold_kind(problems) is HeldKind.CHECK else Outcome.HELD_CHANGE
    if what is Taken.REJECTED:
        grave = [problem for problem in problems if problem.effect is Effect.REJECT]
        return Outcome.REPEATED if all(problem.reason == SAME for problem in grave) else Outcome.REJECTED
    return {Standing.CORRECTION: Outcome.CHANGED, Standing.UNCHANGED: Outcome.UNCHANGED}.get(standing, Outcome.ACCEPTED)


def released(standing: Standing) -> Outcome:
    """What became of a held row that entered the archive."""
    return _SAME_AFTER_HELD[standing]


def resent_as(number: str, code: str, name: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """By what a bad row is known again when it is handed in corrected: number with code, and number with name; either suffices.

    `number` is the document's number (with the day where an item has none): a wrong code, name, day or amount may be what was put right.
    None where one of the two is empty: nothing is guessed.
    """
    by_code = ("code", number, code) if number and code else None
    by_name = ("name", number, name) if number and name else None
    return by_code, by_name


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of rows (`docs/quality.md` defines each); the ratios are None where nothing is counted."""

    rows: int = 0
    first: int = 0
    passed: int = 0
    fresh: int = 0
    timely: int = 0
    late: int = 0
    provisional: int = 0
    bad: int = 0
    corrected: int = 0
    changes: int = 0
    unchanged: int = 0
    held: int = 0
    rejected: int = 0
    repeated: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Figures)))

    @property
    def timely_ratio(self) -> float | None:
        """上报及时率: of the records received for the first time that have a limit, those within it."""
        return _ratio(self.timely, self.timely + self.late)

    @property
    def passed_ratio(self) -> float | None:
        """合规率: of the rows submitted for the first time, those accepted at once."""
        return _ratio(self.passed, self.first)

    @property
    def corrected_ratio(self) -> float | None:
        """问题行更正率: of the rows held or rejected, those accepted later."""
        return _ratio(self.corrected, self.bad)

    @property
    def changed_ratio(self) -> float | None:
        """入库后更正率: corrections of stored records by records received for the first time."""
        return _ratio(self.changes, self.fresh)


def figures_of(counted: Iterable[tuple[Outcome, bool, str, bool, int]]) -> Figures:
    """The figures of rows grouped by outcome, whether they answer no earlier row, deadline (`timely`, `late`, ``), provisional; count last.

    `bad` is counted and `corrected` left at nought: that takes what came later.
    """
    sums: dict[str, int] = dict.fromkeys((each.name for each in fields(Figures)), 0)

    def add(name: str, count: int, *, when: bool = True) -> None:
        sums[name] += count if when else 0

    for outcome, unanswering, due, provisional, count in counted:
        add("rows", count, when=outcome not in SETTLED)
        add("first", count, when=unanswering and outcome in FIRST)
        add("passed", count, when=unanswering and outcome is Outcome.ACCEPTED)
        add("bad", count, when=outcome in BAD)
        add("changes", count, when=outcome in CHANGES)
        add("unchanged", count, when=outcome in (Outcome.UNCHANGED, Outcome.RELEASED_SAME))
        add("held", count, when=outcome in (Outcome.HELD, Outcome.HELD_CHANGE))
        add("rejected", count, when=outcome is Outcome.REJECTED)
        add("repeated", count, when=outcome is Outcome.REPEATED)
        if outcome in FRESH:
            add("fresh", count)
            add("timely", count, when=due == "timely")
            add("late", count, when=due == "late")
            add("provisional", count, when=bool(due) and provisional)
    return Figures(**sums)


def due_word(received: date, due: date | None) -> str:
    """`timely` or `late`; empty where nothing limits it."""
    return "" if due is None else "timely" if received <= due else "late"


class MonthState(StrEnum):
    """Where one month of a duty stands."""

    BEFORE = "before"
    AFTER = "after"
    REPORTED = "reported"
    NIL = "nil"
    CONTRADICTED = "contradicted"
    OPEN = "open"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {
            "before": "责任未开始",
            "after": "责任已结束",
            "reported": "已报送",
            "nil": "零报告",
            "contradicted": "零报告后又有信息",
            "open": "未到期",
            "missing": "缺报",
        }[self.value]


def month_state(
    term: tuple[date, date | None], month: date, *, handed_in: bool, decided: bool, nil: bool, closed: bool
) -> MonthState:
    """Where a month (its first day) of a duty stands. `term` is the duty's first and last day.

    `handed_in`: a row was received in the month; `decided`: a record decided in it was received, whenever; `closed`: the day by which
    something had to come has passed. A nil report and something decided in the month contradict each other.
    """
    since, until = term
    if last_of(month) < since:
        return MonthState.BEFORE
    if until is not None and until < month:
        return MonthState.AFTER
    if nil:
        return MonthState.CONTRADICTED if decided else MonthState.NIL
    if handed_in or decided:
        return MonthState.REPORTED
    return MonthState.MISSING if closed else MonthState.OPEN


def closes_on(month: date, working_days: int | None, plan: Calendar) -> tuple[date, bool]:
    """The last day for a month's rows, and whether that rests on a calendar not yet announced.

    What is decided on the last day of the month is on time until so many working days later; without a limit the month itself ends it.
    """
    last = last_of(month)
    if not working_days:
        return last, False
    due = nth_working_day_after(plan, last, working_days)
    return due.day, due.provisional


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return following(month) - timedelta(days=1)


def following(month: date, steps: int = 1) -> date:
    """The first day of the month so many months later (earlier below nought)."""
    index = month.year * 12 + month.month - 1 + steps
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> tuple[date, ...]:
    """The first days of the months from one to another, both included, at most `MOST_MONTHS`, the latest ones kept."""
    found = [last]
    while found[-1] > first and len(found) < MOST_MONTHS:
        found.append(following(found[-1], -1))
    return tuple(reversed(found))


def is_monthly(cycle: Mapping[str, Any]) -> bool:
    """Whether an item is due once a month, rather than after every act."""
    return cycle.get("from") != "act_date"
