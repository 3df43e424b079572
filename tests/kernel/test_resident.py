from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric as oracle

from kernel.strategies import resident_numbers
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import resident

TODAY = date(2026, 11, 21)
EXAMPLE = "99010119900307" + "123"


def number(first17: str = EXAMPLE) -> str:
    return first17 + resident.check_character(first17)


@given(resident_numbers())
def test_a_computed_number_is_valid(value: str) -> None:
    assert resident.judge(value, on=TODAY) == ("valid", None)


@given(resident_numbers(division="110101"))
def test_an_independent_library_agrees(value: str) -> None:
    assert oracle.calc_check_digit(value) == value[17]
    assert oracle.get_birth_date(value) == resident.birth_date(value)


@given(resident_numbers(), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_changed_digit_is_found(value: str, place: int, digit: str) -> None:
    assume(value[place] != digit)
    assert resident.judge(value[:place] + digit + value[place + 1 :], on=None)[0] == "invalid"


@given(resident_numbers(), st.integers(0, 15))
def test_two_exchanged_neighbours_are_found(value: str, place: int) -> None:
    assume(value[place] != value[place + 1])
    exchanged = value[:place] + value[place + 1] + value[place] + value[place + 2 :]
    assert resident.judge(exchanged, on=None)[0] == "invalid"


@given(resident_numbers(latest=date(1999, 12, 31)))
def test_eighteen_to_fifteen_and_back(value: str) -> None:
    old = resident.to_15(value)
    assert len(old) == 15
    assert resident.judge(old, on=TODAY) == ("valid", None)
    assert resident.to_18(old) == value
    assert resident.to_15(resident.to_18(old)) == old
    assert resident.birth_date(old) == resident.birth_date(value)
    assert resident.sex(old) == resident.sex(value)


def test_a_birth_today_is_possible_and_one_tomorrow_is_not() -> None:
    today = number(f"990101{TODAY:%Y%m%d}123")
    tomorrow = number(f"990101{TODAY + timedelta(days=1):%Y%m%d}123")
    assert resident.judge(today, on=TODAY) == ("valid", None)
    assert resident.judge(tomorrow, on=TODAY) == ("invalid", "date")
    assert resident.judge(tomorrow, on=None) == ("valid", None)


@pytest.mark.parametrize(
    ("value", "judged"),
    [
        (number(), ("valid", None)),
        (number("99010119900230123"), ("invalid", "date")),
        (number("99010119000229123"), ("invalid", "date")),
        (number("99010120000229123"), ("valid", None)),
        (number("99010107770307123"), ("invalid", "date")),
        (number()[:17], ("invalid", "length")),
        (number()[:16] + "A1", ("invalid", "charset")),
        ("990101900307123", ("valid", None)),
        ("990101901307123", ("invalid", "date")),
        ("99010190030712X", ("invalid", "charset")),
    ],
)
def test_each_reason_and_its_neighbour(value: str, judged: tuple[str, str | None]) -> None:
    assert resident.judge(value, on=TODAY) == judged


def test_sex_is_the_parity_of_the_sequence_number() -> None:
    assert resident.sex(number("99010119900307123")) == "male"
    assert resident.sex(number("99010119900307124")) == "female"
    assert resident.sex("无") is None


@pytest.mark.parametrize("value", [number("99010120010307123"), "990101900307123", "无"])
def test_only_a_birth_of_the_last_century_has_an_old_number(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        resident.to_15(value)
    assert value not in str(refused.value) or value == "无"


def test_what_is_no_old_number_is_not_converted() -> None:
    for value in ("990101901307123", number(), ""):
        with pytest.raises(Invalid, match="15位"):
            resident.to_18(value)
    with pytest.raises(Invalid, match="17位"):
        resident.check_character("1234")
