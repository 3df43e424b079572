"""Words of subjects: kinds, schemes of codes, states, facts, pages, drafts, errors. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown


class SubjectKind(StrEnum):
    """The four kinds of 信用主体."""

    LEGAL_PERSON = "legal_person"
    OTHER_ORGANISATION = "other_organisation"
    INDIVIDUAL_BUSINESS = "individual_business"
    NATURAL_PERSON = "natural_person"

    @property
    def label(self) -> str:
        """The law's word."""
        return _KIND_LABELS[self]


_KIND_LABELS: Final = {
    SubjectKind.LEGAL_PERSON: "法人",
    SubjectKind.OTHER_ORGANISATION: "非法人组织",
    SubjectKind.INDIVIDUAL_BUSINESS: "个体工商户",
    SubjectKind.NATURAL_PERSON: "自然人",
}

PUBLIC_KINDS: Final = frozenset(SubjectKind) - {SubjectKind.NATURAL_PERSON}
"""Kinds whose name and code anybody may see."""


class RegisterState(StrEnum):
    """Where a subject's existence rests: on a register, on what a unit reported, or it was absorbed by another one."""

    REGISTERED = "registered"
    PROVISIONAL = "provisional"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"registered": "已登记", "provisional": "待登记核实", "merged": "已并入其他主体"}[self.value]


class Scheme(StrEnum):
    """Kinds of codes and documents. Those of people are kept only as keyed hash and sealed value."""

    USCC = "uscc"
    GS15 = "gs15"
    ORGCODE = "orgcode"
    TAX = "tax"
    CERT = "cert"
    SOCIAL = "social"
    ID18 = "id18"
    PASSPORT = "passport"
    HK_MACAO = "hk_macao"
    TAIWAN = "taiwan"
    PERMANENT = "permanent"
    OTHER_DOCUMENT = "other_document"

    @property
    def label(self) -> str:
        """The name of the code or document."""
        return _SCHEME_LABELS[self]

    @property
    def personal(self) -> bool:
        """Whether it is a number of a person."""
        return self in PERSONAL_SCHEMES


_SCHEME_LABELS: Final = {
    Scheme.USCC: "统一社会信用代码",
    Scheme.GS15: "工商注册号",
    Scheme.ORGCODE: "组织机构代码",
    Scheme.TAX: "税务登记号",
    Scheme.CERT: "事业单位证书号",
    Scheme.SOCIAL: "社会组织登记证号",
    Scheme.ID18: "公民身份号码",
    Scheme.PASSPORT: "护照号码",
    Scheme.HK_MACAO: "港澳居民来往内地通行证号码",
    Scheme.TAIWAN: "台湾居民来往大陆通行证号码",
    Scheme.PERMANENT: "外国人永久居留身份证号码",
    Scheme.OTHER_DOCUMENT: "其他证件号码",
}

PERSONAL_SCHEMES: Final = frozenset(
    {Scheme.ID18, Scheme.PASSPORT, Scheme.HK_MACAO, Scheme.TAIWAN, Scheme.PERMANENT, Scheme.OTHER_DOCUMENT}
)
PUBLIC_SCHEMES: Final = frozenset(Scheme) - PERSONAL_SCHEMES


class IdentifierState(StrEnum):
    """The code in force, or an old one that still leads to the subject."""

    CURRENT = "current"
    ALIAS = "alias"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {"current": "现用", "alias": "曾用"}[self.value]


class PersonalField(StrEnum):
    """What kind of personal datum a sealed value is; it decides how it is masked.

    It is the kind and not the column it came from: the same legal representative in two items gives the same token.
    """

    NAME = "name"
    ID_NUMBER = "id_number"
    DOCUMENT = "document"
    PHONE = "phone"
    BANK_ACCOUNT = "bank_account"
    ADDRESS = "address"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word for pages."""
        return _FIELD_LABELS[self]


_FIELD_LABELS: Final = {
    PersonalField.NAME: "姓名",
    PersonalField.ID_NUMBER: "公民身份号码",
    PersonalField.DOCUMENT: "证件号码",
    PersonalField.PHONE: "电话",
    PersonalField.BANK_ACCOUNT: "银行账号",
    PersonalField.ADDRESS: "住址",
    PersonalField.OTHER: "其他个人信息",
}


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What checks and rules need of a subject.

    `written_forms` are the `comparison_form`s of its present and former names; for natural persons it is empty.
    Where a code led here, `entry` is the subject that the code belongs to (itself, or one it absorbed): a new record goes there, so that
    undoing a merge parts it again. `family` are all subjects whose records count as this one's.
    """

    id: int
    kind: SubjectKind
    code: str
    name: str
    written_forms: frozenset[str]
    state: RegisterState
    merged_into: int | None
    entry: int = 0
    family: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name and its days, both included; `valid_to` None: to this day."""

    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class IdentifierEntry:
    """A code or document number and its days. A person's number is masked unless the actor may see it."""

    scheme: Scheme
    value: str
    state: IdentifierState
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class MergeEntry:
    """One merge, also one that was undone. Moments are UTC."""

    id: int
    kept: int
    absorbed: int
    reason: str
    at: datetime
    undone_at: datetime | None
    undo_reason: str


