"""How many failed sign-ins one address may make: against trying one password on many accounts, which no lock of an account sees.

The counts are kept in Django's cache, which is the memory of the web process: they are forgotten with a restart, and nothing
about addresses reaches the database. Figures are customary: GB/T 22239-2019 asks for a limit and names none.
"""

import hashlib
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xinheng.web.errors import TooMany
from xinheng.web.origin import address_of

MOST_FAILURES = 30
"""More than an office behind one address needs, fewer than a list of accounts."""
WINDOW = timedelta(minutes=15)


def require_room(request: HttpRequest) -> None:
    """Raises: TooMany when the address has failed too often within the window."""
    if cache.get(_key(request), 0) >= MOST_FAILURES:
        minutes = int(WINDOW.total_seconds() // 60)
        raise TooMany(
            "workbench.too_many_attempts",
            _("从您的网络地址登录失败的次数过多，请 %(minutes)s 分钟后再试。您的账号没有因此被锁定。")
            % {"minutes": minutes},
        )


def note_failure(request: HttpRequest) -> None:
    """Count a failed sign-in of the address; the window begins with the first."""
    key = _key(request)
    if not cache.add(key, 1, timeout=WINDOW.total_seconds()):
        try:
            cache.incr(key)
        except ValueError:
            # The window ended between the two calls.
            cache.add(key, 1, timeout=WINDOW.total_seconds())


def _key(request: HttpRequest) -> str:
    return "workbench.attempts." + hashlib.sha256(address_of(request).encode()).hexdigest()
