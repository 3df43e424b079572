"""New subjects of a load: rows, leaves, keys, sealed values and search rows, by the thousand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from xinheng.kernel.canonical import canonical
from xinheng.kernel.names import comparison_form
from xinheng.ledger.load import OpenRun, write_leaves
from xinheng.storage.bulk import insert_rows, moment, next_ids
from xinheng.storage.locks import lock
from xinheng.subjects.load.facts import facts_by_code, facts_by_person
from xinheng.subjects.load.index import index_names, reindex
from xinheng.subjects.load.sealing import new_keys, normal_hash, seal_many
from xinheng.subjects.models import Identifier, Name, Subject
from xinheng.subjects.rules import checked, document_field, personal_number
from xinheng.subjects.values import (
    IdentifierState,
    PersonalField,
    PersonDraft,
    RegisterState,
    Scheme,
    SubjectDraft,
    SubjectFacts,
    SubjectKind,
)

CODES = "subjects.codes"
"""The lock of whoever gives a code to a subject; held to the end of a short transaction."""

Draft = SubjectDraft | PersonDraft
_AS_IT_IS = frozenset({str, int, type(None)})
_TABLES: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Subject, Subject.ledger_fields),
    (Identifier, Identifier.ledger_fields),
    (Name, Name.ledger_fields),
)


@dataclass(frozen=True, slots=True)
class Created:
    """What became of drafts: the id of each in order, how many are new, how many leaves were written, which ids are new."""

    ids: tuple[int, ...]
    created: int
    leaves: int
    new: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _New:
    """A draft with its id; `codes` as rows of identifiers want them (scheme, value, what it is found by, token).

    `written` is the comparison form of a public name, made once.
    """

    id: int
    draft: Draft
    name_token: str
    codes: tuple[tuple[Scheme, str, str, str], ...]
    written: str = ""


def create_subjects(
    run: OpenRun,
    start_index: int,
    drafts: Sequence[Draft],
    *,
    state: RegisterState = RegisterState.PROVISIONAL,
    on: date,
) -> Created:
    """Make subjects as rows of `run`, inside the caller's chunk transaction; the first leaf has index `start_index`.

    A draft whose code (or document number) leads to a subject that is visible, or that this run made before, gets that
    subject's id and makes no row; equal drafts make one. Further codes that are taken are left out. Every name that is reported of a
    provisional subject is kept, whoever made it, so that each unit finds it by its own. The next index is `start_index + leaves`.
    Cost: about a dozen statements a chunk, about 150 µs a subject.
    Raises: SubjectInvalid for a draft that cannot be.
    """
    ready = [_normal(draft) for draft in drafts]
    keys = [_key(draft) for draft in ready]
    facts = _facts(ready, keys, run.id)
    known = {key: one.id for key, one in facts.items()}
    fresh: dict[Any, Draft] = {}
    for key, draft in zip(keys, ready, strict=True):
        if key not in known:
            fresh.setdefault(key, draft)
    ids = next_ids(Subject._meta.db_table, len(fresh)) if fresh else []
    new_ids = dict(zip(fresh, ids, strict=True))
    leaves = _insert(run, start_index, list(zip(ids, fresh.values(), strict=True)), _taken(fresh, known), state, on)
    made = tuple(known.get(key) or new_ids[key] for key in keys)
    if state is RegisterState.PROVISIONAL:
        further = [
            (i, key, draft) for i, key, draft in zip(made, keys, ready, strict=True) if fresh.get(key) is not draft
        ]
        forms = {new_ids[key]: {comparison_form(fresh[key].name)} for _, key, _ in further if key in fresh}
        forms |= {one.id: set(one.written_forms) for one in facts.values() if one.state is RegisterState.PROVISIONAL}
        leaves += _add_names(run, start_index + leaves, [(i, draft) for i, _, draft in further], forms, on)
    return Created(made, len(fresh), leaves, frozenset(ids))


def _key(draft: Draft) -> Any:
    if isinstance(draft, PersonDraft):
        return normal_hash(draft.scheme, draft.number)
    return (draft.scheme, draft.code)


def _normal(draft: Draft) -> Draft:
    if isinstance(draft, PersonDraft):
        return replace(draft, number=personal_number(draft.scheme, draft.number))
    return checked(draft)


def _facts(drafts: Sequence[Draft], keys: Sequence[Any], run_id: int) -> dict[Any, SubjectFacts]:
    """The subjects that are there already, by the keys of drafts and by their further codes."""
    codes = [key for key in keys if isinstance(key, tuple)]
    codes += [code for draft in drafts if isinstance(draft, SubjectDraft) for code in draft.more_codes]
    found: dict[Any, SubjectFacts] = dict(facts_by_code(codes, run_id=run_id))
    found.update(facts_by_person([key for key in keys if isinstance(key, bytes)], run_id=run_id))
    return found


def _add_names(
    run: OpenRun, start: int, drafts: Sequence[tuple[int, Draft]], forms: dict[int, set[str]], on: date
) -> int:
    """Further names of provisional subjects, `forms` being those they have; returns how many leaves."""
    rows: list[tuple[Any, ...]] = []
    for subject_id, draft in drafts:
        if not isinstance(draft, SubjectDraft) or subject_id not in forms:
            continue
        written = comparison_form(draft.name)
        if written not in forms[subject_id]:
            forms[subject_id].add(written)
            rows.append((subject_id, draft.name, written, on.isoformat(), None))
    if not rows:
        return 0
    # Another load may write the search row of the same subject.
    hold_codes()
    count = write_rows(run, start, Name, Name.ledger_fields, _with_ids(Name, rows))
    reindex(sorted({row[0] for row in rows}), run_id=run.id)
    return count


def _taken(fresh: dict[Any, Draft], known: dict[Any, int]) -> set[Any]:
    return {*known, *fresh}


def _insert(
    run: OpenRun,
    start: int,
    drafts: Sequence[tuple[int, Draft]],
    taken: set[Any],
    state: RegisterState,
    on: date,
) -> int:
    """Write everything of the new subjects; returns how many leaves."""
    if not drafts:
        return 0
    new = _sealed(run, drafts, taken)
    subjects = [(one.id, _subject_values(one, state)) for one in new]
    current, day = IdentifierState.CURRENT.value, on.isoformat()
    identifiers = [
        (one.id, scheme.value, value, lookup, token, current, day, None)
        for one in new
        for scheme, value, lookup, token in one.codes
    ]
    names = [(one.id, one.draft.name, one.written, day, None) for one in new if isinstance(one.draft, SubjectDraft)]
    count = 0
    for (model, fields), rows in zip(
        _TABLES, (subjects, _with_ids(Identifier, identifiers), _with_ids(Name, names)), strict=True
    ):
        count += write_rows(run, start + count, model, fields, rows)
    index_names((one.id, one.draft.name) for one in new if isinstance(one.draft, SubjectDraft))
    return count


def _sealed(run: OpenRun, drafts: Sequence[tuple[int, Draft]], taken: set[Any]) -> list[_New]:
    """Keys and sealed values of the people among the drafts, and the codes of all."""
    people = [(subject_id, draft) for subject_id, draft in drafts if isinstance(draft, PersonDraft)]
    # The rows of the subjects come later in this transaction: their foreign key is checked at its end.
    new_keys([subject_id for subject_id, _ in people])
    ids = [subject_id for subject_id, _ in people]
    name_tokens = dict(
        zip(ids, seal_many(ids, PersonalField.NAME, [d.name for _, d in people], batch_id=run.id), strict=True)
    )
    number_tokens: dict[int, str] = {}
    for field in (PersonalField.ID_NUMBER, PersonalField.DOCUMENT):
        some = [(i, d.number) for i, d in people if document_field(d.scheme) is field]
        tokens = seal_many([i for i, _ in some], field, [number for _, number in some], batch_id=run.id)
        number_tokens.update(zip([i for i, _ in some], tokens, strict=True))
    new = []
    for subject_id, draft in drafts:
        if isinstance(draft, PersonDraft):
            number = (draft.scheme, "", normal_hash(draft.scheme, draft.number).hex(), number_tokens[subject_id])
            new.append(_New(subject_id, draft, name_tokens[subject_id], (number,)))
        else:
            new.append(_New(subject_id, draft, "", tuple(_codes(draft, taken)), comparison_form(draft.name)))
    return new


def _codes(draft: SubjectDraft, taken: set[Any]) -> Iterator[tuple[Scheme, str, str, str]]:
    yield draft.scheme, draft.code, draft.code, ""
    for scheme, value in dict.fromkeys(draft.more_codes):
        if (scheme, value) not in taken:
            taken.add((scheme, value))
            yield scheme, value, value, ""


def _subject_values(new: _New, state: RegisterState) -> tuple[Any, ...]:
    draft = new.draft
    if isinstance(draft, PersonDraft):
        kind, blank = SubjectKind.NATURAL_PERSON.value, ""
        return (
            kind,
            blank,
            blank,
            blank,
            blank,
            new.name_token,
            state.value,
            draft.source,
            *["", "", None, "", None, None],
        )
    return (
        draft.kind.value,
        draft.scheme.value,
        draft.code,
        draft.name,
        new.written,
        "",
        state.value,
        draft.source,
        draft.division,
        draft.industry,
        draft.founded,
        draft.address,
        None,
        None,
    )


def _with_ids(model: type[Any], rows: Sequence[tuple[Any, ...]]) -> list[tuple[int, tuple[Any, ...]]]:
    ids = next_ids(model._meta.db_table, len(rows)) if rows else []
    return list(zip(ids, rows, strict=True))


def write_rows(
    run: OpenRun, start: int, model: type[Any], fields: Sequence[str], rows: Sequence[tuple[int, tuple[Any, ...]]]
) -> int:
    """Insert rows (id, values in the order of the ledger's fields) and their leaves; returns how many."""
    columns = [model._meta.get_field(name).column for name in fields]
    insert_rows(
        model._meta.db_table,
        ("id", *columns, "run_id", "run_index"),
        (
            (i, *[value if value.__class__ in _AS_IT_IS else _plain(value) for value in values], run.id, index)
            for index, (i, values) in enumerate(rows, start)
        ),
    )
    write_leaves(run, model.ledger_table, start, _canonical(rows))
    return len(rows)


def _canonical(rows: Iterable[tuple[int, tuple[Any, ...]]]) -> Iterator[tuple[int, bytes]]:
    return ((row_id, canonical(values)) for row_id, values in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def hold_codes() -> None:
    """Wait for whoever else is giving codes to subjects; until the end of the open transaction nobody else does."""
    lock(CODES)
