"""Real permits, commitments, ratings and report heads through readers and checks; and what was seen of real penalties.

There is no real penalty file: of penalties only values of one field and a few well-known decisions are at hand.
"""

from collections import Counter
from pathlib import Path

import pytest
from real_files import (
    DATA,
    LICENCE,
    ON,
    PENALTY,
    Row,
    checked,
    columns_of,
    counts,
    reasons,
    records,
    write_csv,
)

from engine.penalty_rows import PENALTY as PENALTY_SHEET
from engine.penalty_rows import licence, penalty
from xinheng.engine.problems import Context
from xinheng.engine.row import check_row
from xinheng.kernel.identifiers.inspect import inspect

pytestmark = pytest.mark.shared

PERMIT_COLUMNS = {
    "name": "XK_XDR_MC",
    "uscc": "XK_XDR_SHXYM",
    "kind": "XK_XKZS",
    "permit_no": "XK_XKBH",
    "content": "XK_NR",
    "issued": "XK_JDRQ",
    "valid_from": "XK_YXQZ",
    "valid_to": "XK_YXQZI",
    "status": "XK_ZT",
    "reason": "BZ",
}
"""Where each column of the sample belongs in the licence item."""

LACKING = ("XK_XDR_LB", "XK_FRDB", "XK_XKWS", "XK_XKLB", "XK_XKJG", "XK_XKJGDM", "XK_LYDW", "XK_LYDWDM")
"""Obligatory columns the sample does not have at all."""

STATES = {"正常": "1", "撤销": "2", "": "1"}


def permits() -> list[Row]:
    """The real permits in our columns; the number of the licence stands for the missing document number, as the standard says."""
    rows = [
        {PERMIT_COLUMNS[name]: text for name, text in row.items() if name in PERMIT_COLUMNS}
        for row in records("permits_sample.csv")
    ]
    return [row | {"XK_WSH": row["XK_XKBH"]} for row in rows]


def completed() -> list[Row]:
    """The same with what the sample lacks taken from an invented authority."""
    whole = licence()
    return [{**row, **{code: whole[code] or "" for code in LACKING}} for row in permits()]


def test_permits_without_obligatory_columns_are_refused_as_a_file_and_each_is_named(tmp_path: Path) -> None:
    receipt = checked(write_csv(tmp_path / "permits.csv", LICENCE, permits(), only=PERMIT_COLUMNS.values()), LICENCE)
    assert (receipt["status"], receipt["reason"]) == ("refused", "F11")
    named = {"XK_XDR_LB", "XK_XKWS", "XK_WSH", "XK_XKLB", "XK_XKJG", "XK_XKJGDM", "XK_LYDW", "XK_LYDWDM"}
    assert {code for code in columns_of(LICENCE) if f"（{code}）" in receipt["message"]} == named


def test_permits_with_empty_obligatory_columns_are_rejected_row_by_row(tmp_path: Path) -> None:
    receipt = checked(write_csv(tmp_path / "permits.csv", LICENCE, permits()), LICENCE)
    assert counts(receipt) == (30, 0, 0, 30)
    missing = {field: n for (code, field, _), n in reasons(receipt).items() if code == "E101"}
    assert missing == {
        **dict.fromkeys((code for code in LACKING if code != "XK_FRDB"), 30),
        "XK_ZT": 20,
        "XK_YXQZ": 11,
        "XK_JDRQ": 8,
        "XK_YXQZI": 1,
    }


def test_the_state_words_of_the_old_standard_are_not_guessed(tmp_path: Path) -> None:
    receipt = checked(write_csv(tmp_path / "permits.csv", LICENCE, completed()), LICENCE)
    assert counts(receipt) == (30, 0, 0, 30)
    assert reasons(receipt)["E103", "XK_ZT", "reject"] == 10


def test_permits_made_whole_show_what_the_sample_itself_lacks(tmp_path: Path) -> None:
    rows = [{**row, "XK_ZT": STATES[row["XK_ZT"]]} for row in completed()]
    receipt = checked(write_csv(tmp_path / "permits.csv", LICENCE, rows), LICENCE)
    assert counts(receipt) == (30, 9, 0, 21)
    assert reasons(receipt) == {
        ("E101", "XK_XDR_SHXYM", "reject"): 20,
        ("E101", "XK_YXQZ", "reject"): 11,
        ("E101", "XK_JDRQ", "reject"): 8,
        ("E101", "XK_YXQZI", "reject"): 1,
        ("E104", "XK_XDR_SHXYM", "reject"): 1,
    }


def test_a_code_with_the_letter_i_is_refused_for_its_letter_and_not_mended() -> None:
    verdicts = [inspect(row["uscc"], on=ON) for row in records("permits_sample.csv") if row["uscc"]]
    assert Counter((v.verdict, v.reason) for v in verdicts) == {("valid", None): 9, ("invalid", "charset"): 1}
    [wrong] = [v for v in verdicts if v.verdict == "invalid"]
    assert "I" in wrong.normalised


def test_a_permit_number_that_begins_with_a_code_is_not_taken_for_one() -> None:
    numbers = [(row["uscc"], row["permit_no"]) for row in records("permits_sample.csv")]
    assert sum(bool(code) and number.startswith(code) for code, number in numbers) == 10
    assert all(inspect(number, on=ON).verdict == "invalid" for _, number in numbers)


