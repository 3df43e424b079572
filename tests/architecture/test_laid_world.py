"""The world most tests begin with is laid from rows kept in memory; it is the same as the one that operations build."""

from datetime import datetime

import pytest

from hands import sql
from laid import _KEPT
from world import World, build, furnish, penalty, publish
from xinheng.ledger.door import sequence, verify
from xinheng.publicity.models import Publication
from xinheng.records.door import enter
from xinheng.subjects.door import search

pytestmark = pytest.mark.django_db
COUNTED = ("accounts_unit", "accounts_person", "catalogue_basis", "catalogue_permit", "subjects_subject", "ledger_leaf")


def counts() -> list[int]:
    return [sql(f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED]


@pytest.fixture
def kept(now: datetime) -> None:
    """The rows are in memory, whichever test came first."""
    if ("world", now) not in _KEPT:
        from django.db import transaction

        with transaction.atomic():
            furnish(now)
            transaction.set_rollback(True)


def test_a_world_that_is_laid_has_the_rows_of_one_that_is_built(kept: None, now: datetime) -> None:
    from django.db import transaction

    with transaction.atomic():
        built = build(now)
        wanted = counts()
        transaction.set_rollback(True)
    laid: World = furnish(now)
    assert counts() == wanted
    assert (laid.unit_codes, list(laid.units), list(laid.subjects)) == (
        built.unit_codes,
        list(built.units),
        list(built.subjects),
    )


def test_a_world_that_is_laid_goes_on_and_its_ledger_verifies(kept: None, now: datetime) -> None:
    world = furnish(now)
    enter(fact=penalty(world), actor=world.actor("reporter.market"), now=now)
    publish(now)
    sequence()
    assert verify(key=b"").problems == ()
    assert Publication.objects.count() == 1
    assert [hit.name for hit in search("云禾").items] == ["示例区云禾商贸有限公司"]


def test_a_change_to_a_world_does_not_reach_the_next(kept: None, now: datetime) -> None:
    furnish(now).units.clear()
    world = _KEPT["world", now].result
    assert world.units
