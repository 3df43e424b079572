"""The questions with a name of their own: amounts ten thousand times too big, deadlines, other names, numbers of people in a text."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from penalty_rows import resident_number

from xinheng.engine.columns import Way, check_frame
from xinheng.engine.declare import Check, Effect, Field, FieldType, Outcome, Sheet, Slot
from xinheng.engine.operators import All, Atom, Not, Some, Test, members
from xinheng.engine.primitives import (
    differs_by_ten_thousand,
    holds_personal_data,
    is_after_deadline,
    is_other_name,
)
from xinheng.engine.problems import Context
from xinheng.engine.row import check_row, check_rows

WAN = 1_000_000
"""Cents of 万元."""


@pytest.mark.parametrize(
    ("text", "cents", "differs"),
    [
        ("罚款5000元", 5000 * WAN, True),
        ("罚款5000元", WAN // 2, False),
        ("罚款5000万元", WAN // 2, True),
        ("罚款5,000万元", WAN // 2, True),
        ("罚款 0.5 亿元", WAN // 2, True),
        ("罚款 0.5 亿元", 5000 * WAN, False),
        ("罚款0.5万元", WAN // 2, False),
        # Another factor is another matter, and one amount that is right settles it.
        ("罚款500元", WAN // 2, False),
        ("罚款50000元", WAN // 2, False),
        ("没收5000万元，罚款5000元", WAN // 2, False),
        ("没收3元，罚款5000万元", WAN // 2, True),
        # Nought has no unit, and without an amount in the text nothing is said.
        ("罚款0元", 0, False),
        ("罚款五千元", WAN // 2, False),
        ("5000", WAN // 2, False),
        # Part of a cent is no amount.
        ("罚款0.000001元", 1, False),
        ("罚款0.00000001万元", 1, False),
    ],
)
def test_an_amount_ten_thousand_times_too_big_or_small_is_noticed(text: str, cents: int, differs: bool) -> None:
    assert differs_by_ten_thousand(text, cents) is differs


@pytest.mark.parametrize(
    ("name", "registered", "other"),
    [
        ("甲公司", "甲公司", False),
        ("甲公司", "乙公司", True),
        ("乙公司", "甲公司;乙公司", False),
        ("丙 公司", "甲公司;丙公司", False),
        ("甲（样）公司", "甲(样)公司", False),
        ("甲公司;乙公司", "甲公司", True),
    ],
)
def test_a_name_is_another_where_the_register_knows_none_like_it(name: str, registered: str, other: bool) -> None:
    assert is_other_name(name, registered) is other


def test_what_is_received_after_the_last_day_is_late_and_an_unknown_limit_is_never_exceeded() -> None:
    decided, last = date(2026, 11, 2), date(2026, 11, 11)
    assert not is_after_deadline(decided, last, {decided: last})
    assert is_after_deadline(decided, date(2026, 11, 12), {decided: last})
    assert not is_after_deadline(decided, date(2026, 11, 12), {})
    assert not is_after_deadline(date(2026, 11, 3), date(2026, 11, 12), {decided: last})


def test_numbers_of_people_are_found_in_running_text() -> None:
    assert holds_personal_data(f"当事人{resident_number()}")
    assert holds_personal_data("电话13800138000")
    assert not holds_personal_data("罚没13800138000件")
    assert members("甲;乙") == ["甲", "乙"]


OUTCOMES = dict.fromkeys(Slot, Outcome("X1", Effect.REJECT))
HELD = OUTCOMES | {Slot.LENGTH: Outcome("X3", Effect.WARN)}
FIELDS = (
    Field("T", "文本", FieldType.TEXT, OUTCOMES, 3),
    Field("W", "另一", FieldType.TEXT, HELD, 3),
    Field("D", "日期", FieldType.DATE, OUTCOMES),
    Field("A", "金额", FieldType.AMOUNT, OUTCOMES),
)
LONG = (Field("S", "正文", FieldType.TEXT, OUTCOMES), FIELDS[3])
TODAY = date(2026, 11, 21)
FILLED, LATER = Atom("filled", ("T",)), Atom("after", ("D",), None)
NEVER, ALWAYS = Atom("equals", ("T",), "不"), Not(Atom("equals", ("T",), "不"))

# test, row, whether it holds
TESTS: list[tuple[Test, dict[str, Any], bool]] = [
    (FILLED, {"T": "甲"}, True),
    (FILLED, {"T": "无"}, False),
    (FILLED, {}, False),
    (Atom("empty", ("T",)), {"T": "无"}, True),
    (Atom("empty", ("T",)), {"T": "甲"}, False),
    # There, but not readable: it is filled, has no value, and is not sound.
    (Atom("filled", ("D",)), {"D": "昨天"}, True),
    (Atom("empty", ("D",)), {"D": "昨天"}, False),
    (Atom("sound", ("D",)), {"D": "昨天"}, False),
    (LATER, {"D": "昨天"}, False),
    (Atom("sound", ("T",)), {"T": "甲"}, True),
    (Atom("sound", ("T",)), {"T": "甲乙丙丁"}, False),
    (Atom("sound", ("T",)), {}, False),
    # What only warns leaves it sound.
    (Atom("sound", ("W",)), {"W": "甲乙丙丁"}, True),
    (LATER, {"D": "2026/11/22"}, True),
    (LATER, {"D": "2026/11/21"}, False),
    (Atom("since", ("D",), None), {"D": "2026/11/21"}, True),
    (Atom("since", ("D",), date(2026, 11, 22)), {"D": "2026/11/21"}, False),
    (Atom("before", ("D", "__day")), {"D": "2026/11/21", "__day": date(2026, 11, 22)}, True),
    (Atom("before", ("D", "__day")), {"D": "2026/11/22", "__day": date(2026, 11, 22)}, False),
    (Atom("before", ("D", "__day")), {"D": "2026/11/22", "__day": None}, False),
    (Atom("above_wan", ("A",), 1), {"A": "0.000002"}, True),
    (Atom("above_wan", ("A",), 1), {"A": "0.000001"}, False),
    (Atom("at_most_wan", ("A",), 1), {"A": "0.000001"}, True),
    (Atom("at_most_wan", ("A",), 1), {"A": "0.000002"}, False),
    (Atom("at_most_wan", ("A",), 1), {}, False),
    (Atom("longer", ("T",), 2), {"T": "甲乙丙"}, True),
    (Atom("longer", ("T",), 2), {"T": "甲乙"}, False),
    (Atom("matches", ("T",), "乙"), {"T": "甲乙丙"}, True),
    (Atom("starts", ("T",), ("乙", "甲")), {"T": "甲乙"}, True),
    (Atom("starts", ("T",), ("乙",)), {"T": "甲乙"}, False),
    (Atom("same", ("T", "W")), {"T": "甲", "W": "甲"}, True),
    (Atom("same", ("T", "W")), {"T": "甲", "W": "乙"}, False),
    (Atom("same", ("T", "W")), {}, False),
    (Atom("in", ("T",), ("甲", "乙")), {"T": "乙"}, True),
    (Atom("in", ("T",), ("甲", "乙")), {"T": "甲乙"}, False),
    (Atom("only", ("T",), ("甲", "乙")), {"T": "甲;乙"}, True),
    (Atom("only", ("T",), ("甲", "乙")), {"T": "甲;丙"}, False),
    (Atom("has", ("T",), ("乙", "丙")), {"T": "甲;乙"}, True),
    (Atom("has", ("T",), ("丙",)), {"T": "甲;乙"}, False),
    (Atom("filled", ("__day",)), {"__day": TODAY}, True),
    (Atom("filled", ("__day",)), {"__day": None}, False),
    (Atom("empty", ("__day",)), {"__day": None}, True),
    (Atom("sound", ("__day",)), {"__day": TODAY}, True),
    (Not(FILLED), {"T": "甲"}, False),
    (Not(FILLED), {}, True),
    # An unknown value holds in no atom, and `not` turns that around.
    (Not(LATER), {"D": "昨天"}, True),
    (All((ALWAYS, FILLED)), {"T": "甲"}, True),
    (All((ALWAYS, FILLED)), {}, False),
    (All((FILLED, NEVER)), {"T": "甲"}, False),
    (Some((NEVER, FILLED)), {"T": "甲"}, True),
    (Some((FILLED, NEVER)), {"T": "甲"}, True),
    (Some((FILLED, NEVER)), {}, False),
    (Not(All((FILLED, Some((NEVER, LATER))))), {"T": "甲", "D": "2026/11/22"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("test", "row", "holds"), TESTS)
def test_a_test_holds_as_it_reads_for_a_row_and_for_columns(test: Test, row: dict[str, Any], holds: bool) -> None:
    sheet = Sheet("表", FIELDS, (Check("甲", Outcome("X2", Effect.HOLD), "W", test, "！"),))
    known = [{"T": "甲", "D": "2026/11/01"} | dict.fromkeys(each for each in row if each[:2] == "__"), row]
    result = check_row(sheet, row, Context(TODAY))
    told = [(each.field, each.code, each.effect, each.reason, each.value) for each in result.problems]
    mine = [("W", "X2", Effect.HOLD, "甲", row.get("W"))]
    assert [each for each in told if each[1] == "X2"] == (mine if holds else [])
    for way in Way:
        frame = pl.DataFrame(
            {
                name: pl.Series([each.get(name) for each in known], dtype=pl.Date if name == "__day" else pl.String)
                for name in (*"TWDA", *(("__day",) if "__day" in row else ()))
            }
        )
        by_columns = [
            each for _, record, each in check_frame(sheet, frame, Context(TODAY), way=way).told() if record == 2
        ]
        assert tuple(by_columns) == result.problems


@pytest.mark.parametrize(
    ("text", "amount", "holds"),
    [
        # Ten thousand times as much, also where the amount is a hundredth or a hundred times of what is written.
        ("罚款5000000元", "0.05", True),
        ("罚款5元", "5", True),
        ("罚款5元", "0.0005", False),
        ("罚款5万元", "0.0005", True),
        ("罚款5万元", "5", False),
        ("罚款5亿元", "5", True),
        ("罚款5亿元", "50000", False),
        ("罚款5亿元", "500000000", True),
        ("罚款123456789012元", "12345678.9012", False),
        ("罚款1234567890123元", "123456789.0123", False),
        ("罚款123456789012元", "123456789012", True),
        ("罚款1,000元", "0.1", False),
        ("罚款1,000元", "1000", True),
        ("未罚款", "5", False),
    ],
)
def test_columns_ask_of_amounts_in_texts_as_rows_do(text: str, amount: str, holds: bool) -> None:
    sheet = Sheet("表", LONG, (Check("甲", Outcome("X2", Effect.HOLD), "A", Atom("unit_differs", ("S", "A")), "！"),))
    rows = [{"S": text, "A": amount}, {"S": "罚款3元", "A": None}, {"S": None, "A": amount}]
    assert [[each.code for each in check_row(sheet, row, Context(TODAY)).problems] for row in rows] == [
        ["X2"] if holds else [],
        [],
        [],
    ]
    frame = pl.DataFrame({name: pl.Series([row[name] for row in rows], dtype=pl.String) for name in "SA"})
    for way in Way:
        told = [record for _, record, _ in check_frame(sheet, frame, Context(TODAY), way=way).told()]
        assert told == ([1] if holds else [])


def test_a_check_that_needs_what_is_not_known_is_left_out_and_named() -> None:
    unknown = Check("甲", Outcome("X2", Effect.HOLD), "T", Atom("filled", ("__day",)), "！")
    sheet = Sheet("表", FIELDS, (unknown,))
    assert check_row(sheet, {"T": "甲"}, Context(TODAY)).not_checked == ("X2",)
    asked = check_row(sheet, {"T": "甲", "__day": None}, Context(TODAY))
    assert (asked.not_checked, asked.problems) == ((), ())
    assert [result.not_checked for result in check_rows(sheet, [{"T": "甲"}], Context(TODAY))] == [("X2",)]
