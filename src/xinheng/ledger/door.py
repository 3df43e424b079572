"""The ledger: every state change is an `@operation` and leaves one entry.

Readers see numbered entries only, in order, by number. `checkpoint` signs the tree and writes it out of the database; `prove` gives
what somebody outside needs to check one entry; `verify` recomputes everything from the domain rows.
"""

from xinheng.ledger.operations.checkpoints import checkpoint
from xinheng.ledger.operations.frame import OPERATIONS, Operation, operation
from xinheng.ledger.operations.sequencer import sequence
from xinheng.ledger.queries.entries import (
    RunSummary,
    TrailFilter,
    entries,
    history_of,
    numbers_of,
    rows_of_run,
    runs_after,
    trail,
)
from xinheng.ledger.queries.head import checkpoints, head
from xinheng.ledger.queries.lag import Lag, done_after, lag, last_done
from xinheng.ledger.queries.proofs import ledgered_models, prove
from xinheng.ledger.queries.verification import verify
from xinheng.ledger.rules.checkpoint import public_key
from xinheng.ledger.rules.checkpoint import read as read_checkpoint

__all__ = [
    "OPERATIONS",
    "Lag",
    "Operation",
    "RunSummary",
    "TrailFilter",
    "checkpoint",
    "checkpoints",
    "done_after",
    "entries",
    "head",
    "history_of",
    "lag",
    "last_done",
    "ledgered_models",
    "numbers_of",
    "operation",
    "prove",
    "public_key",
    "read_checkpoint",
    "rows_of_run",
    "runs_after",
    "sequence",
    "trail",
    "verify",
]
