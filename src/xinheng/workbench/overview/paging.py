"""Tables over queries that continue from a cursor: the address carries the cursors of the pages before, so one can go back."""

from dataclasses import dataclass, replace

from xinheng.web.tables import Query, Table, query_string

AFTER = "after"
"""The parameter; a table's spec names it among `others`."""
LONGEST_TRAIL = 200


@dataclass(frozen=True)
class CursorTable(Table):
    """A table whose next page begins behind `onward` (empty at the end); `trail` are the cursors that led here."""

    trail: tuple[str, ...] = ()
    onward: str = ""

    @property
    def previous(self) -> str:
        """The page before."""
        return self._at(self.trail[:-1]) if self.trail else ""

    @property
    def next(self) -> str:
        """The page after."""
        return self._at((*self.trail, self.onward)) if self.onward and len(self.trail) < LONGEST_TRAIL else ""

    @property
    def first(self) -> str:
        """The first page under the same conditions."""
        return self._at(())

    def _at(self, trail: tuple[str, ...]) -> str:
        others = {AFTER: ".".join(trail)} if trail else {}
        return f"{query_string(self.spec, self.query, page=1, others=others)}#{self.anchor}"


def split_cursor(query: Query) -> tuple[Query, tuple[str, ...]]:
    """The query without its cursors (so that a change of filter or order begins anew) and the cursors."""
    trail = tuple(filter(None, query.others.get(AFTER, "").split(".")))[:LONGEST_TRAIL]
    return replace(query, others={}, page=len(trail) + 1), trail


def number(trail: tuple[str, ...]) -> int | None:
    """The last cursor as a number; None on the first page, and for what is no number (then the first page is shown)."""
    last = trail[-1] if trail else ""
    return int(last) if last.isascii() and last.isdecimal() and len(last) < 19 else None
