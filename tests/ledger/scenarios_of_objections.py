"""How objections are made, handled and answered, what time does to their cases, and what each step refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ledger.acting import NOBODY, Act, Scenario, act, expected_actor
from objections.contested import Contested, contested, draft, shown_penalty
from world import INIT, World
from xinheng.catalogue.door import import_calendar_year
from xinheng.catalogue.values.views import DayRow
from xinheng.objections.door import (
    accept,
    answer,
    ask_supplement,
    drop,
    extend,
    find,
    go_on,
    refuse,
    send_back,
    submit,
    supply,
)
from xinheng.objections.operations.silence import accept_by_silence, stop_for_delay
from xinheng.objections.values import Finding, Outcome
from xinheng.procedures.models import RunningClock
from xinheng.procedures.operations.ticking import note_missed, note_recounted

CASE = ("procedures_case", "procedures_step")
SEALED = ("procedures_key", "procedures_text")
CLOCK, OBJECTION, MARK = ("procedures_clock",), ("objections_objection",), ("records_mark",)


def case_id(world: World, made: Contested) -> int:
    return made.case_id


def secret(world: World, made: Contested) -> str:
    return made.submitted.secret


def contesting(world: World, made: int) -> Any:
    return draft(made)


def saying_nothing(world: World, made: int) -> Any:
    return draft(made, statement=" ")


def after(*steps: Callable[[Contested], Any]) -> Callable[[World], Contested]:
    """An objection and steps taken with it before."""

    def prepare(world: World) -> Contested:
        made = contested(world)
        for step in steps:
            step(made)
        return made

    return prepare


def asked(made: Contested) -> Any:
    return ask_supplement(case_id=made.case_id, note="请补充", actor=made.world.actor("operator"), now=made.world.now)


def taken_up(made: Contested) -> Any:
    return accept(case_id=made.case_id, actor=made.world.actor("operator"), now=made.world.now)


def found_right(made: Contested) -> Any:
    market = made.world.actor("reporter.market")
    return find(case_id=made.case_id, finding=Finding.RIGHT, note="无误", actor=market, now=made.world.now)


def clock(made: Contested, code: str) -> RunningClock:
    return RunningClock.objects.get(case_id=made.case_id, clock=code)


def the_day_after(code: str, function: Callable[..., Any], by: str, *, of_clock: bool) -> Act:
    """What time does on the day after a limit."""

    def step(world: World, made: Contested) -> Any:
        row = clock(made, code)
        late = (row.deadline or date.max) + timedelta(days=1)
        now = datetime.combine(late, time(2), UTC)
        named = {"clock_id": row.pk} if of_clock else {"case_id": made.case_id}
        return function(**named, actor=expected_actor(world, by), now=now, on=late)

    return step


def with_a_new_calendar(world: World) -> Contested:
    """An objection, and a notice that came in since."""
    made = contested(world)
    rows = [DayRow(date(2027, 1, 1), "holiday")]
    import_calendar_year(year=2027, rows=rows, document="国办发明电〔2026〕9号", actor=INIT, now=world.now)
    return made


OF_OBJECTIONS = {
    "objections.submitted": Scenario(
        "public",
        (*CASE, *SEALED, *CLOCK, *OBJECTION, "procedures_party"),
        act(submit, "public", draft=contesting),
        act(submit, "public", draft=saying_nothing),
        shown_penalty,
    ),
    "objections.supplement_asked": Scenario(
        "operator",
        (*CASE, *CLOCK),
        act(ask_supplement, "operator", case_id=case_id, note="请补充决定书"),
        act(ask_supplement, "operator", case_id=case_id, note=" "),
        contested,
    ),
    "objections.supplied": Scenario(
        "public",
        (*CASE, *CLOCK, "procedures_text"),
        act(supply, "public", case_id=case_id, text="见附件所述", secret=secret),
        act(supply, "public", case_id=case_id, text="见附件所述", secret="AAAA-AAAA-AAAA"),
        after(asked),
    ),
    "objections.gone_on": Scenario(
        "operator",
        (*CASE, *CLOCK),
        act(go_on, "operator", case_id=case_id, note="材料足够"),
        act(go_on, "operator", case_id=NOBODY, note="材料足够"),
        after(asked),
    ),
    "objections.accepted": Scenario(
        "operator",
        (*CASE, *CLOCK, *OBJECTION, *MARK),
        act(accept, "operator", case_id=case_id),
        act(accept, "operator", case_id=case_id, seen=7),
        contested,
    ),
    "objections.refused": Scenario(
        "operator",
        (*CASE, *CLOCK, *OBJECTION),
        act(refuse, "operator", case_id=case_id, note="与这条信息无关"),
        act(refuse, "operator", case_id=case_id, note=""),
        contested,
    ),
    "objections.looked_into": Scenario(
        "reporter.market",
        (*CASE, *CLOCK, *OBJECTION),
        act(find, "reporter.market", case_id=case_id, finding=Finding.RIGHT, note="无误"),
        act(find, "reporter.market", case_id=case_id, finding=Finding.CORRECTED, note="已更正"),
        after(taken_up),
    ),
    "objections.sent_back": Scenario(
        "reviewer",
        (*CASE, *CLOCK),
        act(send_back, "reviewer", case_id=case_id, note="请附原文"),
        act(send_back, "reviewer", case_id=case_id, note=""),
        after(taken_up, found_right),
    ),
    "objections.extended": Scenario(
        "reviewer",
        (*CASE, *CLOCK),
        act(extend, "reviewer", case_id=case_id, note="须向外地核实"),
        act(extend, "reviewer", case_id=NOBODY, note="须向外地核实"),
        after(taken_up),
    ),
    "objections.answered": Scenario(
        "reviewer",
        (*CASE, *CLOCK, *OBJECTION, *MARK),
        act(answer, "reviewer", case_id=case_id, outcome=Outcome.UPHELD, note="经核实无误"),
        act(answer, "reviewer", case_id=case_id, outcome=Outcome.WITHDRAWN, note="已撤回"),
        after(taken_up, found_right),
    ),
    "objections.dropped": Scenario(
        "public",
        (*CASE, *CLOCK, *OBJECTION, *MARK),
        act(drop, "public", case_id=case_id, secret=secret),
        act(drop, "public", case_id=case_id),
        after(taken_up),
    ),
    "objections.accepted_by_silence": Scenario(
        "objections",
        (*CASE, *CLOCK, *OBJECTION, *MARK),
        the_day_after("acceptance", accept_by_silence, "objections", of_clock=False),
        None,
        contested,
    ),
    "objections.publication_stopped": Scenario(
        "objections",
        (*OBJECTION, *MARK),
        the_day_after("answer", stop_for_delay, "objections", of_clock=False),
        None,
        after(taken_up),
    ),
    "procedures.limit_missed": Scenario(
        "procedures",
        ("procedures_case", *CLOCK),
        the_day_after("answer", note_missed, "procedures", of_clock=True),
        None,
        after(taken_up),
    ),
    "procedures.deadline_recounted": Scenario(
        "procedures",
        CLOCK,
        act(note_recounted, "procedures", clock_id=lambda world, made: clock(made, "answer").pk),
        None,
        with_a_new_calendar,
    ),
}
