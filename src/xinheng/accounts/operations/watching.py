"""The watch over the register: read on from where it stood, raise what is unusual once, settle it; and its figures."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta

from xinheng.accounts import models
from xinheng.accounts.queries.watching import watch_in_force
from xinheng.accounts.rules.watching import (
    MOST_EVIDENCE,
    USUAL_DAYS,
    AlertKind,
    AlertRaised,
    AlertSettled,
    AlertVerdict,
    Finding,
    Look,
    Watch,
    WatchSet,
    findings,
    watch_faults,
)
from xinheng.accounts.values import Denied, DraftInvalid, NotAllowed
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.dates import end_of_day, legal_date, start_of_day
from xinheng.kernel.errors import Conflict, Unknown
from xinheng.ledger.door import operation, runs_after

REGISTER = "register"
CHUNK = 500
LONGEST_REASON = 300

WorkingDay = Callable[[date], bool]
Bearers = Callable[[Collection[int], Collection[str]], Collection[int]]
"""Of these natural persons (ids), those that bear one of these names; who knows names of subjects is a later module."""


class AlertUnknown(Unknown):
    """No such alert, or none this reader may see."""

    def __init__(self) -> None:
        super().__init__("accounts.alert_unknown", "没有这条异常查询提示")


class AlreadySettled(Conflict):
    """Somebody settled it before."""

    def __init__(self) -> None:
        super().__init__("accounts.alert_settled", "这条提示已经处理过，处理结果不能更改")


def watch_register(
    *,
    working_day: WorkingDay,
    bearers: Bearers,
    actor: Actor,
    now: datetime,
    between: Callable[[], None] = lambda: None,
) -> int:
    """Read the register on from where the last watch stood and raise what is unusual; returns how many alerts are new.

    Only numbered lines are read, by number, so none is missed however late it was numbered. Every person's day that got a new
    line is judged whole: after a standstill, or when killed half-way, the next watch finds the same, and an alert stands once.
    Cost: two queries a chunk of 500 entries; four a person and day with new lines.
    """
    state, _made = models.WatchState.objects.get_or_create(name=REGISTER)
    watch, raised = watch_in_force(), 0
    while chunk := list(runs_after(state.number, CHUNK)):
        asked = [json.loads(run.header.payload) for run in chunk if run.header.operation == "accounts.query_registered"]
        for person_id, day in _touched([one["query_id"] for one in asked]):
            for finding in _judged(person_id, day, watch, working_day, bearers):
                raised += _raise_once(person_id, finding, actor, now)
        state.number = chunk[-1].first
        state.save(update_fields=["number"])
        between()
    return raised


def _touched(query_ids: list[int]) -> list[tuple[int, date]]:
    rows = models.Query.objects.filter(id__in=query_ids, person__isnull=False).values_list("person_id", "at")
    return sorted({(person_id, legal_date(at)) for person_id, at in rows if person_id is not None})


def _judged(person_id: int, day: date, watch: Watch, working_day: WorkingDay, bearers: Bearers) -> Iterator[Finding]:
    """Everything unusual in one person's look-ups of one legal date."""
    mine = models.Query.objects.filter(person_id=person_id)
    rows = list(mine.filter(at__gte=start_of_day(day), at__lt=end_of_day(day)).order_by("id"))
    looks = [Look(row.id, row.at, row.subject_id, row.personal, row.count) for row in rows]
    before = mine.filter(at__gte=start_of_day(day - timedelta(days=USUAL_DAYS)), at__lt=start_of_day(day))
    earlier = Counter(legal_date(at) for at in before.values_list("at", flat=True))
    yield from findings(looks, day, watch, earlier=earlier, working_day=working_day)
    # Whatever way they came: over the API a search by number that finds somebody tells what a page would.
    people = {row.subject_id for row in rows if row.personal and row.subject_id is not None}
    if people:
        unit_id = next((row.unit_id for row in rows if row.unit_id is not None), None)
        for subject_id in sorted(bearers(people, _colleagues(unit_id, day))):
            these = tuple(row.id for row in rows if row.subject_id == subject_id)
            yield Finding(AlertKind.COLLEAGUE, f"colleague/{day}/{subject_id}", day, len(these), 0, these)


