"""Whatever a module says has an English sentence with the same values, and a page in English says it."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from time import perf_counter

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st
from messages import CHINESE, SOURCE
from spoken import constants_of, files, place, templates_of

from xinheng.catalogue.readers.edition import package_edition
from xinheng.web.catalogues import catalogue_files, read_po
from xinheng.web.sentences import FOLDER, KINDS, Sentence, in_page_language, sentences

CONSTANTS: Mapping[str, frozenset[str]] = {
    # What is looked for in what others wrote: words of cells, headings, names of businesses and places, patterns.
    "intake/rules/facts.py": frozenset({"PERSON_CLASS", "_SCHEMES"}),
    "intake/rules/mapping.py": frozenset({"USUAL", "_WORDS_OF_NOTHING"}),
    "kernel/identifiers/uscc.py": frozenset({"AUTHORITIES"}),
    "kernel/text.py": frozenset({"BLANK_MARKERS", "CELL_RULE_WORDS"}),
    "kernel/written_dates.py": frozenset({"_HAN", "_AMBIGUOUS", "_INCOMPLETE"}),
    "subjects/rules.py": frozenset({"_NO_LEGAL_PERSON_ENDINGS"}),
    "tables/header.py": frozenset({"_REMARK"}),
    # What stands in files, which are written in Chinese for whoever hands in.
    "accounts/operations/exporting.py": frozenset({"HEADER"}),
    "intake/values/receipts.py": frozenset({"REASON_HEADERS", "ASIDE_HEADERS"}),
}
"""Constants whose Chinese words no page says, by the file they stand in."""
FILES = frozenset(
    {
        "engine/column_evidence.py",
        "engine/column_tests.py",
        "engine/primitives.py",
        "intake/rules/survey.py",
        "kernel/identifiers/writing.py",
        "kernel/masking.py",
        "kernel/names.py",
        # The template that is handed out, in Chinese as what is handed in.
        "intake/rules/books.py",
        "tables/cells.py",
    }
)
"""Files with nothing but such words."""
UNSAID: Mapping[str, tuple[str, ...]] = {
    # The workbook of the rows that go back, written in Chinese like the file they came in.
    "intake/operations/books.py": (
        "由系统填写",
        "批次 {}（{}）需要改正的行",
        *"一二三四五六",
        "原来是公式",
        "原文件有两列",
        "这一行原来比表头多出内容",
        "（第一列是",
    ),
    "tables/books.py": ("填写说明", "信衡", "不在可填的值中", "请从下拉列表中选择", "原文 {} 个字，工作簿的一格放不下"),
    "tables/writing.py": ("数据",),
    # What is looked for in what others wrote.
    "intake/operations/surveying.py": ("一", "鿿"),
    "intake/queries/held.py": ("个人",),
    "intake/rules/rows.py": (r"批次\s*(",),
    # Words pages have others for, or none: the name of the notice is that of a document.
    "kernel/calendar_data.py": ("国务院办公厅关于{}年部分节假日安排的通知",),
    "kernel/periods.py": ("年", "日", "0日"),
    "records/values.py": ("临近到期", "到期未续"),
    "subjects/queries/personal.py": ("已删除",),
    "subjects/values.py": ("住址", "其他个人信息"),
}
"""Beginnings of other Chinese texts that no page says, by the file they stand in."""

WHOLE = [each for each in sentences() if each.whole]
TEMPLATES = [each.chinese for each in sentences()]


def labels() -> set[str]:
    """The words that have their English in the catalogues of the front ends."""
    return {
        text for path in catalogue_files() if "/en/" in path.as_posix() for text in read_po(path.read_text("utf-8"))
    }


def spoken() -> dict[str, str]:
    """Chinese template → the file it stands in, of all that a page may say."""
    found: dict[str, str] = {}
    for path in files():
        name = place(path)
        if name in FILES:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for template in templates_of(tree, without=CONSTANTS.get(name, frozenset())):
            if not template.startswith(UNSAID.get(name, ("\0",))):
                found.setdefault(template, name)
    return found


def test_what_is_left_out_is_there() -> None:
    for name, beginnings in UNSAID.items():
        texts = list(templates_of(ast.parse((SOURCE / name).read_text(encoding="utf-8"))))
        assert [one for one in beginnings if not any(text.startswith(one) for text in texts)] == [], name
    for name, constants in CONSTANTS.items():
        tree = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
        assert [one for one in constants if one not in set(constants_of(tree))] == [], name


def texts(thing: object, kind: str) -> Iterator[str]:
    """What stands in a catalogue in fields whose names end so, however deep."""
    if is_dataclass(thing):
        for each in fields(thing):
            value = getattr(thing, each.name)
            if each.name.endswith(kind) and isinstance(value, str) and value:
                yield value
            else:
                yield from texts(value, kind)
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from texts(value, kind)
    elif isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield from texts(value, kind)


def judgements(region: str) -> set[str]:
    """What a region's catalogue says: the messages of its checks, why a value cannot stand alone, and its notes."""
    edition = package_edition(region)
    alone = {said for one in edition.code_lists.values() for said in one.not_alone.values()}
    checks, notes = set(texts(edition, "message")), set(texts(edition, "note"))
    assert min(len(alone), len(checks), len(notes)) > 3
    return alone | checks | notes


