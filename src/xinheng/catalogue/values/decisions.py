"""Decisions are values: yes on which basis, no for which reason, or a question a person must answer first."""

from dataclasses import dataclass
from datetime import date

from xinheng.catalogue.values.law import Certainty, Reference


@dataclass(frozen=True, slots=True)
class Granted:
    """Yes; `bases` say why (the strongest first), `edition` is the hash of the catalogue that was asked."""

    bases: tuple[Reference, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class Refused:
    """No; `code` is stable English, `reason` a sentence for people."""

    code: str
    reason: str
    bases: tuple[Reference, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """The catalogue cannot say; `question` is what a person must settle."""

    code: str
    question: str
    edition: str


@dataclass(frozen=True, slots=True)
class TierFound:
    """How grave an act is, by which regime; `overridden` when the authority found otherwise and said why."""

    regime: str
    tier: str
    name: str
    certainty: Certainty
    bases: tuple[Reference, ...]
    edition: str
    overridden: str = ""


@dataclass(frozen=True, slots=True)
class PublicSpan:
    """For how long a record may be shown: from the date of the act to `until` inclusive; `repairable_from` None: never by repair."""

    until: date
    repairable_from: date | None
    tier: TierFound | None
    bases: tuple[Reference, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class Shown:
    """It may be shown to everybody; `until` is the last day, None while nothing ends it.

    `due` is filled by whoever knows the calendar: the last day on which showing it is on time.
    """

    until: date | None
    bases: tuple[Reference, ...]
    edition: str
    tier: TierFound | None = None


@dataclass(frozen=True, slots=True)
class Hidden:
    """It may not be shown; `ended` tells "no longer" from "never"."""

    code: str
    reason: str
    certainty: Certainty
    bases: tuple[Reference, ...]
    edition: str
    ended: bool = False
    tier: TierFound | None = None
