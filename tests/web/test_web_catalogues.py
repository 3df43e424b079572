"""Every message has an English text; the compiled catalogue is what the source says."""

import ast
import gettext
import io
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from messages import (
    SAMPLES,
    all_messages,
    bare_python_words,
    bare_template_marks,
    bare_template_words,
    python_messages,
    sources,
    template_messages,
    templates,
)

from xinheng.web.catalogues import catalogue_files, read_po, to_mo

WRITTEN_HERE = {"年", "月", "日"}
"""What dates are written with; English is written by the other branch."""
CITING = {"basis.html"}
"""A document is cited as it is written, in Chinese."""
MEASURES = {"行", "条", "元", "万元"}
"""Measure words given as values; translated when they are drawn."""


def english() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in catalogue_files():
        if "/en/" in path.as_posix():
            found.update(read_po(path.read_text(encoding="utf-8")))
    return found


def test_every_message_has_an_english_text() -> None:
    known = english()
    missing = {message: sorted(files) for message, files in all_messages().items() if message not in known}
    assert missing == {}


def test_english_texts_have_the_same_places_for_values() -> None:
    for message, text in english().items():
        assert _places(message) == _places(text), message


def _places(text: str) -> set[str]:
    return {part.split(")", 1)[0] for part in text.split("%(")[1:]}


@pytest.mark.parametrize("path", [p for p in templates() if p.name not in SAMPLES], ids=lambda p: p.name)
def test_a_template_has_no_chinese_outside_translation(path: Path) -> None:
    assert bare_template_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [p for p in templates() if p.name not in SAMPLES | CITING], ids=lambda p: p.name)
def test_a_template_has_no_chinese_marks_outside_translation(path: Path) -> None:
    assert bare_template_marks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [p for p in sources() if p.name not in SAMPLES], ids=lambda p: p.name)
def test_a_source_has_no_chinese_outside_translation(path: Path) -> None:
    words = set(bare_python_words(ast.parse(path.read_text(encoding="utf-8")))) - MEASURES - WRITTEN_HERE
    assert {word for word in words if not word.startswith("(")} == set()


def test_the_finder_sees_what_it_should() -> None:
    template = (
        '{% translate "甲" %}{% blocktranslate with n=1 trimmed %}\n 乙 {{ n }} %\n{% endblocktranslate %}<p>丙</p>'
    )
    assert list(template_messages(template)) == ["甲", "乙 %(n)s %%"]
    assert bare_template_words(template) == ["丙"]
    assert bare_template_marks("{% translate '：' %}（{{ n }}") == ["（"]
    tree = ast.parse('"""文档"""\nx = _("甲") % {"k": "v"}\ny = "乙"')
    assert list(python_messages(tree)) == ["甲"]
    assert bare_python_words(tree) == ["乙"]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    )
)
def test_a_compiled_catalogue_reads_back_by_the_standard_library(messages: dict[str, str]) -> None:
    compiled = gettext.GNUTranslations(io.BytesIO(to_mo({"": "Content-Type: text/plain; charset=UTF-8\n", **messages})))
    assert {key: compiled.gettext(key) for key in messages} == messages


def test_po_reading_joins_lines_and_leaves_out_what_is_not_ready() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n\nmsgid "甲"\n"乙"\nmsgstr "a \\"b\\""\n\n'
        '#, fuzzy\nmsgid "丙"\nmsgstr "c"\n\nmsgid "丁"\nmsgstr ""\n'
    )
    assert read_po(text) == {"": "Language: en\n", "甲乙": 'a "b"'}


def test_a_po_entry_of_another_kind_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_po('msgid "a"\nmsgid_plural "b"\n')


def test_a_page_in_english_is_english() -> None:
    with translation.override("en"):
        assert Template("{% load i18n %}{% translate '回到首页' %}").render(Context()) == "Back to the home page"
