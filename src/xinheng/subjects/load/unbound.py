"""What has no leaf, against what it follows from.

Search rows are made from subjects and names, and can be made again. Sealed values and their keys are bound to nothing in the ledger,
because they can be destroyed; but a value goes with its key, by an erasure that is in the ledger, and opens beside its own token only.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from xinheng.subjects.load.index import AT_ONCE, reindex
from xinheng.subjects.load.sealing import missing_values, unreadable
from xinheng.subjects.models import SEARCH_TABLE, Identifier, PersonalValue, Subject, SubjectKey
from xinheng.subjects.values import SubjectKind

SAMPLE = 2000

_PERSON = SubjectKind.NATURAL_PERSON.value
_PUBLIC = (
    f"SELECT s.id FROM subjects_subject s JOIN ledger_run r ON r.id = s.run_id WHERE r.ready AND s.kind <> '{_PERSON}'"
)


@dataclass(frozen=True, slots=True)
class IndexFaults:
    """How many subjects nobody can find, how many search rows lead to no public subject, and of those `looked_at` how many differ."""

    missing: int
    extra: int
    edited: int
    looked_at: int


def index_faults(*, whole: bool = False) -> IndexFaults:
    """Compare the search table with the subjects; the words themselves for a sample drawn anew each time, or for all.

    What is missing or extra is counted over all. Changes nothing: rows are made again in a transaction that is taken back.
    Cost: two set statements (about 2 s a million), and about 0.2 ms a row looked at.
    """
    key = "rowid" if connection.vendor == "sqlite" else "subject_id"
    missing = _count(f"{_PUBLIC} AND s.merged_into_id IS NULL EXCEPT SELECT {key} FROM {SEARCH_TABLE}")
    extra = _count(f"SELECT {key} FROM {SEARCH_TABLE} EXCEPT SELECT id FROM subjects_subject WHERE kind <> '{_PERSON}'")
    edited = looked_at = 0
    for ids in _pages(whole):
        edited += _differing(ids, key)
        looked_at += len(ids)
    return IndexFaults(missing, extra, edited, looked_at)


@dataclass(frozen=True, slots=True)
class SealedFaults:
    """Values that do not open, tokens of people whose value is gone, keys of erased people that are back; subjects looked at."""

    unreadable: int
    missing: int
    returned: int
    looked_at: int


def sealed_faults() -> SealedFaults:
    """Open every sealed value and look for those that are gone though their subject was not erased. Shows nothing of what it opens.

    Cost: three queries a subject with a key, and about 15 µs a value.
    """
    keyed = set(SubjectKey.objects.values_list("subject_id", flat=True))
    holders = sorted(keyed | set(PersonalValue.objects.values_list("subject_id", flat=True).distinct()))
    named = [(i, token) for i, token in Subject.objects.exclude(name_token="").values_list("id", "name_token")]
    named += list(Identifier.objects.exclude(value_token="").values_list("subject_id", "value_token"))
    erased = Subject.objects.filter(erased_at__isnull=False, id__in=SubjectKey.objects.values("subject_id"))
    return SealedFaults(
        unreadable=sum(map(unreadable, holders)),
        missing=len(missing_values(named)),
        returned=erased.count(),
        looked_at=len(holders),
    )


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({query}) AS found")
        return int(cursor.fetchone()[0])


def _pages(whole: bool) -> "list[list[int]]":
    """Ids to look at, a few hundred at a time; of a sample every n-th, beginning anywhere."""
    step = 1 if whole else max(1, _count(_PUBLIC) // SAMPLE)
    # Nobody may know beforehand which rows will be looked at.
    first = secrets.randbelow(step)
    with connection.cursor() as cursor:
        # Both a remainder and a placeholder begin with a per cent sign.
        cursor.execute(f"{_PUBLIC} AND s.id - (s.id / %s) * %s = %s ORDER BY s.id", [step, step, first])
        ids = [row[0] for row in cursor.fetchall()]
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]


def _differing(ids: Sequence[int], key: str) -> int:
    """How many of some search rows are not what they would be if they were made now; rows that are missing are counted elsewhere."""
    with transaction.atomic():
        before = _words(ids, key)
        reindex(ids)
        after = _words(ids, key)
        transaction.set_rollback(True)
    return sum(after.get(found) != words for found, words in before.items())


def _words(ids: Sequence[int], key: str) -> dict[int, str]:
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, CAST(grams AS text) FROM {SEARCH_TABLE} WHERE {key} IN ({marks})",
            list(ids),
        )
        return dict(cursor.fetchall())
