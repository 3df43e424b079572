"""The page of background work: what comes every few seconds hides nothing."""

from datetime import timedelta

from workbench.acts import People, words
from world import World
from xinheng.jobs import door as jobs
from xinheng.jobs import models
from xinheng.jobs.values import JobState


def ended(name: str, count: int, state: JobState, world: World) -> None:
    models.Job.objects.bulk_create(
        models.Job(name=name, state=state.value, finished_at=world.now, key=f"periodic:{name}") for _ in range(count)
    )


def test_a_failure_is_found_behind_hundreds_of_good_ends(world: World, people: People) -> None:
    ended("intake.load", 1, JobState.FAILED, world)
    ended("ledger.follow", 300, JobState.DONE, world)
    client = people["operator"]
    assert "批次入库" in words(client.get("/workbench/jobs"))
    assert "账本编号和公示决定（" not in words(client.get("/workbench/jobs"))
    assert "批次入库（" in words(client.get("/workbench/jobs", {"state": "failed"}))
    assert "账本编号和公示决定（" in words(client.get("/workbench/jobs", {"name": "ledger.follow"}))
    assert "账本编号和公示决定（" in words(client.get("/workbench/jobs", {"state": "done"}))


def test_routine_that_failed_is_shown(world: World, people: People) -> None:
    ended("ledger.follow", 1, JobState.FAILED, world)
    assert "账本编号和公示决定（" in words(people["operator"].get("/workbench/jobs"))


def test_only_periodic_jobs_that_ended_well_long_ago_are_forgotten(world: World) -> None:
    ended("ledger.follow", 2, JobState.DONE, world)
    ended("ledger.follow", 1, JobState.FAILED, world)
    models.Job.objects.create(name="intake.load", state=JobState.DONE.value, finished_at=world.now)
    assert jobs.forget_done(before=world.now) == 0
    assert jobs.forget_done(before=world.now + timedelta(seconds=1)) == 2
    assert sorted(models.Job.objects.values_list("name", "state")) == [
        ("intake.load", "done"),
        ("ledger.follow", "failed"),
    ]
