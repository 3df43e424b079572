"""The platform's own addresses, a world with an affair that only one department and the centre know, and its readers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from authorisation.affair import AGENT, Affair, appoint, begin
from laid import laid
from world import PASSWORD, World, furnish
from xinheng.portal import figures


@pytest.fixture
def _place(request: pytest.FixtureRequest, db: None, now: datetime, settings: Any) -> tuple[World, Affair | None]:
    """The world of a test, with the affair where the test asks for it: each is built once a run."""
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    settings.DEBUG = False
    cache.clear()
    figures.forget()
    if "affair" in request.fixturenames:
        return laid(("appointed", "affair", now), lambda: _with_affair(now))
    return laid(("appointed", now), lambda: _appointed(now)), None


def _appointed(now: datetime) -> World:
    found = furnish(now)
    appoint(found)
    return found


def _with_affair(now: datetime) -> tuple[World, Affair]:
    found = _appointed(now)
    return found, begin(found)


@pytest.fixture
def world(_place: tuple[World, Affair | None]) -> World:
    """The demo region with a person for every role."""
    return _place[0]


@pytest.fixture
def affair(_place: tuple[World, Affair | None]) -> Affair:
    """What there is of the affair, which has begun before the test does."""
    assert _place[1] is not None
    return _place[1]


@pytest.fixture
def reader(world: World) -> Callable[[str], Client]:
    """Signs a reader in through the page the first time; `public` is nobody."""
    clients: dict[str, Client] = {"public": Client(raise_request_exception=False)}

    def client(login: str) -> Client:
        if login not in clients:
            clients[login] = Client(raise_request_exception=False)
            door = "/my/sign-in" if login == AGENT else "/workbench/sign-in"
            answer = clients[login].post(door, {"login": login, "password": PASSWORD})
            assert answer.status_code == 302, answer.content.decode()[:1000]
        return clients[login]

    return client
