"""What goes in and out: one schema a thing, unknown keys refused. The names are part of the contract."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from ninja import Field, Schema
from pydantic import ConfigDict

T = TypeVar("T")
Day = date
Text = Annotated[str, Field(max_length=20_000)]
Cursor = Annotated[str, Field("", max_length=200, description="上一页回答里的 next；不写就是第一页")]
Limit = Annotated[int, Field(50, ge=1, le=200, description="一页最多几条，1 至 200")]
Purpose = Annotated[
    str, Field("", max_length=60, description="查询目的的代码（查询自然人必填），可用的见 /catalogue/purposes")
]
Reference = Annotated[str, Field("", max_length=100, description="案号或授权文号；有的查询目的要求填写")]


class Strict(Schema):
    """Sent by others: what is not known is refused, never left aside."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Listed(Schema, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


class Counts(Schema):
    """Rows of a batch."""

    rows: int
    accepted: int
    held: int
    rejected: int
    unchanged: int
    superseded: int


class Progress(Schema):
    """How far the work is."""

    state: Literal["waiting", "running", "done", "failed"]
    done: int
    total: int | None
    text: str


class RefusalOut(Schema):
    """Why a whole file was refused."""

    code: str
    message: str


class BatchOut(Schema):
    """A batch of one file."""

    id: int
    item: str
    unit_id: int
    unit_name: str
    file_name: str
    size: int
    state: Literal["received", "loading", "loaded", "refused", "abandoned"]
    state_label: str
    refusal: RefusalOut | None
    counts: Counts
    reason: str
    received_at: datetime
    finished_at: datetime | None
    progress: Progress


class ProblemOut(Schema):
    """One problem of one row; the value is masked."""

    row: int
    record: int
    field: str
    header: str | None
    code: str
    effect: str
    message: str
    value: str | None


class RecordsIn(Strict):
    """One record or several of one item, each field a text as a file would have it."""

    item: str = Field(max_length=60, description="信息项代码")
    unit: str = Field("", max_length=18, description="报送单位的统一社会信用代码；不写就是令牌所属单位")
    reason: str = Field("", max_length=500, description="更正原因，适用于全部更正")
    check_only: bool = Field(False, description="true：只检查，不入库")
    records: list[dict[str, Text | None]] = Field(
        min_length=1, max_length=50, description="1 至 50 条；键是字段代码，值是文本"
    )


class Note(Schema):
    """A value that was written in its normal form."""

    field: str
    rule: str


class Finding(Schema):
    """One problem of a record; the value is masked."""

    field: str
    code: str
    effect: Literal["reject", "hold", "block", "warn"]
    message: str
    value: str | None


class Taken(Schema):
    """What became of one record. `index` counts from 0 as they were sent."""

    index: int
    taken: Literal["accepted", "held", "rejected"]
    standing: str
    record_id: int | None
    held_id: int | None
    problems: list[Finding]
    normalised: list[Note]


class RecordsOut(Schema):
    """What became of the records."""

    item: str
    unit_id: int
    checked_only: bool
    accepted: int
    held: int
    rejected: int
    results: list[Taken]


class HeldOut(Schema):
    """A held row without its content."""

    id: int
    batch_id: int | None
    unit_id: int
    unit_name: str
    item: str
    row: int
    record: int
    kind: str
    kind_label: str
    codes: list[str]
    state: str
    state_label: str
    received_at: datetime
    decided_at: datetime | None
    decision_reason: str
    record_id: int | None


class HeldRowOut(Schema):
    """A held row with its content; empty once it was settled."""

    held: HeldOut
    values: dict[str, str]
    problems: list[Finding]
    reason: str


class SubjectOut(Schema):
    """A subject in a list."""

    id: int
    name: str
    code: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    former_name: str = ""


class NameOut(Schema):
    """A name and its days, both included."""

    name: str
    valid_from: date
    valid_to: date | None


class IdentifierOut(Schema):
    """A code and its days, both included."""

    scheme: str
    value: str
    state: str
    valid_from: date
    valid_to: date | None


