"""Deciding about versions: the catalogue's answer and deadline for each, asked once a kind of case."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache

from django.db.models import Min

from xinheng.catalogue.door import calendar as current_calendar
from xinheng.catalogue.door import current_edition, publicity_due, publishable
from xinheng.kernel.calendar import Calendar
from xinheng.kernel.dates import legal_date
from xinheng.publicity import models, rules
from xinheng.publicity.values import Decision
from xinheng.records.door import facts_of
from xinheng.records.values import VersionBrief


class Decider:
    """Decides about versions on one day; many versions share act date and kinds, so answers are kept."""

    def __init__(self, now: datetime) -> None:
        self.on: date = legal_date(now)
        self._edition = current_edition(self.on)
        self._calendar: Calendar = current_calendar()
        self._ask = cache(lambda facts: publishable(self._edition, facts, self.on))
        self._due = cache(self._deadline)

    def decide(self, version: VersionBrief) -> Decision:
        """The decision about one version."""
        facts = facts_of(version.item, version.subject_kind, version.core, version.blocks)
        found = self._ask(facts) if facts is not None else None
        due = self._due(version.item, version.core.act_date) if version.core.act_date else None
        return rules.decide(found, on=self.on, due=due, calendar=self._calendar.version)

    def deadline(self, item: str, act_date: date) -> tuple[date, bool] | None:
        """The deadline of an act by today's calendar, and whether it is provisional."""
        return self._due(item, act_date)

    @property
    def calendar(self) -> str:
        """The version of the calendar asked."""
        return self._calendar.version

    def _deadline(self, item: str, act_date: date) -> tuple[date, bool] | None:
        due = publicity_due(self._edition, item, act_date, self._calendar)
        return (due.day, due.provisional) if due is not None else None


def first_public(versions: Sequence[VersionBrief]) -> dict[int, datetime]:
    """When the public first saw the records of some versions, by record; those it never saw are left out. Cost: one query.

    A deadline is met by the first publication: a correction of what was public in time is not late (§8.1).
    """
    earlier = models.Publication.objects.filter(
        record_id__in={version.record_id for version in versions}, first_public_at__isnull=False, run__ready=True
    )
    return dict(earlier.order_by().values_list("record_id").annotate(Min("first_public_at")))


def row_values(version: VersionBrief, decision: Decision, first: datetime) -> dict[str, object]:
    """The columns of a publication but for keys of the ledger. `first`: when its record was first public, unless withheld."""
    return {
        "version_id": version.id,
        "record_id": version.record_id,
        "item": version.item,
        "subject_id": version.subject_id,
        "shown": decision.shown,
        "public_from": decision.public_from,
        "public_until": decision.public_until,
        "rule": decision.rule,
        "reason": decision.reason,
        "bases": decision.bases,
        "tier": decision.tier,
        "edition": decision.edition,
        "deadline": decision.deadline,
        "deadline_provisional": decision.deadline_provisional,
        "calendar": decision.calendar,
        "first_public_at": first if decision.shown else None,
    }


def undecided(versions: Iterable[VersionBrief]) -> Iterator[VersionBrief]:
    """Those of some versions about which nothing was decided yet; what lies in a run that is not ready decides nothing. Cost: one query."""
    some = list(versions)
    known = set(
        models.Publication.objects.filter(version_id__in=[version.id for version in some], run__ready=True).values_list(
            "version_id", flat=True
        )
    )
    return (version for version in some if version.id not in known)
