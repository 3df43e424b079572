"""Words of the law: how sure we are, how high a basis ranks, when it is in force, what it says."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from xinheng.kernel.periods import Period

# A permit needs a last day so that the database can compare; this one stands for "still in force".
OPEN_END = date(9999, 12, 31)

SUBJECT_KINDS = ("legal_person", "individual_business", "other_organisation", "natural_person")
"""The four kinds of subjects; the words stand in files, tables and permits."""


class Certainty(StrEnum):
    """How sure the project is of a statement of law; whatever is not `sure` is shown with its mark."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"
    PROJECT = "project"

    @property
    def label(self) -> str:
        """The mark people read."""
        return {"sure": "已核对", "likely": "基本确定", "unsure": "待核实", "project": "本平台约定，非法律规定"}[
            self.value
        ]


class Rank(IntEnum):
    """Ranks of a legal basis, the higher the greater; the numbers are ours and stand in permits and in the database."""

    PROJECT = 10
    STANDARD = 15
    NORMATIVE_DOCUMENT = 20
    DEPARTMENT_RULE = 30
    LOCAL_REGULATION = 40
    PARTY_STATE_POLICY = 50
    REGULATION = 60
    LAW = 70

    @property
    def word(self) -> str:
        """The word the YAML uses."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The word people read."""
        return _RANK_LABELS[self]

    @classmethod
    def of(cls, word: str) -> "Rank":
        """The rank a YAML word names.  Raises: KeyError."""
        return {rank.word: rank for rank in cls}[word]


_RANK_LABELS = {
    Rank.PROJECT: "平台约定",
    Rank.STANDARD: "标准",
    Rank.NORMATIVE_DOCUMENT: "规范性文件",
    Rank.DEPARTMENT_RULE: "部门规章",
    Rank.LOCAL_REGULATION: "地方性法规",
    Rank.PARTY_STATE_POLICY: "党中央、国务院政策文件",
    Rank.REGULATION: "行政法规",
    Rank.LAW: "法律",
}

# Below this rank nothing that harms anyone may exist, whatever a catalogue says: the tables themselves refuse it.
# Source: 国办发〔2020〕49号 (law, regulation, policy of party and State Council; local regulation for local matters).
HARM_FLOOR = Rank.LOCAL_REGULATION


@dataclass(frozen=True, slots=True)
class Basis:
    """One article (or the whole) of one version of an instrument; `key` is the same over all versions."""

    key: str
    instrument: str
    title: str
    number: str
    issuer: str
    article: str
    about: str
    rank: Rank
    in_force: Period
    certainty: Certainty
    note: str = ""

    @property
    def citation(self) -> str:
        """As people cite it: title, number, article."""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}{self.article}"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a decision rests on: the article as it stood on the day asked about."""

    key: str
    in_force_from: date
    citation: str
    rank: Rank
    certainty: Certainty

    @classmethod
    def to(cls, basis: Basis) -> "Reference":
        """The reference a decision carries."""
        return cls(basis.key, basis.in_force.start, basis.citation, basis.rank, basis.certainty)


@dataclass(frozen=True, slots=True)
class Category:
    """One of the categories of the national basic catalogue."""

    code: str
    name: str
    contents: str
    subject_kinds: tuple[str, ...]
    bases: tuple[str, ...]
    certainty: Certainty
    note: str = ""
