"""The platform's own addresses, a world with an affair that only one department and the centre know, and its readers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from authorisation.affair import AGENT, appoint
from world import PASSWORD, World, furnish
from xinheng.portal import figures


@pytest.fixture
def world(db: None, now: datetime, settings: Any) -> World:
    """The demo region with a person for every role."""
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    settings.DEBUG = False
    cache.clear()
    figures.forget()
    found = furnish(now)
    appoint(found)
    return found


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
