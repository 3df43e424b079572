"""The OLE2 compound file: enough to list its streams and read one, without trusting a single length in it."""

import struct

from xinheng.tables.refusals import FileCode, RefusedFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_FREE = 0xFFFFFFFA
_HEADER_ENTRIES = 109
_MINI_SECTOR = 64
_ENTRY = 128
_MOST_ENTRIES = 10_000


class Compound:
    """A compound file held in memory: stream names (storages included) and contents.

    Every chain of sectors is bounded by the number of sectors, so a ring ends as damage. Raises: RefusedFile F01.
    """

    def __init__(self, content: bytes) -> None:
        if not content.startswith(MAGIC) or len(content) < 512:
            raise _damaged()
        self._content = content
        shift = struct.unpack_from("<H", content, 30)[0]
        if shift not in (9, 12):
            raise _damaged()
        self._size = 1 << shift
        self._sectors = max((len(content) - 1) // self._size, 0)
        self._table = self._read_table()
        directory = self._chain(struct.unpack_from("<I", content, 48)[0])
        self._entries = self._read_entries(directory)

    @property
    def names(self) -> frozenset[str]:
        """Names of all streams and storages."""
        return frozenset(name for name, *_ in self._entries)

    def stream(self, *names: str) -> bytes | None:
        """The first stream that bears one of the names; None when there is none."""
        for name, kind, start, size in self._entries:
            if name in names and kind == 2:
                return self._read(start, size)
        return None

    def _sector(self, index: int) -> bytes:
        at = (index + 1) * self._size
        return self._content[at : at + self._size]

    def _numbers(self, sector: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])

    def _read_table(self) -> list[int]:
        places = list(struct.unpack_from(f"<{_HEADER_ENTRIES}I", self._content, 76))
        following = struct.unpack_from("<I", self._content, 68)[0]
        for _ in range(self._sectors):
            if following >= min(_FREE, self._sectors):
                break
            *more, following = self._numbers(self._sector(following)) or (_FREE,)
            places.extend(more)
        table: list[int] = []
        for place in places[: self._sectors]:
            if place < self._sectors:
                table.extend(self._numbers(self._sector(place)))
        return table[: self._sectors]

    def _chain(self, start: int) -> bytes:
        parts = []
        index = start
        for _ in range(self._sectors):
            if index >= len(self._table):
                break
            parts.append(self._sector(index))
            index = self._table[index]
        else:
            raise _damaged()
        return b"".join(parts)

    def _read_entries(self, directory: bytes) -> list[tuple[str, int, int, int]]:
        entries = []
        for at in range(0, min(len(directory) - _ENTRY + 1, _MOST_ENTRIES * _ENTRY), _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if kind:
                entries.append((name, kind, start, size))
        return entries

    def _read(self, start: int, size: int) -> bytes:
        cutoff = struct.unpack_from("<I", self._content, 56)[0]
        if size >= cutoff:
            return _whole(self._chain(start), size)
        root = next((entry for entry in self._entries if entry[1] == 5), None)
        if root is None:
            raise _damaged()
        mini = self._chain(root[2])
        table = self._numbers(self._chain(struct.unpack_from("<I", self._content, 60)[0]))
        parts = []
        index = start
        for _ in range(len(table)):
            if index >= len(table):
                break
            parts.append(mini[index * _MINI_SECTOR : (index + 1) * _MINI_SECTOR])
            index = table[index]
        return _whole(b"".join(parts), size)


def _whole(content: bytes, size: int) -> bytes:
    """A file that was cut off would otherwise lose its last rows without a word."""
    if len(content) < size:
        raise _damaged()
    return content[:size]


def _damaged() -> RefusedFile:
    return RefusedFile(
        FileCode.NOT_WHAT_IT_SAYS, "XLS 文件的结构已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx，再上报。"
    )
