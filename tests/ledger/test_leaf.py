"""What a leaf binds, against hashes made by hand; and signed texts with one thing wrong."""

import base64
import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.test_tree import Tiles, hashes, plain_root
from xinheng.ledger.rules.checkpoint import origin, public_key, read, sign
from xinheng.ledger.rules.leaf import hasher, header_bytes, leaf_data, row_digest
from xinheng.ledger.rules.tree import Tree, grow, is_consistent, root_from_inclusion, split
from xinheng.ledger.values import Checkpoint, CheckpointInvalid, Header, LeafContent

AT = datetime(2026, 11, 21, 3, 4, 5, 6, UTC)
HEADER = Header("operation", "accounts.unit_opened", AT, date(2026, 11, 20), "person", 7, "甲", 3, None, '{"a":1}')
WRITTEN = (
    "32:xinheng-ledger/1 sha256 rfc69629:operation20:accounts.unit_opened27:2026-11-21T03:04:05.000006Z10:2026-11-20"
    '6:person1:73:甲1:3-7:{"a":1}'
).encode()
SALT, DIGEST = bytes(range(16)), bytes(range(32))
LEAF = LeafContent(5, "accounts.unit/1", 9, SALT, DIGEST)
SEED, ROOT = bytes(range(32)), bytes(range(100, 132))


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_a_header_is_bound_field_by_field() -> None:
    assert header_bytes(HEADER) == WRITTEN.replace(b"32:", b"%d:" % len("xinheng-ledger/1 sha256 rfc6962"))


def test_a_leaf_binds_salt_header_place_and_digest() -> None:
    prefix = header_bytes(HEADER)
    place = b"1:515:accounts.unit/11:964:" + DIGEST.hex().encode()
    assert leaf_data(prefix, LEAF) == sha(SALT + prefix + place)
    assert row_digest(SALT, b"row") == sha(SALT + b"row")
    assert hasher(HEADER)(LEAF) == sha(b"\x00" + sha(SALT + prefix + place))
    nameless = LeafContent(0, "", None, SALT, DIGEST)
    assert leaf_data(b"", nameless) == sha(SALT + b"1:00:-64:" + DIGEST.hex().encode())


def body(first: str = "xinheng-checkpoint/1", **changes: str) -> str:
    values = {"origin": origin(SEED), "size": "7", "root": ROOT.hex(), "at": "2026-11-21T03:04:05Z", **changes}
    return first + "".join(f"\n{key} {value}" for key, value in values.items() if value != "-") + "\n\n"


def signed(text: str) -> str:
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(text.encode())
    return f"{text}sig ed25519 {base64.b64encode(signature).decode()}\n"


def test_a_checkpoint_is_signed_letter_by_letter() -> None:
    local = AT.astimezone(timezone(timedelta(hours=8)))
    made = sign(7, ROOT, local, origin=origin(SEED), seed=SEED)
    at = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
    assert made == Checkpoint(7, ROOT, at, signed(body()))
    assert made.at.tzinfo is UTC
    assert read(signed(body()), key=public_key(SEED)) == made
    assert origin(SEED) == f"xinheng/{public_key(SEED).hex()[:16]}"
    assert len(public_key(SEED)) == 32


MALFORMED = "这不是信衡账本的检查点：缺少格式行、size、root 或签名"
UNREADABLE = "检查点内容无法读取：size、root、at 或签名不是应有的写法"
FORGED = "检查点的签名不对：内容被改动过，或公钥不是这一本账的"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (signed(body("xinheng-checkpoint/2")), "ledger.checkpoint_malformed", MALFORMED),
        (signed(body("xinheng-checkpoint/1x")), "ledger.checkpoint_malformed", MALFORMED),
        (signed(body(origin="-")), "ledger.checkpoint_malformed", MALFORMED),
        (signed(body(size="-")), "ledger.checkpoint_malformed", MALFORMED),
        (signed(body(root="-")), "ledger.checkpoint_malformed", MALFORMED),
        (signed(body(at="-")), "ledger.checkpoint_malformed", MALFORMED),
        (signed(body()).replace("\n\n", "\n"), "ledger.checkpoint_malformed", MALFORMED),
        # Signed, and still not what a checkpoint says.
        (signed(body(size="seven")), "ledger.checkpoint_malformed", UNREADABLE),
        (signed(body(root="zz")), "ledger.checkpoint_malformed", UNREADABLE),
        (signed(body(at="2026-11-21")), "ledger.checkpoint_malformed", UNREADABLE),
        (body() + "sig ed25519 *\n", "ledger.checkpoint_malformed", UNREADABLE),
        # Letters outside the alphabet are refused, not passed over.
        (signed(body()).replace("ed25519 ", "ed25519 !"), "ledger.checkpoint_malformed", UNREADABLE),
        (body() + "sig ed25519 AA==\n", "ledger.checkpoint_signature", FORGED),
        (signed(body()).replace("size 7", "size 8"), "ledger.checkpoint_signature", FORGED),
    ],
)
def test_a_text_with_one_thing_wrong_is_no_checkpoint(text: str, code: str, says: str) -> None:
    with pytest.raises(CheckpointInvalid) as refused:
        read(text, key=public_key(SEED))
    assert (refused.value.code, refused.value.message) == (code, says)


