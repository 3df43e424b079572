"""Reads of non-public data: registered before they are shown, for a natural person with a purpose from the catalogue.

A declared purpose is kept in the session for half an hour and one person, so that the filters of that person's page go by the address
bar; each look is registered anew. Source: 查询使用登记和审查制度 (Heihe 28); PIPL art. 6.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.publicity.door import open_archive
from xinheng.records.door import Asked
from xinheng.records.values import ArchivedRecord
from xinheng.subjects import door as subjects
from xinheng.subjects.values import SubjectKind, SubjectPage
from xinheng.web.gate import actor_of
from xinheng.workbench.overview.words import word

PURPOSES = "workbench.purposes"
HELD = timedelta(minutes=30)
MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class Declared:
    """For what somebody looks, and under which case number."""

    purpose: str
    reference: str


class PurposeNeeded(Exception):
    """A natural person's page without a purpose declared: ask for it first."""

    def __init__(self, subject_id: int) -> None:
        super().__init__(subject_id)
        self.subject_id = subject_id


@dataclass(frozen=True, slots=True)
class Opened:
    """A subject that may be looked at: its head, its records, the actor with the purpose declared, and how far that actor sees."""

    head: SubjectPage
    records: tuple[ArchivedRecord, ...]
    actor: Actor
    declared: Declared | None
    edition: Edition
    on: date
    reach: subjects.Reach

    @property
    def personal(self) -> bool:
        """Whether this is a natural person."""
        return self.head.kind is SubjectKind.NATURAL_PERSON


def open_subject(
    request: HttpRequest, subject_id: int, asked: Asked | None, now: datetime, edition: Edition | None = None
) -> Opened:
    """The subject's head and the records the actor may read, those of merged subjects among them. Nothing is registered yet.

    A natural person whose records belong to others does not exist for a department: that there is such a person here would say that
    somebody has a record; nor does a provisional subject that only their unpublished records know. Without `asked` no records are read.
    Cost: at most twelve queries. Raises: SubjectUnknown; PurposeNeeded.
    """
    actor = actor_of(request)
    on = legal_date(now)
    found = open_archive(subject_id, asked, actor=actor, on=on)
    records, reach = found.records, found.reach
    edition = edition or current_edition(on)
    if not found.personal:
        return Opened(found.head, records, actor, None, edition, on, reach)
    declared = declared_for(request, subject_id, now)
    if declared is None:
        raise PurposeNeeded(subject_id)
    actor = actor.for_purpose(declared.purpose)
    return Opened(subjects.subject(subject_id, actor=actor, reach=reach), records, actor, declared, edition, on, reach)


def register(opened: Opened, draft: QueryDraft, now: datetime) -> None:
    """Enter a look at a subject in the register. Cost: one query and the ledger's. Raises: PurposeMissing."""
    if opened.declared is not None:
        draft = replace(draft, personal=True, purpose=opened.declared.purpose, reference=opened.declared.reference)
    register_query(
        query=draft, purposes=purposes_of(opened.edition, personal=opened.personal), actor=opened.actor, now=now
    )


def register_list(request: HttpRequest, draft: QueryDraft, edition: Edition, now: datetime) -> None:
    """Enter a look at many records at once, of no single subject and without natural persons' data."""
    draft = replace(draft, scope=draft.scope[:200])
    register_query(query=draft, purposes=purposes_of(edition, personal=False), actor=actor_of(request), now=now)


def purposes_of(edition: Edition, *, personal: bool) -> dict[str, bool]:
    """The purposes that may be declared, each with whether it asks for a case number."""
    return edition.purposes_for(personal=personal)


def purpose_choices(edition: Edition) -> tuple[tuple[str, str, str], ...]:
    """The purposes for natural persons as choices, with a word where a case number is needed."""
    return tuple(
        (entry.code, word(entry.name), _("须填写案号或授权文号") if entry.needs_reference else "")
        for entry in edition.purposes
        if entry.natural_persons
    )


def reference_needed(edition: Edition, purpose: str) -> bool:
    """Whether the purpose asks for a case or authorisation number."""
    return any(entry.code == purpose and entry.needs_reference for entry in edition.purposes)


def declare(request: HttpRequest, subject_id: int, declared: Declared, now: datetime) -> None:
    """Keep a declared purpose for one person."""
    kept = dict(request.session.get(PURPOSES) or {})
    kept[str(subject_id)] = [declared.purpose, declared.reference, now.isoformat()]
    request.session[PURPOSES] = dict(list(kept.items())[-MOST_KEPT:])


def declared_for(request: HttpRequest, subject_id: int, now: datetime) -> Declared | None:
    """The purpose declared for a person within the last half hour."""
    kept = (request.session.get(PURPOSES) or {}).get(str(subject_id))
    if not isinstance(kept, list) or len(kept) != 3:
        return None
    if now - datetime.fromisoformat(kept[2]) > HELD:
        return None
    return Declared(kept[0], kept[1])
