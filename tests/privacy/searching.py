"""Looks for identity numbers in anything that was stored or said: every writing of them, in every text that bytes can hold."""

import base64
import binascii
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

DIVISION = "990101"
_HALF_WIDTH = str.maketrans({0xFF01 + place: 0x21 + place for place in range(94)})
_GAPS = re.compile("[\\s\u00a0\u3000\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff_\\-‐‑‒–—−－]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = DIVISION.encode().hex()
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_DEEPEST = 3


def old_form(number: str) -> str:
    """The form of fifteen digits that a number of the twentieth century had."""
    return number[:6] + number[8:17]


class Search:
    """Remembers where which number was found. `looked` counts characters, so that a search of nothing shows."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.numbers = frozenset(numbers)
        self.old = {old_form(number): number for number in self.numbers}
        self.found: dict[str, set[str]] = {}
        self.looked = 0

    def text(self, place: str, text: str) -> None:
        """Look in a text, whatever stands between the digits and however they are written."""
        self.looked += len(text)
        self._digits(place, text)
        if "\\u" in text:
            self._digits(place, _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))

    def data(self, place: str, data: bytes, depth: int = 0) -> None:
        """Look in bytes: as text in each encoding at either alignment, and in what is packed inside."""
        for encoding in _ENCODINGS:
            for start in (0, 1) if encoding.startswith("utf-16") else (0,):
                self.text(place, data[start:].decode(encoding, errors="replace"))
        if depth < _DEEPEST:
            for name, inner in _unpacked(data):
                self.data(f"{place} > {name}", inner, depth + 1)

    def value(self, place: str, value: object) -> None:
        """Look in a value of a column."""
        if isinstance(value, bytes | bytearray | memoryview):
            self.data(place, bytes(value))
        elif value is not None:
            self.text(place, str(value))
            for run in _BASE64.findall(str(value).encode()):
                self.data(f"{place} > base64", _from_base64(run), _DEEPEST)

    def _digits(self, place: str, text: str) -> None:
        bare = _GAPS.sub("", text.translate(_HALF_WIDTH)).upper()
        for start in _places(bare, DIVISION):
            self._note(place, bare[start : start + 18], bare[start : start + 15])
        low = bare.lower()
        for start in _places(low, _HEX):
            pairs = low[start : start + 36]
            read = bytes.fromhex(pairs).decode("latin-1") if re.fullmatch("(?:[0-9a-f]{2})+", pairs) else ""
            self._note(place, read, read[:15])

    def _note(self, place: str, whole: str, old: str) -> None:
        number = whole if whole in self.numbers else self.old.get(old)
        if number is not None:
            self.found.setdefault(place, set()).add(number)


def _places(text: str, what: str) -> Iterator[int]:
    start = text.find(what)
    while start >= 0:
        yield start
        start = text.find(what, start + 1)


def _from_base64(run: bytes) -> bytes:
    try:
        return base64.b64decode(run + b"=" * (-len(run) % 4))
    except binascii.Error:
        return b""


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is inside gzip, zlib and zip; wherever gzip begins in a larger file, too."""
    for start in _starts(data, b"\x1f\x8b\x08"):
        try:
            yield f"gzip at {start}", zlib.decompressobj(wbits=31).decompress(data[start:], 64 << 20)
        except zlib.error:
            continue
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as source:
            for info in source.infolist():
                yield info.filename, source.read(info)


def _starts(data: bytes, magic: bytes) -> Iterator[int]:
    start = data.find(magic)
    while start >= 0:
        yield start
        start = data.find(magic, start + 1)


def packed(text: str) -> bytes:
    """A text as gzip, for tests of the search itself."""
    return gzip.compress(text.encode())
