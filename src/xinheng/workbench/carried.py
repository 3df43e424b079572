"""What was typed into a form survives the end of a session: the sign-in page carries it along, and the form opens again with it.

Nothing is kept on the server. When a form arrives after the session ended, the answer is the sign-in page with everything that
was typed in one hidden field; after the sign-in a page with one button sends it back to the form as `_step=edit`, so nothing is
submitted that nobody looked at. It was on the same screen before, so it tells whoever sits there nothing new. Passwords, files
and the CSRF token are not carried. The decorator is `carrying.keeps_typed`.
"""

import json

from django.http import QueryDict

from xinheng.web.forms import STEP

Pairs = list[tuple[str, str]]
FIELD = "carried"
NOT_CARRIED = frozenset({"csrfmiddlewaretoken", STEP, FIELD, "password", "old", "new", "again"})
MOST_FIELDS = 500


def typed(data: QueryDict) -> Pairs:
    """All that was typed, as pairs."""
    return [(name, str(value)) for name, values in data.lists() if name not in NOT_CARRIED for value in values]


def pack(pairs: Pairs) -> str:
    """The pairs as one text."""
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":")) if pairs else ""


def unpack(text: str) -> Pairs:
    """The pairs of a text; what is none gives none: it came from the browser."""
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return []
    if not isinstance(found, list) or len(found) > MOST_FIELDS:
        return []
    pairs = [tuple(each) for each in found if isinstance(each, list) and len(each) == 2]
    return [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]
