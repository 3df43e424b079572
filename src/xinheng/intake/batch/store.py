"""What the store says about all rows of a file at once: subjects, units, permits, what the units themselves handed in before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, TypeVar

import polars as pl

from xinheng.accounts.door import unit_directory
from xinheng.catalogue.door import Claim, calendar, choose_permit, may_harm, permits, publicity_due
from xinheng.catalogue.values.decisions import Granted
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Polarity
from xinheng.catalogue.values.views import PermitView
from xinheng.intake.operations.judging import earliest_day, natural_keys, own_units, register_complete, unit_words
from xinheng.intake.rules import facts
from xinheng.intake.rules.facts import Identity
from xinheng.intake.rules.rows import key_of
from xinheng.intake.rules.sheets import Asked
from xinheng.records.door import documents_of_others, known_by_key, versions_by_ids
from xinheng.subjects.door import kind_of
from xinheng.subjects.load.facts import facts_by_code, facts_by_person
from xinheng.subjects.load.sealing import number_hash
from xinheng.subjects.values import Scheme, SubjectFacts, SubjectInvalid, SubjectKind

T = TypeVar("T")

AT_ONCE = 100_000
"""Rows whose values are Python's at the same time; the others stay columns."""


@dataclass(frozen=True)
class Read:
    """What tells the rows of a file apart: the values of the identity sheet as columns, and who each row is about."""

    values: pl.DataFrame
    identities: list[Identity]

    def column(self, code: str) -> pl.Series:
        """One column of the values; nothing in every row where the sheet has none."""
        if code in self.values.columns:
            return self.values.get_column(code)
        return pl.repeat(None, self.values.height, dtype=pl.String, eager=True).alias(code)

    def slices(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The values row by row, so many at once, each time with the index of the first."""
        for start in range(0, self.values.height, AT_ONCE):
            yield start, self.values.slice(start, AT_ONCE).rows(named=True)


@dataclass
class Gate:
    """Permits for harmful rows, asked once for each kind, authority and day; without a store the edition answers."""

    asked: Asked
    edition: Edition
    stored: Sequence[PermitView] | None = None
    _answers: dict[tuple[str, str, date], PermitView | bool | None] = field(default_factory=dict)

    def permit(self, kind: SubjectKind, authority: str | None, acted: date | None) -> PermitView | bool | None:
        """The permit, True where the edition alone was asked and grants it, False where nothing carries it, None for no question."""
        if self.asked.item.polarity is not Polarity.HARM or authority is None or acted is None:
            return None
        key = (kind.value, authority, acted)
        if key not in self._answers:
            self._answers[key] = self._ask(*key)
        return self._answers[key]

    def _ask(self, kind: str, authority: str, acted: date) -> PermitView | bool:
        if self.stored is not None:
            return choose_permit(self.stored, kind, authority, acted) or False
        claim = Claim(self.asked.item.code, authority, kind, "*")
        return isinstance(may_harm(self.edition, claim, acted), Granted)


@dataclass
class Kinds:
    """The kind of each subject, by what a row says of it; names repeat, so the answer is kept."""

    _answers: dict[tuple[str, str, str], SubjectKind] = field(default_factory=dict)

    def of(self, identity: Identity, found: SubjectFacts | None) -> SubjectKind:
        """The kind a subject has in its register, or the one the row speaks for."""
        kind = facts.kind_in_register(found)
        if kind is not None:
            return kind
        key = (identity.category, identity.code, identity.name)
        if key not in self._answers:
            self._answers[key] = kind_of(*key)
        return self._answers[key]

    def of_all(self, identities: Sequence[Identity], found: Sequence[SubjectFacts | None]) -> list[SubjectKind]:
        """The kind of each of many, in order."""
        return [self.of(who, one) for who, one in zip(identities, found, strict=True)]


class Store:
    """The store, as the units below `prefix` may know it."""

    def __init__(self, asked: Asked, edition: Edition, *, prefix: str, on: date) -> None:
        self.asked = asked
        self.edition = edition
        self.on = on
        self.directory = unit_directory(on)
        self.own = own_units(prefix, on)
        self.complete = register_complete(edition)
        self.words = unit_words(edition, on) if asked.item.submitters else {}
        self.gate = Gate(asked, edition, permits(asked.item.code))

    def subjects(self, identities: Sequence[Identity]) -> list[SubjectFacts | None]:
        """The subject each row's code leads to, aliases and merges followed. Cost: four queries per 500 distinct codes."""
        keys = {id(who): subject_key(who) for who in _distinct(identities)}
        wanted = set(keys.values())
        found: dict[Any, SubjectFacts] = {}
        found.update(facts_by_code(sorted(key for key in wanted if isinstance(key, tuple))))
        found.update(facts_by_person([key for key in wanted if isinstance(key, bytes)]))
        return [found.get(keys[id(who)]) for who in identities]

    def deadlines(self, days: Sequence[date]) -> dict[date, date]:
        """The last day on which a decision of each day is on time. Cost: one query."""
        plan = calendar()
        dues = ((day, publicity_due(self.edition, self.asked.item.code, day, plan)) for day in days)
        return {day: due.day for day, due in dues if due is not None}

    def facts(self, read: Read, found: Sequence[SubjectFacts | None], deadlines: dict[date, date]) -> list[pl.Series]:
        """The facts of the store, one series each."""
        authorities = read.column(self.asked.code("authority_code"))
        sources = read.column(self.asked.code("source_code"))
        names = {id(one): facts.register_name(one) for one in _distinct(found)}
        text = pl.String
        return [
            pl.Series(facts.REGISTER_NAME, [names[id(one)] for one in found], text),
            pl.Series(
                facts.REGISTER_FOUND,
                [
                    facts.register_found(who, one, complete=self.complete)
                    for who, one in zip(read.identities, found, strict=True)
                ],
                text,
            ),
            _by_value(facts.AUTHORITY, authorities, lambda code: facts.in_directory(code, self.directory)),
            _by_value(facts.SOURCE, sources, lambda code: facts.in_directory(code, self.directory)),
            _by_value(facts.SOURCE_OWN, sources, lambda code: facts.foreign(code, self.directory, self.own)),
            _by_value(facts.ENTITLED, sources, self._entitled),
            *self._compared(read, found, deadlines),
        ]

    def _entitled(self, source: str | None) -> str | None:
        submitters = self.asked.item.submitters
        return facts.entitled(source, self.words, submitters) if submitters else None

    def _compared(
        self, read: Read, found: Sequence[SubjectFacts | None], deadlines: dict[date, date]
    ) -> tuple[pl.Series, pl.Series]:
        """The facts about what the units themselves handed in before, slice by slice."""
        reused: list[str | None] = []
        received: list[date] = []
        for start, rows in read.slices():
            some = found[start : start + len(rows)]
            reused += self._reused(rows, some)
            received += self._received(rows, some, deadlines)
        return pl.Series(facts.REUSED, reused, pl.String), pl.Series(facts.RECEIVED, received, pl.Date)

    def _reused(self, rows: Sequence[Mapping[str, Any]], found: Sequence[SubjectFacts | None]) -> list[str | None]:
        number, source = self.asked.code("document_number"), self.asked.code("source_code")
        units = [self.own.get(values.get(source)) if values.get(number) else None for values in rows]  # type: ignore[arg-type]
        asked: dict[int, set[str]] = {}
        for values, unit in zip(rows, units, strict=True):
            if unit is not None:
                asked.setdefault(unit, set()).add(values[number])
        holders = {unit: documents_of_others(unit, numbers) for unit, numbers in asked.items()}
        return [
            None if unit is None else facts.reused(holders[unit].get(values[number], set()), one)
            for values, unit, one in zip(rows, units, found, strict=True)
        ]

    def _received(
        self, rows: Sequence[Mapping[str, Any]], found: Sequence[SubjectFacts | None], deadlines: dict[date, date]
    ) -> list[date]:
        """The day each row first came in. Only what would be late today is looked up: the others are on time either way."""
        acted, source = self.asked.code("act_date"), self.asked.code("source_code")
        keys: dict[int, tuple[bytes, ...]] = {}
        for index, (values, one) in enumerate(zip(rows, found, strict=True)):
            unit = self.own.get(values.get(source)) if one is not None else None  # type: ignore[arg-type]
            last = deadlines.get(values.get(acted)) if values.get(acted) else None  # type: ignore[arg-type]
            if one is not None and unit is not None and last is not None and last < self.on:
                key = key_of(self.asked, values)
                keys[index] = tuple(natural_keys(self.asked.item.code, unit, one, key))
        first = first_received(chain.from_iterable(keys.values()))
        return [
            facts.first_day(self.on, earliest_day(first[key] for key in keys.get(index, ()) if key in first))
            for index in range(len(rows))
        ]


def _distinct(some: Iterable[T]) -> Iterable[T]:
    """Each object once, however often it is named."""
    return {id(one): one for one in some}.values()


def _by_value(name: str, codes: pl.Series, tell: Callable[[str], str | None]) -> pl.Series:
    """A fact that only depends on a code, asked once for each code."""
    known = codes.unique().drop_nulls().to_list()
    answers = pl.Series([tell(code) for code in known], dtype=pl.String)
    if not known:
        return pl.repeat(None, len(codes), dtype=pl.String, eager=True).alias(name)
    return codes.replace_strict(known, answers, default=None, return_dtype=pl.String).alias(name)


def first_received(keys: Any) -> dict[bytes, datetime]:
    """When what is stored under natural keys first came in; corrections carry it on. Cost: three queries per 500."""
    known = {key: one.version_id for key, one in known_by_key(keys).items() if one.version_id is not None}
    ids = sorted(known.values())
    received = {}
    for start in range(0, len(ids), 500):
        received.update({i: view.received_at for i, view in versions_by_ids(ids[start : start + 500]).items()})
    return {key: received[version] for key, version in known.items() if version in received}


def subject_key(identity: Identity) -> tuple[Scheme, str] | bytes | None:
    """What leads to the subject of a row: scheme and code, of a person the keyed hash of the number; None where nothing does."""
    if identity.scheme is None:
        return None
    if not identity.is_person:
        return identity.scheme, identity.code
    try:
        return number_hash(identity.scheme, identity.code)
    except SubjectInvalid:
        # The number does not hold; the sheet says so (E106).
        return None
