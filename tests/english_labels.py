"""Which names of fields a page shows in Chinese: as labels, not within the sentences and values of the data."""

import re
from html.parser import HTMLParser
from typing import Any

from xinheng.web.field_words import FIELD_NAMES

_SAID = frozenset({"data-label", "aria-label", "title", "placeholder", "label"})


class _Labels(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _SAID and value:
                self._note(value)

    def handle_data(self, data: str) -> None:
        self._note(data)

    def _note(self, text: str) -> None:
        # A list of names, a name with its code or its note behind it: each piece could be one.
        self.found.update(re.split(r"[、，；：,;:\s→（]+", text.strip()), {text.strip()})


def chinese_fields(answer: Any) -> list[str]:
    """The names of fields that stand on a page as the catalogue has them, sorted."""
    parser = _Labels()
    parser.feed(answer.content.decode())
    return sorted(parser.found & set(FIELD_NAMES))
