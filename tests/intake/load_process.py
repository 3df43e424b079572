"""A process of its own that loads one batch: `load_process.py BATCH CHUNK`. `XINHENG_KILL_AT` may end it at a named point."""

import sys
from datetime import UTC, datetime

import django

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)

if __name__ == "__main__":
    django.setup()
    from xinheng.intake.batch.load import Way, load_batch

    load_batch(int(sys.argv[1]), Way(lambda: NOW, chunk=int(sys.argv[2])))
