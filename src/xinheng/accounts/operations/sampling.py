"""The monthly sample of look-ups, and its review by somebody who looked nothing up."""

from datetime import date, datetime, timedelta

from xinheng.accounts import models
from xinheng.accounts.operations.watching import checked_reason
from xinheng.accounts.queries.watching import SampleUnknown, watch_in_force
from xinheng.accounts.rules.watching import (
    LookReviewed,
    LookVerdict,
    SampleDrawn,
    drawn,
    sample_seed,
    sample_size,
)
from xinheng.accounts.values import Denied, NotAllowed
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date, start_of_day
from xinheng.kernel.errors import Conflict
from xinheng.ledger.door import checkpoints, operation

MOST_CHECKPOINTS = 4_000
SETTLED = timedelta(hours=1)
"""How long after the month's end its checkpoint is taken at the earliest: by then the last look-ups have their numbers."""


class AlreadyReviewed(Conflict):
    """Somebody reviewed it before."""

    def __init__(self) -> None:
        super().__init__("accounts.look_reviewed", "这条查询已经审查过，结论不能更改")


def draw_due_samples(*, actor: Actor, now: datetime) -> int:
    """Draw every month that is over and not drawn yet, the oldest first, as far as a checkpoint was signed after it.

    Idempotent; catches up after a standstill. Cost: three queries, and a pass over the register a month.
    """
    oldest = models.Query.objects.order_by("at").values_list("at", flat=True).first()
    if oldest is None:
        return 0
    there = set(models.Sample.objects.values_list("month", flat=True))
    month, made = legal_date(oldest).replace(day=1), 0
    while (after := next_month(month)) <= legal_date(now):
        if month not in there and _anchor(after) is not None:
            draw_sample(month=month, actor=actor, now=now)
            made += 1
        month = after
    return made


@operation(code="accounts.sample_drawn", needs="accounts.watch")
def draw_sample(*, month: date, actor: Actor, now: datetime) -> SampleDrawn:
    """Draw the sample of one month: the look-ups whose hash with the seed is smallest.

    The seed follows from the first checkpoint signed an hour or more after the month; the population are the look-ups of the
    month that it holds. Nothing here can be chosen. Raises: SampleUnknown before there is such a checkpoint, and Conflict for a
    month that is drawn. Cost: five queries, one a look-up drawn, and the ledger's.
    """
    after = next_month(month)
    anchor = _anchor(after)
    if anchor is None:
        raise SampleUnknown
    if models.Sample.objects.filter(month=month).exists():
        raise Conflict("accounts.sample_there", f"{month:%Y-%m} 的抽查已经抽取")
    size_of_tree, root = anchor
    rows = models.Query.objects.filter(
        at__gte=start_of_day(month), at__lt=start_of_day(after), run__first__isnull=False, run__first__lte=size_of_tree
    )
    ids = list(rows.values_list("id", flat=True))
    seed = sample_seed(month, root)
    chosen = drawn(ids, seed, sample_size(len(ids), watch_in_force()))
    row = models.Sample(
        month=month,
        tree_size=size_of_tree,
        tree_root=root,
        seed=seed,
        population=len(ids),
        size=len(chosen),
        drawn_at=now,
    )
    row.save()
    for place, query_id in enumerate(chosen, 1):
        models.SampledQuery(sample=row, query_id=query_id, place=place).save()
    return SampleDrawn(row.id, month, size_of_tree, seed, len(ids), len(chosen))


@operation(code="accounts.look_reviewed", needs="accounts.review_sample")
def review_look(*, sampled_id: int, verdict: LookVerdict, reason: str, actor: Actor, now: datetime) -> LookReviewed:
    """Say whether a sampled look-up fits its purpose, with a reason, once.

    Whoever looked anything up in that month reviews none of it. Cost: three queries.
    Raises: SampleUnknown, AlreadyReviewed, NotAllowed, DraftInvalid. Source: 查询使用登记和审查制度 (second role).
    """
    rows = models.SampledQuery.objects.select_for_update(of=("self",)).select_related("sample")
    row = rows.filter(id=sampled_id).first()
    if row is None:
        raise SampleUnknown
    if row.reviewed_at is not None:
        raise AlreadyReviewed
    if looked_up_in(actor.id or 0, row.sample.month):
        raise NotAllowed(
            Denied(
                "reviewer_looked",
                "您在该月查询过非公开信息，不能审查该月的抽查，请由没有查询过的人员办理",
                "查询使用登记和审查制度",
            )
        )
    row.verdict, row.reason = verdict, checked_reason(reason)
    row.reviewed_by_id, row.reviewed_at = actor.id, now
    row.save(update_fields=["verdict", "reason", "reviewed_by", "reviewed_at"])
    return LookReviewed(row.id, row.query_id, verdict)


def looked_up_in(person_id: int, month: date) -> bool:
    """Whether a person looked anything up in a month. Cost: one query."""
    since, until = start_of_day(month), start_of_day(next_month(month))
    return models.Query.objects.filter(person_id=person_id, at__gte=since, at__lt=until).exists()


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _anchor(after: date) -> tuple[int, str] | None:
    """Size and root (hex) of the first checkpoint signed an hour or more after a day began; None before there is one."""
    since = start_of_day(after) + SETTLED
    found = [one for one in checkpoints(MOST_CHECKPOINTS) if one.at >= since]
    first = min(found, key=lambda one: (one.at, one.size), default=None)
    return (first.size, first.root.hex()) if first else None
