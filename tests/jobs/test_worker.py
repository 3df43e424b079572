"""The worker in this process: handlers run, fail, are stopped; a job's progress is seen while it runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from jobs.handlers_for_tests import HANDLERS
from xinheng.jobs import models
from xinheng.jobs.door import Job, JobContext, JobState, Stopped, Terms, Worker, cancel, enqueue, job, workers
from xinheng.jobs.operations import lease
from xinheng.kernel.actor import system

SYSTEM = system("tests")
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
# The heartbeat runs in a thread with a connection of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def worker(**more: object) -> Worker:
    return Worker(name="w1", handlers=HANDLERS, clock=lambda: NOW, **more)  # type: ignore[arg-type]


def ran(name: str, args: dict[str, object] | None = None) -> Job:
    number = enqueue(name, args or {})
    worker().run_one()
    return job(number, SYSTEM)


def context(*, stopping: Callable[[], bool] = lambda: False) -> JobContext:
    enqueue("steps", {})
    held = lease.claim("w1", now=NOW, terms=Terms())
    assert held is not None
    return JobContext(held, lambda: NOW, stopping=stopping)


def test_a_handler_gets_its_arguments_and_its_answer_is_kept() -> None:
    found = ran("add", {"left": 1, "right": 2})
    assert (found.state, found.result, found.finished_at) == (JobState.DONE, {"sum": 3}, NOW)


def test_progress_stays_readable_after_the_end() -> None:
    found = ran("steps")
    assert (found.done, found.total, found.text) == (3, 3, "第 3 步")


def test_progress_is_seen_by_others_while_the_job_runs() -> None:
    running = context()
    running.progress(1, 3, "第 1 步")
    found = job(running.job, SYSTEM)
    assert (found.state, found.done, found.text) == (JobState.RUNNING, 1, "第 1 步")


def test_progress_shown_inside_a_transaction_is_not_lost() -> None:
    assert ran("show_inside").text == "事务内"


def test_an_answer_of_no_fails_the_job_with_its_words() -> None:
    found = ran("refuse")
    assert (found.state, found.error_code, found.error) == (JobState.FAILED, "tests.refused", "不予办理")


def test_an_accident_is_queued_again_and_its_words_are_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    found = ran("stumble")
    assert (found.state, found.error_code) == (JobState.QUEUED, "jobs.accident")
    assert "stumble" in caplog.text
    assert "990101" not in caplog.text + found.error + found.text


def test_a_name_without_a_handler_fails() -> None:
    assert ran("nobody").error_code == "jobs.handler_unknown"


def test_a_worker_that_is_asked_to_stop_gives_the_job_back() -> None:
    number = enqueue("steps", {})
    stopping = worker()
    stopping.stop.set()
    assert stopping.run_one() is JobState.QUEUED
    assert job(number, SYSTEM).attempts == 0


def test_a_handler_that_catches_everything_is_stopped_all_the_same() -> None:
    enqueue("swallow", {})
    stopping = worker()
    stopping.stop.set()
    assert stopping.run_one() is JobState.QUEUED


def test_an_orphaned_worker_stops_between_steps() -> None:
    with pytest.raises(Stopped):
        context(stopping=worker(orphaned=lambda: True).stopping).between_steps()


def test_a_context_that_lost_its_job_stops_at_the_next_step() -> None:
    running = context()
    lease.claim("w2", now=NOW + timedelta(hours=1), terms=Terms())
    running.progress(2, 3)
    with pytest.raises(Stopped):
        running.between_steps()


def test_a_running_job_is_cancelled_between_two_steps() -> None:
    running = context()
    cancel(running.job, now=NOW)
    running.cancelled = lease.heartbeat(running.held, now=NOW, terms=Terms()) is False
    with pytest.raises(Stopped):
        running.between_steps()


def test_drain_runs_all_that_is_due_and_no_more() -> None:
    for _ in range(3):
        enqueue("steps", {})
    enqueue("steps", {}, not_before=NOW + timedelta(seconds=1))
    assert worker().drain() == 3
    assert models.Job.objects.filter(state="queued").count() == 1


def test_the_loop_beats_queues_what_is_periodic_and_says_that_it_stopped() -> None:
    looping = worker(schedule={"steps": 60})
    rounds = iter([False, False, False])
    looping.orphaned = lambda: next(rounds, True)
    looping.run()
    found = workers()[0]
    assert (found.worker, found.stopped_at) == ("w1", NOW)
    assert models.Job.objects.get().name == "steps"
