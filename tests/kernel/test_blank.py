"""What is blank: everything `str.strip` takes away, and what nobody sees besides."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.blank import BLANK, is_blank


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u3000",
        "\t\r\n",
        "\u200b\u200c\u200d\u200e\u200f",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u180e",
        "\u3164",
        "\x00",
    ],
)
def test_a_text_without_ink_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "-", "无", "\u3000号", "（", "\u0301", "\U0001f3db"])
def test_anything_that_can_be_seen_is_not(text: str) -> None:
    assert not is_blank(text)


def test_every_blank_of_python_and_every_control_is_blank() -> None:
    characters = map(chr, range(sys.maxunicode + 1))
    missed = [c for c in characters if (c.isspace() or unicodedata.category(c) == "Cc") and not is_blank(c)]
    assert missed == []


def test_no_letter_digit_mark_of_a_script_or_symbol_is_blank_but_those_made_without_ink() -> None:
    """The fillers of Hangul are letters, a Braille cell without dots a symbol, variation selectors and joiners marks."""
    seen = [c for c in BLANK if unicodedata.category(c)[0] in "LNPS"]
    assert seen == ["\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"]


def test_no_character_is_listed_twice() -> None:
    assert len(set(BLANK)) == len(BLANK)


@given(st.text(), st.text(st.sampled_from(BLANK)), st.text(st.sampled_from(BLANK)))
def test_blanks_around_a_text_change_nothing(text: str, before: str, after: str) -> None:
    assert is_blank(before + text + after) == is_blank(text)
