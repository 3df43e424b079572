"""How duties, nil reports and what follows from a look at quality are performed, and what each refuses."""

from datetime import date
from typing import Any

from intake import cast
from ledger.acting import NOBODY, Scenario, act, made_before
from world import INIT, World
from xinheng.intake.batch.survey import survey
from xinheng.intake.door import (
    Datum,
    contradictions,
    end_duty,
    note_contradiction,
    report_nil,
    seed_duties,
    set_duty,
)
from xinheng.intake.values.duties import ContactDraft, ContradictionState, DutyDraft

POST = ContactDraft(post="分管副局长")
ASKED = ContradictionState.ASKED


def owed(world: World, made: Any = None, *, since: date = date(2026, 10, 1), post: str = "信息科科长") -> DutyDraft:
    unit = world.units["market"]
    return DutyDraft(unit, cast.PENALTY, since, POST, ContactDraft(login="reporter.market"), ContactDraft(post=post))


def duty(world: World) -> int:
    return set_duty(draft=owed(world), actor=world.actor("operator"), now=world.now).duty_id


def seeds(world: World, made: Any) -> tuple[DutyDraft, ...]:
    return (owed(world),)


def with_a_number(world: World, made: Any) -> DutyDraft:
    return owed(world, post="科长 139 0000 0001")


def market(world: World, made: Any) -> int:
    return world.units["market"]


def contradicted(world: World) -> int:
    """Two departments say different things of one decision; the survey finds it."""
    for unit, amount in (("market", "0.5"), ("tax", "0.7")):
        row = cast.penalty(
            world, 5, unit=unit, CF_NR_FK=amount, CF_NR=f"处以罚款人民币{int(float(amount) * 10000)}元。"
        )
        cast.load(world, cast.as_csv([row]), unit=unit)
    survey(world.now)
    found = contradictions(world.actor("operator")).items
    return next(one.id for one in found if one.datum is Datum.AMOUNT)


OF_QUALITY = {
    "intake.duty_set": Scenario(
        "operator",
        ("intake_duty",),
        act(set_duty, "operator", draft=owed),
        act(set_duty, "operator", draft=with_a_number),
    ),
    "intake.duty_ended": Scenario(
        "operator",
        ("intake_duty",),
        act(end_duty, "operator", duty_id=made_before, until=date(2026, 11, 30)),
        act(end_duty, "operator", duty_id=NOBODY, until=date(2026, 11, 30)),
        duty,
    ),
    "intake.duties_seeded": Scenario(
        "init",
        ("intake_duty",),
        act(seed_duties, "init", drafts=seeds),
        lambda w, made: seed_duties(drafts=(with_a_number(w, made),), actor=INIT, now=w.now),
    ),
    "intake.contradiction_noted": Scenario(
        "operator",
        ("intake_contradiction_note",),
        act(note_contradiction, "operator", contradiction_id=made_before, state=ASKED, reason="已发函两单位"),
        act(note_contradiction, "operator", contradiction_id=made_before, state=ASKED, reason=" "),
        contradicted,
    ),
    "intake.nil_reported": Scenario(
        "reporter.market",
        ("intake_nil_report",),
        act(report_nil, "reporter.market", unit_id=market, item=cast.PENALTY, month=date(2026, 10, 1)),
        act(report_nil, "reporter.tax", unit_id=market, item=cast.PENALTY, month=date(2026, 10, 1)),
        duty,
    ),
}