def _colleagues(unit_id: int | None, day: date) -> set[str]:
    """The names of everybody of a unit on a day, the one who looks among them: looking oneself up is no business either."""
    if unit_id is None:
        return set()
    there = models.Person.objects.filter(unit_id=unit_id, active_from__lt=end_of_day(day))
    return {name for name, to in there.values_list("name", "active_to") if to is None or to >= start_of_day(day)}


def _raise_once(person_id: int, finding: Finding, actor: Actor, now: datetime) -> int:
    """Raise it unless it stands already. One watch at a time reads, and the database holds it unique besides."""
    if models.Alert.objects.filter(person_id=person_id, mark=finding.mark).exists():
        return 0
    raise_alert(person_id=person_id, finding=finding, actor=actor, now=now)
    return 1


@operation(code="accounts.alert_raised", needs="accounts.watch")
def raise_alert(*, person_id: int, finding: Finding, actor: Actor, now: datetime) -> AlertRaised:
    """Enter something unusual. Only the watch does; cost: two queries and the ledger's."""
    looked = models.Query.objects.filter(id__in=finding.looks[:1]).values_list("unit_id", flat=True).first()
    row = models.Alert(
        person_id=person_id,
        unit_id=looked,
        kind=finding.kind,
        mark=finding.mark,
        day=finding.on,
        observed=finding.observed,
        threshold=finding.threshold,
        queries=len(finding.looks),
        evidence=list(finding.looks[:MOST_EVIDENCE]),
        raised_at=now,
    )
    row.save()
    return AlertRaised(row.id, person_id, finding.kind, finding.observed, finding.threshold)


@operation(code="accounts.alert_settled", needs="accounts.settle_alerts")
def settle_alert(*, alert_id: int, verdict: AlertVerdict, reason: str, actor: Actor, now: datetime) -> AlertSettled:
    """Settle an alert with a reason, once. Nobody sees or settles one about oneself.

    Cost: two queries. Raises: AlertUnknown, AlreadySettled, DraftInvalid.
    """
    row = models.Alert.objects.select_for_update().filter(id=alert_id).exclude(person_id=actor.id or 0).first()
    if row is None:
        raise AlertUnknown
    if row.settled_at is not None:
        raise AlreadySettled
    row.settled_at, row.settled_by_id = now, actor.id
    row.verdict, row.reason = verdict, checked_reason(reason)
    row.save(update_fields=["settled_at", "settled_by", "verdict", "reason"])
    return AlertSettled(row.id, verdict)


@operation(code="accounts.watch_set", needs="accounts.set_watch")
def set_watch(*, watch: Watch, reason: str, actor: Actor, now: datetime) -> WatchSet:
    """Set the figures of the watch and the sample, with a reason; they count from the next watch on.

    Cost: one query. Raises: DraftInvalid, with the first figure that is out of its limits.
    """
    for name, message in watch_faults(watch):
        raise DraftInvalid("accounts.watch_figure", message, field=name)
    if actor.id is None:
        raise NotAllowed(Denied("watch_by_nobody", "阈值由人员设定", "查询使用登记和审查制度"))
    row = models.WatchSetting(
        figures=asdict(watch), reason=checked_reason(reason, longest=200), set_at=now, set_by_id=actor.id
    )
    row.save()
    return WatchSet(row.id, asdict(watch), row.reason)


def checked_reason(reason: str, *, longest: int = LONGEST_REASON) -> str:
    """A reason as it is kept. Raises: DraftInvalid for none, or one too long."""
    if is_blank(reason) or len(reason.strip()) > longest:
        raise DraftInvalid("accounts.watch_reason", f"请写明理由，1 至 {longest} 个字", field="reason")
    return reason.strip()
