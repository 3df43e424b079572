"""What may be seen of the queue. Every function costs one query unless it says otherwise."""

from collections.abc import Collection

from django.db.models import Count, Min, Q, QuerySet

from xinheng.jobs import models
from xinheng.jobs.values import OPEN_STATES, Job, JobState, JobUnknown, Pressure, WorkerBeat
from xinheng.kernel.actor import Actor

SEE_ALL = "jobs.read"


def job(job_id: int, actor: Actor) -> Job:
    """One job. Raises: JobUnknown, also when it belongs to somebody else."""
    row = _visible(actor).filter(id=job_id).first()
    if row is None:
        raise JobUnknown(job_id)
    return _value(row)


def jobs(
    actor: Actor,
    *,
    name: str | None = None,
    state: JobState | None = None,
    routine: Collection[str] = (),
    open_only: bool = False,
    limit: int = 50,
) -> list[Job]:
    """The newest jobs that `actor` may see, newest first; without those of `routine` that ended well."""
    rows = _visible(actor).exclude(name__in=routine, state=JobState.DONE.value)
    if state is not None:
        rows = rows.filter(state=state.value)
    if name is not None:
        rows = rows.filter(name=name)
    if open_only:
        rows = rows.filter(state__in=OPEN_STATES)
    return [_value(row) for row in rows.order_by("-id")[:limit]]


def open_count(name: str | None = None) -> int:
    """How many jobs wait or run (of one name); a number for the doctor and for tests, no content."""
    rows = models.Job.objects.filter(state__in=OPEN_STATES)
    return (rows if name is None else rows.filter(name=name)).count()


def pressure() -> Pressure:
    """What waits, runs and has failed, and since when the oldest waits. Cost: two queries over what is open or failed."""
    rows = models.Job.objects.filter(state__in=OPEN_STATES).values("state").annotate(count=Count("id"))
    found = {row["state"]: row["count"] for row in rows}
    # What waits for a retry waits on purpose.
    waits = models.Job.objects.filter(state=JobState.QUEUED.value, not_before=None)
    return Pressure(
        queued=found.get(JobState.QUEUED.value, 0),
        running=found.get(JobState.RUNNING.value, 0),
        failed=models.Job.objects.filter(state=JobState.FAILED.value).count(),
        oldest_at=waits.aggregate(oldest=Min("created_at"))["oldest"],
    )


def workers() -> list[WorkerBeat]:
    """Worker processes, the one heard last first."""
    rows = models.Worker.objects.order_by("-beat_at", "-id")[:20]
    return [WorkerBeat(row.name, row.started_at, row.beat_at, row.stopped_at) for row in rows]


def _visible(actor: Actor) -> QuerySet[models.Job]:
    """The system and holders of `jobs.read` see all; others what they or their unit enqueued; the public nothing."""
    rows = models.Job.objects.all()
    if actor.kind == "system" or actor.may(SEE_ALL):
        return rows
    own = Q(pk__in=())
    if actor.id is not None and actor.kind == "person":
        own |= Q(person_id=actor.id)
    if actor.unit_id is not None:
        own |= Q(unit_id=actor.unit_id)
    return rows.filter(own)


def _value(row: models.Job) -> Job:
    return Job(
        id=row.id,
        name=row.name,
        state=JobState(row.state),
        key=row.key,
        attempts=row.attempts,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.done,
        total=row.total,
        text=row.text,
        result=row.result,
        error_code=row.error_code,
        error=row.error,
        unit_id=row.unit_id,
        person_id=row.person_id,
    )
