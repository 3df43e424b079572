"""Sealing personal values, one or a hundred thousand: per-subject keys, tokens, ciphertexts.

    key of a subject   32 random bytes, sealed with the master key, bound to the subject's id
    token              HMAC-SHA-256(subject key, field, value), first 128 bits in hex
    ciphertext         AES-256-GCM under the subject key, bound to subject, field and token

Equal values of one subject give equal tokens, so an unchanged record is seen as unchanged; without the key nobody can link
a token to a value or to another subject's. Deleting the key row leaves token and ciphertext without meaning. Exchanging two ciphertexts
by hand makes both unreadable: the token stands in the ledger, and what is sealed opens beside its own token only.
"""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from xinheng.storage.bulk import insert_rows
from xinheng.storage.keys import KEY_BYTES, key_ring
from xinheng.storage.sealing import CannotUnseal, keyed_hash, seal, unseal
from xinheng.subjects.models import PersonalValue, Subject, SubjectKey
from xinheng.subjects.rules import personal_number
from xinheng.subjects.values import PersonalField, Scheme, SubjectUnknown

AT_ONCE = 500
TOKEN_BYTES = 16


def number_hash(scheme: Scheme, number: str) -> bytes:
    """The keyed hash a person's document number is found by; an old identity number gives the hash of the new one.

    Raises: SubjectInvalid for a number that cannot be.
    """
    return normal_hash(scheme, personal_number(scheme, number))


def normal_hash(scheme: Scheme, number: str) -> bytes:
    """`number_hash` of a number that is in its normal form already."""
    return keyed_hash(key_ring().search, scheme.value, number)


def token_of(key: bytes, field: PersonalField, value: str) -> str:
    """The token of a value under a subject's key."""
    return keyed_hash(key, field.value, value)[:TOKEN_BYTES].hex()


def seal_many(
    subject_ids: Sequence[int], field: PersonalField, values: Sequence[str], *, batch_id: int | None = None
) -> list[str]:
    """Seal one field of many subjects; returns the tokens in the same order, empty for an empty value.

    Missing keys are made. `batch_id` is the run of a load that is not ready: clearing it removes what only it wanted. The
    caller holds the transaction. Cost: four statements per 500 subjects, about 15 µs a value.
    Raises: SubjectUnknown for an erased subject: nothing of it may be kept again.
    """
    wanted = [(subject_id, value) for subject_id, value in zip(subject_ids, values, strict=True) if value]
    keys = keys_for({subject_id for subject_id, _ in wanted})
    rows: dict[tuple[int, str], tuple[Any, ...]] = {}
    tokens = []
    for subject_id, value in zip(subject_ids, values, strict=True):
        if not value:
            tokens.append("")
            continue
        token = token_of(keys[subject_id], field, value)
        tokens.append(token)
        if (subject_id, token) not in rows:
            sealed = seal(keys[subject_id], value.encode(), _context(subject_id, field, token))
            rows[subject_id, token] = (subject_id, token, field.value, sealed, batch_id)
    _store(list(rows.values()))
    return tokens


def open_values(subject_id: int, tokens: Iterable[str]) -> dict[str, tuple[PersonalField, str]]:
    """The values of a subject by their tokens; a token that is unknown or whose key was destroyed is left out.

    Cost: two queries. Raises: CannotUnseal where key, field, token or ciphertext of a value was exchanged or changed.
    """
    wrapped = SubjectKey.objects.filter(subject_id=subject_id).values_list("wrapped", flat=True).first()
    if wrapped is None:
        return {}
    key = _unwrap(key_ring().master, subject_id, bytes(wrapped))
    found = {}
    for row in PersonalValue.objects.filter(subject_id=subject_id, token__in=list(tokens)):
        found[row.token] = _opened(key, row)
    return found


def open_many(tokens: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[PersonalField, str]]:
    """As `open_values` for many (subject id, token) pairs at once. Cost: two queries per 500 pairs. Raises: CannotUnseal."""
    wanted = sorted(set(tokens))
    found = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = set(wanted[start : start + AT_ONCE])
        ids = {subject_id for subject_id, _ in some}
        master = key_ring().master
        keys = {
            subject_id: _unwrap(master, subject_id, bytes(wrapped))
            for subject_id, wrapped in SubjectKey.objects.filter(subject_id__in=ids).values_list(
                "subject_id", "wrapped"
            )
        }
        for row in PersonalValue.objects.filter(subject_id__in=keys, token__in={token for _, token in some}):
            if (row.subject_id, row.token) in some:
                found[row.subject_id, row.token] = _opened(keys[row.subject_id], row)
    return found


