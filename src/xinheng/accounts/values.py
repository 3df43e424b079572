"""Words of accounts: roles, kinds of unit, drafts, results, views, errors. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown

FAILURES_BEFORE_LOCK = 5
"""Failed sign-ins in a row that lock an account. Customary: GB/T 22239-2019 asks for a limit and names none."""

FIRST_LOCK_MINUTES = 15
"""How long the first lock lasts; each further one doubles. Customary."""


class Role(StrEnum):
    """What a person may be. What each may do, and which exclude each other, stands in `rules.roles`."""

    REPORTER = "reporter"
    REVIEWER = "reviewer"
    CENTRE_OPERATOR = "centre_operator"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    CONSOLE_SERVICE = "console_service"
    UNIT_SERVICE = "unit_service"

    @property
    def label(self) -> str:
        """The role's Chinese name."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.REPORTER: "信源单位填报员",
    Role.REVIEWER: "信用中心复核员",
    Role.CENTRE_OPERATOR: "信用中心业务员",
    Role.SUPERVISOR: "部门监管人员",
    Role.INSPECTOR: "检查人员",
    Role.AUDITOR: "审计员",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
    Role.CONSOLE_SERVICE: "命令行服务账号",
    Role.UNIT_SERVICE: "部门接口服务账号",
}


class UnitKind(StrEnum):
    """What a unit is."""

    GOVERNMENT = "government"
    CREDIT_CENTRE = "credit_centre"
    DEPARTMENT = "department"
    COURT = "court"
    TOWNSHIP = "township"
    AUTHORISED = "authorised"

    @property
    def label(self) -> str:
        """The kind's Chinese name."""
        return _UNIT_KIND_LABELS[self]


_UNIT_KIND_LABELS = {
    UnitKind.GOVERNMENT: "人民政府",
    UnitKind.CREDIT_CENTRE: "信用中心（归集单位）",
    UnitKind.DEPARTMENT: "部门",
    UnitKind.COURT: "人民法院",
    UnitKind.TOWNSHIP: "乡镇、街道",
    UnitKind.AUTHORISED: "法律法规授权的组织",
}


class PersonKind(StrEnum):
    """A human being who signs in, or a service account that never does."""

    PERSON = "person"
    SERVICE = "service"


class QueryKind(StrEnum):
    """How non-public data was read."""

    VIEW = "view"
    SEARCH = "search"
    LIST = "list"
    EXPORT = "export"
    REPORT = "report"

    @property
    def label(self) -> str:
        """The kind's Chinese name."""
        return _QUERY_KIND_LABELS[self]


_QUERY_KIND_LABELS = {
    QueryKind.VIEW: "查看",
    QueryKind.SEARCH: "检索",
    QueryKind.LIST: "列表",
    QueryKind.EXPORT: "导出",
    QueryKind.REPORT: "报告",
}


class SessionState(StrEnum):
    """Whether a sign-in still holds."""

    OPEN = "open"
    IDLE = "idle"
    TOO_OLD = "too_old"
    SUPERSEDED = "superseded"
    FACTOR_CHANGED = "factor_changed"


class SignInFailure(StrEnum):
    """Why a sign-in was refused. For the ledger only: the person at the door always gets the same answer."""

    UNKNOWN_LOGIN = "unknown_login"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 a reason, not a secret
    LOCKED = "locked"
    NOT_IN_FORCE = "not_in_force"
    WRONG_CODE = "wrong_code"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Denied:
    """No: `reason` is a stable code, `message` a Chinese sentence, `basis` the article or requirement it rests on."""

    reason: str
    message: str
    basis: str


Decision = Allowed | Denied


@dataclass(frozen=True, slots=True)
class PasswordFault:
    """One way in which a proposed password falls short."""

    code: str
    message: str


# --- drafts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit to open. `code` is its unified social credit code; `parent_id` None makes a root."""

    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    address: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class UnitChange:
    """The new wording of a unit; its code and kind never change. A new `parent_id` moves it with all below."""

    name: str
    parent_id: int | None
    address: str
    telephone: str


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """An account to open: without a password and without a role, both of which somebody else gives."""

    login: str
    name: str
    unit_id: int
    kind: PersonKind = PersonKind.PERSON


