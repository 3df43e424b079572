"""What the worker does again and again: number entries, publish what is due, mind time limits, sign checkpoints, sweep up."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from xinheng.accounts.door import draw_due_samples, forget_keys, watch_register
from xinheng.catalogue.door import calendar
from xinheng.jobs.door import JobContext, forget_done
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.calendar import is_working_day
from xinheng.ledger.door import checkpoint as sign_checkpoint
from xinheng.ledger.door import sequence
from xinheng.procedures.door import tick
from xinheng.publicity.batch import issue_open_data, project
from xinheng.subjects.door import bearers
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


def time_limits(context: JobContext) -> Mapping[str, Any]:
    """Do what time asks of the cases: count deadlines anew after a new calendar, and let what was missed have its consequence."""
    done = tick(now=context.now(), between=context.between_steps)
    if done.recounted or done.missed:
        sequence()
    return {"recounted": done.recounted, "missed": done.missed}


def end_sessions(context: JobContext) -> Mapping[str, Any]:
    """End the sessions nobody came back to, each entered in the ledger."""
    return {"ended": end_stale(context.now(), context.between_steps)}


def forget_idempotency(context: JobContext) -> Mapping[str, Any]:
    """Forget the keys of writes over the API that are more than a day old, with the answers kept under them."""
    return {"forgotten": forget_keys(now=context.now())}


WATCH: Final[Actor] = system("watch", "accounts.watch", "subjects.compare_names")
"""Who looks over the register of queries: no role holds what it may."""


def watch(context: JobContext) -> Mapping[str, Any]:
    """Raise what is unusual in the register of queries since the last watch, with the figures in force."""
    plan = calendar()
    raised = watch_register(
        working_day=lambda day: is_working_day(plan, day),
        bearers=lambda ids, names: bearers(ids, names, actor=WATCH),
        actor=WATCH,
        now=context.now(),
        between=context.between_steps,
    )
    return {"raised": raised}


def sample(context: JobContext) -> Mapping[str, Any]:
    """Draw the look-ups of every month that is over for review."""
    return {"drawn": draw_due_samples(actor=WATCH, now=context.now())}


def tidy(context: JobContext) -> Mapping[str, Any]:
    """Forget periodic jobs that were done more than a day ago: a line every five seconds hides what people look for."""
    return {"forgotten": forget_done(before=context.now() - KEPT)}
