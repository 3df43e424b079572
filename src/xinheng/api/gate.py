"""Who asks, how often, and for what: the token, its rate, its scopes and items, the purpose of a look."""

import math
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase

from xinheng.accounts.door import Credential, TokenRefused, credential, register_query
from xinheng.accounts.values import QueryDraft
from xinheng.api.problems import Refusal
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.web.clock import now

SCHEME: Final = "bearer"
BUCKETS: Final = 10_000


class Rate:
    """How many requests a token may still send: a bucket that refills evenly. In the memory of this process, so with several
    processes the limit is that many times as high; a restart fills all buckets.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def take(self, token_id: int, per_minute: int) -> float:
        """Take one request; 0.0 where it may go on, else the seconds until one may."""
        at = monotonic()
        with self._lock:
            left, since = self._buckets.pop(token_id, (float(per_minute), at))
            left = min(float(per_minute), left + (at - since) * per_minute / 60)
            allowed = left >= 1
            self._buckets[token_id] = (left - 1 if allowed else left, at)
            if len(self._buckets) > BUCKETS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / per_minute

    def forget(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._buckets.clear()


RATE: Final = Rate()


class ServiceToken(AuthBase):
    """`Authorization: Bearer xht_…`: the token of a department's service account, issued by the security administrator."""

    openapi_type = "http"
    openapi_scheme = SCHEME

    def __call__(self, request: HttpRequest) -> Credential:
        """The credential, as `request.auth`; the actor as `request.actor`. Raises: TokenRefused, Refusal 429."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not text:
            raise TokenRefused
        found = credential(text.strip(), now())
        # What a session of the same browser says does not count here.
        request.actor = found.actor  # type: ignore[attr-defined]
        waits = RATE.take(found.token_id, settings.XINHENG_API_RATE)
        if waits:
            seconds = math.ceil(waits)
            raise Refusal(
                429,
                "api.too_many",
                f"每个令牌每分钟最多 {settings.XINHENG_API_RATE} 次请求，请 {seconds} 秒后再试",
                headers={"Retry-After": str(seconds)},
            )
        return found


def asking(request: HttpRequest, *needs: str) -> Credential:
    """Who asks, holding all of `needs`. Raises: Refusal 403 that names the scope the token lacks."""
    found: Credential = request.auth  # type: ignore[attr-defined]
    lacks = [need for need in needs if not found.actor.may(need)]
    if lacks:
        raise Refusal(403, "api.scope", f"令牌没有这项权限：{'、'.join(lacks)}。请向安全管理员申请")
    return found


def asking_either(request: HttpRequest, *needs: str) -> Credential:
    """Who asks, holding at least one of `needs`. Raises: Refusal 403 that names them."""
    found: Credential = request.auth  # type: ignore[attr-defined]
    if not any(found.actor.may(need) for need in needs):
        raise Refusal(403, "api.scope", f"令牌没有这项权限：{' 或 '.join(needs)}。请向安全管理员申请")
    return found


def require_item(found: Credential, item: str) -> None:
    """Raises: Refusal 403 for an item the token is not confined to."""
    if not found.allows(item):
        raise Refusal(403, "api.item_scope", f"令牌限于信息项 {'、'.join(found.items)}，不含“{item[:60]}”")


def for_purpose(actor: Actor, purpose: str) -> Actor:
    """The actor with the purpose stated, if one was."""
    return actor.for_purpose(purpose) if purpose else actor


def register(draft: QueryDraft, edition: Edition, *, actor: Actor, at: datetime) -> None:
    """Enter a look in the register before it is shown. Raises: PurposeMissing, DraftInvalid (a reference that is asked for)."""
    purposes = edition.purposes_for(personal=draft.personal)
    register_query(
        query=replace(draft, scope=draft.scope[:200], fields=draft.fields[:60]), purposes=purposes, actor=actor, now=at
    )
