"""Hashing passwords: scrypt, in Django's encoded form.

Scrypt and not PBKDF2: it is hard on memory too, so that a stolen table is dear to try on graphics cards, and it needs nothing
beside Python's standard library (Argon2 would be one more binary dependency). Django's default parameters (N = 2^14, r = 8,
p = 5: 16 MB, about 0.2 s); when a Django release raises them, the next sign-in hashes anew. The class is used directly, so
that no setting can weaken it.
"""

from functools import lru_cache

from django.contrib.auth.hashers import ScryptPasswordHasher

from xinheng.accounts.queries.people import UNUSABLE
from xinheng.accounts.rules.passwords import LONGEST_PASSWORD, written_password


def encode(password: str) -> str:
    """The encoded hash of a password with a fresh salt. Cost: one scrypt; call it outside a transaction."""
    hasher = ScryptPasswordHasher()
    return hasher.encode(written_password(password), hasher.salt())


def matches(password: str, encoded: str) -> bool:
    """Whether a password belongs to an encoded hash; where no password does, the same work is done in vain.

    Cost: one scrypt; call it outside a transaction.
    """
    decoy = _decoy()
    usable = not encoded.startswith(UNUSABLE) and len(password) <= LONGEST_PASSWORD
    right = ScryptPasswordHasher().verify(
        written_password(password[:LONGEST_PASSWORD]), encoded if not encoded.startswith(UNUSABLE) else decoy
    )
    return usable and right


def is_outdated(encoded: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return ScryptPasswordHasher().must_update(encoded)


@lru_cache(maxsize=1)
def _decoy() -> str:
    """A hash nobody knows the password of. Made on the first call, whoever that is for, so its cost betrays nobody."""
    hasher = ScryptPasswordHasher()
    return hasher.encode(hasher.salt(), hasher.salt())
