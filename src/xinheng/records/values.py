"""Words of the archive: what is entered, what comes out, what may be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown

LONGEST_MARK_REASON: Final = 500


class Polarity(StrEnum):
    """What a record does to its subject."""

    HARM = "harm"
    NEUTRAL = "neutral"
    GOOD = "good"


class MarkKind(StrEnum):
    """What has become of a record; `label` is the word people read."""

    CONTESTED = "contested"
    WITHDRAWN = "withdrawn"
    REPAIRED = "repaired"
    SHIELDED = "shielded"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {"contested": "异议处理中", "withdrawn": "已撤回", "repaired": "已修复", "shielded": "暂停公示"}[
            self.value
        ]


HIDING = (MarkKind.WITHDRAWN, MarkKind.REPAIRED, MarkKind.SHIELDED)
"""Marks that end every publication while they hold."""


@dataclass(frozen=True, slots=True)
class PermitRef:
    """The permit of the gate a harmful version rests on; copied into the version, bound by a composite key."""

    id: int
    rank: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Core:
    """The typed core of a version: what rules and models read. Amounts in cents (分); `kinds` joined with `;`."""

    authority_name: str = ""
    authority_code: str = ""
    source_name: str = ""
    source_code: str = ""
    document_title: str = ""
    document_number: str = ""
    act_date: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    kinds: str = ""
    amount_cents: int | None = None
    confiscation_cents: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact to enter: whose, what, by whom, under which natural key.

    `key` are the values of the natural key in the item's order, without subject and unit; `content` all fields by code, personal ones
    as tokens; `blocks` the codes (with field) that keep it from publication; `received` the legal day it first came in; `continued`: the
    item says that another content under the same key is the next state of the same thing, and no correction.
    """

    item: str
    polarity: Polarity
    subject_id: int
    subject_kind: str
    unit_id: int
    key: tuple[str, ...]
    core: Core
    content: Mapping[str, str]
    blocks: tuple[str, ...] = ()
    received: datetime | None = None
    permit: PermitRef | None = None
    batch_id: int | None = None
    row_number: int | None = None
    continued: bool = False


class Standing(StrEnum):
    """How a fact stands to what is stored under its key."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CORRECTION = "correction"
    NEEDS_REASON = "needs_reason"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored under a key: the latest visible version, or that only invisible ones are there (`version_id` None)."""

    record_id: int
    last_seq: int
    version_id: int | None = None
    content_hash: bytes = b""
    item: str = ""
    polarity: str = ""
    subject_id: int | None = None
    subject_kind: str = ""
    core: Core = Core()
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """A fact was entered; `standing` says how. `version_id` is None when nothing had to be written."""

    record_id: int
    version_id: int | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark was set or ended."""

    record_id: int
    mark_id: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as people and later modules read it; `number` is the ledger number, None until the sequencer came by."""

    id: int
    record_id: int
    seq: int
    item: str
    polarity: str
    subject_id: int
    subject_kind: str
    unit_id: int
    core: Core
    content: Mapping[str, Any]
    blocks: tuple[str, ...]
    reason: str
    received_at: datetime
    batch_id: int | None
    row_number: int | None
    run_id: int
    run_index: int
    number: int | None
    known_at: datetime
    operation: str
    actor_name: str


@dataclass(frozen=True, slots=True)
class VersionBrief:
    """What later modules need to decide about a version, without its content."""

    id: int
    record_id: int
    item: str
    subject_id: int
    subject_kind: str
    core: Core
    blocks: tuple[str, ...]
    run_index: int


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark as people read it."""

    id: int
    record_id: int
    kind: MarkKind
    since: date
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """A record of a subject's archive: the version that holds at the asked moment, the earlier ones, its marks."""

    record_id: int
    current: VersionView
    earlier: tuple[VersionView, ...] = ()
    marks: tuple[MarkView, ...] = field(default=())


class RecordUnknown(Unknown):
    """No such record, or not for this actor."""

    def __init__(self, record_id: int) -> None:
        super().__init__("records.unknown", f"没有编号为 {record_id} 的信息，或不在您可查看的范围内")


