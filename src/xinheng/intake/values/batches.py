"""Words of batches and rows that wait: states, results, views, filters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from xinheng.intake.values.receipts import Counts

T = TypeVar("T")


class BatchState(StrEnum):
    """Where a batch stands. `received` and `loading` are open; the others are ends."""

    RECEIVED = "received"
    LOADING = "loading"
    LOADED = "loaded"
    REFUSED = "refused"
    ABANDONED = "abandoned"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {
            "received": "已接收，等待处理",
            "loading": "正在处理",
            "loaded": "已入库",
            "refused": "整批退回",
            "abandoned": "已放弃",
        }[self.value]


ENDED = (BatchState.LOADED, BatchState.REFUSED, BatchState.ABANDONED)


class HeldState(StrEnum):
    """What has become of a held row."""

    HELD = "held"
    RELEASED = "released"
    RETURNED = "returned"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """The word for pages."""
        words = {"held": "待处理", "released": "已放行", "returned": "已退回", "replaced": "已由新报送代替"}
        return words[self.value]


class HeldKind(StrEnum):
    """Why a row waits: a check that a person settles, a correction without a reason, a correction of harm that is shown."""

    CHECK = "check"
    REASON = "reason"
    CORRECTION = "correction"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"check": "核对", "reason": "缺少更正原因", "correction": "已公示失信信息的更正"}[self.value]


@dataclass(frozen=True, slots=True)
class UploadDraft:
    """A file as it is handed in. `reason` says for all its rows why they correct what was handed in before."""

    item: str
    unit_id: int
    file_name: str
    reason: str = ""
    job: bool = True
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class BatchReceived:
    """A file was stored, sealed, and waits for its load. `job_id` is None where the caller loads it itself."""

    batch_id: int
    item: str
    unit_id: int
    file_hash: str
    size: int
    job_id: int | None


@dataclass(frozen=True, slots=True)
class LoadStarted:
    """A load began; its rows go into the run `load_run`."""

    batch_id: int
    load_run: int


@dataclass(frozen=True, slots=True)
class BatchLoaded:
    """A batch became visible."""

    batch_id: int
    load_run: int
    counts: Counts
    receipt_digest: str


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """A batch ended without a row: refused as a whole, or given up."""

    batch_id: int
    state: BatchState
    code: str


@dataclass(frozen=True, slots=True)
class UploadErased:
    """The sealed file of a batch is gone."""

    batch_id: int
    days: int


@dataclass(frozen=True, slots=True)
class RowHeld:
    """One row waits for a person."""

    held_id: int
    kind: HeldKind
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldSettled:
    """A held row was released into the archive, or sent back. `record_id` is None when it was sent back."""

    held_id: int
    state: HeldState
    codes: tuple[str, ...]
    reason: str
    record_id: int | None = None
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class HeldReplaced:
    """Rows that waited were replaced by what their unit sent back for them in a batch."""

    held_ids: tuple[int, ...]
    batch_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as people see it; counts are nought until it has ended."""

    id: int
    unit_id: int
    unit_name: str
    item: str
    file_name: str
    size: int
    state: BatchState
    refusal: str
    refusal_message: str
    counts: Counts
    reason: str
    submitted_by: int | None
    submitted_name: str
    received_at: datetime
    finished_at: datetime | None
    erased_at: datetime | None
    job_id: int | None


@dataclass(frozen=True, slots=True)
class HeldView:
    """A held row as lists show it, without its content."""

    id: int
    batch_id: int | None
    unit_id: int
    unit_name: str
    item: str
    row: int
    record: int
    kind: HeldKind
    codes: tuple[str, ...]
    state: HeldState
    received_at: datetime
    decided_name: str
    decided_at: datetime | None
    decision_reason: str
    record_id: int | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held row with what was written in it, field by field; personal values masked unless the actor may see them.

    `values` is empty once the row was settled: its content is erased then.
    """

    view: HeldView
    values: Mapping[str, str]
    problems: tuple[Mapping[str, Any], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """Which batches; what is empty does not narrow. `before` is the id the last page ended with."""

    unit_id: int | None = None
    item: str = ""
    items: tuple[str, ...] = ()
    state: BatchState | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class HeldFilter:
    """Which held rows; what is empty does not narrow. `after` is the id the last page ended with."""

    unit_id: int | None = None
    item: str = ""
    items: tuple[str, ...] = ()
    state: HeldState | None = HeldState.HELD
    kind: HeldKind | None = None
    code: str = ""
    batch_id: int | None = None
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list; `next` continues, None at the end."""

    items: tuple[T, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class IntakeCounts:
    """Figures for the workbench, within what the actor may see."""

    open_batches: int
    held: int
    held_corrections: int
    refused_batches: int
