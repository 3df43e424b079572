"""Sealing the texts of cases: what people write, and how to reach them.

key of a case    32 random bytes, sealed with the master key, bound to the case
token            HMAC-SHA-256(key of the case, what it is, text), first 128 bits in hex; the ledger binds it
ciphertext       AES-256-GCM under the key of the case, bound to case and token
"""

import secrets
from collections.abc import Iterable, Mapping

from xinheng.procedures.models import CaseKey, CaseText
from xinheng.storage.keys import KEY_BYTES, key_ring
from xinheng.storage.sealing import keyed_hash, seal, unseal

TOKEN_BYTES = 16
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 12


def new_secret(seed: str = "") -> str:
    """What opens a case to whoever has no account: twelve letters and digits nobody mistakes, 60 bits: `7KQ2-M4XP-9TRH`.

    From a seed (which must be as hard to guess) the same comes each time, for who holds the platform's key: what was sent twice is one.
    """
    drawn = keyed_hash(key_ring().search, "procedures.seed", seed) if seed else secrets.token_bytes(32)
    text = "".join(LETTERS[byte % len(LETTERS)] for byte in drawn[:LENGTH])
    return "-".join(text[i : i + 4] for i in range(0, LENGTH, 4))


def secret_hash(secret: str) -> str:
    """What is stored of a secret: a keyed hash in hex. Blanks, hyphens and small letters do not count."""
    plain = "".join(secret.split()).replace("-", "").upper()
    return keyed_hash(key_ring().search, "procedures.secret", plain).hex()


def new_key(case_id: int) -> None:
    """Make the key of a case, in the transaction that makes the case."""
    wrapped = seal(key_ring().master, secrets.token_bytes(KEY_BYTES), _key_context(case_id))
    CaseKey.objects.create(case_id=case_id, wrapped=wrapped)


def seal_texts(case_id: int, texts: Mapping[str, str]) -> dict[str, str]:
    """Seal texts of a case by what they are; returns their tokens. Empty ones are left out. Cost: two queries a text."""
    said = {what: text for what, text in texts.items() if text}
    if not said:
        return {}
    key = _key(case_id)
    tokens = {}
    for what, text in said.items():
        token = keyed_hash(key, what, text)[:TOKEN_BYTES].hex()
        sealed = seal(key, text.encode(), _context(case_id, token))
        CaseText.objects.get_or_create(case_id=case_id, token=token, defaults={"ciphertext": sealed})
        tokens[what] = token
    return tokens


def open_texts(case_id: int, tokens: Iterable[str]) -> dict[str, str]:
    """The texts of a case by token; without the key of the case there are none. Cost: two queries.

    Raises: CannotUnseal where one was changed or exchanged in the database.
    """
    wanted = list(tokens)
    row = CaseKey.objects.filter(case_id=case_id).first() if wanted else None
    if row is None:
        return {}
    key = unseal(key_ring().master, bytes(row.wrapped), _key_context(case_id))
    rows = CaseText.objects.filter(case_id=case_id, token__in=wanted)
    return {one.token: unseal(key, bytes(one.ciphertext), _context(case_id, one.token)).decode() for one in rows}


def _key(case_id: int) -> bytes:
    row = CaseKey.objects.get(case_id=case_id)
    return unseal(key_ring().master, bytes(row.wrapped), _key_context(case_id))


def _key_context(case_id: int) -> bytes:
    return f"procedures.key:{case_id}".encode()


def _context(case_id: int, token: str) -> bytes:
    return f"procedures.text:{case_id}:{token}".encode()
