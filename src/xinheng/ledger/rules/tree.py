"""The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1, kept in tiles.

A tile of level L holds up to 256 hashes of complete subtrees of 256**L leaves. Storing 1 M leaves takes 3,923 tiles of at most 8 KiB;
a proof reads a handful of them. Nothing here knows a database: tiles come from a function `fetch(level, position)`.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

EMPTY_ROOT = hashlib.sha256().digest()

Fetch = Callable[[int, int], bytes]
"""(level, position) to the concatenated hashes of that tile (at least as many as the tree's size says)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def grow(size: int, new: Sequence[bytes], fetch: Fetch) -> Iterator[tuple[int, int, bytes]]:
    """The tiles that change when `new` leaf hashes follow a tree of `size`: (level, position, whole content).

    Cost: one fetch a level, one hash a leaf and a little.
    """
    level = 0
    while new:
        position, filled = divmod(size, TILE_WIDTH)
        start = fetch(level, position)[: filled * HASH_BYTES] if filled else b""
        joined = start + b"".join(new)
        parents = []
        for offset in range(0, len(joined), TILE_WIDTH * HASH_BYTES):
            tile = joined[offset : offset + TILE_WIDTH * HASH_BYTES]
            yield level, position, tile
            if len(tile) == TILE_WIDTH * HASH_BYTES:
                parents.append(full_root(split(tile)))
            position += 1
        level, size, new = level + 1, size // TILE_WIDTH, parents


def split(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES)]


class Tree:
    """A tree of `size` leaves over tiles; every method takes O(log² n) hashes and few fetches (cached)."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def leaf(self, index: int) -> bytes:
        """The hash of leaf `index`."""
        return self._node(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (default: all)."""
        size = self.size if size is None else size
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of leaf `index` in the tree of `size` (RFC 9162 §2.1.3.1)."""
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return self._path(index, 0, size)

    def consistency(self, first: int, second: int | None = None) -> list[bytes]:
        """The proof that the tree of `first` is a prefix of that of `second` (RFC 9162 §2.1.4.1)."""
        second = self.size if second is None else second
        if not 0 < first <= second <= self.size:
            raise ValueError(f"no consistency from {first} to {second} in a tree of {self.size}")
        return self._subproof(first, 0, second, whole=True)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split_point(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._range(middle, end)]
        return [*self._path(index, middle, end), self._range(start, middle)]

    def _subproof(self, first: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if first == end - start:
            return [] if whole else [self._range(start, end)]
        left = _split_point(end - start)
        if first <= left:
            return [*self._subproof(first, start, start + left, whole=whole), self._range(start + left, end)]
        return [*self._subproof(first - left, start + left, end, whole=False), self._range(start, start + left)]

    def _range(self, start: int, end: int) -> bytes:
        width = end - start
        if width & (width - 1) == 0 and start % width == 0:
            height = width.bit_length() - 1
            return self._node(height, start >> height)
        middle = start + _split_point(width)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _node(self, height: int, index: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        first = index << above
        position, offset = divmod(first, TILE_WIDTH)
        hashes = self._tile(level, position)[offset : offset + (1 << above)]
        if len(hashes) != 1 << above:
            raise ValueError(f"tile {level}/{position} is too short")
        return full_root(hashes)

    def _tile(self, level: int, position: int) -> list[bytes]:
        if (level, position) not in self._tiles:
            self._tiles[level, position] = split(self._fetch(level, position))
        return self._tiles[level, position]


def _split_point(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root an audit path leads to, or None when its length cannot be right (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node % 2 or node == last:
            current = node_hash(sibling, current)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return current if last == 0 else None


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Check a consistency proof (RFC 9162 §2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    hashes = list(path)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        return False
    node, last = first - 1, second - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
