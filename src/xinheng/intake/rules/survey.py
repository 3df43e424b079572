"""Coverage of subjects by records, completeness of archives, and what units say differently of one subject. Pure.

Nobody is scored: for natural persons nothing but their number is counted. Source: Anshan 12 (four dimensions), Xinbei 4
(completeness of archives), Wendeng 29 (comparison across sources).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from xinheng.kernel.canonical import canonical
from xinheng.kernel.names import comparison_form
from xinheng.subjects.values import SubjectKind

REGISTER: Final = "register"
"""The first part of every archive: an entry in a register."""
DAYS_APART: Final = 365
"""Names and representatives change: what was said longer apart than this contradicts nothing."""
_ENTERPRISE_CLASSES: Final = frozenset({"91", "93"})


class Dimension(StrEnum):
    """The four dimensions of the platform's subjects."""

    ENTERPRISE = "enterprise"
    INDIVIDUAL_BUSINESS = "individual_business"
    NATURAL_PERSON = "natural_person"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {
            "enterprise": "企业法人",
            "individual_business": "个体工商户",
            "natural_person": "自然人",
            "other": "非企业法人和非法人组织",
        }[self.value]


def dimension_of(kind: SubjectKind, code_class: str) -> Dimension:
    """The dimension of a subject by its kind and the first two signs of its code; a legal person without one is an enterprise."""
    if kind is SubjectKind.NATURAL_PERSON:
        return Dimension.NATURAL_PERSON
    if kind is SubjectKind.INDIVIDUAL_BUSINESS:
        return Dimension.INDIVIDUAL_BUSINESS
    enterprise = kind is SubjectKind.LEGAL_PERSON and (code_class in _ENTERPRISE_CLASSES or not code_class.isdecimal())
    return Dimension.ENTERPRISE if enterprise else Dimension.OTHER


def present(expected: Sequence[str], items: Iterable[str], *, registered: bool) -> dict[str, bool]:
    """Which parts of a complete archive are there: the entry in a register, then each expected item."""
    held = set(items)
    return {REGISTER: registered} | {item: item in held for item in expected}


@dataclass
class DimensionCount:
    """One dimension. `complete` counts subjects by how many expected parts their archive has; empty for natural persons."""

    subjects: int = 0
    registered: int = 0
    covered: int = 0
    items: Counter[str] = field(default_factory=Counter)
    complete: Counter[int] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """As a survey keeps it."""
        return {
            "subjects": self.subjects,
            "registered": self.registered,
            "covered": self.covered,
            "items": dict(sorted(self.items.items())),
            "complete": {str(parts): count for parts, count in sorted(self.complete.items())},
        }


@dataclass
class Coverage:
    """The counts of all dimensions, taken subject by subject."""

    expected: Mapping[str, Sequence[str]]
    dimensions: dict[Dimension, DimensionCount] = field(
        default_factory=lambda: {each: DimensionCount() for each in Dimension}
    )

    def take(self, kind: SubjectKind, code_class: str, items: Iterable[str], *, registered: bool) -> None:
        """Count one subject with the items it has records of."""
        dimension = dimension_of(kind, code_class)
        count = self.dimensions[dimension]
        count.subjects += 1
        if dimension is Dimension.NATURAL_PERSON:
            return
        held = tuple(items)
        count.registered += registered
        count.covered += bool(held)
        count.items.update(held)
        count.complete[sum(present(self.expected.get(kind.value, ()), held, registered=registered).values())] += 1


class Datum(StrEnum):
    """What may be said differently of a subject."""

    NAME = "name"
    REPRESENTATIVE = "representative"
    AMOUNT = "amount"
    CONFISCATION = "confiscation"
    ACT_DATE = "act_date"
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"
    STATE = "state"

    @property
    def label(self) -> str:
        """The word for pages."""
        return {
            "name": "名称",
            "representative": "法定代表人",
            "amount": "罚款金额（元）",
            "confiscation": "没收金额（元）",
            "act_date": "决定日期",
            "valid_from": "有效期自",
            "valid_to": "有效期至",
            "state": "状态",
        }[self.value]


OF_DOCUMENT: Final = {
    Datum.AMOUNT: "amount_cents",
    Datum.CONFISCATION: "confiscation_cents",
    Datum.ACT_DATE: "act_date",
    Datum.VALID_FROM: "valid_from",
    Datum.VALID_TO: "valid_to",
    Datum.STATE: "state",
}
"""Compared between records of one document of one item, whichever units handed them in."""


@dataclass(frozen=True, slots=True)
class Said:
    """One side: which unit says what, in which record, of which day. A representative's `value` is the token of the name."""

    unit_id: int
    record_id: int
    item: str
    day: date | None
    value: str
    batch_id: int | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A datum of a subject, said differently by different units; `document` is empty where it is the subject's own datum."""

    subject_id: int
    datum: Datum
    document: str
    sides: tuple[Said, ...]

    @property
    def fingerprint(self) -> bytes:
        """The same as long as the same units say the same."""
        parts = sorted((side.unit_id, side.value) for side in self.sides)
        flat = [part for pair in parts for part in pair]
        return hashlib.sha256(canonical((self.subject_id, self.datum.value, self.document, *flat))).digest()


def contradictions(
    subject_id: int, said: Sequence[Any], fields: Mapping[str, tuple[str, str]], *, person: bool
) -> Iterator[Contradiction]:
    """What units say differently of one subject. `said` are its current statements by day; `fields` names, for each item, the field of
    the subject's name and that of its representative's. Of a natural person only documents are compared."""
    if not person:
        yield from _own(subject_id, Datum.NAME, said, {item: pair[0] for item, pair in fields.items()})
        yield from _own(subject_id, Datum.REPRESENTATIVE, said, {item: pair[1] for item, pair in fields.items()})
    documents: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in said:
        if one.document_number:
            documents[one.item, one.document_number].append(one)
    for (_item, number), some in sorted(documents.items()):
        if len({one.unit_id for one in some}) > 1:
            for datum, column in OF_DOCUMENT.items():
                sides = [_side(one, text) for one in some if (text := _text(getattr(one, column)))]
                if _differ(sides, {side.value for side in sides}):
                    yield Contradiction(subject_id, datum, number, tuple(sides))


def _own(subject_id: int, datum: Datum, said: Sequence[Any], field_of: Mapping[str, str]) -> Iterator[Contradiction]:
    """The latest word of each unit, where they were said within a year of each other."""
    latest: dict[int, Said] = {}
    for one in said:
        text = str(one.content.get(field_of.get(one.item, ""), "") or "")
        if text and one.act_date is not None:
            latest[one.unit_id] = _side(one, text)
    last = max((side.day for side in latest.values() if side.day), default=None)
    sides = [side for side in latest.values() if last and side.day and (last - side.day).days <= DAYS_APART]
    seen = {comparison_form(side.value) if datum is Datum.NAME else side.value for side in sides}
    if _differ(sides, seen):
        yield Contradiction(subject_id, datum, "", tuple(sides))


def _differ(sides: Sequence[Said], values: set[str]) -> bool:
    return len(values) > 1 and len({side.unit_id for side in sides}) > 1


def _side(one: Any, value: str) -> Said:
    return Said(one.unit_id, one.record_id, one.item, one.act_date, value, one.batch_id, one.row_number)


def _text(value: Any) -> str:
    if isinstance(value, int):
        # The archive keeps cents.
        return f"{value // 100}.{value % 100:02d}"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
