"""Opening and moving cases without the module that owns them: within a run of the ledger, as an operation would."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from world import INIT, PASSWORD, World
from xinheng.accounts.door import install, people
from xinheng.accounts.values import InstallPlan, PersonSeed, Role
from xinheng.kernel.actor import PUBLIC, Actor, system
from xinheng.kernel.dates import legal_date
from xinheng.ledger.operations.frame import begin, finish
from xinheng.procedures.door import TIME, Taking, declared, open_case, take
from xinheng.procedures.values import CaseDraft, Moved, PartyDraft, Procedure, Side, Step
from xinheng.storage.journal import Journal, opened

T = TypeVar("T")
SUPERVISOR = "supervisor.market"
READER = system("test", "accounts.read_people")
SECRET = "7KQ2-M4XP-9TRH"


def entered(actor: Actor, now: datetime, on: date, do: Callable[[], T]) -> T:
    """What an operation does around its function."""
    with transaction.atomic():
        run = begin(kind="operation", code="test.moved", actor=actor, now=now, on=on)
        with opened(Journal(run.id)) as journal:
            result = do()
        finish(run, journal, result)
    return result


def supervisor(world: World) -> Actor:
    """Who supervises in the market bureau, appointed the first time."""
    if not any(one.login == SUPERVISOR for one in people(READER, world.now)):
        seed = PersonSeed(
            SUPERVISOR, "监管员己", world.unit_codes["market"], (Role.SUPERVISOR,), PASSWORD, must_change=False
        )
        install(plan=InstallPlan((), (seed,)), actor=INIT, now=world.now)
    return world.actor(SUPERVISOR)


@dataclass(frozen=True)
class Cast:
    """Who stands on which side of the cases of a test."""

    world: World

    def actor(self, step: Step) -> Actor:
        """Somebody who may take the step."""
        return {
            Side.APPLICANT: PUBLIC,
            Side.TIME: TIME,
            Side.SOURCE: self.world.actor("reporter.market"),
            Side.DETERMINING: supervisor(self.world)
            if step.needs.endswith("decide")
            else self.world.actor("reporter.market"),
            Side.CENTRE: self.world.actor("reviewer" if step.needs.endswith("decide") else "operator"),
        }[step.by]

    def open(self, procedure: Procedure, on: date | None = None) -> int:
        """A case of a procedure, opened by an applicant who holds `SECRET`."""
        units = {Side.SOURCE: "market", Side.DETERMINING: "market", Side.CENTRE: "credit-centre"}
        sides = {step.by for step in procedure.steps}
        draft = CaseDraft(
            "行政处罚 示市监罚〔2026〕1号",
            self.world.subjects["云禾"],
            (
                PartyDraft(Side.APPLICANT),
                *(PartyDraft(side, unit_id=self.world.units[key]) for side, key in units.items() if side in sides),
            ),
            SECRET,
        )
        day = on or legal_date(self.world.now)
        taking = Taking(note="请核对", texts={"statement": "金额与决定书不符"})

        def do() -> Moved:
            return open_case(procedure.code, draft, taking, actor=PUBLIC, now=self.world.now, on=day)

        return entered(PUBLIC, self.world.now, day, do).case_id

    def take(self, case_id: int, step: Step, on: date | None = None, *, actor: Actor | None = None) -> Moved:
        """Take a step as somebody who may, or as the given actor."""
        day, by = on or legal_date(self.world.now), actor or self.actor(step)
        taking = Taking(note="已核对", secret=SECRET if step.by is Side.APPLICANT else "")

        def do() -> Moved:
            return take(case_id, step.code, taking, actor=by, now=self.world.now, on=day)

        return entered(by, self.world.now, day, do)


def ways(procedure: Procedure) -> dict[str, tuple[Step, ...]]:
    """The shortest way to each state, as steps after the opening."""
    found: dict[str, tuple[Step, ...]] = {procedure.opening.target: ()}
    frontier = [procedure.opening.target]
    while frontier:
        state = frontier.pop(0)
        for step in procedure.steps:
            target = step.target or state
            if state in step.sources and target not in found:
                found[target] = (*found[state], step)
                frontier.append(target)
    return found


def known(key: str) -> Procedure:
    """A declared procedure by its key."""
    code, _slash, version = key.partition("/")
    return declared(code, int(version)).procedure