@pytest.mark.parametrize("item", [LICENCE, PENALTY])
@pytest.mark.parametrize(
    "name", ["credit_commitments_sample.csv", "tax_a_rating_sample.csv", "report_head_sample.csv", "permits_sample.csv"]
)
def test_a_file_of_no_item_is_refused_and_told_what_the_header_should_be(name: str, item: str) -> None:
    receipt = checked(DATA / "records" / name, item)
    assert (receipt["status"], receipt["reason"], receipt["rows"]) == ("refused", "F07", 0)
    assert "没有找到表头" in receipt["message"]
    assert next(iter(columns_of(item))) in receipt["message"]


def test_a_file_of_licences_is_not_taken_for_penalties(tmp_path: Path) -> None:
    receipt = checked(write_csv(tmp_path / "permits.csv", LICENCE, permits()), PENALTY)
    assert (receipt["status"], receipt["reason"]) == ("refused", "F09")
    assert "行政许可" in receipt["message"]


@pytest.mark.parametrize(
    ("name", "column", "rows"),
    [
        ("credit_commitments_sample.csv", "uscc", 20),
        ("tax_a_rating_sample.csv", "uscc", 8),
        ("tax_a_rating_sample.csv", "taxpayer_id", 8),
        ("report_head_sample.csv", "uscc", 5),
    ],
)
def test_codes_of_published_reports_all_hold(name: str, column: str, rows: int) -> None:
    verdicts = [inspect(row[column], on=ON) for row in records(name)]
    assert [(v.kind, v.verdict, v.reason) for v in verdicts] == [("uscc", "valid", None)] * rows


def test_published_reports_repeat_rows_and_carry_artefacts() -> None:
    commitments, ratings, heads = (
        records(f"{name}_sample.csv") for name in ("credit_commitments", "tax_a_rating", "report_head")
    )
    assert len({tuple(row.values()) for row in commitments}) < len(commitments)
    assert len({tuple(row.values()) for row in ratings}) == len(ratings) // 2
    assert {row["fulfilment"] for row in commitments} == {"— —", ""}
    assert all(row["year"].endswith(".0") for row in ratings)
    assert sum("_x000D_" in row["corporate_type"] for row in heads) == 1


def codes(row: Row) -> set[tuple[str, str]]:
    """Codes and effects of one penalty."""
    return {(each.code, each.effect.value) for each in check_row(PENALTY_SHEET, row, Context(ON)).problems}


AS_CONTENT = {
    "不予行政处罚。": {("E103", "reject")},
    "违法事实不能成立。": {("E103", "reject")},
    "罚款人民币零元(0元)": {("E109", "hold")},
}
AS_KIND = {
    "警告": {("E113", "block")},
    "警告&警告&警告": {("E113", "block")},
}


def test_of_the_contents_seen_only_those_that_are_no_penalty_are_rejected_and_a_fine_of_nothing_is_held() -> None:
    values = [row["value"] for row in records("penalty_content_values_seen.csv")]
    assert len(values) == 8
    for number, value in enumerate(values, 1):
        assert codes(penalty(number, CF_NR=value)) == AS_CONTENT.get(value, set()), value


def test_contents_filed_as_kinds_are_rejected_unless_they_are_kinds() -> None:
    values = [row["value"] for row in records("penalty_content_values_seen.csv")]
    for number, value in enumerate(values, 1):
        found = codes(penalty(number, CF_CFLB=value, CF_NR="照此处罚", CF_NR_FK=None))
        assert found == AS_KIND.get(value, {("E103", "reject")}), value


def test_a_fine_of_nothing_is_rejected() -> None:
    [value] = [row["value"] for row in records("penalty_content_values_seen.csv") if "零元" in row["value"]]
    assert codes(penalty(CF_NR=value, CF_NR_FK="0")) == {("E109", "reject")}


def test_well_known_document_numbers_and_amounts_are_read() -> None:
    """Only numbers and amounts: nothing of these rows was checked against a source."""
    rows = records("well_known_penalties_unverified.csv")
    assert len(rows) == 7
    held = 0
    for number, row in enumerate(rows, 1):
        kinds = "警告;罚款" if "警告" in row["content"] else "罚款"
        facts = {"CF_WSH": row["document_no"], "CF_NR": row["content"], "CF_NR_FK": row["amount_10k_yuan"]}
        result = check_row(
            PENALTY_SHEET, penalty(number, CF_CFLB=kinds, CF_JDRQ=row["decision_date"], **facts), Context(ON)
        )
        assert {each.code for each in result.problems} <= {"E109"}
        assert result.values["CF_NR_FK"] == int(row["amount_10k_yuan"]) * 1_000_000
        held += bool(result.problems)
    assert held == 2


def test_our_columns_are_those_of_the_field_list() -> None:
    listed = records("field_standard_2018.csv")
    for item, kind in ((PENALTY, "penalty"), (LICENCE, "permit")):
        standard = {row["field_code"]: row["column"] for row in listed if row["kind"] == kind}
        assert columns_of(item) == standard
