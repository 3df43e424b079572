"""Headers that every answer carries: what a page may load, who may frame it, what may be kept."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HSTS = "max-age=15552000"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def policy(nonce: str) -> str:
    """The content-security policy. Inline scripts run only with the nonce; inline styles never."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Sets the headers and gives templates `request.csp_nonce`.

    HSTS only over HTTPS. Whoever is signed in gets `no-store`: what an official sees stays on no shared computer. Pages
    flagged by `web.gate.no_store` carry it already and keep it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", policy(nonce))
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.is_secure():
            response.setdefault("Strict-Transport-Security", HSTS)
        actor = getattr(request, "actor", None)
        if actor is not None and actor.kind != "public":
            response["Cache-Control"] = "no-store"
        return response
