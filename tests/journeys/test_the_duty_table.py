"""Two departments hand in for three months, with dirt, late rows and corrections; the centre reads the duty table.

What the table says is held against a count made here, from the files as they were handed in and the day each came: by an own, simple
reading of what is wrong with a row and when it was due. Then a program that shares no code with the platform recounts the exports.
"""

import csv
import io
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from intake.cast import PENALTY, as_csv, hand_in, penalty
from intake.cast import load as load_file
from workbench.acts import People
from world import PASSWORD, World, furnish
from xinheng.catalogue.door import current_edition, package_edition
from xinheng.intake import models
from xinheng.intake.door import (
    BEHIND,
    DutyTable,
    MonthState,
    RowsAsked,
    Span,
    duty_table,
    held,
    release,
    report_nil,
    send_back,
    set_duty,
    submissions,
)
from xinheng.intake.values.batches import HeldFilter
from xinheng.intake.values.duties import ContactDraft, DutyDraft
from xinheng.intake.values.errors import NotPossible
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import XinhengError

TODAY = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
OPENED = datetime(2026, 9, 1, 2, tzinfo=UTC)
"""Before the first file came, and so that passwords still hold."""
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
RECOUNT = Path(__file__).parents[2] / "tools" / "recount_duty.py"
NOBODY_WRITES = "无"
HEADS = {each.code: each.name for each in package_edition("demo").item(PENALTY).fields}
"""The heads of the files' columns."""


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.ROOT_URLCONF = "workbench.workbench_site"
    settings.XINHENG_SITE = "workbench.workbench_site.site"
    settings.LOGIN_URL = "/workbench/sign-in"
    settings.XINHENG_CLOCK_SHIFT = TODAY - datetime.now(UTC)
    cache.clear()
    return furnish(OPENED)


def owe(world: World, unit: str, item: str = PENALTY, since: date = SEPTEMBER) -> int:
    """The centre says that a unit owes an item, and which posts answer."""
    posts = (ContactDraft(post="分管副局长"), ContactDraft(login=f"reporter.{unit}"), ContactDraft(post="信息员"))
    draft = DutyDraft(world.units[unit], item, since, *posts)
    return set_duty(draft=draft, actor=world.actor("operator"), now=TODAY).duty_id


