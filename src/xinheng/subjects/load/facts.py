"""Facts of many subjects at once, by code, by hashed number, by id; aliases and merges followed."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from xinheng.subjects.load.reported import ended_by_register, reported_among
from xinheng.subjects.models import Identifier, Name, Subject, seen
from xinheng.subjects.values import RegisterState, Scheme, SubjectFacts, SubjectKind

K = TypeVar("K")
T = TypeVar("T")

AT_ONCE = 500
_LONGEST_CHAIN = 50


def facts_by_code(
    codes: Iterable[tuple[Scheme, str]], *, run_id: int | None = None
) -> dict[tuple[Scheme, str], SubjectFacts]:
    """The subject each public code (scheme, normalised value) leads to; codes that lead nowhere are left out.

    Aliases and merges are followed to the subject that stands; its written forms then hold the names of the absorbed one too.
    A current code comes before an old one. `run_id`: rows of this load that is not ready count as well.
    Cost: three to four queries per 500 codes.
    """
    wanted = list(dict.fromkeys(codes))
    leads: dict[tuple[Scheme, str], int] = {}
    for chunk in _chunks(sorted({value for _, value in wanted})):
        rows = (
            Identifier.objects.filter(seen("", run_id), seen("subject__", run_id), lookup__in=chunk, value__in=chunk)
            # 'alias' sorts before 'current', and what comes last wins.
            .order_by("state", "-id")
            .values_list("scheme", "value", "subject_id")
        )
        for scheme, value, subject_id in rows:
            leads[Scheme(scheme), value] = subject_id
    return _resolved({key: leads[key] for key in wanted if key in leads}, run_id)


def facts_by_person(hashes: Iterable[bytes], *, run_id: int | None = None) -> dict[bytes, SubjectFacts]:
    """The natural person each keyed hash (`sealing.number_hash`) leads to. Cost: three to four queries per 500."""
    leads: dict[bytes, int] = {}
    for chunk in _chunks(sorted({value.hex() for value in hashes if value})):
        rows = (
            Identifier.objects.filter(seen("", run_id), seen("subject__", run_id), lookup__in=chunk, value="")
            .order_by("state", "-id")
            .values_list("lookup", "subject_id")
        )
        for value, subject_id in rows:
            leads[bytes.fromhex(value)] = subject_id
    return _resolved(leads, run_id)


def facts_by_id(ids: Iterable[int], *, run_id: int | None = None) -> dict[int, SubjectFacts]:
    """The facts of exactly these subjects, merges not followed; those not visible are left out.

    The written forms are the register's. Those of a provisional subject are what anybody ever reported, for settling who a row is about
    and never to be shown; one that was provisional when it was absorbed has none: what a record called it names nobody else.
    Cost: two queries per 500, three where some were merged.
    """
    found: dict[int, SubjectFacts] = {}
    for chunk in _chunks(sorted(set(ids))):
        rows = list(Subject.objects.filter(seen("", run_id), id__in=chunk))
        forms: dict[int, set[str]] = {row.id: {row.written} - {""} for row in rows}
        names = Name.objects.filter(seen("", run_id), subject_id__in=list(forms)).exclude(ended_by_register())
        for subject_id, written in names.values_list("subject_id", "written"):
            forms[subject_id].add(written)
        merged = [row.id for row in rows if row.register_state == RegisterState.MERGED]
        for subject_id in reported_among(merged, run_id=run_id) if merged else ():
            forms[subject_id].clear()
        found.update({row.id: to_facts(row, forms[row.id]) for row in rows})
    return found


def to_facts(row: Subject, forms: Iterable[str]) -> SubjectFacts:
    """A row as facts."""
    return SubjectFacts(
        row.id,
        SubjectKind(row.kind),
        row.code,
        row.name,
        frozenset(forms),
        RegisterState(row.register_state),
        row.merged_into_id,
    )


def standing(ids: Iterable[int], *, run_id: int | None = None) -> dict[int, int]:
    """The subject that stands for each id now, merges followed. Cost: one query per 500 ids and step of a chain."""
    return {subject_id: path[-1] for subject_id, path in chains(ids, run_id=run_id).items()}


def chains(ids: Iterable[int], *, run_id: int | None = None) -> dict[int, list[int]]:
    """The way of each id along merges: itself first, the one that stands last. Cost: one query per 500 ids and step."""
    paths = {subject_id: [subject_id] for subject_id in ids}
    for _ in range(_LONGEST_CHAIN):
        onward: dict[int, int] = {}
        for chunk in _chunks(sorted({path[-1] for path in paths.values()})):
            rows = Subject.objects.filter(seen("", run_id), id__in=chunk, merged_into__isnull=False)
            onward.update({row_id: into for row_id, into in rows.values_list("id", "merged_into_id") if into})
        if not onward:
            return paths
        for path in paths.values():
            if path[-1] in onward:
                path.append(onward[path[-1]])
    raise RuntimeError("merged subjects form a circle")


def _resolved(leads: dict[K, int], run_id: int | None) -> dict[K, SubjectFacts]:
    first = facts_by_id(leads.values(), run_id=run_id)
    absorbed = {subject_id for subject_id, facts in first.items() if facts.merged_into is not None}
    stands = standing(absorbed, run_id=run_id)
    last = facts_by_id(stands.values(), run_id=run_id)
    return {key: _joined(first[start], last.get(stands.get(start, start))) for key, start in leads.items()}


def _joined(start: SubjectFacts, end: SubjectFacts | None) -> SubjectFacts:
    if end is None:
        return start
    return SubjectFacts(
        end.id, end.kind, end.code, end.name, end.written_forms | start.written_forms, end.state, end.merged_into
    )


def _chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[i : i + AT_ONCE] for i in range(0, len(items), AT_ONCE))
