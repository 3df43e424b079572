"""The journal of the running operation: which ledgered rows it saved, and in which order.

A `LedgeredModel` can be saved only while a journal is open, so no row comes into being or changes without the ledger hearing of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from xinheng.kernel.errors import XinhengError


class OutsideOperation(XinhengError):
    """Somebody tried to change a ledgered row past the operations: a mistake in the program, never in the input."""

    def __init__(self, table: str, what: str) -> None:
        super().__init__("storage.outside_operation", f"程序错误：不经业务操作不得改动 {table}（{what}）")


@dataclass(frozen=True, slots=True)
class RowState:
    """The canonical form of one row as it was last saved in this operation."""

    table: str
    row_id: int
    canonical: bytes


@dataclass(slots=True)
class Journal:
    """The rows one operation saved; a row saved twice keeps its place and its last state."""

    run_id: int
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    rows: list[RowState | None] = field(default_factory=list)

    def place(self, table: str, row_id: int | None) -> int:
        """The index the row has, or will have, in this run."""
        if row_id is not None and (table, row_id) in self.places:
            return self.places[table, row_id]
        return len(self.rows)

    def note(self, state: RowState) -> None:
        """Remember the state a row was saved in."""
        known = self.places.get((state.table, state.row_id))
        if known is None:
            self.places[state.table, state.row_id] = len(self.rows)
            self.rows.append(state)
        else:
            self.rows[known] = state


_open: ContextVar[Journal | None] = ContextVar("xinheng_journal", default=None)


def current() -> Journal | None:
    """The journal of the innermost running operation, or None."""
    return _open.get()


@contextmanager
def opened(journal: Journal) -> Iterator[Journal]:
    """Make `journal` the current one inside the block; an outer operation's journal comes back afterwards."""
    token = _open.set(journal)
    try:
        yield journal
    finally:
        _open.reset(token)
