"""Issuing and revoking service tokens, by the security administrator; noting their use, which is no state and leaves no entry."""

import secrets
from datetime import datetime

from xinheng.accounts import models
from xinheng.accounts.queries.people import person_row, roles_in_force
from xinheng.accounts.queries.tokens import digest_of
from xinheng.accounts.rules.tokens import (
    PREFIX_LETTERS,
    TOKEN_MARK,
    TokenDraft,
    TokenEnded,
    TokenIssued,
    TokenRevoked,
    TokenUnknown,
    check_token,
)
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


@operation(code="accounts.token_issued", needs="accounts.manage_tokens")
def issue_token(*, token: TokenDraft, actor: Actor, now: datetime) -> TokenIssued:
    """Issue a token for a department's service account. Its text is in the answer, and nowhere else: only a keyed hash is kept.

    Cost: 4 queries. Raises: PersonUnknown, DraftInvalid.
    """
    person = person_row(token.person_id, now)
    check_token(token, roles=roles_in_force(person.id, now), now=now)
    prefix = "".join(secrets.choice(LETTERS) for _place in range(PREFIX_LETTERS))
    text = f"{TOKEN_MARK}{prefix}_{secrets.token_urlsafe(32)}"
    row = models.ServiceToken(
        person=person,
        unit_id=person.unit_id,
        name=token.name.strip(),
        prefix=prefix,
        digest=digest_of(text),
        scopes=sorted(set(token.scopes)),
        items=sorted(set(token.items)),
        issued_at=now,
        issued_by_id=actor.id if actor.kind in {"person", "service"} else None,
        expires_at=token.expires_at,
    )
    row.save()
    models.TokenUse.objects.create(token=row)
    return TokenIssued(row.id, person.id, prefix, tuple(row.scopes), tuple(row.items), token.expires_at, token=text)


@operation(code="accounts.token_revoked", needs="accounts.manage_tokens")
def revoke_token(*, token_id: int, actor: Actor, now: datetime) -> TokenRevoked:
    """Revoke a token: the next request with it is refused. Cost: 2 queries. Raises: TokenUnknown, TokenEnded."""
    row = models.ServiceToken.objects.select_for_update().filter(pk=token_id).first()
    if row is None:
        raise TokenUnknown(token_id)
    if row.revoked_at is not None:
        raise TokenEnded
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    return TokenRevoked(row.id, row.person_id)
