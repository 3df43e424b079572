"""How far the ledger is."""

from xinheng.ledger import models
from xinheng.ledger.queries.leaves import tile
from xinheng.ledger.rules.tree import Tree
from xinheng.ledger.values import Checkpoint, Head


def head() -> Head:
    """Numbers given, leaves in the tree, and its root. Cost: one query and a few tiles."""
    state = models.State.objects.filter(id=1).first() or models.State(id=1)
    return Head(state.numbered, state.size, Tree(state.size, tile).root())


def checkpoints(limit: int = 50) -> tuple[Checkpoint, ...]:
    """The latest checkpoints, newest first. Public: a checkpoint is made to be copied. Cost: one query."""
    rows = models.SignedCheckpoint.objects.order_by("-id")[:limit]
    return tuple(Checkpoint(row.size, bytes(row.root), row.at, row.text) for row in rows)
