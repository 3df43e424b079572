"""A job ends the sessions nobody comes back to: each is entered once, and whoever does come back is told."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory

from workbench.acts import People, words
from world import World
from xinheng.ledger.models import Run
from xinheng.web.middleware.actor import PERSON, CurrentActor
from xinheng.web.sessions import end_stale


def left(state: str) -> list[str]:
    """Who the ledger says left so."""
    runs = Run.objects.filter(operation="accounts.signed_out", payload__contains=f'"state":"{state}"')
    return list(runs.order_by("id").values_list("actor_name", flat=True))


def test_an_idle_session_is_ended_and_entered_without_anybody_asking(world: World, people: People) -> None:
    client = people["reporter.market"]
    assert end_stale(world.now + timedelta(minutes=14)) == 0
    assert client.get("/workbench/").status_code == 200
    assert end_stale(world.now + timedelta(minutes=16)) == 1
    assert left("idle") == ["填报员甲"]
    assert end_stale(world.now + timedelta(minutes=17)) == 0
    assert left("idle") == ["填报员甲"]


def test_whoever_comes_back_after_the_job_is_told_and_nothing_is_entered_twice(
    world: World, people: People, clock: Any
) -> None:
    client = people["reporter.market"]
    end_stale(world.now + timedelta(minutes=16))
    clock(world.now + timedelta(minutes=17))
    led = client.get("/workbench/batches")["Location"]
    assert "timed_out=1" in led
    assert "您已因长时间未操作退出" in words(client.get(led))
    assert left("idle") == ["填报员甲"]
    assert "timed_out" not in client.get("/workbench/batches")["Location"]


def test_a_request_that_read_the_session_before_the_job_ended_it_enters_nothing(
    world: World, people: People, clock: Any
) -> None:
    read = SessionStore(people["reporter.market"].session.session_key)
    assert read[PERSON]
    end_stale(world.now + timedelta(minutes=20))
    clock(world.now + timedelta(minutes=20))
    request = RequestFactory().get("/workbench/")
    request.session = read
    CurrentActor(lambda request: HttpResponse())(request)
    assert request.actor.kind == "public"  # type: ignore[attr-defined]
    assert left("idle") == ["填报员甲"]


def test_a_session_past_the_date_of_its_cookie_is_entered_and_dropped(world: World, people: People) -> None:
    client = people["reporter.market"]
    Session.objects.filter(session_key=client.session.session_key).update(
        expire_date=datetime.fromtimestamp(0, world.now.tzinfo)
    )
    assert end_stale(world.now + timedelta(hours=13)) == 1
    assert left("too_old") == ["填报员甲"]
    assert Session.objects.count() == 0


def test_a_session_of_nobody_is_left_alone(world: World) -> None:
    visitor = Client()
    visitor.get("/workbench/sign-in")
    store = SessionStore()
    store["kept"] = "x"
    store.create()
    assert end_stale(world.now + timedelta(days=1)) == 0
    assert SessionStore(store.session_key)["kept"] == "x"
    assert left("idle") == left("too_old") == []
