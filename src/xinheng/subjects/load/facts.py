"""Facts of many subjects at once, by code, by hashed number, by id; aliases and merges followed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Exists, OuterRef

from xinheng.subjects.load.index import members
from xinheng.subjects.load.reported import ended_by_register, reported_among
from xinheng.subjects.models import Identifier, Name, Subject, seen
from xinheng.subjects.values import RegisterState, Scheme, SubjectFacts, SubjectKind

K = TypeVar("K")
T = TypeVar("T")

AT_ONCE = 500
LONGEST_CHAIN = 50


def facts_by_code(
    codes: Iterable[tuple[Scheme, str]], *, run_id: int | None = None
) -> dict[tuple[Scheme, str], SubjectFacts]:
    """The subject each public code (scheme, normalised value) leads to; codes that lead nowhere are left out.

    Aliases and merges are followed to the subject that stands; its written forms then hold the names of all it absorbed.
    A merge of a subject that only records know is *not* followed: whoever writes its code finds it unregistered, as if nobody had known
    it before (decision 16). A current code comes before an old one. `run_id`: rows of this load that is not ready count as well.
    Cost: three queries per 500 codes, about seven more where some were merged.
    """
    wanted = list(dict.fromkeys(codes))
    leads: dict[tuple[Scheme, str], list[int]] = {}
    for chunk in _chunks(sorted({value for _, value in wanted})):
        rows = (
            Identifier.objects.filter(seen("", run_id), seen("subject__", run_id), lookup__in=chunk, value__in=chunk)
            # 'alias' sorts before 'current'.
            .order_by("-state", "id")
            .values_list("scheme", "value", "subject_id")
        )
        for scheme, value, subject_id in rows:
            leads.setdefault((Scheme(scheme), value), []).append(subject_id)
    return _resolved({key: leads[key] for key in wanted if key in leads}, run_id)


def facts_by_person(hashes: Iterable[bytes], *, run_id: int | None = None) -> dict[bytes, SubjectFacts]:
    """The natural person each keyed hash (`sealing.number_hash`) leads to, merges followed. Cost: as by code."""
    leads: dict[bytes, list[int]] = {}
    for chunk in _chunks(sorted({value.hex() for value in hashes if value})):
        rows = (
            Identifier.objects.filter(seen("", run_id), seen("subject__", run_id), lookup__in=chunk, value="")
            .order_by("-state", "id")
            .values_list("lookup", "subject_id")
        )
        for value, subject_id in rows:
            leads.setdefault(bytes.fromhex(value), []).append(subject_id)
    return _resolved(leads, run_id)


def facts_by_id(ids: Iterable[int], *, run_id: int | None = None) -> dict[int, SubjectFacts]:
    """The facts of exactly these subjects, merges not followed; those not visible are left out.

    The written forms are the register's. Those of a provisional subject are what anybody ever reported, for settling who a row is about
    and never to be shown; one that was provisional when it was absorbed has none: what a record called it names nobody else.
    Cost: two queries per 500, three where some were merged.
    """
    return {subject_id: one.facts for subject_id, one in _read(ids, run_id).items()}


@dataclass(frozen=True, slots=True)
class _Read:
    """A subject as it was read: whether it absorbed any, and, where it was absorbed while no register knew it, what it was called."""

    facts: SubjectFacts
    absorbs: bool
    reported_forms: frozenset[str] | None


def _read(ids: Iterable[int], run_id: int | None) -> dict[int, _Read]:
    found: dict[int, _Read] = {}
    below = Subject.objects.filter(seen("", run_id), merged_into=OuterRef("pk"))
    for chunk in _chunks(sorted(set(ids))):
        rows = list(Subject.objects.filter(seen("", run_id), id__in=chunk).annotate(absorbs=Exists(below)))
        forms: dict[int, set[str]] = {row.id: {row.written} - {""} for row in rows}
        names = Name.objects.filter(seen("", run_id), subject_id__in=list(forms)).exclude(ended_by_register())
        for subject_id, written in names.values_list("subject_id", "written"):
            forms[subject_id].add(written)
        merged = [row.id for row in rows if row.register_state == RegisterState.MERGED]
        alone = reported_among(merged, run_id=run_id) if merged else frozenset()
        for row in rows:
            hidden = frozenset(forms[row.id]) if row.id in alone else None
            found[row.id] = _Read(to_facts(row, forms[row.id] if hidden is None else ()), row.absorbs, hidden)
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
        row.id,
        frozenset({row.id}),
    )


def standing(ids: Iterable[int], *, run_id: int | None = None) -> dict[int, int]:
    """The subject that stands for each id now, merges followed. Cost: one query per 500 ids and step of a chain."""
    return {subject_id: path[-1] for subject_id, path in chains(ids, run_id=run_id).items()}


def chains(ids: Iterable[int], *, run_id: int | None = None) -> dict[int, list[int]]:
    """The way of each id along merges: itself first, the one that stands last. Cost: one query per 500 ids and step."""
    paths = {subject_id: [subject_id] for subject_id in ids}
    for _ in range(LONGEST_CHAIN):
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


def _resolved(leads: Mapping[K, Sequence[int]], run_id: int | None) -> dict[K, SubjectFacts]:
    """For each key the facts of the subject that stands, from the subjects that have or had the code, the current one first."""
    doubles = _reported_doubles([ids for ids in leads.values() if len(ids) > 1], run_id)
    # Of several a register's comes first, whatever a load settled into it.
    entry_of = {key: next((i for i in ids if i not in doubles), ids[0]) for key, ids in leads.items()}
    entries = _read(entry_of.values(), run_id)
    onward = [i for i, one in entries.items() if one.facts.merged_into is not None and one.reported_forms is None]
    stands = standing(onward, run_id=run_id)
    roots = {**entries, **_read(set(stands.values()) - set(entries), run_id)}
    families = _families([i for i, one in roots.items() if one.absorbs], run_id)
    found: dict[K, SubjectFacts] = {}
    for key, entry in entry_of.items():
        root = roots[stands.get(entry, entry)]
        if _is_alone(root):
            family = frozenset({entry, *(i for i in leads[key] if i in doubles)})
            found[key] = _as_reported(root, family)
            continue
        below = families.get(root.facts.id, {})
        forms = root.facts.written_forms.union(*(one.written_forms for one in below.values()))
        family = frozenset({root.facts.id, *below})
        found[key] = replace(root.facts, written_forms=forms, entry=entry, family=family)
    return found


def _is_alone(read: _Read) -> bool:
    """Whether no register knows the subject."""
    provisional = read.facts.state is RegisterState.PROVISIONAL
    return read.reported_forms is not None or (provisional and read.facts.kind is not SubjectKind.NATURAL_PERSON)


def _as_reported(read: _Read, family: frozenset[int]) -> SubjectFacts:
    """A subject that no register knows, as if it had never been merged."""
    forms = read.facts.written_forms if read.reported_forms is None else read.reported_forms
    return replace(read.facts, state=RegisterState.PROVISIONAL, merged_into=None, written_forms=forms, family=family)


def _families(roots: Sequence[int], run_id: int | None) -> dict[int, dict[int, SubjectFacts]]:
    """For each root the facts of all it absorbed. Cost: as `members` and `facts_by_id`; nothing without roots."""
    stands_for: dict[int, int] = {}
    for chunk in _chunks(sorted(roots)):
        stands_for |= members(chunk, run_id=run_id)
    some = facts_by_id((i for i, root in stands_for.items() if i != root), run_id=run_id) if stands_for else {}
    found: dict[int, dict[int, SubjectFacts]] = {root: {} for root in roots}
    for subject_id, one in some.items():
        found[stands_for[subject_id]][subject_id] = one
    return found


def _reported_doubles(holders: Sequence[Sequence[int]], run_id: int | None) -> frozenset[int]:
    """Which of the subjects that have, or had, one code are known from records alone: a load settled one of them into the other."""
    ids = sorted({i for some in holders for i in some})
    return frozenset[int]().union(*(reported_among(list(chunk), run_id=run_id) for chunk in _chunks(ids)))


def _chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[i : i + AT_ONCE] for i in range(0, len(items), AT_ONCE))
