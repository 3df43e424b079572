"""One declaration, two interpreters: whatever the row interpreter says, the column interpreter says too."""

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from penalty_rows import (
    DAMAGES,
    LICENCE,
    ON,
    PENALTY,
    Row,
    corpus,
    firm_code,
    licence,
    penalty,
    persons_numbers_that_pass_as_codes,
    resident_number,
)

from xinheng.engine.columns import Way, check_frame
from xinheng.engine.declare import Sheet
from xinheng.engine.problems import Context
from xinheng.engine.row import check_rows

CONTEXT = Context(ON)
FACTS = {
    "__register_name": st.sampled_from([None, "样区启明1号商贸有限公司", "别的公司;样区启明１号商贸有限公司"]),
    "__authority_known": st.sampled_from([None, "yes", "no"]),
    "__stored": st.sampled_from([None, "same", "other", "none"]),
    "__reason_given": st.sampled_from(["yes", "no"]),
    "__received": st.sampled_from([None, ON]),
}


def frame_of(sheet: Sheet, rows: list[Row]) -> pl.DataFrame:
    names = [each.code for each in sheet.fields]
    names += sorted({name for row in rows for name in row if name.startswith("__")})
    kinds = {name: pl.Date if name == "__received" else pl.String for name in names}
    return pl.DataFrame({name: pl.Series([row.get(name) for row in rows], dtype=kinds[name]) for name in names})


def said_by_row(sheet: Sheet, rows: list[Row], context: Context) -> dict[str, Any]:
    results = check_rows(sheet, rows, context)
    return {
        "values": [tuple(result.values.values()) for result in results],
        "notes": sorted(
            (n, each.field, each.before, each.to or "", each.rule)
            for n, result in enumerate(results)
            for each in result.normalised
        ),
        "problems": [
            (n, each.field, each.code, each.effect, each.reason, each.value, each.detail)
            for n, result in enumerate(results)
            for each in result.problems
        ],
        "effects": [result.effect for result in results],
        "not_checked": {result.not_checked for result in results},
    }


def said_by_columns(sheet: Sheet, rows: list[Row], context: Context, way: Way) -> dict[str, Any]:
    result = check_frame(sheet, frame_of(sheet, rows), context, way=way)
    return {
        "values": list(result.values.iter_rows()),
        "notes": sorted(
            (record - 1, field, before, to or "", rule)
            for record, _, field, before, to, rule in result.normalised.iter_rows()
        ),
        "problems": [
            (record - 1, each.field, each.code, each.effect, each.reason, each.value, each.detail)
            for _, record, each in result.told()
        ],
        "effects": result.effects.to_list(),
        "not_checked": {result.not_checked},
    }


def assert_agree(sheet: Sheet, rows: list[Row], way: Way, context: Context = CONTEXT) -> None:
    by_row, by_columns = said_by_row(sheet, rows, context), said_by_columns(sheet, rows, context, way)
    for part, said in by_row.items():
        assert by_columns[part] == said, part


@pytest.mark.parametrize("way", list(Way))
def test_five_hundred_dirty_rows_get_the_same_code_field_effect_and_value_both_ways(way: Way) -> None:
    assert_agree(PENALTY, corpus(), way)


def test_the_corpus_holds_every_code_that_needs_no_store() -> None:
    codes = {code for _, _, code, *_ in said_by_row(PENALTY, corpus(), CONTEXT)["problems"]}
    assert codes == {
        *(
            "E101",
            "E102",
            "E103",
            "E104",
            "E105",
            "E106",
            "E108",
            "E109",
            "E110",
            "E111",
            "E112",
            "E113",
            "W202",
            "W203",
        )
    }


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(alphabet="0123456789X９１ -—/〔[【2026】]号\u00a0\u200b\ufeff\t\n'.,万元年月日&;；、", max_size=20),
    st.sampled_from(sorted({str(value) for make in DAMAGES.values() for value in make(1).values() if value})),
    st.builds(firm_code, st.integers(0, 50), st.sampled_from(["91", "92", "11", "N2", "99"])),
    st.dates().map(lambda day: f"{day.year:04d}/{day.month:02d}/{day.day:02d}"),
    st.decimals(-10, 20000, places=4, allow_nan=False).map(str),
    st.from_regex(r"罚款[0-9]{1,6}(\.[0-9]{1,2})?[万亿]?元", fullmatch=True),
    st.dates().map(lambda day: resident_number(f"{day.year:04d}{day.month:02d}{day.day:02d}")),
    st.sampled_from(persons_numbers_that_pass_as_codes()),
)


@st.composite
def dirty_rows(draw: st.DrawFn, sheet: Sheet) -> list[Row]:
    clean = penalty if sheet is PENALTY else licence
    codes = [each.code for each in sheet.fields]
    known = draw(st.lists(st.sampled_from(sorted(FACTS)), unique=True))
    rows = []
    for number in draw(st.lists(st.integers(1, 3), min_size=1, max_size=4)):
        row = clean(number) | draw(st.dictionaries(st.sampled_from(codes), CELLS, max_size=6))
        rows.append(row | {name: draw(FACTS[name]) for name in known})
    return rows


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=dirty_rows(PENALTY), way=st.sampled_from([Way.EVIDENCE, Way.DISTINCT]))
@example(rows=[penalty(1, CF_SY="NA"), penalty(2, CF_NR="。")], way=Way.EVIDENCE)
@example(rows=[penalty(1, CF_XDR_SHXYM="12345678901234567X"), penalty(2, CF_NR_FK="007.50")], way=Way.EVIDENCE)
def test_any_dirty_penalties_are_judged_the_same_both_ways(rows: list[Row], way: Way) -> None:
    assert_agree(
        PENALTY,
        rows,
        way,
        Context(ON, deadlines={penalty_day: ON.replace(day=11) for penalty_day in [ON.replace(day=2)]}),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=dirty_rows(LICENCE), way=st.sampled_from([Way.EVIDENCE, Way.DISTINCT]))
def test_any_dirty_licences_are_judged_the_same_both_ways(rows: list[Row], way: Way) -> None:
    assert_agree(LICENCE, rows, way)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=st.lists(CELLS, min_size=1, max_size=6))
def test_any_text_in_every_field_is_judged_the_same_both_ways(cells: list[str | None]) -> None:
    assert_agree(PENALTY, [dict.fromkeys((each.code for each in PENALTY.fields), cell) for cell in cells], Way.EVIDENCE)
