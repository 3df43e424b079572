"""What the kernel answers in full: every field of a verdict, every error's code and place, a moment's zone, a blank without width."""

import time
from collections.abc import Iterator
from datetime import UTC, date, timedelta

import pytest

from xinheng.kernel import log_context
from xinheng.kernel.blank import trimmed
from xinheng.kernel.calendar import Calendar, YearPlan, is_working_day
from xinheng.kernel.dates import end_of_day, start_of_day
from xinheng.kernel.errors import Invalid
from xinheng.kernel.identifiers import orgcode, resident, uscc
from xinheng.kernel.identifiers.inspect import inspect, persons_number
from xinheng.kernel.identifiers.verdict import Verdict
from xinheng.kernel.names import comparison_form
from xinheng.kernel.statutory_holidays import lunar_year
from xinheng.kernel.text import written_number

VERDICTS = [
    ("—", "", "unknown", "placeholder"),
    ("  ", "", "unknown", "empty"),
    (" 无 ", "无", "unknown", "placeholder"),
    (" 0000000000 ", "0000000000", "unknown", "placeholder"),
    (" 000000000000000000", "000000000000000000", "uscc", "placeholder"),
    (" 9.13E+17", "9.13E+17", "uscc", "excel_number"),
    ("9111111111111111111.0", "9111111111111111111.0", "uscc", "excel_number"),
    ("1111111111111111111.0", "1111111111111111111.0", "unknown", "excel_number"),
    ("91#10000600037341L", "91#10000600037341L", "uscc", "charset"),
    ("91中10000600037341L", "91中10000600037341L", "unknown", "charset"),
]


@pytest.mark.parametrize(("value", "text", "kind", "reason"), VERDICTS)
def test_a_verdict_says_what_was_given_what_is_judged_and_why(value: str, text: str, kind: str, reason: str) -> None:
    assert inspect(value) == Verdict(value, text, kind, "invalid", reason)  # type: ignore[arg-type]


def test_letters_among_eighteen_are_no_persons_number_though_a_century_stands_in_its_place() -> None:
    found = inspect("5A0101199001011234")
    assert (found.kind, found.verdict) == ("uscc", "invalid")


def test_a_code_that_holds_is_a_code_though_a_birth_date_could_be_read_in_it() -> None:
    codes = (body + uscc.check_digit(body) for body in (f"1299011990010{n:04d}" for n in range(400)))
    read_as_birth = [
        code for code in codes if code.isdigit() and resident.judge(code, on=None)[0] != "valid" and code[6:8] == "19"
    ]
    assert read_as_birth
    for code in read_as_birth:
        assert uscc.judge(code)[0] == "valid"
        assert inspect(code).kind == "uscc", code


def test_an_old_number_of_fifteen_digits_is_a_persons_number() -> None:
    first = "11010119900307123"
    old = resident.to_15(first + resident.check_character(first))
    assert len(old) == 15
    assert persons_number(old) == ("valid" if inspect(old).kind == "id15" else None)
    olds = [resident.to_15(f + resident.check_character(f)) for f in (f"1101011990030712{n}" for n in range(10))]
    assert {persons_number(each) for each in olds} >= {"valid"}
    assert persons_number("1" * 16) is None


def test_somebody_born_in_the_earliest_year_has_a_birth_date() -> None:
    assert resident.birth_date("11010118500101123X") == date(1850, 1, 1)
    assert resident.birth_date("11010118491231123X") is None


@pytest.mark.parametrize("digits", ["abcdefghijklmnopq", "１１０１０１１９９００３０７１２３", "1101011990030712", ""])
def test_what_are_not_seventeen_digits_have_no_check_character(digits: str) -> None:
    with pytest.raises(Invalid) as refused:
        resident.check_character(digits)
    assert (refused.value.code, refused.value.field) == ("identifiers.resident_shape", "first17")
    assert digits not in refused.value.message or not digits


def test_a_body_of_another_shape_is_named_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        orgcode.check_character("d2143569")
    assert (refused.value.code, refused.value.field) == ("identifiers.orgcode_shape", "body")
    assert "d2143569" in refused.value.message


def test_a_year_outside_the_tables_is_named_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        lunar_year(1900)
    assert refused.value.field == "year"


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine stands in one zone or another."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_day_begins_and_ends_in_shanghai_wherever_the_machine_stands(zone: str) -> None:
    day = date(2026, 11, 21)
    assert start_of_day(day).isoformat() == "2026-11-20T16:00:00+00:00"
    assert end_of_day(day).isoformat() == "2026-11-21T16:00:00+00:00"
    assert start_of_day(day).tzinfo is UTC
    assert end_of_day(day).tzinfo is UTC
    assert end_of_day(day) - start_of_day(day) == timedelta(days=1)


def test_the_notice_of_the_year_before_reaches_into_a_year_that_is_silent_about_the_day() -> None:
    friday = date(2026, 1, 2)
    before = YearPlan(2025, "official", "前一年的通知", frozenset({friday}), frozenset())
    own = YearPlan(2026, "official", "当年的通知", frozenset(), frozenset())
    assert not is_working_day(Calendar.of([before, own]), friday)
    assert is_working_day(Calendar.of([own]), friday)


def test_what_has_no_width_is_taken_off_like_a_blank() -> None:
    assert trimmed("\u200b 甲\u200b乙 \ufeff\u2800") == "甲\u200b乙"


def test_names_are_compared_without_regard_to_latin_case_alone() -> None:
    assert comparison_form("abc贸易") == comparison_form("ABC贸易")
    assert comparison_form("caf\u00e9贸易") != comparison_form("caf\u00c9贸易")


def test_wide_letters_and_digits_of_a_number_become_narrow_and_brackets_stay() -> None:
    assert written_number("示罚字（甲）第１２号") == ("示罚字（甲）第12号", ("full_width",))


def test_lines_of_the_log_say_what_was_bound_and_nothing_before_and_after() -> None:
    assert dict(log_context.fields()) == {}
    with log_context.bound(job=7):
        assert dict(log_context.fields()) == {"job": 7}
        with log_context.bound(step="甲"):
            assert dict(log_context.fields()) == {"job": 7, "step": "甲"}
    assert dict(log_context.fields()) == {}
