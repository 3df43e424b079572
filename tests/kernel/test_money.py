from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.money import (
    MAX_CENTS,
    Amount,
    AmountProblem,
    cents_from_wan,
    parse_amount,
    wan_decimal,
    wan_text,
)

CENTS = st.integers(-MAX_CENTS, MAX_CENTS)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("3.5", 3_500_000),
        ("0.000001", 1),
        ("0.0000010", 1),
        ("0.0000001", None),
        ("0", 0),
        ("-0.5", -500_000),
        ("+2", 2_000_000),
        ("007", 7_000_000),
        ("999999999999.999999", MAX_CENTS),
        ("1000000000000", None),
        ("", None),
        (".5", None),
        ("5.", None),
        ("1e3", None),
        ("1,000", None),
        ("３", None),
        ("3.5万元", None),
        ("NaN", None),
        ("3\n", None),
    ],
)
def test_cents_are_exact_or_none(text: str, cents: int | None) -> None:
    assert cents_from_wan(text) == cents


@given(CENTS)
def test_cents_survive_the_column_and_any_decimal_context(cents: int) -> None:
    with localcontext() as context:
        context.prec = 4
        written = format(wan_decimal(cents), "f")
    assert cents_from_wan(written) == cents
    assert Decimal(written) * 1_000_000 == cents


@given(CENTS)
def test_the_text_for_people_rounds_nothing_away(cents: int) -> None:
    shown = wan_text(cents)
    assert shown.endswith(" 万元")
    assert parse_amount(shown.removesuffix(" 万元")) in (Amount(cents), Amount(cents, ("thousands",)))


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (3_500_000, "3.50 万元"),
        (1, "0.000001 万元"),
        (0, "0.00 万元"),
        (-123_456_789, "-123.456789 万元"),
        (1_234_500_000, "1,234.50 万元"),
    ],
)
def test_an_amount_as_shown(cents: int, text: str) -> None:
    assert wan_text(cents) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("3.5", Amount(3_500_000)),
        (" 3.5\u00a0", Amount(3_500_000, ("blanks",))),
        ("３．５", Amount(3_500_000, ("full_width",))),
        ("1,234.5", Amount(1_234_500_000, ("thousands",))),
        ("１，２３４", Amount(1_234_000_000, ("full_width", "thousands"))),
        ("-1", Amount(-1_000_000)),
        ("", AmountProblem("empty")),
        ("　", AmountProblem("empty")),
        ("12,34", AmountProblem("not_a_number")),
        ("1,2345", AmountProblem("not_a_number")),
        ("1 2", AmountProblem("not_a_number")),
        ("3.5E+4", AmountProblem("not_a_number")),
        ("1.2.3", AmountProblem("not_a_number")),
        ("无", AmountProblem("not_a_number")),
        ("三万", AmountProblem("not_a_number")),
        ("3.5万元", AmountProblem("unit")),
        ("人民币3.5 万元", AmountProblem("unit")),
        ("500元", AmountProblem("unit")),
        ("0.0000001", AmountProblem("too_many_decimals")),
        ("1234567890123", AmountProblem("too_large")),
    ],
)
def test_an_amount_is_a_plain_number_or_has_a_reason(text: str, read: Amount | AmountProblem) -> None:
    assert parse_amount(text) == read


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    assert isinstance(parse_amount(text), Amount | AmountProblem)
