"""Names of businesses: how they are written, what is the same but for writing, what is left without region and form.

有限责任公司 and 有限公司 stay different. The law lets a company choose either, so a name registered with one is not a slip for the
other; among 19,415 real names three pairs differ in nothing else. A match that looks past it is the task of `core` and of a person.
"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_BRACKETS = {**dict.fromkeys(map(ord, "([【〔﹝﹙［"), "（"), **dict.fromkeys(map(ord, ")]】〕﹞﹚］"), "）")}
_DOTS = dict.fromkeys(map(ord, "•・‧∙⋅･●˙"), "·")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–―−﹣"), "-")
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
    )
)
_FIRST = str.maketrans(_WIDTH)
_SECOND = str.maketrans({**_BRACKETS, **_DOTS, **_DASHES, **_INVISIBLE})
_BLANKS = re.compile(r"\s+")
_BLANK_BETWEEN_LATIN = re.compile(r"(?<=[0-9A-Za-z.,&'-]) (?=[0-9A-Za-z&'-])")
_KEPT_BLANK = "\x00"

FORM_WORDS: Final = (
    "合伙企业（特殊普通合伙）",
    "合伙企业（普通合伙）",
    "合伙企业（有限合伙）",
    "（特殊普通合伙）",
    "（普通合伙）",
    "（有限合伙）",
    "（个人独资）",
    "农民专业合作社联合社",
    "农民专业合作社",
    "专业合作社",
    "股份合作公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "股份公司",
    "公司",
)
"""Words that say only the legal form, longest first. 集团 and 控股 are not among them: a group is not its subsidiary."""

_BRANCH = re.compile(
    r"(.+?)(?:股份有限公司|有限责任公司|有限公司)(.{0,30}(?:分公司|分店|分行|分社|支行|营业部|办事处))"
)
_IN_BRACKETS = re.compile(r"（([^（）]*)）")
_NOT_A_FORM = ("分公司", "子公司", "总公司")
_COUNTRY = "中国"
_SHORTEST_CORE = 2


def written_form(name: str) -> str:
    """The name as a register writes it: half-width letters and digits, full-width brackets, one kind of middle dot, no blanks.

    Invisible marks go; a single blank stays between Latin words; case stays. Idempotent.
    Nothing that could tell two names apart is dropped.
    """
    text = name.translate(_FIRST).translate(_SECOND)
    text = _BLANKS.sub(" ", text.replace(_KEPT_BLANK, "")).strip()
    return _BLANK_BETWEEN_LATIN.sub(_KEPT_BLANK, text).replace(" ", "").replace(_KEPT_BLANK, " ")


def comparison_form(name: str) -> str:
    """`written_form` with Latin letters in capitals: equal for names that differ only in writing. The key to join names by."""
    return "".join(c.upper() if c.isascii() else c for c in written_form(name))


def same_but_for_writing(a: str, b: str) -> bool:
    """Say whether two names differ at most in writing (width, brackets, blanks, dots, case). One character more is another name."""
    return comparison_form(a) == comparison_form(b)


def core(name: str) -> str:
    """The name without the regions at its beginning or in brackets and without the words of its legal form, for search and candidates.

    `腾讯科技（深圳）有限公司` → `腾讯科技`; a branch keeps what makes it one. Two firms may share a core: it proposes, it never
    decides. Regions are those of a shipped list; what would leave fewer than two characters is not taken away.
    """
    text = _IN_BRACKETS.sub(_without_region, comparison_form(name))
    text = _without_leading_regions(_without_form(text))
    return text.replace("（", "").replace("）", "")


def bigrams(text: str) -> list[str]:
    """Overlapping grams of two characters over Han characters, letters and digits of the comparison form, in order, repeated ones too.

    A single character gives itself, nothing gives nothing. A text of n such characters gives n − 1 grams.
    """
    kept = "".join(c for c in comparison_form(text) if c.isalnum())
    if len(kept) < 2:
        return [kept] if kept else []
    return [kept[i : i + 2] for i in range(len(kept) - 1)]


@lru_cache(maxsize=1)
def region_words() -> frozenset[str]:
    """Provinces and prefectures with and without their suffix, counties in full (state of 2023-06-30).

    阿里 without its suffix is left out: far more names begin with it as a brand than as the prefecture.
    """
    source = files("xinheng.kernel").joinpath("data", "region_words.txt").read_text(encoding="utf-8")
    return frozenset(source.split())


@lru_cache(maxsize=1)
def _region_lengths() -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in region_words()}, reverse=True))


def _without_region(found: re.Match[str]) -> str:
    inside = found.group(1)
    return "" if inside == _COUNTRY or inside in region_words() else found.group(0)


def _without_form(text: str) -> str:
    branch = _BRANCH.fullmatch(text)
    if branch:
        return branch.group(1) + branch.group(2)
    if text.endswith(_NOT_A_FORM):
        return text
    for word in FORM_WORDS:
        rest = text.removesuffix(word)
        if rest != text:
            return rest if len(rest) >= _SHORTEST_CORE else text
    return text


def _without_leading_regions(text: str) -> str:
    while True:
        rest = _without_one_region(text)
        if rest == text:
            return text
        text = rest


def _without_one_region(text: str) -> str:
    words = region_words()
    for length in _region_lengths():
        if len(text) - length >= _SHORTEST_CORE and text[:length] in words:
            return text[length:]
    return text
