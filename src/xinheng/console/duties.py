"""What the worker does again and again: number entries, publish what is due, sign checkpoints, sweep up."""

from collections.abc import Mapping
from typing import Any

from xinheng.jobs.door import JobContext
from xinheng.ledger.door import checkpoint as sign_checkpoint
from xinheng.ledger.door import sequence
from xinheng.publicity.batch import project

FOLLOW = "ledger.follow"
"""The job that numbers what was committed and decides about its publication; whoever commits something may enqueue it by key."""


def follow(context: JobContext) -> Mapping[str, Any]:
    """Number what was committed, decide about its publication, and number that."""
    sequence()
    done = project(now=context.now())
    head = sequence()
    return {"versions": done.versions, "shown": done.shown, "numbered": head.numbered}


def checkpoint(context: JobContext) -> Mapping[str, Any]:
    """Sign the ledger as it stands and write the checkpoint out of the database."""
    signed = sign_checkpoint(now=context.now())
    return {"size": signed.size, "root": signed.root.hex()}
