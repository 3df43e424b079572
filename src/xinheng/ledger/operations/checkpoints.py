"""Checkpoints: sign the root, keep it in the database, and write it out of the database."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from xinheng.ledger import models
from xinheng.ledger.operations.sequencer import sequence
from xinheng.ledger.queries.head import head
from xinheng.ledger.rules import checkpoint as rules
from xinheng.ledger.values import Checkpoint
from xinheng.storage.keys import key_ring
from xinheng.storage.points import reach


def checkpoint(*, now: datetime, folder: Path | None = None) -> Checkpoint:
    """Sign the tree as it stands after sequencing, and write the text and the public key into `folder` (default: the home's).

    Writes no entry (an entry would need a checkpoint). Signing the same size twice gives the checkpoint there is.
    The file is complete or absent: written aside, synced, renamed.
    """
    sequence()
    state = head()
    seed = key_ring().checkpoint
    with transaction.atomic():
        last = models.SignedCheckpoint.objects.order_by("-id").first()
        if last is not None and last.size == state.size and bytes(last.root) == state.root:
            signed = Checkpoint(last.size, bytes(last.root), last.at, last.text)
        else:
            signed = rules.sign(state.size, state.root, now, origin=rules.origin(seed), seed=seed)
            models.SignedCheckpoint.objects.create(size=signed.size, root=signed.root, at=signed.at, text=signed.text)
    folder = folder or Path(settings.XINHENG_HOME) / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{signed.size:012d}.txt", signed.text)
    _write(folder / "checkpoint.pub", rules.public_key(seed).hex() + "\n")
    return signed


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    reach("ledger.checkpoint_file")
    aside.replace(path)
