"""A write under an idempotency key: once, with one answer, however often it is sent."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from xinheng.accounts.door import Claimed, Credential, KeptAnswer, claim_key, release_key, settle_key
from xinheng.web.clock import now

HEADER: Final = "Idempotency-Key"
Settle = Callable[[int, Mapping[str, Any], Mapping[str, str]], None]
"""Called in the write's transaction with status, body and headers of the answer."""


def once(
    request: HttpRequest,
    found: Credential,
    content: tuple[str, ...],
    write: Callable[[Settle], None],
    *,
    keyed: bool = True,
) -> HttpResponse:
    """Carry out `write`, or give the answer it was given before.

    `content` is what makes it the same write; `write` calls `settle` once, inside its own transaction. Where it raises, the key is free
    again: nothing was written under it. `keyed`: False for what writes nothing, and so keeps nothing under a key.
    Raises: KeyInvalid, KeyReused, KeyInProgress, and what `write` raises.
    """
    key = request.headers.get(HEADER) if keyed else None
    claimed: Claimed | None = None
    if key is not None:
        place = (str(request.method), request.path, *content)
        claim = claim_key(token_id=found.token_id, key=key, content=place, now=now())
        if isinstance(claim, KeptAnswer):
            return _answer(claim, replayed=True)
        claimed = claim
    kept: list[KeptAnswer] = []

    def settle(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        kept.append(KeptAnswer(status, json.dumps(body, ensure_ascii=False), dict(headers)))
        if claimed is not None:
            settle_key(claimed=claimed, answer=kept[0])

    try:
        write(settle)
    except BaseException:
        if claimed is not None:
            release_key(claimed=claimed)
        raise
    return _answer(kept[0], replayed=False)


def _answer(kept: KeptAnswer, *, replayed: bool) -> HttpResponse:
    answer = HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")
    for name, value in kept.headers.items():
        answer[name] = value
    if replayed:
        answer["Idempotency-Replayed"] = "true"
    return answer
