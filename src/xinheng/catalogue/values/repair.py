"""The rules of credit repair as data: what is asked for under which regime, who decides, what is taken off by its own way."""

from dataclasses import dataclass
from datetime import date

from xinheng.catalogue.values.law import Certainty
from xinheng.kernel.periods import Period, Span

COUNTED_FROM = ("decision", "document")
"""From which day the time before repair counts, as its rule says: that of the decision, or of the document. Both are the act date."""
FILING = "filing"
"""The step of a procedure that every clock goes back to: the day on which somebody applies."""


@dataclass(frozen=True, slots=True)
class RepairWord:
    """A condition, a material, or who decides, by its key; `fetched`: a material the authority has to get itself where it can."""

    key: str
    name: str
    certainty: Certainty
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class RepairStep:
    """A time limit of the procedure, by its key in `limits.yaml`; it runs after another one ended, or after the application.

    `within`: a step that stands before it, after whose last day it cannot end; empty where there is none.
    """

    limit: str
    after: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class RepairExtra:
    """What a tier asks for beyond the rest of its regime."""

    tier: str
    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Misuse:
    """What follows from false material or a broken commitment: recorded, shown for `shown`, and no repair meanwhile."""

    shown: Span
    certainty: Certainty
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepairRule:
    """How repair is applied for under a regime, for applications of the days of `in_force`.

    How long a tier must have been shown before, and whether it can be repaired at all, stands with the tiers of the regime of that key.
    `most_materials`: no more may ever be asked for, None where the rule sets no number. `authorities`: parts of the names of those whose
    decisions the channel of the rule shows besides. `bases` carry the conditions and materials.
    """

    key: str
    in_force: Period
    counted_from: str
    decider: str
    apply_at: str
    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    most_materials: int | None
    extras: tuple[RepairExtra, ...]
    steps: tuple[RepairStep, ...]
    misuse: Misuse | None
    after_end: str
    authorities: tuple[str, ...]
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""

    def asked(self, tier: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys of the conditions and of the materials for a tier of this regime, or of an earlier one that has no such tier here."""
        extra = next((each for each in self.extras if each.tier == tier), None)
        if extra is None:
            return self.conditions, self.materials
        return (*self.conditions, *extra.conditions), (*self.materials, *extra.materials)


@dataclass(frozen=True, slots=True)
class RemovalWay:
    """Records that are not repaired but taken off by whoever put them on, as lists are; `shortest` None: no time is counted."""

    key: str
    name: str
    items: tuple[str, ...]
    in_force: Period
    shortest: Span | None
    decider: str
    apply_at: str
    conditions: tuple[str, ...]
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class RepairBook:
    """All rules of repair of an edition.

    Which tier, which earliest day and which end hold is a matter of the day of the act; what is asked for, by whom and how fast, of the day
    of the application: `transition` carries that reading.
    """

    transition_bases: tuple[str, ...]
    transition_certainty: Certainty
    words: tuple[RepairWord, ...]
    rules: tuple[RepairRule, ...]
    ways: tuple[RemovalWay, ...]

    def word(self, key: str) -> RepairWord:
        """A condition, material or decider; the reader resolved every key.  Raises: KeyError."""
        return {word.key: word for word in self.words}[key]

    def way(self, item: str, on: date) -> RemovalWay | None:
        """How records of an item, of an act of that day, are taken off, or None."""
        return next((way for way in self.ways if item in way.items and way.in_force.contains(on)), None)
