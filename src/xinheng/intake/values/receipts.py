"""Words of receipts: what became of rows, columns beside the data, templates. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

REASON_COLUMN: Final = "GZYY"

"""The column in which a row says why it corrects what was handed in before."""

REASON_HEADERS: Final = ("更正原因", "更正理由")

LONGEST_REASON: Final = 500

OUTCOME_COLUMN: Final = "__outcome"

SAID_COLUMN: Final = "__said"

PLACE_COLUMN: Final = "__place"

ASIDE_HEADERS: Final[Mapping[str, str]] = {
    OUTCOME_COLUMN: "信衡：处理结果",
    SAID_COLUMN: "信衡：问题说明",
    PLACE_COLUMN: "信衡：原位置",
}

"""The columns the platform writes beside a unit's own rows, and recognises when they come back: they are no content."""


class Taken(StrEnum):
    """What became of one row handed in."""

    ACCEPTED = "accepted"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a batch; rows = accepted + held + rejected, unchanged and superseded are among the accepted."""

    rows: int = 0
    accepted: int = 0
    held: int = 0
    rejected: int = 0
    unchanged: int = 0
    superseded: int = 0


@dataclass(frozen=True)
class Receipt:
    """What the command prints and a batch keeps."""

    file: str
    item: str
    counts: Counts = field(default_factory=Counts)
    status: str = "done"
    reason: str | None = None
    message: str = ""
    not_checked: tuple[str, ...] = ()
    columns: Mapping[str, Sequence[Any]] = field(default_factory=lambda: {"unknown": [], "missing": [], "doubled": []})
    normalised: Sequence[Mapping[str, Any]] = ()
    errors: Sequence[Mapping[str, Any]] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    batch: int | None = None
    records: Sequence[Mapping[str, Any]] | None = None
    replaced: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The contract's shape; `message`, `left_out`, `batch`, `records` and `replaced` only where there is something to say.

        `replaced`: how many rows that waited were replaced by rows of this file.
        """
        counts = self.counts
        shown: dict[str, Any] = {
            "file": self.file,
            "item": self.item,
            "rows": counts.rows,
            "accepted": counts.accepted,
            "held": counts.held,
            "rejected": counts.rejected,
            "unchanged": counts.unchanged,
            "superseded": counts.superseded,
            "status": self.status,
            "reason": self.reason,
            "not_checked": list(self.not_checked),
            "columns": {name: list(found) for name, found in self.columns.items()},
            "normalised": list(self.normalised),
            "errors": list(self.errors),
        }
        extra = {
            "message": self.message,
            "left_out": dict(self.left_out),
            "batch": self.batch,
            "records": self.records,
            "replaced": self.replaced,
        }
        return shown | {name: value for name, value in extra.items() if value not in ("", {}, None)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one typed row.

    `problems` and `normalised` have the shape of a receipt's `errors` and `normalised`; `standing` is that of the archive (`new`,
    `unchanged`, `correction`), empty when the row was not accepted.
    """

    taken: Taken
    problems: tuple[Mapping[str, Any], ...] = ()
    normalised: tuple[Mapping[str, Any], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    standing: str = ""
    record_id: int | None = None
    version_id: int | None = None
    held_id: int | None = None


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One problem of one row, value masked."""

    row: int
    record: int
    field: str
    header: str | None
    code: str
    effect: str
    message: str
    value: str | None


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of an item's template. `type` is the engine's word; `allowed` lists the values of a code list."""

    code: str
    name: str
    type: str
    obligatory: bool
    max_length: int | None
    allowed: tuple[str, ...]
    personal: bool
