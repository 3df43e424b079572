"""Counts of requests by name of the page, method and status, and how long they took.

Each process of the server counts for itself. Where several answer, `PROMETHEUS_MULTIPROC_DIR` (set with the settings of monitoring) lets
each write its counts to a file, and whoever is asked adds them up.
"""

import os
from functools import cache

from django.http import HttpRequest
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meters:
    """The counters of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "xinheng_requests", "Requests answered", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "xinheng_request_seconds", "Seconds a request took", ["route"], buckets=BUCKETS, registry=self.registry
        )

    def count(self, request: HttpRequest, status: int, seconds: float) -> None:
        """Count one answer."""
        route = route_of(request)
        method = request.method if request.method in METHODS else "OTHER"
        self.requests.labels(route, method, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def all_processes(self) -> CollectorRegistry:
        """What is shown: the counts of all processes of this server."""
        if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            return self.registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry


@cache
def meters() -> Meters:
    """The one of this process."""
    return Meters()


def route_of(request: HttpRequest) -> str:
    """The name of the page, never its address: addresses hold codes of subjects. `none` for what leads nowhere."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or match.route) if match else "none"
