"""Rules the catalogue holds as data: regimes and tiers, deadlines, what is withheld and masked, purposes, retention, the gate."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from xinheng.catalogue.values.law import Certainty, Rank
from xinheng.kernel.periods import Period, Span

Publish = Literal["always", "on_reason", "never"]
Until = Literal["tier", "valid_to", "open"]
FLAGS = (
    "state_secret",
    "security",
    "trade_secret",
    "privacy",
    "minor",
    "simple_procedure",
    "slight",
    "personal_data_in_text",
    "objection_upheld",
    "revoked",
    "repaired",
    "released",
    "not_open",
)
"""What can be found out about a record that bears on showing it; a closed list, so that no rule names what nobody fills in.

`simple_procedure` is part of the facts of the act: the tiers of its regime judge it. `released`: what the record says is over (taken off a
list, lifted, performed). `not_open`: the unit that handed it in marked it as not for the public.
"""


MISSED = ("escalate", "stop_publication", "treat_as_accepted")
"""What may follow when a time limit of a procedure was missed. A closed list: nothing here decides against the subject."""


@dataclass(frozen=True, slots=True)
class TierRule:
    """One tier of a regime: shown for `longest` from the date of the act, repairable after `shortest` (None: no time set)."""

    key: str
    name: str
    publish: Publish
    shortest: Span | None
    longest: Span
    repairable: bool
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Clause:
    """Which acts fall into a tier; empty `kinds` or `fields` mean any."""

    tier: str
    kinds: frozenset[str]
    fields: frozenset[str]
    simple_procedure: bool
    certainty: Certainty
    bases: tuple[str, ...]
    note: str = ""

    def fits(self, kind: str, fields: frozenset[str], *, simple_procedure: bool) -> bool:
        """Whether a penalty of this kind, in these fields, by this procedure falls under the clause."""
        if self.simple_procedure and not simple_procedure:
            return False
        return (not self.kinds or kind in self.kinds) and (not self.fields or bool(self.fields & fields))


@dataclass(frozen=True, slots=True)
class Regime:
    """The rules of one time and channel; `tiers` from the lightest to the gravest."""

    key: str
    name: str
    channel: str
    in_force: Period
    bases: tuple[str, ...]
    certainty: Certainty
    default_tier: str
    tiers: tuple[TierRule, ...]
    clauses: tuple[Clause, ...]
    note: str = ""

    def tier(self, key: str) -> TierRule | None:
        """The tier of that key, or None."""
        return next((tier for tier in self.tiers if tier.key == key), None)

    def weight(self, key: str) -> int:
        """The place of a tier, 0 being the lightest."""
        return [tier.key for tier in self.tiers].index(key)


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """Within how many working days after the decision a record must be shown."""

    key: str
    items: tuple[str, ...]
    categories: tuple[str, ...]
    working_days: int
    in_force: Period
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class TermRule:
    """Until when an item's records may be shown; `longest`: in no case longer than so much from the date of the act."""

    key: str
    items: tuple[str, ...]
    until: Until
    in_force: Period
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""
    longest: Span | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is not shown at all, judged on the day of asking; every condition given must hold."""

    key: str
    name: str
    flags: frozenset[str]
    subject_kinds: frozenset[str]
    items: frozenset[str]
    in_force: Period
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class Masking:
    """What the public, and a clerk who has named a purpose, see of a personal datum."""

    datum: str
    name: str
    public: str
    clerk: str
    permission: str
    bases: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Purpose:
    """For what non-public data may be read."""

    code: str
    name: str
    natural_persons: bool
    needs_reference: bool
    needs_consent: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days something is kept; None: no end set."""

    key: str
    name: str
    kind: str
    days: int | None
    at_least_days: int
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class LimitRule:
    """How long a step of a procedure may take, and what follows when it took longer; `missed` from `MISSED`.

    Either working days (the day it begins on is not counted) or a span of calendar days, months and years. A case is counted by the rule
    of the catalogue it began under.
    """

    key: str
    name: str
    working_days: int | None
    span: Span | None
    missed: tuple[str, ...]
    in_force: Period
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""

    @property
    def words(self) -> str:
        """As people say it: `5个工作日`, `3个月`."""
        return f"{self.working_days}个工作日" if self.span is None else self.span.words


@dataclass(frozen=True, slots=True)
class GateRule:
    """Which ranks carry a harmful matter, and whether it needs an effective document."""

    matter: str
    name: str
    ranks: frozenset[Rank]
    documents: bool
    bases: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class ActFacts:
    """What decides how grave an act is; `act_date` is the date of the document."""

    act_date: date
    kinds: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    simple_procedure: bool = False
    channel: str = "credit"


@dataclass(frozen=True, slots=True)
class Override:
    """The authority found another tier (`tier`, its key in the regime) and said why.

    `publish_reason` is the reason recorded for showing what is not shown in principle; `until` a last day set by law or regulation,
    with the key of that basis.
    """

    tier: str = ""
    reason: str = ""
    publish_reason: str = ""
    until: date | None = None
    until_basis: str = ""


@dataclass(frozen=True, slots=True)
class PublicityFacts:
    """What decides whether a record may be shown; `flags` from `FLAGS`."""

    item: str
    subject_kind: str
    act: ActFacts
    valid_to: date | None = None
    flags: frozenset[str] = frozenset()
