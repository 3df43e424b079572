"""What officials see: what is shown until when, what is due, ending, late or withheld, and why. Reads take the actor."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from xinheng.accounts.door import visible_prefix
from xinheng.kernel.actor import Actor
from xinheng.ledger.values import NotAllowed
from xinheng.publicity import models, rules
from xinheng.publicity.queries.counting import by_condition, first_shown_late
from xinheng.publicity.queries.predicate import decided, within_term
from xinheng.publicity.queries.reach import subject_names
from xinheng.publicity.values import Decision, PlanLine, Stage
from xinheng.records.door import is_hidden, records_under

NEEDS = "publicity.read_plan"
FEW = 2_000
"""Records of an actor's units up to which a list begins with them."""
COUNTED = (Stage.DUE, Stage.ENDING, Stage.LATE, Stage.WITHHELD)


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What of the plan is wanted; empty fields do not restrict. `after` is the last id of the page before."""

    stage: Stage | None = None
    item: str = ""
    unit_id: int | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A page of the plan; `after` continues it (None at the end)."""

    items: tuple[PlanLine, ...]
    after: int | None


def plan(wanted: PlanFilter, *, on: date, actor: Actor, limit: int = 50) -> PlanPage:
    """Publications of the actor's units (all by office), latest first. Cost: one query by office, else two, constant in the data.

    Raises: NotAllowed without `publicity.read_plan`.
    """
    rows = _listed(actor)
    if wanted.after:
        rows = rows.filter(pk__lt=wanted.after)
    if wanted.stage is not None:
        rows = rows.filter(_at(wanted.stage, on))
    if wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted.unit_id is not None:
        rows = rows.filter(version__unit_id=wanted.unit_id)
    found = list(_annotated(rows, on).order_by("-pk")[: limit + 1])
    shown = found[:limit]
    names = subject_names(shown, on)
    return PlanPage(tuple(_line(row, on, names[row.pk]) for row in shown), shown[-1].pk if len(found) > limit else None)


def stage_counts(*, on: date, actor: Actor) -> dict[Stage, int]:
    """How many publications stand at each stage that asks for attention.

    Cost: three queries; a walk over all publications of the actor's units.  Raises: NotAllowed.
    """
    if not actor.may(NEEDS):
        raise NotAllowed("publicity.plan", NEEDS)
    prefix = visible_prefix(actor)
    if prefix is None:
        return dict.fromkeys(COUNTED, 0)
    rows = models.Publication.objects.all()
    if prefix != "/":
        # By the record, whose rows are short; its unit is that of all its versions.
        rows = rows.filter(record__unit__path__startswith=prefix)
    conditions = {stage.value: _own(stage, on) for stage in COUNTED}
    [counted] = by_condition(rows, conditions, on=on).values()
    return {stage: counted[stage.value] for stage in COUNTED}


def of_records(record_ids: list[int], *, on: date, actor: Actor) -> dict[int, PlanLine]:
    """How the latest versions of some records stand, by record. Cost: one query.  Raises: NotAllowed."""
    return _lines(_readable(actor).filter(record_id__in=record_ids), on)


def lines_of(record_ids: list[int], *, on: date) -> dict[int, PlanLine]:
    """The same of records that the caller was allowed to read already. Cost: one query."""
    return _lines(decided().filter(record_id__in=record_ids), on)


def _lines(wanted: QuerySet[models.Publication], on: date) -> dict[int, PlanLine]:
    rows = list(_annotated(wanted, on))
    names = subject_names(rows, on)
    return {row.record_id: _line(row, on, names[row.pk]) for row in rows}


def _readable(actor: Actor) -> QuerySet[models.Publication]:
    if not actor.may(NEEDS):
        raise NotAllowed("publicity.plan", NEEDS)
    prefix = visible_prefix(actor)
    return decided().none() if prefix is None else decided().filter(version__unit__path__startswith=prefix)


def _listed(actor: Actor) -> QuerySet[models.Publication]:
    """The same for a list from the latest down. Of a unit with few records these are named: to find the last of them, or that there is
    none, everybody's would have to be walked through."""
    rows, prefix = _readable(actor), visible_prefix(actor)
    few = records_under(prefix, most=FEW) if prefix and prefix != "/" else None
    return rows if few is None else decided().filter(record_id__in=few)


def _annotated(rows: QuerySet[models.Publication], on: date) -> QuerySet[models.Publication]:
    hidden = is_hidden(on)
    return rows.select_related("version__unit", "subject").annotate(is_hidden=hidden)


def _at(stage: Stage, on: date) -> Q:
    """The stage as a condition; `rules.stage` says the same of one row."""
    hidden = is_hidden(on)
    return hidden if stage is Stage.WITHDRAWN else _own(stage, on) & ~hidden


def _own(stage: Stage, on: date) -> Q:
    """What a stage asks of the publication itself, where its record is not hidden."""
    soon = on + timedelta(days=rules.ENDING_WITHIN_DAYS)
    ended_rule = Q(shown=False, rule="catalogue.ended")
    match stage:
        case Stage.ENDED:
            return ended_rule | Q(shown=True, public_until__lt=on)
        case Stage.WITHHELD:
            return Q(shown=False) & ~ended_rule
        case Stage.DUE:
            return Q(shown=True, public_from__gt=on) & (Q(public_until=None) | Q(public_until__gte=on))
        case Stage.ENDING:
            return within_term(on) & Q(public_until__lte=soon)
        case Stage.LATE:
            return within_term(on) & first_shown_late() & (Q(public_until=None) | Q(public_until__gt=soon))
        case _:
            return within_term(on)


def _line(row: models.Publication, on: date, subject_name: str) -> PlanLine:
    version = row.version
    decision = decision_of(row)
    timely = rules.timeliness(shown=row.shown, deadline=row.deadline, first_public_at=row.first_public_at, on=on)
    return PlanLine(
        publication_id=row.pk,
        record_id=row.record_id,
        version_id=row.version_id,
        item=row.item,
        subject_id=row.subject_id,
        subject_name=subject_name,
        unit_id=version.unit_id,
        unit_name=version.unit.name,
        document_number=version.document_number,
        act_date=version.act_date,
        stage=rules.stage(decision, on=on, hidden=getattr(row, "is_hidden", False), late=timely == "late"),
        timeliness=timely,
        public_from=row.public_from,
        public_until=row.public_until,
        deadline=row.deadline,
        deadline_provisional=row.deadline_provisional,
        first_public_at=row.first_public_at,
        reason=row.reason,
        tier=row.tier,
        bases=tuple(filter(None, row.bases.split(";"))),
    )


def decision_of(row: models.Publication) -> Decision:
    """A stored decision as a value."""
    return Decision(
        row.shown,
        row.public_from,
        row.public_until,
        row.rule,
        row.reason,
        row.bases,
        row.tier,
        row.edition,
        row.deadline,
        row.deadline_provisional,
        row.calendar,
    )
