"""Eight thousand real firms: their codes, numbers and names through the identifiers and through the whole check of a file.

Verdicts by code are pinned in `tests/kernel/test_public_examples.py`; here is what they mean for a file.
"""

from collections import Counter
from pathlib import Path

import pytest
from real_files import LICENCE, ON, checked, counts, legal_names, reasons, records, registry, write_csv

from engine.penalty_rows import licence
from xinheng.kernel.identifiers import uscc
from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.masking import find_personal
from xinheng.kernel.names import comparison_form, written_form
from xinheng.kernel.written_dates import WrittenDate, parse_written_date

pytestmark = pytest.mark.shared


def test_every_code_that_passes_has_a_sound_code_inside_and_a_fifth_would_be_ruined_as_a_number() -> None:
    codes = [v.normalised for v in (inspect(row["uscc_raw"], on=ON) for row in registry()) if v.verdict == "valid"]
    assert len(codes) == 8167
    assert len(set(codes)) == 8162
    assert all(uscc.explain(code).inner_check_holds for code in codes)
    assert sum(code.isdigit() for code in codes) == 1811


def test_most_codes_that_fail_only_their_last_place_are_of_one_province_and_one_pattern() -> None:
    verdicts = [inspect(row["uscc_raw"], on=ON) for row in registry()]
    held = Counter(v.normalised[2:4] + v.normalised[8:12] for v in verdicts if v.verdict == "held")
    assert held["35M000"] == 15
    assert held.total() == 17


def test_the_division_in_a_code_is_no_ground_for_refusal() -> None:
    listed = (Path(__file__).parents[3] / "shared" / "data" / "regions" / "divisions.csv").read_text("utf-8")
    known = {line.partition(",")[0] for line in listed.splitlines()}
    codes = [v.normalised for v in (inspect(row["uscc_raw"], on=ON) for row in registry()) if v.verdict == "valid"]
    gone = [code[2:8] for code in codes if code[2:8] not in known]
    assert (len(gone), len(set(gone))) == (921, 128)


def test_registration_numbers_say_why_they_fail() -> None:
    verdicts = [inspect(row["reg_no_raw"], on=ON) for row in registry()]
    assert Counter((v.verdict, v.reason) for v in verdicts) == {
        ("valid", None): 7789,
        ("valid", "old_13_digits"): 10,
        ("invalid", "empty"): 465,
        ("invalid", "check"): 30,
        ("invalid", "charset"): 5,
        ("invalid", "length"): 1,
    }


def test_founding_days_are_days_or_say_that_they_are_unknown() -> None:
    raw = [row["established_raw"] for row in registry()]
    days = [isinstance(parse_written_date(text), WrittenDate) for text in raw]
    assert sum(days) == 8202
    assert {text for text, is_day in zip(raw, days, strict=True) if not is_day} == {"未知"}


def test_one_code_never_stands_beside_two_names_once_writing_is_left_out() -> None:
    names: dict[str, set[str]] = {}
    for row in registry():
        if (verdict := inspect(row["uscc_raw"], on=ON)).verdict == "valid":
            names.setdefault(verdict.normalised, set()).add(comparison_form(row["name"]))
    assert all(len(forms) == 1 for forms in names.values())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_of_real_firms_gives_the_same_receipt_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    """Otherwise clean licences of an invented authority, so that only what is real can be wrong."""
    rows = [
        licence(n) | {"XK_XDR_MC": row["name"], "XK_XDR_SHXYM": row["uscc_raw"], "XK_XDR_GSZC": row["reg_no_raw"]}
        for n, row in enumerate(registry(), 1)
    ]
    receipt = checked(write_csv(tmp_path / "firms.csv", LICENCE, rows, encoding=encoding), LICENCE)
    assert counts(receipt) == (8300, 8136, 47, 117)
    assert reasons(receipt) == {
        ("E101", "XK_XDR_SHXYM", "reject"): 115,
        ("E104", "XK_XDR_SHXYM", "reject"): 1,
        ("E104", "XK_XDR_SHXYM", "hold"): 17,
        ("E104", "XK_XDR_GSZC", "reject"): 1,
        ("E104", "XK_XDR_GSZC", "hold"): 31,
        ("W203", "XK_XDR_GSZC", "warn"): 10,
    }
    assert Counter((note["field"], note["rule"]) for note in receipt["normalised"]) == {
        ("XK_XDR_SHXYM", "code_writing"): 1,
        ("XK_XDR_GSZC", "code_writing"): 2,
        ("XK_XDR_MC", "nbsp+trimmed"): 1,
    }


def test_names_join_across_lists_whatever_their_brackets() -> None:
    """The stored list was merged, so the pairs of the raw lists are gone: each half-width name is looked for as a register writes it."""
    names = legal_names()
    half = [name for name in names if "(" in name]
    assert len(half) == 193
    register = {written_form(name) for name in names}
    as_found = {name.replace("(", "（").replace(")", "）") for name in half}
    assert not as_found & set(half)
    assert as_found <= register
    assert {comparison_form(name) for name in half} == {comparison_form(name) for name in as_found}


def test_a_trailing_blank_keeps_one_real_firm_from_its_own_name_until_writing_is_left_out() -> None:
    names, firms = set(legal_names()), {row["name"] for row in registry()}
    forms = {comparison_form(name) for name in names}
    assert len(firms & names) == 8282
    assert sum(comparison_form(name) in forms for name in firms) == 8283


def test_no_real_code_name_or_permit_number_is_taken_for_a_persons_number() -> None:
    files = ("permits_sample.csv", "credit_commitments_sample.csv", "tax_a_rating_sample.csv", "report_head_sample.csv")
    texts = [text for name in files for row in records(name) for text in row.values()]
    texts += [row[column] for row in registry() for column in ("name", "uscc_raw", "established_raw", "capital_raw")]
    assert not any(find_personal(text) for text in texts)


def test_some_registration_numbers_look_like_old_identity_numbers_until_they_are_called_what_they_are() -> None:
    """Fifteen digits have no check digit as an identity number; what stands alone in free text is rather hidden than shown."""
    numbers = [row["reg_no_raw"] for row in registry()]
    assert sum(bool(find_personal(number)) for number in numbers) == 116
    assert not any(find_personal(f"注册号{number}") for number in numbers)