def english(message: str) -> str:
    with translation.override("en"):
        return in_page_language(message)


def places_of(text: str) -> list[tuple[str, str]]:
    return [(name, kind or "") for _text, name, kind, _conversion in string.Formatter().parse(text) if name is not None]


def without_quoted(text: str) -> str:
    """Without what stands in quotation marks: values as they must be written in a file."""
    return re.sub(r"“[^”]*”", "", text)


def test_everything_a_module_says_has_an_english_sentence() -> None:
    known = {each.chinese.replace("{{", "{").replace("}}", "}") for each in sentences()} | labels()
    assert {text: where for text, where in spoken().items() if text not in known} == {}


def test_no_sentence_is_kept_that_nobody_says() -> None:
    said = set(spoken())
    kept = {each.chinese.replace("{{", "{").replace("}}", "}") for each in sentences()} - said
    messages = judgements("") | judgements("demo")
    messages |= {piece for one in messages for piece in one.split("；")}
    # The frame of a value that is not repeated has no Chinese of its own to be found by.
    assert {text for text in kept if not any(_made(text, one) for one in messages)} == {"“{}”：{}"}


def _made(template: str, message: str) -> bool:
    return next(each for each in sentences() if each.chinese == template).values(message) is not None


@pytest.mark.parametrize("region", ["", "demo"])
def test_everything_the_catalogue_says_has_an_english_sentence(region: str) -> None:
    messages = sorted(judgements(region))
    assert len(messages) > 80
    assert [one for one in messages if CHINESE.search(without_quoted(english(one)))] == []


def test_an_english_sentence_has_the_values_of_its_chinese_one_and_no_chinese() -> None:
    for each in sentences():
        count = len(places_of(each.chinese))
        assert sorted(int(name) for name, _kind in places_of(each.english)) == list(range(count)), each.chinese
        assert {kind for _name, kind in places_of(each.english)} <= {"", "said", *KINDS}, each.chinese
        assert not CHINESE.search(without_quoted(each.english)), each.english
        assert each.english.endswith(".") == each.chinese.endswith("。"), each.chinese


def test_a_sentence_stands_in_one_file_only() -> None:
    found = [text for path in FOLDER.glob("*.po") for text in read_po(path.read_text(encoding="utf-8")) if text]
    assert len(found) == len(set(found))


@given(st.data())
def test_a_message_says_in_english_what_it_was_made_of_with_the_same_values(data: st.DataObject) -> None:
    sentence = data.draw(st.sampled_from(WHOLE))
    # Values that have none of the text's own signs, so that there is one way to read them; whatever else they may be.
    others = st.characters(exclude_characters="".join(sentence.fixed) + "、；", exclude_categories=["Cs"])
    # Of two values with nothing between them the second may be empty.
    adjoining = [index > 0 and not piece for index, piece in enumerate(sentence.fixed[:-1])]
    values = [data.draw(st.just("") if empty else st.text(others, min_size=1)) for empty in adjoining]
    assume(
        not any(CHINESE.search(value) for value in values)
        or all(kind == "" for _n, kind in places_of(sentence.english))
    )
    message = sentence.chinese.format(*values)
    assume(CHINESE.search(message))
    assert english(message).casefold() == filled(sentence, values).casefold()


