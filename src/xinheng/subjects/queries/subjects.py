"""Reads of single subjects. What is not visible, out of reach, or a person for who may not look, does not exist: the answer is the same."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from xinheng.kernel.actor import Actor
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.kernel.identifiers.writing import normalise
from xinheng.subjects.load.facts import facts_by_code, facts_by_id, facts_by_person, to_facts
from xinheng.subjects.load.reported import ended_by_register, reported_among
from xinheng.subjects.load.sealing import number_hash
from xinheng.subjects.models import Identifier, Merge, Name, Subject, seen
from xinheng.subjects.queries.personal import personal
from xinheng.subjects.queries.reach import (
    NOBODY,
    NOTHING,
    SEES_ALL,
    Meeting,
    Reach,
    reach_for,
)
from xinheng.subjects.values import (
    IdentifierEntry,
    IdentifierState,
    MergeEntry,
    NameEntry,
    RegisterState,
    Scheme,
    Stated,
    SubjectFacts,
    SubjectHistory,
    SubjectInvalid,
    SubjectKind,
    SubjectList,
    SubjectPage,
    SubjectPortrait,
    SubjectUnknown,
)

READ = "subjects.read"
ENTER = "records.enter"
READ_PERSONAL = "subjects.read_personal"
LARGEST_PAGE = 200
_HOLDERS_AT_MOST = 50
_UNREGISTERED: Final[dict[str, Any]] = {"division": "", "industry": "", "founded": None, "address": ""}


def subject(subject_id: int, *, actor: Actor, reach: Reach | None = None) -> SubjectPage:
    """The head of a subject's page; a merged subject as it was, with `merged_into`.

    Natural persons only for who holds `subjects.read`, or is that person; the caller registers such a read. A reported subject, and a
    person where the reach has evidence, only within `reach` (by default: for who sees all units), as the earliest record in reach
    states it, without its source.
    Cost: one query, at most six for a person, four and more for a reported or merged one. Raises: SubjectUnknown.
    """
    return _head(subject_id, actor, Meeting(reach_for(actor, reach)))


def portrait(subject_id: int, *, actor: Actor, reach: Reach | None = None) -> SubjectPortrait:
    """All a page says of a subject: head, who stands for it, family, history, as `subject`, `standing_for`, `members_of` and `history_of`
    give them one by one, but each subject is read, and its evidence asked, once.

    Cost: five queries for a registered subject that absorbed none. Raises: SubjectUnknown.
    """
    reach = reach_for(actor, reach)
    meeting = Meeting(reach)
    head = _head(subject_id, actor, meeting)
    family = tuple(sorted(meeting.family(subject_id)))
    return SubjectPortrait(head, meeting.stands([subject_id])[subject_id], family, _history(subject_id, actor, meeting))


def _head(subject_id: int, actor: Actor, meeting: Meeting) -> SubjectPage:
    reach = meeting.reach
    row = _looked_at(subject_id, actor, meeting)
    person = row.kind == SubjectKind.NATURAL_PERSON
    if row.register_state == RegisterState.REGISTERED or reach.whole or (person and not reach.evidence):
        return _page(row, _name(row, actor))
    # Where it is only known through records, the merge leads on to what is known, or is not known either.
    into = meeting.stands([row.id])[row.id]
    page = replace(_page(row, row.name), merged_into=into if into != row.id else None)
    said = _first_stated(row, meeting)
    if said is None:
        return page
    state = RegisterState.MERGED if page.merged_into is not None else RegisterState.PROVISIONAL
    if person:
        return replace(page, name=_name_behind(row.id, said.token, actor), state=state, source="")
    return replace(page, name=said.name, kind=said.kind, state=state, source="", **_UNREGISTERED)


def _page(row: Subject, name: str) -> SubjectPage:
    return SubjectPage(
        row.id,
        SubjectKind(row.kind),
        name,
        row.code,
        Scheme(row.scheme) if row.scheme else None,
        RegisterState(row.register_state),
        row.source,
        row.division,
        row.industry,
        row.founded,
        row.address,
        row.merged_into_id,
        row.erased_at is not None,
    )


def by_code(code: str, *, actor: Actor, reach: Reach | None = None) -> SubjectPage | None:
    """The subject a code leads to, aliases and merges followed; None where it leads nowhere, or to nothing within `reach`.

    A public code of any scheme, as typed. A person's number only finds for who holds `subjects.read_personal` and states a
    purpose; for anybody else it leads nowhere. A current code comes before an old one. Cost: at most nine queries.
    """
    reach = reach_for(actor, reach)
    found = _public_subjects(normalise(code))
    if not found and actor.may(READ_PERSONAL) and actor.purpose:
        found = _person(code)
    # More than one where a load settled doubles: the reader may know of any of them without the others.
    meeting = Meeting(reach)
    # Where nobody has the code, nobody is looked at: a code that only hidden records know is not to be told by the time it takes.
    stands = meeting.stands(found or [NOBODY])
    first = next((stands[i] for i in found if i in stands), None)
    return _head(first, actor, meeting) if first is not None else None


def who(scheme: Scheme, code: str, *, actor: Actor) -> SubjectFacts | None:
    """Whom a row is about that gives this normalised code, or this document number of a person; for who may enter records.

    As `load.facts` finds it for a file: merges of registered subjects and of people are followed, a subject no register knows stands
    for itself. For settling who a row is about, never to be shown. Cost: three queries, about seven more where some were merged.
    Raises: SubjectInvalid for a person's number that cannot be.
    """
    if not actor.may(ENTER):
        return None
    if scheme.personal:
        digest = number_hash(scheme, code)
        return facts_by_person([digest]).get(digest)
    return facts_by_code([(scheme, code)]).get((scheme, code))


def names_of(subject_id: int, *, actor: Actor, reach: Reach | None = None) -> tuple[NameEntry, ...]:
    """The names of a public subject, newest first; of a person none (theirs are sealed values).

    Of a reported subject the one name that the earliest record in reach states. Cost: two queries, four for a reported one.
    Raises: SubjectUnknown.
    """
    meeting = Meeting(reach_for(actor, reach))
    row = _looked_at(subject_id, actor, meeting)
    return _names(row, _first_stated(row, meeting), meeting.reach)


def _names(row: Subject, said: Stated | None, reach: Reach) -> tuple[NameEntry, ...]:
    if said is not None:
        return () if row.kind == SubjectKind.NATURAL_PERSON else (NameEntry(said.name, said.on, None),)
    rows = Name.objects.filter(seen(), subject_id=row.id).order_by("-valid_from", "-id")
    if not reach.whole:
        rows = rows.exclude(ended_by_register())
    return tuple(NameEntry(row.name, row.valid_from, row.valid_to) for row in rows)


def identifiers_of(subject_id: int, *, actor: Actor, reach: Reach | None = None) -> tuple[IdentifierEntry, ...]:
    """The codes of a subject, the current ones first. A person's numbers are masked as `personal` masks them.

    Of a reported subject they begin with the earliest record in reach.
    Cost: two queries, two more for a person or a reported subject. Raises: SubjectUnknown.
    """
    meeting = Meeting(reach_for(actor, reach))
    row = _looked_at(subject_id, actor, meeting)
    return _identifiers(row, _first_stated(row, meeting), actor, meeting.reach)


def _identifiers(row: Subject, said: Stated | None, actor: Actor, reach: Reach) -> tuple[IdentifierEntry, ...]:
    found = Identifier.objects.filter(seen(), subject_id=row.id).order_by("-state", "scheme", "-id")
    rows = list(found if reach.whole else found.exclude(ended_by_register()))
    sealed = [one.value_token for one in rows if one.value_token]
    views = personal(row.id, sealed, actor) if sealed else {}
    return tuple(
        IdentifierEntry(
            Scheme(one.scheme),
            views[one.value_token].text if one.value_token else one.value,
            # Where a load settled a double its code ended by that: to who may not know of the other it is as it was reported.
            IdentifierState.CURRENT if said is not None and one.value == row.code else IdentifierState(one.state),
            said.on if said is not None else one.valid_from,
            None if said is not None and one.value == row.code else one.valid_to,
        )
        for one in rows
    )


def merges_of(subject_id: int, *, actor: Actor, reach: Reach | None = None) -> tuple[MergeEntry, ...]:
    """The merges a subject took part in, newest first, undone ones too; those with a subject out of reach are left out.

    Cost: two queries, three where there are any. Raises: SubjectUnknown.
    """
    meeting = Meeting(reach_for(actor, reach))
    return _merges(_looked_at(subject_id, actor, meeting), meeting)


def history_of(subject_id: int, *, actor: Actor, reach: Reach | None = None) -> SubjectHistory:
    """Names, codes and merges of a subject together, as the three reads give them one by one.

    Cost: four queries, up to three more for a person, a reported or a merged subject. Raises: SubjectUnknown.
    """
    return _history(subject_id, actor, Meeting(reach_for(actor, reach)))


def _history(subject_id: int, actor: Actor, meeting: Meeting) -> SubjectHistory:
    reach = meeting.reach
    row = _looked_at(subject_id, actor, meeting)
    said = _first_stated(row, meeting)
    return SubjectHistory(_names(row, said, reach), _identifiers(row, said, actor, reach), _merges(row, meeting))


def _merges(row: Subject, meeting: Meeting) -> tuple[MergeEntry, ...]:
    rows = Merge.objects.filter(seen(), kept_id=row.id) | Merge.objects.filter(seen(), absorbed_id=row.id)
    found = list(rows.select_related("run").order_by("-id"))
    if found and not meeting.reach.whole:
        known = meeting.known({i for one in found for i in (one.kept_id, one.absorbed_id)})
        shut = meeting.unknown(found)
        found = [one for one in found if {one.kept_id, one.absorbed_id} <= known and one.id not in shut]
    return tuple(
        MergeEntry(one.id, one.kept_id, one.absorbed_id, one.reason, one.at, one.undone_at, one.undo_reason)
        for one in found
    )


def facts(subject_ids: Iterable[int], *, actor: Actor, reach: Reach | None = None) -> dict[int, SubjectFacts]:
    """The facts of subjects by id, merges not followed; people only for who holds `subjects.read`, reported ones only within `reach`.

    Of a reported subject they hold what anybody reported, so a reader who does not see all units gets none of it.
    Cost: two queries per 500, one more for who does not see all units.
    """
    reach = reach_for(actor, reach)
    found = facts_by_id(subject_ids)
    hidden = frozenset() if reach.whole else reported_among(list(found))
    return {
        i: one
        for i, one in found.items()
        if i not in hidden and (one.kind is not SubjectKind.NATURAL_PERSON or actor.may(READ))
    }


def standing_for(subject_id: int, *, reach: Reach = NOTHING) -> int:
    """The subject that stands for this id now: itself, or the last known one of those that absorbed it.

    Cost: two queries, one more per step of merging. Raises: SubjectUnknown.
    """
    stands = Meeting(reach).stands([subject_id]).get(subject_id)
    if stands is None:
        raise SubjectUnknown(subject_id)
    return stands


def members_of(subject_id: int, *, reach: Reach = NOTHING) -> tuple[int, ...]:
    """The subject and all it absorbed, but for those out of reach: a reader of records asks for all of them.

    Cost: two queries, one more per step of merging, three where it absorbed a reported one.
    """
    return tuple(sorted(Meeting(reach).family(subject_id)))


def provisional(*, actor: Actor, limit: int = 50, after: int = 0) -> SubjectList:
    """Provisional subjects in order of id, for who settles them.

    An actor without `subjects.read`, or who does not see all units, gets an empty page. Cost: one query.
    """
    if not (actor.may(READ) and actor.may(SEES_ALL)):
        return SubjectList((), None)
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = list(
        Subject.objects.filter(seen(), register_state=RegisterState.PROVISIONAL, id__gt=after)
        .exclude(kind=SubjectKind.NATURAL_PERSON)
        .order_by("id")[: limit + 1]
    )
    items = tuple(to_facts(row, {row.written}) for row in rows[:limit])
    return SubjectList(items, items[-1].id if len(rows) > limit else None)


def _public_subjects(code: str) -> list[int]:
    if not code:
        return []
    rows = Identifier.objects.filter(seen(), seen("subject__"), lookup=code, value=code).order_by("-state", "id")
    return list(dict.fromkeys(rows.values_list("subject_id", flat=True)[:_HOLDERS_AT_MOST]))


def _person(code: str) -> list[int]:
    if inspect(code).kind not in PERSONAL:
        return []
    try:
        lookup = number_hash(Scheme.ID18, code).hex()
    except SubjectInvalid:
        return []
    rows = Identifier.objects.filter(seen(), seen("subject__"), lookup=lookup, value="").order_by("-state", "id")
    return list(dict.fromkeys(rows.values_list("subject_id", flat=True)[:_HOLDERS_AT_MOST]))


def _looked_at(subject_id: int, actor: Actor, meeting: Meeting) -> Subject:
    row = meeting.rows[subject_id] if meeting.known([subject_id]) else None
    if row is None or not _may_look(row, actor):
        raise SubjectUnknown(subject_id)
    return row


def _first_stated(row: Subject, meeting: Meeting) -> Stated | None:
    """What the earliest record in reach says of a reported subject or a person; None of others, and where everything may be seen."""
    if meeting.reach.whole or row.register_state == RegisterState.REGISTERED:
        return None
    if not meeting.reach.evidence if row.kind == SubjectKind.NATURAL_PERSON else row.id not in meeting.reported:
        return None
    # Without a record in reach it would not have been looked at.
    return meeting.said([row.id])[row.id][0]


def _may_look(row: Subject, actor: Actor) -> bool:
    return row.kind != SubjectKind.NATURAL_PERSON or actor.may(READ) or actor.on_behalf_of == row.id


def _name(row: Subject, actor: Actor) -> str:
    if row.kind != SubjectKind.NATURAL_PERSON:
        return row.name
    return _name_behind(row.id, row.name_token, actor)


def _name_behind(subject_id: int, token: str, actor: Actor) -> str:
    return personal(subject_id, [token], actor)[token].text if token else ""
