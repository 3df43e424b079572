"""A declaration read key by key: what it may say, and the whole sentence that refuses what it may not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from xinheng.engine.declare import (
    FACT,
    Check,
    Choice,
    ChoiceList,
    Effect,
    Field,
    FieldType,
    Outcome,
    Repetition,
    Sheet,
    Slot,
    Succession,
    parse_check,
    parse_outcome,
    required,
)
from xinheng.engine.operators import OPERATORS, All, Atom, Not, Some, atoms, parse_test
from xinheng.engine.plain import DeclarationInvalid, Node, read_day
from xinheng.engine.problems import Problem, gravest
from xinheng.engine.report import message

BAD = Outcome("X1", Effect.REJECT)
OUTCOMES = dict.fromkeys(Slot, BAD)
NOBODY = Field("N", "姓名", FieldType.TEXT, OUTCOMES, 5)
OTHER = Field("O", "另一", FieldType.TEXT, OUTCOMES)
ASKED = "只有一个操作的键值对，如 {filled: 字段}"


def refusal(work: Callable[[], Any]) -> tuple[str, str | None]:
    """The sentence and the key it points at."""
    with pytest.raises(DeclarationInvalid) as refused:
        work()
    assert refused.value.code == "engine.declaration"
    assert (refused.value.path or None) == refused.value.field
    return refused.value.message, refused.value.field


# a mapping, what is asked of it, what is refused in it and what may stand there
REFUSED: list[tuple[Any, Callable[[Node], Any], str, str, str]] = [
    ({}, lambda node: node.text("k"), "k", "缺少", "非空文本"),
    ({"k": ""}, lambda node: node.text("k"), "k", "值为 ''", "非空文本"),
    ({"k": 5}, lambda node: node.text("k", "x"), "k", "值为 5", "非空文本"),
    ({"k": "丙"}, lambda node: node.choice("k", ("甲", "乙")), "k", "值为 '丙'", "下列之一：甲、乙"),
    ({}, lambda node: node.choice("k", ("甲", "乙"), "丙"), "k", "缺少", "下列之一：甲、乙"),
    ({"k": 0}, lambda node: node.number("k"), "k", "值为 0", "正整数"),
    ({"k": -1}, lambda node: node.number("k"), "k", "值为 -1", "正整数"),
    ({"k": True}, lambda node: node.number("k"), "k", "值为 True", "正整数"),
    ({"k": "1"}, lambda node: node.number("k"), "k", "值为 '1'", "正整数"),
    ({"k": 1}, lambda node: node.flag("k"), "k", "值为 1", "true 或 false"),
    ({"k": "2021-7-15"}, lambda node: node.day("k"), "k", "值为 '2021-7-15'", "日期，如 2021-07-15"),
    ({"k": "2021-02-30"}, lambda node: node.day("k"), "k", "值为 '2021-02-30'", "日期，如 2021-07-15"),
    ({"k": "2021-W28-4"}, lambda node: node.day("k"), "k", "值为 '2021-W28-4'", "日期，如 2021-07-15"),
    ({"k": 20210715}, lambda node: node.day("k"), "k", "值为 20210715", "日期，如 2021-07-15"),
    ({"k": "甲"}, lambda node: node.texts("k"), "k", "值为 '甲'", "文本列表"),
    ({"k": ["甲", ""]}, lambda node: node.texts("k"), "k", "值为 ['甲', '']", "文本列表"),
    ({"k": ["甲", 5]}, lambda node: node.texts("k"), "k", "值为 ['甲', 5]", "文本列表"),
    ({"k": ["甲", "甲"]}, lambda node: node.texts("k"), "k", "值为 ['甲', '甲']", "不重复的文本列表"),
    ({"k": "甲"}, lambda node: node.child("k"), "k", "值为 '甲'", "键值对"),
    ({}, lambda node: node.child("k"), "k", "值为 None", "键值对"),
    ({"k": {"j": 5}}, lambda node: node.child("k").text("j"), "k.j", "值为 5", "非空文本"),
    ({"k": {}}, lambda node: list(node.children("k")), "k", "值为 {}", "列表"),
    ({"k": [{}, 5]}, lambda node: list(node.children("k")), "k[1]", "值为 5", "键值对"),
    ({"k": [{"j": 5}]}, lambda node: [each.text("j") for each in node.children("k")], "k[0].j", "值为 5", "非空文本"),
    ({"k": {"甲": 5}}, lambda node: node.keyed("k", lambda each: each), "k.甲", "值为 5", "键值对"),
    ({"k": {7: {"j": 5}}}, lambda node: node.keyed("k", lambda each: each.text("j")), "k.7.j", "值为 5", "非空文本"),
    ({"k": 5}, lambda node: node.opaque("k"), "k", "值为 5", "键值对"),
    ({"b": 1, "a": 2, "c": 3}, lambda node: (node.raw("b"), node.raw("a"), node.close()), "c", "值为 3", "不写此键（可用的键：a、b）"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "work", "key", "found", "expected"), REFUSED)
def test_what_may_not_stand_there_is_refused_with_file_key_value_and_what_may(
    raw: Any, work: Callable[[Node], Any], key: str, found: str, expected: str
) -> None:
    assert refusal(lambda: work(Node(raw, "甲.yaml"))) == (f"文件 甲.yaml，键 {key}：{found}，应为{expected}", key)
    inner = f"上.{key}"
    assert refusal(lambda: work(Node(raw, "甲.yaml", "上"))) == (
        f"文件 甲.yaml，键 {inner}：{found}，应为{expected}",
        inner,
    )


def test_a_file_that_is_no_mapping_is_refused_as_a_whole() -> None:
    assert refusal(lambda: Node([], "甲.yaml")) == ("文件 甲.yaml，键 （整个文件）：值为 []，应为键值对", None)


def test_what_stands_there_is_read() -> None:
    raw = {"t": "甲", "n": 1, "f": True, "d": "2021-07-15", "e": date(2021, 7, 16), "l": ["甲", "乙"], "o": {"x": 1}}
    node = Node(raw | {"c": {"t": "乙"}, "m": [{"t": "丙"}, {"t": "丁"}], "k": {"a": {"t": "戊"}}}, "甲.yaml")
    assert (node.text("t"), node.text("t", "x"), node.text("x", "默认"), node.text("x", "")) == ("甲", "甲", "默认", "")
    assert (node.choice("t", ("甲",)), node.choice("x", ("甲", "乙"), "乙")) == ("甲", "乙")
    assert (node.number("n"), node.number("x"), node.flag("f"), node.flag("x")) == (1, None, True, False)
    assert (node.day("d"), node.day("e"), node.day("x")) == (date(2021, 7, 15), date(2021, 7, 16), None)
    assert (node.texts("l"), node.texts("x"), node.opaque("o"), node.opaque("x")) == (("甲", "乙"), (), {"x": 1}, {})
    assert (node.child("c").text("t"), [each.text("t") for each in node.children("m")]) == ("乙", ["丙", "丁"])
    assert (list(node.children("x")), node.keyed("k", lambda each: each.text("t"))) == ([], {"a": "戊"})
    assert (node.has("t"), node.has("x"), Node({"y": None}, "w").has("y")) == (True, False, False)
    # Everything was asked for.
    node.close()


def test_asking_whether_a_key_is_there_does_not_read_it() -> None:
    node = Node({"t": "甲"}, "甲.yaml")
    assert node.has("t")
    assert refusal(node.close) == ("文件 甲.yaml，键 t：值为 '甲'，应为不写此键（可用的键：）", "t")


@pytest.mark.parametrize("wrong", ["20210715", "2021-7-15", "2021-07-15 ", "2021/07/15", 20210715, None])
def test_a_day_is_written_one_way(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_day(wrong)


# the test as written, the key refused, the value, what may stand there
WRONG_TESTS: list[tuple[Any, str, Any, str]] = [
    ("filled", "test", "filled", ASKED),
    ({}, "test", {}, ASKED),
    ({"filled": "A", "empty": "B"}, "test", {"filled": "A", "empty": "B"}, ASKED),
    ({"all": []}, "test.all", [], "非空列表"),
    ({"any": {"filled": "A"}}, "test.any", {"filled": "A"}, "非空列表"),
    ({"all": [{"filled": "A"}, "x"]}, "test.all[1]", "x", ASKED),
    ({"any": ["x"]}, "test.any[0]", "x", ASKED),
    ({"not": "x"}, "test.not", "x", ASKED),
    ({"smells": "A"}, "test", "smells", "下列操作之一：all、any、not、" + "、".join(OPERATORS)),
    ({"filled": ["A", "B"]}, "test.filled", ["A", "B"], "一个字段"),
    ({"filled": 5}, "test.filled", 5, "一个字段"),
    ({"before": ["A"]}, "test.before", ["A"], "[日期字段, 日期字段]"),
    ({"before": ["A", 5]}, "test.before", ["A", 5], "[日期字段, 日期字段]"),
    ({"equals": ["A", 5]}, "test.equals", ["A", 5], "[字段, 文本]"),
    ({"equals": "A"}, "test.equals", "A", "[字段, 文本]"),
    ({"in": ["A", []]}, "test.in", ["A", []], "[字段, [文本…]]"),
    ({"in": ["A", ["甲", 5]]}, "test.in", ["A", ["甲", 5]], "[字段, [文本…]]"),
    ({"has": ["A", 5]}, "test.has", ["A", 5], "[字段, 成员或成员列表]"),
    ({"only": ["A", [5]]}, "test.only", ["A", [5]], "[字段, [成员…]]"),
    ({"starts": ["A", None]}, "test.starts", ["A", None], "[字段, 开头或开头列表]"),
    ({"longer": ["A", "5"]}, "test.longer", ["A", "5"], "[字段, 字数]"),
    ({"longer": ["A", True]}, "test.longer", ["A", True], "[字段, 字数]"),
    ({"matches": ["A", 5]}, "test.matches", ["A", 5], "[字段, 正则表达式（不含环视和反向引用）]"),
    ({"matches": ["A", "("]}, "test.matches", ["A", "("], "[字段, 正则表达式（不含环视和反向引用）]"),
    ({"matches": ["A", "(?=甲)"]}, "test.matches", ["A", "(?=甲)"], "[字段, 正则表达式（不含环视和反向引用）]"),
    ({"after": ["A", "昨天"]}, "test.after", ["A", "昨天"], "[日期字段, 日期或 today]"),
    ({"since": ["A", 5]}, "test.since", ["A", 5], "[日期字段, 日期或 today]"),
    ({"above_wan": ["A", "五"]}, "test.above_wan", ["A", "五"], "[金额字段, 万元]"),
    ({"above_wan": ["A", True]}, "test.above_wan", ["A", True], "[金额字段, 万元]"),
    ({"at_most_wan": ["A", 0.5]}, "test.at_most_wan", ["A", 0.5], "[金额字段, 万元]"),
    ({"same": ["A", "B", "C"]}, "test.same", ["A", "B", "C"], "[字段, 字段]"),
    ({"personal_data": []}, "test.personal_data", [], "一个文本字段"),
    ({"unit_differs": "A"}, "test.unit_differs", "A", "[文本字段, 金额字段]"),
    ({"late": "A"}, "test.late", "A", "[日期字段, 收到日期]"),
    ({"other_name": "A"}, "test.other_name", "A", "[名称字段, 登记名称]"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "key", "value", "expected"), WRONG_TESTS)
def test_a_wrong_test_is_refused_where_it_is_wrong(raw: Any, key: str, value: Any, expected: str) -> None:
    told = refusal(lambda: parse_test(raw, "甲.yaml", "test"))
    assert told == (f"文件 甲.yaml，键 {key}：值为 {value!r}，应为{expected}", key)


@pytest.mark.parametrize("pattern", [r"\d", r"\b", r"\1", "(?!a)", "(?<a)", "(?P=a)", r"\S", r"\Z"])
def test_a_pattern_that_other_engines_read_otherwise_is_refused(pattern: str) -> None:
    refusal(lambda: parse_test({"matches": ["A", pattern]}, "甲.yaml", "test"))


@pytest.mark.parametrize(
    ("raw", "test"),
    [
        ({"filled": "A"}, Atom("filled", ("A",))),
        ({"empty": ["A"]}, Atom("empty", ("A",))),
        ({"equals": ["A", "甲"]}, Atom("equals", ("A",), "甲")),
        ({"in": ["A", ["甲", "乙"]]}, Atom("in", ("A",), ("甲", "乙"))),
        ({"has": ["A", "甲"]}, Atom("has", ("A",), ("甲",))),
        ({"longer": ["A", 0]}, Atom("longer", ("A",), 0)),
        ({"matches": ["A", "^甲$"]}, Atom("matches", ("A",), "^甲$")),
        ({"after": ["A", "today"]}, Atom("after", ("A",), None)),
        ({"since": ["A", "2021-07-15"]}, Atom("since", ("A",), date(2021, 7, 15))),
        ({"since": ["A", date(2021, 7, 15)]}, Atom("since", ("A",), date(2021, 7, 15))),
        ({"above_wan": ["A", 1]}, Atom("above_wan", ("A",), 1_000_000)),
        ({"at_most_wan": ["A", "0.5"]}, Atom("at_most_wan", ("A",), 500_000)),
        ({"before": ["A", "B"]}, Atom("before", ("A", "B"))),
        ({"not": {"filled": "A"}}, Not(Atom("filled", ("A",)))),
        ({"all": [{"filled": "A"}, {"filled": "B"}]}, All((Atom("filled", ("A",)), Atom("filled", ("B",))))),
        ({"any": [{"filled": "A"}]}, Some((Atom("filled", ("A",)),))),
    ],
)
def test_a_test_is_read_as_it_is_written(raw: Any, test: Any) -> None:
    assert parse_test(raw, "甲.yaml", "test") == test


def test_the_atoms_of_a_test_come_from_left_to_right() -> None:
    raw = {"all": [{"filled": "A"}, {"not": {"any": [{"empty": "B"}, {"filled": "C"}]}}, {"empty": "D"}]}
    assert [atom.fields[0] for atom in atoms(parse_test(raw, "f", "test"))] == ["A", "B", "C", "D"]


CHECK = {"name": "甲", "code": "E1", "effect": "hold", "field": "N", "test": {"filled": "N"}, "message": "说明"}


def test_a_check_is_read_as_it_is_written() -> None:
    read = parse_check(Node(CHECK, "f", "checks[0]"))
    assert read == Check("甲", Outcome("E1", Effect.HOLD), "N", Atom("filled", ("N",)), "说明", None)
    flagged = parse_check(Node(CHECK | {"flag": "x", "needs": "store", "test": {"filled": "__a"}}, "f"))
    assert (flagged.flag, flagged.facts) == ("x", {"__a"})
    assert parse_outcome(Node(CHECK, "f")) == Outcome("E1", Effect.HOLD)


@pytest.mark.parametrize(
    ("changed", "key", "found", "expected"),
    [
        ({"effect": "shout"}, "effect", "值为 'shout'", "下列之一：reject、hold、block、warn"),
        ({"code": None}, "code", "值为 None", "非空文本"),
        ({"name": ""}, "name", "值为 ''", "非空文本"),
        ({"field": 5}, "field", "值为 5", "非空文本"),
        ({"message": None}, "message", "值为 None", "非空文本"),
        ({"flag": 5}, "flag", "值为 5", "非空文本"),
        ({"test": {"filled": 5}}, "test.filled", "值为 5", "一个字段"),
        ({"test": {"filled": "__a"}}, "needs", "缺少", "“store”（检查用到以 __ 开头的事实时），否则不写"),
        ({"needs": "store"}, "needs", "值为 'store'", "“store”（检查用到以 __ 开头的事实时），否则不写"),
        ({"needs": "shop", "test": {"filled": "__a"}}, "needs", "值为 'shop'", "“store”（检查用到以 __ 开头的事实时），否则不写"),
        ({"colour": "red"}, "colour", "值为 'red'", "不写此键（可用的键：code、effect、field、flag、message、name、needs、test）"),
    ],
)  # fmt: skip
def test_a_wrong_check_is_refused_where_it_is_wrong(
    changed: dict[str, Any], key: str, found: str, expected: str
) -> None:
    told = refusal(lambda: parse_check(Node(CHECK | changed, "f", "checks[0]")))
    assert told == (f"文件 f，键 checks[0].{key}：{found}，应为{expected}", f"checks[0].{key}")


def check(name: str, field: str, test: Any, outcome: Outcome = BAD) -> Check:
    return Check(name, outcome, field, test, "说明")


@pytest.mark.parametrize(
    ("fields", "checks", "key", "found", "expected"),
    [
        ((NOBODY, OTHER, NOBODY), (), "fields", "N", "不重复的名称"),
        ((NOBODY,), [check("甲", "N", Atom("filled", ("N",)))] * 2, "checks", "甲", "不重复的名称"),
        ((NOBODY,), [check("甲", "X", Atom("filled", ("N",)))], "checks.甲", "X", "本表已声明的字段代码"),
        ((NOBODY,), [check("甲", "N", Atom("filled", ("X",)))], "checks.甲", "X", "本表已声明的字段代码"),
        (
            (NOBODY, Field("P", "证件", FieldType.PERSON, OUTCOMES, companions=("X",))),
            [],
            "fields.P",
            "X",
            "本表已声明的字段代码",
        ),
    ],
)
def test_a_sheet_names_what_it_does_not_know(
    fields: tuple[Field, ...], checks: list[Check], key: str, found: str, expected: str
) -> None:
    told = refusal(lambda: Sheet("表", fields, tuple(checks)))
    assert told == (f"文件 表，键 {key}：值为 {found!r}，应为{expected}", key)


def test_a_key_of_unknown_fields_is_refused_and_a_fact_needs_no_field() -> None:
    again = Repetition((("N", "X"),), "N", BAD, BAD, "同", "异")
    told = refusal(lambda: Sheet("表", (NOBODY,), (), again))
    assert told == ("文件 表，键 key：值为 'X'，应为本表已声明的字段代码", "key")
    sheet = Sheet("表", (NOBODY,), (check("甲", "N", Atom("filled", (f"{FACT}known",))),))
    assert sheet.checks[0].facts == {"__known"}


def test_a_sheet_finds_its_fields_and_checks_and_says_what_it_cannot_ask() -> None:
    plain = check("一", "N", Atom("personal_data", ("N",)), Outcome("E2", Effect.WARN))
    one = check("二", "N", Atom("filled", ("__a",)), Outcome("E1", Effect.WARN))
    two = check("三", "N", All((Atom("filled", ("__a",)), Atom("filled", ("__b",)))), Outcome("E3", Effect.WARN))
    three = check("四", "N", Atom("filled", ("__b",)), Outcome("E3", Effect.WARN))
    sheet = Sheet("表", (NOBODY, OTHER), (plain, two, one, three))
    assert (sheet.field("O"), sheet.check("二"), sheet.check("五")) == (OTHER, one, None)
    with pytest.raises(KeyError):
        sheet.field("X")
    assert sheet.scanned == {"N"}
    assert sheet.askable(frozenset({"__a"})) == (plain, one)
    assert sheet.not_checked(frozenset({"__a"})) == ["E3"]
    assert sheet.not_checked(frozenset()) == ["E1", "E3"]
    assert sheet.not_checked(frozenset({"__a", "__b"})) == []
    with pytest.raises(ValueError, match="N"):
        NOBODY.require_choices()


def test_a_required_field_is_asked_for_always_or_when_a_test_holds() -> None:
    when = Atom("filled", ("O",))
    assert required("N", "甲", BAD, None, "必填") == Check("甲", BAD, "N", Atom("empty", ("N",)), "必填")
    assert required("N", "甲", BAD, when, "必填") == Check("甲", BAD, "N", All((Atom("empty", ("N",)), when)), "必填")


def test_a_list_says_what_may_be_written_and_how_people_read_it() -> None:
    old = Succession("旧", date(2021, 7, 15), (("甲", "新"),))
    states = ChoiceList("s", (Choice("1", ("有效",)), Choice("2"), Choice("丙", ("C",))), "其他", ("其它",), {}, (old,))
    assert states.values == ("1（有效）", "2", "丙", "其他-具体说明")
    assert ChoiceList("s", (Choice("甲"),)).values == ("甲",)
    assert [states.word(value) for value in ("1", "2", "丙", "丁")] == ["有效", "2", "丙", "丁"]
    assert states.by_writing == {"1": "1", "有效": "1", "2": "2", "丙": "丙", "C": "丙"}
    assert states.by_old == {"旧": old}


def test_the_gravest_effect_is_told() -> None:
    graver = [Effect.REJECT, Effect.HOLD, Effect.BLOCK, Effect.WARN]
    for place, effect in enumerate(graver):
        assert gravest(reversed(graver[place:])) is effect
    assert gravest([]) is None


LISTED = Field("L", "类别", FieldType.LIST, OUTCOMES, 9, ChoiceList("l", (Choice("甲"), Choice("乙"))))
CODED = Field("C", "代码", FieldType.USCC, OUTCOMES)
AGAIN = Repetition((("N",),), "N", BAD, BAD, "与第 {detail} 行相同", "与第 {detail} 行不同")
TOLD = Sheet("表", (NOBODY, LISTED, CODED), (required("N", "required.N", BAD, None, ""),), AGAIN)
_MISTYPED = "校验码不符，其余部分正确，请核对证照原件；待核实后处理"

# field, reason, effect, value, detail, the sentence behind the field and what was written in it
SENTENCES: list[tuple[str, str, Effect, str | None, str, str]] = [
    ("N", "control", Effect.REJECT, "甲", "第2个字符 U+0000", "含有不可见的控制字符（第2个字符 U+0000），请删去"),
    ("N", "lost", Effect.REJECT, "甲", "第2个字符 U+FFFD", "含有“\ufffd”（第2个字符 U+FFFD），是导出或转换编码时丢失的字，请按原件补正"),
    ("N", "length", Effect.REJECT, "甲", "6", "有 6 个字，最多 5 个字"),
    ("N", "required.N", Effect.REJECT, None, "", "必填，不能为空（“无”“/”“-”“null”等视为空）"),
    ("N", "repeated.same", Effect.REJECT, "甲", "5", "与第 7 行相同"),
    ("N", "repeated.other", Effect.HOLD, "甲", "5", "与第 7 行不同"),
    ("L", "list.unknown", Effect.REJECT, "丙", "丙", "“丙”不在代码表中，可填：甲、乙"),
    ("L", "list.no_note", Effect.REJECT, "其他", "其他", "填“其他”须写明具体内容，写作“其他-具体说明”"),
    ("L", "list.not_alone", Effect.REJECT, "丙", "须同填", "须同填；可填：甲、乙"),
    ("N", "amount.negative", Effect.REJECT, "-1", "", "金额不能是负数"),
    ("N", "document.pattern", Effect.REJECT, "E1", "护照号", "不符合“护照号”的号码格式"),
    ("N", "gs15.is_date", Effect.REJECT, "2015-03-02", "", "是一个日期，不是工商注册号，请检查是否错列"),
    ("N", "gs15.personal", Effect.REJECT, "甲", "", "其中有公民身份号码、手机号或银行卡号，不是工商注册号，请删去"),
    ("C", "uscc.person", Effect.REJECT, "甲", "", "是公民身份号码，不能填在这里；单位填写证照上的代码，自然人的证件号码填在证件号码栏"),
    ("C", "uscc.length", Effect.REJECT, "91", "", "不是 18 位，统一社会信用代码应为 18 位"),
    ("N", "orgcode.length", Effect.REJECT, "D2", "", "不是 9 位，组织机构代码应为 9 位"),
    ("N", "orgcode.charset", Effect.REJECT, "D*", "", "组织机构代码只含数字和大写字母"),
    ("N", "id.length", Effect.REJECT, "1", "", "公民身份号码应为 18 位或 15 位"),
    ("N", "id.charset", Effect.REJECT, "甲", "", "公民身份号码应为数字，18 位的末位可以是 X"),
    ("C", "uscc.check", Effect.HOLD, "甲", "", f"{_MISTYPED}"),
    ("N", "gs15.check", Effect.HOLD, "甲", "", f"{_MISTYPED}"),
    ("C", "uscc.check", Effect.REJECT, "甲", "", "校验码不符，应核对证照原件"),
    ("C", "uscc.placeholder", Effect.REJECT, "甲", "", "是占位填充，不是真实代码，应填写证照上的代码"),
    ("N", "code.excel_number", Effect.REJECT, "1E5", "", "被表格软件当作数字保存，末尾数位已丢失，应将该列设为文本后重新填写"),
    ("N", "id.excel_number", Effect.REJECT, "1E5", "", "被表格软件当作数字保存，末尾数位已丢失，应将该列设为文本后重新填写"),
    ("N", "date.impossible", Effect.REJECT, "2026/02/30", "", "日历上没有这一天"),
    ("N", "amount.not_a_number", Effect.REJECT, "五", "", "不是数字，只能填写阿拉伯数字和小数点"),
    ("N", "date.unheard_of", Effect.REJECT, "甲", "", "填写有误，请核对"),
    ("N", "unheard_of", Effect.REJECT, "甲", "", "填写有误，请核对"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "reason", "effect", "value", "detail", "sentence"), SENTENCES)
def test_every_fault_has_its_own_sentence(
    field: str, reason: str, effect: Effect, value: str | None, detail: str, sentence: str
) -> None:
    before = {"N": "“姓名”", "L": "“类别”", "C": "“代码”"}[field] + (f"填写为“{value}”" if value else "")
    assert message(TOLD, Problem(field, "X", effect, reason, value, detail)) == f"{before}：{sentence}"


def test_a_long_value_is_repeated_in_part() -> None:
    assert message(TOLD, Problem("N", "X", Effect.REJECT, "required.N", "长" * 120)).count("长") == 120
    cut = message(TOLD, Problem("N", "X", Effect.REJECT, "required.N", "长" * 121))
    assert f"“{'长' * 120}…”" in cut
