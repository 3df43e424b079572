from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.canonical import canonical, json_text, plain_decimal, text

FIELDS = st.lists(st.none() | st.text(st.characters(codec="utf-8")), max_size=6)


def read_back(data: bytes) -> list[str | None]:
    """The inverse, written apart: what can be read back can not be two things."""
    fields: list[str | None] = []
    while data:
        if data[:1] == b"-":
            fields.append(None)
            data = data[1:]
            continue
        length, _, rest = data.partition(b":")
        fields.append(rest[: int(length)].decode())
        data = rest[int(length) :]
    return fields


@given(FIELDS)
def test_fields_can_be_read_back(fields: list[str | None]) -> None:
    assert read_back(canonical(fields)) == fields


@given(FIELDS, FIELDS)
def test_different_fields_never_look_alike(a: list[str | None], b: list[str | None]) -> None:
    assert (canonical(a) == canonical(b)) == (a == b)


def test_length_counts_bytes_and_none_is_not_an_empty_text() -> None:
    assert canonical(["信", None, "", "-"]) == b"3:\xe4\xbf\xa1-0:1:-"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, "1"),
        (False, "0"),
        (7, "7"),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 3, 4, 5, 6, UTC), "2026-11-21T03:04:05.000006Z"),
        (datetime(2026, 11, 21, 8, 0, tzinfo=timezone(timedelta(hours=8))), "2026-11-21T00:00:00.000000Z"),
        (b"\x00\xff", "00ff"),
        ({"b": [1, None], "a": "信"}, '{"a":"信","b":[1,null]}'),
        ((date(2026, 1, 2), Decimal("1.50")), '["2026-01-02","1.5"]'),
    ],
)
def test_values_are_written_in_one_way(value: object, written: str | None) -> None:
    assert text(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1E+3", "1000"),
        ("2.500", "2.5"),
        ("-0", "0"),
        ("0.000", "0"),
        ("-0.010", "-0.01"),
        ("100", "100"),
        ("1E-7", "0.0000001"),
    ],
)
def test_decimals_have_no_exponent_and_no_trailing_zeros(value: str, written: str) -> None:
    assert plain_decimal(Decimal(value)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_plain_decimal_keeps_its_value(value: Decimal) -> None:
    assert Decimal(plain_decimal(value)) == value


def test_json_does_not_depend_on_the_order_of_keys() -> None:
    assert json_text({"a": 1, "b": {"d": 1, "c": 2}}) == json_text({"b": {"c": 2, "d": 1}, "a": 1})
