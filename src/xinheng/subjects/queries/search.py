"""Public search: exact code first, then names, best first; the same words and code on SQLite (FTS5) and PostgreSQL (tsvector).

A name is searched without region and form words, by overlapping bigrams, so that two characters from anywhere in it find it.
The steps, each continued on the next page:

    0  the text is a code of the subject, present or old
       the text is a present or former name, but for writing        index on the names' comparison form
       a reported subject is called exactly so                      the same
    1  a name begins with the text                                  phrase: begin + bigrams
    2  a name contains the text                                     phrase: bigrams
    3  a name contains all the bigrams, anywhere                    all words
    4  a reported subject has such a name                           all words

Subjects that stand in no register come last, and by part of a name in one step only: the index holds every name anybody reported, so
what it finds is asked in the same statement whether the reader may know of it, and then compared with the names of the records that
reader may see. Were they sorted among the steps above, a name from a record out of reach would move them.

The plan at a million subjects: a phrase is answered by the full-text index. SQLite walks its hits in order of rowid, which is the
subject's id, and looks each up by primary key until the page is full; PostgreSQL takes the hits of the GIN index as a bitmap and joins
by primary key. Nothing is sorted by relevance: a common word (科技) has a hundred thousand hits, and all would have to be
ranked to show twenty.

The index may lag or hold what is not visible yet. So the same statement that finds joins the subject and its run, and asks: run
ready, not merged, no person, not erased. People have no search row at all.
"""

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from xinheng.kernel.identifiers.writing import normalise
from xinheng.kernel.names import bigrams, comparison_form, core
from xinheng.subjects.load.index import BEGIN, members
from xinheng.subjects.load.reported import ended_by_register, reported, reported_among
from xinheng.subjects.models import Identifier, Name, Subject, seen
from xinheng.subjects.queries.reach import NOBODY, NOTHING, Meeting, Reach
from xinheng.subjects.values import (
    PUBLIC_KINDS,
    CursorInvalid,
    HitPage,
    RegisterState,
    Stated,
    SubjectHit,
    SubjectKind,
)

LARGEST_PAGE: Final = 100
LONGEST_TEXT: Final = 100
_EXACT_AT_MOST: Final = 50
_CODE: Final = re.compile("[0-9A-Z-]{6,}")
_EXACT, _BEGINS, _CONTAINS, _SCATTERED, _REPORTED = 0, 1, 2, 3, 4

