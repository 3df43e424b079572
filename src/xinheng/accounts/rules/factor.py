"""The second factor: codes that follow the clock (TOTP), recovery codes, who must have one. Pure.

Its words and results stand here and go out by the door. Source: RFC 6238; GB/T 22239-2019 level 3, 身份鉴别 (two or more
factors, one of them cryptographic).
"""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from xinheng.accounts.values import FAILURES_BEFORE_LOCK, FIRST_LOCK_MINUTES, Allowed, Decision, Denied, Role
from xinheng.kernel.errors import Conflict, Refused

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""Steps before and after the present one whose code is taken too: clocks of telephones are off by some seconds."""
SECRET_BYTES = 20
HALF_LIFE = timedelta(minutes=5)
"""How long a right password waits for its code."""
PENDING_LIFE = timedelta(minutes=15)
"""How long a key that was shown waits to be confirmed."""
RECOVERY_CODES = 10
RECOVERY_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Signs that are not mistaken for one another; ten of them are fifty bits."""
RECOVERY_LENGTH = 10
BASIS = "GB/T 22239-2019 第三级 身份鉴别：两种或两种以上鉴别技术"


@dataclass(frozen=True, slots=True)
class HalfSigned:
    """A password was right and the code is still missing: this opens nothing but the question for the code."""

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnFactor:
    """What a person knows about the own second factor."""

    confirmed_at: datetime | None
    recovery_left: int
    required: bool


@dataclass(frozen=True, slots=True)
class FactorRule:
    """From which legal date holders of a role must have a second factor, or need none any more."""

    role: Role
    required: bool
    from_on: date
    reason: str
    set_at: datetime
    set_by_name: str


@dataclass(frozen=True, slots=True)
class FactorEnrolled:
    """A second factor holds. The recovery codes are shown to the person this once and stand nowhere."""

    factor_id: int
    person_id: int
    recovery_codes: int
    codes: tuple[str, ...] = field(metadata={"secret": True}, repr=False)


@dataclass(frozen=True, slots=True)
class FactorEnded:
    """A second factor no longer holds; `own`: the person ended it with password and code, else the security administrator."""

    factor_id: int
    person_id: int
    own: bool
    reason: str


@dataclass(frozen=True, slots=True)
class FactorPolicySet:
    """A role must have a second factor from a day on, or need not."""

    policy_id: int
    role: Role
    required: bool
    from_on: date
    reason: str


class CodeNeeded(Refused):
    """The password was right; the account asks for a code besides."""

    def __init__(self, half: HalfSigned) -> None:
        super().__init__("accounts.code_needed", "口令正确，请再输入身份验证器上的验证码")
        self.half = half


class CodeRefused(Refused):
    """The code does not open the account: wrong, used before, or the account is locked (the same answer)."""

    def __init__(self) -> None:
        super().__init__(
            "accounts.code_refused",
            "验证码不正确、已经用过，或账号已锁定。请等验证器显示下一个验证码再试；输错与输错口令一样计数，连续 5 次锁定。",
            field="code",
        )


class PasswordNotProved(Refused):
    """The password asked for once more does not open the account (or it is locked: the same answer)."""

    def __init__(self) -> None:
        super().__init__(
            "accounts.password_not_proved",
            f"口令不正确，或账号已锁定。连续 {FAILURES_BEFORE_LOCK} 次失败后账号锁定 {FIRST_LOCK_MINUTES} 分钟。",
            field="password",
        )


class HalfExpired(Refused):
    """A right password waited too long for its code, or was changed meanwhile."""

    def __init__(self) -> None:
        minutes = int(HALF_LIFE.total_seconds() // 60)
        super().__init__("accounts.half_expired", f"输入口令后须在 {minutes} 分钟内输入验证码，请重新登录。")


class FactorThere(Conflict):
    """The person has a second factor already."""

    def __init__(self) -> None:
        super().__init__("accounts.factor_there", "您已绑定身份验证器。要更换，请先凭口令和验证码解除。")


class FactorMissing(Conflict):
    """The person has no second factor."""

    def __init__(self) -> None:
        super().__init__("accounts.factor_missing", "该账号现在没有绑定身份验证器")


def step_of(now: datetime) -> int:
    """The number of the time step a moment lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a time step: six digits."""
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS).decode("ascii")  # noqa: S303 RFC 6238


def matching_step(secret: bytes, typed: str, now: datetime, *, last_step: int) -> int | None:
    """The time step whose code was typed, of the present one and its neighbours, later than `last_step`; None for none.

    A step that was used, and every earlier one, is gone: who looks over a shoulder cannot use the code again.
    """
    here = step_of(now)
    found = None
    for step in range(here - WINDOW, here + WINDOW + 1):
        # All of them are compared, and each in constant time: how long it takes tells nothing.
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode()) and step > last_step:
            found = step
    return found


def written_code(typed: str) -> str:
    """A code as typed, without the blanks and hyphens people put in, in lower case."""
    return "".join(sign for sign in typed.strip().lower() if sign not in " -\u3000")


def is_recovery_code(written: str) -> bool:
    """Whether what was typed has the form of a recovery code."""
    return len(written) == RECOVERY_LENGTH and set(written) <= set(RECOVERY_SIGNS)


def shown_recovery_code(written: str) -> str:
    """A recovery code as it is shown: in two groups."""
    return f"{written[: RECOVERY_LENGTH // 2]}-{written[RECOVERY_LENGTH // 2 :]}"


def key_text(secret: bytes) -> str:
    """The key as people type it into an authenticator that cannot see the picture: base 32 in groups of four."""
    text = base64.b32encode(secret).decode("ascii").rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def key_address(secret: bytes, *, login: str, issuer: str) -> str:
    """The address an authenticator reads from the picture (`otpauth://`)."""
    asked = {
        "secret": base64.b32encode(secret).decode("ascii").rstrip("="),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{quote(f'{issuer}:{login}')}?{urlencode(asked, quote_via=quote)}"


def may_reset(*, own: bool, reason: str) -> Decision:
    """Nobody resets the own factor by office: that takes the password and a code; and a reset needs a reason."""
    if own:
        return Denied(
            "own_factor", "不得凭职权解除自己的身份验证器，请凭口令和验证码办理，或请另一名安全管理员办理", BASIS
        )
    if not reason.strip():
        return Denied("factor_reason", "请写明解除的理由，例如本人手机遗失、已当面核实身份", BASIS)
    return Allowed()