def filled(sentence: Sentence, values: list[str]) -> str:
    parts = string.Formatter().parse(sentence.english)
    return "".join(
        text + ("" if name is None else KINDS["spaced" if kind == "spaced" else ""](values[int(name)]))
        for text, name, kind, _conversion in parts
    )


@given(st.data())
def test_whatever_stands_in_a_message_it_is_answered_and_a_chinese_page_has_it_unchanged(data: st.DataObject) -> None:
    sentence = data.draw(st.sampled_from(sentences()))
    piece = st.one_of(st.text(max_size=20), st.sampled_from(TEMPLATES), st.just("；" * 40))
    message = sentence.chinese.format(*[data.draw(piece) for _each in sentence.fixed[1:]])
    assert in_page_language(message) == message
    assert english(message)


def test_a_value_that_goes_on_and_on_costs_no_more_than_any_other() -> None:
    nested = "“甲”填写为“乙”：" * 400
    joined = "；".join(f"没有编号为 {number} 的单位" for number in range(400))
    began = perf_counter()
    assert english(nested)
    assert english(joined)
    assert perf_counter() - began < 1


def test_a_message_nobody_knows_stands_as_it_is() -> None:
    assert english("本地区自己的检查：2020 至 2021 年的不收") == "本地区自己的检查：2020 至 2021 年的不收"
    assert english("“某字段”填写为“甲”：本地区自己的检查") == "“某字段” is given as “甲”: 本地区自己的检查"
    assert english("already English, with 中文 in it") == "already English, with 中文 in it"
    assert english("") == ""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "“行政处罚决定书文号”：必填，不能为空（“无”“/”“-”“null”等视为空）",
            "“Document number of the penalty decision”: required and cannot be empty"
            " (“无”, “/”, “-”, “null” and the like count as empty)",
        ),
        (
            "“行政相对人类别”填写为“自然人”：行政相对人类别是“自然人”，不得填写统一社会信用代码",
            "“Kind of party” is given as “自然人”: “Kind of party” says “natural person”,"
            " so no unified social credit code may be given",
        ),
        (
            "口令有 3 位，最长 2 位；口令不得包含登录名；口令只用了 2 个不同字符，应不少于 5 个",
            "The password has 3 characters; at most 2 are allowed; the password must not contain the login;"
            " the password uses too few different characters (2); it needs at least 5",
        ),
        (
            "查询自然人信息须先登记用途，可选：行政审批、政府采购、招标投标资格审查",
            "To look up natural persons, register a purpose first; choose one of:"
            " Administrative approval, Qualification for government procurement and tenders",
        ),
        (
            "表头缺少必填列：行政处罚决定书文号；重复出现必填列：备注。请按模板补齐，每列只保留一个，再上报。",
            "The header has columns that are required and missing: Document number of the penalty decision"
            " (行政处罚决定书文号); columns that are required and repeated: Remark (备注)."
            " Complete it after the template and keep each column once, then upload it.",
        ),
        (
            "信息项“行政处罚”未启用，不能报送：信息项“行政处罚”的依据均待核实，请先核对",
            "The item “Administrative penalty” is switched off and cannot be handed in:"
            " the bases of the item “Administrative penalty” all have to be verified; check them first",
        ),
        (
            "“处罚类别”填写为“不予行政处罚”：“不予行政处罚”不是行政处罚；可填：警告、罚款",
            "“Kind of penalty” is given as “不予行政处罚”: “不予行政处罚” is not an administrative penalty;"
            " allowed are: 警告, 罚款",
        ),
        ("早于“列入日期”", "lies before “Day of entry”"),
        (
            "公民身份号码已属于另一主体；一个代码同时只属于一个主体，请核对代码，或先合并两个主体",
            "Identity number belongs to another subject already; a code belongs to one subject at a time;"
            " check the code, or merge the two subjects first",
        ),
        (
            "办件现在是“待受理”，不能办理“核实”；现在可以办理：受理、不予受理。请刷新后再办",
            "The case is “Waiting to be accepted” now, so “Confirm” cannot be done; what can be done:"
            " Acceptance, Not accepted. Load the page again first",
        ),
    ],
)
def test_sentences_within_sentences_and_words_within_them_are_english_too(message: str, said: str) -> None:
    assert english(message) == said