@dataclass(frozen=True, slots=True)
class QueryDraft:
    """One read of non-public data.

    `subject_id` is None when no single subject was read (a list, an export). `personal` says that a natural person's
    data was among it: then `purpose` is obligatory. `fields` are the names of the fields shown, never their values; `scope`
    says in words what was asked for (never a value of personal data); `count` is the number of subjects or rows shown;
    `reference` a case number.
    """

    kind: QueryKind
    subject_id: int | None
    personal: bool = False
    purpose: str = ""
    reference: str = ""
    fields: tuple[str, ...] = ()
    scope: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """A unit of the first day; `parent_code` names one earlier in the plan or already there."""

    code: str
    name: str
    kind: UnitKind
    parent_code: str | None = None
    address: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class PersonSeed:
    """An account of the first day; a service account has no password."""

    login: str
    name: str
    unit_code: str
    roles: tuple[Role, ...]
    password: str | None = None
    kind: PersonKind = PersonKind.PERSON
    must_change: bool = True


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """The tree of units and the first accounts of an installation, parents before children."""

    units: tuple[UnitSeed, ...]
    people: tuple[PersonSeed, ...]


@dataclass(frozen=True, slots=True)
class QueryFilter:
    """Which lines of the register; what is None does not narrow. `before` is the id the last page ended with."""

    person_id: int | None = None
    unit_id: int | None = None
    subject_id: int | None = None
    kind: QueryKind | None = None
    personal: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What an auditor asks the trail for; what is empty does not narrow.

    `table` and `row_id` together (`accounts.unit/1`, 17) ask for the history of one row; the others are then not used.
    `before` is the number the last page ended with.
    """

    operation: str = ""
    actor_id: int | None = None
    unit_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    table: str = ""
    row_id: int | None = None
    before: int | None = None
    limit: int = 50


# --- results (payloads of ledger entries: never a password, an unknown login or a name) ------------


@dataclass(frozen=True, slots=True)
class UnitOpened:
    """A unit exists."""

    unit_id: int
    code: str
    path: str


@dataclass(frozen=True, slots=True)
class UnitChanged:
    """A unit has new wording; `moved` counts the units whose path changed with it."""

    unit_id: int
    path: str
    moved: int


@dataclass(frozen=True, slots=True)
class UnitClosed:
    """A unit's last day is known."""

    unit_id: int
    last_day: date


@dataclass(frozen=True, slots=True)
class PersonOpened:
    """An account exists."""

    person_id: int
    unit_id: int
    kind: PersonKind


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """An account has another name or unit."""

    person_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class PersonClosed:
    """An account has ended, with the roles it had."""

    person_id: int
    ended_roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A password was set; `own` tells whether by the person, `must_change` whether it must be replaced at once."""

    person_id: int
    own: bool
    must_change: bool


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A person has a role from now on."""

    grant_id: int
    person_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class RoleEnded:
    """A person no longer has a role."""

    grant_id: int
    person_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person came in, by password alone, `totp` or `recovery` besides. `must_change`: first a new password must be set."""

    person_id: int
    at: datetime
    must_change: bool
    means: str = "password"


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """Somebody was turned away.

    `person_id` is None for a login nobody has; what was typed is not kept (it may be a password).
    """

    person_id: int | None
    failure: SignInFailure
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A person left; `state` is why: `open` by will, else what ended the session."""

    person_id: int
    state: SessionState


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A person may try again at once."""

    person_id: int
    failures: int


@dataclass(frozen=True, slots=True)
class QueryRegistered:
    """A read stands in the register."""

    query_id: int
    subject_id: int | None
    kind: QueryKind
    purpose: str


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation made; what was there already was left as it is."""

    units: int
    people: int
    grants: int


# --- views -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as others see it; this much of a unit is public."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    path: str
    address: str
    telephone: str
    active_from: date
    active_to: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """An account as administrators see it."""

    id: int
    login: str
    name: str
    kind: PersonKind
    unit_id: int
    unit_name: str
    roles: tuple[Role, ...]
    must_change: bool
    has_password: bool
    locked_until: datetime | None
    active_from: datetime
    active_to: datetime | None


