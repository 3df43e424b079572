"""A person's identity number in a column of codes is rejected and never repeated, even where it passes the check of a code."""

from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from penalty_rows import ON, PENALTY, Row, penalty, persons_numbers_that_pass_as_codes, resident_number
from test_row_and_columns_agree import said_by_columns, said_by_row

from xinheng.engine.column_evidence import good_uscc
from xinheng.engine.columns import Way
from xinheng.engine.problems import Context, RowResult
from xinheng.engine.report import error_items, normalised_items
from xinheng.engine.row import check_row
from xinheng.kernel.identifiers import resident, uscc
from xinheng.kernel.identifiers.inspect import inspect, persons_number
from xinheng.kernel.identifiers.resident import to_15
from xinheng.kernel.identifiers.verdict import PERSONAL
from xinheng.kernel.identifiers.writing import normalise

CONTEXT = Context(ON)
PASSING = persons_numbers_that_pass_as_codes()
FULL_WIDTH = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
ENDING_IN_X = next(number for number in (resident_number(sequence=f"{n:03d}") for n in range(40)) if number[-1] == "X")


def judged(code: str, text: str) -> RowResult:
    return check_row(PENALTY, penalty(1, **{code: text}), CONTEXT)


def said(result: RowResult) -> str:
    """Everything a receipt says of the row."""
    told = [(2, 1, problem) for problem in result.problems]
    return str(error_items(PENALTY, told) + normalised_items(PENALTY, ((2, note) for note in result.normalised)))


def problems(result: RowResult, code: str) -> list[tuple[str, str, str]]:
    return [(each.code, each.effect.value, each.reason) for each in result.problems if each.field == code]


def test_the_numbers_pass_as_codes_and_some_with_authority_and_inner_check() -> None:
    judgements = [uscc.judge(number) for number in PASSING]
    assert {outcome for outcome, _ in judgements} == {"valid", "held"}
    assert ("valid", None) in judgements
    assert ("valid", "authority") in judgements


@pytest.mark.parametrize("number", PASSING)
def test_a_number_that_passes_as_a_code_is_rejected_and_masked(number: str) -> None:
    result = judged("CF_XDR_SHXYM", number)
    assert problems(result, "CF_XDR_SHXYM") == [("E104", "reject", "uscc.person")]
    assert number not in said(result)
    assert f"{number[:6]}********{number[-4:]}" in said(result)


@pytest.mark.parametrize("way", list(Way))
def test_whole_columns_reject_it_too(way: Way) -> None:
    rows = [penalty(n, CF_XDR_SHXYM=number) for n, number in enumerate(PASSING, 1)]
    by_row, by_columns = said_by_row(PENALTY, rows, CONTEXT), said_by_columns(PENALTY, rows, CONTEXT, way)
    assert by_columns == by_row
    assert [each[0] for each in by_columns["problems"] if each[4] == "uscc.person"] == list(range(len(PASSING)))


@pytest.mark.parametrize("field", ["CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_CFJGDM", "CF_SJLYDM"])
@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        lambda number: f"{number[:6]} {number[6:14]} {number[14:]}",
        lambda number: f"{number[:6]}-{number[6:14]}－{number[14:]}",
        lambda number: number.translate(FULL_WIDTH),
        lambda number: number.lower().translate(FULL_WIDTH),
        lambda number: f"'{number}",
        lambda number: f"\u3000{number[:3]}\u200b{number[3:]}\ufeff",
    ],
    ids=[
        "plain",
        "lower-case x",
        "blanks",
        "hyphens",
        "full width",
        "full width lower-case",
        "apostrophe",
        "invisible marks",
    ],
)
def test_however_it_is_written_a_column_of_codes_rejects_and_masks_it(field: str, write: Any) -> None:
    result = judged(field, write(ENDING_IN_X))
    rejected = [reason for _, effect, reason in problems(result, field) if effect == "reject"]
    assert {"uscc.person", "gs15.personal", "orgcode.person"} & set(rejected)
    assert ENDING_IN_X not in normalise(said(result))


