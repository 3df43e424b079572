import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.names import bigrams, comparison_form, core, region_words, same_but_for_writing, written_form

TEXT = st.text(st.sampled_from("甲乙丙公司AbC12 　\u00a0\u200b（）()【】[]·•・-－，.&\x00"), max_size=20)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("甲乙（深圳）有限公司", "甲乙(深圳)有限公司"),
        ("甲乙（深圳）有限公司", "甲乙【深圳】 有限公司"),
        ("甲乙有限公司", "甲乙有限公司\u00a0"),
        ("甲乙有限公司", "甲乙　有限 公司"),
        ("甲乙有限公司", "\u200b甲乙有限公司\ufeff"),
        ("ＡＢＣ１２有限公司", "abc12有限公司"),
        ("阿甲·乙丙店", "阿甲•乙丙店"),
        ("阿甲・乙丙店", "阿甲‧乙丙店"),
    ],
)
def test_names_that_differ_in_writing_only_are_the_same(a: str, b: str) -> None:
    assert same_but_for_writing(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("甲乙有限责任公司", "甲乙有限公司"),
        ("甲乙股份有限公司", "甲乙有限公司"),
        ("甲乙第一商店", "甲乙第三商店"),
        ("甲乙（深圳）有限公司", "甲乙深圳有限公司"),
        ("甲乙有限公司", "甲乙有限公司分公司"),
        ("阿甲·乙丙店", "阿甲乙丙店"),
        ("甲一有限公司", "甲-有限公司"),
        ("A B 有限公司", "AB有限公司"),
    ],
)
def test_one_character_more_is_another_name(a: str, b: str) -> None:
    assert not same_but_for_writing(a, b)


def test_the_written_form_is_that_of_a_register() -> None:
    assert written_form(" Ａbc  Trade (上海) 有限公司 ") == "Abc Trade（上海）有限公司"
    assert comparison_form("Ａbc (上海) 有限公司") == "ABC（上海）有限公司"


@given(TEXT)
def test_the_written_form_is_stable(text: str) -> None:
    assert written_form(written_form(text)) == written_form(text)
    assert comparison_form(written_form(text)) == comparison_form(text)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("腾讯科技（深圳）有限公司", "腾讯科技"),
        ("阿里巴巴（中国）有限公司", "阿里巴巴"),
        ("深圳市旭成服装有限公司", "旭成服装"),
        ("广东省广州市天河区甲乙商贸有限责任公司", "甲乙商贸"),
        ("内蒙古自治区呼和浩特市甲乙股份有限公司", "甲乙"),
        ("华为技术有限公司北京分公司", "华为技术北京分公司"),
        ("北京甲乙合伙企业（有限合伙）", "甲乙"),
        ("甲乙（集团）股份有限公司", "甲乙集团"),
        ("甲乙集团有限公司", "甲乙集团"),
        ("中国银行股份有限公司", "中国银行"),
        ("北京市公司", "北京市"),
        ("上海有限公司", "上海"),
        ("有限公司", "有限公司"),
        ("甲乙（好）有限公司", "甲乙好"),
        ("", ""),
    ],
)
def test_the_core_is_without_region_and_form(name: str, left: str) -> None:
    assert core(name) == left


@given(TEXT)
def test_the_core_adds_nothing(text: str) -> None:
    remaining = iter(comparison_form(text))
    assert all(character in remaining for character in core(text))


@given(st.text(st.sampled_from("甲乙丙丁"), min_size=2, max_size=6), st.sampled_from(sorted(region_words())))
def test_a_region_before_a_brand_does_not_change_the_core(brand: str, region: str) -> None:
    assert core(f"{region}{brand}有限公司") == brand


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("腾讯科技", ["腾讯", "讯科", "科技"]),
        ("甲乙（深圳）", ["甲乙", "乙深", "深圳"]),
        ("ab１2", ["AB", "B1", "12"]),
        ("信", ["信"]),
        ("（）·", []),
        ("", []),
        ("甲甲甲", ["甲甲", "甲甲"]),
    ],
)
def test_bigrams_overlap_over_what_is_spoken(text: str, grams: list[str]) -> None:
    assert bigrams(text) == grams


@given(st.text(st.sampled_from("甲乙丙AB12"), min_size=2), st.data())
def test_the_grams_of_a_part_are_among_those_of_the_whole(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert set(bigrams(text[start:end])) <= set(bigrams(text))
    assert len(bigrams(text)) == len(text) - 1