_VISIBLE = (
    "JOIN ledger_run r ON r.id = s.run_id WHERE r.ready AND s.register_state = 'registered' AND s.erased_at IS NULL "
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
_KEY: Final = {"sqlite": "rowid", "postgresql": "subject_id"}
_MATCHES: Final = {"sqlite": "MATCH %s", "postgresql": "@@ %s::tsquery"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the last page ended: the step (0 holds codes and exact names together) and the last id of it."""

    step: int
    id: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked for, among which kinds, and whom the reader may know of."""

    text: str
    kinds: Sequence[str]
    meeting: Meeting

    @property
    def reach(self) -> Reach:
        """How far the reader may see."""
        return self.meeting.reach

    @property
    def grams(self) -> set[str]:
        """The bigrams a name must hold."""
        return set(bigrams(core(self.text)))


def search(
    text: str,
    *,
    kinds: Collection[SubjectKind] = PUBLIC_KINDS,
    limit: int = 20,
    after: str = "",
    reach: Reach = NOTHING,
) -> HitPage:
    """Find public subjects by code, name or part of a name; never a natural person, and a reported subject only within `reach`.

    Whatever the writing: width, brackets, blanks and case do not matter. One character alone finds nothing but an exact name.
    `after` is the cursor of the page before. Cost: at most ten queries, whatever the size; two to five more where merged or reported
    subjects are met (and again for every page of the index that holds reported names out of reach only).
    Raises: CursorInvalid.
    """
    text = text.strip()[:LONGEST_TEXT]
    place = _place(after)
    wanted = sorted(kind.value for kind in PUBLIC_KINDS.intersection(kinds))
    limit = max(1, min(limit, LARGEST_PAGE))
    if not text or not wanted:
        return HitPage((), "")
    asked = _Asked(text, wanted, Meeting(reach))
    coded, named = _by_code(normalise(text)), _by_name(asked)
    # A code that only hidden records know is not to be told from one that nobody has by the time it takes.
    nobody = [NOBODY] if _CODE.fullmatch(normalise(text)) and not coded else []
    asked.meeting.known([*coded, *named, *nobody])
    by_code = _standing_in_order(coded, asked)
    exact = list(dict.fromkeys([*by_code, *_standing_in_order(named, asked)]))
    found: dict[int, _Place] = {}
    for at, subject_id in _candidates(asked, exact, place, limit + 1):
        found.setdefault(subject_id, at)
        if len(found) > limit:
            break
    shown = list(found)[:limit]
    hits = _hits(shown, asked, set(by_code))
    return HitPage(hits, _cursor(found[shown[-1]]) if len(found) > limit else "")


def _candidates(asked: _Asked, exact: list[int], place: _Place, limit: int) -> Iterator[tuple[_Place, int]]:
    """Subjects (id) with the place to go on from, best first, from behind `place` on."""
    if place.step == _EXACT:
        start = exact.index(place.id) + 1 if place.id in exact else 0
        yield from ((_Place(_EXACT, subject_id), subject_id) for subject_id in exact[start:])
    known = set(exact)
    grams = bigrams(core(asked.text))
    if not grams or len(grams[0]) < 2:
        return
    for step, query in ((_BEGINS, _begins(grams)), (_CONTAINS, _contains(grams)), (_SCATTERED, _scattered(grams))):
        if query and step >= place.step:
            low = place.id if step == place.step else 0
            # Those shown as exact come again in the steps, so as many more are asked for.
            for subject_id in _matching(query, asked.kinds, low, limit + len(known)):
                if subject_id not in known:
                    yield _Place(step, subject_id), subject_id
    low = place.id if place.step == _REPORTED else 0
    for subject_id, stands in _reported(_all_words(list(dict.fromkeys(grams))), asked, low, limit + len(known)):
        if stands not in known:
            yield _Place(_REPORTED, subject_id), stands


def _reported(query: str, asked: _Asked, after: int, limit: int) -> Iterator[tuple[int, int]]:
    """Reported subjects in reach with a name in reach that matches, in order of id, with whom they lead to.

    A page of the index at a time, because comparing the names may leave few of it.
    """
    indexed = f"SELECT {_KEY[connection.vendor]} FROM subjects_search WHERE grams {_MATCHES[connection.vendor]}"
    # Nothing typed is part of the statement: the search table has no Django model.
    hits = RawSQL(indexed, [query])  # noqa: S611
    rows = Subject.objects.filter(seen(), reported(), asked.reach.known(), id__in=hits)
    while True:
        page = list(rows.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:limit])
        stood = asked.meeting.stands(page)
        said = _said(page, asked.meeting)
        for subject_id, stands in stood.items():
            names = said.get(subject_id, ())
            if any(_matches(one.name, asked.text, asked.grams) for one in names) and names[0].kind in asked.kinds:
                yield subject_id, stands
        if len(page) < limit:
            return
        after = page[-1]


def _said(ids: Collection[int], meeting: Meeting) -> dict[int, tuple[Stated, ...]]:
    """What the reader may know of reported subjects, earliest first: what records in reach state, or all names that were reported."""
    if not meeting.reach.whole or not ids:
        return meeting.said(ids)
    found: dict[int, list[Stated]] = {}
    for row in Name.objects.filter(seen(), subject_id__in=ids).select_related("subject").order_by("id"):
        kind = SubjectKind(row.subject.kind)
        found.setdefault(row.subject_id, []).append(Stated(row.subject_id, row.name, kind, row.valid_from, row.id))
    return {i: tuple(some) for i, some in found.items()}


def _by_code(code: str) -> list[int]:
    """Subjects a public code leads to, present codes before old ones, merges not followed."""
    if not code:
        return []
    rows = Identifier.objects.filter(seen(), lookup=code, value=code).order_by("-state", "id")
    return list(rows.values_list("subject_id", flat=True)[:_EXACT_AT_MOST])


def _by_name(asked: _Asked) -> list[int]:
    """Subjects in reach with exactly this name, merges not followed: registered ones, present names first, then reported ones.

    A reported one only where a record in reach calls it so. Cost: one query, one or two more where there are reported ones.
    """
    form = comparison_form(asked.text)
    # Asked before they are counted: who is hidden hides nobody else.
    known = Subject.objects.filter(asked.reach.known(), pk=OuterRef("subject_id"))
    alone = Subject.objects.filter(reported(), pk=OuterRef("subject_id"))
    rows = Name.objects.filter(Exists(known), seen(), written=form).exclude(ended_by_register())
    named = list(
        rows.annotate(alone=Exists(alone))
        .order_by("alone", "id")
        .values_list("alone", "valid_to", "subject_id")[:_EXACT_AT_MOST]
    )
    in_no_register = [subject_id for only_reported, _, subject_id in named if only_reported]
    said = _said(in_no_register, asked.meeting) if in_no_register else {}
    called_so = {i for i, some in said.items() if any(comparison_form(one.name) == form for one in some)}
    ordered = sorted(named, key=lambda row: (row[0], row[1] is not None, row[2]))
    return [i for only_reported, _, i in ordered if not only_reported or i in called_so]


def _standing_in_order(ids: list[int], asked: _Asked) -> list[int]:
    """The subjects in reach that stand for these, in the same order. Cost: as `Meeting.stands`."""
    stands = asked.meeting.stands(ids)
    rows = {i: asked.meeting.rows[i] for i in set(stands.values())}
    said = _said([i for i, row in rows.items() if row.register_state != RegisterState.REGISTERED], asked.meeting)
    kinds = {i: said[i][0].kind if i in said else row.kind for i, row in rows.items() if row.erased_at is None}
    in_order = dict.fromkeys(stands[subject_id] for subject_id in ids if subject_id in stands)
    return [i for i in in_order if kinds.get(i) in asked.kinds]


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
    return _but(_all_words(words), _phrase(grams))


def _all_words(words: Sequence[str]) -> str:
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{word}"' for word in words)
    return " & ".join(f"'{word}'" for word in words)


def _phrase(words: Sequence[str]) -> str:
    """Bigrams are letters and digits only, so there is nothing to escape."""
    if connection.vendor == "sqlite":
        return f'"{" ".join(words)}"'
    return " <-> ".join(f"'{word}'" for word in words)


def _but(query: str, without: str) -> str:
    return f"({query}) NOT ({without})" if connection.vendor == "sqlite" else f"({query}) & !({without})"


def _hits(ids: Sequence[int], asked: _Asked, by_code: set[int]) -> tuple[SubjectHit, ...]:
    asked.meeting.known(ids)
    rows = asked.meeting.rows
    alone = [i for i in ids if rows[i].register_state != RegisterState.REGISTERED]
    said = _said(alone, asked.meeting)
    former = _former_names(
        [i for i in ids if i not in by_code and i not in alone and not _matches(rows[i].name, asked.text, asked.grams)],
        asked,
    )
    return tuple(
        _reported_hit(rows[i], said[i][0], i in by_code)
        if i in alone
        else SubjectHit(
            i,
            SubjectKind(rows[i].kind),
            rows[i].name,
            rows[i].code,
            RegisterState(rows[i].register_state),
            former.get(i, ""),
            i in by_code,
        )
        for i in ids
    )


def _reported_hit(row: Subject, said: Stated, by_code: bool) -> SubjectHit:
    """As the earliest record in reach states it."""
    return SubjectHit(row.id, said.kind, said.name, row.code, RegisterState.PROVISIONAL, "", by_code)


def _former_names(ids: Sequence[int], asked: _Asked) -> dict[int, str]:
    """Of subjects whose present name does not match: the newest former name, own or of one absorbed, that does."""
    if not ids:
        return {}
    stands_for = members(ids)
    absorbed = [i for i in stands_for if i not in ids]
    alone = reported_among(absorbed) if absorbed else ()
    found: dict[int, str] = {}
    names = Name.objects.filter(seen(), subject_id__in=[i for i in stands_for if i not in alone])
    names = names.exclude(ended_by_register()).order_by("-valid_from", "-id")
    for subject_id, name in names.values_list("subject_id", "name"):
        if stands_for[subject_id] not in found and _matches(name, asked.text, asked.grams):
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
    if not _EXACT <= place.step <= _REPORTED or not 0 <= place.id < 2**63:
        raise CursorInvalid
    return place
