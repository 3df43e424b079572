"""How many sign-ins fail: numbers without names, for whoever watches the platform."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from xinheng.accounts import models


@dataclass(frozen=True, slots=True)
class SignInFailures:
    """Failures in a row over all accounts, and accounts that are locked now."""

    failures: int
    locked: int


def sign_in_failures(now: datetime) -> SignInFailures:
    """Cost: one query over the accounts."""
    found = models.SignInGuard.objects.aggregate(
        failures=Sum("failures"), locked=Count("pk", filter=Q(locked_until__gt=now))
    )
    return SignInFailures(found["failures"] or 0, found["locked"])
