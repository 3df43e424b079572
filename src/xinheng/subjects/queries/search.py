"""Public search: exact code first, then names, best first; the same words and code on SQLite (FTS5) and PostgreSQL (tsvector).

A name is searched without region and form words, by overlapping bigrams, so that two characters from anywhere in it find it.
The steps, each continued on the next page:

    0  the text is a code of the subject, present or old
    1  the text is a present or former name, but for writing        index on the names' comparison form
    2  a name begins with the text                                  phrase: begin + bigrams
    3  a name contains the text                                     phrase: bigrams
    4  a name contains all the bigrams, anywhere                    all words

The plan at a million subjects: a phrase is answered by the full-text index. SQLite walks its hits in order of rowid, which is the
subject's id, and looks each up by primary key until the page is full; PostgreSQL takes the hits of the GIN index as a bitmap and joins
by primary key. Nothing is sorted by relevance: a common word (科技) has a hundred thousand hits, and all would have to be
ranked to show twenty.

The index may lag or hold what is not visible yet. So the same statement that finds joins the subject and its run, and asks: run
ready, not merged, no person, not erased. People have no search row at all.
"""

import base64
import binascii
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from xinheng.kernel.identifiers.writing import normalise
from xinheng.kernel.names import bigrams, comparison_form, core
from xinheng.subjects.load.facts import standing
from xinheng.subjects.load.index import BEGIN, members
from xinheng.subjects.models import Identifier, Name, Subject, seen
from xinheng.subjects.values import (
    PUBLIC_KINDS,
    CursorInvalid,
    HitPage,
    RegisterState,
    SubjectHit,
    SubjectKind,
)

LARGEST_PAGE: Final = 100
LONGEST_TEXT: Final = 100
_EXACT_AT_MOST: Final = 50
_EXACT, _BEGINS, _CONTAINS, _SCATTERED = 0, 1, 2, 3

