"""Idempotency keys: one effect for one key, however often and from however many sides a write is sent.

No domain state, and no entry: a key is forgotten after a day. `claim_key` marks the write as in progress in a transaction of its own, so
that others see it at once; `settle_key` keeps the answer in the transaction of the write, so that effect and answer are there together or
not at all. Between the two a dead process leaves a claim, which another attempt takes over after five minutes; whoever lost its claim
cannot settle, and its write is undone.
"""

import secrets
from datetime import datetime

from django.db import transaction

from xinheng.accounts import models
from xinheng.accounts.rules.tokens import (
    KEY_PATIENCE,
    KEYS_KEPT,
    Claimed,
    KeptAnswer,
    KeyInProgress,
    KeyInvalid,
    KeyReused,
    is_key,
)
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import keyed_hash


def claim_key(*, token_id: int, key: str, content: tuple[str, ...], now: datetime) -> Claimed | KeptAnswer:
    """The right to carry out a write, or the answer it was given before. `content` is what makes it the same write.

    Not inside a transaction. Cost: two queries. Raises: KeyInvalid, KeyReused for other content, KeyInProgress.
    """
    if not is_key(key):
        raise KeyInvalid
    # Keyed: a single record is guessed too easily from a plain hash.
    mark = keyed_hash(key_ring().search, "accounts.idempotency", *content)
    fresh = {"mark": mark, "holder": secrets.token_hex(8), "since": now, "status": None, "body": "", "headers": {}}
    with transaction.atomic():
        row, made = models.IdempotencyKey.objects.get_or_create(token_id=token_id, key=key, defaults=fresh)
    if made:
        return Claimed(row.pk, row.holder)
    if row.since <= now - KEYS_KEPT:
        return _taken_over(row, fresh)
    if bytes(row.mark) != mark:
        raise KeyReused
    if row.status is not None:
        return KeptAnswer(row.status, row.body, row.headers)
    if row.since > now - KEY_PATIENCE:
        raise KeyInProgress
    return _taken_over(row, fresh)


def _taken_over(row: models.IdempotencyKey, fresh: dict[str, object]) -> Claimed:
    if models.IdempotencyKey.objects.filter(pk=row.pk, holder=row.holder, status=row.status).update(**fresh) != 1:
        raise KeyInProgress
    return Claimed(row.pk, str(fresh["holder"]))


def settle_key(*, claimed: Claimed, answer: KeptAnswer) -> None:
    """Keep the answer of a write; call it in the write's own transaction. Cost: one query.

    Raises: KeyInProgress where another attempt took the write over: the transaction must not commit.
    """
    mine = models.IdempotencyKey.objects.filter(pk=claimed.key_id, holder=claimed.holder, status=None)
    if mine.update(status=answer.status, body=answer.body, headers=dict(answer.headers)) != 1:
        raise KeyInProgress


def release_key(*, claimed: Claimed) -> None:
    """Give a claim back: the write had no effect, and may be sent again, corrected or not. Cost: one query."""
    models.IdempotencyKey.objects.filter(pk=claimed.key_id, holder=claimed.holder, status=None).delete()


def forget_keys(*, now: datetime) -> int:
    """Forget keys of more than a day ago; returns how many. Cost: one query."""
    return models.IdempotencyKey.objects.filter(since__lte=now - KEYS_KEPT).delete()[0]
