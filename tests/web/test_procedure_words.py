"""Every word of every declared procedure, and of what objections are about, has a translation; clocks say how they stand."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from xinheng.kernel.calendar import Calendar
from xinheng.objections.values import About, Finding, Outcome
from xinheng.procedures.door import all_declared
from xinheng.procedures.values import ClockView, Procedure, Side
from xinheng.web.procedure_words import WORDS, clock_value, length_words, procedure_word


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
    ("deadline", "paused", "ended", "tone", "left"),
    [
        (date(2026, 11, 19), False, None, "harm", -1),
        (date(2026, 11, 20), False, None, "clock", 0),
        (date(2026, 11, 27), False, None, "plain", 5),
        (None, True, None, "plain", None),
        (date(2026, 11, 20), False, date(2026, 11, 19), "kept", None),
        (date(2026, 11, 20), False, date(2026, 11, 23), "harm", None),
    ],
)
def test_a_clock_says_how_it_stands(
    deadline: date | None, paused: bool, ended: date | None, tone: str, left: int | None
) -> None:
    late = ended is not None and deadline is not None and ended > deadline
    clock = ClockView("answer", "答复", Side.CENTRE, "", "", date(2026, 11, 2), deadline, False, paused, ended, late)
    shown = clock_value(clock, Calendar.of([]), date(2026, 11, 20))
    assert shown.tone == tone
    assert getattr(shown, "working_days_left", None) == left
