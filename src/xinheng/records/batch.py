"""Looking at all versions at once: whether every sealed value that a version names is still there."""

import json
import re
from collections.abc import Iterator

from xinheng.records.queries.versions import visible
from xinheng.subjects.load.sealing import missing_values

__all__ = ["tokens_without_value"]

_AT_ONCE = 2000
_TOKEN = re.compile("[0-9a-f]{32}")


def tokens_without_value() -> int:
    """How many tokens in visible versions name a value that is gone though its subject was not erased.

    A value is removed with its subject's key and never without it. Cost: one pass over versions, about 60 µs each.
    """
    return sum(len(missing_values(page)) for page in _pages())


def _pages() -> Iterator[list[tuple[int, str]]]:
    last = 0
    while True:
        rows = list(visible().filter(pk__gt=last).order_by("pk").values_list("pk", "subject_id", "content")[:_AT_ONCE])
        if not rows:
            return
        last = rows[-1][0]
        yield [
            (subject_id, value)
            for _, subject_id, content in rows
            for value in json.loads(content).values()
            if isinstance(value, str) and _TOKEN.fullmatch(value)
        ]
