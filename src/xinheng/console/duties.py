"""What the worker does again and again: number entries, publish what is due, sign checkpoints, sweep up."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from xinheng.jobs.door import JobContext, forget_done
from xinheng.ledger.door import checkpoint as sign_checkpoint
from xinheng.ledger.door import sequence
from xinheng.publicity.batch import issue_open_data, project
from xinheng.web.sessions import end_stale

FOLLOW = "ledger.follow"
"""The job that numbers what was committed and decides about its publication; whoever commits something may enqueue it by key."""


KEPT: Final = timedelta(days=1)


def follow(context: JobContext) -> Mapping[str, Any]:
    """Number what was committed, decide about its publication, and number that."""
    sequence()
    done = project(now=context.now())
    head = sequence()
    return {"versions": done.versions, "shown": done.shown, "numbered": head.numbered}


def open_data(context: JobContext) -> Mapping[str, Any]:
    """Issue the day's open data where it is missing, or where something in it is public no longer."""
    done = issue_open_data(now=context.now(), clock=context.now)
    sequence()
    return {"issued": "" if done is None else f"{done.day.isoformat()}.{done.issue}"}


def checkpoint(context: JobContext) -> Mapping[str, Any]:
    """Sign the ledger as it stands and write the checkpoint out of the database."""
    signed = sign_checkpoint(now=context.now())
    return {"size": signed.size, "root": signed.root.hex()}


def end_sessions(context: JobContext) -> Mapping[str, Any]:
    """End the sessions nobody came back to, each entered in the ledger."""
    return {"ended": end_stale(context.now(), context.between_steps)}


def tidy(context: JobContext) -> Mapping[str, Any]:
    """Forget periodic jobs that were done more than a day ago: a line every five seconds hides what people look for."""
    return {"forgotten": forget_done(before=context.now() - KEPT)}
