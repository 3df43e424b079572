"""The duty table: who owes what, what came, how well; the rows behind each figure, and the basic rows for a recount.

An actor sees the own unit's subtree, or all by office. Month of a figure: the one in which the row was received; a month of a duty is
also met by what was decided in it, whenever that came. Source: domain digest, section 14.2; definitions: `docs/quality.md`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.fields import CharField
from django.db.models.functions import Coalesce, TruncMonth

from xinheng.accounts.door import units as directory
from xinheng.accounts.door import visible_prefix
from xinheng.catalogue.door import calendar
from xinheng.catalogue.values.edition import Edition
from xinheng.intake import models
from xinheng.intake.queries.batches import LARGEST_PAGE
from xinheng.intake.rules.quality import (
    BAD,
    CHANGES,
    FIRST,
    FRESH,
    SETTLED,
    TAKEN,
    Figures,
    MonthState,
    Outcome,
    closes_on,
    figures_of,
    following,
    last_of,
    month_state,
    months_between,
)
from xinheng.intake.values.batches import BatchState, Page
from xinheng.intake.values.duties import ContactRole
from xinheng.intake.values.errors import DutyUnknown
from xinheng.kernel.actor import Actor

COUNTED: Final = Q(batch=None) | Q(batch__state=BatchState.LOADED.value)
"""Rows that count: those of a batch only when it is loaded."""

Place = tuple[int, str]
"""A unit and an item."""

LINE_COLUMNS: Final = (
    "id",
    "batch",
    "row",
    "unit",
    "item",
    "received",
    "decided",
    "deadline",
    "provisional",
    "outcome",
    "first",
    "answers",
    "held",
)
"""The columns of a basic row, in order; `first` is 1 where the row answers no earlier one."""


@dataclass(frozen=True, slots=True)
class Span:
    """What of the table is wanted: from month to month (their first days), of one unit or item or of all."""

    first: date
    last: date
    unit_id: int | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers in a role: the name of an account, a post, or both."""

    role: ContactRole
    name: str
    login: str
    post: str


