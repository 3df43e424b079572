"""A region's profile: who it is, its units, and what it adds to or narrows in the national catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """One unit a region starts with; `code` is its unified social credit code, `parent` the key of the unit above ('' for the root)."""

    key: str
    code: str
    name: str
    kind: str
    parent: str
    address: str
    telephone: str


@dataclass(frozen=True, slots=True)
class DutySeed:
    """A unit (its key) owes items from a day on; the others are posts of the unit that answer for it, no persons."""

    unit: str
    items: tuple[str, ...]
    since: date
    leader: str
    business: str
    technical: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One region. `register_complete`: a valid code that is not in the register is held instead of making a provisional subject.

    `registrars`: codes of the units that keep the register of subjects and hand it in.
    """

    key: str
    name: str
    site_title: str
    division: str
    register_complete: bool
    units: tuple[UnitSeed, ...]
    note: str = ""
    registrars: tuple[str, ...] = ()
    duties: tuple[DutySeed, ...] = ()
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Which items a complete archive has, by kind of subject; never for natural persons."""
