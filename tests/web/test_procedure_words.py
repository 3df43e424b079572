"""Every word of every declared procedure, and of what objections are about, has a translation; clocks say how they stand."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from xinheng.objections.values import About, Finding, Outcome
from xinheng.procedures.door import all_declared
from xinheng.procedures.values import ClockView, Procedure, Side
from xinheng.web.procedure_words import WORDS, _status, length_words, procedure_word


def words_of(procedure: Procedure) -> Iterator[str]:
    yield procedure.name
    for each in (*procedure.states, *procedure.clocks, *procedure.steps):
        yield each.name


def test_every_word_of_a_declaration_has_a_translation() -> None:
    said = {word for procedure in all_declared() for word in words_of(procedure)}
    said |= {each.label for kind in (Side, About, Finding, Outcome) for each in kind}
    assert len(said) > 40
    assert said - set(WORDS) == set()


@pytest.mark.parametrize("words", ["10个工作日", "10个工作日＋5个工作日"])
def test_how_long_a_limit_is_reads_in_both_languages(words: str) -> None:
    assert length_words(words).startswith("10 个工作日")
    with translation.override("en"):
        assert length_words(words).startswith("10 working days")
        assert procedure_word("待受理") == "Waiting to be accepted"


@pytest.mark.parametrize(
    ("deadline", "paused", "ended", "late", "said"),
    [
        (date(2026, 11, 20), False, None, False, "逾期"),
        (date(2026, 11, 21), False, None, False, "计时中"),
        (None, True, None, False, "暂停计时"),
        (None, True, None, True, "逾期"),
        (date(2026, 11, 20), False, date(2026, 11, 19), False, "已结束"),
        (date(2026, 11, 20), False, date(2026, 11, 23), True, "逾期"),
    ],
)
def test_a_clock_says_how_it_stands(
    deadline: date | None, paused: bool, ended: date | None, late: bool, said: str
) -> None:
    clock = ClockView("answer", "答复", Side.CENTRE, "", "", date(2026, 11, 2), deadline, False, paused, ended, late)
    assert _status(clock, date(2026, 11, 21)).label == said
