"""Reads of single subjects. What is not visible, and a person for who may not look, does not exist: the answer is the same."""

from collections.abc import Iterable

from xinheng.kernel.actor import Actor
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.kernel.identifiers.writing import normalise
from xinheng.subjects.load.facts import facts_by_id, facts_by_person, standing, to_facts
from xinheng.subjects.load.index import family
from xinheng.subjects.load.sealing import number_hash
from xinheng.subjects.models import Identifier, Merge, Name, Subject, seen
from xinheng.subjects.queries.personal import personal
from xinheng.subjects.values import (
    IdentifierEntry,
    IdentifierState,
    MergeEntry,
    NameEntry,
    RegisterState,
    Scheme,
    SubjectFacts,
    SubjectHistory,
    SubjectInvalid,
    SubjectKind,
    SubjectList,
    SubjectPage,
    SubjectUnknown,
)

READ = "subjects.read"
READ_PERSONAL = "subjects.read_personal"
LARGEST_PAGE = 200


def subject(subject_id: int, *, actor: Actor) -> SubjectPage:
    """The head of a subject's page; a merged subject as it was, with `merged_into`.

    Natural persons only for who holds `subjects.read`, or is that person; the caller registers such a read. Cost: one query,
    three for a person. Raises: SubjectUnknown.
    """
    row = Subject.objects.filter(seen(), id=subject_id).first()
    if row is None or not _may_look(row, actor):
        raise SubjectUnknown(subject_id)
    return SubjectPage(
        row.id,
        SubjectKind(row.kind),
        _name(row, actor),
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


def by_code(code: str, *, actor: Actor) -> SubjectPage | None:
    """The subject a code leads to, aliases and merges followed; None where it leads nowhere.

    A public code of any scheme, as typed. A person's number only finds for who holds `subjects.read_personal` and states a
    purpose; for anybody else it leads nowhere. A current code comes before an old one. Cost: at most four queries.
    """
    found = _public_subject(normalise(code))
    if found is None and actor.may(READ_PERSONAL) and actor.purpose:
        found = _person(code)
    if found is None:
        return None
    return subject(standing([found])[found], actor=actor)


def names_of(subject_id: int, *, actor: Actor) -> tuple[NameEntry, ...]:
    """The names of a public subject, newest first; of a person none (theirs are sealed values). Cost: two queries.

    Raises: SubjectUnknown.
    """
    _looked_at(subject_id, actor)
    return _names(subject_id)


def _names(subject_id: int) -> tuple[NameEntry, ...]:
    rows = Name.objects.filter(seen(), subject_id=subject_id).order_by("-valid_from", "-id")
    return tuple(NameEntry(row.name, row.valid_from, row.valid_to) for row in rows)


def identifiers_of(subject_id: int, *, actor: Actor) -> tuple[IdentifierEntry, ...]:
    """The codes of a subject, the current ones first. A person's numbers are masked as `personal` masks them.

    Cost: two queries, two more for a person. Raises: SubjectUnknown.
    """
    _looked_at(subject_id, actor)
    return _identifiers(subject_id, actor)


def _identifiers(subject_id: int, actor: Actor) -> tuple[IdentifierEntry, ...]:
    rows = list(Identifier.objects.filter(seen(), subject_id=subject_id).order_by("-state", "scheme", "-id"))
    sealed = [row.value_token for row in rows if row.value_token]
    views = personal(subject_id, sealed, actor) if sealed else {}
    return tuple(
        IdentifierEntry(
            Scheme(row.scheme),
            views[row.value_token].text if row.value_token else row.value,
            IdentifierState(row.state),
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    )


def merges_of(subject_id: int, *, actor: Actor) -> tuple[MergeEntry, ...]:
    """The merges a subject took part in, newest first, undone ones too. Cost: two queries. Raises: SubjectUnknown."""
    _looked_at(subject_id, actor)
    return _merges(subject_id)


def history_of(subject_id: int, *, actor: Actor) -> SubjectHistory:
    """Names, codes and merges of a subject together. Cost: four queries, two more for a person. Raises: SubjectUnknown."""
    _looked_at(subject_id, actor)
    return SubjectHistory(_names(subject_id), _identifiers(subject_id, actor), _merges(subject_id))


def _merges(subject_id: int) -> tuple[MergeEntry, ...]:
    rows = Merge.objects.filter(seen(), kept_id=subject_id) | Merge.objects.filter(seen(), absorbed_id=subject_id)
    return tuple(
        MergeEntry(row.id, row.kept_id, row.absorbed_id, row.reason, row.at, row.undone_at, row.undo_reason)
        for row in rows.order_by("-id")
    )


def facts(subject_ids: Iterable[int], *, actor: Actor) -> dict[int, SubjectFacts]:
    """The facts of subjects by id, merges not followed; people only for who holds `subjects.read`. Cost: two queries per 500."""
    found = facts_by_id(subject_ids)
    return {i: one for i, one in found.items() if one.kind is not SubjectKind.NATURAL_PERSON or actor.may(READ)}


def standing_for(subject_id: int) -> int:
    """The subject that stands for this id now (itself, or the one that absorbed it). Cost: one query per step of merging."""
    return standing([subject_id])[subject_id]


def members_of(subject_id: int) -> tuple[int, ...]:
    """The subject and all it absorbed: a reader of records asks for all of them. Cost: one query per step of merging."""
    return tuple(family(subject_id))


def provisional(*, actor: Actor, limit: int = 50, after: int = 0) -> SubjectList:
    """Provisional subjects in order of id, for who settles them.

    An actor without `subjects.read` gets an empty page. Cost: one query.
    """
    if not actor.may(READ):
        return SubjectList((), None)
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = list(
        Subject.objects.filter(seen(), register_state=RegisterState.PROVISIONAL, id__gt=after)
        .exclude(kind=SubjectKind.NATURAL_PERSON)
        .order_by("id")[: limit + 1]
    )
    items = tuple(to_facts(row, {row.written}) for row in rows[:limit])
    return SubjectList(items, items[-1].id if len(rows) > limit else None)


def _public_subject(code: str) -> int | None:
    if not code:
        return None
    rows = Identifier.objects.filter(seen(), seen("subject__"), lookup=code, value=code).order_by("-state", "id")
    return rows.values_list("subject_id", flat=True).first()


def _person(code: str) -> int | None:
    if inspect(code).kind not in PERSONAL:
        return None
    try:
        found = facts_by_person([number_hash(Scheme.ID18, code)])
    except SubjectInvalid:
        return None
    return next((one.id for one in found.values()), None)


def _looked_at(subject_id: int, actor: Actor) -> None:
    row = Subject.objects.filter(seen(), id=subject_id).first()
    if row is None or not _may_look(row, actor):
        raise SubjectUnknown(subject_id)


def _may_look(row: Subject, actor: Actor) -> bool:
    return row.kind != SubjectKind.NATURAL_PERSON or actor.may(READ) or actor.on_behalf_of == row.id


def _name(row: Subject, actor: Actor) -> str:
    if row.kind != SubjectKind.NATURAL_PERSON:
        return row.name
    if not row.name_token:
        return ""
    return personal(row.id, [row.name_token], actor)[row.name_token].text
