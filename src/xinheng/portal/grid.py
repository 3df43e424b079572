"""A small table that needs no sorting, filter or pages: what the catalogue says, in rows."""

from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under heads; the first cell names its row. On a narrow screen each row is a card."""

    key: Annotated[str, "id of the block, unique on the page"]
    caption: Annotated[str, "what the table is, read aloud"]
    heads: Annotated[tuple[str, ...], "the columns"]
    rows: Annotated[tuple[tuple[Any, ...], ...], "cells as `show.value` draws them, one per column"]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Per row its head and its other cells, each with the label of its column."""
        return [{"head": row[0], "cells": list(zip(self.heads[1:], row[1:], strict=True))} for row in self.rows]
