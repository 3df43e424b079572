"""Reads of service tokens: who asks with one, and the list for administrators."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet

from xinheng.accounts import models
from xinheng.accounts.queries.people import actor_of
from xinheng.accounts.rules.tokens import (
    TOKEN_MARK,
    USE_NOTED_EVERY,
    Credential,
    TokenRefused,
    TokenState,
    TokenUnknown,
    TokenView,
    token_state,
)
from xinheng.accounts.values import PersonKind, PersonUnknown, Role
from xinheng.kernel.actor import Actor
from xinheng.ledger.values import NotAllowed
from xinheng.storage.keys import key_ring
from xinheng.storage.sealing import keyed_hash

LONGEST_TEXT = 200


def digest_of(text: str) -> str:
    """What is kept of a token's text."""
    return keyed_hash(key_ring().search, "accounts.service_token", text).hex()


def credential(text: str, now: datetime) -> Credential:
    """Who asks with this token. Its use is noted, at most once a minute, without an entry.

    Cost: two queries, a third where its use is noted. Raises: TokenRefused, whatever the reason.
    """
    if not text.startswith(TOKEN_MARK) or len(text) > LONGEST_TEXT:
        raise TokenRefused
    use = (
        models.TokenUse.objects.filter(token__digest=digest_of(text), token__run__ready=True)
        .select_related("token__person__unit")
        .first()
    )
    if use is None or use.token.person.kind != PersonKind.SERVICE or use.token.unit_id != use.token.person.unit_id:
        raise TokenRefused
    row = use.token
    if token_state(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now) is not TokenState.OPEN:
        raise TokenRefused
    try:
        actor = actor_of(row.person, now)
    except PersonUnknown:
        raise TokenRefused from None
    if Role.UNIT_SERVICE.value not in actor.roles:
        raise TokenRefused
    _note_use(row.pk, use.used_at, now)
    return Credential(replace(actor, permissions=actor.permissions & frozenset(row.scopes)), row.pk, tuple(row.items))


def _note_use(token_id: int, used_at: datetime | None, now: datetime) -> None:
    """A moment a minute is enough to see whether a token is still in use, and spares a write a request."""
    before = now - USE_NOTED_EVERY
    if used_at is None or used_at <= before:
        rows = models.TokenUse.objects.filter(Q(used_at=None) | Q(used_at__lte=before), pk=token_id)
        rows.update(used_at=now)


def tokens(actor: Actor, now: datetime) -> tuple[TokenView, ...]:
    """All tokens, the latest first, ended ones too. Raises: NotAllowed without `accounts.manage_tokens`. Cost: one query."""
    if not actor.may("accounts.manage_tokens"):
        raise NotAllowed("accounts.tokens", "accounts.manage_tokens")
    return tuple(_view(row, now) for row in _rows().order_by("-token_id"))


def token(token_id: int, actor: Actor, now: datetime) -> TokenView:
    """One token. Raises: TokenUnknown; NotAllowed without `accounts.manage_tokens`. Cost: one query."""
    if not actor.may("accounts.manage_tokens"):
        raise NotAllowed("accounts.token", "accounts.manage_tokens")
    use = _rows().filter(token_id=token_id).first()
    if use is None:
        raise TokenUnknown(token_id)
    return _view(use, now)


def _rows() -> QuerySet[models.TokenUse]:
    return models.TokenUse.objects.select_related("token__person", "token__unit", "token__issued_by")


def _view(use: models.TokenUse, now: datetime) -> TokenView:
    row = use.token
    return TokenView(
        id=row.pk,
        person_id=row.person_id,
        login=row.person.login,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        items=tuple(row.items),
        issued_at=row.issued_at,
        issued_by=row.issued_by.name if row.issued_by else "",
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=use.used_at,
        state=token_state(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now),
    )
