"""Loading a register in bulk: chunk by chunk into a run that is invisible, then one short transaction that shows it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import sequence
from xinheng.ledger.load import OpenRun, clear_leaves, close_run, drop_run, open_run
from xinheng.ledger.values import NotAllowed
from xinheng.subjects.load.clear import clear_run
from xinheng.subjects.load.create import create_subjects
from xinheng.subjects.load.rebuild import rebuild_index
from xinheng.subjects.load.settle import settle
from xinheng.subjects.load.unbound import IndexFaults, SealedFaults, index_faults, sealed_faults
from xinheng.subjects.values import RegisterState, SubjectDraft

__all__ = [
    "CHUNK",
    "CODE",
    "IndexFaults",
    "RegisterLoaded",
    "SealedFaults",
    "index_faults",
    "load_register",
    "rebuild_index",
    "sealed_faults",
]

CODE = "subjects.register_loaded"
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class RegisterLoaded:
    """What a load of a register did: the run, new subjects, and rows whose code was known already."""

    run_id: int
    created: int
    known: int


def load_register(
    drafts: Iterable[SubjectDraft],
    *,
    source: str,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> RegisterLoaded:
    """Enter a register's public subjects as registered; codes that are known already are left as they are.

    Each chunk is a transaction of its own, so that others write in between; nothing shows until the end. A load that fails is
    cleared. `progress` gets the number of rows done. Cost: about 150 µs a subject.
    Raises: NotAllowed without `subjects.manage`; SubjectInvalid for a draft that cannot be.
    """
    if not actor.may("subjects.manage"):
        raise NotAllowed(CODE, "subjects.manage")
    run = open_run(code=CODE, actor=actor, now=now, on=legal_date(now))
    try:
        leaves = created = rows = 0
        for chunk in _chunks(drafts):
            with transaction.atomic():
                done = create_subjects(run, leaves, chunk, state=RegisterState.REGISTERED, on=legal_date(now))
            leaves, created, rows = leaves + done.leaves, created + done.created, rows + len(chunk)
            progress(rows)
        with transaction.atomic():
            leaves += settle(run, leaves, now=now)
            close_run(run, count=leaves, payload={"source": source, "created": created, "known": rows - created})
    except BaseException:
        clear(run.id)
        raise
    sequence()
    return RegisterLoaded(run.id, created, rows - created)


def clear(run_id: int) -> None:
    """Remove what a load that never became visible left behind; may be repeated."""
    while clear_run(run_id, CHUNK):
        pass
    run = OpenRun(run_id)
    while clear_leaves(run, CHUNK):
        pass
    drop_run(run)


def _chunks(drafts: Iterable[SubjectDraft]) -> Iterator[list[SubjectDraft]]:
    rows = iter(drafts)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
