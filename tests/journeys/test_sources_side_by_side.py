"""The centre looks at the whole archive: who is covered by records, how complete archives are, what units say differently."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.cast import LICENCE, as_csv, licence, penalty, person, resident_number
from intake.cast import load as load_file
from workbench.acts import People
from world import PASSWORD, World, furnish
from xinheng.intake import models
from xinheng.intake.batch.survey import survey
from xinheng.intake.door import (
    ContradictionFilter,
    Datum,
    Dimension,
    contradictions,
    latest_survey,
    note_contradiction,
)
from xinheng.intake.values.duties import ContradictionState
from xinheng.ledger.door import sequence
from xinheng.subjects.door import merge

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.ROOT_URLCONF = "workbench.workbench_site"
    settings.XINHENG_SITE = "workbench.workbench_site.site"
    settings.LOGIN_URL = "/workbench/sign-in"
    settings.XINHENG_CLOCK_SHIFT = NOW - datetime.now(UTC)
    cache.clear()
    return furnish(NOW)


def disagree(world: World) -> None:
    """Market and tax hand in the same decision about one firm with another amount, name of the firm and representative."""
    load_file(world, as_csv([penalty(world, 1), penalty(world, 2)]))
    other = penalty(
        world,
        1,
        unit="tax",
        CF_NR_FK="0.7",
        CF_NR="处以罚款人民币7000元。",
        CF_FRDB="乙某某",
        CF_XDR_MC="示例区晓岚壹号贸易有限公司",
        CF_JDRQ="2026/11/16",
    )
    load_file(world, as_csv([other]), unit="tax")
    survey(NOW)


def found(world: World, login: str = "operator", **asked: Any) -> dict[Datum, Any]:
    return {one.datum: one for one in contradictions(world.actor(login), ContradictionFilter(**asked)).items}


def test_what_units_say_differently_stands_side_by_side_with_names_masked(world: World) -> None:
    disagree(world)
    told = found(world)
    assert set(told) == {Datum.NAME, Datum.REPRESENTATIVE, Datum.AMOUNT, Datum.ACT_DATE}
    sides = {side.unit_name: side.value for side in told[Datum.AMOUNT].sides}
    assert sorted(sides.values()) == ["5000.00", "7000.00"]
    assert {side.unit_id for side in told[Datum.AMOUNT].sides} == {world.units["market"], world.units["tax"]}
    assert told[Datum.AMOUNT].document == "示市监罚〔2026〕1号"
    assert sorted(side.value for side in told[Datum.REPRESENTATIVE].sides) == ["乙*", "甲*"]
    assert all(side.batch_id and side.row == 2 for side in told[Datum.NAME].sides)


def test_the_pages_lead_to_the_records_and_departments_have_no_such_pages(world: World) -> None:
    disagree(world)
    sequence()
    people = People(PASSWORD)
    page = people["operator"].get("/workbench/duty/contradictions").content.decode()
    assert "乙*" in page
    assert "乙某某" not in page
    for side in found(world)[Datum.AMOUNT].sides:
        assert f"/workbench/records/{side.record_id}" in page
    for place in ("duty/contradictions", "duty/coverage"):
        assert people["reporter.market"].get(f"/workbench/{place}").status_code == 403
    assert contradictions(world.actor("reporter.market")).items == ()
    assert latest_survey(world.actor("reporter.market")) is None


def test_what_was_settled_is_open_again_when_a_unit_says_something_else(world: World) -> None:
    disagree(world)
    one = found(world)[Datum.AMOUNT]
    operator = world.actor("operator")
    settled = ContradictionState.SETTLED
    note_contradiction(contradiction_id=one.id, state=settled, reason="以市场监管局为准", actor=operator, now=NOW)
    survey(NOW + timedelta(days=1))
    assert found(world, state=settled).keys() == {Datum.AMOUNT}
    assert Datum.AMOUNT not in found(world, state=ContradictionState.OPEN)
    changed = penalty(world, 1, unit="tax", CF_NR_FK="0.8", CF_NR="处以罚款人民币8000元。", CF_JDRQ="2026/11/13")
    load_file(world, as_csv([changed]), unit="tax")
    survey(NOW + timedelta(days=2))
    assert found(world)[Datum.AMOUNT].state is ContradictionState.OPEN


def test_coverage_counts_each_dimension_once_and_nothing_of_persons_but_their_number(world: World) -> None:
    load_file(world, as_csv([penalty(world, 1), person(world, 7)]))
    load_file(world, as_csv([licence(world, 1)], LICENCE), item=LICENCE)
    survey(NOW)
    view = latest_survey(world.actor("auditor"))
    assert view is not None
    by_dimension = {each.dimension: each for each in view.dimensions}
    firms, persons = by_dimension[Dimension.ENTERPRISE], by_dimension[Dimension.NATURAL_PERSON]
    # Two firms of the register without a record, and one known by its records alone.
    assert (firms.subjects, firms.registered, firms.covered) == (3, 2, 1)
    assert dict(firms.items) == {"administrative-licence": 1, "administrative-penalty": 1}
    assert dict(firms.complete) == {1: 3}
    assert (persons.subjects, persons.covered, dict(persons.items), dict(persons.complete)) == (1, 0, {}, {})
    kept = models.Survey.objects.get().content + "".join(models.Contradiction.objects.values_list("sides", flat=True))
    assert resident_number(7) not in kept


def test_merged_subjects_count_as_one(world: World) -> None:
    load_file(world, as_csv([licence(world, 1)], LICENCE), item=LICENCE)
    sequence()
    absorbed = models.Submission.objects.count()
    assert absorbed == 1
    from xinheng.subjects.door import WHOLE, search

    provisional = next(hit.id for hit in search("晓岚", reach=WHOLE).items)
    merge(kept=world.subjects["云禾"], absorbed=provisional, reason="同一主体", actor=world.actor("operator"), now=NOW)
    survey(NOW)
    view = latest_survey(world.actor("operator"))
    assert view is not None
    firms = next(each for each in view.dimensions if each.dimension is Dimension.ENTERPRISE)
    assert (firms.subjects, firms.covered, dict(firms.complete)) == (2, 1, {1: 1, 2: 1})


def test_a_subjects_page_says_what_its_archive_lacks_to_the_centre_only(world: World) -> None:
    people, place = People(PASSWORD), f"/workbench/subjects/{world.subjects['云禾']}"
    words = "档案完整程度"
    assert words in people["operator"].get(place).content.decode()
    assert words not in people["reporter.market"].get(place).content.decode()


def test_the_page_of_contradictions_asks_as_often_for_many_as_for_few(world: World) -> None:
    disagree(world)
    reader = world.actor("operator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert found(world, datum=Datum.AMOUNT)
        return len(queries)

    few = asked()
    for number in range(10, 14):
        for unit, amount in (("market", "0.5"), ("tax", "0.7")):
            words = f"处以罚款人民币{int(float(amount) * 10000)}元。"
            load_file(world, as_csv([penalty(world, number, unit=unit, CF_NR_FK=amount, CF_NR=words)]), unit=unit)
    survey(NOW)
    assert len(contradictions(reader, ContradictionFilter(datum=Datum.AMOUNT)).items) == 5
    assert asked() == few
