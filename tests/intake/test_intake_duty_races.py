"""Two people say the same at once: one is entered, the other is told in words."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from intake.cast import PENALTY
from world import World, furnish
from xinheng.intake.door import report_nil, set_duty
from xinheng.intake.models import Duty, NilReport
from xinheng.intake.values.duties import ContactDraft, DutyDraft
from xinheng.kernel.errors import XinhengError

TODAY = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
THREADS = 6


@pytest.fixture
def world(transactional_db: None) -> World:
    return furnish(TODAY)


def duty(world: World) -> DutyDraft:
    posts = (ContactDraft(post="分管副局长"), ContactDraft(post="科长"), ContactDraft(post="信息员"))
    return DutyDraft(world.units["tax"], PENALTY, date(2026, 9, 1), *posts)


def at_once(act: Callable[[], Any]) -> list[str]:
    """What each of those who begin together got: `done`, the code of a refusal, or the name of what nobody expected."""
    barrier, said = Barrier(THREADS), []

    def run() -> None:
        try:
            barrier.wait()
            act()
            said.append("done")
        except XinhengError as refused:
            said.append(refused.code)
        except Exception as error:  # noqa: BLE001 - that is what must not happen
            said.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_a_nil_report_made_by_several_at_once_stands_once(world: World) -> None:
    set_duty(draft=duty(world), actor=world.actor("operator"), now=TODAY)
    actor = world.actor("reporter.tax")
    said = at_once(
        lambda: report_nil(unit_id=world.units["tax"], item=PENALTY, month=date(2026, 10, 1), actor=actor, now=TODAY)
    )
    assert said == ["done", *["intake.nil_twice"] * (THREADS - 1)]
    assert NilReport.objects.count() == 1


def test_a_duty_set_by_several_at_once_stands_once(world: World) -> None:
    actor = world.actor("operator")
    said = at_once(lambda: set_duty(draft=duty(world), actor=actor, now=TODAY))
    assert said == ["done", *["intake.duty_since"] * (THREADS - 1)]
    assert Duty.objects.count() == 1
