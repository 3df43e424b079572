"""licences.register, exchange.embed: from a department's file to the hall that asks whether a certificate holds.

The market bureau hands in a file; the one page of the holder lists the certificates under its code with their terms; the unit sees in time
what ends; a renewal takes its place; revoked is told the moment it is entered; a wrong code learns nothing. Source: Wendeng 8 and 2.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from intake import cast
from world import World, furnish, publish
from xinheng.kernel.actor import PUBLIC, system
from xinheng.publicity.door import licences_of, public_reach
from xinheng.records.door import expiring, expiry_counts, licence_by_code, licence_code
from xinheng.records.values import ExpiryFilter, LicenceState
from xinheng.subjects.door import by_code

ON = date(2026, 11, 21)
NUMBER = "JY13799010000001"


@pytest.fixture
def world(db: None, now: datetime, settings: Any) -> World:
    settings.XINHENG_CLOCK_SHIFT = now - datetime.now(UTC)
    cache.clear()
    return furnish(now)


def row(world: World, number: int, **changed: str) -> cast.Row:
    return cast.licence(world, number) | {"XK_XKZS": "食品经营许可证", "XK_XKBH": NUMBER} | changed


def hand_in(world: World, *rows: cast.Row, reason: str = "") -> None:
    receipt = cast.load(world, cast.as_csv(rows, cast.LICENCE), item=cast.LICENCE, reason=reason)
    assert receipt.counts.accepted == len(rows), receipt.errors
    publish(world.now)


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def holder(world: World) -> int:
    found = by_code(cast.firm_code(1), actor=PUBLIC, reach=public_reach(ON))
    assert found is not None
    return found.id


def test_from_the_file_to_the_hall_a_certificate_is_what_it_is_on_the_day_of_asking(world: World) -> None:
    old = {"XK_JDRQ": "2021/12/01", "XK_YXQZ": "2021/12/01", "XK_YXQZI": "2026/11/30"}
    permanent = {"XK_XKZS": "公共场所卫生许可证", "XK_XKBH": "WS13799010000009", "XK_YXQZI": "2099/12/31"}
    hand_in(world, row(world, 1, **old), row(world, 1, XK_WSH="示市监许〔2026〕7号", **permanent))

    # One page joins them by the holder's valid code, with their terms.
    joined = page(Client().get(f"/s/{cast.firm_code(1)}").headers["Location"])
    for said in ("食品经营许可证", "2021年12月1日至2026年11月30日", "还有 9 天", "公共场所卫生许可证", "长期"):
        assert said in joined

    # The unit sees in time that one ends and nothing comes after it.
    market = world.actor("reporter.market")
    (ending,) = expiring(ExpiryFilter(renewed=False), on=ON, actor=market).items
    assert (ending.number, ending.days_left) == (NUMBER, 9)
    assert expiry_counts(on=ON, actor=world.actor("operator")).in_30 == 1

    # A hall asks by the code on it, up to midnight of the last day.
    code = licence_code(ending.version_id)
    assert "这张证照现在有效" in page(f"/verify/licence?code={code}")
    assert licence_by_code(code, on=date(2026, 11, 30)).state is LicenceState.VALID
    assert licence_by_code(code, on=date(2026, 12, 1)).state is LicenceState.EXPIRED

    # The renewal takes its place from its first day, and the list falls silent.
    new = {"XK_WSH": "示市监许〔2026〕8号", "XK_JDRQ": "2026/11/20", "XK_YXQZ": "2026/11/20", "XK_YXQZI": "2031/11/19"}
    hand_in(world, row(world, 1, **new))
    assert expiring(ExpiryFilter(renewed=False), on=ON, actor=market).items == ()
    assert "已被同一机关核发的新证替代" in page(f"/verify/licence?code={code}")
    states = {one.valid_to: one.state for one in licences_of([holder(world)], on=ON, actor=PUBLIC)}
    assert states[date(2031, 11, 19)] is LicenceState.VALID
    assert states[date(2026, 11, 30)] is LicenceState.REPLACED

    # Revoked is told from the moment it is entered, under the code that was printed before.
    fresh = next(one for one in licences_of([holder(world)], on=ON, actor=PUBLIC) if one.renews)
    printed = licence_code(fresh.version_id)
    hand_in(world, row(world, 1, XK_ZT="2", **new), reason="许可被吊销")
    assert "核发机关已撤销、注销或者吊销" in page(f"/verify/licence?code={printed}")


def test_a_hall_sees_for_a_purpose_what_is_not_public_and_nobody_learns_from_wrong_codes(world: World) -> None:
    hand_in(world, row(world, 1, BZ="申请人要求不公开"))
    window = system("window", "records.read_licences")
    subject = by_code(cast.firm_code(1), actor=PUBLIC, reach=public_reach(ON))
    assert subject is None
    batch = expiring(ExpiryFilter(days=3650), on=ON, actor=world.actor("reporter.market")).items
    (found,) = batch
    asked = [found.subject_id]
    assert licences_of(asked, on=ON, actor=PUBLIC) == licences_of(asked, on=ON, actor=window) == ()
    assert [one.number for one in licences_of(asked, on=ON, actor=window.for_purpose("approval"))] == [NUMBER]
    wrong = {Client().get("/verify/licence", {"code": code}).status_code for code in ("X", licence_code(10**9))}
    assert wrong == {404}
    # Who asked not to be published is not told to whoever has a code either.
    assert Client().get("/verify/licence", {"code": licence_code(found.version_id)}).status_code == 404