def at(day: date) -> datetime:
    """The morning of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


@dataclass
class Diary:
    """What was handed in, as files and days; and what the centre settled, by unit, number and day of the row."""

    world: World
    files: list[tuple[str, date, bytes, str]] = field(default_factory=list)
    released: set[tuple[str, str]] = field(default_factory=set)

    def hand_in(self, unit: str, day: date, rows: list[dict[str, str | None]], reason: str = "") -> None:
        content = as_csv(rows)
        load_file(self.world, content, unit=unit, now=at(day), reason=reason)
        self.files.append((unit, day, content, reason))


def on(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def live(world: World) -> Diary:
    """Three months: clean, late, rejected, held, repeated, resent, corrected and returned rows of two departments."""
    diary = Diary(world)

    def row(number: int, decided: date, unit: str = "market", **changed: str | None) -> Any:
        return penalty(world, number, unit=unit, CF_JDRQ=on(decided), **changed)

    early = date(2026, 9, 7)
    diary.hand_in(
        "market",
        date(2026, 9, 10),
        [
            *(row(n, early) for n in range(1, 6)),
            row(6, date(2026, 8, 10)),
            row(7, early, CF_SY=NOBODY_WRITES),
            row(8, early, CF_NR_FK="20000"),
            row(9, early, CF_NR_FK="20000"),
            row(1, early),
        ],
    )
    # Put right: the rejected one, and once more something that was stored already.
    diary.hand_in("market", date(2026, 9, 15), [row(7, early), row(2, early)])
    diary.hand_in("market", date(2026, 10, 20), [row(3, early, CF_SY="经查，销售三批次不合格商品。")], "事实补充")
    settle(diary, "market", early)
    # October of the tax bureau is never handed in; its September comes dirty, its November late.
    diary.hand_in("tax", date(2026, 9, 9), [row(31, early, "tax"), row(32, early, "tax", CF_SY=NOBODY_WRITES)])
    diary.hand_in("tax", date(2026, 9, 11), [row(32, early, "tax", CF_SY=NOBODY_WRITES), row(33, early, "tax")])
    diary.hand_in("tax", date(2026, 11, 19), [row(32, early, "tax"), row(34, date(2026, 11, 2), "tax")])
    return diary


def settle(diary: Diary, unit: str, decided: date) -> None:
    """The reviewer releases the first held row and sends the second back; the unit sends that one again, as it should be."""
    world = diary.world
    first, second = held(world.actor("reviewer"), HeldFilter(unit_id=world.units[unit])).items
    release(held_id=first.id, reason="已核对原件", actor=world.actor("reviewer"), now=at(date(2026, 10, 12)))
    send_back(held_id=second.id, reason="金额单位有误", actor=world.actor("operator"), now=at(date(2026, 10, 12)))
    diary.released.add((unit, "示市监罚〔2026〕8号"))
    diary.hand_in(unit, date(2026, 10, 13), [penalty(world, 9, unit=unit, CF_JDRQ=on(decided))])


# --- the count of our own --------------------------------------------------------------------------

HOLIDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}


def due(decided: date) -> date:
    """The seventh working day after a decision, counted on the fingers."""
    day, left = decided, 7
    while left:
        day += timedelta(days=1)
        left -= (day.weekday() < 5 or day in WORKED) and day not in HOLIDAYS
    return day


def counted(diary: Diary) -> dict[tuple[str, str], Counter[str]]:
    """The figures by unit and month of receipt, from the files and nothing else."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    stored: dict[tuple[str, str], str] = {}
    # Rows to put right, by unit and number: the cells of those not accepted yet.
    waiting: dict[tuple[str, str], list[Counter[str]]] = defaultdict(list)

    def receive(cell: Counter[str], day: date, decided: date) -> None:
        cell["fresh"] += 1
        cell["timely" if day <= due(decided) else "late"] += 1

    for unit, day, content, reason in diary.files:
        cell, here = found[unit, f"{day:%Y-%m}"], set()
        for row in csv.DictReader(io.StringIO(content.decode())):
            number, whole = row[HEADS["CF_WSH"]], "|".join(row.values())
            key, decided = (unit, number), date(*map(int, row[HEADS["CF_JDRQ"]].split("/")))
            cell["rows"] += 1
            new = not waiting[key] and key not in stored
            if number in here:
                cell["repeated"] += 1
                cell["first"] += 1
                continue
            here.add(number)
            if row[HEADS["CF_SY"]] == NOBODY_WRITES or row[HEADS["CF_NR_FK"]] == "20000":
                cell["bad"] += 1
                cell["first"] += new
                if row[HEADS["CF_SY"]] == NOBODY_WRITES:
                    cell["rejected"] += 1
                else:
                    cell["held"] += 1
                if key in diary.released:
                    cell["corrected"] += 1
                    stored[key] = whole
                    receive(cell, day, decided)
                else:
                    waiting[key].append(cell)
                continue
            for bad in waiting.pop(key, []):
                bad["corrected"] += 1
            cell["first"] += new
            if key not in stored:
                cell["passed"] += new
                receive(cell, day, decided)
            elif stored[key] == whole:
                cell["unchanged"] += 1
            else:
                assert reason
                cell["changes"] += 1
            stored[key] = whole
    return found


# --- the journey -----------------------------------------------------------------------------------


def table_of(world: World, login: str = "operator") -> DutyTable:
    today = legal_date(TODAY)
    return duty_table(world.actor(login), Span(SEPTEMBER, NOVEMBER), edition=current_edition(today), on=today)


def test_every_figure_is_what_a_count_of_the_files_says(world: World) -> None:
    for unit in ("market", "tax"):
        owe(world, unit)
    expected = counted(live(world))
    table = table_of(world)
    names = {world.units[unit]: unit for unit in ("market", "tax")}
    for (unit_id, _item, month), cell in table.cells.items():
        wanted = expected.get((names[unit_id], f"{month:%Y-%m}"), Counter())
        said = {name: getattr(cell.figures, name) for name in cell.figures.__slots__ if getattr(cell.figures, name)}
        assert said == {name: count for name, count in wanted.items() if count}, (names[unit_id], month)
    assert table.total().rows == sum(cell["rows"] for cell in expected.values()) == 20
    market = table.total(unit_id=world.units["market"])
    assert (market.late, market.corrected, market.bad, market.changes) == (2, 3, 3, 1)
    assert market.corrected_ratio == 1.0


def test_a_month_without_a_row_and_without_a_nil_report_is_missing_once_its_days_are_over(world: World) -> None:
    owe(world, "tax")
    owe(world, "market", since=OCTOBER)
    live(world)
    table = table_of(world)
    states = {
        (unit, month.month): table.cells[world.units[unit], PENALTY, month].state
        for unit in ("tax", "market")
        for month in table.months
    }
    assert states["tax", 10] is MonthState.MISSING
    assert states["market", 9] is MonthState.BEFORE
    assert {states["tax", 9], states["tax", 11], states["market", 10]} == {MonthState.REPORTED}
    # November is not over: nothing is missing yet.
    assert states["market", 11] is MonthState.OPEN
    assert [(cell.unit_id, cell.month) for cell in table.missing] == [(world.units["tax"], OCTOBER)]


