"""Reads of the watch: alerts, its figures, the samples. For auditors only, and never about the reader."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xinheng.accounts import models
from xinheng.accounts.queries.register import LARGEST_PAGE, to_query
from xinheng.accounts.rules.watching import AlertKind, AlertVerdict, LookVerdict, Watch
from xinheng.accounts.values import Query
from xinheng.kernel.actor import Actor
from xinheng.kernel.errors import Unknown
from xinheng.ledger.values import NotAllowed


@dataclass(frozen=True, slots=True)
class Alert:
    """Something unusual, as an auditor sees it; `evidence` are ids of the register, oldest first, not all when there are many."""

    id: int
    person_id: int
    person_name: str
    unit_name: str
    kind: AlertKind
    day: date
    observed: int
    threshold: int
    queries: int
    evidence: tuple[int, ...]
    raised_at: datetime
    settled_at: datetime | None
    settled_by_name: str
    verdict: AlertVerdict | None
    reason: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, newest first; `next_before` continues, None at the end."""

    items: tuple[Alert, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class WatchRule:
    """Figures that were set: by whom, when, why."""

    figures: Watch
    reason: str
    set_at: datetime
    set_by_name: str


@dataclass(frozen=True, slots=True)
class SampleView:
    """A month's sample; `reviewed` of `size` are done. `seed` follows from `tree_root`, the root of the tree of `tree_size`."""

    id: int
    month: date
    tree_size: int
    tree_root: str
    seed: str
    population: int
    size: int
    drawn_at: datetime
    reviewed: int


@dataclass(frozen=True, slots=True)
class SampledLook:
    """One look-up of a sample, in the order drawn, with what its reviewer found."""

    id: int
    sample_id: int
    place: int
    query: Query
    verdict: LookVerdict | None
    reason: str
    reviewed_by_name: str
    reviewed_at: datetime | None


class SampleUnknown(Unknown):
    """No such sample, or no such look-up in one."""

    def __init__(self) -> None:
        super().__init__("accounts.sample_unknown", "没有这一月的抽查，或其中没有这一条")


def watch_in_force() -> Watch:
    """The figures that count now: those set last, or the customary ones. Cost: one query."""
    row = models.WatchSetting.objects.order_by("-id").first()
    return Watch(**row.figures) if row else Watch()


def watch_rules(actor: Actor) -> tuple[WatchRule, ...]:
    """All figures that were set, newest first. Raises: NotAllowed without `accounts.read_queries`. Cost: one query."""
    _require(actor, "accounts.watch_rules")
    rows = models.WatchSetting.objects.select_related("set_by").order_by("-id")
    return tuple(WatchRule(Watch(**row.figures), row.reason, row.set_at, row.set_by.name) for row in rows)


def alerts_page(
    actor: Actor,
    *,
    settled: bool | None = None,
    kind: AlertKind | None = None,
    person_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> AlertPage:
    """One page of alerts, newest first; never one about the reader.

    Raises: NotAllowed without `accounts.read_queries`. Cost: one query.
    """
    asked: dict[str, Any] = {"kind": kind, "person_id": person_id, "id__lt": before}
    if settled is not None:
        asked["settled_at__isnull"] = not settled
    rows = _alerts(actor).filter(**{name: value for name, value in asked.items() if value is not None})
    limit = max(1, min(limit, LARGEST_PAGE))
    found = [_to_alert(row) for row in rows.order_by("-id")[: limit + 1]]
    return AlertPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def alert(alert_id: int, actor: Actor) -> Alert | None:
    """One alert; None for none, and for one about the reader. Raises: NotAllowed. Cost: one query."""
    row = _alerts(actor).filter(id=alert_id).first()
    return _to_alert(row) if row else None


def open_alerts(actor: Actor) -> int:
    """How many alerts wait for the reader. Raises: NotAllowed. Cost: one query."""
    return int(_alerts(actor).filter(settled_at=None).count())


def looks_of(alert_: Alert, actor: Actor) -> tuple[Query, ...]:
    """The lines of the register an alert names, oldest first. Raises: NotAllowed. Cost: one query."""
    _require(actor, "accounts.looks_of")
    rows = models.Query.objects.select_related("person", "unit").filter(id__in=alert_.evidence).order_by("id")
    return tuple(to_query(row, named=True) for row in rows)


def samples(actor: Actor) -> tuple[SampleView, ...]:
    """The months drawn, newest first. Raises: NotAllowed without `accounts.read_queries`. Cost: two queries."""
    _require(actor, "accounts.samples")
    done: dict[int, int] = {}
    for sample_id in models.SampledQuery.objects.filter(reviewed_at__isnull=False).values_list("sample_id", flat=True):
        done[sample_id] = done.get(sample_id, 0) + 1
    rows = models.Sample.objects.order_by("-month")
    return tuple(_to_sample(row, done.get(row.id, 0)) for row in rows)


def sampled_looks(sample_id: int, actor: Actor) -> tuple[SampledLook, ...]:
    """The look-ups of one sample in the order drawn. Raises: NotAllowed; SampleUnknown. Cost: one query."""
    _require(actor, "accounts.sampled_looks")
    rows = models.SampledQuery.objects.select_related("query__person", "query__unit", "reviewed_by")
    found = tuple(
        SampledLook(
            id=row.id,
            sample_id=row.sample_id,
            place=row.place,
            query=to_query(row.query, named=True),
            verdict=LookVerdict(row.verdict) if row.verdict else None,
            reason=row.reason,
            reviewed_by_name=row.reviewed_by.name if row.reviewed_by else "",
            reviewed_at=row.reviewed_at,
        )
        for row in rows.filter(sample_id=sample_id).order_by("place")
    )
    if not found and not models.Sample.objects.filter(id=sample_id).exists():
        raise SampleUnknown
    return found


def _require(actor: Actor, asked: str) -> None:
    if not actor.may("accounts.read_queries"):
        raise NotAllowed(asked, "accounts.read_queries")


def _alerts(actor: Actor) -> Any:
    _require(actor, "accounts.alerts_page")
    return models.Alert.objects.select_related("person", "unit", "settled_by").exclude(person_id=actor.id or 0)


def _to_alert(row: models.Alert) -> Alert:
    return Alert(
        id=row.id,
        person_id=row.person_id,
        person_name=row.person.name,
        unit_name=row.unit.name if row.unit else "",
        kind=AlertKind(row.kind),
        day=row.day,
        observed=row.observed,
        threshold=row.threshold,
        queries=row.queries,
        evidence=tuple(row.evidence),
        raised_at=row.raised_at,
        settled_at=row.settled_at,
        settled_by_name=row.settled_by.name if row.settled_by else "",
        verdict=AlertVerdict(row.verdict) if row.verdict else None,
        reason=row.reason,
    )


def _to_sample(row: models.Sample, reviewed: int) -> SampleView:
    return SampleView(
        row.id,
        row.month,
        row.tree_size,
        row.tree_root,
        row.seed,
        row.population,
        row.size,
        row.drawn_at,
        reviewed,
    )
