"""What a leaf binds: the salted digest of the row, and over it the header of its run and its place."""

import hashlib
from collections.abc import Callable

from xinheng.kernel.canonical import canonical
from xinheng.ledger.rules.tree import leaf_hash
from xinheng.ledger.values import ALGORITHM, Header, LeafContent

SALT_BYTES = 16
DIGEST_BYTES = 32


def row_digest(salt: bytes, row: bytes) -> bytes:
    """SHA-256(salt ‖ canonical row)."""
    return hashlib.sha256(salt + row).digest()


def header_bytes(header: Header) -> bytes:
    """The canonical form of a run's header, the same for each of its leaves."""
    return canonical(
        (
            ALGORITHM,
            header.kind,
            header.operation,
            header.at,
            header.legal_date,
            header.actor_kind,
            header.actor_id,
            header.actor_name,
            header.unit_id,
            header.behalf_id,
            header.payload,
        )
    )


def leaf_data(header: bytes, leaf: LeafContent) -> bytes:
    """d = SHA-256(salt ‖ canonical(header, index, table, row id, row digest))."""
    place = canonical((leaf.index, leaf.table, leaf.row_id, leaf.digest))
    return hashlib.sha256(leaf.salt + header + place).digest()


def hasher(header: Header) -> Callable[[LeafContent], bytes]:
    """A function from the leaves of one run to their hashes in the tree."""
    prefix = header_bytes(header)
    return lambda leaf: leaf_hash(leaf_data(prefix, leaf))
