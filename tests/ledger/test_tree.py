"""The tree gives the published roots and proofs, and its tiles give the same as the plain recursive definition."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.ledger.rules.tree import (
    EMPTY_ROOT,
    Tree,
    grow,
    is_consistent,
    leaf_hash,
    node_hash,
    root_from_inclusion,
)

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors" / "merkle_rfc6962_rfc9162.json"


class Tiles:
    """Tiles in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def __call__(self, level: int, position: int) -> bytes:
        return self.kept.get((level, position), b"")

    def extend(self, leaves: list[bytes]) -> None:
        for level, position, hashes in list(grow(self.size, leaves, self)):
            self.kept[level, position] = hashes
        self.size += len(leaves)


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(count)]


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads(VECTORS.read_text())


@pytest.mark.shared
def test_published_leaves_give_the_published_roots(vectors: Any) -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in vectors["leaves_hex"]]
    assert [leaf.hex() for leaf in leaves] == vectors["leaf_hashes"]
    tiles = Tiles()
    tiles.extend(leaves)
    for size, root in vectors["roots"].items():
        assert Tree(8, tiles).root(int(size)).hex() == root


@pytest.mark.shared
def test_published_inclusion_proofs_are_made_and_hold(vectors: Any) -> None:
    tiles = Tiles()
    tiles.extend([leaf_hash(bytes.fromhex(text)) for text in vectors["leaves_hex"]])
    for case in vectors["inclusion"]:
        path = Tree(8, tiles).inclusion(case["leaf_index"], case["tree_size"])
        assert [step.hex() for step in path] == case["path"]
        leaf = bytes.fromhex(case["leaf_hash"])
        assert root_from_inclusion(case["leaf_index"], case["tree_size"], leaf, path) == bytes.fromhex(case["root"])


@pytest.mark.shared
def test_published_consistency_proofs_are_made_and_hold(vectors: Any) -> None:
    tiles = Tiles()
    tiles.extend([leaf_hash(bytes.fromhex(text)) for text in vectors["leaves_hex"]])
    for case in vectors["consistency"]:
        path = Tree(8, tiles).consistency(case["first"], case["second"])
        assert [step.hex() for step in path] == case["path"]
        roots = bytes.fromhex(case["first_root"]), bytes.fromhex(case["second_root"])
        assert is_consistent(case["first"], case["second"], *roots, path)


@pytest.mark.shared
def test_published_wrong_proofs_fail(vectors: Any) -> None:
    for case in vectors["inclusion_invalid"]:
        path = [bytes.fromhex(step) for step in case["path"]]
        leaf = bytes.fromhex(case["leaf_hash"])
        assert root_from_inclusion(case["leaf_index"], case["tree_size"], leaf, path) != bytes.fromhex(case["root"])
    for case in vectors["consistency_invalid"]:
        path = [bytes.fromhex(step) for step in case["path"]]
        roots = bytes.fromhex(case["first_root"]), bytes.fromhex(case["second_root"])
        assert not is_consistent(case["first"], case["second"], *roots, path)


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree(0, Tiles()).root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_growing_in_any_steps_gives_the_root_of_the_plain_definition(steps: list[int]) -> None:
    leaves, tiles = hashes(sum(steps)), Tiles()
    for step in steps:
        tiles.extend(leaves[tiles.size : tiles.size + step])
    assert Tree(tiles.size, tiles).root() == plain_root(leaves)
    assert Tree(tiles.size, tiles).root(steps[0]) == plain_root(leaves[: steps[0]])


BIG = Tiles()
BIG.extend(hashes(70_000))


@given(st.data())
def test_every_proof_of_a_tree_of_three_levels_holds(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70_000))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    tree = Tree(70_000, BIG)
    assert root_from_inclusion(index, size, tree.leaf(index), tree.inclusion(index, size)) == tree.root(size)
    assert is_consistent(first, size, tree.root(first), tree.root(size), tree.consistency(first, size))


def test_every_small_tree_grew_from_every_smaller_one_and_no_other_path_says_so() -> None:
    tree = Tree(70_000, BIG)
    roots = {size: tree.root(size) for size in range(1, 66)}
    for second in range(1, 65):
        for first in range(1, second + 1):
            path = tree.consistency(first, second)
            old, new = roots[first], roots[second]
            assert is_consistent(first, second, old, new, path), (first, second)
            forged = [[*path, old], [*path, new], [old, *path], [new, *path], [*path, leaf_hash(b"")]]
            forged += [[*path[:at], *path[at + 1 :]] for at in range(len(path))]
            forged += [[*path[:at], path[at][::-1], *path[at + 1 :]] for at in range(len(path))]
            for other in forged:
                assert not is_consistent(first, second, old, new, other), (first, second, other)
            assert not is_consistent(first, second, roots[first + 1], new, path), (first, second)
            assert not is_consistent(first, second, old, roots[second + 1], path), (first, second)


@given(st.integers(2, 70_000), st.integers(0, 255))
def test_a_proof_with_one_flipped_bit_does_not_hold(size: int, bit: int) -> None:
    tree = Tree(70_000, BIG)
    path = tree.inclusion(size // 2, size)
    step = bytearray(path[0])
    step[bit // 8] ^= 1 << bit % 8
    assert root_from_inclusion(size // 2, size, tree.leaf(size // 2), [bytes(step), *path[1:]]) != tree.root(size)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (3, 70_001)])
def test_a_place_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        Tree(70_000, BIG).inclusion(index, size)
