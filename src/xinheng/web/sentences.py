"""What the modules say, in the page's language.

Their messages are Chinese texts with values in them; so they stay for the API, the command line and Chinese pages. The English
texts stand in `locale/en/sentences/`, one file a module: `msgid` is the Chinese text with `{}` for each value, `msgstr` the
English one with `{0}` for the first of them. A page looks up which text a message was made from, reads the values out of it
and puts them into the English one. The kind behind a colon says how a value itself is put into English: `{0:word}` a label,
`{0:lower}` the same without its capital, `{0:words}` several labels, `{0:list}` several other things, `{0:field}` the name of
a field, `{0:headings}` column headings (as the file has them, behind their English names), `{0:spaced}` what may be empty,
`{0:said}` another text of a module. Without a kind a value stands as it is.
"""

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xinheng.web.catalogues import read_po
from xinheng.web.field_words import field_name

FOLDER = Path(__file__).resolve().parent / "locale" / "en" / "sentences"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHORTEST = 4
"""Texts with fewer Chinese characters are parts of others: a message is never taken for one of them alone.

Those of `frames.po` go around others and are excepted.
"""
LABEL = 5
"""What is longer than a label and has no value in it is recognised by all its signs, so that few Chinese ones are enough."""
LONGEST, DEEPEST, MOST_PIECES = 2000, 4, 16
"""Bounds of the search: what goes beyond them (only values can, not the texts) is left as it is."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A Chinese text as a pattern over messages, with its English text. `fixed` are its pieces between the values; a `frame` goes
    around other texts."""

    chinese: str
    english: str
    fixed: tuple[str, ...]
    pattern: re.Pattern[str]
    frame: bool = False

    @property
    def whole(self) -> bool:
        """Whether a message can be made of this text, which others are parts of."""
        said = len(self.chinese) if len(self.fixed) == 1 and len(self.chinese) > LABEL else _chinese(self.chinese)
        return self.frame or said >= SHORTEST

    @property
    def weight(self) -> int:
        """How much of a message the text itself accounts for."""
        return sum(map(len, self.fixed))

    def values(self, message: str) -> tuple[str, ...] | None:
        """The values a message has in it, in the order of the Chinese text; None if it was made from another text."""
        if not message.startswith(self.fixed[0]) or not message.endswith(self.fixed[-1]):
            return None
        found = self.pattern.fullmatch(message)
        return found.groups() if found else None


def in_page_language(message: str) -> str:
    """A module's message in the language of the page that is being made.

    On a Chinese page unchanged to the byte. On an English one a message no text is known for stands as it is, as do the
    values of those that are known: nothing is ever left out, and nothing raises. Cost: some thirty
    microseconds; nothing of it is kept.
    """
    return english(message) if (get_language() or "").startswith("en") else message


def english(message: str) -> str:
    """A module's message in English, or as it is where no text is known for it. Call it where the page's language is English."""
    if not CHINESE.search(message):
        return message
    # What a front end had said by `_()` where it was kept comes last.
    return _best(message, parts=False) or _word(message)


def sentence_of(chinese: str, text: str, *, frame: bool = False) -> Sentence:
    """The pattern of a Chinese text with `{}` for each value. Raises: ValueError where its braces do not pair up."""
    fixed = [""]
    for literal, name, _format, _conversion in string.Formatter().parse(chinese):
        fixed[-1] += literal
        if name is not None:
            fixed.append("")
    written = re.escape(fixed[0])
    for index, piece in enumerate(fixed[1:], start=1):
        # Of two values with nothing between them, the second begins with a mark.
        adjoining = not piece and index < len(fixed) - 1
        written += (r"([^“”，]*)" if adjoining else r"(.*?)") + re.escape(piece)
    return Sentence(chinese, text, tuple(fixed), re.compile(written, re.DOTALL), frame)


@cache
def sentences() -> tuple[Sentence, ...]:
    """All texts that are known, the heaviest first."""
    made = [
        sentence_of(chinese, text, frame=path.stem == "frames")
        for path in sorted(FOLDER.glob("*.po"))
        for chinese, text in read_po(path.read_text(encoding="utf-8")).items()
        if chinese
    ]
    return tuple(sorted(made, key=lambda each: -each.weight))


@cache
def _plain(parts: bool) -> dict[str, str]:
    """Those without a value, by what they say."""
    return {
        each.fixed[0]: each.english.format() for each in sentences() if len(each.fixed) == 1 and (parts or each.whole)
    }