def missing_values(tokens: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Which of (subject id, token) pairs name no stored value although the subject was not erased. Cost: three queries per 500."""
    wanted = sorted(set(tokens))
    lost: list[tuple[int, str]] = []
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        ids = {subject_id for subject_id, _ in some}
        keyed = set(SubjectKey.objects.filter(subject_id__in=ids).values_list("subject_id", flat=True))
        erased = set(Subject.objects.filter(id__in=ids, erased_at__isnull=False).values_list("id", flat=True))
        rows = PersonalValue.objects.filter(subject_id__in=ids, token__in={token for _, token in some})
        there = set(rows.values_list("subject_id", "token"))
        lost += [one for one in some if one[0] not in erased and (one not in there or one[0] not in keyed)]
    return lost


def unreadable(subject_id: int) -> int:
    """How many sealed values of a subject do not open: the key, or the value, was changed or exchanged. Cost: two queries."""
    wrapped = SubjectKey.objects.filter(subject_id=subject_id).values_list("wrapped", flat=True).first()
    rows = list(PersonalValue.objects.filter(subject_id=subject_id))
    if wrapped is None:
        return len(rows)
    try:
        key = _unwrap(key_ring().master, subject_id, bytes(wrapped))
    except CannotUnseal:
        return max(1, len(rows))
    return sum(not _opens(key, row) for row in rows)


def _opens(key: bytes, row: PersonalValue) -> bool:
    try:
        field, text = _opened(key, row)
    except CannotUnseal:
        return False
    return token_of(key, field, text) == row.token


def _opened(key: bytes, row: PersonalValue) -> tuple[PersonalField, str]:
    try:
        field = PersonalField(row.field)
        return field, unseal(key, bytes(row.ciphertext), _context(row.subject_id, field, row.token)).decode()
    except (CannotUnseal, ValueError):
        message = (
            f"主体 {row.subject_id} 的一项个人信息（标记 {row.token}）无法解开：密文、类别或标记在数据库中被改动或调换过，"
            "请保留现场并由系统管理员核对"
        )
        raise CannotUnseal("subjects.value_changed", message) from None


def keys_for(subject_ids: Iterable[int]) -> dict[int, bytes]:
    """The keys of subjects, made where missing, inside the caller's transaction.

    Raises: SubjectUnknown for an erased subject.
    """
    ids = sorted(set(subject_ids))
    keys = _keys(ids, {})
    missing = [subject_id for subject_id in ids if subject_id not in keys]
    for chunk in _chunks(missing):
        erased = Subject.objects.filter(id__in=chunk, erased_at__isnull=False).values_list("id", flat=True).first()
        if erased is not None:
            raise SubjectUnknown(erased)
    if missing:
        # Read back instead of kept: another transaction may have made the key of one of them first.
        keys.update(_keys(missing, _insert_keys(missing)))
    return keys


def new_keys(subject_ids: Sequence[int]) -> None:
    """Make the keys of subjects that were inserted in this same transaction: nobody else can have made them."""
    master = key_ring().master
    insert_rows("subjects_key", ("subject_id", "wrapped"), ((i, _new_wrapped(master, i)) for i in subject_ids))


def drop_key(subject_id: int) -> None:
    """Destroy the key and the ciphertexts of a subject: its tokens stay and mean nothing."""
    SubjectKey.objects.filter(subject_id=subject_id).delete()
    PersonalValue.objects.filter(subject_id=subject_id).delete()


def _insert_keys(subject_ids: list[int]) -> dict[bytes, bytes]:
    """Make keys where none is yet; returns what was offered, key by wrapped form."""
    master = key_ring().master
    offered = {subject_id: secrets.token_bytes(KEY_BYTES) for subject_id in subject_ids}
    wrapped = {subject_id: seal(master, key, _key_context(subject_id)) for subject_id, key in offered.items()}
    statement = "INSERT INTO subjects_key (subject_id, wrapped) {} ON CONFLICT (subject_id) DO NOTHING"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = "SELECT * FROM unnest(%s::bigint[], %s::bytea[])"
            cursor.execute(statement.format(rows), [list(wrapped), list(wrapped.values())])
        else:
            cursor.executemany(statement.format("VALUES (%s, %s)"), list(wrapped.items()))
    return {wrapped[subject_id]: key for subject_id, key in offered.items()}


def _new_wrapped(master: bytes, subject_id: int) -> bytes:
    return seal(master, secrets.token_bytes(KEY_BYTES), _key_context(subject_id))


def _keys(ids: Sequence[int], opened: dict[bytes, bytes]) -> dict[int, bytes]:
    """The keys that are there; `opened` holds keys by wrapped form that need no unwrapping."""
    master = key_ring().master
    found: dict[int, bytes] = {}
    for chunk in _chunks(ids):
        rows = SubjectKey.objects.filter(subject_id__in=chunk).values_list("subject_id", "wrapped")
        for subject_id, stored in rows:
            wrapped = bytes(stored)
            found[subject_id] = opened.get(wrapped) or _unwrap(master, subject_id, wrapped)
    return found


def _unwrap(master: bytes, subject_id: int, wrapped: bytes) -> bytes:
    return unseal(master, wrapped, _key_context(subject_id))


def _store(rows: list[tuple[Any, ...]]) -> None:
    """Insert what is not there yet; what a load alone wanted and somebody else now wants too is no longer the load's."""
    shared = (
        "ON CONFLICT (subject_id, token) DO UPDATE SET batch_id = NULL "
        # What is nobody's or ours already stays untouched: a file sent again would otherwise write every value anew.
        "WHERE subjects_personal_value.batch_id <> excluded.batch_id "
        "OR (subjects_personal_value.batch_id IS NOT NULL AND excluded.batch_id IS NULL)"
    )
    columns = "subject_id, token, field, ciphertext, batch_id"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lists = [list(column) for column in zip(*rows, strict=True)] if rows else []
            if lists:
                cursor.execute(
                    f"INSERT INTO subjects_personal_value ({columns}) SELECT * FROM unnest("
                    f"%s::bigint[], %s::text[], %s::text[], %s::bytea[], %s::bigint[]) {shared}",
                    lists,
                )
        else:
            # WHERE true keeps SQLite from reading ON as the beginning of a join.
            cursor.executemany(
                f"INSERT INTO subjects_personal_value ({columns}) SELECT %s, %s, %s, %s, %s WHERE true {shared}", rows
            )


def _context(subject_id: int, field: PersonalField, token: str) -> bytes:
    return f"subjects.personal:{subject_id}:{field.value}:{token}".encode()


def _key_context(subject_id: int) -> bytes:
    return f"subjects.key:{subject_id}".encode()


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[i : i + AT_ONCE] for i in range(0, len(ids), AT_ONCE))
