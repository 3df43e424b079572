"""The world with a workbench over it: a fixed clock, one client a person, and the worker's load done at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from workbench.acts import People
from world import PASSWORD, World, furnish

PAGES = (
    "xinheng.web.middleware.actor",
    "xinheng.workbench.sessions",
    "xinheng.workbench.home",
    "xinheng.workbench.upload",
    "xinheng.workbench.entry.views",
    "xinheng.workbench.batches.views",
    "xinheng.workbench.held.views",
)
"""Modules that read the clock of the pages."""


@pytest.fixture(autouse=True)
def workbench_site(settings: Any) -> None:
    settings.ROOT_URLCONF = "workbench.workbench_site"
    settings.XINHENG_SITE = "workbench.workbench_site.site"
    settings.LOGIN_URL = "/workbench/sign-in"
    settings.CSRF_FAILURE_VIEW = "xinheng.web.errors.csrf_failure"
    settings.XINHENG_IDLE_MINUTES = 15
    settings.DEBUG = False
    cache.clear()


@pytest.fixture
def clock(now: datetime, settings: Any) -> Callable[[datetime], None]:
    """Sets the clock of the pages, by the shift the demo uses: time still runs."""
    from datetime import UTC

    def put(moment: datetime) -> None:
        settings.XINHENG_CLOCK_SHIFT = moment - datetime.now(UTC)

    put(now)
    return put


@pytest.fixture
def world(db: None, now: datetime, clock: Any) -> World:
    return furnish(now)


@pytest.fixture
def people(world: World) -> People:
    """Signs people in; a client a person, who stays signed in."""
    return People(PASSWORD)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)
