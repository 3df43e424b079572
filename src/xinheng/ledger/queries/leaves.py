"""Leaves and tiles as the tree needs them."""

from collections.abc import Iterator

from xinheng.ledger import models
from xinheng.ledger.rules.leaf import hasher
from xinheng.ledger.values import Header, LeafContent

READ_AHEAD = 2000
_LEAF = ("idx", "table_name", "row_id", "salt", "digest")


def tile(level: int, position: int) -> bytes:
    """The hashes of one tile; empty where there is none."""
    found = models.Tile.objects.filter(level=level, position=position).values_list("hashes", flat=True).first()
    return bytes(found) if found is not None else b""


def header_of(run: models.Run) -> Header:
    """The header of a run, as it is bound into its leaves."""
    return Header(
        run.kind,
        run.operation,
        run.at,
        run.legal_date,
        run.actor_kind,
        run.actor_id,
        run.actor_name,
        run.unit_id,
        run.behalf_id,
        run.payload,
    )


def content_of(leaf: models.Leaf) -> LeafContent:
    """A leaf as a value."""
    return LeafContent(leaf.idx, leaf.table_name, leaf.row_id, bytes(leaf.salt), bytes(leaf.digest))


def runs_from(number: int) -> Iterator[models.Run]:
    """Numbered runs in order, beginning with the one that holds `number`."""
    start = models.Run.objects.filter(first__lte=number).order_by("-first").values_list("first", flat=True).first()
    yield from models.Run.objects.filter(first__gte=start or 1).order_by("first").iterator(chunk_size=READ_AHEAD)


def numbered_hashes(first: int, last: int) -> Iterator[bytes]:
    """The tree hashes of the leaves with numbers `first` to `last`, recomputed from headers and leaves.

    Raises: ValueError when a run does not hold as many leaves as it says.
    """
    for run in runs_from(first):
        if run.first is None or run.first > last:
            return
        low, high = max(first - run.first, 0), min(last - run.first + 1, run.count)
        to_hash = hasher(header_of(run))
        leaves = models.Leaf.objects.filter(run_id=run.id, idx__gte=low, idx__lt=high).order_by("idx")
        count = 0
        # Tuples, not model objects: these cost more than the hashes.
        for index, table, row_id, salt, digest in leaves.values_list(*_LEAF).iterator(chunk_size=READ_AHEAD):
            count += 1
            yield to_hash(LeafContent(index, table, row_id, bytes(salt), bytes(digest)))
        if count != high - low:
            raise ValueError(f"run {run.id} holds {count} leaves from {low} to {high}")
