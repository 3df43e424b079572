"""Every operator means the same to a row and to columns, also about cells that are empty or could not be read."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from xinheng.engine.columns import Way, check_frame
from xinheng.engine.declare import Check, Choice, ChoiceList, Effect, Field, FieldType, Outcome, Sheet, Slot
from xinheng.engine.operators import OPERATORS, parse_test
from xinheng.engine.problems import Context
from xinheng.engine.row import check_row

BAD = Outcome("X1", Effect.REJECT)
OUTCOMES = dict.fromkeys(Slot, BAD)
LIST = ChoiceList("kinds", (Choice("甲"), Choice("乙"), Choice("丙")))
FIELDS = (
    Field("T", "文本", FieldType.TEXT, OUTCOMES),
    Field("S", "正文", FieldType.TEXT, OUTCOMES),
    Field("D", "日期", FieldType.DATE, OUTCOMES),
    Field("E", "日期二", FieldType.DATE, OUTCOMES),
    Field("A", "金额", FieldType.AMOUNT, OUTCOMES),
    Field("L", "类别", FieldType.LIST, OUTCOMES, choices=LIST, multiple=True),
)
TESTS: dict[str, Any] = {
    "empty": [{"empty": name} for name in "TDAL"] + [{"empty": "__name"}],
    "filled": [{"filled": name} for name in "TDAL"] + [{"filled": "__name"}],
    "sound": [{"sound": name} for name in "TDAL"],
    "equals": [{"equals": ["T", "甲公司"]}, {"equals": ["L", "甲"]}],
    "in": [{"in": ["T", ["甲公司", "乙"]]}, {"in": ["L", ["甲", "乙"]]}],
    "has": [{"has": ["L", "甲"]}, {"has": ["L", ["乙", "丙"]]}, {"has": ["T", "甲公司"]}],
    "only": [{"only": ["L", ["甲", "乙"]]}],
    "starts": [{"starts": ["T", "甲"]}, {"starts": ["T", ["乙", "丙"]]}],
    "longer": [{"longer": ["T", 2]}],
    "matches": [{"matches": ["T", "^甲.*司$"]}, {"not": {"matches": ["T", "公"]}}],
    "before": [{"before": ["D", "E"]}],
    "after": [{"after": ["D", "today"]}, {"after": ["D", "2026-01-01"]}],
    "since": [{"since": ["D", "today"]}, {"since": ["D", "2026-01-01"]}],
    "above_wan": [{"above_wan": ["A", 1]}],
    "at_most_wan": [{"at_most_wan": ["A", "0.5"]}],
    "same": [{"same": ["T", "S"]}],
    "personal_data": [{"personal_data": "S"}],
    "unit_differs": [{"unit_differs": ["S", "A"]}],
    "late": [{"late": ["D", "__received"]}],
    "other_name": [{"other_name": ["T", "__name"]}],
    "all": [{"all": [{"filled": "D"}, {"not": {"since": ["D", "2026-01-01"]}}]}],
    "any": [{"any": [{"filled": "A"}, {"has": ["L", "丙"]}]}],
}
ROWS: list[dict[str, Any]] = [
    {"T": "甲公司", "S": "甲公司", "D": "2026/01/01", "E": "2026/01/02", "A": "1", "L": "甲;乙", "__name": "甲公司"},
    {"T": "乙", "S": "罚款5000元", "D": "2025-12-31", "E": "2025-12-31", "A": "0.5", "L": "甲"},
    {"T": "丙某某", "S": "罚款5000元", "D": "2026/11/21", "E": "2026/11/20", "A": "5000", "L": "丙", "__name": "乙;丙 某某"},
    {"T": "无", "S": "罚款1,000万元", "D": "2026/13/01", "E": "昨天", "A": "一万", "L": "丁"},
    {"T": "甲\u00a0公司", "S": "电话13800138000", "D": "2026/11/22", "A": "0.1", "L": "乙;丙", "__received": date(2026, 12, 3)},
    {"S": "罚款0.1亿元，罚款1000元", "D": "2026/11/22", "A": "1000.000001", "L": "—", "__received": date(2026, 12, 2)},
    {"T": "x\x00", "S": "罚款 3 万元", "A": "30000"},
    {"T": "甲公司", "__name": "丁公司", "__received": date(2026, 12, 3)},
]  # fmt: skip
CONTEXT = Context(date(2026, 11, 21), deadlines={date(2026, 11, 22): date(2026, 12, 2)})
FACTS = {"__name": pl.String, "__received": pl.Date}


def frame() -> pl.DataFrame:
    kinds = {each.code: pl.String for each in FIELDS} | FACTS
    return pl.DataFrame({name: pl.Series([row.get(name) for row in ROWS], dtype=kind) for name, kind in kinds.items()})


def test_every_operator_has_a_case() -> None:
    assert set(TESTS) == {*OPERATORS, "all", "any"}


@pytest.mark.parametrize("way", [Way.EVIDENCE, Way.DISTINCT])
@pytest.mark.parametrize("name", list(TESTS))
def test_an_operator_holds_for_the_same_rows_both_ways(name: str, way: Way) -> None:
    checks = [
        Check(f"{name}.{n}", Outcome("X2", Effect.WARN), "T", parse_test(raw, "here", name), "！")
        for n, raw in enumerate(TESTS[name])
    ]
    sheet = Sheet("tiny", FIELDS, tuple(checks))
    by_row = [
        {each.reason for each in check_row(sheet, dict.fromkeys(FACTS) | row, CONTEXT).problems if each.code == "X2"}
        for row in ROWS
    ]
    told = list(check_frame(sheet, frame(), CONTEXT, way=way).told())
    by_columns = [
        {each.reason for _, record, each in told if record == n and each.code == "X2"} for n in range(1, len(ROWS) + 1)
    ]
    assert by_columns == by_row
    for check in checks:
        assert any(check.name in found for found in by_row), f"{check.name} never holds"
        assert not all(check.name in found for found in by_row), f"{check.name} always holds"
