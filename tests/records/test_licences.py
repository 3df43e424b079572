"""The register of licences: read from the archive on the day of asking, verified by a code, seen before it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from subjects.subject_cast import person
from world import World, furnish, licence, penalty, publish
from xinheng.kernel.actor import PUBLIC, system
from xinheng.ledger.door import head, sequence
from xinheng.publicity import door as publicity
from xinheng.records import rules
from xinheng.records.door import (
    end_mark,
    enter,
    expiring,
    expiry_counts,
    licence_by_code,
    licence_code,
    licences_of,
    mark,
)
from xinheng.records.queries import licences as queries
from xinheng.records.values import (
    Expiry,
    ExpiryFilter,
    Fact,
    Licence,
    LicenceFacts,
    LicenceState,
    LicenceUnknown,
    MarkKind,
)
from xinheng.subjects.door import ensure_person
from xinheng.subjects.load.sealing import seal_many
from xinheng.subjects.values import PersonalField

ON = date(2026, 11, 21)
KEY = b"k" * 32
NUMBER = "JY13799010000001"


def certificate(
    world: World,
    number: str = NUMBER,
    *,
    since: date = date(2021, 12, 1),
    until: date = date(2026, 11, 30),
    **more: Any,
) -> Fact:
    """A food licence of 清岚 from market supervision."""
    base = licence(world, number=f"示市监许〔{since:%Y%m%d}〕{number[-4:]}号", until=until)
    content = dict(base.content) | {
        "XK_XDR_MC": "示例区清岚食品有限公司",
        "XK_XKZS": "食品经营许可证",
        "XK_XKBH": number,
        "XK_YXQZI": until.isoformat(),
    }
    core = replace(base.core, valid_from=since, act_date=since, state=more.pop("state", "1"))
    return replace(base, core=core, content=content | {"XK_ZT": core.state}, key=(*base.key, number), **more)


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return furnish(now)


@pytest.fixture
def hand_in(world: World) -> Callable[..., int]:
    """Enters a certificate by the market reporter; returns the record."""

    def entered(number: str = NUMBER, *, reason: str = "", **more: Any) -> int:
        fact = certificate(world, number, **more)
        return enter(fact=fact, reason=reason, actor=world.actor("reporter.market"), now=world.now).record_id

    return entered


def seen(world: World, *, login: str = "reporter.market", on: date = ON, **more: Any) -> list[Licence]:
    return list(licences_of([world.subjects["清岚"]], on=on, actor=world.actor(login), **more))


def states(world: World, on: date) -> dict[int, LicenceState]:
    return {one.record_id: one.state for one in seen(world, on=on)}


# --- a state is asked for on a day ------------------------------------------------------------------


def test_a_certificate_holds_from_its_first_day_to_its_last_at_midnight(world: World, hand_in: Any) -> None:
    record = hand_in()
    asked = {day: states(world, day)[record] for day in (date(2021, 11, 30), date(2021, 12, 1), date(2026, 11, 30))}
    assert list(asked.values()) == [LicenceState.NOT_YET, LicenceState.VALID, LicenceState.VALID]
    assert states(world, date(2026, 12, 1))[record] is LicenceState.EXPIRED


def test_it_says_holder_title_number_authority_and_the_days_left(world: World, hand_in: Any) -> None:
    hand_in()
    (found,) = seen(world)
    assert (found.holder, found.title, found.number) == ("示例区清岚食品有限公司", "食品经营许可证", NUMBER)
    assert (found.authority_name, found.days_left, found.long_term) == ("示例区市场监督管理局", 9, False)


def test_without_title_and_number_of_the_certificate_those_of_the_decision_stand(world: World) -> None:
    enter(fact=licence(world), actor=world.actor("reporter.market"), now=world.now)
    (found,) = seen(world)
    assert (found.title, found.number) == ("食品经营许可决定书", "示市监许〔2026〕1号")


def test_the_end_of_the_century_is_no_end(world: World, hand_in: Any) -> None:
    hand_in(until=date(2099, 12, 31))
    (found,) = seen(world)
    assert (found.long_term, found.days_left, found.state) == (True, None, LicenceState.VALID)


def test_a_later_version_that_says_void_ends_it_and_what_was_known_before_still_says_valid(
    world: World, hand_in: Any
) -> None:
    record = hand_in()
    sequence()
    before = head().numbered
    hand_in(state="2", reason="吊销")
    sequence()
    assert states(world, ON) == {record: LicenceState.VOID}
    assert [one.state for one in seen(world, known_at=before)] == [LicenceState.VALID]


def test_a_penalty_that_names_it_is_a_hint_and_changes_no_state(world: World, hand_in: Any) -> None:
    hand_in()
    base = penalty(world, subject="清岚")
    fact = replace(base, content=dict(base.content) | {"CF_NR_ZKDX": f"食品经营许可证 {NUMBER[:6]} {NUMBER[6:]}"})
    named = enter(fact=fact, actor=world.actor("reporter.market"), now=world.now).record_id
    (found,) = seen(world)
    assert (found.state, [hint.record_id for hint in found.hints]) == (LicenceState.VALID, [named])


# --- renewal ----------------------------------------------------------------------------------------


def test_under_the_same_number_the_new_one_takes_the_place_on_its_first_day(world: World, hand_in: Any) -> None:
    old = hand_in()
    new = hand_in(since=date(2026, 11, 10), until=date(2031, 11, 9))
    assert states(world, date(2026, 11, 9)) == {old: LicenceState.VALID, new: LicenceState.NOT_YET}
    assert states(world, date(2026, 11, 10)) == {old: LicenceState.REPLACED, new: LicenceState.VALID}
    chain = {one.record_id: (one.renews, one.renewed_by) for one in seen(world)}
    assert chain == {old: (None, new), new: (old, None)}


def test_under_another_number_both_hold_to_the_end_of_the_first(world: World, hand_in: Any) -> None:
    old = hand_in()
    new = hand_in("JY13799010000002", since=date(2026, 11, 10), until=date(2031, 11, 9))
    assert states(world, ON) == {old: LicenceState.VALID, new: LicenceState.VALID}
    assert states(world, date(2026, 12, 1)) == {old: LicenceState.REPLACED, new: LicenceState.VALID}


def test_a_second_place_of_business_is_no_renewal_of_the_first(world: World, hand_in: Any) -> None:
    old = hand_in()
    hand_in("JY13799010000002", since=date(2024, 1, 1), until=date(2028, 12, 31))
    assert states(world, date(2026, 12, 1))[old] is LicenceState.EXPIRED
    assert [one.renewed_by for one in seen(world)] == [None, None]


def test_what_is_void_or_withdrawn_renews_nothing(world: World, hand_in: Any) -> None:
    old = hand_in()
    hand_in(since=date(2026, 11, 10), until=date(2031, 11, 9), state="2")
    shielded = hand_in("JY13799010000003", since=date(2026, 11, 12), until=date(2031, 11, 11))
    mark(record_id=shielded, kind=MarkKind.SHIELDED, reason="x", actor=world.actor("reviewer"), now=world.now, on=ON)
    assert states(world, ON)[old] is LicenceState.VALID


TERMS = st.builds(
    LicenceFacts,
    record_id=st.integers(1, 6),
    kind=st.sampled_from([("a",), ("b",)]),
    number=st.sampled_from(["1", "2"]),
    begins=st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)),
    ends=st.none() | st.dates(date(2024, 6, 1), date(2025, 12, 31)),
    in_effect=st.booleans(),
    hidden=st.booleans(),
)


@given(earlier=TERMS, later=TERMS, on=st.dates(date(2023, 12, 1), date(2026, 2, 1)))
def test_a_renewal_is_never_mutual_and_nothing_is_replaced_before_it_begins(
    earlier: LicenceFacts, later: LicenceFacts, on: date
) -> None:
    renewal = later if rules.renews(later, earlier) else None
    assert renewal is None or not rules.renews(earlier, later)
    if rules.licence_state(earlier, renewal, on=on) is LicenceState.REPLACED:
        assert renewal is not None
        assert renewal.begins is not None
        assert renewal.begins <= on


# --- the code ---------------------------------------------------------------------------------------


@given(number=st.integers(1, 2**40 - 1))
def test_a_code_tells_its_version_however_it_is_typed(number: int) -> None:
    code = rules.licence_code(number, key=KEY)
    assert len(code) == 20
    assert rules.licence_version(code, key=KEY) == number
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert rules.licence_version(f" {typed} ", key=KEY) == number


@given(number=st.integers(1, 2**40 - 1), place=st.integers(0, 16), other=st.sampled_from(rules.ALPHABET))
def test_a_wrong_or_exchanged_character_is_no_code(number: int, place: int, other: str) -> None:
    text = rules.licence_code(number, key=KEY).replace("-", "")
    wrong = text[:place] + other + text[place + 1 :]
    turned = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    for typed in (wrong, turned):
        assert typed == text or rules.licence_version(typed, key=KEY) is None


@given(number=st.integers(1, 2**40 - 1), guess=st.integers(1, 2**80 - 1))
def test_nobody_makes_a_code_without_the_key(number: int, guess: int) -> None:
    assert rules.licence_version(rules.licence_code(number, key=b"x" * 32), key=KEY) is None
    body = rules._written(guess, 16) + rules._written(guess % rules._CHECK, 2)
    assert rules.licence_version(body, key=KEY) is None


def test_the_code_tells_what_holds_now_also_after_a_correction(world: World, hand_in: Any) -> None:
    record = hand_in()
    code = licence_code(seen(world)[0].version_id)
    hand_in(state="2", reason="吊销")
    found = licence_by_code(code, on=ON)
    assert (found.record_id, found.state) == (record, LicenceState.VOID)
    assert licence_code(found.version_id) != code


def test_a_person_s_name_is_masked_and_nothing_else_of_them_is_told(world: World) -> None:
    clerk = system("test", "records.enter", "accounts.see_all_units")
    draft = person(5, "欧阳测试")
    someone = ensure_person(draft=draft, actor=clerk, now=world.now).subject_id
    token = seal_many([someone], PersonalField.NAME, ["欧阳测试"])[0]
    base = certificate(world)
    fact = replace(
        base, subject_id=someone, subject_kind="natural_person", content=dict(base.content) | {"XK_XDR_MC": token}
    )
    entered = enter(fact=fact, actor=clerk, now=world.now)
    assert entered.version_id is not None
    found = licence_by_code(licence_code(entered.version_id), on=ON)
    assert (found.holder, found.state) == ("欧阳*", LicenceState.VALID)


def refused(code: str) -> tuple[str, str]:
    with pytest.raises(LicenceUnknown) as found:
        licence_by_code(code, on=ON)
    return found.value.code, found.value.message


def test_wrong_absent_withdrawn_and_secret_have_one_answer(world: World, hand_in: Any) -> None:
    record = hand_in()
    secret = hand_in("JY13799010000004", blocks=("E113:state_secret",))
    codes = {one.record_id: licence_code(one.version_id) for one in seen(world)}
    made = mark(
        record_id=record, kind=MarkKind.WITHDRAWN, reason="x", actor=world.actor("reviewer"), now=world.now, on=ON
    )
    asked = [codes[record], codes[secret], licence_code(2**39), "000000-000000-000000", "", "示例"]
    assert len({refused(code) for code in asked}) == 1
    end_mark(mark_id=made.mark_id, actor=world.actor("reviewer"), now=world.now, on=ON)
    assert licence_by_code(codes[record], on=ON).record_id == record


# --- who sees what ----------------------------------------------------------------------------------


def test_a_department_sees_its_own_and_the_public_ones_a_window_all_for_a_purpose(world: World, hand_in: Any) -> None:
    open_one = hand_in(until=date(2027, 5, 1))
    own = hand_in("JY13799010000005", blocks=("E113:privacy",))
    publish(world.now)

    def of(actor: Any) -> set[int]:
        return {one.record_id for one in publicity.licences_of([world.subjects["清岚"]], on=ON, actor=actor)}

    window = system("window", "records.read_licences")
    assert of(PUBLIC) == of(world.actor("reporter.tax")) == of(window) == {open_one}
    secret = hand_in("JY13799010000006", blocks=("E113:state_secret",))
    assert of(world.actor("reporter.market")) == {open_one, own, secret}
    assert of(window.for_purpose("licence_check")) == {open_one, own}


def test_what_ended_is_public_no_longer_but_stays_with_its_unit(world: World, hand_in: Any) -> None:
    record = hand_in()
    publish(world.now)
    later, holder = date(2026, 12, 1), [world.subjects["清岚"]]
    assert publicity.licences_of(holder, on=later, actor=PUBLIC) == ()
    (found,) = publicity.licences_of(holder, on=later, actor=world.actor("operator"))
    assert (found.record_id, found.state) == (record, LicenceState.EXPIRED)


# --- in time ----------------------------------------------------------------------------------------


def listed(world: World, login: str = "reporter.market", on: date = ON, **wanted: Any) -> list[int]:
    page = expiring(ExpiryFilter(**wanted), on=on, actor=world.actor(login))
    return [one.record_id for one in page.items]


def test_what_ends_within_thirty_sixty_and_ninety_days_is_listed_by_its_last_day(world: World, hand_in: Any) -> None:
    ids = [
        hand_in(f"JY1379901000010{days}", until=ON + timedelta(days=days), since=date(2022, 1, 1))
        for days in (0, 30, 31, 60, 61, 90, 91)
    ]
    hand_in("JY13799010000200", until=date(2099, 12, 31))
    assert [len(listed(world, days=days)) for days in (30, 60, 90)] == [2, 4, 6]
    assert listed(world, days=90) == ids[:6]
    assert expiry_counts(on=ON, actor=world.actor("operator")) == expiry_counts(on=ON, actor=world.actor("reviewer"))
    counted = expiry_counts(on=ON, actor=world.actor("operator"))
    assert (counted.in_30, counted.in_60, counted.in_90, counted.lapsed) == (2, 4, 6, 0)
    with patch.object(queries, "COUNTED_UP_TO", 3):
        capped = expiry_counts(on=ON, actor=world.actor("operator"))
    assert (capped.in_30, capped.in_60, capped.in_90) == (2, 3, 3)
    assert listed(world, kind=Expiry.LAPSED, on=ON + timedelta(days=1)) == ids[:1]
    assert listed(world, login="reporter.tax", days=90) == []


def test_pages_follow_one_another_without_gap_or_repetition(world: World, hand_in: Any) -> None:
    for number in range(7):
        hand_in(f"JY137990100003{number:02d}", until=ON + timedelta(days=number // 3), since=date(2022, 1, 1))
    for kind, on in ((Expiry.COMING, ON), (Expiry.LAPSED, ON + timedelta(days=9))):
        found: list[int] = []
        after = None
        while True:
            page = expiring(ExpiryFilter(kind, after=after), on=on, actor=world.actor("operator"), limit=2)
            found += [one.record_id for one in page.items]
            after = page.after
            if after is None:
                break
        whole = [
            one.record_id for one in expiring(ExpiryFilter(kind), on=on, actor=world.actor("operator"), limit=50).items
        ]
        assert found == whole
        assert len(whole) == 7


def test_what_was_renewed_is_told_apart_as_the_rule_does(world: World, hand_in: Any) -> None:
    """The database and the rule say the same, over every way in which a later certificate may or may not be a renewal."""
    end = date(2026, 12, 10)
    same = hand_in("JY13799010000401", until=end)
    hand_in("JY13799010000401", since=date(2026, 1, 1), until=date(2031, 1, 1))
    other = hand_in("JY13799010000402", until=end)
    edge = hand_in("JY13799010000404", since=end - timedelta(days=90), until=date(2031, 9, 9))
    page = expiring(ExpiryFilter(days=90), on=ON, actor=world.actor("operator")).items
    by_rule = {one.record_id: one.renewed_by is not None for one in page}
    assert by_rule == {same: True, other: True}
    assert set(listed(world, days=90, renewed=True)) == {same, other}
    assert listed(world, days=90, renewed=False) == []
    mark(record_id=edge, kind=MarkKind.WITHDRAWN, reason="x", actor=world.actor("reviewer"), now=world.now, on=ON)
    hand_in("JY13799010000405", since=end - timedelta(days=91), until=date(2031, 9, 9))
    assert listed(world, days=90, renewed=False) == [other]
    assert listed(world, days=90, renewed=True) == [same]


def test_the_cost_is_the_same_however_much_there_is(world: World, hand_in: Any) -> None:
    def cost() -> tuple[int, int, int]:
        found = []
        for ask in (
            lambda: seen(world),
            lambda: expiring(ExpiryFilter(days=90, renewed=False), on=ON, actor=world.actor("operator")),
            lambda: licence_by_code(licence_code(first), on=ON),
        ):
            with CaptureQueriesContext(connection) as asked:
                ask()
            found.append(len(asked))
        return found[0], found[1], found[2]

    hand_in("JY13799010000500", until=ON)
    first = seen(world)[0].version_id
    few = cost()
    for number in range(1, 9):
        hand_in(f"JY137990100005{number:02d}", until=ON + timedelta(days=number))
    assert cost() == few
