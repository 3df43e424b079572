"""A small district: its units, and one person for each role. Everything is made by operations."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import ScryptPasswordHasher

from xinheng.accounts.door import actor_by_login, install, unit_by_code
from xinheng.accounts.operations import hashing
from xinheng.accounts.values import InstallPlan, PersonKind, PersonSeed, Role, Unit, UnitKind, UnitSeed
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.errors import XinhengError
from xinheng.kernel.identifiers import orgcode, uscc
from xinheng.ledger.door import runs_after, sequence

INIT = system("init", "accounts.install")
PASSWORD = "Lan-Tian-2026"
"""Everybody's password on the first day."""


def unit_code(number: int) -> str:
    """A valid code of a public body in a division that does not exist."""
    organisation = f"{number:08d}"
    body = f"11990101{organisation}{orgcode.check_character(organisation)}"
    return body + uscc.check_digit(body)


GOVERNMENT, CENTRE, MARKET, STATION, TRANSPORT = (unit_code(number) for number in range(1, 6))

UNITS = (
    UnitSeed(GOVERNMENT, "示例区人民政府", UnitKind.GOVERNMENT),
    UnitSeed(CENTRE, "示例区社会信用中心", UnitKind.CREDIT_CENTRE, GOVERNMENT, "示例路1号", "000-12345678"),
    UnitSeed(MARKET, "示例区市场监督管理局", UnitKind.DEPARTMENT, GOVERNMENT),
    UnitSeed(STATION, "示例区市场监督管理局东街所", UnitKind.DEPARTMENT, MARKET),
    UnitSeed(TRANSPORT, "示例区交通运输局", UnitKind.DEPARTMENT, GOVERNMENT),
)


def _seed(login: str, name: str, unit: str, *roles: Role) -> PersonSeed:
    return PersonSeed(login, name, unit, roles, PASSWORD, must_change=False)


PEOPLE = (
    _seed("sysadmin", "系管甲", CENTRE, Role.SYSTEM_ADMIN),
    _seed("secadmin", "安管乙", CENTRE, Role.SECURITY_ADMIN),
    _seed("audadmin", "审管丙", CENTRE, Role.AUDIT_ADMIN),
    _seed("auditor", "审计丁", GOVERNMENT, Role.AUDITOR),
    _seed("operator", "业务戊", CENTRE, Role.CENTRE_OPERATOR),
    _seed("reviewer", "复核己", CENTRE, Role.REVIEWER),
    _seed("market", "填报庚", MARKET, Role.REPORTER, Role.INSPECTOR),
    _seed("transport", "填报辛", TRANSPORT, Role.REPORTER),
    _seed("plain", "无角壬", MARKET),
    PersonSeed("console", "命令行", CENTRE, (Role.CONSOLE_SERVICE,), kind=PersonKind.SERVICE),
)


@dataclass(frozen=True)
class District:
    """The district on the day of `now`."""

    now: datetime

    def actor(self, login: str, at: datetime | None = None) -> Actor:
        """The actor of a login."""
        return actor_by_login(login, at or self.now)

    def id(self, login: str) -> int:
        """The id of an account in force."""
        found = self.actor(login).id
        assert found is not None
        return found

    def unit(self, code: str) -> Unit:
        """A unit by code."""
        return unit_by_code(code)


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same algorithm with the least work: what is tested is not how dear it is."""
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2)
    monkeypatch.setattr(ScryptPasswordHasher, "parallelism", 1)
    hashing._decoy.cache_clear()
    yield
    hashing._decoy.cache_clear()


@pytest.fixture
def district(db: None, now: datetime) -> District:
    """All units and people, made by `install`."""
    install(plan=InstallPlan(UNITS, PEOPLE), actor=INIT, now=now)
    return District(now)


@pytest.fixture
def ledger() -> Callable[..., list[dict[str, Any]]]:
    """The payloads of all entries of an operation, oldest first; without a code, those of every operation."""

    def read(code: str | None = None) -> list[dict[str, Any]]:
        sequence()
        runs = runs_after(0, limit=1000)
        return [json.loads(run.header.payload) for run in runs if code in (None, run.header.operation)]

    return read


@pytest.fixture
def refused() -> Callable[..., AbstractContextManager[pytest.ExceptionInfo[XinhengError]]]:
    """A block that must raise an error with this code and leave every row of accounts and ledger as it was."""

    def state() -> list[list[tuple[Any, ...]]]:
        models = [*apps.get_app_config("accounts").get_models(), *apps.get_app_config("ledger").get_models()]
        return [sorted(model._base_manager.values_list(), key=repr) for model in models]

    @contextmanager
    def check(code: str) -> Iterator[pytest.ExceptionInfo[XinhengError]]:
        before = state()
        with pytest.raises(XinhengError) as caught:
            yield caught
        assert caught.value.code == code
        assert state() == before

    return check


@pytest.fixture
def code_of() -> Callable[[int], str]:
    """The code of the district's n-th unit; six and more are free."""
    return unit_code
