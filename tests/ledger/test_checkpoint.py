"""A checkpoint is text that anybody can keep; its signature is checked by two programs that share no code."""

import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.ledger.rules.checkpoint import origin, public_key, read, sign
from xinheng.ledger.values import CheckpointInvalid

SEED = bytes(range(32))
AT = datetime(2026, 11, 21, 3, 4, 5, 999, UTC)
TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "verify.py"))


def test_what_was_signed_is_read_back() -> None:
    signed = sign(7, b"\x01" * 32, AT, origin=origin(SEED), seed=SEED)
    assert read(signed.text, key=public_key(SEED)) == signed


@pytest.mark.parametrize(
    ("old", "new"), [("size 7", "size 8"), ("root 01", "root 02"), ("at 2026", "at 2025"), ("origin x", "origin y")]
)
def test_a_changed_line_is_found(old: str, new: str) -> None:
    text = sign(7, b"\x01" * 32, AT, origin=origin(SEED), seed=SEED).text
    assert old in text
    with pytest.raises(CheckpointInvalid):
        read(text.replace(old, new), key=public_key(SEED))


def test_another_key_does_not_open_it() -> None:
    text = sign(7, b"\x01" * 32, AT, origin=origin(SEED), seed=SEED).text
    with pytest.raises(CheckpointInvalid) as refused:
        read(text, key=public_key(b"\x09" * 32))
    assert refused.value.code == "ledger.checkpoint_signature"


@pytest.mark.parametrize(
    "text", ["", "hello", "xinheng-checkpoint/1\n\nsig ed25519 AA", "xinheng-checkpoint/1\nsize 1\n\nx"]
)
def test_other_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CheckpointInvalid) as refused:
        read(text, key=public_key(SEED))
    assert refused.value.code == "ledger.checkpoint_malformed"


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_the_tool_agrees_with_the_library_on_signatures(seed: bytes, message: bytes, bit: int) -> None:
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    holds = TOOL["signature_holds"]
    assert holds(public_key(seed), message, signature)
    forged = bytearray(signature)
    forged[bit // 8] ^= 1 << bit % 8
    assert not holds(public_key(seed), message, bytes(forged))
    assert not holds(public_key(seed), message + b"x", signature)


def test_the_tool_reads_the_platforms_checkpoints() -> None:
    signed = sign(7, b"\x01" * 32, AT, origin=origin(SEED), seed=SEED)
    name, size, root, body, signature = TOOL["read_checkpoint"](signed.text)
    assert (name, size, root) == (origin(SEED), 7, b"\x01" * 32)
    assert TOOL["signature_holds"](public_key(SEED), body, signature)
