"""The record stream of an XLS: records, strings that run over several of them, packed numbers. Nothing is trusted."""

import struct
from collections.abc import Iterator

from xinheng.tables.limits import MIB, Limits
from xinheng.tables.refusals import FileCode, RefusedFile

_BOF, _EOF = 0x809, 0x0A
_WIDE, _EXTENDED, _RICH = 1, 4, 8


def records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Type and content of the records of one substream, without its end. Charts inside it are skipped.

    Raises: EOFError when the end is missing: the rows behind the cut would be lost without a word.
    """
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth <= 1:
            yield kind, stream[at : at + length]
        at += length
    raise EOFError("substream without an end")


def rk_number(packed: int) -> float:
    """A number packed into 30 bits: an integer or the upper half of a double, either times a hundredth."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0])
    return value / 100 if packed & 1 else value


def short_string(data: bytes) -> str:
    """A string with a length of one byte."""
    return _Pieces([data[2:]]).characters(data[0], bool(data[1] & _WIDE))


def long_string(pieces: list[bytes]) -> str:
    """A string with a length of two bytes, over a record and those that continue it."""
    count, flags = struct.unpack_from("<HB", pieces[0])
    return _Pieces([pieces[0][3:], *pieces[1:]]).characters(count, bool(flags & _WIDE))


class _Pieces:
    """A cursor over a record and its continuations. Running off the end raises, and so is damage."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._index = 0
        self._at = 0

    def _left(self) -> int:
        return len(self._pieces[self._index]) - self._at

    def _next(self) -> None:
        self._index += 1
        self._at = 0
        if self._index >= len(self._pieces):
            raise EOFError("string runs over the end of its records")

    def take(self, size: int) -> bytes:
        parts = []
        while size > 0:
            while not self._left():
                self._next()
            part = self._pieces[self._index][self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        while size > self._left():
            size -= self._left()
            self._next()
        self._at += size

    def characters(self, count: int, wide: bool) -> str:
        """Characters; where they run over into the next record, it begins with a byte that tells their width anew."""
        parts = []
        while count > 0:
            size = 2 if wide else 1
            fitting = min(count, self._left() // size)
            if not fitting:
                self._next()
                wide = bool(self.take(1)[0] & _WIDE)
                continue
            part = self.take(fitting * size)
            parts.append(part.decode("utf-16-le", "surrogatepass") if wide else part.decode("latin-1"))
            count -= fitting
        text = "".join(parts)
        # Pairs may have been split between records; a half without its other half cannot be stored anywhere.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class SharedStrings:
    """The table of strings of a workbook."""

    def __init__(self, pieces: list[bytes], limits: Limits) -> None:
        self._count = struct.unpack_from("<I", pieces[0], 4)[0]
        self._pieces = _Pieces([pieces[0][8:], *pieces[1:]])
        self._limits = limits

    def read(self) -> list[str]:
        """The strings in order; the count is believed only as far as there are bytes.  Raises: RefusedFile F06."""
        strings: list[str] = []
        held = 0
        for _ in range(self._count):
            text = self._one()
            # Four bytes a character is the worst Python makes of text; 56 is an empty string with its place.
            held += 4 * len(text) + 56
            if held > self._limits.text_bytes:
                raise RefusedFile(
                    FileCode.OVER_LIMIT, f"工作簿的文字超过 {self._limits.text_bytes // MIB} MB。请分成几个文件再上报。"
                )
            strings.append(text)
        return strings

    def _one(self) -> str:
        count, flags = struct.unpack("<HB", self._pieces.take(3))
        runs = struct.unpack("<H", self._pieces.take(2))[0] if flags & _RICH else 0
        extension = struct.unpack("<I", self._pieces.take(4))[0] if flags & _EXTENDED else 0
        text = self._pieces.characters(count, bool(flags & _WIDE))
        self._pieces.skip(4 * runs + extension)
        return text