@dataclass(frozen=True, slots=True)
class DutyView:
    """A duty as people see it; `contacts` in the order of `ContactRole`."""

    id: int
    unit_id: int
    unit_code: str
    unit_name: str
    item: str
    since: date
    until: date | None
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of a unit and an item. `state` and `term` (first and last day of the duty) are None where the unit does not owe the item;
    `closes` is the day by which a month had to be met, `closes_provisional` whether a calendar not yet announced says so."""

    unit_id: int
    item: str
    month: date
    figures: Figures = field(default_factory=Figures)
    state: MonthState | None = None
    term: tuple[date, date | None] | None = None
    decided: bool = False
    nil: bool = False
    closes: date | None = None
    closes_provisional: bool = False


@dataclass(frozen=True)
class DutyTable:
    """The duty table of some months. `duties` has the version that holds last of each unit and item; `cells` all that is to be shown."""

    months: tuple[date, ...]
    on: date
    units: Mapping[int, tuple[str, str]]
    duties: tuple[DutyView, ...]
    cells: Mapping[tuple[int, str, date], Cell] = field(default_factory=dict)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every unit and item with a duty or with rows, in order of unit and item."""
        return tuple(dict.fromkeys((unit, item) for unit, item, _ in sorted(self.cells)))

    @property
    def missing(self) -> tuple[Cell, ...]:
        """The months in which nothing came though something was owed."""
        return tuple(cell for _, cell in sorted(self.cells.items()) if cell.state is MonthState.MISSING)

    def total(self, *, unit_id: int | None = None, item: str | None = None, month: date | None = None) -> Figures:
        """The figures of a unit, an item, a month, or of any of these together; of everything without one."""
        found = Figures()
        for (unit, code, when), cell in self.cells.items():
            if unit_id in (None, unit) and item in (None, code) and month in (None, when):
                found += cell.figures
        return found


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows: of a figure (a key of `BEHIND`), within a span. `before` is the id the last page ended with."""

    span: Span
    figure: str = "rows"
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """One row handed in, or the settlement of one that was held (then `outcome` says so). `row` is nought for a typed row."""

    id: int
    batch_id: int | None
    row: int
    unit_id: int
    unit_name: str
    item: str
    received_on: date
    act_date: date | None
    due_on: date | None
    provisional: bool
    outcome: Outcome
    answers: int | None
    held_id: int | None


def duty_table(actor: Actor, span: Span, *, edition: Edition, on: date) -> DutyTable:
    """The table as it stands on a day.

    Cost: nine queries, whatever the size: sums of batches, and single rows and bad rows by their own indexes.
    """
    months = months_between(span.first, span.last)
    span = replace(span, first=months[0])
    duties = _duties(actor, span)
    counted = _counted(actor, span)
    corrected = _corrected(actor, span)
    decided, nils = _decided(actor, span), _nils(actor, span)
    terms: dict[Place, list[DutyView]] = {}
    for duty in duties:
        terms.setdefault((duty.unit_id, duty.item), []).append(duty)
    units = {duty.unit_id: (duty.unit_code, duty.unit_name) for duty in duties}
    units |= {one.id: (one.code, one.name) for one in directory(actor)}
    plan = calendar()
    cells = {}
    for unit_id, item in sorted({*terms, *((unit, item) for unit, item, _ in counted)}):
        for month in months:
            key = (unit_id, item, month)
            figures = figures_of(counted.get(key, ()))
            cell = Cell(unit_id, item, month, replace(figures, corrected=corrected.get(key, 0)))
            rule = edition.deadline_rule(item, last_of(month))
            closes, provisional = closes_on(month, rule.working_days if rule else None, plan)
            owed = _term(terms.get((unit_id, item), ()), month)
            if owed is not None:
                state = month_state(
                    owed,
                    month,
                    handed_in=figures.rows > 0,
                    decided=key in decided,
                    nil=key in nils,
                    closed=on > closes,
                )
                cell = replace(cell, state=state, term=owed, closes=closes, closes_provisional=provisional)
            cells[key] = replace(cell, decided=key in decided, nil=key in nils)
    last = {place: versions[-1] for place, versions in terms.items()}
    return DutyTable(months, on, units, tuple(last[place] for place in sorted(last)), cells)


def duty(duty_id: int, actor: Actor) -> DutyView:
    """One duty. Cost: one query. Raises: DutyUnknown."""
    row = _duty_rows(actor).filter(pk=duty_id).first()
    if row is None:
        raise DutyUnknown(duty_id)
    return _duty_view(row)


def duty_history(actor: Actor, *, unit_id: int, item: str) -> tuple[DutyView, ...]:
    """All that was ever said of a unit's duty for an item, the latest first. Cost: one query."""
    return tuple(map(_duty_view, _duty_rows(actor).filter(unit_id=unit_id, item=item).order_by("-since")))


BEHIND: Final[Mapping[str, Q]] = {
    "rows": ~Q(outcome__in=SETTLED),
    "first": Q(answers=None, outcome__in=FIRST),
    "passed": Q(answers=None, outcome=Outcome.ACCEPTED),
    "fresh": Q(outcome__in=FRESH),
    "timely": Q(outcome__in=FRESH, received_on__lte=F("due_on")),
    "late": Q(outcome__in=FRESH, received_on__gt=F("due_on")),
    "dated": Q(outcome__in=FRESH, due_on__isnull=False),
    "provisional": Q(outcome__in=FRESH, due_on__isnull=False, provisional=True),
    "bad": Q(outcome__in=BAD),
    "corrected": Q(outcome__in=BAD, put_right=True),
    "uncorrected": Q(outcome__in=BAD, put_right=False),
    "changes": Q(outcome__in=CHANGES),
    "unchanged": Q(outcome__in=(Outcome.UNCHANGED, Outcome.RELEASED_SAME)),
    "held": Q(outcome__in=(Outcome.HELD, Outcome.HELD_CHANGE)),
    "rejected": Q(outcome=Outcome.REJECTED),
    "repeated": Q(outcome=Outcome.REPEATED),
}
"""The rows behind each figure."""


