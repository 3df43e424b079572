"""Vertically merged cells: their value is copied down, and every copy is noted."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.values import Mark, NoteRule, RawRow


class _Open(NamedTuple):
    """A range whose rows are passing by."""

    top: int
    bottom: int
    value: str
    rules: list[NoteRule]


class Merges:
    """Merged ranges of a sheet by their first row; a range over one row needs nothing done."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._starts: dict[int, list[tuple[int, int]]] = {}

    def add(self, top: int, bottom: int, column: int) -> None:
        """A range by its first and last row (from 1) and first column.  Raises: RefusedFile F06 for too many."""
        self._count += 1
        if self._count > self._most:
            raise RefusedFile(FileCode.OVER_LIMIT, f"合并单元格超过 {self._most} 处。请取消合并、逐行填写后再上报。")
        if bottom > top:
            self._starts.setdefault(top, []).append((column, bottom))

    def filled(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        """The rows with merged values copied down the first column of their range; an own value is never replaced.

        A row that holds nothing but copies stays out: it is an empty row to whoever filled the sheet.
        """
        open_ranges: dict[int, _Open] = {}
        starts = sorted(self._starts, reverse=True)
        for row in rows:
            while starts and starts[-1] <= row.number:
                self._begin(starts.pop(), row, open_ranges)
            for column, merged in list(open_ranges.items()):
                if merged.bottom < row.number:
                    del open_ranges[column]
                elif merged.top < row.number:
                    _fill(row, column, merged)
            yield row

    def _begin(self, top: int, row: RawRow, open_ranges: dict[int, _Open]) -> None:
        for column, bottom in self._starts[top]:
            value = row.cells[column] if top == row.number and column < len(row.cells) else None
            if value:
                rules = [mark.rule for mark in row.marks if mark.column == column]
                open_ranges[column] = _Open(top, bottom, value, rules)
            else:
                open_ranges.pop(column, None)


def _fill(row: RawRow, column: int, merged: _Open) -> None:
    if column < len(row.cells) and row.cells[column]:
        return
    row.cells.extend([None] * (column + 1 - len(row.cells)))
    row.cells[column] = merged.value
    row.marks.append(Mark(column, NoteRule.MERGED, None))
    # What the first cell lost, its copies lost too.
    row.marks.extend(Mark(column, rule, None) for rule in merged.rules)
