"""Who may see figures of the platform: a bearer of the token, or an address of the allow list that asks directly."""

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def switched_on() -> bool:
    """Whether figures are shown to anybody at all."""
    return bool(settings.XINHENG_MONITOR_TOKEN or settings.XINHENG_MONITOR_FROM)


def allowed(request: HttpRequest) -> bool:
    """Whether whoever asks may see figures.

    Behind a reverse proxy everybody has the proxy's address: what was forwarded is never let in by address.
    """
    token: str = settings.XINHENG_MONITOR_TOKEN
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return True
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network, strict=False) for network in settings.XINHENG_MONITOR_FROM)
