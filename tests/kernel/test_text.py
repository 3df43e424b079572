import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.text import (
    CELL_RULE_WORDS,
    ControlCharacter,
    control_characters,
    is_blank_marker,
    normalise_cell,
    without_controls,
)

MARKED = st.text(st.sampled_from("a&;#38xnbspamlt_X000dD \u00a0\u200b\u200e\r\n\t　甲0"), max_size=24)


@pytest.mark.parametrize(
    ("value", "kept", "rules"),
    [
        ("甲乙", "甲乙", ()),
        ("  甲 乙\t", "甲 乙", ("trimmed",)),
        ("　甲\n", "甲", ("trimmed",)),
        ("甲\u00a0乙\u00a0", "甲 乙", ("nbsp", "trimmed")),
        ("甲\u200b乙\ufeff", "甲乙", ("zero_width",)),
        ("甲\u202e乙", "甲\u202e乙", ("bidi_kept",)),
        ("甲_x000D_\n乙", "甲\n乙", ("x000d",)),
        ("甲\r\n乙\r丙", "甲\n乙\n丙", ("line_ends",)),
        ("甲&nbsp;乙", "甲 乙", ("entities", "nbsp")),
        ("甲&amp;乙", "甲&乙", ("entities",)),
        ("甲&amp;nbsp;乙", "甲 乙", ("entities", "nbsp")),
        ("&lt;b&gt;甲&#20057;", "<b>甲乙", ("entities",)),
        ("警告&警告&警告", "警告&警告&警告", ()),
        ("<script>甲</script>", "<script>甲</script>", ()),
        ("甲\x00乙", "甲\x00乙", ()),
        ("Ａ１", "Ａ１", ()),
        ("a\u200b&amp\u200b;b", "a&b", ("zero_width", "entities")),
    ],
)
def test_a_cell_is_normalised_and_says_how(value: str, kept: str, rules: tuple[str, ...]) -> None:
    assert normalise_cell(value) == (kept, rules)
    assert set(rules) <= set(CELL_RULE_WORDS)


@given(MARKED | st.text())
def test_a_normalised_cell_stays_as_it_is(value: str) -> None:
    kept, _ = normalise_cell(value)
    again, rules = normalise_cell(kept)
    assert again == kept
    assert set(rules) <= {"bidi_kept"}


@given(MARKED | st.text())
def test_what_was_changed_is_named_and_what_was_not_is_not(value: str) -> None:
    kept, rules = normalise_cell(value)
    assert (kept != value) == bool(set(rules) - {"bidi_kept"})


def test_control_characters_are_reported_with_their_place() -> None:
    assert control_characters("甲\x00乙\x07") == (ControlCharacter(1, 0), ControlCharacter(3, 7))
    assert str(control_characters("甲\x00")[0]) == "第2个字符 U+0000"
    assert control_characters("甲\ud800") == (ControlCharacter(1, 0xD800),)
    assert control_characters("甲\t乙\r\n丙𠮷") == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "　", "\u00a0", "\u200b", "无", " 无 ", "/", "//", "\\", "-", "--", "—", "——", "— —", "－", "–"),
        *("null", "NULL", "None", "N/A", "nan", "空", "未知", "不详", "&nbsp;", "。", "...", "*"),
    ],
)
def test_these_stand_for_nothing(text: str) -> None:
    assert is_blank_marker(text)


@pytest.mark.parametrize("text", ["0", "无证经营", "未知名", "空调", "A/B", "-1", "甲", "无。甲", "nullable", "x"])
def test_these_are_values(text: str) -> None:
    assert not is_blank_marker(text)


def test_entities_hidden_in_one_another_thousands_deep_end_neither_the_stack_nor_the_day() -> None:
    for hidden in ("#8203;", "amp;"):
        kept, rules = normalise_cell("&" * 4600 + "\u200b" + hidden * 4600)
        assert "&" in kept or kept == ""
        assert "entities" in rules


def test_the_sign_of_a_lost_character_is_an_error_with_its_place() -> None:
    [found] = control_characters("甲\ufffd")
    assert found.is_lost
    assert str(found) == "第2个字符 U+FFFD"
    assert not control_characters("甲\x00")[0].is_lost
    assert without_controls("甲\ufffd\x00乙\n") == "甲乙\n"
