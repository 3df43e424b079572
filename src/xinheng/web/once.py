"""Forms whose answer must not be had twice: a page loaded again sends the same form, and says so instead of doing it again."""

import secrets

from django.http import HttpRequest

FIELD = "once"
KEY = "web.once"
MOST_KEPT = 20


def fresh() -> str:
    """What a form carries: 128 random bits."""
    return secrets.token_hex(16)


def sent_before(request: HttpRequest) -> bool:
    """Whether the form of this request was sent before in this session; from now on it was. A form without the field never was."""
    said = request.POST.get(FIELD, "")[:64]
    kept = list(request.session.get(KEY) or [])
    if not said:
        return False
    if said in kept:
        return True
    request.session[KEY] = [*kept, said][-MOST_KEPT:]
    return False