@pytest.mark.parametrize("field", ["CF_XDR_SHXYM", "CF_XDR_GSZC"])
def test_a_number_of_fifteen_digits_is_rejected_and_masked(field: str) -> None:
    old = to_15(resident_number())
    result = judged(field, old)
    assert [one[:2] for one in problems(result, field) if one[0] == "E104"] == [("E104", "reject")]
    assert old not in said(result)


@pytest.mark.parametrize("text", ["某{}号", "ID{}", "证{} 补", "注册号（{}）", "企A{}", "SFZ{}-1"])
def test_a_registration_number_with_a_persons_number_inside_is_rejected_and_masked(text: str) -> None:
    number = resident_number()
    result = judged("CF_XDR_GSZC", text.format(number))
    assert problems(result, "CF_XDR_GSZC") == [("E104", "reject", "gs15.personal")]
    assert number not in said(result)


@pytest.mark.parametrize("text", ["SFZ{}", "ID{}", "{}0", "A{}号"])
def test_a_code_with_a_persons_number_inside_is_masked(text: str) -> None:
    result = judged("CF_XDR_SHXYM", text.format(resident_number()))
    assert problems(result, "CF_XDR_SHXYM") == [("E104", "reject", "uscc.length")]
    assert resident_number() not in said(result)


@pytest.mark.parametrize("text", ["企合苏总字第000123号", "3201002012345", "苏工商注字0123456789号"])
def test_an_old_registration_number_is_kept(text: str) -> None:
    assert [one for one in problems(judged("CF_XDR_GSZC", text), "CF_XDR_GSZC") if one[0] == "E104"] == []


def test_a_code_of_the_market_stays_a_code_even_if_it_reads_as_a_number() -> None:
    both = next(code for code in map(_market_code, range(100_000)) if _reads_both_ways(code))
    assert inspect(both, on=ON).kind == "uscc"
    assert [one for one in problems(judged("CF_XDR_SHXYM", both), "CF_XDR_SHXYM") if one[0] == "E104"] == []


def _market_code(number: int) -> str:
    first17 = f"91990119{80 + number % 15}0101{number // 15:03d}"
    return first17 + uscc.check_digit(first17)


def _reads_both_ways(code: str) -> bool:
    return uscc.is_valid(code) and resident.judge(code, on=ON) == ("valid", None)


DIGITS = st.builds(
    lambda start, year, day, end: f"{start}{year}{day}{end}",
    st.sampled_from(["990101", "119901", "529901", "919901", "000000"]),
    st.sampled_from(["1849", "1850", "1980", "2026", "2027"]),
    st.sampled_from(["0229", "0228", "1121", "1122", "1301"]),
    st.from_regex(r"\A[0-9]{3}[0-9X]\Z"),
)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(DIGITS, st.sampled_from(PASSING), st.from_regex(r"\A[0-9]{15}\Z")))
@example(text=ENDING_IN_X)
def test_a_column_of_codes_judges_as_the_inspection_does(text: str) -> None:
    verdict = inspect(text, on=ON)
    reasons = [one for one in problems(judged("CF_XDR_SHXYM", text), "CF_XDR_SHXYM") if one[2] == "uscc.person"]
    assert bool(reasons) == (verdict.kind in PERSONAL and verdict.verdict == "valid")
    if verdict.reason not in ("placeholder", "excel_number"):
        assert persons_number(text, on=ON) == (verdict.verdict if verdict.kind in PERSONAL else None)
    if verdict.kind in PERSONAL:
        assert good_uscc(pl.Series([text])).to_list() == [False]
        assert not [each for each in judged("CF_XDR_SHXYM", text).problems if each.effect.value == "hold"]


def test_nothing_is_said_of_a_clean_row() -> None:
    row: Row = penalty(1)
    assert check_row(PENALTY, row, CONTEXT).problems == ()
