"""The real codes and names of the shared data."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from xinheng.kernel.identifiers.inspect import inspect
from xinheng.kernel.masking import find_personal
from xinheng.kernel.names import comparison_form, core, same_but_for_writing, written_form

pytestmark = pytest.mark.shared

DATA = Path(__file__).parents[3] / "shared" / "data"


def lines(name: str) -> list[str]:
    with gzip.open(DATA / "names" / name, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def test_every_printed_code_gets_the_verdict_of_its_two_checks() -> None:
    expected = {("yes", "yes"): "valid", ("no", "yes"): "held", ("no", "no"): "invalid"}
    with (DATA / "vectors" / "uscc_public_examples.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 247
    for row in rows:
        verdict = inspect(row["uscc"])
        assert verdict.kind == "uscc", row
        assert verdict.verdict == expected[row["check_digit_ok"], row["org_code_check_ok"]], row
    ruined, letter = (inspect(r["uscc"]).reason for r in rows if r["org_code_check_ok"] == "no")
    assert (ruined, letter) == ("excel_number", "charset")


def test_the_registry_sample_is_valid_held_or_empty_and_holds_no_persons() -> None:
    rows = list(csv.DictReader(lines("registry_sample.csv.gz")))
    codes = Counter((v.kind, v.verdict, v.reason) for v in (inspect(row["uscc_raw"]) for row in rows))
    assert codes == {
        ("uscc", "valid", None): 8167,
        ("uscc", "held", "check"): 17,
        ("uscc", "invalid", "excel_number"): 1,
        ("unknown", "invalid", "empty"): 115,
    }
    numbers = Counter((v.kind, v.verdict, v.reason) for v in (inspect(row["reg_no_raw"]) for row in rows))
    assert numbers["gs15", "valid", None] == 7789
    assert numbers["gs15", "valid", "old_13_digits"] == 10
    assert not any(find_personal(f"代码{row['uscc_raw']}，注册号{row['reg_no_raw']}。") for row in rows)


def test_real_names_never_fall_together_by_writing() -> None:
    names = [line.split("\t")[0] for line in lines("legal_names.tsv.gz")[1:]]
    assert len(names) == 19_415
    assert len({comparison_form(name) for name in names}) == len(set(names))
    assert sum(written_form(name) != name for name in names) == 193


def test_real_names_with_half_width_brackets_are_the_same_names() -> None:
    names = [n for n in (line.split("\t")[0] for line in lines("legal_names.tsv.gz")[1:]) if "（" in n]
    assert len(names) > 1500
    assert all(same_but_for_writing(n, n.replace("（", "(").replace("）", " )")) for n in names)


def test_the_core_is_brand_and_trade_of_hand_checked_names() -> None:
    """The rest are labels of another opinion (集团 or 发展 as suffix) and counties without 市 or 县, which are no region here."""
    rows = [json.loads(line) for line in (DATA / "names" / "name_parts_gold.jsonl").read_text("utf-8").splitlines()]
    hits = 0
    for row in rows:
        parts = sorted((part for kind in ("brand", "trade") for part in row["label"].get(kind, [])), key=lambda p: p[1])
        hits += core(row["text"]) == comparison_form("".join(part[0] for part in parts))
    assert (len(rows), hits) == (1224, 1099)
