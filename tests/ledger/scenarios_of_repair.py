"""How repair is applied for, handled and decided, and what each step refuses."""

from collections.abc import Callable
from typing import Any

from ledger.acting import NOBODY, Scenario, act
from members.agents import FIRST, agent
from procedures.cases import SUPERVISOR, supervisor
from repair.applying import Application, applied, old_penalty, repair_draft
from world import World
from xinheng.repair.door import accept, apply, ask_supplement, drop, extend, go_on, grant, refuse, reject, supply

CASE, CLOCK = ("procedures_case", "procedures_step"), ("procedures_clock",)
APPLICATION, MARK = ("repair_application",), ("records_mark",)
BY_FIRST = f"member:{FIRST}"


def case_id(world: World, made: Application) -> int:
    return made.case_id


def claimed_penalty(world: World) -> int:
    agent(world)
    return old_penalty(world)


def applying(world: World, made: int) -> Any:
    return repair_draft(made)


def not_promising(world: World, made: int) -> Any:
    return repair_draft(made, promised=False)


def after(*steps: Callable[[Application], Any]) -> Callable[[World], Application]:
    """An application and steps taken with it before; the bureau has somebody who decides."""

    def prepare(world: World) -> Application:
        supervisor(world)
        made = applied(world)
        for step in steps:
            step(made)
        return made

    return prepare


def asked(made: Application) -> Any:
    return ask_supplement(
        case_id=made.case_id, note="请说明缴款日期", actor=made.world.actor("reporter.market"), now=made.world.now
    )


def taken_up(made: Application) -> Any:
    return accept(case_id=made.case_id, actor=made.world.actor("reporter.market"), now=made.world.now)


OF_REPAIR = {
    "repair.applied": Scenario(
        BY_FIRST,
        (*CASE, *CLOCK, *APPLICATION, "procedures_party", "procedures_key", "procedures_text"),
        act(apply, BY_FIRST, draft=applying),
        act(apply, BY_FIRST, draft=not_promising),
        claimed_penalty,
    ),
    "repair.supplement_asked": Scenario(
        "reporter.market",
        (*CASE, *CLOCK),
        act(ask_supplement, "reporter.market", case_id=case_id, note="请说明缴款日期"),
        act(ask_supplement, "reporter.market", case_id=case_id, note=" "),
        after(),
    ),
    "repair.supplied": Scenario(
        BY_FIRST,
        (*CASE, *CLOCK, "procedures_text"),
        act(supply, BY_FIRST, case_id=case_id, text="5月20日缴清"),
        act(supply, BY_FIRST, case_id=case_id, text=" "),
        after(asked),
    ),
    "repair.gone_on": Scenario(
        "reporter.market",
        (*CASE, *CLOCK),
        act(go_on, "reporter.market", case_id=case_id, note="已自行核对"),
        act(go_on, "reporter.market", case_id=NOBODY, note="已自行核对"),
        after(asked),
    ),
    "repair.accepted": Scenario(
        "reporter.market",
        (*CASE, *CLOCK),
        act(accept, "reporter.market", case_id=case_id),
        act(accept, "reporter.market", case_id=case_id, seen=7),
        after(),
    ),
    "repair.refused": Scenario(
        "reporter.market",
        (*CASE, *CLOCK, *APPLICATION),
        act(refuse, "reporter.market", case_id=case_id, note="不属于本单位"),
        act(refuse, "reporter.market", case_id=case_id, note=""),
        after(),
    ),
    "repair.extended": Scenario(
        SUPERVISOR,
        (*CASE, *CLOCK),
        act(extend, SUPERVISOR, case_id=case_id, note="须向外地核实"),
        act(extend, SUPERVISOR, case_id=NOBODY, note="须向外地核实"),
        after(taken_up),
    ),
    "repair.granted": Scenario(
        SUPERVISOR,
        (*CASE, *CLOCK, *APPLICATION, *MARK),
        act(grant, SUPERVISOR, case_id=case_id, note="经核对已缴清"),
        act(grant, SUPERVISOR, case_id=case_id, note=""),
        after(taken_up),
    ),
    "repair.rejected": Scenario(
        SUPERVISOR,
        (*CASE, *CLOCK, *APPLICATION),
        act(reject, SUPERVISOR, case_id=case_id, note="罚款没有缴清"),
        act(reject, SUPERVISOR, case_id=case_id, note=" "),
        after(taken_up),
    ),
    "repair.dropped": Scenario(
        BY_FIRST,
        (*CASE, *CLOCK, *APPLICATION),
        act(drop, BY_FIRST, case_id=case_id),
        act(drop, BY_FIRST, case_id=NOBODY),
        after(),
    ),
}
