"""How stored records stand to repair: for whoever may read them, by their present version and marks, at a bounded cost."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from world import INIT, World, furnish, licence, penalty, publish
from xinheng.catalogue.door import calendar, current_edition, load_edition
from xinheng.catalogue.readers.source import national_content
from xinheng.publicity.door import record_page
from xinheng.records.door import enter, mark, release_correction
from xinheng.records.values import MarkKind, RecordUnknown
from xinheng.repair.door import public_standing, standing_of, standings_of
from xinheng.repair.values import RepairOutcome
from xinheng.subjects.values import SubjectUnknown

TODAY = date(2026, 11, 21)
FIRST, ENDS = date(2027, 2, 10), date(2027, 11, 10)


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)


@pytest.fixture
def fine(world: World, now: datetime) -> int:
    """A fine of 2026-11-10 that the public sees."""
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    return done.record_id


def test_the_unit_and_the_centre_learn_from_which_day_a_fine_can_be_repaired(world: World, fine: int) -> None:
    for login in ("reporter.market", "operator", "auditor"):
        said = standing_of(fine, actor=world.actor(login), on=TODAY)
        assert (said.outcome, said.regime, said.tier) == (RepairOutcome.WAITING, "R2026", "general")
        assert (said.first, said.ends, said.provisional) == (FIRST, ENDS, True)
    assert standing_of(fine, actor=world.actor("operator"), on=FIRST).outcome is RepairOutcome.OPEN
    after = standing_of(fine, actor=world.actor("operator"), on=date(2027, 11, 11))
    assert (after.outcome, after.code) == (RepairOutcome.NOT_NEEDED, "repair.ended")


def test_for_another_department_there_is_no_such_record(world: World, fine: int) -> None:
    with pytest.raises(RecordUnknown):
        standing_of(fine, actor=world.actor("reporter.tax"), on=TODAY)
    with pytest.raises(RecordUnknown):
        standing_of(fine + 1000, actor=world.actor("reporter.tax"), on=TODAY)
    assert standings_of(world.subjects["云禾"], actor=world.actor("reporter.tax"), on=TODAY) == {}
    with pytest.raises(SubjectUnknown):
        standings_of(10_000_000, actor=world.actor("reporter.tax"), on=TODAY)


@pytest.mark.parametrize(
    ("kind", "outcome", "code"),
    [
        (MarkKind.REPAIRED, RepairOutcome.NOT_NEEDED, "repair.repaired"),
        (MarkKind.WITHDRAWN, RepairOutcome.NOT_NEEDED, "repair.withdrawn"),
        (MarkKind.SHIELDED, RepairOutcome.WAITING, "repair.waiting"),
        (MarkKind.CONTESTED, RepairOutcome.WAITING, "repair.waiting"),
    ],
)
def test_a_mark_counts_from_its_first_day(
    world: World, fine: int, now: datetime, kind: MarkKind, outcome: RepairOutcome, code: str
) -> None:
    actor = world.actor("reviewer")
    mark(record_id=fine, kind=kind, reason="依法处理", actor=actor, now=now, on=date(2026, 11, 25))
    before = standing_of(fine, actor=actor, on=date(2026, 11, 24))
    assert before.outcome is RepairOutcome.WAITING
    said = standing_of(fine, actor=actor, on=date(2026, 11, 25))
    assert (said.outcome, said.code) == (outcome, code)


def test_a_corrected_record_stands_as_its_present_version_says(world: World, fine: int, now: datetime) -> None:
    known = penalty(world)
    graver = replace(
        known,
        core=replace(known.core, kinds="罚款;责令停产停业"),
        content={**known.content, "CF_CFLB": "罚款;责令停产停业"},
    )
    release_correction(fact=graver, reason="处罚种类漏报", actor=world.actor("reviewer"), now=now)
    said = standing_of(fine, actor=world.actor("operator"), on=TODAY)
    assert (said.tier, said.first, said.ends) == ("severe", date(2027, 11, 10), date(2029, 11, 10))
    assert "repair.longest" in {reason.code for reason in said.reasons}


def test_a_licence_needs_no_repair(world: World, now: datetime) -> None:
    done = enter(fact=licence(world), actor=world.actor("reporter.market"), now=now)
    said = standing_of(done.record_id, actor=world.actor("operator"), on=TODAY)
    assert (said.outcome, said.code) == (RepairOutcome.NOT_NEEDED, "repair.not_harmful")


def test_what_the_public_sees_stands_as_the_archive_says(world: World, fine: int) -> None:
    page, _ = record_page(fine, on=TODAY)
    shown = public_standing(page.items[0], edition=page.edition, calendar=calendar(), on=TODAY)
    assert shown == standing_of(fine, actor=world.actor("operator"), on=TODAY)


def test_the_records_of_a_subject_cost_the_same_however_many_they_are(world: World, fine: int, now: datetime) -> None:
    subject, actor = world.subjects["云禾"], world.actor("operator")
    standings_of(subject, actor=actor, on=TODAY)

    def cost() -> tuple[int, dict[int, Any]]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = standings_of(subject, actor=actor, on=TODAY)
        return len(captured), found

    one, few = cost()
    for number in range(2, 12):
        fact = penalty(world, number=f"示市监罚〔2026〕{number}号", on=date(2026, 10, number))
        enter(fact=fact, actor=world.actor("reporter.market"), now=now)
    many, all_of_them = cost()
    assert one == many <= 14
    assert list(few) == [fine]
    assert len(all_of_them) == 11
    assert {said.first for said in all_of_them.values()} == {FIRST, *(date(2027, 1, day) for day in range(2, 12))}
    with CaptureQueriesContext(connection) as captured:
        standing_of(fine, actor=actor, on=TODAY)
    assert len(captured) == 5


def test_a_catalogue_of_before_says_that_it_has_no_rules_of_repair(world: World, fine: int, now: datetime) -> None:
    older = {name: part for name, part in national_content().items() if name != "repair"}
    load_edition(region="demo", national=older, actor=INIT, now=now)
    assert current_edition(TODAY).repair is None
    said = standing_of(fine, actor=world.actor("operator"), on=TODAY)
    assert (said.outcome, said.code) == (RepairOutcome.UNDECIDED, "repair.no_rules")
