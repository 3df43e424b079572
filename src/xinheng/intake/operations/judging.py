"""Judging one row with the store beside it: the same sheet and the same facts as a file, through the row interpreter.

Everything here reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from xinheng.accounts.door import unit, unit_directory, unit_kinds, units
from xinheng.accounts.values import Unit
from xinheng.catalogue.door import calendar, choose_permit, current_edition, load_profile, permits, publicity_due
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Polarity
from xinheng.catalogue.values.views import PermitView
from xinheng.engine.problems import Context, Normalised, Problem
from xinheng.engine.row import check_row
from xinheng.intake.rules import facts
from xinheng.intake.rules.facts import Identity
from xinheng.intake.rules.rows import key_of
from xinheng.intake.rules.sheets import Asked, asked_of
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.records.door import documents_of_others, key_hash, known_by_key, versions_by_ids
from xinheng.records.values import Known
from xinheng.subjects.door import kind_of, who
from xinheng.subjects.values import SubjectFacts, SubjectInvalid, SubjectKind


@dataclass(frozen=True)
class Case:
    """One row to judge: of which item, for which unit, by whom, received when.

    `actor` may enter records; what it sees is what its unit sees.
    """

    item: str
    unit: Unit
    actor: Actor
    now: datetime
    received: datetime

    @cached_property
    def on(self) -> date:
        """The legal day of judging."""
        return legal_date(self.received)

    @cached_property
    def edition(self) -> Edition:
        """The catalogue that holds."""
        return current_edition(legal_date(self.now))

    @cached_property
    def asked(self) -> Asked:
        """What is asked of a row."""
        return asked_of(self.edition.item(self.item), self.edition.code_lists)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row judged, all but how it stands to what is stored under its key."""

    identity: Identity
    found: SubjectFacts | None
    kind: SubjectKind
    source_id: int | None
    permit: PermitView | None
    values: Mapping[str, Any]
    normalised: tuple[Normalised, ...]
    problems: tuple[Problem, ...]


def case_of(item: str, unit_id: int, *, actor: Actor, now: datetime, received: datetime) -> Case:
    """A case for a unit. Raises: UnitUnknown. Cost: one query."""
    return Case(item, unit(unit_id), replace(actor, permissions=actor.permissions | {"records.enter"}), now, received)


def judge(case: Case, texts: Mapping[str, str | None]) -> Judged:
    """Read and judge one row. Cost: about fifteen queries."""
    asked = case.asked
    read = check_row(asked.identity, texts, Context(case.on)).values
    identity = identity_in(asked, read)
    found = find_subject(case, identity)
    kind = facts.kind_in_register(found) or kind_of(identity.category, identity.code, identity.name)
    directory = unit_directory(case.on)
    own = own_units(case.unit.path, case.on)
    source_code = read.get(asked.code("source_code"))
    source_id = own.get(source_code or "")
    permit = find_permit(case, read, kind)
    known = {
        facts.REGISTER_NAME: facts.register_name(found),
        facts.REGISTER_FOUND: facts.register_found(identity, found, complete=register_complete(case.edition)),
        facts.AUTHORITY: facts.in_directory(read.get(asked.code("authority_code")), directory),
        facts.SOURCE: facts.in_directory(source_code, directory),
        facts.SOURCE_OWN: facts.foreign(source_code, directory, own),
        facts.ENTITLED: _entitled(case, source_code),
        facts.REUSED: _reused(case, read, source_id, found),
        facts.RECEIVED: _received(case, read, source_id, found),
        facts.PERMIT: permit_fact(case, read, permit),
        facts.BEARER: facts.bearer(identity),
    }
    result = check_row(asked.main, {**texts, **known}, Context(case.on, deadlines=_deadlines(case, read)))
    return Judged(identity, found, kind, source_id, permit, result.values, result.normalised, result.problems)


def identity_in(asked: Asked, values: Mapping[str, Any]) -> Identity:
    """Whom a row is about."""

    def value(core: str) -> Any:
        return values.get(asked.code(core))

    return facts.identity_of(
        value("subject_name"),
        value("subject_class"),
        value("uscc"),
        value("registration_number"),
        (value("person_document_type"), value("person_document_number")),
    )


