"""Service tokens and idempotency keys: their words and limits. Pure.

A token stands for a service account of a unit, with part of what that account may do. Its scopes are permissions: one vocabulary, and what
the role no longer carries the token no longer gives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from xinheng.accounts.rules.roles import PERMISSIONS, PERMISSIONS_OF
from xinheng.accounts.values import DraftInvalid, Role
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown

TOKEN_SCOPES: Final = (
    "intake.load",
    "intake.read_own",
    "records.enter",
    "records.read_unpublished",
    "records.read_licences",
    "subjects.read",
    "subjects.read_personal",
)
"""What a token can carry: permissions of a reporter, and the service window's, which a supervisor has."""

LONGEST_LIFE: Final = timedelta(days=366)
"""A token lives a year at most: customary, so that forgotten ones end."""
PREFIX_LETTERS: Final = 8
TOKEN_MARK: Final = "xht_"  # noqa: S105 - how a token begins, no secret
LONGEST_KEY: Final = 200
KEYS_KEPT: Final = timedelta(hours=24)
KEY_PATIENCE: Final = timedelta(minutes=5)
"""How long a write may take before another attempt with the same key takes its place: its process is dead, or was cut off."""
USE_NOTED_EVERY: Final = timedelta(minutes=1)


class TokenState(StrEnum):
    """Whether a token opens anything."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {"open": "有效", "expired": "已过期", "revoked": "已吊销"}[self.value]


@dataclass(frozen=True, slots=True)
class TokenDraft:
    """A token to issue. `items` are codes of the catalogue it is confined to; empty: all items."""

    person_id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """A token exists. `token` is its text, shown this once; the ledger keeps it out."""

    token_id: int
    person_id: int
    prefix: str
    scopes: tuple[str, ...]
    items: tuple[str, ...]
    expires_at: datetime
    token: str = field(metadata={"secret": True}, repr=False)


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token opens nothing any more."""

    token_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as administrators see it: recognised by `prefix`, never by its text."""

    id: int
    person_id: int
    login: str
    unit_id: int
    unit_name: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    items: tuple[str, ...]
    issued_at: datetime
    issued_by: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    state: TokenState


@dataclass(frozen=True, slots=True)
class Credential:
    """Who asks with a token: the actor with what both role and token allow, and the items it is confined to (empty: all)."""

    actor: Actor
    token_id: int
    items: tuple[str, ...]

    def allows(self, item: str) -> bool:
        """Whether the token may speak of an item."""
        return not self.items or item in self.items


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to carry out a write under an idempotency key; `settle_key` ends it in the write's transaction."""

    key_id: int
    holder: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The first answer to a write, as it is given again: status, body, and the headers that belong to it."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class TokenRefused(Refused):
    """No token, or one that opens nothing: unknown, expired, revoked, or its account ended. The answer is the same."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "accounts.token_refused", "令牌无效：没有提供，或不存在、已过期、已吊销，或其账号已停用。请向安全管理员申请"
        )


class TokenUnknown(Unknown):
    """No such token."""

    def __init__(self, token_id: int) -> None:
        super().__init__("accounts.token_unknown", f"没有编号为 {token_id} 的接口令牌")


class TokenEnded(Conflict):
    """The token was revoked before."""

    def __init__(self) -> None:
        super().__init__("accounts.token_revoked", "这个令牌已经吊销")


class KeyReused(Invalid):
    """The key stands for another write."""

    def __init__(self) -> None:
        super().__init__(
            "accounts.key_reused",
            "这个 Idempotency-Key 在 24 小时内已用于另一份内容。新的提交请换一个新的键",
            field="Idempotency-Key",
        )


class KeyInProgress(Conflict):
    """The same write is being carried out right now."""

    def __init__(self) -> None:
        super().__init__("accounts.key_in_progress", "同一 Idempotency-Key 的提交正在处理，请几秒后用同一个键重试")


class KeyInvalid(Invalid):
    """The key is no key."""

    def __init__(self) -> None:
        super().__init__(
            "accounts.key_invalid",
            f"Idempotency-Key 应为 1 至 {LONGEST_KEY} 个可见的 ASCII 字符，例如一个 UUID",
            field="Idempotency-Key",
        )


def check_token(draft: TokenDraft, *, roles: Iterable[Role], now: datetime) -> None:
    """Refuse a draft that is no token: without a name or scope, beyond a year, for an account that is no department's service.

    Raises: DraftInvalid.
    """
    if Role.UNIT_SERVICE not in roles:
        words = f"只能为担任“{Role.UNIT_SERVICE.label}”的服务账号签发令牌，请先开立服务账号并授予该角色"
        raise DraftInvalid("accounts.token_account", words)
    if is_blank(draft.name) or len(draft.name) > 100:
        raise DraftInvalid("accounts.token_name", "令牌用途应为 1 至 100 个字", field="name")
    unknown = sorted(set(draft.scopes) - set(TOKEN_SCOPES))
    if unknown or not draft.scopes:
        allowed = "、".join(TOKEN_SCOPES)
        words = f"“{'、'.join(unknown)}”不是令牌权限" if unknown else "至少选一项令牌权限"
        raise DraftInvalid("accounts.token_scopes", f"{words}，可选：{allowed}", field="scopes")
    if not now < draft.expires_at <= now + LONGEST_LIFE:
        raise DraftInvalid(
            "accounts.token_expiry", f"到期时间须在现在之后，最长 {LONGEST_LIFE.days} 天", field="expires"
        )


def token_state(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> TokenState:
    """Whether a token opens anything at a moment; the moment it expires is the first it does not."""
    if revoked_at is not None and revoked_at <= now:
        return TokenState.REVOKED
    return TokenState.EXPIRED if expires_at <= now else TokenState.OPEN


def is_key(text: str) -> bool:
    """Whether a text can be an idempotency key: 1 to 200 visible ASCII characters."""
    return 0 < len(text) <= LONGEST_KEY and all("!" <= sign <= "~" for sign in text)


def scope_words() -> dict[str, str]:
    """The scopes with what each means."""
    return {scope: PERMISSIONS[scope] for scope in TOKEN_SCOPES if scope in PERMISSIONS_OF[Role.UNIT_SERVICE]}
