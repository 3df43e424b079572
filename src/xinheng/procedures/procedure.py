"""The procedures that were declared: the modules that own them say them when they start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from xinheng.procedures.rules.declaring import faults
from xinheng.procedures.values import Missed, Procedure

Effect = Callable[[int, datetime, date], None]
"""What a module does when a limit of one of its cases was missed: case id, now, the day from which it is late. In the same transaction."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A procedure with what its module does about missed limits."""

    procedure: Procedure
    effects: Mapping[Missed, Effect] = field(default_factory=lambda: MappingProxyType({}))


_declared: dict[str, Declared] = {}
_latest: dict[str, Procedure] = {}


def declare(procedure: Procedure, effects: Mapping[Missed, Effect] | None = None) -> None:
    """Make a procedure known. Older versions are declared too, as long as cases of theirs may run.

    Raises: ValueError for a declaration that does not hold together, or another one under the same key.
    """
    found = faults(procedure)
    if found:
        raise ValueError("; ".join(f"{fault.where}: {fault.says}" for fault in found))
    known = _declared.setdefault(procedure.key, Declared(procedure, MappingProxyType(dict(effects or {}))))
    if known.procedure != procedure:
        raise ValueError(f"procedure {procedure.key} is declared twice")
    latest = _latest.setdefault(procedure.code, procedure)
    if procedure.version > latest.version:
        _latest[procedure.code] = procedure


def declared(code: str, version: int) -> Declared:
    """A procedure in the version a case began under.  Raises: ValueError where no module declares it."""
    try:
        return _declared[f"{code}/{version}"]
    except KeyError:
        raise ValueError(f"no module declares the procedure {code}/{version}") from None


def latest(code: str) -> Procedure:
    """The version new cases begin under.  Raises: ValueError."""
    if code not in _latest:
        raise ValueError(f"no module declares the procedure {code}")
    return _latest[code]


def all_declared() -> tuple[Procedure, ...]:
    """Every procedure in every version, by key."""
    return tuple(_declared[key].procedure for key in sorted(_declared))
