"""Words of intake: batches, counts, held rows, outcomes, pages, errors. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown

T = TypeVar("T")

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
class ColumnsMapped:
    """A unit said which of its own headings stand for which fields of an item. `columns` are pairs of heading and field code."""

    mapping_id: int
    unit_id: int
    item: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A unit's mapping for an item.

    `columns` are heading → field code, those that work; `stale` are the ones whose field the catalogue does not have any more.
    """

    id: int
    unit_id: int
    unit_name: str
    item: str
    columns: Mapping[str, str]
    stale: Mapping[str, str]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file as its unit maps it: heading, the field it means already, who says so, a proposal, and a few values, masked.

    `by` is `item` for the item's own name, `unit` for the unit's mapping, empty for neither.
    """

    header: str
    code: str
    by: str
    suggested: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The columns of a handed in file, and the obligatory fields that no column means."""

    columns: tuple[FileColumn, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookWritten:
    """A workbook of rows to put right: how many, and how many marked cells have no note of their own for there were too many."""

    rows: int
    without_note: int
    fields: tuple[str, ...]
    personal: bool


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


class ContactRole(StrEnum):
    """In which role somebody of a unit answers for a duty."""

    LEADER = "leader"
    BUSINESS = "business"
    TECHNICAL = "technical"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"leader": "分管领导", "business": "业务联系人", "technical": "技术联系人"}[self.value]


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Who answers: an account by its login, or a post of the unit. Never a private number."""

    login: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """A unit owes an item from a day on; every role has its contact."""

    unit_id: int
    item: str
    since: date
    leader: ContactDraft
    business: ContactDraft
    technical: ContactDraft


@dataclass(frozen=True, slots=True)
class DutySet:
    """A duty holds from a day on; `ended` is the row that held until then."""

    duty_id: int
    unit_id: int
    item: str
    since: date
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """A duty ends with a day."""

    duty_id: int
    until: date


@dataclass(frozen=True, slots=True)
class DutiesSeeded:
    """How many duties of the region's profile were new."""

    count: int


@dataclass(frozen=True, slots=True)
class NilReported:
    """A unit had nothing to hand in of an item in a month (its first day)."""

    nil_id: int
    unit_id: int
    item: str
    month: date


class ContradictionState(StrEnum):
    """What the centre did about units that say different things."""

    OPEN = "open"
    ASKED = "asked"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"open": "待核对", "asked": "已询问单位", "settled": "已有结论"}[self.value]


@dataclass(frozen=True, slots=True)
class ContradictionNoted:
    """The centre noted what it did about a contradiction."""

    note_id: int
    subject_id: int
    datum: str
    state: ContradictionState


@dataclass(frozen=True, slots=True)
class IntakeCounts:
    """Figures for the workbench, within what the actor may see."""

    open_batches: int
    held: int
    held_corrections: int
    refused_batches: int


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


class BatchUnknown(Unknown):
    """No such batch, or not for this actor: the answer is the same."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.batch_unknown", f"没有编号为 {batch_id} 的报送批次，或不在您可查看的范围内")


class UploadNotStored(Conflict):
    """The disk did not take a file; nothing of it is left, and it can be handed in again."""

    def __init__(self, full: bool) -> None:
        why = "服务器磁盘已满" if full else "服务器未能保存文件"
        super().__init__("intake.not_stored", f"{why}，文件没有接收。请联系系统管理员，处理后重新上报")


class HeldUnknown(Unknown):
    """No such held row, or not for this actor: the answer is the same."""

    def __init__(self, held_id: int) -> None:
        super().__init__("intake.held_unknown", f"没有编号为 {held_id} 的待处理行，或不在您可查看的范围内")


class ReceiptUnknown(Unknown):
    """The batch has no receipt yet."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.no_receipt", f"批次 {batch_id} 尚未处理完，还没有回执")


class DutyUnknown(Unknown):
    """No such duty, or not for this actor: the answer is the same."""

    def __init__(self, duty_id: int) -> None:
        super().__init__("intake.duty_unknown", f"没有编号为 {duty_id} 的报送责任，或不在您可查看的范围内")


class ContradictionUnknown(Unknown):
    """No such contradiction any more, or not for this actor: the answer is the same."""

    def __init__(self, contradiction_id: int) -> None:
        super().__init__(
            "intake.contradiction_unknown",
            f"没有编号为 {contradiction_id} 的不一致，可能已重新比对，或不在您可查看的范围内",
        )


class Settled(Conflict):
    """The held row was settled already, or the batch has ended."""


class Busy(Conflict):
    """Another batch is being loaded: one at a time."""

    def __init__(self) -> None:
        super().__init__("intake.busy", "另一批次正在入库，同一时间只入库一批，请稍候")


class LeaseLost(Conflict):
    """Somebody took this load over."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.lease_lost", f"批次 {batch_id} 已由另一进程接手，本进程停止处理")


class OvertakenLoad(Conflict):
    """While the batch was loading, others kept entering the same records."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.overtaken", f"批次 {batch_id} 入库期间，相同信息多次被他人更新，请稍后重试")


class IntakeInvalid(Invalid):
    """What was handed in is not what it should be."""


class NotPossible(Refused):
    """A rule or a missing permission forbids it."""


class UploadGone(Invalid):
    """The sealed file is missing or damaged."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.upload_gone", f"批次 {batch_id} 的上传文件不存在或已损坏，请重新上传")
