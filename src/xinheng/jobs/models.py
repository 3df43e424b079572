"""Tables of the queue; no domain state, so no ledger speaks of them."""

from django.db import models
from django.db.models.functions import Now

from xinheng.jobs.values import OPEN_STATES, JobState


class Job(models.Model):
    """One piece of background work."""

    name = models.CharField(max_length=100)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True)
    state = models.CharField(max_length=10, default="queued")
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    # Informative only: the database's clock, for an enqueuer has no other.
    created_at = models.DateTimeField(db_default=Now())
    not_before = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, default="")
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    text = models.CharField(max_length=300, default="")
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=100, default="")
    error = models.TextField(default="")
    # Bare ids: accounts lies above this module.
    unit_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=[*map(str, OPEN_STATES)]), name="jobs_job_key_open"
            ),
            models.CheckConstraint(condition=models.Q(state__in=[*map(str, JobState)]), name="jobs_job_state"),
        ]
        indexes = [
            # A worker looks only at open jobs, oldest first; the ends pile up outside this index.
            models.Index(fields=["id"], condition=models.Q(state__in=[*map(str, OPEN_STATES)]), name="jobs_job_open"),
            # Few fail, and they are counted at each look at the platform's health.
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="jobs_job_failed"),
            models.Index(fields=["unit_id", "-id"], name="jobs_job_unit"),
        ]


class Schedule(models.Model):
    """When a periodic job is due next."""

    name = models.CharField(max_length=100, unique=True)
    next_at = models.DateTimeField()


class Worker(models.Model):
    """A worker process and its last sign of life."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
