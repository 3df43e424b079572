"""What the column interpreter passes as evidently good, the step leaves as it is: every special character, every check character."""

import unicodedata

import polars as pl
import pytest
from penalty_rows import ON, PENALTY, firm_code, persons_numbers_that_pass_as_codes, resident_number

from xinheng.engine.column_evidence import good_resident, good_uscc, odd
from xinheng.engine.steps import Reading, read
from xinheng.kernel.identifiers import orgcode, resident, uscc

SPECIAL = [
    chr(point)
    for point in range(0x10000)
    if unicodedata.category(chr(point)) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Pd", "Ps", "Pe", "Sk")
    or 0xFF00 <= point <= 0xFFFF
    or point < 0x100
]
BASES = ("样市监罚〔2026〕5号", "5", "无", "—", "13800138000")


def dressed() -> list[str]:
    """Each special character alone, before, inside and after some texts, and a few wholes."""
    around = [
        form
        for base in BASES
        for mark in SPECIAL
        for form in (mark, mark + base, base[:1] + mark + base[1:], base + mark)
    ]
    return [
        *around,
        "_x000D_",
        "a_X000d_",
        "&nbsp;",
        "&amp;无",
        "NULL",
        "n/a",
        "Na",
        "— —",
        "1E5",
        "9.13E+17",
        "长" * 300,
    ]


@pytest.mark.parametrize("code", ["CF_XDR_MC", "CF_SY", "CF_WSH", "CF_XDR_SWDJ", "CF_XDR_ZJHM", "CF_NR_FK"])
def test_a_cell_passed_as_evident_is_left_as_it_is_by_the_step(code: str) -> None:
    field = PENALTY.field(code)
    expression = odd(field, scanned=True)
    assert expression is not None
    cells = pl.DataFrame({code: dressed()})
    passed = cells.filter(~expression.fill_null(False)).get_column(code).unique().to_list()
    assert passed
    for cell in passed:
        step = read(field, cell, Reading(ON))
        assert (step.note, step.faults) == (None, ()), repr(cell)
        assert step.value == (round(float(cell) * 1_000_000) if code == "CF_NR_FK" else cell)


def test_only_the_right_check_character_of_a_code_is_evident() -> None:
    codes = [firm_code(n)[:-1] + last for n in range(20) for last in uscc.ALPHABET + "IOSVZ"]
    right = [uscc.judge(code) == ("valid", None) for code in codes]
    assert good_uscc(pl.Series(codes)).to_list() == right
    assert sum(right) == 20


def test_a_code_with_a_wrong_organisation_code_inside_is_not_evident() -> None:
    bodies = ["91990101MA00000" + a + b for a in "0123456789" for b in "0123456789X"]
    codes = [body + uscc.check_digit(body) for body in bodies]
    assert good_uscc(pl.Series(codes)).to_list() == [orgcode.holds(code[8:17]) for code in codes]


def test_a_code_of_the_market_is_evident_in_every_division_and_no_persons_number_is() -> None:
    codes = []
    for prefix in ("91", "92", "93", "11", "52"):
        for division in ("990101", "990117", "990118", "990119", "990199"):
            body = f"{prefix}{division}MA000001"
            body += orgcode.check_character(body[8:])
            codes.append(body + uscc.check_digit(body))
    assert {uscc.judge(code) for code in codes} == {("valid", None)}
    # Of other codes those with a century at the seventh place are looked at one by one: they may be a person's.
    evident = [code[:2] in ("91", "92", "93") or code[6:8] < "18" for code in codes]
    assert good_uscc(pl.Series(codes)).to_list() == evident
    people = persons_numbers_that_pass_as_codes()
    assert ("valid", None) in {uscc.judge(number) for number in people}
    assert not any(good_uscc(pl.Series(people)))


def test_codes_of_another_length_and_nothing_are_not_evident() -> None:
    codes = pl.Series([None, "", firm_code(1)[:-1], firm_code(1) + "0", firm_code(1), "12345678901234567X"])
    assert good_uscc(codes).to_list() == [False, False, False, False, True, False]


def test_only_right_identity_numbers_of_people_already_born_are_evident() -> None:
    numbers = [resident_number(sequence=f"{n:03d}")[:-1] + last for n in range(12) for last in "0123456789Xx"]
    numbers += [resident_number(day) for day in ("20261121", "20261122", "19000229", "20000229", "19991301")]
    right = [resident.judge(number, on=ON) == ("valid", None) for number in numbers]
    assert good_resident(pl.Series(numbers), ON).to_list() == right
    assert right[-5:] == [True, False, False, True, False]
