import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from kernel.strategies import usccs
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import uscc

PLACES = st.integers(0, 17)


def with_check(first17: str) -> str:
    return first17 + uscc.check_digit(first17)


@given(usccs())
def test_a_computed_code_is_valid(code: str) -> None:
    assert uscc.judge(code) == ("valid", None)
    assert uscc.is_valid(code)


@given(usccs(frozenset({"11", "12", "13", "51", "52", "53", "91", "92", "93"})))
def test_an_independent_library_agrees_on_codes_beginning_with_digits(code: str) -> None:
    assert oracle.is_valid(code)
    assert oracle.calc_check_digit(code[:17]) == code[17]


@given(usccs(), PLACES, st.sampled_from(uscc.ALPHABET))
def test_one_changed_character_is_found(code: str, place: int, character: str) -> None:
    assume(code[place] != character)
    assert uscc.judge(code[:place] + character + code[place + 1 :])[0] != "valid"


@given(usccs(), st.integers(0, 16))
def test_two_exchanged_neighbours_are_found(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert uscc.judge(exchanged)[0] != "valid"


@given(usccs(), st.sampled_from(uscc.ALPHABET))
def test_a_code_wrong_in_its_outer_check_only_is_held(code: str, last: str) -> None:
    assume(last != code[17])
    assert uscc.judge(code[:17] + last) == ("held", "check")


@pytest.mark.parametrize("authority", sorted(uscc.AUTHORITIES))
def test_every_registering_department_is_known(authority: str) -> None:
    for organisation_class in uscc.AUTHORITIES[authority].classes:
        code = with_check(f"{authority}{organisation_class}990101MA0000015")
        assert uscc.judge(code) == ("valid", None)
        explained = uscc.explain(code)
        assert explained.authority == uscc.AUTHORITIES[authority].name
        assert explained.organisation_class == uscc.AUTHORITIES[authority].classes[organisation_class]


@pytest.mark.parametrize(
    ("code", "judged"),
    [
        (with_check("91990101MA0000015"), ("valid", None)),
        (with_check("91990101MA0000016"), ("valid", "inner_check")),
        (with_check("94990101MA0000015"), ("valid", "authority")),
        (with_check("B1990101MA0000015"), ("valid", "authority")),
        (with_check("94990101MA0000016"), ("valid", "authority")),
        (with_check("91990101MA0000015")[:17], ("invalid", "length")),
        (with_check("91990101MA0000015") + "0", ("invalid", "length")),
        ("91990101MAI0000157", ("invalid", "charset")),
        ("91A90101MA00000157", ("invalid", "charset")),
    ],
)
def test_each_reason_and_its_neighbour(code: str, judged: tuple[str, str | None]) -> None:
    assert uscc.judge(code) == judged


def test_a_wrong_check_is_not_held_when_the_inner_check_or_the_authority_is_wrong_too() -> None:
    for first17 in ("91990101MA0000016", "94990101MA0000015"):
        right = uscc.check_digit(first17)
        wrong = next(c for c in uscc.ALPHABET if c != right)
        assert uscc.judge(first17 + wrong) == ("invalid", "check")


def test_weights_are_powers_of_three() -> None:
    assert tuple(pow(3, i, 31) for i in range(17)) == uscc.WEIGHTS


def test_a_code_is_taken_apart() -> None:
    explained = uscc.explain(with_check("93990101MA0000015"))
    assert (explained.division, explained.organisation_code) == ("990101", "MA0000015")
    assert explained.organisation_class == "农民专业合作社"
    assert explained.inner_check_holds
    assert explained.check_holds


@pytest.mark.parametrize("text", ["", "9199", "91990101MA000001I", "９" * 17, "91990101ma0000015"])
def test_a_check_digit_is_refused_for_what_is_no_code(text: str) -> None:
    with pytest.raises(Invalid, match="17位") as refused:
        uscc.check_digit(text)
    assert refused.value.code == "identifiers.uscc_shape"
    with pytest.raises(Invalid):
        uscc.explain(text)
