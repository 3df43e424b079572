"""Units: opened, changed, moved, closed, read."""

from datetime import date, datetime
from typing import Any

import pytest

from xinheng.accounts.door import (
    change_unit,
    close_person,
    close_unit,
    open_unit,
    unit,
    unit_by_code,
    unit_directory,
    units,
)
from xinheng.accounts.values import DraftInvalid, Unit, UnitChange, UnitDraft, UnitKind, UnitUnknown
from xinheng.kernel.actor import PUBLIC

TODAY = date(2026, 11, 21)
CODES = {"government": 1, "centre": 2, "market": 3, "station": 4, "transport": 5, "new": 6}


@pytest.fixture
def of(district: Any, code_of: Any) -> Any:
    """A unit of the district by its short name."""
    return lambda name: district.unit(code_of(CODES[name]))


@pytest.fixture
def draft(code_of: Any, of: Any) -> UnitDraft:
    """A department below the government."""
    return UnitDraft(
        code_of(CODES["new"]), "示例区税务局", UnitKind.DEPARTMENT, of("government").id, "示例路9号", "000-1"
    )


def same(found: Unit, **changes: Any) -> UnitChange:
    """The wording a unit has, with changes."""
    words = {"name": found.name, "parent_id": found.parent_id, "address": found.address, "telephone": found.telephone}
    return UnitChange(**{**words, **changes})


def test_an_opened_unit_hangs_below_its_parent_from_today(
    district: Any, draft: UnitDraft, of: Any, ledger: Any, now: datetime
) -> None:
    opened = open_unit(unit=draft, actor=district.actor("sysadmin"), now=now)
    found = unit(opened.unit_id)
    assert (found.code, found.kind, found.parent_id) == (draft.code, UnitKind.DEPARTMENT, of("government").id)
    assert found.path == f"{of('government').path}{found.id}/"
    assert (found.active_from, found.active_to) == (TODAY, None)
    assert ledger("accounts.unit_opened") == [{"unit_id": found.id, "code": draft.code, "path": found.path}]


def test_only_the_system_administrator_opens_units(
    district: Any, draft: UnitDraft, refused: Any, now: datetime
) -> None:
    for login in ("secadmin", "audadmin", "auditor", "operator", "reviewer", "market", "console"):
        with refused("ledger.not_allowed"):
            open_unit(unit=draft, actor=district.actor(login), now=now)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "119901010000000600"}, "accounts.unit_code"),
        ({"code": "11990101"}, "accounts.unit_code"),
        ({"name": "  "}, "accounts.unit_name"),
        ({"parent_id": 0}, "accounts.unit_unknown"),
    ],
)
def test_a_wrong_draft_is_refused(
    district: Any, draft: UnitDraft, refused: Any, now: datetime, change: dict[str, Any], code: str
) -> None:
    wrong = UnitDraft(**{**{name: getattr(draft, name) for name in draft.__slots__}, **change})
    with refused(code):
        open_unit(unit=wrong, actor=district.actor("sysadmin"), now=now)


def test_a_code_opens_one_unit_only(district: Any, of: Any, refused: Any, now: datetime) -> None:
    again = UnitDraft(of("market").code, "另一个局", UnitKind.DEPARTMENT, of("government").id)
    with refused("accounts.unit_there"):
        open_unit(unit=again, actor=district.actor("sysadmin"), now=now)


def test_changed_words_are_read_back(district: Any, of: Any, ledger: Any, now: datetime) -> None:
    market = of("market")
    change = same(market, name="示例区市场监管局", telephone="000-2")
    change_unit(unit_id=market.id, change=change, actor=district.actor("sysadmin"), now=now)
    assert (of("market").name, of("market").telephone, of("market").path) == ("示例区市场监管局", "000-2", market.path)
    assert ledger("accounts.unit_changed") == [{"unit_id": market.id, "path": market.path, "moved": 0}]


def test_a_unit_that_moves_takes_all_below_with_it(district: Any, of: Any, now: datetime) -> None:
    market = of("market")
    change = same(market, parent_id=of("transport").id)
    changed = change_unit(unit_id=market.id, change=change, actor=district.actor("sysadmin"), now=now)
    assert changed.moved == 1
    assert of("market").path == f"{of('transport').path}{market.id}/"
    assert of("station").path == f"{of('market').path}{of('station').id}/"
    assert district.actor("market").unit_path == of("market").path