class NotEntered(Refused):
    """The archive refuses a fact: no effective document, no permit, or outside the catalogue."""


class MarkInvalid(Invalid):
    """A mark without the reason it must have."""

    def __init__(self) -> None:
        super().__init__("records.mark_reason", f"须写明理由，1 至 {LONGEST_MARK_REASON} 个字", field="reason")


class Overtaken(Conflict):
    """Somebody else entered a version of the same record in between."""

    def __init__(self, record_id: int) -> None:
        super().__init__("records.overtaken", f"编号 {record_id} 的信息刚被他人更新，请刷新后重新核对再提交")


LONG_TERM: Final = date(2099, 12, 31)
"""The day that stands for "no end" in the standard's files; pages say 长期."""


class LicenceState(StrEnum):
    """Where a certificate stands on a day: asked anew every time, never stored. `label` is the word people read."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REPLACED = "replaced"
    VOID = "void"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {
            "valid": "证照有效",
            "not_yet": "证照未生效",
            "expired": "证照已到期",
            "replaced": "已被新证替代",
            "void": "已撤销、注销或吊销",
        }[self.value]


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """What decides about a certificate: its kind is holder, item, title and authority together. `begins` and `ends` belong to its term;
    `ends` None: never. `in_effect`: what its source unit last said; `hidden`: a mark that ends publication holds."""

    record_id: int
    kind: tuple[str, ...]
    number: str
    begins: date | None
    ends: date | None
    in_effect: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class LicenceHint:
    """A record that names the certificate as one it takes away, for people to look at: it changes the state of nothing by itself."""

    record_id: int
    unit_id: int
    item: str
    act_date: date | None
    document_number: str


@dataclass(frozen=True, slots=True)
class Licence:
    """A certificate as it stands on a day, derived from the version of its record that was asked for.

    `holder` is the name on it, a natural person's masked. `days_left` counts the days after the asked one on which it still holds (0: the
    last day is today), None without an end or where it does not hold. `renews` and `renewed_by` are records, as far as the reader may
    see them. `marks` hold on the day.
    """

    record_id: int
    version_id: int
    item: str
    subject_id: int
    subject_kind: str
    unit_id: int
    holder: str
    title: str
    number: str
    document_number: str
    authority_name: str
    authority_code: str
    valid_from: date | None
    valid_to: date | None
    state: LicenceState
    days_left: int | None
    renews: int | None = None
    renewed_by: int | None = None
    hints: tuple[LicenceHint, ...] = ()
    marks: tuple[MarkKind, ...] = ()

    @property
    def long_term(self) -> bool:
        """Whether it has no end."""
        return self.valid_to is None or self.valid_to >= LONG_TERM


class Expiry(StrEnum):
    """What a list of certificates is about: those that end soon, or those that ended."""

    COMING = "coming"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {"coming": "临近到期", "lapsed": "到期未续"}[self.value]


@dataclass(frozen=True, slots=True)
class ExpiryFilter:
    """Which certificates are listed: ending within `days` from the asked one on, or ended within `days` before it.

    `renewed`: True only those with a later one, False only those without, None both. `after` continues behind (last day, record).
    """

    kind: Expiry = Expiry.COMING
    days: int = 30
    item: str = ""
    unit_id: int | None = None
    renewed: bool | None = None
    after: tuple[date, int] | None = None


@dataclass(frozen=True, slots=True)
class ExpiryPage:
    """Certificates by their last day (those ended: the latest first), then record; `after` continues, None at the end."""

    items: tuple[Licence, ...]
    after: tuple[date, int] | None


COUNTED_UP_TO: Final = 1000


@dataclass(frozen=True, slots=True)
class ExpiryCounts:
    """How many certificates without a later one end within 30, 60, 90 days and ended within the year before; 1000: or more."""

    in_30: int
    in_60: int
    in_90: int
    lapsed: int


class LicenceUnknown(Unknown):
    """No certificate under that code, or none that is told: the answer is the same, and the code is not repeated."""

    def __init__(self) -> None:
        super().__init__("records.licence_unknown", "没有查到这个验证码对应的证照。请逐位核对验证码后再试")