class SubjectPageOut(Schema):
    """A subject with its names and codes over time."""

    subject: SubjectOut
    division: str
    industry: str
    founded: date | None
    address: str
    merged_into: int | None
    names: list[NameOut]
    identifiers: list[IdentifierOut]


class PersonIn(Strict):
    """The exact number of a natural person, and for what they are looked up."""

    number: str = Field(min_length=1, max_length=40, description="公民身份号码，15 位或 18 位")
    purpose: str = Field(min_length=1, max_length=60, description="查询目的的代码")
    reference: str = Field("", max_length=100, description="案号或授权文号；有的查询目的要求填写")


class PersonOut(Schema):
    """Who was found; None where nobody is, or nobody this unit may know of: the answer is the same."""

    subject_id: int | None


class MarkOut(Schema):
    """A mark of a record."""

    kind: str
    label: str
    since: date
    until: date | None
    reason: str


class RecordOut(Schema):
    """A record as the unit that reads it may see it; `content` by field code, personal values masked without a purpose."""

    id: int
    item: str
    polarity: Literal["harm", "neutral", "good"]
    subject_id: int
    unit_id: int
    version: int
    versions: int
    document_title: str
    document_number: str
    act_date: date | None
    valid_from: date | None
    valid_to: date | None
    content: dict[str, str]
    blocks: list[str]
    reason: str
    received_at: datetime
    batch_id: int | None
    ledger_number: int | None
    marks: list[MarkOut]


class RecordsQuery(Schema):
    """Which records of a subject, as of when, and for what they are looked at."""

    item: str = Field("", max_length=60)
    on: date | None = None
    known_at: int | None = Field(None, ge=0, le=2**62)
    purpose: Purpose = ""
    reference: Reference = ""
    cursor: Cursor = ""
    limit: Limit = 50


class LineOut(Schema):
    """A public record in a list. Of a natural person name and code are masked, and no subject leads on."""

    id: int
    item: str
    person: bool = Field(description="关于自然人：姓名、证件号码已脱敏，没有主体可查")
    subject_id: int | None
    subject_name: str
    subject_code: str
    document_number: str
    authority_name: str
    act_date: date | None
    public_until: date | None


class ShownOut(Schema):
    """One field of a public record."""

    code: str
    name: str
    value: str


class SourceOut(Schema):
    """The unit that answers for a record."""

    unit_id: int
    name: str
    address: str
    telephone: str


class PublicRecordOut(Schema):
    """A record as the public sees it, from when until when, and why."""

    id: int
    item: str
    item_name: str
    polarity: str
    person: bool = Field(description="关于自然人：姓名、证件号码已脱敏，没有主体可查")
    subject_id: int | None
    subject_name: str
    title: str
    document_number: str
    act_date: date | None
    public_from: date | None
    public_until: date | None
    rule: str
    why: str
    bases: list[str]
    tier: str
    contested: bool
    fields: list[ShownOut]
    source: SourceOut | None
    ledger_number: int | None


class PublicSubjectOut(Schema):
    """A subject as the public sees it, with how many public records of each item it has."""

    subject: SubjectOut
    counts: dict[str, int]


class PublicLicenceOut(Schema):
    """A certificate as it stands at the moment of asking; `renews` and `renewed_by` are records."""

    record_id: int
    item: str
    holder: str
    title: str
    number: str
    document_number: str
    authority_name: str
    authority_code: str
    valid_from: date | None
    valid_to: date | None
    long_term: bool = Field(description="长期有效")
    state: Literal["valid", "not_yet", "expired", "replaced", "void"]
    state_label: str
    days_left: int | None = Field(description="有效的还剩几天，0 表示今天 24 时到期；长期的、失效的为 null")
    renews: int | None
    renewed_by: int | None
    verification_code: str | None = Field(description="验证码；别的单位核发而没有公示的不给出，请向持证人索取")


class LicenceHintOut(Schema):
    """A record that names the certificate as one it takes away: to be looked at, it changes no state."""

    item: str
    document_number: str
    act_date: date | None


class LicenceMarkOut(Schema):
    """A mark that holds today."""

    kind: str
    label: str