def submissions(actor: Actor, asked: RowsAsked) -> Page[SubmissionView]:
    """The rows behind a figure, the latest first. Cost: one query."""
    rows = _within(_submitted(actor), asked.span).filter(
        BEHIND[asked.figure] if asked.figure in BEHIND else Q(pk__in=[])
    )
    if asked.before is not None:
        rows = rows.filter(id__lt=asked.before)
    limit = max(1, min(asked.limit, LARGEST_PAGE))
    found = list(rows.select_related("unit").order_by("-id")[: limit + 1])
    items = tuple(map(_submission_view, found[:limit]))
    return Page(items, items[-1].id if len(found) > limit else None)


def submission_lines(actor: Actor, span: Span) -> Iterator[tuple[str, ...]]:
    """The basic rows from the first month on, in order, as `LINE_COLUMNS`: what came after the last month may have put right what came
    before. No personal data. Cost: one query; memory does not grow with the rows."""
    rows = _within(_submitted(actor), replace(span, last=date.max)).order_by("id")
    wanted = rows.values_list(
        "id",
        "batch_id",
        "row",
        "unit__code",
        "item",
        "received_on",
        "act_date",
        "due_on",
        "provisional",
        "outcome",
        "answers",
        "held",
    )
    for row_id, batch, row, unit, item, received, acted, due, provisional, outcome, answers, held in wanted.iterator(
        5000
    ):
        line = (row_id, batch, row, unit, item, received, acted, due, int(provisional), outcome)
        yield tuple("" if value is None else str(value) for value in (*line, int(answers is None), answers, held))


def count_submissions(actor: Actor, span: Span) -> int:
    """How many basic rows there are from the first month on. Cost: one query."""
    return _within(_submitted(actor), replace(span, last=date.max)).count()


# --- what is counted -------------------------------------------------------------------------------

Group = tuple[Outcome, bool, str, bool, int]


def _readable(actor: Actor) -> Q:
    if actor.may("intake.read_all"):
        return Q()
    prefix = visible_prefix(actor)
    if not actor.may("intake.read_own") or prefix is None:
        return Q(pk__in=[])
    return Q(unit__path__startswith=prefix)


def _place(span: Span) -> Q:
    found = Q() if span.unit_id is None else Q(unit_id=span.unit_id)
    return found & Q(item=span.item) if span.item else found


def _submitted(actor: Actor) -> QuerySet[models.Submission]:
    """Rows that count, each with whether a later one put it right."""
    later = models.Submission.objects.filter(
        COUNTED,
        answers=Coalesce(OuterRef("answers"), OuterRef("pk")),
        id__gt=OuterRef("pk"),
        outcome__in=TAKEN,
    )
    return models.Submission.objects.filter(COUNTED, _readable(actor)).alias(put_right=Exists(later))


def _within(rows: QuerySet[models.Submission], span: Span) -> QuerySet[models.Submission]:
    rows = rows.filter(_place(span), received_on__gte=span.first)
    return rows if span.last == date.max else rows.filter(received_on__lte=last_of(span.last))


def _counted(actor: Actor, span: Span) -> dict[tuple[int, str, date], list[Group]]:
    """Rows by place and month of receipt, grouped. Cost: two queries."""
    months = {"month__gte": span.first, "month__lte": span.last}
    tallies = models.Tally.objects.filter(_readable(actor), _place(span), **months)
    keys = ("unit_id", "item", "month", "outcome", "first", "due", "provisional")
    found: dict[tuple[int, str, date], list[Group]] = {}
    sums: Iterable[Any] = tallies.values_list(*keys).annotate(count=Sum("rows")).order_by()
    for unit, item, month, outcome, first, due, provisional, count in sums:
        found.setdefault((unit, item, month), []).append((Outcome(outcome), first, due, provisional, count))
    timely = Case(
        When(due_on=None, then=Value("")),
        When(received_on__lte=F("due_on"), then=Value("timely")),
        default=Value("late"),
        output_field=CharField(),
    )
    single = _within(models.Submission.objects.filter(_readable(actor), batch=None), span)
    some = single.annotate(month=TruncMonth("received_on"), due=timely, first=Q(answers=None))
    for unit, item, month, outcome, first, due, provisional, count in (
        some.values_list(*keys).annotate(count=Count("pk")).order_by()
    ):
        found.setdefault((unit, item, month), []).append((Outcome(outcome), bool(first), due, provisional, count))
    return found


