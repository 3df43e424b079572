"""Sealed values: AES-256-GCM with an algorithm number in front, and keyed hashes for search.

`context` is bound as associated data: a sealed value moved to another row, field or subject does not open.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xinheng.kernel.errors import XinhengError

AES_256_GCM = 1
_NONCE_BYTES = 12


class CannotUnseal(XinhengError):
    """Wrong key, wrong context, or the bytes were changed."""


def seal(key: bytes, data: bytes, context: bytes) -> bytes:
    """Seal `data`: one byte algorithm, 12 bytes nonce, ciphertext with tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return bytes([AES_256_GCM]) + nonce + AESGCM(key).encrypt(nonce, data, context)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Open what `seal` made with the same key and context.

    Raises: CannotUnseal.
    """
    if not sealed or sealed[0] != AES_256_GCM:
        raise CannotUnseal("storage.unknown_seal", "密文的算法编号无法识别")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context)
    except (InvalidTag, ValueError):
        raise CannotUnseal("storage.cannot_unseal", "密文无法解开：密钥不符，或内容被改动过") from None


def keyed_hash(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA-256 over the length-prefixed parts (32 bytes): equal parts find each other, nobody without the key can guess."""
    message = b"".join(b"%d:%s" % (len(part.encode()), part.encode()) for part in parts)
    return hmac.new(key, message, hashlib.sha256).digest()
