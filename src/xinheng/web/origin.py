"""Where a request comes from, and how much of that may be shown: the browser's family, and an address of which the end is hidden."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

_FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind the reverse proxy (`XINHENG_HTTPS`) the last address it noted."""
    noted = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    trusted = getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is not None
    return noted if trusted and noted else str(request.META.get("REMOTE_ADDR", ""))


def masked_address(address: str) -> str:
    """The network of an address: `203.0.*.*`, `2001:db8:*`; empty for what is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return ".".join([*address.split(".")[:2], "*", "*"])
    return ":".join([*(f"{int(part, 16):x}" for part in found.exploded.split(":")[:2]), "*"])


def browser_of(request: HttpRequest) -> str:
    """The family of the browser and its system, as it says itself; never the whole text, which tells machines apart."""
    said = str(request.META.get("HTTP_USER_AGENT", ""))
    family = next((name for sign, name in _FAMILIES if sign in said), "")
    system = next((name for sign, name in _SYSTEMS if sign in said), "")
    return " · ".join(filter(None, (family, system)))
