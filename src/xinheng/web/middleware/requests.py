"""Gives every request a number that its log lines, its answer and its error page carry; writes one line when it is answered."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xinheng.kernel.log_context import bound
from xinheng.kernel.masking import mask_identifiers
from xinheng.web.monitoring.meters import route_of

logger = logging.getLogger("xinheng.request")

HEADER = "X-Request-ID"
_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class RequestLog:
    """Takes the number a proxy gave (`X-Request-ID`, 8 to 64 plain signs), else draws one; the answer carries it back.

    The line says who (kind and id), which page (its name), status and milliseconds: no address, no query, no name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = _number(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.request_id = number  # type: ignore[attr-defined]
        begun = time.perf_counter()
        with bound(request_id=number):
            response = self.get_response(request)
            response[HEADER] = number
            told = {
                "actor": actor_word(request),
                "route": route_of(request),
                "method": request.method,
                "status": response.status_code,
                "ms": round((time.perf_counter() - begun) * 1000),
            }
            logger.info("answered", extra=told)
        return response


def actor_word(request: HttpRequest) -> str:
    """Kind and id of who asks: `person:12`, `public`."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return "public"
    return f"{actor.kind}:{actor.id}" if actor.id is not None else str(actor.kind)


def _number(given: str) -> str:
    """A number that a proxy gave, unless it is none or could be somebody's own."""
    usable = _USABLE.fullmatch(given) and mask_identifiers(given) == given
    return given if usable else secrets.token_hex(8)
