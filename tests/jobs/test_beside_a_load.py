"""A heartbeat stands in line beside a load that commits chunk by chunk and at once begins the next."""

from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from xinheng.jobs import models
from xinheng.jobs.door import Terms, enqueue
from xinheng.jobs.operations import lease

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
# Long enough for the other thread to stand in line meanwhile; a poller would need far more chunks than this.
CHUNK_ROWS = 1000
MOST_CHUNKS = 20


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_gets_in_between_two_chunks_of_a_load() -> None:
    enqueue("load", {})
    held = lease.claim("w", now=NOW, terms=Terms())
    assert held is not None
    connected, begun, renewed = Event(), Event(), Event()

    def beat() -> None:
        connection.ensure_connection()
        connected.set()
        begun.wait()
        lease.heartbeat(held, now=NOW + timedelta(seconds=10), terms=Terms())
        renewed.set()
        connection.close()

    thread = Thread(target=beat)
    thread.start()
    connected.wait()
    for chunk in count():
        with transaction.atomic():
            begun.set()
            rows = (models.Schedule(name=f"{chunk}.{row}", next_at=NOW) for row in range(CHUNK_ROWS))
            models.Schedule.objects.bulk_create(rows)
        if renewed.is_set() or chunk == MOST_CHUNKS:
            break
    thread.join()
    assert chunk < MOST_CHUNKS
    assert models.Job.objects.get().heartbeat_at == NOW + timedelta(seconds=10)