@dataclass(frozen=True, slots=True)
class SubjectHistory:
    """What a subject was called, which codes it had, and with whom it was merged."""

    names: tuple[NameEntry, ...]
    identifiers: tuple[IdentifierEntry, ...]
    merges: tuple[MergeEntry, ...]


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """The head of a subject's page. Of a natural person the name is masked unless the actor may see it; the code is empty."""

    id: int
    kind: SubjectKind
    name: str
    code: str
    scheme: Scheme | None
    state: RegisterState
    source: str
    division: str
    industry: str
    founded: date | None
    address: str
    merged_into: int | None
    erased: bool


@dataclass(frozen=True, slots=True)
class SubjectPortrait:
    """All a page says of a subject: its head, the subject that stands for it now, its family (itself and what it absorbed), its history."""

    head: SubjectPage
    stands: int
    family: tuple[int, ...]
    history: SubjectHistory


@dataclass(frozen=True, slots=True)
class SubjectHit:
    """One line of a search. `former_name` is the former name it was found by; `by_code`: found by its code."""

    id: int
    kind: SubjectKind
    name: str
    code: str
    state: RegisterState
    former_name: str
    by_code: bool


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page of hits, best first; `after` continues, empty at the end."""

    items: tuple[SubjectHit, ...]
    after: str


@dataclass(frozen=True, slots=True)
class SubjectList:
    """A page of subjects in order of id; `after` continues, None at the end."""

    items: tuple[SubjectFacts, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class PersonalView:
    """A personal value as this actor may see it: in full, masked, or gone because the person was erased."""

    field: PersonalField | None
    text: str
    masked: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class SubjectDraft:
    """A public subject as a register, or a unit's report, states it. `more_codes` are further public codes.

    `source` says who states it: the register, or unit and batch.
    """

    kind: SubjectKind
    scheme: Scheme
    code: str
    name: str
    source: str
    division: str = ""
    industry: str = ""
    founded: date | None = None
    address: str = ""
    more_codes: tuple[tuple[Scheme, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A natural person: document, number and name in the clear, only ever in memory."""

    scheme: Scheme
    number: str = field(repr=False)
    name: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What one record says of a subject that stands in no register. `order` is the record's place among others: earliest first.

    `since` is the place of the record's first version in the order in which runs became ready. Of a person `token` is the token of the
    name that the record gives, and `name` shows nothing.
    """

    subject_id: int
    name: str
    kind: SubjectKind
    on: date
    order: int
    since: int | None = None
    token: str = ""


@dataclass(frozen=True, slots=True)
class SubjectEntered:
    """A subject was entered: its id, and whether a provisional one became registered."""

    subject_id: int
    kind: SubjectKind
    code: str
    state: RegisterState
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class PersonEntered:
    """A natural person was entered. Nothing of the person is in here."""

    subject_id: int


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A natural person found or made; tokens of the name and the number for the record that names them."""

    subject_id: int
    created: bool
    name_token: str
    number_token: str


@dataclass(frozen=True, slots=True)
class NameChanged:
    """A subject has a new name from a day on."""

    subject_id: int
    former: str
    name: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class SubjectRestated:
    """A subject is as its register states it now; `former` is its name before, which may be the same."""

    subject_id: int
    former: str
    name: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class CodeChanged:
    """A subject has a new code; the old one leads to it as an alias."""

    subject_id: int
    former: str
    code: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Merged:
    """One subject was absorbed by another."""

    merge_id: int
    kept: int
    absorbed: int
    reason: str


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The absorbed subject stands for itself again."""

    merge_id: int
    kept: int
    absorbed: int
    reason: str


@dataclass(frozen=True, slots=True)
class PersonErased:
    """The keys of a person's entries (itself and its absorbed doubles) were destroyed; nothing sealed with them can be read again."""

    subject_id: int
    entries: int
    reason: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A rule says yes."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A rule says no: a stable reason and a sentence in Chinese."""

    reason: str
    message: str


Decision = Allowed | Denied


class NameMatch(StrEnum):
    """How the name a row gives stands to the names of the subject its code leads to."""

    PRESENT = "present"
    FORMER = "former"
    DIFFERENT = "different"
    NOT_COMPARED = "not_compared"


class MissingAnswer(StrEnum):
    """What becomes of a row whose valid code leads to no subject."""

    PROVISIONAL = "provisional"
    HOLD = "hold"


class SubjectUnknown(Unknown):
    """No such subject, or not for this actor: the answer is the same."""

    def __init__(self, subject_id: int) -> None:
        super().__init__("subjects.unknown", f"没有编号为 {subject_id} 的信用主体")


class MergeUnknown(Unknown):
    """No such merge."""

    def __init__(self, merge_id: int) -> None:
        super().__init__("subjects.merge_unknown", f"没有编号为 {merge_id} 的合并记录")


class CodeTaken(Conflict):
    """The code belongs to another subject. The message names the code only when it is public."""

    def __init__(self, scheme: Scheme, code: str) -> None:
        shown = "" if scheme.personal else f"“{code}”"
        super().__init__(
            "subjects.code_taken",
            f"{scheme.label}{shown}已属于另一主体；一个代码同时只属于一个主体，请核对代码，或先合并两个主体",
            field="code",
        )


class SubjectInvalid(Invalid):
    """A draft is not what it should be."""


class NotPossible(Refused):
    """A rule forbids it."""

    def __init__(self, decision: Denied) -> None:
        super().__init__(f"subjects.{decision.reason}", decision.message)


class CursorInvalid(Invalid):
    """The cursor of a search page is not one this search gave."""

    def __init__(self) -> None:
        super().__init__("subjects.cursor_invalid", "翻页参数无法识别，请从第一页重新查询", field="after")
