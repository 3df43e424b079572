"""The errors every module builds on: a stable code, a sentence for people, a kind the front ends map to a status."""

from enum import StrEnum


class Kind(StrEnum):
    """What went wrong, as far as a front end must know."""

    UNKNOWN = "unknown"
    REFUSED = "refused"
    CONFLICT = "conflict"
    INVALID = "invalid"


class XinhengError(Exception):
    """An answer of no: `code` is stable English, `message` says in Chinese what is wrong and what is allowed."""

    kind: Kind = Kind.INVALID

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return f"{self.message}（{self.code}）"


class Unknown(XinhengError):
    """The thing named does not exist, or not for this actor: the answer is the same."""

    kind = Kind.UNKNOWN


class Refused(XinhengError):
    """A rule or a missing permission forbids it."""

    kind = Kind.REFUSED


class Conflict(XinhengError):
    """Somebody else was faster, or it is already so."""

    kind = Kind.CONFLICT


class Invalid(XinhengError):
    """The input is not what it should be."""

    kind = Kind.INVALID
