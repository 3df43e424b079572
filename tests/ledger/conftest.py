"""A small ledger to look at: two units and a person, each opened by an operation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from xinheng.accounts.door import install, open_unit
from xinheng.accounts.values import InstallPlan, PersonSeed, Role, UnitDraft, UnitKind, UnitSeed
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.identifiers import uscc
from xinheng.ledger.door import checkpoint, prove

INIT = system("init", "accounts.install", "accounts.manage_units", "ledger.read")


def code(number: int) -> str:
    """A synthetic unit code in a division that does not exist."""
    body = f"11990101MB{number:06d}"
    body = body + orgcode_check(body[8:])
    return body + uscc.check_digit(body)


def orgcode_check(body: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(char, 36) for weight, char in zip(weights, body, strict=True))
    return "0" if (c := 11 - total % 11) == 11 else "X" if c == 10 else str(c)


@dataclass(frozen=True)
class House:
    """What was opened."""

    actor: Actor
    centre: str
    market: str


@pytest.fixture
def house(db: None, now: datetime) -> House:
    """A credit centre and a department, entered in one run."""
    return furnish(now)


def furnish(now: datetime) -> House:
    """Open the units and one person."""
    centre, market = code(1), code(2)
    plan = InstallPlan(
        units=(
            UnitSeed(code=centre, name="示例区信用中心", kind=UnitKind.CREDIT_CENTRE, parent_code=None),
            UnitSeed(code=market, name="示例区市场监管局", kind=UnitKind.DEPARTMENT, parent_code=centre),
        ),
        people=(
            PersonSeed(login="reporter1", name="填报员甲", unit_code=market, roles=(Role.REPORTER,), password=None),
        ),
    )
    install(plan=plan, actor=INIT, now=now)
    return House(INIT, centre, market)


@pytest.fixture
def proved(house: House, now: datetime, tmp_path: Path) -> tuple[Any, str]:
    """A proof of the last entry, and a checkpoint from before it."""
    earlier = checkpoint(now=now, folder=tmp_path)
    unit = UnitDraft(code=code(9), name="示例区税务局", kind=UnitKind.DEPARTMENT, parent_id=None)
    open_unit(unit=unit, actor=house.actor, now=now + timedelta(seconds=1))
    newer = checkpoint(now=now + timedelta(seconds=2), folder=tmp_path)
    return prove(newer.size, earlier_size=earlier.size, newer=newer), earlier.text
