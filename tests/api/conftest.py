"""The API's cast: the market bureau's system and the tax bureau's, each with a token; the clock at the world's moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from api.calling import Caller
from world import World, furnish
from xinheng.accounts.door import TokenDraft, grant_role, issue_token, open_person, scope_words
from xinheng.accounts.values import PersonDraft, PersonKind, Role
from xinheng.api.gate import RATE
from xinheng.kernel.actor import system
from xinheng.publicity.queries import open_data

OFFICE = system("init", "accounts.manage_people", "accounts.grant_roles", "accounts.manage_tokens")
Issue = Callable[..., Caller]


@pytest.fixture(autouse=True)
def full_buckets() -> None:
    RATE.forget()
    cache.clear()


@pytest.fixture
def one_connection(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For requests that come through WSGI: their end does not close the connection the test's transaction is on."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def world(db: None, now: datetime, settings: Any) -> World:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    return furnish(now)


def service_of(world: World, unit: str) -> int:
    """The service account of a unit, with its role."""
    draft = PersonDraft(f"system.{unit}", "业务系统", world.units[unit], PersonKind.SERVICE)
    opened = open_person(person=draft, actor=OFFICE, now=world.now).person_id
    grant_role(person_id=opened, role=Role.UNIT_SERVICE, actor=OFFICE, now=world.now)
    return opened


@pytest.fixture
def own_open_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder of open data for this test alone."""
    monkeypatch.setattr(open_data, "home", lambda: tmp_path / "open-data")


@pytest.fixture
def issue(world: World) -> Issue:
    """A caller with a new token of a unit's system."""
    services: dict[str, int] = {}

    def caller(unit: str = "market", *scopes: str, items: tuple[str, ...] = ()) -> Caller:
        if unit not in services:
            services[unit] = service_of(world, unit)
        wanted = scopes or tuple(scope_words())
        draft = TokenDraft(services[unit], "测试", wanted, world.now + timedelta(days=90), items)
        return Caller(issue_token(token=draft, actor=OFFICE, now=world.now).token)

    return caller


@pytest.fixture
def market(issue: Issue) -> Caller:
    return issue("market")


@pytest.fixture
def tax(issue: Issue) -> Caller:
    return issue("tax")


@pytest.fixture
def anybody(world: World) -> Caller:
    return Caller("")