def test_a_unit_never_moves_below_itself(district: Any, of: Any, refused: Any, now: datetime) -> None:
    market = of("market")
    for parent in ("market", "station"):
        with refused("accounts.cycle"):
            change = same(market, parent_id=of(parent).id)
            change_unit(unit_id=market.id, change=change, actor=district.actor("sysadmin"), now=now)


def test_a_closed_unit_leaves_the_directory_after_its_last_day(
    district: Any, of: Any, ledger: Any, now: datetime
) -> None:
    station = of("station")
    close_unit(unit_id=station.id, last_day=TODAY, actor=district.actor("sysadmin"), now=now)
    assert station.code in unit_directory(TODAY)
    assert station.code not in unit_directory(date(2026, 11, 22))
    assert station.code not in unit_directory()
    assert unit_by_code(station.code).active_to == TODAY
    assert ledger("accounts.unit_closed") == [{"unit_id": station.id, "last_day": "2026-11-21"}]


@pytest.mark.parametrize(
    ("name", "code"), [("government", "accounts.unit_has_units"), ("transport", "accounts.unit_has_people")]
)
def test_a_unit_in_use_is_not_closed(district: Any, of: Any, refused: Any, now: datetime, name: str, code: str) -> None:
    with refused(code):
        close_unit(unit_id=of(name).id, last_day=TODAY, actor=district.actor("sysadmin"), now=now)


def test_a_unit_closes_when_its_last_account_has(district: Any, of: Any, now: datetime) -> None:
    close_person(person_id=district.id("transport"), actor=district.actor("sysadmin"), now=now)
    close_unit(unit_id=of("transport").id, last_day=TODAY, actor=district.actor("sysadmin"), now=now)
    assert of("transport").active_to == TODAY


def test_a_unit_closes_once_and_not_before_it_opened(district: Any, of: Any, refused: Any, now: datetime) -> None:
    station, actor = of("station"), district.actor("sysadmin")
    with refused("accounts.unit_days"):
        close_unit(unit_id=station.id, last_day=date(2026, 11, 20), actor=actor, now=now)
    close_unit(unit_id=station.id, last_day=TODAY, actor=actor, now=now)
    with refused("accounts.unit_closed"):
        close_unit(unit_id=station.id, last_day=TODAY, actor=actor, now=now)


def test_nothing_hangs_below_a_closed_unit(district: Any, of: Any, draft: UnitDraft, now: datetime) -> None:
    close_unit(unit_id=of("station").id, last_day=TODAY, actor=district.actor("sysadmin"), now=now)
    below = UnitDraft(draft.code, draft.name, draft.kind, of("station").id)
    tomorrow = datetime.fromisoformat("2026-11-22T03:00:00+00:00")
    with pytest.raises(DraftInvalid, match="已于 2026-11-21 停用"):
        open_unit(unit=below, actor=district.actor("sysadmin"), now=tomorrow)


def test_one_is_shown_the_own_subtree_and_offices_of_the_whole_are_shown_all(district: Any, of: Any) -> None:
    assert [found.id for found in units(district.actor("market"))] == [of("market").id, of("station").id]
    assert [found.id for found in units(district.actor("transport"))] == [of("transport").id]
    for login in ("operator", "reviewer", "auditor", "sysadmin", "secadmin", "audadmin", "console"):
        assert len(units(district.actor(login))) == 5
    assert units(PUBLIC) == ()


def test_a_parent_is_listed_before_its_children(district: Any) -> None:
    listed = units(district.actor("operator"))
    paths = [found.path for found in listed]
    assert all(not later.startswith(path) or later == path for i, path in enumerate(paths) for later in paths[:i])
    assert paths[0].count("/") == 2


def test_the_directory_maps_codes_to_ids_in_one_query(district: Any, of: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        directory = unit_directory(TODAY)
    assert directory[of("market").code] == of("market").id
    assert len(directory) == 5


def test_an_unknown_unit_is_unknown(district: Any) -> None:
    with pytest.raises(UnitUnknown, match="编号为 0"):
        unit(0)
    with pytest.raises(UnitUnknown, match="代码为“X”"):
        unit_by_code("X")