class LicenceOut(PublicLicenceOut):
    """A certificate as units and service halls see it; of a natural person the holder's name is masked."""

    unit_id: int
    person: bool = Field(description="持证人是自然人，姓名已脱敏")
    hints: list[LicenceHintOut]
    marks: list[LicenceMarkOut]


class HolderLicencesOut(Schema):
    """A holder's certificates, those that hold first; holder is empty where there are none."""

    holder: str
    items: list[LicenceOut]


class LicencesOut(Schema):
    """Certificates, those that hold first."""

    items: list[LicenceOut]


class PublicLicencesOut(Schema):
    """The public certificates of a subject, those that hold first."""

    items: list[PublicLicenceOut]


class VerifiedOut(Schema):
    """What is on a certificate, and whether it holds, at the moment of asking."""

    state: Literal["valid", "not_yet", "expired", "replaced", "void"]
    state_label: str
    holder: str = Field(description="持证人；自然人的姓名已脱敏")
    title: str
    number: str
    authority_name: str
    valid_from: date | None
    valid_to: date | None
    long_term: bool
    days_left: int | None
    asked_at: datetime


class OpenFileOut(Schema):
    """A file of the present issue: `digest` is the SHA-256 of its content, `packed` that of the file as it is sent."""

    name: str
    item: str
    rows: int
    size: int
    digest: str
    packed: str
    href: str


class OpenIssueOut(Schema):
    """An issue of open data by what it is known by; `digest` is the SHA-256 of its manifest."""

    name: str
    day: date
    issue: int
    rows: int
    ledger_number: int
    catalogue_edition: str
    digest: str
    manifest: str
    proof: str
    changes: str | None = Field(description="到现在这一期的差异；现在这一期自己没有")


class OpenDataOut(Schema):
    """What of open data there is."""

    present: OpenIssueOut | None = Field(description="可以下载的一期；正在重新生成时为 null")
    files: list[OpenFileOut]
    issues: list[OpenIssueOut]


class FieldOut(Schema):
    """A field of an item."""

    code: str
    name: str
    aliases: list[str]
    type: str
    obligatory: bool
    max_length: int | None
    code_list: str | None
    multiple: bool
    personal: bool
    masking: str


class BasisOut(Schema):
    """A legal basis."""

    key: str
    citation: str
    title: str
    number: str
    issuer: str
    article: str
    about: str
    in_force_from: date
    in_force_to: date | None
    certainty: str


class ItemOut(Schema):
    """An item of the catalogue in a list."""

    code: str
    name: str
    category: str
    polarity: str
    enabled: bool
    reason: str


class ItemPageOut(Schema):
    """An item with its fields and bases."""

    item: ItemOut
    key: list[list[str]]
    fields: list[FieldOut]
    bases: list[BasisOut]


class ChoiceOut(Schema):
    """One value of a code list, with other ways to write it."""

    value: str
    word: str
    aliases: list[str]


class CodeListOut(Schema):
    """A closed list of values."""

    key: str
    other: str | None
    choices: list[ChoiceOut]


class PurposeOut(Schema):
    """A purpose a look can be registered with."""

    code: str
    name: str
    natural_persons: bool
    needs_reference: bool


class UnitOut(Schema):
    """A unit of the directory."""

    id: int
    code: str
    name: str
    kind: str
    kind_label: str
    parent_id: int | None
    address: str
    telephone: str
    active_from: date
    active_to: date | None


class DeadlineOut(Schema):
    """The n-th working day after a day; provisional while the holidays of its year are not announced."""

    date: Day
    days: int
    deadline: Day
    provisional: bool
    calendar: str


class CheckpointOut(Schema):
    """A signed checkpoint; `text` is what is kept elsewhere, letter by letter."""

    size: int
    root: str
    at: datetime
    text: str


class LedgerOut(Schema):
    """How far the ledger is."""

    numbered: int
    size: int
    root: str
    public_key: str
    checkpoints: list[CheckpointOut]


class WhoOut(Schema):
    """Whose token this is, and what it may do."""

    login: str
    name: str
    unit_id: int
    unit_name: str
    scopes: list[str]
    items: list[str]


Proof = dict[str, Any]
Receipt = dict[str, Any]