@cache
def _with_values(parts: bool) -> tuple[tuple[str, Sentence], ...]:
    """Those with values, each behind the longest of its fixed pieces, which most messages do not have."""
    found = [each for each in sentences() if len(each.fixed) > 1 and (parts or each.whole)]
    return tuple((max(each.fixed, key=len), each) for each in found)


def _best(message: str, *, parts: bool, depth: int = 0) -> str | None:
    """The English text that leaves the least Chinese of all that fit the message; of equal ones the heaviest. None if none fits.

    Texts go around others, so that pieces of one can be found within a message that was made from another.
    """
    if (said := _plain(parts).get(message)) is not None:
        return said
    if depth > DEEPEST or len(message) > LONGEST:
        return None
    found = list(_fitting(message, parts=parts, depth=depth))
    if (joined := _in_pieces(message, depth)) is not None:
        found.append(joined)
    return min(found, key=_chinese, default=None)


def _fitting(message: str, *, parts: bool, depth: int) -> Iterator[str]:
    for piece, each in _with_values(parts):
        if piece in message and (values := each.values(message)) is not None:
            yield "".join(_parts(each.english, values, depth))


def _in_pieces(message: str, depth: int) -> str | None:
    """The message as several texts joined by “；”, some of which may have the mark within; what is not known among them stays."""
    pieces = message.split("；")
    if not 1 < len(pieces) <= MOST_PIECES:
        return None
    # From the end: what the rest of the message costs in Chinese characters left, in pieces, and its texts.
    best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
    for at in reversed(range(len(pieces))):
        ends = range(at + 1, len(pieces) + (at > 0))
        tried = [(_piece("；".join(pieces[at:end]), depth), best[end - len(pieces) - 1]) for end in ends]
        made = [(_chinese(text) + rest[0], 1 + rest[1], (text, *rest[2])) for text, rest in tried]
        best.insert(0, min(made))
    said = best[0][2]
    return None if "；".join(said) == message else "; ".join([said[0], *map(_continued, said[1:])])


def _piece(text: str, depth: int) -> str:
    known = _plain(True).get(text)
    return known if known is not None else min(_fitting(text, parts=True, depth=depth + 1), key=_chinese, default=text)


def _continued(text: str) -> str:
    """Without its capital, as the later half of a sentence; what begins with a name or a sign of its own keeps it."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _chinese(text: str) -> int:
    return len(CHINESE.findall(text))


def _parts(text: str, values: tuple[str, ...], depth: int) -> Iterator[str]:
    for literal, name, kind, _conversion in string.Formatter().parse(text):
        yield literal
        if name is not None:
            value = values[int(name)]
            if kind == "said":
                yield _said(value, depth, continued=literal.endswith((": ", ", ", "; ")))
            else:
                yield KINDS[kind or ""](value)


def _said(value: str, depth: int, *, continued: bool) -> str:
    if not CHINESE.search(value):
        return value
    said = _best(value, parts=True, depth=depth + 1)
    if said is None:
        return _words(value)
    return _continued(said) if continued else said


def _word(value: str) -> str:
    # Messages have no such line ends; `gettext` would give what it does not know back with others.
    return _(value) if CHINESE.search(value) and "\r" not in value else value


def _field(value: str) -> str:
    return field_name(value) if CHINESE.search(value) and "\r" not in value else value


def _lower(value: str) -> str:
    said = _word(value)
    return said if said == value else said[:1].lower() + said[1:]


def _words(value: str) -> str:
    # A word may have the mark of a list within it: of several ways the longest words are taken.
    pieces = value.split("、")
    said: list[str] = []
    while pieces:
        ends = range(min(len(pieces), 4), 1, -1)
        end = next((end for end in ends if _word("、".join(pieces[:end])) != "、".join(pieces[:end])), 1)
        said.append(_word("、".join(pieces[:end])))
        pieces = pieces[end:]
    return ", ".join(said)


def _list(value: str) -> str:
    return ", ".join(value.split("、"))


def _headings(value: str) -> str:
    return ", ".join(map(_heading, value.split("、")))


def _heading(heading: str) -> str:
    # Where a file is spoken of, the code of the field stands behind its name.
    name, _bracket, code = heading.removesuffix("）").partition("（")
    said = _field(name)
    return heading if said == name else f"{said} ({', '.join(filter(None, (name, code)))})"


KINDS: dict[str, Callable[[str], str]] = {
    "": str,
    "word": _word,
    "lower": _lower,
    "words": _words,
    "list": _list,
    "field": _field,
    "headings": _headings,
    "spaced": lambda value: f" {value}" if value else "",
}
"""How a value is put into English, by the kind its place names; another text of a module (`said`) is put into English as a message is."""