def find_subject(case: Case, identity: Identity) -> SubjectFacts | None:
    """The subject a row's code or number leads to, with all names it ever had; by the same read as for a file.

    Also one that only another unit's record knows: the record must lead to it. Nothing that is answered depends on it (`rules.facts`).
    """
    if identity.scheme is None:
        return None
    try:
        return who(identity.scheme, identity.code, actor=case.actor)
    except SubjectInvalid:
        # A person's number that does not hold; the sheet says so (E106).
        return None


def natural_keys(item: str, unit_id: int, found: SubjectFacts, key: Sequence[str]) -> dict[bytes, int]:
    """The natural keys under which the unit may have stored a row's record, each with its subject: merged entries keep theirs."""
    return {key_hash(item, unit_id, member, key): member for member in sorted(found.family)}


def home_of(found: SubjectFacts, known: Mapping[bytes, Known], keys: Mapping[bytes, int]) -> int:
    """The subject a row's record belongs to: where it is stored already, else the one whose code the row has.

    So a row that is sent again after a merge, or under the other code, is recognised, and undoing the merge parts what was reported
    meanwhile by the codes it was reported under.
    """
    stored = {member for key, member in keys.items() if key in known and known[key].version_id is not None}
    return found.entry if found.entry in stored or not stored else min(stored)


def register_complete(edition: Edition) -> bool:
    """Whether the region says that its register knows every subject."""
    return bool(edition.region) and load_profile(edition.region).register_complete


def own_units(path: str, on: date) -> dict[str, int]:
    """Code → id of the active units of a subtree. Cost: one query."""
    some = units(Actor(kind="system", unit_path=path))
    return {
        one.code: one.id for one in some if one.active_from <= on and (one.active_to is None or one.active_to >= on)
    }


def unit_words(edition: Edition, on: date) -> dict[str, tuple[str, ...]]:
    """Code → what a unit of the directory may be as a submitter: its kind, and registrar where the region says so. Cost: one query."""
    registrars = load_profile(edition.region).registrars if edition.region else ()
    return {
        code: (kind.value, *(("registrar",) if code in registrars else ())) for code, kind in unit_kinds(on).items()
    }


def find_permit(case: Case, values: Mapping[str, Any], kind: SubjectKind) -> PermitView | None:
    """The permit a harmful row rests on, or None."""
    acted, authority = values.get(case.asked.code("act_date")), values.get(case.asked.code("authority_code"))
    if case.asked.item.polarity is not Polarity.HARM or acted is None or authority is None:
        return None
    return choose_permit(permits(case.item), kind.value, authority, acted)


def permit_fact(case: Case, values: Mapping[str, Any], permit: PermitView | None) -> str | None:
    """The fact `__permit`: `no` where a harmful row has day and authority and nothing carries it."""
    if case.asked.item.polarity is not Polarity.HARM or permit is not None:
        return None
    asked = (values.get(case.asked.code("act_date")), values.get(case.asked.code("authority_code")))
    return "no" if None not in asked else None


def _entitled(case: Case, source_code: str | None) -> str | None:
    submitters = case.asked.item.submitters
    return facts.entitled(source_code, unit_words(case.edition, case.on), submitters) if submitters else None


def _reused(case: Case, values: Mapping[str, Any], source_id: int | None, found: SubjectFacts | None) -> str | None:
    number = values.get(case.asked.code("document_number"))
    if source_id is None or not number:
        return None
    return facts.reused(documents_of_others(source_id, [number]).get(number, set()), found)


def _received(case: Case, values: Mapping[str, Any], source_id: int | None, found: SubjectFacts | None) -> date:
    stored = None
    if found is not None and source_id is not None:
        known = known_by_key(natural_keys(case.item, source_id, found, key_of(case.asked, values)))
        ids = [one.version_id for one in known.values() if one.version_id is not None]
        stored = earliest_day(version.received_at for version in versions_by_ids(ids).values())
    return facts.first_day(case.on, stored)


def earliest_day(moments: Iterable[datetime]) -> date | None:
    """The legal day of the earliest moment; None without any."""
    first = min(moments, default=None)
    return None if first is None else legal_date(first)


def _deadlines(case: Case, values: Mapping[str, Any]) -> dict[date, date]:
    acted = values.get(case.asked.code("act_date"))
    due = publicity_due(case.edition, case.item, acted, calendar()) if acted else None
    return {acted: due.day} if due and acted else {}
