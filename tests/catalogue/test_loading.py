"""Loading an edition: what it stores, what the gate does with it, and that it leaves nothing when it is refused."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from xinheng.catalogue import models
from xinheng.catalogue.door import (
    basis_page,
    choose_permit,
    current_edition,
    edition_by_hash,
    editions,
    item,
    items,
    load_edition,
    permits,
    seed_calendar,
)
from xinheng.catalogue.values.errors import CatalogueConflict, CatalogueInvalid, CatalogueUnknown, RegionUnknown
from xinheng.catalogue.values.law import Rank
from xinheng.kernel.actor import PUBLIC, Actor
from xinheng.ledger import models as ledger
from xinheng.ledger.door import checkpoint, public_key, verify
from xinheng.ledger.values import NotAllowed
from xinheng.storage.keys import key_ring

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def _rows() -> tuple[int, ...]:
    tables = (models.Edition, models.Basis, models.Item, models.Permit, models.PermitEnd, ledger.Run)
    return tuple(table.objects.count() for table in tables)


def test_loading_stores_bases_switches_items_on_and_issues_permits(keeper: Actor, now: datetime) -> None:
    done = load_edition(region="demo", actor=keeper, now=now)
    assert done.new
    assert [state.code for state in done.items if state.enabled] == [
        item.code for item in edition_by_hash(done.hash).items
    ]
    assert done.bases == models.Basis.objects.count() == len(edition_by_hash(done.hash).bases)
    assert done.permits_issued == models.Permit.objects.count() > 0
    assert not permits("administrative-licence")


def test_loading_leaves_one_entry_with_a_leaf_for_every_row(keeper: Actor, now: datetime) -> None:
    load_edition(region="demo", actor=keeper, now=now)
    run = ledger.Run.objects.get()
    rows = 1 + models.Basis.objects.count() + models.Item.objects.count() + models.Permit.objects.count()
    assert (run.operation, run.count, run.ready) == ("catalogue.edition_loaded", rows, True)
    assert json.loads(run.payload)["region"] == "demo"


def test_the_edition_that_is_read_back_is_the_one_that_was_loaded(keeper: Actor, now: datetime) -> None:
    done = load_edition(region="demo", actor=keeper, now=now)
    edition_by_hash.cache_clear()
    edition = current_edition(TODAY)
    assert (edition.hash, edition.region) == (done.hash, "demo")
    assert [view.hash for view in editions()] == [done.hash]


def test_loading_the_same_edition_again_changes_nothing(keeper: Actor, now: datetime) -> None:
    load_edition(region="demo", actor=keeper, now=now)
    before = _rows()
    again = load_edition(region="demo", actor=keeper, now=now + timedelta(days=1))
    assert not again.new
    assert _rows()[:-1] == before[:-1]


def test_before_anything_is_loaded_there_is_no_edition() -> None:
    with pytest.raises(CatalogueUnknown, match="xinheng init"):
        current_edition(TODAY)


def test_an_edition_holds_from_its_day_on(keeper: Actor, now: datetime, content: dict[str, Any]) -> None:
    first = load_edition(national=content, actor=keeper, now=now)
    content["edition"] |= {"name": "明年版", "in_force_from": "2027-01-01"}
    second = load_edition(national=content, actor=keeper, now=now)
    assert current_edition(date(2026, 12, 31)).hash == first.hash
    assert current_edition(date(2027, 1, 1)).hash == second.hash
    with pytest.raises(CatalogueUnknown):
        current_edition(date(2017, 7, 30))


def test_an_item_without_a_basis_in_force_is_not_switched_on(
    keeper: Actor, now: datetime, content: dict[str, Any]
) -> None:
    content["items"]["administrative-licence"]["legal_bases"] = ["penalty-publicity-2017"]
    done = load_edition(national=content, actor=keeper, now=now)
    assert [state.code for state in done.items if not state.enabled] == ["administrative-licence"]
    view = item("administrative-licence", TODAY)
    assert not view.enabled
    assert "没有有效的法律依据" in view.reason


def test_a_harmful_item_that_rests_on_a_ministry_notice_gets_no_permit(
    keeper: Actor, now: datetime, content: dict[str, Any]
) -> None:
    content["items"]["administrative-penalty"]["legal_bases"] = ["repair-order-36.tiers", "dual-publicity-standard"]
    done = load_edition(national=content, actor=keeper, now=now)
    assert "依据层级不够" in {state.code: state.reason for state in done.items}["administrative-penalty"]
    assert models.Permit.objects.count() == done.permits_issued
    assert not models.Permit.objects.filter(item_code="administrative-penalty").exists()


def test_a_repealed_basis_ends_its_permits_on_its_last_day(
    keeper: Actor, now: datetime, content: dict[str, Any]
) -> None:
    load_edition(national=content, actor=keeper, now=now)
    content["bases"]["administrative-penalty-law"]["versions"][1]["in_force"]["to"] = "2026-12-31"
    content["bases"]["order-49"]["versions"][0]["in_force"]["to"] = "2026-12-31"
    done = load_edition(national=content, actor=keeper, now=now + timedelta(days=1))
    assert done.permits_ended > 0
    known = permits("administrative-penalty")
    assert choose_permit(known, "legal_person", "A", date(2026, 12, 31)) is not None
    assert choose_permit(known, "legal_person", "A", date(2027, 1, 1)) is None


def test_an_item_the_new_edition_drops_is_switched_off_and_its_permits_end(
    keeper: Actor, now: datetime, content: dict[str, Any]
) -> None:
    load_edition(national=content, actor=keeper, now=now)
    del content["items"]["administrative-penalty"]
    _forget(content, "administrative-penalty")
    load_edition(national=content, actor=keeper, now=now)
    assert not models.Item.objects.get(code="administrative-penalty").enabled
    known = permits("administrative-penalty")
    assert choose_permit(known, "legal_person", "A", date(2026, 11, 20)) is not None
    assert choose_permit(known, "legal_person", "A", date(2026, 11, 21)) is None


def _forget(content: dict[str, Any], code: str) -> None:
    publicity = content["publicity"]
    for rule in (*publicity["deadlines"], *publicity["terms"]):
        rule["items"] = [item for item in rule.get("items", []) if item != code]
    publicity["terms"] = [rule for rule in publicity["terms"] if rule["items"]]
    publicity["withheld"] = [rule for rule in publicity["withheld"] if code not in rule["when"].get("items", [])]


def test_a_changed_wording_makes_a_new_version_of_the_basis(
    keeper: Actor, now: datetime, content: dict[str, Any]
) -> None:
    load_edition(national=content, actor=keeper, now=now)
    content["bases"]["order-35"]["versions"][0]["note"] = "核对过原文"
    done = load_edition(national=content, actor=keeper, now=now)
    assert done.bases == 1
    assert [row.version for row in models.Basis.objects.filter(key="order-35").order_by("version")] == [1, 2]
    assert current_edition(TODAY).basis("order-35", TODAY).note == "核对过原文"


def test_an_edition_that_was_replaced_does_not_come_back(keeper: Actor, now: datetime, content: dict[str, Any]) -> None:
    first = json.loads(json.dumps(content))
    load_edition(national=first, actor=keeper, now=now)
    content["edition"]["note"] = "另一版"
    load_edition(national=content, actor=keeper, now=now)
    before = _rows()
    with pytest.raises(CatalogueConflict, match="已被后来的版本取代"):
        load_edition(national=first, actor=keeper, now=now)
    assert _rows() == before


def test_an_item_never_turns_from_harmless_to_harmful(keeper: Actor, now: datetime, content: dict[str, Any]) -> None:
    load_edition(national=content, actor=keeper, now=now)
    content["items"]["administrative-licence"]["polarity"] = "harm"
    # What harms is no certificate: the file alone would be refused for that.
    del content["items"]["administrative-licence"]["licence"]
    before = _rows()
    with pytest.raises(CatalogueConflict, match="administrative-licence"):
        load_edition(national=content, actor=keeper, now=now)
    assert _rows() == before


def test_a_store_of_one_region_takes_no_other(keeper: Actor, now: datetime) -> None:
    load_edition(region="demo", actor=keeper, now=now)
    before = _rows()
    with pytest.raises(CatalogueConflict, match="demo"):
        load_edition(actor=keeper, now=now)
    assert _rows() == before


@pytest.mark.parametrize("region", ["atlantis", "../edition"])
def test_an_unknown_region_is_refused_and_leaves_nothing(region: str, keeper: Actor, now: datetime) -> None:
    with pytest.raises(RegionUnknown, match="现有：demo"):
        load_edition(region=region, actor=keeper, now=now)
    assert _rows() == (0,) * 6


def test_a_broken_catalogue_is_refused_and_leaves_nothing(
    keeper: Actor, now: datetime, content: dict[str, Any]
) -> None:
    content["categories"]["categories"][0]["bases"] = ["no-such-law"]
    with pytest.raises(CatalogueInvalid, match="no-such-law"):
        load_edition(national=content, actor=keeper, now=now)
    assert _rows() == (0,) * 6


def test_nobody_loads_an_edition_without_the_permission(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        load_edition(actor=PUBLIC, now=now)
    assert _rows() == (0,) * 6


def test_permits_reach_back_as_far_as_their_basis_and_prefer_the_highest_rank(keeper: Actor, now: datetime) -> None:
    load_edition(actor=keeper, now=now)
    known = permits("administrative-penalty")
    old = choose_permit(known, "natural_person", "A", date(2020, 5, 1))
    new = choose_permit(known, "natural_person", "A", TODAY)
    assert old is not None
    assert new is not None
    assert (old.rank, old.valid_to) == (Rank.LAW, date(2021, 7, 14))
    assert (new.rank, new.valid_from, new.valid_to) == (Rank.LAW, date(2021, 7, 15), date(9999, 12, 31))
    assert choose_permit(known, "legal_person", "A", date(1996, 9, 30)) is None


def test_the_items_page_takes_two_queries(keeper: Actor, now: datetime, django_assert_num_queries: Any) -> None:
    load_edition(actor=keeper, now=now)
    current_edition(TODAY)
    with django_assert_num_queries(2):
        views = items(TODAY)
    assert all(view.enabled for view in views)
    assert all(view.bases for view in views)


def test_the_page_of_a_basis_names_its_versions_and_what_rests_on_it(keeper: Actor, now: datetime) -> None:
    load_edition(actor=keeper, now=now)
    page = basis_page("administrative-penalty-law.decision", TODAY)
    assert [basis.article for basis in page.versions] == ["第三十九条", "第五十九条"]
    assert page.items == ("administrative-penalty",)
    assert "withheld.revoked" in basis_page("administrative-penalty-law.publicity", TODAY).rules
    with pytest.raises(CatalogueUnknown, match="no-such-law"):
        basis_page("no-such-law", TODAY)


def test_the_ledger_recomputes_every_row_of_the_catalogue(keeper: Actor, now: datetime) -> None:
    load_edition(region="demo", actor=keeper, now=now)
    seed_calendar(actor=keeper, now=now)
    checkpoint(now=now)
    assert not verify(key=_key()).problems


@pytest.mark.sqlite
def test_a_permit_widened_behind_the_guard_is_found_by_the_ledger(keeper: Actor, now: datetime) -> None:
    load_edition(region="demo", actor=keeper, now=now)
    checkpoint(now=now)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER xh_catalogue_permit_no_update")
        cursor.execute(
            "UPDATE catalogue_permit SET valid_from = '1990-01-01' WHERE id = (SELECT MIN(id) FROM catalogue_permit)"
        )
    assert verify(key=_key()).problems


def _key() -> bytes:
    return public_key(key_ring().checkpoint)
