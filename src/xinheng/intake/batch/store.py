"""What the store says about all rows of a file at once: subjects, units, permits, what the units themselves handed in before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

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


@dataclass(frozen=True)
class Read:
    """What tells the rows of a file apart: the values of the identity sheet, and who each row is about."""

    values: list[dict[str, Any]]
    identities: list[Identity]


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
        keys: list[Any] = [subject_key(identity) for identity in identities]
        distinct = set(keys)
        found: dict[Any, SubjectFacts] = {}
        found.update(facts_by_code(sorted(key for key in distinct if isinstance(key, tuple))))
        found.update(facts_by_person([key for key in distinct if isinstance(key, bytes)]))
        return [found.get(key) for key in keys]

    def deadlines(self, days: Sequence[date]) -> dict[date, date]:
        """The last day on which a decision of each day is on time. Cost: one query."""
        plan = calendar()
        dues = ((day, publicity_due(self.edition, self.asked.item.code, day, plan)) for day in days)
        return {day: due.day for day, due in dues if due is not None}

    def facts(self, read: Read, found: Sequence[SubjectFacts | None], deadlines: dict[date, date]) -> list[pl.Series]:
        """The facts of the store, one series each."""
        authority, source = self.asked.code("authority_code"), self.asked.code("source_code")
        authorities = [values.get(authority) for values in read.values]
        sources = [values.get(source) for values in read.values]
        text = pl.String
        return [
            pl.Series(facts.REGISTER_NAME, [facts.register_name(one) for one in found], text),
            pl.Series(
                facts.REGISTER_FOUND,
                [
                    facts.register_found(who, one, complete=self.complete)
                    for who, one in zip(read.identities, found, strict=True)
                ],
                text,
            ),
            pl.Series(facts.AUTHORITY, [facts.in_directory(code, self.directory) for code in authorities], text),
            pl.Series(facts.SOURCE, [facts.in_directory(code, self.directory) for code in sources], text),
            pl.Series(facts.SOURCE_OWN, [facts.foreign(code, self.directory, self.own) for code in sources], text),
            pl.Series(facts.ENTITLED, self._entitled(sources), text),
            pl.Series(facts.REUSED, self._reused(read, sources, found), text),
            pl.Series(facts.RECEIVED, self._received(read, sources, found, deadlines), pl.Date),
        ]

    def _entitled(self, sources: Sequence[str | None]) -> list[str | None]:
        submitters = self.asked.item.submitters
        known = {code: facts.entitled(code, self.words, submitters) for code in set(sources)} if submitters else {}
        return [known.get(code) for code in sources]

    def _reused(
        self, read: Read, sources: Sequence[str | None], found: Sequence[SubjectFacts | None]
    ) -> list[str | None]:
        number = self.asked.code("document_number")
        asked: dict[int, set[str]] = {}
        for values, source in zip(read.values, sources, strict=True):
            if source in self.own and values.get(number):
                asked.setdefault(self.own[source], set()).add(values[number])
        holders = {unit: documents_of_others(unit, numbers) for unit, numbers in asked.items()}
        told: list[str | None] = []
        for values, source, one in zip(read.values, sources, found, strict=True):
            if source not in self.own or not values.get(number):
                told.append(None)
                continue
            others = holders[self.own[source]].get(values[number], set())
            told.append(facts.reused(others, one))
        return told

    def _received(
        self,
        read: Read,
        sources: Sequence[str | None],
        found: Sequence[SubjectFacts | None],
        deadlines: dict[date, date],
    ) -> list[date]:
        """The day each row first came in. Only what would be late today is looked up: the others are on time either way."""
        acted = self.asked.code("act_date")
        keys: dict[int, tuple[bytes, ...]] = {}
        for index, (values, source, one) in enumerate(zip(read.values, sources, found, strict=True)):
            last = deadlines.get(values.get(acted)) if values.get(acted) else None  # type: ignore[arg-type]
            if one is not None and source in self.own and last is not None and last < self.on:
                key = key_of(self.asked, values)
                keys[index] = tuple(natural_keys(self.asked.item.code, self.own[source], one, key))
        first = first_received(chain.from_iterable(keys.values()))
        return [
            facts.first_day(self.on, earliest_day(first[key] for key in keys.get(index, ()) if key in first))
            for index in range(len(read.values))
        ]


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
