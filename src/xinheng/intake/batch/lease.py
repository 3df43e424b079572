"""One load at a time in an installation: a row that says who is loading, renewed with every chunk."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from xinheng.intake import models
from xinheng.intake.values import Busy, LeaseLost

LEASE = timedelta(minutes=10)
"""Longer than reading and checking the largest file takes: a sign of life is given before and after it, and with every chunk."""


class Lease:
    """The hold of one process on loading. `clock` gives aware UTC moments."""

    def __init__(self, batch_id: int, clock: Callable[[], datetime]) -> None:
        self._batch = batch_id
        self._clock = clock
        self._holder = secrets.token_hex(16)

    def take(self) -> None:
        """Take the lease when nobody holds it, its holder gave no sign of life, or the same batch was begun before.

        The queue gives a batch to one process at a time, so whoever held it for the same batch is dead, or will learn at its next
        chunk that it was replaced. Raises: Busy.
        """
        now = self._clock()
        free = Q(holder="") | Q(until__lt=now) | Q(until__gt=now + LEASE) | Q(batch_id=self._batch)
        with transaction.atomic():
            models.Lease.objects.get_or_create(id=1)
            mine = {"holder": self._holder, "batch_id": self._batch, "until": now + LEASE}
            if not models.Lease.objects.filter(free, id=1).update(**mine):
                raise Busy

    def renew(self) -> None:
        """Give a sign of life, in the open transaction: if we were replaced, it does not commit. Raises: LeaseLost."""
        changed = models.Lease.objects.filter(id=1, holder=self._holder).update(until=self._clock() + LEASE)
        if not changed:
            raise LeaseLost(self._batch)

    def drop(self) -> None:
        """Let the next one in."""
        models.Lease.objects.filter(id=1, holder=self._holder).update(holder="", batch_id=None, until=None)
