import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from kernel.strategies import organisation_codes, registration_numbers
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import gs15, orgcode


def test_the_standards_example_of_an_organisation_code_holds() -> None:
    assert orgcode.judge("D2143569X") == ("valid", None)


@given(organisation_codes())
def test_a_computed_organisation_code_is_valid(code: str) -> None:
    assert orgcode.holds(code)
    assert orgcode.judge(code) == ("valid", None)


@given(organisation_codes(), st.sampled_from("0123456789X"))
def test_another_check_character_of_an_organisation_code_is_found(code: str, last: str) -> None:
    assume(last != code[8])
    assert orgcode.judge(code[:8] + last) == ("invalid", "check")


@pytest.mark.parametrize(
    ("code", "judged"),
    [
        ("D2143569X", ("valid", None)),
        ("D21435690", ("invalid", "check")),
        ("D2143569A", ("invalid", "charset")),
        ("D2143569", ("invalid", "length")),
        ("信2143569X", ("invalid", "charset")),
    ],
)
def test_each_reason_of_an_organisation_code(code: str, judged: tuple[str, str | None]) -> None:
    assert orgcode.judge(code) == judged


@pytest.mark.parametrize("number", ["110108000000016", "440301103097413"])
def test_published_registration_numbers_hold(number: str) -> None:
    assert gs15.judge(number) == ("valid", None)


@given(st.text("0123456789", min_size=14, max_size=14))
def test_an_independent_library_computes_the_same_check_digit(first14: str) -> None:
    assert gs15.check_digit(first14) == mod_11_10.calc_check_digit(first14)


@given(registration_numbers(), st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_changed_digit_of_a_registration_number_is_found(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    assert gs15.judge(number[:place] + digit + number[place + 1 :]) == ("invalid", "check")


@pytest.mark.parametrize(
    ("number", "judged"),
    [
        ("110108000000017", ("invalid", "check")),
        ("11010800000001X", ("invalid", "charset")),
        ("11010800000001", ("invalid", "length")),
        ("3101121022707", ("valid", "old_13_digits")),
        ("310112102270X", ("invalid", "charset")),
    ],
)
def test_each_reason_of_a_registration_number(number: str, judged: tuple[str, str | None]) -> None:
    assert gs15.judge(number) == judged


def test_check_digits_are_refused_for_other_shapes() -> None:
    with pytest.raises(Invalid, match="前14位"):
        gs15.check_digit("1234")
    with pytest.raises(Invalid, match="8位"):
        orgcode.check_character("d2143569")
