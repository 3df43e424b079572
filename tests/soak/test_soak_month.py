"""A month of thirty departments and two hundred files, day by day; every figure of the duty table is what a count of our own says."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from intake.cast import LICENCE, PENALTY, as_csv, assert_sound
from intake.cast import load as load_file
from soak.month import BAD, FILES, FIRST, LAST, File, Kind, counted, departments, month
from soak.results import Stopwatch, note
from workbench.acts import People
from world import INIT, PASSWORD, World, furnish
from xinheng.accounts.door import install, unit_by_code
from xinheng.accounts.values import InstallPlan, PersonSeed, Role, UnitKind, UnitSeed
from xinheng.catalogue.door import current_edition
from xinheng.intake.door import MonthState, Span, duty_table, held, held_row, release, report_nil, send_back, set_duty
from xinheng.intake.values.batches import HeldFilter, HeldKind
from xinheng.intake.values.duties import ContactDraft, DutyDraft
from xinheng.kernel.dates import legal_date

SEED = int(os.environ.get("XINHENG_SOAK_SEED", "20261031"))
NUMBER = int(os.environ.get("XINHENG_SOAK_FILES", str(FILES)))
OPENED = datetime(2026, 9, 1, 2, tzinfo=UTC)
READ = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
SETTLED = datetime(2026, 11, 12, 3, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
RECOUNT = Path(__file__).parents[2] / "tools" / "recount_duty.py"


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_every_figure_of_a_month_is_what_an_independent_count_says(settings: Any, tmp_path: Path) -> None:
    settings.XINHENG_CLOCK_SHIFT = READ - datetime.now(UTC)
    cache.clear()
    watch, world = Stopwatch(), furnish(OPENED)
    codes = dict(departments())
    appoint(world, codes)
    files = list(month(SEED, codes, NUMBER))
    for file in files:
        moment = datetime(file.day.year, file.day.month, file.day.day, 3, tzinfo=UTC)
        content = as_csv([row.cells for row in file.rows], file.item)
        load_file(world, content, unit=file.unit, item=file.item, now=moment, reason=file.reason)
    released = settle(world, files)
    nil = sorted(codes)[-1]
    report_nil(unit_id=world.units[nil], item=PENALTY, month=OCTOBER, actor=world.actor(f"reporter.{nil}"), now=READ)
    compare(world, codes, counted(files, released), nil)
    recount(world, tmp_path)
    assert_sound()
    kinds = Counter(row.kind for file in files for row in file.rows)
    rows = sum(kinds.values())
    assert all(kinds[kind] for kind in Kind), kinds
    bad = sum(kinds[kind] for kind in BAD)
    note("month", rows, f"{len(codes)} departments, {len(files)} files, {bad} bad rows: every figure agrees", watch)


def appoint(world: World, codes: dict[str, str]) -> None:
    """The departments with a reporter each, and what each owes."""
    centre = world.unit_codes["credit-centre"]
    units = tuple(UnitSeed(code, f"示例区单位{key}", UnitKind.DEPARTMENT, None) for key, code in codes.items())
    people = tuple(
        PersonSeed(f"reporter.{key}", f"填报员{key}", code, (Role.REPORTER,), PASSWORD, must_change=False)
        for key, code in codes.items()
    )
    assert centre
    install(plan=InstallPlan(units, people), actor=INIT, now=OPENED)
    operator = world.actor("operator")
    for key, code in codes.items():
        world.units[key], world.unit_codes[key] = unit_by_code(code).id, code
        for item in (PENALTY, LICENCE):
            posts = (
                ContactDraft(post="分管副局长"),
                ContactDraft(login=f"reporter.{key}"),
                ContactDraft(post="信息员"),
            )
            set_duty(draft=DutyDraft(world.units[key], item, FIRST, *posts), actor=operator, now=OPENED)


def settle(world: World, files: list[File]) -> set[tuple[str, str, int]]:
    """Of the rows that still wait for a check, the reviewer lets every third through; another third goes back."""
    reviewer, operator, released = world.actor("reviewer"), world.actor("operator"), set()
    waiting = []
    for unit_id in {world.units[file.unit] for file in files}:
        waiting += held(reviewer, HeldFilter(unit_id=unit_id, kind=HeldKind.CHECK, limit=200)).items
    places = {world.units[file.unit]: file.unit for file in files}
    found: dict[tuple[str, str, int], int] = {}
    for file in files:
        for row in file.rows:
            if row.kind is Kind.CLEAN:
                found.pop((file.unit, file.item, row.number), None)
            elif row.kind is Kind.DOUBTFUL:
                found[file.unit, file.item, row.number] = 1
    for index, view in enumerate(sorted(waiting, key=lambda each: each.id)):
        number = number_of(world, view.id)
        key = (places[view.unit_id], view.item, number)
        if index % 3 == 0 and key in found:
            release(held_id=view.id, reason="已核对原件", actor=reviewer, now=SETTLED)
            released.add(key)
        elif index % 3 == 1:
            send_back(held_id=view.id, reason="金额单位有误", actor=operator, now=SETTLED)
    return released


def number_of(world: World, held_id: int) -> int:
    """The number in the document number of a row that waits."""
    text = held_row(held_id, world.actor("reviewer"), on=legal_date(SETTLED)).values["CF_WSH"]
    return int(text.partition("〕")[2].removesuffix("号"))


def compare(world: World, codes: dict[str, str], expected: dict[tuple[str, str], Counter[str]], nil: str) -> None:
    """Hold every cell of the table, and where its month stands, against the count."""
    today = legal_date(READ)
    table = duty_table(world.actor("operator"), Span(OCTOBER, OCTOBER), edition=current_edition(today), on=today)
    names = {world.units[key]: key for key in codes}
    seen = set()
    for (unit_id, item, at), cell in table.cells.items():
        if unit_id not in names:
            continue
        place = (names[unit_id], item)
        seen.add(place)
        wanted = {name: count for name, count in expected.get(place, Counter()).items() if count}
        said = {name: getattr(cell.figures, name) for name in cell.figures.__slots__ if getattr(cell.figures, name)}
        assert said == wanted, (place, at)
        state = MonthState.REPORTED if place in expected else MonthState.MISSING
        assert cell.state is (MonthState.NIL if place == (nil, PENALTY) else state), place
    assert seen == {(key, item) for key in codes for item in (PENALTY, LICENCE)}
    assert (table.total().rows, LAST.month) == (sum(cell["rows"] for cell in expected.values()), OCTOBER.month)


def recount(world: World, folder: Path) -> None:
    """The exports, recounted by the program that shares no code with the platform."""
    client, paths = People(PASSWORD)["operator"], []
    for name in ("rows", "figures"):
        answer = client.get(f"/workbench/duty/{name}.csv?from=2026-10&to=2026-10")
        paths.append(folder / f"{name}.csv")
        paths[-1].write_bytes(b"".join(answer))
    done = subprocess.run([sys.executable, str(RECOUNT), *map(str, paths)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip().endswith("all agree")) == (0, True), done.stdout + done.stderr
    assert world.now == OPENED
