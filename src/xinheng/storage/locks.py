"""Named locks that last until the end of the transaction."""

import hashlib

from django.db import connections


def lock(name: str, *, using: str = "default") -> None:
    """Wait until nobody else holds `name`, and hold it to the end of the open transaction.

    PostgreSQL: an advisory lock over 63 bits of the name's hash. SQLite: nothing to do, a transaction is already the only writer.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("lock needs an open transaction")
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
