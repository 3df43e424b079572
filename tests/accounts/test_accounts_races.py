"""Two at once: the database answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from xinheng.accounts.door import actor_by_login, grant_role, install, sign_in
from xinheng.accounts.values import InstallPlan, PersonSeed, Role, UnitKind, UnitSeed
from xinheng.kernel.actor import system
from xinheng.kernel.errors import XinhengError

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def centre(transactional_db: None, code_of: Any) -> None:
    """A centre with a security administrator and somebody without a role."""
    code = code_of(1)
    people = (
        PersonSeed("secadmin", "安管乙", code, (Role.SECURITY_ADMIN,), "Lan-Tian-2026", must_change=False),
        PersonSeed("plain", "无角壬", code, (), "Lan-Tian-2026", must_change=False),
    )
    units = (UnitSeed(code, "示例区社会信用中心", UnitKind.CREDIT_CENTRE),)
    install(plan=InstallPlan(units, people), actor=system("init", "accounts.install"), now=NOW)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do all in threads that start together; the code of each one's error, or `done`."""
    barrier, outcomes = Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except XinhengError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connections["default"].ensure_connection()
    return sorted(outcomes)


def test_attempts_side_by_side_are_no_way_past_the_limit(centre: None, ledger: Any) -> None:
    outcomes = at_once(*[lambda: sign_in(login="plain", password="wrong", now=NOW)] * 8)
    assert outcomes == ["accounts.sign_in_refused"] * 8
    failures = sorted(entry["failure"] for entry in ledger("accounts.sign_in_refused"))
    assert failures == ["locked"] * 3 + ["wrong_password"] * 5


def test_two_grants_side_by_side_do_not_add_up_to_what_neither_may_be(centre: None) -> None:
    actor = actor_by_login("secadmin", NOW)
    person_id = actor_by_login("plain", NOW).id
    assert person_id is not None
    roles = (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)
    acts = [(lambda role=role: grant_role(person_id=person_id, role=role, actor=actor, now=NOW)) for role in roles]
    assert at_once(*acts) == ["accounts.separation", "done"]
    assert len(actor_by_login("plain", NOW).roles) == 1
