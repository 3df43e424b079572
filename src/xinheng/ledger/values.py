"""Words of the ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xinheng.kernel.errors import Invalid, Refused, Unknown

ALGORITHM = "xinheng-ledger/1 sha256 rfc6962"


class NotAllowed(Refused):
    """The actor lacks the permission the operation needs."""

    def __init__(self, operation: str, needs: str) -> None:
        super().__init__("ledger.not_allowed", f"您没有办理此事的权限（需要 {needs}，业务 {operation}）")


class EntryUnknown(Unknown):
    """No entry has that number."""

    def __init__(self, number: int, size: int) -> None:
        super().__init__("ledger.entry_unknown", f"账本中没有第 {number} 号账目：现有编号为 1 至 {size}")


class CheckpointInvalid(Invalid):
    """The text is no checkpoint of this ledger, or its signature is wrong."""


@dataclass(frozen=True, slots=True)
class Header:
    """What one run says about itself; bound into each of its leaves.

    `at` is the moment, `legal_date` the date in Asia/Shanghai the act counts for; `payload` canonical JSON of the operation's result.
    """

    kind: str
    operation: str
    at: datetime
    legal_date: date
    actor_kind: str
    actor_id: int | None
    actor_name: str
    unit_id: int | None
    behalf_id: int | None
    payload: str


@dataclass(frozen=True, slots=True)
class LeafContent:
    """One leaf without its place in the tree; `digest` is the salted hash of the row's canonical form."""

    index: int
    table: str
    row_id: int | None
    salt: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered entry as readers see it."""

    number: int
    run_id: int
    header: Header
    table: str
    row_id: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger is: `numbered` entries have numbers 1…n, the first `size` of them are in the tree."""

    numbered: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement about the tree; `text` is what is kept elsewhere."""

    size: int
    root: bytes
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something `verify` found: a stable code, the place, a sentence in Chinese."""

    code: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a verification: counts and every problem (at most `limit` of each kind are listed)."""

    size: int
    root: bytes
    leaves: int
    rows: dict[str, int]
    checkpoints: int
    problems: tuple[Problem, ...]

    def to_json(self) -> dict[str, Any]:
        """The shape the command prints."""
        return {
            "size": self.size,
            "root": self.root.hex(),
            "leaves": self.leaves,
            "rows": self.rows,
            "checkpoints": self.checkpoints,
            "items": [{"code": p.code, "place": p.place, "message": p.message} for p in self.problems],
        }
