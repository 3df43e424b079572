"""Facts enter the archive once, corrections add, nothing is overwritten, and harm needs a document and a permit."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from hands import sql
from world import World, furnish, licence, penalty
from xinheng.ledger.door import entries, sequence
from xinheng.ledger.values import NotAllowed
from xinheng.records import models
from xinheng.records.door import Asked, archive, enter, mark, record
from xinheng.records.values import MarkKind, NotEntered, RecordUnknown, Standing


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)


def test_a_fact_becomes_a_record_with_one_version_and_one_entry(world: World, now: datetime) -> None:
    sequence()
    before = entries(limit=10_000)[-1].number
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    sequence()
    assert done.standing is Standing.NEW
    fresh = entries(after=before)
    assert [(entry.header.operation, entry.table, entry.row_id) for entry in fresh] == [
        ("records.entered", "records.version/1", done.version_id)
    ]


def test_the_same_fact_again_changes_nothing(world: World, now: datetime) -> None:
    actor = world.actor("reporter.market")
    first = enter(fact=penalty(world), actor=actor, now=now)
    again = enter(fact=penalty(world), actor=actor, now=now)
    assert (again.standing, again.version_id) == (Standing.UNCHANGED, first.version_id)
    assert models.Version.objects.count() == 1


def test_other_content_needs_a_reason(world: World, now: datetime) -> None:
    actor = world.actor("reporter.market")
    enter(fact=penalty(world), actor=actor, now=now)
    assert enter(fact=penalty(world, amount=600_000), actor=actor, now=now).standing is Standing.NEEDS_REASON
    assert models.Version.objects.count() == 1


def test_a_correction_adds_a_version_and_keeps_the_old_one(world: World, now: datetime) -> None:
    actor = world.actor("reporter.market")
    first = enter(fact=penalty(world), actor=actor, now=now)
    done = enter(fact=penalty(world, amount=600_000), reason="金额录入有误", actor=actor, now=now)
    assert done.standing is Standing.CORRECTION
    kept = record(first.record_id, actor=actor)
    assert [version.core.amount_cents for version in (kept.current, *kept.earlier)] == [600_000, 500_000]
    assert kept.current.reason == "金额录入有误"


@pytest.mark.parametrize("change", [{"amount": 600_000}, {}])
def test_a_weighty_correction_of_shown_harm_waits_for_the_reviewer(
    world: World, now: datetime, change: dict[str, int]
) -> None:
    actor = world.actor("reporter.market")
    enter(fact=penalty(world), actor=actor, now=now)
    fact = penalty(world, **change)
    if not change:
        fact = replace(fact, content={**fact.content, "BZ": "补充说明"})
    done = enter(fact=fact, reason="更正", published_harm=True, actor=actor, now=now)
    assert done.standing is (Standing.NEEDS_REVIEW if change else Standing.CORRECTION)


def test_harm_without_document_date_or_permit_is_refused_and_leaves_nothing(world: World, now: datetime) -> None:
    fact, actor = penalty(world), world.actor("reporter.market")
    early = replace(fact.core, act_date=date(1990, 1, 1))
    for broken in (
        replace(fact, core=replace(fact.core, document_number=" ")),
        replace(fact, core=replace(fact.core, document_number="\u3000\u200b\ufeff")),
        replace(fact, core=replace(fact.core, act_date=date(2026, 11, 22))),
        replace(fact, core=replace(fact.core, act_date=None)),
        replace(fact, permit=None),
        replace(fact, core=early),
    ):
        with pytest.raises(NotEntered):
            enter(fact=broken, actor=actor, now=now)
    assert models.Record.objects.count() == models.Version.objects.count() == 0


RAW = (
    "INSERT INTO records_version (record_id, seq, item, polarity, subject_id, subject_kind, unit_id, authority_name, "
    "authority_code, source_name, source_code, document_title, document_number, act_date, kinds, state, content, "
    "content_hash, blocks, reason, received_at, permit_id, permit_rank, permit_from, permit_to, run_id, run_index) "
    "SELECT record_id, 99, item, {polarity}, subject_id, subject_kind, unit_id, authority_name, authority_code, "
    "source_name, source_code, document_title, {document}, {act}, kinds, state, content, content_hash, blocks, "
    "reason, received_at, {permit}, permit_rank, permit_from, permit_to, {run}, run_index FROM records_version"
)
WHOLE = {
    "polarity": "polarity",
    "document": "document_number",
    "permit": "permit_id",
    "act": "act_date",
    "run": "run_id",
}


@pytest.mark.parametrize(
    "broken",
    [
        {"document": "''"},
        {"document": "'\u3000'"},
        {"document": "'\t\t'"},
        {"document": "'\u200b\u2060\ufeff'"},
        {"act": "'2027-01-01'"},
        {"act": "'2026-11-22'"},
        {"run": "987654"},
        {"permit": "NULL"},
        {"permit": "99999"},
        {"polarity": "'neutral'"},
        {"polarity": "'good'"},
    ],
    ids=ascii,
)
def test_the_database_refuses_harm_without_document_or_permit_by_raw_insert(
    world: World, now: datetime, broken: dict[str, str]
) -> None:
    enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(RAW.format(**{**WHOLE, **broken}))
    assert models.Version.objects.count() == 1


def test_the_database_takes_the_same_raw_row_when_it_is_whole(world: World, now: datetime) -> None:
    enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    sql(RAW.format(**WHOLE))
    assert models.Version.objects.count() == 2


@pytest.mark.parametrize("login", ["auditor", "reviewer"])
def test_who_may_not_enter_is_refused(world: World, now: datetime, login: str) -> None:
    with pytest.raises(NotAllowed):
        enter(fact=penalty(world), actor=world.actor(login), now=now)
    assert models.Record.objects.count() == 0


def test_an_archive_is_read_as_of_a_ledger_number(world: World, now: datetime) -> None:
    actor = world.actor("reporter.market")
    enter(fact=penalty(world), actor=actor, now=now)
    sequence()
    known = entries(limit=10_000)[-1].number
    enter(fact=penalty(world, amount=600_000), reason="更正", actor=actor, now=now + timedelta(days=1))
    sequence()
    subject = [world.subjects["云禾"]]
    then = archive(subject, Asked(known_at=known), actor=actor)
    today = archive(subject, Asked(), actor=actor)
    assert [found.current.core.amount_cents for found in then] == [500_000]
    assert [found.current.core.amount_cents for found in today] == [600_000]
    assert archive(subject, Asked(known_at=known - 1), actor=actor) == ()


def test_an_archive_is_read_as_of_a_day(world: World, now: datetime) -> None:
    actor = world.actor("reporter.market")
    enter(fact=licence(world), actor=actor, now=now)
    subject = [world.subjects["清岚"]]
    days = [date(2026, 11, 9), date(2026, 11, 10), date(2027, 11, 9), date(2027, 11, 10)]
    assert [len(archive(subject, Asked(on=day), actor=actor)) for day in days] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("login", "seen"), [("reporter.market", 1), ("reporter.tax", 0), ("operator", 1), ("auditor", 1)]
)
def test_a_department_reads_its_own_records_only(world: World, now: datetime, login: str, seen: int) -> None:
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    actor = world.actor(login)
    assert len(archive([world.subjects["云禾"]], Asked(), actor=actor)) == seen
    if not seen:
        with pytest.raises(RecordUnknown):
            record(done.record_id, actor=actor)


def test_a_mark_is_entered_and_only_by_those_who_may(world: World, now: datetime) -> None:
    done = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    arguments = {
        "record_id": done.record_id,
        "kind": MarkKind.WITHDRAWN,
        "reason": "处罚决定被撤销",
        "on": date(2026, 11, 21),
    }
    with pytest.raises(RecordUnknown):
        mark(**arguments, actor=world.actor("reporter.tax"), now=now)
    mark(**arguments, actor=world.actor("reporter.market"), now=now)
    assert [found.kind for found in record(done.record_id, actor=world.actor("operator")).marks] == [MarkKind.WITHDRAWN]
