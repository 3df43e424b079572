"""Real worker processes: killed, asked to stop, orphaned."""

import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processes import PATIENCE_SECONDS, started, wait_for
from xinheng.jobs import models
from xinheng.jobs.door import JobState, Terms, enqueue, job
from xinheng.jobs.operations import lease
from xinheng.kernel.actor import system

SYSTEM = system("tests")
PROCESS = str(Path(__file__).with_name("worker_process.py"))
LAUNCHER = """
from xinheng.console.processes import start_worker
child = start_worker()
print(child.pid, flush=True)
child.wait()
"""
pytestmark = pytest.mark.django_db(transaction=True)


def hanging(folder: Path, *, polite: bool) -> tuple[int, Path]:
    begun = folder / "begun"
    return enqueue("hang", {"begun": str(begun), "polite": polite}), begun


def test_a_killed_workers_job_is_taken_over_after_its_lease(tmp_path: Path) -> None:
    number, begun = hanging(tmp_path, polite=False)
    with started(PROCESS) as process:
        wait_for(begun.exists, "the handler begins")
        running = job(number, SYSTEM)
        assert (running.state, running.text, running.total) == (JobState.RUNNING, "开始", 100)
        process.send_signal(signal.SIGKILL)
        process.wait()
    present = datetime.now(UTC)
    assert lease.claim("w2", now=present, terms=Terms()) is None
    over = lease.claim("w2", now=present + timedelta(seconds=61), terms=Terms())
    assert over is not None
    assert (over.job, over.attempt) == (number, 2)


def test_a_worker_asked_to_stop_leaves_after_the_step_and_gives_the_job_back(tmp_path: Path) -> None:
    number, begun = hanging(tmp_path, polite=True)
    with started(PROCESS) as process:
        wait_for(begun.exists, "the handler begins")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    found = job(number, SYSTEM)
    assert (found.state, found.attempts) == (JobState.QUEUED, 0)
    assert models.Worker.objects.get().stopped_at is not None


def test_a_worker_dies_with_its_launcher() -> None:
    with started("-c", LAUNCHER, stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout is not None
        worker = int(launcher.stdout.readline())
        launcher.stdout.close()
        wait_for(models.Worker.objects.exists, "the worker's first beat")
        assert not gone(worker)
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
        wait_for(lambda: gone(worker), "the end of the worker")
    assert models.Worker.objects.get().stopped_at is not None


def test_two_processes_never_run_the_same_job() -> None:
    numbers = [enqueue("add", {"left": 1, "right": number}) for number in range(40)]
    with started(PROCESS, "--once") as one, started(PROCESS, "--once") as two:
        assert (one.wait(PATIENCE_SECONDS), two.wait(PATIENCE_SECONDS)) == (0, 0)
    rows = models.Job.objects.filter(id__in=numbers)
    assert {(row.state, row.attempts) for row in rows} == {("done", 1)}


def gone(process: int) -> bool:
    """Whether a process that is not our child has ended (where nobody reaps orphans it stays as a zombie)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"