_VISIBLE = (
    "JOIN ledger_run r ON r.id = s.run_id WHERE r.ready AND s.merged_into_id IS NULL AND s.erased_at IS NULL "
    "AND s.kind IN ({kinds})"
)
_SQLITE = (
    "SELECT s.id FROM subjects_search f CROSS JOIN subjects_subject s ON s.id = f.rowid {visible} "
    "AND f.grams MATCH %s AND f.rowid > %s ORDER BY f.rowid LIMIT %s"
)
_POSTGRESQL = (
    "SELECT s.id FROM subjects_search f JOIN subjects_subject s ON s.id = f.subject_id {visible} "
    "AND f.grams @@ %s::tsquery AND f.subject_id > %s ORDER BY f.subject_id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the last page ended: the step (0 holds codes and exact names together) and the last id of it."""

    step: int
    id: int


def search(
    text: str,
    *,
    kinds: Collection[SubjectKind] = PUBLIC_KINDS,
    limit: int = 20,
    after: str = "",
) -> HitPage:
    """Find public subjects by code, name or part of a name; never a natural person.

    Whatever the writing: width, brackets, blanks and case do not matter. One character alone finds nothing but an exact name.
    `after` is the cursor of the page before. Cost: at most ten queries, whatever the size (more only where merged subjects are met).
    Raises: CursorInvalid.
    """
    text = text.strip()[:LONGEST_TEXT]
    place = _place(after)
    wanted = sorted(kind.value for kind in PUBLIC_KINDS.intersection(kinds))
    limit = max(1, min(limit, LARGEST_PAGE))
    if not text or not wanted:
        return HitPage((), "")
    by_code = _standing_in_order(_by_code(normalise(text)), wanted)
    exact = list(dict.fromkeys([*by_code, *_standing_in_order(_by_name(text), wanted)]))
    found: list[tuple[int, int]] = []
    for candidate in _candidates(text, wanted, exact, place, limit + 1):
        found.append(candidate)
        if len(found) > limit:
            break
    shown = found[:limit]
    hits = _hits([subject_id for _, subject_id in shown], text, set(by_code))
    more = _cursor(_Place(*shown[-1])) if len(found) > limit else ""
    return HitPage(hits, more)


def _candidates(
    text: str, kinds: Sequence[str], exact: list[int], place: _Place, limit: int
) -> Iterator[tuple[int, int]]:
    """(step, subject id), best first, from behind `place` on."""
    if place.step == _EXACT:
        start = exact.index(place.id) + 1 if place.id in exact else 0
        yield from ((_EXACT, subject_id) for subject_id in exact[start:])
    known = set(exact)
    grams = bigrams(core(text))
    if not grams or len(grams[0]) < 2:
        return
    for step, query in ((_BEGINS, _begins(grams)), (_CONTAINS, _contains(grams)), (_SCATTERED, _scattered(grams))):
        if query and step >= place.step:
            low = place.id if step == place.step else 0
            # Those shown as exact come again in the steps, so as many more are asked for.
            for subject_id in _matching(query, kinds, low, limit + len(known)):
                if subject_id not in known:
                    yield step, subject_id


def _by_code(code: str) -> list[int]:
    """Subjects a public code leads to, present codes before old ones, merges not followed."""
    if not code:
        return []
    rows = Identifier.objects.filter(seen(), lookup=code, value=code).order_by("-state", "id")
    return list(rows.values_list("subject_id", flat=True)[:_EXACT_AT_MOST])


def _by_name(text: str) -> list[int]:
    """Subjects with exactly this name, present ones first, merges not followed."""
    rows = Name.objects.filter(seen(), written=comparison_form(text)).order_by("id")
    names = sorted(
        rows.values_list("subject_id", "valid_to")[:_EXACT_AT_MOST], key=lambda row: (row[1] is not None, row[0])
    )
    return [subject_id for subject_id, _ in names]


def _standing_in_order(ids: list[int], kinds: Sequence[str]) -> list[int]:
    """The visible subjects that stand for these, in the same order. Cost: one query; three and more where some were merged."""
    rows = {row.id: row for row in Subject.objects.filter(seen(), id__in=ids)} if ids else {}
    if any(row.merged_into_id is not None for row in rows.values()):
        stands = standing(rows)
        rows.update({row.id: row for row in Subject.objects.filter(seen(), id__in=set(stands.values()))})
    else:
        stands = {subject_id: subject_id for subject_id in rows}
    in_order = dict.fromkeys(stands[subject_id] for subject_id in ids if subject_id in rows)
    return [i for i in in_order if i in rows and rows[i].kind in kinds and rows[i].erased_at is None]


def _matching(query: str, kinds: Sequence[str], after: int, limit: int) -> list[int]:
    visible = _VISIBLE.format(kinds=", ".join(["%s"] * len(kinds)))
    statement = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with connection.cursor() as cursor:
        cursor.execute(statement.format(visible=visible), [*kinds, query, after, limit])
        return [row[0] for row in cursor.fetchall()]


def _begins(grams: Sequence[str]) -> str:
    return _phrase([BEGIN, *grams])


def _contains(grams: Sequence[str]) -> str:
    return _but(_phrase(grams), _phrase([BEGIN, *grams]))


def _scattered(grams: Sequence[str]) -> str:
    """All bigrams, in any order; the same as the phrase when there is only one."""
    words = list(dict.fromkeys(grams))
    if len(words) < 2:
        return ""
    if connection.vendor == "sqlite":
        return _but(" AND ".join(f'"{word}"' for word in words), _phrase(grams))
    return _but(" & ".join(f"'{word}'" for word in words), _phrase(grams))


def _phrase(words: Sequence[str]) -> str:
    """Bigrams are letters and digits only, so there is nothing to escape."""
    if connection.vendor == "sqlite":
        return f'"{" ".join(words)}"'
    return " <-> ".join(f"'{word}'" for word in words)


def _but(query: str, without: str) -> str:
    return f"({query}) NOT ({without})" if connection.vendor == "sqlite" else f"({query}) & !({without})"


def _hits(ids: Sequence[int], text: str, by_code: set[int]) -> tuple[SubjectHit, ...]:
    rows: dict[int, Any] = Subject.objects.in_bulk(list(ids))
    wanted = set(bigrams(core(text)))
    former = _former_names(
        [i for i in ids if i not in by_code and not _matches(rows[i].name, text, wanted)], text, wanted
    )
    return tuple(
        SubjectHit(
            subject_id,
            SubjectKind(rows[subject_id].kind),
            rows[subject_id].name,
            rows[subject_id].code,
            RegisterState(rows[subject_id].register_state),
            former.get(subject_id, ""),
            subject_id in by_code,
        )
        for subject_id in ids
    )


def _former_names(ids: Sequence[int], text: str, wanted: set[str]) -> dict[int, str]:
    """Of subjects whose present name does not match: the newest former name, own or of one absorbed, that does."""
    if not ids:
        return {}
    stands_for = members(ids)
    found: dict[int, str] = {}
    names = Name.objects.filter(seen(), subject_id__in=list(stands_for)).order_by("-valid_from", "-id")
    for subject_id, name in names.values_list("subject_id", "name"):
        if stands_for[subject_id] not in found and _matches(name, text, wanted):
            found[stands_for[subject_id]] = name
    return found


def _matches(name: str, text: str, wanted: set[str]) -> bool:
    return comparison_form(name) == comparison_form(text) or (bool(wanted) and wanted <= set(bigrams(core(name))))


def _cursor(place: _Place) -> str:
    return base64.urlsafe_b64encode(f"{place.step}.{place.id}".encode()).decode().rstrip("=")


def _place(after: str) -> _Place:
    if not after:
        return _Place(_EXACT, 0)
    try:
        step, subject_id = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii").split(".")
        place = _Place(int(step), int(subject_id))
    except (binascii.Error, ValueError):
        raise CursorInvalid from None
    if not _EXACT <= place.step <= _SCATTERED or not 0 <= place.id < 2**63:
        raise CursorInvalid
    return place
