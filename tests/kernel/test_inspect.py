from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.strategies import organisation_codes, registration_numbers, resident_numbers, usccs
from xinheng.kernel.identifiers import resident, uscc
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.identifiers.verdict import BESIDE_VALID, REASON_WORDS
from xinheng.kernel.identifiers.writing import normalise

TODAY = date(2026, 11, 21)
CODE = "91990101MA0000015" + uscc.check_digit("91990101MA0000015")
PERSON = "99010119900307123" + resident.check_character("99010119900307123")
FULL_WIDTH = CODE.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})


def other_check(code: str) -> str:
    return code[:17] + next(c for c in "123456789" if c != code[17])


@pytest.mark.parametrize(
    "written",
    [
        CODE,
        f"\t{CODE}",
        f"{CODE}\u00a0",
        f"'{CODE}",
        f"’{CODE}",
        f"\ufeff{CODE}\u200b",
        CODE.lower(),
        FULL_WIDTH,
        f"{CODE[:8]}-{CODE[8:17]}-{CODE[17]}",
        f"{CODE[:6]} {CODE[6:12]}　{CODE[12:]}",
        f"{CODE[:8]}－{CODE[8:]}",
    ],
)
def test_a_code_is_known_however_it_is_written(written: str) -> None:
    verdict = inspect(written)
    assert (verdict.input, verdict.normalised, verdict.kind, verdict.verdict) == (written, CODE, "uscc", "valid")


@pytest.mark.parametrize(
    ("written", "kind", "outcome", "reason"),
    [
        ("", "unknown", "invalid", "empty"),
        (" \u00a0\t\u200b", "unknown", "invalid", "empty"),
        ("000000000000000000", "uscc", "invalid", "placeholder"),
        ("123456789012345678", "uscc", "invalid", "placeholder"),
        ("00000000000000000X", "uscc", "invalid", "placeholder"),
        ("000000000000000", "gs15", "invalid", "placeholder"),
        ("111111111111111111", "uscc", "invalid", "placeholder"),
        ("XXXXXXXXXXXXXXXXXX", "uscc", "invalid", "placeholder"),
        ("******************", "unknown", "invalid", "placeholder"),
        ("无", "unknown", "invalid", "placeholder"),
        ("— —", "unknown", "invalid", "placeholder"),
        ("-", "unknown", "invalid", "placeholder"),
        ("/", "unknown", "invalid", "placeholder"),
        ("...", "unknown", "invalid", "placeholder"),
        ("null", "unknown", "invalid", "placeholder"),
        ("&nbsp;", "unknown", "invalid", "placeholder"),
        ("9.13E+17", "uscc", "invalid", "excel_number"),
        ("9.13302040933533E+17", "uscc", "invalid", "excel_number"),
        ("1.10E+17", "unknown", "invalid", "excel_number"),
        ("911201010915957000", "uscc", "invalid", "excel_number"),
        ("913302040933533733.0", "uscc", "invalid", "excel_number"),
        (CODE[:17], "uscc", "invalid", "length"),
        (CODE + "1", "uscc", "invalid", "length"),
        ("12345", "unknown", "invalid", "length"),
        ("92233002MAIAT2H347", "uscc", "invalid", "charset"),
        ("91A90101MA00000157", "uscc", "invalid", "charset"),
        ("某某公司", "unknown", "invalid", "charset"),
        ("91330100799655058C", "uscc", "held", "check"),
        ("91330100799655057B", "uscc", "invalid", "check"),
        ("91330100799655058B", "uscc", "valid", None),
        ("D2143569-X", "orgcode", "valid", None),
        ("D2143569-1", "orgcode", "invalid", "check"),
        ("110108000000016", "gs15", "valid", None),
        ("110108000000017", "gs15", "invalid", "check"),
        ("22010702000578X", "gs15", "invalid", "charset"),
        ("3101121022707", "gs15", "valid", "old_13_digits"),
        (PERSON, "id18", "valid", None),
        (PERSON.lower(), "id18", "valid", None),
        (other_check(PERSON), "id18", "invalid", "check"),
        ("99010119900230123" + resident.check_character("99010119900230123"), "id18", "invalid", "date"),
        ("99010129900307123" + resident.check_character("99010129900307123"), "id18", "invalid", "date"),
    ],
)
def test_kind_verdict_and_reason(written: str, kind: str, outcome: str, reason: str | None) -> None:
    verdict = inspect(written, on=TODAY)
    assert (verdict.kind, verdict.verdict, verdict.reason) == (kind, outcome, reason)


def test_an_old_number_of_a_person_is_known_where_it_is_no_registration_number() -> None:
    assert inspect("990101900307121", on=TODAY).kind == "id15"
    assert inspect("110108000000016", on=TODAY).kind == "gs15"


def test_a_code_that_ends_in_three_zeros_and_holds_is_no_ruin() -> None:
    found = [
        f"9199010100{n:07d}" for n in range(3000) if uscc.check_digit(f"9199010100{n:07d}") == "0" and n % 100 == 0
    ]
    assert found
    assert all(inspect(first17 + "0").verdict == "valid" for first17 in found)


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    verdict = inspect(text, on=TODAY)
    assert verdict.input == text
    assert (verdict.reason is None or verdict.reason in BESIDE_VALID) == (verdict.verdict == "valid")
    assert verdict.sentence


@given(st.text("0123456789XxIEMA.+- 　\u00a0'无—０９", max_size=24))
def test_nothing_that_looks_like_a_code_makes_it_raise(text: str) -> None:
    assert inspect(text).reason in {None, *REASON_WORDS}


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text("IOZSV01258 -", max_size=18))
def test_letters_never_become_digits(text: str) -> None:
    assert [c for c in text if c not in " -"] == list(normalise(text))


@given(usccs(frozenset({"91", "92", "93", "A1", "G1", "N2", "Y1"})))
def test_a_valid_code_of_a_business_is_never_taken_for_a_person(code: str) -> None:
    assert (inspect(code).kind, inspect(code).verdict) == ("uscc", "valid")


@given(resident_numbers())
def test_a_valid_number_of_a_person_is_never_taken_for_a_code(number: str) -> None:
    assert (inspect(number, on=TODAY).kind, inspect(number, on=TODAY).verdict) == ("id18", "valid")


@given(organisation_codes(), registration_numbers())
def test_computed_codes_of_the_other_standards_are_valid_or_fillers(code: str, number: str) -> None:
    for kind, value in (("orgcode", code), ("gs15", number)):
        verdict = inspect(value)
        assert verdict.kind == kind
        assert verdict.verdict == "valid" or verdict.reason == "placeholder"
