"""A declaration that does not hold together is refused before any case can be caught in it."""

from dataclasses import replace

import pytest

from xinheng.catalogue.door import package_edition
from xinheng.objections.procedure import OBJECTION
from xinheng.procedures.door import all_declared, allowed, declare, faults
from xinheng.procedures.values import Clock, Procedure, Side, State, Step

CENTRE = frozenset({Side.CENTRE})
SOUND = Procedure(
    code="toy",
    version=1,
    name="示例",
    prefix="SL",
    bases=("platform-conventions.objection",),
    states=(State("open", "待办", CENTRE), State("done", "办结", ends=True)),
    clocks=(Clock("answer", "答复", "objection.answer", Side.CENTRE),),
    steps=(
        Step("open", "提出", Side.APPLICANT, frozenset(), "open", starts=("answer",)),
        Step("close", "办结", Side.CENTRE, frozenset({"open"}), "done", needs="objections.decide", stops=("answer",)),
    ),
)
OPEN, CLOSE = SOUND.steps


def test_a_sound_declaration_has_no_fault() -> None:
    assert faults(SOUND) == ()


BROKEN = {
    "two steps open it": (replace(SOUND, steps=(OPEN, OPEN, CLOSE)), "2 steps open a case"),
    "a state that is not there": (replace(SOUND, steps=(OPEN, replace(CLOSE, target="gone"))), "no state gone"),
    "a clock that is not there": (replace(SOUND, steps=(replace(OPEN, starts=("late",)), CLOSE)), "no clock late"),
    "a state nobody reaches": (
        replace(SOUND, states=(*SOUND.states, State("far", "远", ends=True))),
        "no way leads there",
    ),
    "a state nobody leaves": (
        replace(SOUND, states=(SOUND.states[0], State("done", "办结", CENTRE))),
        "no way leads out",
    ),
    "a state that waits for nobody": (
        replace(SOUND, states=(State("open", "待办"), SOUND.states[1])),
        "waits for nobody",
    ),
    "a state that waits for who can do nothing": (
        replace(SOUND, states=(State("open", "待办", frozenset({Side.SOURCE, Side.CENTRE})), SOUND.states[1])),
        "waits for source, who can do nothing",
    ),
    "an official without a permission": (replace(SOUND, steps=(OPEN, replace(CLOSE, needs=""))), "needs a permission"),
    "a way out of the end": (
        replace(SOUND, steps=(OPEN, CLOSE, replace(CLOSE, code="again", sources=frozenset({"done"}), target="open"))),
        "out of a state that ends",
    ),
    "a clock nothing starts": (replace(SOUND, steps=(replace(OPEN, starts=()), CLOSE)), "nothing starts it"),
    "a clock that is stopped and paused at once": (
        replace(SOUND, steps=(OPEN, replace(CLOSE, pauses=("answer",)))),
        "touched twice",
    ),
    "a pause without end": (
        replace(
            SOUND,
            steps=(OPEN, CLOSE, replace(CLOSE, code="wait", target="open", stops=(), pauses=("answer",))),
        ),
        "followed by what lets it go on",
    ),
    "a doubled state": (replace(SOUND, states=(*SOUND.states, SOUND.states[0])), "state open is declared twice"),
    "silence that is no step of time": (replace(SOUND, accepted_by_silence="close"), "a step of time"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_declaration_is_named_and_refused(case: str) -> None:
    broken, says = BROKEN[case]
    assert any(says in fault.says for fault in faults(broken)), faults(broken)
    with pytest.raises(ValueError, match="toy/1"):
        declare(broken)


def test_two_declarations_under_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare(replace(OBJECTION, name="另一种异议"))


def test_what_is_declared_holds_together_and_rests_on_the_catalogue() -> None:
    edition = package_edition("demo")
    keys = {limit.key for limit in edition.limits}
    for procedure in all_declared():
        assert faults(procedure) == ()
        assert {clock.limit for clock in procedure.clocks} <= keys
        assert {limit for step in procedure.steps for _, limit in step.extends} <= keys
        for basis in procedure.bases:
            assert edition.versions(basis)


def test_nothing_that_follows_from_a_missed_limit_decides_against_anybody() -> None:
    allowed_effects = {"escalate", "stop_publication", "treat_as_accepted"}
    assert {effect for limit in package_edition("demo").limits for effect in limit.missed} <= allowed_effects
    for procedure in all_declared():
        for step in procedure.steps:
            if step.by is Side.TIME:
                assert step.code == procedure.accepted_by_silence


def test_a_step_that_may_be_taken_once_is_not_offered_again() -> None:
    codes = {step.code for step in allowed(OBJECTION, "submitted")}
    assert "ask_supplement" in codes
    assert {step.code for step in allowed(OBJECTION, "submitted", ["ask_supplement"])} == codes - {"ask_supplement"}
