"""Counts of failed sign-ins against the ledger: they have no leaf, but what set or lifted a lock has."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Mod

from xinheng.accounts import models
from xinheng.accounts.rules.entering import LONGEST_LOCK
from xinheng.accounts.values import FAILURES_BEFORE_LOCK
from xinheng.kernel.actor import system
from xinheng.ledger.door import TrailFilter
from xinheng.ledger.door import trail as ledger_trail

LOOKED_AT = 10_000
SIDE_BY_SIDE = timedelta(minutes=1)
"""An attempt that began before the lock may end in a sign-in after it; its moment is that of its beginning."""


@dataclass(frozen=True, slots=True)
class GuardFaults:
    """How many accounts have no count, one that no attempt leaves behind, or lack a lock that the ledger says is in force."""

    missing: int
    impossible: int
    lifted: int


def guard_faults(now: datetime) -> GuardFaults:
    """What was changed by hand in the counts of failed sign-ins, as far as it can be told.

    A count put lower while no lock is in force cannot: a right password puts it to zero, and that need not have left an entry.
    Cost: five queries, over accounts and the entries of the last eight hours.
    """
    missing = models.Person.objects.exclude(pk__in=models.SignInGuard.objects.values("person_id")).count()
    rows = models.SignInGuard.objects.annotate(rest=Mod(F("failures"), Value(FAILURES_BEFORE_LOCK)))
    locks = Q(rest=0, failures__gt=0)
    impossible = rows.filter(
        Q(failures__lt=0)
        | (locks & Q(locked_until=None))
        | (~locks & Q(locked_until__isnull=False))
        | Q(locked_until__gt=now + LONGEST_LOCK)
    ).count()
    return GuardFaults(missing, impossible, len(_lifted(now)))


def _lifted(now: datetime) -> set[int]:
    """People whom the ledger says are locked now, and whose count says that they are not."""
    wanted: dict[int, tuple[datetime, datetime]] = {}
    for at, told in _told("accounts.sign_in_refused", now):
        until = datetime.fromisoformat(told["locked_until"]) if told["locked_until"] else None
        if told["person_id"] is not None and until is not None and until > now:
            wanted[told["person_id"]] = max((until, at), wanted.get(told["person_id"], (until, at)))
    for operation in ("accounts.signed_in", "accounts.unlocked"):
        for at, told in _told(operation, now):
            held = wanted.get(told["person_id"])
            if held is not None and at >= held[1] - SIDE_BY_SIDE:
                del wanted[told["person_id"]]
    kept = dict(models.SignInGuard.objects.filter(person_id__in=wanted).values_list("person_id", "locked_until"))
    return {person for person, (until, _) in wanted.items() if person in kept and (kept[person] or now) < until}


def _told(operation: str, now: datetime) -> list[tuple[datetime, Any]]:
    asked = TrailFilter(operation=operation, since=now - LONGEST_LOCK - SIDE_BY_SIDE)
    runs = ledger_trail(asked, actor=system("doctor", "ledger.read"), limit=LOOKED_AT)
    return [(run.header.at, json.loads(run.header.payload)) for run in runs]