def _corrected(actor: Actor, span: Span) -> dict[tuple[int, str, date], int]:
    """Bad rows that a later one put right, by place and month of receipt of the bad one. Cost: one query over bad rows."""
    rows = _within(_submitted(actor), span).filter(BEHIND["corrected"])
    grouped = rows.annotate(month=TruncMonth("received_on")).values_list("unit_id", "item", "month")
    return {(unit, item, month): count for unit, item, month, count in grouped.annotate(count=Count("pk")).order_by()}


def _decided(actor: Actor, span: Span) -> set[tuple[int, str, date]]:
    """The months in which records that were taken were decided. Cost: two queries."""
    taken = Q(_readable(actor), _place(span), outcome__in=TAKEN)
    months = {"act_month__gte": span.first, "act_month__lte": span.last}
    tallies = models.Tally.objects.filter(taken, **months)
    found: set[Any] = set(tallies.values_list("unit_id", "item", "act_month").distinct())
    singles = models.Submission.objects.filter(
        taken, batch=None, act_date__gte=span.first, act_date__lte=last_of(span.last)
    ).annotate(act_month=TruncMonth("act_date"))
    return found | set(singles.values_list("unit_id", "item", "act_month").distinct())


def _nils(actor: Actor, span: Span) -> set[tuple[int, str, date]]:
    rows = models.NilReport.objects.filter(_readable(actor), _place(span), month__gte=span.first, month__lte=span.last)
    return set(rows.values_list("unit_id", "item", "month"))


def _duty_rows(actor: Actor) -> QuerySet[models.Duty]:
    return models.Duty.objects.filter(_readable(actor)).select_related("unit", "leader", "business", "technical")


def _duties(actor: Actor, span: Span) -> tuple[DutyView, ...]:
    """All versions of the duties that touch the span, by day of beginning. Cost: one query."""
    rows = _duty_rows(actor).filter(
        _place(span), Q(until=None) | Q(until__gte=span.first), since__lt=following(span.last)
    )
    return tuple(map(_duty_view, rows.order_by("since")))


def _term(versions: Iterable[DutyView], month: date) -> tuple[date, date | None] | None:
    """The term to which a month belongs: that of a version that touches it, else of the nearest one; None where nothing is owed."""
    known = list(versions)
    for one in known:
        if one.since <= last_of(month) and (one.until is None or one.until >= month):
            return one.since, one.until
    if not known:
        return None
    nearest = known[0] if last_of(month) < known[0].since else [one for one in known if one.since <= month][-1]
    return nearest.since, nearest.until


def _duty_view(row: models.Duty) -> DutyView:
    contacts = tuple(
        Contact(
            role,
            person.name if (person := getattr(row, role.value)) else "",
            person.login if person else "",
            getattr(row, f"{role.value}_post"),
        )
        for role in ContactRole
    )
    return DutyView(row.pk, row.unit_id, row.unit.code, row.unit.name, row.item, row.since, row.until, contacts)


def _submission_view(row: models.Submission) -> SubmissionView:
    return SubmissionView(
        row.pk,
        row.batch_id,
        row.row,
        row.unit_id,
        row.unit.name,
        row.item,
        row.received_on,
        row.act_date,
        row.due_on,
        row.provisional,
        Outcome(row.outcome),
        row.answers,
        row.held,
    )
