"""How often one network address may fail at something, so that nobody tries until something fits.

The counts are kept in Django's cache, which is the memory of the web process: they are forgotten with a restart, and nothing about
addresses reaches the database.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest

from xinheng.web.origin import address_of


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures of one address within `window`, which begins with the first."""

    key: str
    most: int
    window: timedelta

    def reached(self, request: HttpRequest) -> bool:
        """Whether the address has failed too often."""
        return bool(cache.get(self._key(request), 0) >= self.most)

    def note(self, request: HttpRequest) -> None:
        """Count a failure of the address."""
        key, seconds = self._key(request), self.window.total_seconds()
        if not cache.add(key, 1, timeout=seconds):
            try:
                cache.incr(key)
            except ValueError:
                # The window ended between the two calls.
                cache.add(key, 1, timeout=seconds)

    def _key(self, request: HttpRequest) -> str:
        return f"{self.key}.{hashlib.sha256(address_of(request).encode()).hexdigest()}"