def tree(size: int) -> tuple[Tree, list[bytes]]:
    leaves, tiles = hashes(size), Tiles()
    tiles.extend(leaves)
    return Tree(size, tiles), leaves


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17])
def test_in_small_trees_every_proof_holds_and_no_other(size: int) -> None:
    whole, leaves = tree(size)
    assert whole.root() == plain_root(leaves)
    for index in range(size):
        path = whole.inclusion(index)
        assert whole.leaf(index) == leaves[index]
        assert root_from_inclusion(index, size, leaves[index], path) == whole.root()
        # Too long, too short, of another place or size: no root, or another.
        assert root_from_inclusion(index, size, leaves[index], [*path, leaves[0]]) is None
        if path:
            assert root_from_inclusion(index, size, leaves[index], path[:-1]) is None
        for other in range(size):
            if other != index:
                assert root_from_inclusion(other, size, leaves[index], path) != whole.root()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 7, 8, 9, 13, 16])
def test_in_small_trees_every_earlier_tree_is_a_prefix_and_nothing_else(size: int) -> None:
    whole, _ = tree(size)
    for first in range(1, size + 1):
        path, old, new = whole.consistency(first), whole.root(first), whole.root()
        assert is_consistent(first, size, old, new, path)
        assert not is_consistent(first, size, old, new, [*path, old])
        assert not is_consistent(first, size, b"x" * 32, new, path)
        assert not is_consistent(first, size, old, b"x" * 32, path)
        if path:
            assert not is_consistent(first, size, old, new, path[:-1])
            assert not is_consistent(first, size, old, new, [])
        for other in range(1, size + 1):
            if other != first:
                assert not is_consistent(other, size, old, new, path)
    assert not is_consistent(0, size, whole.root(0), whole.root(), [])
    assert not is_consistent(size + 1, size, whole.root(), whole.root(), [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (4, 3), (0, 0)])
def test_a_place_outside_a_tree_has_no_root(index: int, size: int) -> None:
    assert root_from_inclusion(index, size, b"x" * 32, []) is None


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (3, 6), (-1, 3)])
def test_sizes_a_tree_never_had_are_not_proved(first: int, second: int) -> None:
    whole, _ = tree(5)
    with pytest.raises(ValueError, match=f"no consistency from {first} to {second} in a tree of 5"):
        whole.consistency(first, second)


def test_a_place_outside_the_asked_size_is_named() -> None:
    whole, _ = tree(5)
    for index, size in ((5, 5), (-1, 5), (3, 3), (2, 6)):
        with pytest.raises(ValueError, match=f"no leaf {index} in a tree of {size}"):
            whole.inclusion(index, size)
    assert whole.inclusion(4, 5) == [whole.root(4)]
    assert whole.inclusion(0, 1) == []


def test_a_short_tile_is_named() -> None:
    whole = Tree(300, lambda level, position: b"x" * 32)
    with pytest.raises(ValueError, match="tile 0/1 is too short"):
        whole.leaf(257)


def test_growth_gives_only_the_tiles_that_change_and_reads_only_what_is_begun() -> None:
    asked: list[tuple[int, int]] = []
    leaves, tiles = hashes(600), Tiles()
    tiles.extend(leaves[:256])

    def fetch(level: int, position: int) -> bytes:
        asked.append((level, position))
        return tiles(level, position) + b"rest that is not in the tree"

    changed = list(grow(256, leaves[256:520], fetch))
    assert [(level, position, len(tile) // 32) for level, position, tile in changed] == [
        (0, 1, 256),
        (0, 2, 8),
        (1, 0, 2),
    ]
    assert asked == [(1, 0)]
    assert split(changed[0][2]) == leaves[256:512]
    asked.clear()
    tiles.extend(leaves[256:520])
    again = list(grow(520, leaves[520:521], fetch))
    assert [(level, position, len(tile)) for level, position, tile in again] == [(0, 2, 9 * 32)]
    assert asked == [(0, 2)]
    assert list(grow(520, [], fetch)) == []
    tiles.size = 520
    tiles.extend(leaves[520:])
    assert Tree(600, tiles).root() == plain_root(leaves)
    assert Tree(600, tiles).root(0) == hashlib.sha256().digest()