def test_a_nil_report_fills_the_month_and_a_later_row_of_it_contradicts(world: World) -> None:
    owe(world, "tax")
    reporter = world.actor("reporter.tax")
    nil: dict[str, Any] = {"unit_id": world.units["tax"], "item": PENALTY, "actor": reporter}
    report_nil(month=OCTOBER, now=TODAY, **nil)
    place = (world.units["tax"], PENALTY, OCTOBER)
    assert table_of(world).cells[place].state is MonthState.NIL
    load_file(world, as_csv([penalty(world, 40, unit="tax", CF_JDRQ="2026/10/29")]), unit="tax", now=TODAY)
    assert table_of(world).cells[place].state is MonthState.CONTRADICTED
    for month, moment in ((OCTOBER, TODAY), (NOVEMBER, TODAY), (date(2026, 8, 1), TODAY)):
        with pytest.raises(XinhengError):
            report_nil(month=month, now=moment, **nil)
    with pytest.raises(NotPossible):
        report_nil(month=SEPTEMBER, now=TODAY, **{**nil, "actor": world.actor("reporter.market")})


def test_each_figure_opens_exactly_its_rows_and_a_department_sees_only_its_own(world: World) -> None:
    for unit in ("market", "tax"):
        owe(world, unit)
    live(world)
    for login in ("operator", "reporter.market", "reporter.tax", "auditor"):
        actor, table = world.actor(login), table_of(world, login)
        for unit_id, item, month in table.cells:
            figures = table.total(unit_id=unit_id, item=item, month=month)
            for name in BEHIND:
                wanted = {"uncorrected": figures.bad - figures.corrected, "dated": figures.timely + figures.late}
                page = submissions(actor, RowsAsked(Span(month, month, unit_id, item), name, limit=200))
                assert len(page.items) == wanted.get(name, getattr(figures, name, None)), (name, month)
    own = table_of(world, "reporter.tax")
    assert {unit for unit, _, _ in own.cells} == {world.units["tax"]}
    assert [duty.unit_id for duty in own.duties] == [world.units["tax"]]
    foreign = RowsAsked(Span(SEPTEMBER, NOVEMBER, world.units["market"]))
    assert submissions(world.actor("reporter.tax"), foreign).items == ()


def text_of(client: Client, address: str) -> str:
    answer = client.get(f"/workbench/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return b"".join(answer).decode("utf-8-sig")


def recounted(folder: Path, client: Client, asked: str) -> subprocess.CompletedProcess[str]:
    """What the small program says of the two exports."""
    paths = []
    for name in ("rows", "figures"):
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text_of(client, f"duty/{name}.csv?{asked}"), encoding="utf-8")
    return subprocess.run([sys.executable, str(RECOUNT), *map(str, paths)], capture_output=True, text=True, check=False)


def test_the_exports_can_be_recounted_by_a_program_of_its_own(world: World, tmp_path: Path) -> None:
    for unit in ("market", "tax"):
        owe(world, unit)
    live(world)
    people, asked = People(PASSWORD), "from=2026-09&to=2026-11"
    for login in ("operator", "reporter.market"):
        done = recounted(tmp_path, people[login], asked)
        assert (done.returncode, done.stdout.strip().endswith("all agree")) == (0, True), done.stdout + done.stderr
    # The last ones were the department's: nothing of another unit is in them.
    for name in ("rows", "figures"):
        assert world.unit_codes["tax"] not in (tmp_path / f"{name}.csv").read_text(encoding="utf-8")
    figures = tmp_path / "figures.csv"
    figures.write_text(figures.read_text().replace(",reported", ",missing", 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(RECOUNT), str(tmp_path / "rows.csv"), str(figures)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is missing in the table, reported by the rows" in done.stdout


def test_the_sums_of_a_batch_are_those_of_its_rows(world: World) -> None:
    live(world)
    batches = models.Batch.objects.filter(state="loaded")
    assert batches.count() == 7
    for batch in batches:
        rows = models.Submission.objects.filter(batch=batch)
        by_rows = Counter(rows.values_list("outcome", flat=True))
        by_sums: Counter[str] = Counter()
        for outcome, count in models.Tally.objects.filter(batch=batch).values_list("outcome", "rows"):
            by_sums[outcome] += count
        assert by_rows == by_sums
        assert rows.count() == batch.rows


def test_rows_of_a_file_that_is_not_loaded_count_nowhere(world: World) -> None:
    owe(world, "market")
    batch = hand_in(world, as_csv([penalty(world, 1)]))
    models.Submission.objects.create(
        batch_id=batch,
        row=2,
        unit_id=world.units["market"],
        item=PENALTY,
        received_on=date(2026, 11, 21),
        provisional=False,
        outcome="rejected",
        number_code=b"",
        number_name=b"",
    )
    assert table_of(world).total().rows == 0
    assert submissions(world.actor("operator"), RowsAsked(Span(NOVEMBER, NOVEMBER))).items == ()
