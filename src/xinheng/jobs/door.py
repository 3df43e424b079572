"""The queue, for others: enqueue by name in the own transaction, look at jobs, and (the console) run a worker.

A handler is `handle(context: JobContext) -> Mapping | None`; its dotted name stands in `project.handlers`. It runs outside a
transaction, opens its own short ones, calls `context.between_steps()` between them, and is safe to repeat from the start.
"""

from xinheng.jobs.operations.context import JobContext, Stopped
from xinheng.jobs.operations.queue import cancel, enqueue, retry
from xinheng.jobs.operations.schedule import enqueue_due, forget_done
from xinheng.jobs.operations.worker import Worker
from xinheng.jobs.queries import job, jobs, open_count, pressure, workers
from xinheng.jobs.values import Job, JobSettled, JobState, JobUnknown, Pressure, Terms, WorkerBeat

__all__ = [
    "Job",
    "JobContext",
    "JobSettled",
    "JobState",
    "JobUnknown",
    "Pressure",
    "Stopped",
    "Terms",
    "Worker",
    "WorkerBeat",
    "cancel",
    "enqueue",
    "enqueue_due",
    "forget_done",
    "job",
    "jobs",
    "open_count",
    "pressure",
    "retry",
    "workers",
]
