"""How values are written."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from xinheng.web import parts, show


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY*", max_size=40))
def test_a_code_copied_from_the_page_has_no_blanks(text: str) -> None:
    assert plain(show.code(text)) == text
    assert "".join(show.code_groups(text)) == text


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("91990101MA0AXH1K23", ["91", "990101", "MA0AXH1K2", "3"]),
        ("990101********1234", ["990101", "********", "1234"]),
        ("990101199003072170", ["990101", "19900307", "2170"]),
        ("919901019800003121", ["91", "990101", "980000312", "1"]),
        ("990101600012345", ["990101", "60001234", "5"]),
        ("YY20261120000042", ["YY20", "2611", "2000", "0042"]),
        ("样市监罚〔2026〕118号", ["样市监罚〔2026〕118号"]),
        ("12345", ["12345"]),
    ],
)
def test_codes_are_grouped_for_reading(code: str, groups: list[str]) -> None:
    assert show.code_groups(code) == groups


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("3.5", "3.50 万元"),
        ("0", "0.00 万元"),
        ("128000", "128,000.00 万元"),
        ("12.250001", "12.250001 万元"),
        ("1E+3", "1,000.00 万元"),
        ("-2.5", "-2.50 万元"),
    ],
)
def test_an_amount_has_at_least_two_decimals_and_loses_none(amount: str, written: str) -> None:
    assert show.money(Decimal(amount), "万元").replace(show.NARROW, " ") == written


def test_a_moment_is_written_in_shanghai() -> None:
    at = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert show.moment(at) == "2026年11月21日 00:30"
    assert show.iso_day(at) == "2026-11-21"


def test_a_day_in_english_has_the_month_in_words() -> None:
    with translation.override("en"):
        assert show.day(date(2026, 11, 20)) == "20 November 2026"


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_a_dash_that_is_read_aloud(value: Any) -> None:
    assert plain(show.value(value)) == "—无"


def test_text_is_escaped_and_parts_are_drawn() -> None:
    assert show.value("<b>&") == "&lt;b&gt;&amp;"
    assert 'data-tone="harm"' in show.value(parts.Status("<i>", "harm"))
    assert "<i>" not in show.value(parts.Status("<i>", "harm"))
    assert show.value(["<b>", date(2026, 1, 2)], short=True).startswith("&lt;b&gt;<br>")


def test_yes_and_no_are_words_not_numbers() -> None:
    assert (show.value(True), show.value(False), show.value(1234)) == ("是", "否", "1,234")


@pytest.mark.parametrize(
    "make",
    [
        lambda text: parts.Status(text, "kept"),
        lambda text: parts.Basis(text, "第一条"),
        lambda text: parts.Basis("某法", "第一条", href=text),
    ],
)
def test_a_text_is_escaped_though_the_same_text_was_drawn_as_safe_before(make: Callable[[str], Any]) -> None:
    text = '<b>"&'
    for one in (mark_safe(text), text, mark_safe(text), text):
        assert ("<b>" in show.value(make(one))) is isinstance(one, SafeString)


def test_a_status_and_a_basis_drawn_again_are_the_same() -> None:
    for part in (
        parts.Status("已办结", "kept"),
        parts.Status("已办结", "harm"),
        parts.Basis("某法", "第一条", "1号", "/b"),
    ):
        name = type(part).__name__.lower()
        drawn = render_to_string(f"web/parts/{name}.html", {name: part}).strip()
        assert [show.value(part), show.value(part)] == [drawn, drawn]
