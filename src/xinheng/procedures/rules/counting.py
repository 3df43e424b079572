"""How a time limit is counted: in working days of a calendar, or in a span of calendar days, months and years.

The day it begins on is not counted. A pause takes away the days that ran until the day it began (that day counts as run); what is left is
counted anew from the day the clock goes on.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from xinheng.kernel.calendar import Calendar, Deadline, nth_working_day_after, working_days_between
from xinheng.kernel.periods import Span


@dataclass(frozen=True, slots=True)
class Length:
    """How long: working days, or a span and days on top (a pause of a span is given back in calendar days)."""

    working_days: int | None = None
    span: Span | None = None
    more_days: int = 0

    def plus(self, other: "Length") -> "Length":
        """Both, one after the other.  Raises: ValueError where one counts working days and the other does not."""
        if (self.working_days is None) != (other.working_days is None):
            raise ValueError("working days and calendar spans cannot be added")
        if self.working_days is not None and other.working_days is not None:
            return replace(self, working_days=self.working_days + other.working_days)
        one, two = self.span or Span(), other.span or Span()
        both = Span(one.years + two.years, one.months + two.months, one.days + two.days)
        return Length(span=both, more_days=self.more_days + other.more_days)


def deadline_of(calendar: Calendar, started: date, length: Length, used: int = 0) -> Deadline:
    """The last day of a limit that began (or went on) on a day, `used` of whose working days ran before.

    A limit of which nothing is left ends on the day it goes on. Cost: one look-up a calendar day.
    """
    if length.working_days is not None:
        left = length.working_days - used
        return nth_working_day_after(calendar, started, left) if left > 0 else Deadline(started, provisional=False)
    return Deadline((length.span or Span()).after(started) + timedelta(days=length.more_days), provisional=False)


def ran(calendar: Calendar, started: date, until: date, length: Length, used: int = 0) -> int:
    """How many working days of a limit have run by the end of a day, those from before a pause included; 0 for a span."""
    if length.working_days is None or until <= started:
        return used
    return used + working_days_between(calendar, started, until)


def given_back(length: Length, paused: date, resumed: date) -> Length:
    """The length after a pause: a span gets its calendar days back; working days are counted by what ran."""
    if length.working_days is not None or resumed <= paused:
        return length
    return replace(length, more_days=length.more_days + (resumed - paused).days)
