"""Which names of fields a page shows in Chinese: as labels, not within the sentences and values of the data."""

import html
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


def errors_said(answer: Any) -> list[str]:
    """What a page says is wrong: the sentence of an error page, the summary of a form, the lines of a batch or a held row."""
    body = answer.content.decode()
    found = re.findall(r'<p class="lead">(.*?)</p>', body, re.DOTALL) if answer.status_code >= 400 else []
    for part in re.findall(r'<div class="error-summary".*?</div>', body, re.DOTALL):
        found += re.findall(r"<li>(.*?)</li>", part, re.DOTALL)
    said = (re.sub(r"<small.*?</small>", " ", each, flags=re.DOTALL) for each in found)
    return [html.unescape(" ".join(re.sub(r"<[^>]+>", " ", each).split())) for each in said]


def chinese_but_values(said: str) -> list[str]:
    """The Chinese words of a sentence that do not stand in quotation marks, as values do."""
    return re.findall(r"[\u4e00-\u9fff]+", re.sub(r"“[^”]*”", "", said))
