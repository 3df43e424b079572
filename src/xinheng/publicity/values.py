"""Words of publicity."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from xinheng.catalogue.values.governing import PublicityFacts
from xinheng.kernel.errors import Conflict, Invalid, Kind, Refused, Unknown, XinhengError


class Timeliness(StrEnum):
    """How a publication stands to its deadline."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    PENDING = "pending"
    NONE = "none"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {
            "on_time": "按时公示",
            "late": "迟公示",
            "missing": "逾期未公示",
            "pending": "待公示",
            "none": "不适用",
        }[self.value]


class Stage(StrEnum):
    """Where a publication stands on a day; what a plan is filtered by."""

    SHOWN = "shown"
    ENDING = "ending"
    DUE = "due"
    ENDED = "ended"
    WITHHELD = "withheld"
    WITHDRAWN = "withdrawn"
    LATE = "late"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {
            "shown": "公示中",
            "ending": "即将到期",
            "due": "待公示",
            "ended": "已到期停止",
            "withheld": "不予公示",
            "withdrawn": "已停止公示",
            "late": "迟公示",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a version: shown from and until (inclusive; None: open), or withheld and why.

    `bases` are keys of legal bases joined with `;`, `rule` the code of the rule, `edition` the hash of the catalogue asked.
    """

    shown: bool
    public_from: date | None
    public_until: date | None
    rule: str
    reason: str
    bases: str
    tier: str
    edition: str
    deadline: date | None
    deadline_provisional: bool
    calendar: str


@dataclass(frozen=True, slots=True)
class Projected:
    """One pull from the ledger: how many versions were decided, how many of them are shown."""

    runs: int
    versions: int
    shown: int
    up_to: int


@dataclass(frozen=True, slots=True)
class PullFaults:
    """What does not fit how far the ledger was read: read beyond its end, versions before it nobody decided about, decisions of no
    run, deadlines that a calendar already followed should have moved.
    """

    beyond: bool
    undecided: int
    stranded: int
    calendar_missed: int


@dataclass(frozen=True, slots=True)
class Decided:
    """The payload of a decision run."""

    versions: int
    shown: int


@dataclass(frozen=True, slots=True)
class DeadlineMove:
    """The deadline of all acts of one item and day, which another calendar would move; `count` records have it."""

    item: str
    act_date: date
    before: date
    after: date
    count: int


@dataclass(frozen=True, slots=True)
class DeadlineOutlook:
    """What another calendar would do to provisional deadlines: how many there are, move, and become certain; the moves, the next first."""

    looked_at: int
    moved: int
    settled: int
    moves: tuple[DeadlineMove, ...]


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """A deadline that a holiday notice moved."""

    publication_id: int
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Deadlines recomputed after a calendar changed; `changed` lists those that moved or became certain."""

    calendar: str
    looked_at: int
    changed: tuple[DeadlineChange, ...]


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of a public record."""

    code: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A record as the public sees it, with from, until and why; `contested` while an objection is open.

    `person`: about a natural person, whose name and number are masked, and who has no page of their own. `judged`: what decides about
    showing it and about its repair, None without a day of the act; no page shows it. `authority`: who decided.
    """

    record_id: int
    version_id: int
    item: str
    item_name: str
    polarity: str
    subject_id: int
    subject_name: str
    unit_id: int
    title: str
    document_number: str
    act_date: date | None
    fields: tuple[ShownField, ...]
    since: date | None
    until: date | None
    rule: str
    reason: str
    bases: tuple[str, ...]
    tier: str
    contested: bool
    number: int | None
    person: bool = False
    judged: PublicityFacts | None = None
    authority: str = ""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A record in a public list. `person`: about a natural person; name and number are masked, and no page leads on from them."""

    record_id: int
    item: str
    subject_id: int
    subject_name: str
    subject_code: str
    document_number: str
    authority_name: str
    act_date: date | None
    until: date | None
    person: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A publication as officials see it in the plan."""

    publication_id: int
    record_id: int
    version_id: int
    item: str
    subject_id: int
    subject_name: str
    unit_id: int
    unit_name: str
    document_number: str
    act_date: date | None
    stage: Stage
    timeliness: Timeliness
    public_from: date | None
    public_until: date | None
    deadline: date | None
    deadline_provisional: bool
    first_public_at: datetime | None
    reason: str
    tier: str = ""
    bases: tuple[str, ...] = ()


class NotPublic(Unknown):
    """There is no such public record: it never was, it ended, or it was withdrawn. The answer is the same."""

    def __init__(self) -> None:
        super().__init__("publicity.not_public", "没有这条公示信息：可能从未公示、公示期已满，或已停止公示")


class NotProvable(Conflict):
    """The entry is in no signed checkpoint yet."""

    def __init__(self) -> None:
        super().__init__(
            "publicity.not_provable",
            "这条信息的账目还没有进入已签名的检查点，暂时开不出证明。检查点定期签发，请过一天再试",
        )


class EntryNotPublic(Refused):
    """The entry names the clerk who made it."""

    def __init__(self) -> None:
        super().__init__(
            "publicity.entry_not_public", "这条账目写有经办人员的姓名，不对外提供。可以取公示决定的证明（of=decision）"
        )


class SinceInvalid(Invalid):
    """No size a checkpoint can have had."""

    def __init__(self, size: int, newest: int) -> None:
        super().__init__("publicity.since", f"since={size} 不能用，应为 0 至 {newest} 的整数", field="since")
        self.newest = newest


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One file of a snapshot. `digest` is the SHA-256 of what lies compressed in it, `packed` that of the file itself, both hexadecimal."""

    name: str
    item: str
    rows: int
    size: int
    digest: str
    packed: str


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """One issue of a day's snapshot as its manifest says it. `name` is `2026-11-21.1`; `number` the ledger number it was read up to.

    `columns` are those of each item's table. The content is there of the present issue only.
    """

    name: str
    day: date
    issue: int
    number: int
    edition: str
    software: str
    digest: str
    files: tuple[OpenFile, ...]
    folder: Path

    @property
    def rows(self) -> int:
        """How many records it holds."""
        return sum(file.rows for file in self.files if file.name.endswith(".jsonl.gz"))


@dataclass(frozen=True, slots=True)
class SnapshotIssued:
    """An issue of a day's snapshot exists; `digest` is the SHA-256 of its manifest."""

    day: date
    issue: int
    number: int
    digest: str
    rows: int


class NoSnapshot(Unknown):
    """No such snapshot, or no such file in it."""

    def __init__(self) -> None:
        super().__init__("publicity.no_snapshot", "没有这一天的开放数据，或没有这个文件")


class SnapshotStale(XinhengError):
    """Something in the snapshot is public no longer: its content is not handed out until the next issue is there."""

    kind = Kind.CONFLICT
    status = 503
    headers = {"Retry-After": "60"}

    def __init__(self) -> None:
        super().__init__("publicity.snapshot_stale", "开放数据中有信息刚刚停止公示，正在重新生成，请几分钟后再下载")


class LeaseLost(Conflict):
    """Another process took this pull over."""

    def __init__(self) -> None:
        super().__init__("publicity.lease_lost", "公示处理已由另一进程接手，本进程停止处理；未完成的部分不生效")
