"""Answers `/health/live`, `/health/ready` and `/metrics` before anything else, and counts what the others answer.

First of all middlewares: a probe has no session, speaks plain HTTP inside the house, and names the host as it likes.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from prometheus_client import generate_latest
from prometheus_client.registry import CollectorRegistry

from xinheng.web.clock import now
from xinheng.web.monitoring import access, health
from xinheng.web.monitoring.gauges import Gauges
from xinheng.web.monitoring.meters import meters

LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Monitoring:
    """Only GET and HEAD; anything but figures for those who may see them is a word."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in (LIVE, READY, METRICS):
            return _answered(request)
        if not access.switched_on():
            return self.get_response(request)
        begun = time.perf_counter()
        response = self.get_response(request)
        meters().count(request, response.status_code, time.perf_counter() - begun)
        return response


def _answered(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    if request.path_info == LIVE:
        return _json({"status": "alive"})
    if request.path_info == READY:
        return _ready(full=access.allowed(request))
    if not access.switched_on():
        return HttpResponse(status=404)
    return _figures() if access.allowed(request) else HttpResponse(status=403)


def _ready(*, full: bool) -> HttpResponse:
    """Who waits in front learns that it should wait; figures and reasons are for operators."""
    checks = health.readiness(now())
    status = health.status(checks)
    told: dict[str, Any] = {"status": status, "problems": [check.name for check in checks if check.state != "ok"]}
    if full:
        told["checks"] = {check.name: {"state": check.state, **check.figures} for check in checks}
    return _json(told, status=503 if status == "not_ready" else 200)


def _figures() -> HttpResponse:
    own = CollectorRegistry()
    own.register(Gauges(now()))
    text = generate_latest(own) + generate_latest(meters().all_processes())
    return _closed(HttpResponse(text, content_type=CONTENT_TYPE))


def _json(told: dict[str, Any], status: int = 200) -> HttpResponse:
    return _closed(HttpResponse(json.dumps(told), status=status, content_type="application/json"))


def _closed(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
