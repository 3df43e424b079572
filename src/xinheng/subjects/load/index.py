"""The search rows: a subject's id and the bigrams of its names, the same text on both databases.

    begin 新蜀 蜀化 化工 end begin …      core of the present name, then of former and absorbed names

`begin` and `end` are words of three characters, which no bigram is: a phrase that starts with `begin` finds names that start so,
and no phrase runs from one name into the next.

A registered subject has the register's names. A reported one has its own row with every name anybody reported: a hint where to look, for
whoever searches compares with the names of records the reader may see.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from xinheng.kernel.names import bigrams, core
from xinheng.storage.bulk import insert_rows
from xinheng.subjects.load.reported import ended_by_register, reported, reported_among
from xinheng.subjects.models import SEARCH_TABLE, Name, Subject, seen

BEGIN, END = "000", "999"
AT_ONCE = 500


def words_of(names: Iterable[str]) -> list[str]:
    """The words of the search text for names in order."""
    words: list[str] = []
    for name in dict.fromkeys(core(name) for name in names):
        words += [BEGIN, *bigrams(name), END]
    return words


def index_names(rows: Iterable[tuple[int, str]]) -> None:
    """Put new subjects (id, present name) into the search table, inside the caller's transaction.

    Cost: one bulk insert, about 25 µs a name.
    """
    _write([(subject_id, words_of([name])) for subject_id, name in rows])


def reindex(subject_ids: Sequence[int], *, run_id: int | None = None) -> None:
    """Make the search rows of subjects anew: a registered one's from its names and those it absorbed, a reported one's from its own.

    Other absorbed subjects and people have none. `run_id`: names of this load that is not ready count as well.
    Cost: four queries and two statements per 500 subjects, one query more per step of a chain of merges.
    """
    for start in range(0, len(subject_ids), AT_ONCE):
        chunk = list(subject_ids[start : start + AT_ONCE])
        remove(chunk)
        rows = Subject.objects.filter(Q(merged_into=None) | reported(run_id), seen("", run_id), id__in=chunk)
        names: dict[int, list[str]] = {row.id: [row.name] for row in rows.exclude(name="")}
        families = members(list(names), run_id=run_id)
        alone = reported_among(list(families), run_id=run_id)
        stands_for = {i: i if i in alone else root for i, root in families.items() if i in names or i not in alone}
        known = Name.objects.filter(seen("", run_id), subject_id__in=list(stands_for)).exclude(ended_by_register())
        for subject_id, name in known.order_by("-id").values_list("subject_id", "name"):
            names[stands_for[subject_id]].append(name)
        _write([(subject_id, words_of(one)) for subject_id, one in names.items()])


def remove(subject_ids: Sequence[int]) -> None:
    """Take subjects out of the search table."""
    key = "rowid" if connection.vendor == "sqlite" else "subject_id"
    with connection.cursor() as cursor:
        for start in range(0, len(subject_ids), AT_ONCE):
            chunk = list(subject_ids[start : start + AT_ONCE])
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"DELETE FROM {SEARCH_TABLE} WHERE {key} IN ({marks})", chunk)


def family(subject_id: int) -> list[int]:
    """The subject and all it absorbed, directly or through others. Cost: one query per step of a chain."""
    return list(members([subject_id]))


def members(roots: Sequence[int], *, run_id: int | None = None) -> dict[int, int]:
    """Each root and each subject it absorbed, with the root. Cost: one query per step of a chain."""
    stands_for = {root: root for root in roots}
    newest = list(roots)
    while newest:
        rows = Subject.objects.filter(seen("", run_id), merged_into__in=newest).values_list("id", "merged_into_id")
        onward = {absorbed: stands_for[into] for absorbed, into in rows if into is not None}
        newest = [absorbed for absorbed in onward if absorbed not in stands_for]
        stands_for.update(onward)
    return stands_for


def _write(rows: list[tuple[int, list[str]]]) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {SEARCH_TABLE} (rowid, grams) VALUES (%s, %s)",
                [(subject_id, " ".join(words)) for subject_id, words in rows],
            )
        return
    ids = [subject_id for subject_id, _ in rows]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {SEARCH_TABLE} WHERE subject_id = ANY(%s)", [ids])
    insert_rows(SEARCH_TABLE, ("subject_id", "grams"), [(i, vector(words)) for i, words in rows])


def vector(words: Sequence[str]) -> Any:
    """The words as the text of a tsvector, each at its place: what `to_tsvector('simple', …)` makes, without its parser's guesses."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))