@dataclass(frozen=True, slots=True)
class Query:
    """One line of the register. `person_name` is empty for the subject itself: it learns the unit, not the official."""

    id: int
    at: datetime
    unit_id: int | None
    unit_name: str
    person_id: int | None
    person_name: str
    subject_id: int | None
    kind: QueryKind
    personal: bool
    purpose: str
    reference: str
    fields: tuple[str, ...]
    scope: str
    count: int


@dataclass(frozen=True, slots=True)
class QueryPage:
    """Lines of the register, newest first; `next_before` continues, None at the end."""

    items: tuple[Query, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act of the trail. `number` is its first entry, `count` the entries it left, `payload` canonical JSON."""

    number: int
    run_id: int
    count: int
    operation: str
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    unit_id: int | None
    unit_name: str
    payload: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Acts, newest first; `next_before` continues, None at the end."""

    items: tuple[AuditLine, ...]
    next_before: int | None


# --- errors ----------------------------------------------------------------------------------------


class UnitUnknown(Unknown):
    """No such unit."""


class PersonUnknown(Unknown):
    """No such account, or it is no longer in force."""


class RoleNotHeld(Unknown):
    """The person has no such role."""


class AlreadyThere(Conflict):
    """The code, login or role exists already."""


class StillInUse(Conflict):
    """A unit that still has people or units, an administrator nobody could replace."""


class DraftInvalid(Invalid):
    """The draft of a unit, an account or a line of the register is not what it should be."""


class PasswordInvalid(Invalid):
    """The proposed password falls short of the rules; `faults` names all at once."""

    def __init__(self, faults: tuple[PasswordFault, ...]) -> None:
        super().__init__("accounts.password", "；".join(fault.message for fault in faults), field="password")
        self.faults = faults


class NotAllowed(Refused):
    """A rule forbids it."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(f"accounts.{denied.reason}", f"{denied.message}（依据：{denied.basis}）")
        self.denied = denied


class SessionEnded(Refused):
    """The sign-in no longer holds."""

    def __init__(self, state: SessionState) -> None:
        super().__init__("accounts.session_ended", SESSION_MESSAGES[state])
        self.state = state


SESSION_MESSAGES = {
    SessionState.OPEN: "您已退出登录。",
    SessionState.IDLE: "长时间没有操作，已自动退出，请重新登录。",
    SessionState.TOO_OLD: "本次登录的时间已满，请重新登录。",
    SessionState.SUPERSEDED: "口令已在别处修改，请用新口令重新登录。",
    SessionState.FACTOR_CHANGED: "身份验证器已绑定或解除，请重新登录。",
}

SIGN_IN_REFUSED_MESSAGE = (
    "登录名或口令不正确，或账号当前不能登录。"
    f"连续 {FAILURES_BEFORE_LOCK} 次失败后账号锁定 {FIRST_LOCK_MINUTES} 分钟，"
    "再次连续失败锁定时间加倍；可请安全管理员解锁。"
)


class SignInRefused(Refused):
    """The one answer to every sign-in that fails, whatever the cause."""

    def __init__(self) -> None:
        super().__init__("accounts.sign_in_refused", SIGN_IN_REFUSED_MESSAGE)


class PurposeMissing(NotAllowed):
    """A natural person's data without a purpose, or a purpose that is not of the list."""


class OldPasswordWrong(Refused):
    """The old password does not open the account (or it is locked: the same answer)."""

    def __init__(self) -> None:
        super().__init__(
            "accounts.old_password",
            f"原口令不正确，或账号已锁定。连续 {FAILURES_BEFORE_LOCK} 次失败后账号锁定 {FIRST_LOCK_MINUTES} 分钟。",
            field="old",
        )


class PasswordChangedMeanwhile(Conflict):
    """Somebody else set the password between proof and change."""

    def __init__(self) -> None:
        super().__init__("accounts.password_changed", "口令刚刚在别处修改，本次修改没有生效，请重新登录。")
