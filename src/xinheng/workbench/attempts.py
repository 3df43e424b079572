"""How many failed sign-ins one address may make: against trying one password on many accounts, which no lock of an account sees.

Figures are customary: GB/T 22239-2019 asks for a limit and names none.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xinheng.web.errors import TooMany
from xinheng.web.limits import Limit
from xinheng.web.origin import address_of

MOST_FAILURES = 30
"""More than an office behind one address needs, fewer than a list of accounts."""
WINDOW = timedelta(minutes=15)


FAILURES = Limit("workbench.attempts", MOST_FAILURES, WINDOW)


def require_room(request: HttpRequest) -> None:
    """Raises: TooMany when the address has failed too often within the window."""
    if FAILURES.reached(request):
        minutes = int(WINDOW.total_seconds() // 60)
        raise TooMany(
            "workbench.too_many_attempts",
            _("从您的网络地址登录失败的次数过多，请 %(minutes)s 分钟后再试。您的账号没有因此被锁定。")
            % {"minutes": minutes},
        )


def note_failure(request: HttpRequest) -> None:
    """Count a failed sign-in of the address; the window begins with the first."""
    FAILURES.note(request)


__all__ = ["MOST_FAILURES", "WINDOW", "address_of", "note_failure", "require_room"]
