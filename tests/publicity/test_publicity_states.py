"""What a decision amounts to, how it stands on a day, and the lines of open data: tables without a database."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from xinheng.catalogue.values.decisions import Hidden, Refused, Shown, TierFound, Undecided
from xinheng.catalogue.values.law import Certainty, Rank, Reference
from xinheng.publicity.rules import (
    DANGEROUS,
    decide,
    difference,
    is_public,
    line_digest,
    open_line,
    stage,
    table_head,
    table_line,
    timeliness,
)
from xinheng.publicity.values import Decision, Stage, Timeliness

DAY = date(2026, 11, 21)
LATER = DAY + timedelta(days=30)
PLAIN = Decision(True, DAY, LATER, "catalogue.shown", "", "", "", "", DAY, False, "")


def reference(key: str) -> Reference:
    return Reference(key, date(2026, 1, 1), f"《{key}》", Rank.LAW, Certainty.SURE)


# Two articles of one instrument are two bases; one that is named twice is written once.
BASES = (reference("b"), reference("a"), reference("b"))
TIER = TierFound("R2026", "general", "一般", Certainty.SURE, (), "e1")


def outcome(found: Any, due: tuple[date, bool] | None = (LATER, True)) -> Decision:
    return decide(found, on=DAY, due=due, calendar="c1")


def test_what_may_be_shown_is_shown_from_the_day_of_the_decision() -> None:
    shown = outcome(Shown(LATER, BASES, "e1", TIER))
    says = f"R2026“一般”：公示至 {LATER}"
    assert shown == Decision(True, DAY, LATER, "catalogue.shown", says, "b;a", "一般", "e1", LATER, True, "c1")
    valid = outcome(Shown(LATER, BASES, "e1"), None)
    says = f"在有效期内公示，至 {LATER}"
    assert valid == Decision(True, DAY, LATER, "catalogue.shown", says, "b;a", "", "e1", None, False, "c1")
    endless = outcome(Shown(None, (), "e1"), (LATER, False))
    says = "依法公开，没有公示截止日"
    assert endless == Decision(True, DAY, None, "catalogue.shown", says, "", "", "e1", LATER, False, "c1")


def test_what_may_not_be_shown_has_no_days_but_a_reason() -> None:
    hidden = outcome(Hidden("catalogue.ended", "已届满", Certainty.SURE, BASES, "e1", True, TIER))
    assert hidden == Decision(False, None, None, "catalogue.ended", "已届满", "b;a", "一般", "e1", LATER, True, "c1")
    untiered = outcome(Hidden("catalogue.not_public", "不公开", Certainty.SURE, (), "e1"), None)
    assert untiered == Decision(False, None, None, "catalogue.not_public", "不公开", "", "", "e1", None, False, "c1")


def test_a_refusal_and_a_question_show_nothing() -> None:
    refused = outcome(Refused("catalogue.special_term", "依据不符", BASES, "e1"))
    assert refused == Decision(False, None, None, "catalogue.special_term", "依据不符", "", "", "e1", LATER, True, "c1")
    open_question = outcome(Undecided("catalogue.no_kinds", "没有处罚种类", "e1"), None)
    assert open_question == Decision(
        False, None, None, "catalogue.no_kinds", "没有处罚种类", "", "", "e1", None, False, "c1"
    )


def test_without_a_date_of_the_act_nothing_is_shown_and_nothing_is_due() -> None:
    says = "缺少决定日期，无法计算公示期"
    assert outcome(None) == Decision(False, None, None, "publicity.no_act_date", says, "", "", "", None, False, "c1")


@pytest.mark.parametrize(
    ("changes", "current", "hidden", "public"),
    [
        ({}, True, False, True),
        ({}, False, False, False),
        ({}, True, True, False),
        ({"shown": False}, True, False, False),
        ({"public_from": None}, True, False, False),
        ({"public_from": DAY + timedelta(days=1)}, True, False, False),
        ({"public_from": DAY - timedelta(days=1)}, True, False, True),
        ({"public_until": DAY}, True, False, True),
        ({"public_until": DAY - timedelta(days=1)}, True, False, False),
        ({"public_until": None}, True, False, True),
    ],
)
def test_public_is_what_is_shown_current_not_hidden_and_within_its_days(
    changes: dict[str, Any], current: bool, hidden: bool, public: bool
) -> None:
    assert is_public(replace(PLAIN, **changes), on=DAY, current=current, hidden=hidden) is public


@pytest.mark.parametrize(
    ("changes", "hidden", "late", "expected"),
    [
        ({}, False, False, Stage.SHOWN),
        ({}, True, False, Stage.WITHDRAWN),
        ({}, False, True, Stage.LATE),
        ({"public_until": DAY + timedelta(days=7)}, False, False, Stage.ENDING),
        ({"public_until": DAY + timedelta(days=7)}, False, True, Stage.ENDING),
        ({"public_until": DAY + timedelta(days=8)}, False, False, Stage.SHOWN),
        ({"public_until": DAY}, False, False, Stage.ENDING),
        ({"public_until": DAY - timedelta(days=1)}, False, False, Stage.ENDED),
        ({"public_from": DAY + timedelta(days=1)}, False, False, Stage.DUE),
        ({"public_from": DAY + timedelta(days=1), "public_until": DAY + timedelta(days=2)}, False, False, Stage.DUE),
        ({"public_from": None}, False, False, Stage.SHOWN),
        ({"public_until": None}, False, False, Stage.SHOWN),
        ({"public_until": None}, False, True, Stage.LATE),
        ({"shown": False, "rule": "catalogue.ended"}, False, False, Stage.ENDED),
        ({"shown": False, "rule": "catalogue.withheld.minor"}, False, False, Stage.WITHHELD),
        ({"shown": False, "rule": "catalogue.ended"}, True, False, Stage.WITHDRAWN),
    ],
)
def test_a_publication_stands_at_one_stage(changes: dict[str, Any], hidden: bool, late: bool, expected: Stage) -> None:
    assert stage(replace(PLAIN, **changes), on=DAY, hidden=hidden, late=late) is expected


AT_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "deadline", "first", "on", "expected"),
    [
        (True, DAY, AT_NOON, DAY, Timeliness.ON_TIME),
        (True, DAY, datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), DAY, Timeliness.ON_TIME),
        (True, DAY, datetime(2026, 11, 21, 16, 0, tzinfo=UTC), DAY, Timeliness.LATE),
        (True, DAY, None, DAY, Timeliness.PENDING),
        (True, DAY, None, DAY + timedelta(days=1), Timeliness.MISSING),
        (False, DAY, None, DAY + timedelta(days=1), Timeliness.NONE),
        (False, DAY, AT_NOON, DAY, Timeliness.NONE),
        (True, None, None, DAY, Timeliness.NONE),
    ],
)
def test_the_deadline_ends_at_midnight_in_shanghai(
    shown: bool, deadline: date | None, first: datetime | None, on: date, expected: Timeliness
) -> None:
    assert timeliness(shown=shown, deadline=deadline, first_public_at=first, on=on) is expected


def test_a_line_of_open_data_is_the_same_bytes_whatever_the_order_of_its_fields() -> None:
    line = open_line({"名": "甲", "b": [1, {"d": None, "c": 2}]})
    assert line == '{"b":[1,{"c":2,"d":null}],"名":"甲"}\n'.encode()
    assert open_line({"b": [1, {"c": 2, "d": None}], "名": "甲"}) == line


def test_a_table_quotes_every_cell_and_runs_none() -> None:
    columns = ["id", "names", "nothing", "missing", "fields.A", "fields.B"]
    row = {"id": 7, "names": ["甲", '乙"丙'], "nothing": None, "fields": {"A": "=1+1", "id": 9}}
    assert table_line(row, columns) == '"7","甲;乙""丙","","","\'=1+1",""\r\n'.encode()
    assert table_head(["id", "fields.A"]) == b'\xef\xbb\xbf"id","fields.A"\r\n'


@pytest.mark.parametrize("start", DANGEROUS)
def test_a_cell_a_spreadsheet_would_run_is_told_to_be_text(start: str) -> None:
    assert table_line({"a": f"{start}x", "fields": {}}, ["a"]) == f'"\'{start}x"\r\n'.encode()
    assert table_line({"a": f"x{start}", "fields": {}}, ["a"]) == f'"x{start}"\r\n'.encode()


def test_the_digest_of_a_line_is_the_first_half_of_its_sha_256() -> None:
    assert line_digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223"


def lines(**rows: int) -> list[tuple[int, bytes]]:
    return [(int(key[1:]), json.dumps({"id": int(key[1:]), "v": value}).encode()) for key, value in rows.items()]


def digests(present: list[tuple[int, bytes]]) -> list[tuple[int, str]]:
    return [(number, line_digest(line)) for number, line in present]


@pytest.mark.parametrize(
    ("earlier", "present", "expected"),
    [
        ({}, {}, []),
        ({"r1": 1}, {"r1": 1}, []),
        ({"r1": 1}, {}, ["ended 1"]),
        ({}, {"r1": 1}, ["added 1 1"]),
        ({"r1": 1}, {"r1": 2}, ["changed 1 2"]),
        ({"r1": 1, "r2": 1, "r4": 1}, {"r2": 2, "r3": 1, "r4": 1}, ["ended 1", "changed 2 2", "added 3 1"]),
        ({"r2": 1, "r3": 1}, {"r1": 1, "r2": 1}, ["added 1 1", "ended 3"]),
        ({"r1": 1, "r2": 1}, {"r3": 1, "r4": 1}, ["ended 1", "ended 2", "added 3 1", "added 4 1"]),
        ({"r1": 1, "r3": 1}, {"r2": 5, "r3": 6}, ["ended 1", "added 2 5", "changed 3 6"]),
    ],
)
def test_a_difference_leads_from_one_day_to_the_other(
    earlier: dict[str, int], present: dict[str, int], expected: list[str]
) -> None:
    found = list(difference(digests(lines(**earlier)), lines(**present)))
    told = [
        f"ended {step['id']}" if step["op"] == "ended" else f"{step['op']} {step['row']['id']} {step['row']['v']}"
        for step in found
    ]
    assert told == expected
    assert all(set(step) == ({"op", "id"} if step["op"] == "ended" else {"op", "row"}) for step in found)
