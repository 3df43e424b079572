"""Sealed values open only with their key and in their place; equal parts give equal keyed hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.storage.sealing import CannotUnseal, keyed_hash, seal, unseal

KEY = b"k" * 32


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_what_was_sealed_opens(data: bytes, context: bytes) -> None:
    assert unseal(KEY, seal(KEY, data, context), context) == data


@given(st.binary(min_size=1, max_size=100), st.integers(min_value=0))
def test_a_changed_byte_does_not_open(data: bytes, place: int) -> None:
    sealed = bytearray(seal(KEY, data, b"row 1"))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(CannotUnseal):
        unseal(KEY, bytes(sealed), b"row 1")


def test_a_value_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(CannotUnseal):
        unseal(KEY, seal(KEY, b"x", b"row 1"), b"row 2")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + b"0" * 40])
def test_what_is_no_seal_does_not_open(sealed: bytes) -> None:
    with pytest.raises(CannotUnseal):
        unseal(KEY, sealed, b"")


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_keyed_hashes_are_equal_exactly_for_equal_parts(one: list[str], other: list[str]) -> None:
    assert (keyed_hash(KEY, *one) == keyed_hash(KEY, *other)) == (one == other)


def test_another_key_gives_another_hash() -> None:
    assert keyed_hash(KEY, "a") != keyed_hash(b"z" * 32, "a")
