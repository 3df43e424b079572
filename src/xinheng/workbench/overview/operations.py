"""The one thing these pages change themselves: an operator's retry or cancel of a job is entered by whoever offers it."""

from dataclasses import dataclass
from datetime import datetime

from xinheng.jobs import door as jobs
from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation


@dataclass(frozen=True, slots=True)
class JobRetried:
    """A failed or cancelled job waits again."""

    job_id: int
    name: str


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """A job was cancelled, or will be after its present step; `state` is its state now."""

    job_id: int
    name: str
    state: str


@operation(code="workbench.job_retried", needs="jobs.retry")
def retry_job(*, job_id: int, actor: Actor, now: datetime) -> JobRetried:
    """Queue a job again. Cost: three queries and the ledger's. Raises: JobUnknown, JobSettled, NotAllowed."""
    found = jobs.job(job_id, actor)
    jobs.retry(job_id)
    return JobRetried(job_id, found.name)


@operation(code="workbench.job_cancelled", needs="jobs.retry")
def cancel_job(*, job_id: int, actor: Actor, now: datetime) -> JobCancelled:
    """Cancel a job. Cost: three queries and the ledger's. Raises: JobUnknown, JobSettled, NotAllowed."""
    found = jobs.job(job_id, actor)
    return JobCancelled(job_id, found.name, jobs.cancel(job_id, now=now).value)
