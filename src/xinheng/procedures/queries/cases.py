"""One case, for who may see it: its sides, its clocks, its timeline."""

from collections.abc import Iterable

from xinheng.accounts.door import in_subtree
from xinheng.catalogue.door import edition_by_hash
from xinheng.catalogue.values.edition import Edition
from xinheng.kernel.actor import Actor
from xinheng.procedures import load
from xinheng.procedures.models import Case, Party, RunningClock, StepTaken
from xinheng.procedures.procedure import declared
from xinheng.procedures.rules.declaring import allowed
from xinheng.procedures.values import (
    CaseUnknown,
    CaseView,
    ClockView,
    OwnCase,
    PartyDraft,
    Procedure,
    Side,
    Step,
    StepView,
)
from xinheng.subjects.door import WHOLE, members_of

READ = "procedures.read"
MOST_CASES = 200


def case(case_id: int, *, actor: Actor, secret: str = "") -> CaseView:
    """A case, for the units it runs through, its subject, who holds its secret, and who sees all units.

    The caller registers the look. Cost: five queries. Raises: CaseUnknown, the same for one that is not there.
    """
    row, parties = _seen(case_id, actor, secret)
    return _view(row, parties)


def case_by_number(number: str, *, secret: str, actor: Actor) -> CaseView:
    """A case by its number, for who holds its secret. Cost: five queries. Raises: CaseUnknown."""
    row = Case.objects.filter(number=number.strip().upper()).exclude(secret_hash="").first()
    if row is None or row.secret_hash != load.secret_hash(secret):
        raise CaseUnknown(number.strip()[:24])
    return _view(row, list(Party.objects.select_related("unit").filter(case=row).order_by("id")))


def number_by_secret(secret: str) -> tuple[int, str] | None:
    """Id and number of the case a secret opens; None where it opens none. Cost: one query."""
    found = Case.objects.filter(secret_hash=load.secret_hash(secret)).values_list("id", "number").first()
    return None if found is None else (int(found[0]), str(found[1]))


def texts(case_id: int, what: str, *, actor: Actor, secret: str = "") -> dict[int, str]:
    """The sealed texts of one kind by the number of the step they came with. Cost: five queries. Raises: CaseUnknown, CannotUnseal."""
    return texts_of(case_id, (what,), actor=actor, secret=secret)[what]


def texts_of(case_id: int, kinds: Iterable[str], *, actor: Actor, secret: str = "") -> dict[str, dict[int, str]]:
    """The sealed texts of several kinds, each by the number of the step it came with; who may read which is the caller's to say.

    Cost: five queries. Raises: CaseUnknown, CannotUnseal.
    """
    _seen(case_id, actor, secret)
    wanted = tuple(kinds)
    said = [
        (what, seq, tokens[what])
        for seq, tokens in StepTaken.objects.filter(case_id=case_id).order_by("seq").values_list("seq", "texts")
        for what in wanted
        if what in tokens
    ]
    opened = load.open_texts(case_id, [token for _what, _seq, token in said])
    return {
        what: {seq: opened[token] for kind, seq, token in said if kind == what and token in opened} for what in wanted
    }


def own_cases(*, actor: Actor) -> tuple[OwnCase, ...]:
    """The cases that a subject, or what it absorbed, brought in its own name, the latest 200; for who acts for it, nobody else.

    Cost: three queries.
    """
    if actor.kind != "member" or actor.on_behalf_of is None:
        return ()
    family = members_of(actor.on_behalf_of, reach=WHOLE)
    wanted = Party.objects.filter(side=Side.APPLICANT.value, subject_id__in=family).select_related("case")
    found = []
    for row in wanted.order_by("-case_id")[:MOST_CASES]:
        one, procedure = row.case, declared(row.case.procedure, row.case.version).procedure
        state = procedure.state(one.state)
        found.append(OwnCase(one.pk, one.number, procedure.name, one.title, state, one.opened_on, one.ended_on))
    return tuple(found)


def cases_in_own_name(case_ids: Iterable[int]) -> int:
    """How many of these cases a subject brought in its own name. Cost: one query."""
    wanted = Party.objects.filter(case_id__in=list(case_ids), side=Side.APPLICANT.value, subject__isnull=False)
    return wanted.count()


def acts_for(actor: Actor, subject_id: int | None) -> bool:
    """Whether an actor acts for a subject: itself, or what it absorbed. Cost: none, two queries where it is another's."""
    if actor.on_behalf_of is None or subject_id is None:
        return False
    return actor.on_behalf_of == subject_id or subject_id in members_of(actor.on_behalf_of, reach=WHOLE)


def own_sides(view: CaseView, *, actor: Actor) -> frozenset[Side]:
    """The sides of a case that stand for units in an official's reach; seeing all units makes nobody a side. Cost: one query."""
    if not actor.unit_path:
        return frozenset()
    rows = Party.objects.select_related("unit").filter(case_id=view.id)
    return frozenset(
        Side(row.side) for row in rows if row.unit is not None and in_subtree(row.unit.path, actor.unit_path)
    )


def steps_for(view: CaseView, *, actor: Actor, sides: frozenset[Side] | None = None) -> tuple[Step, ...]:
    """The steps an official may take now in a case, by side and permission. Cost: one query, none with `own_sides` given."""
    own = own_sides(view, actor=actor) if sides is None else sides
    able = allowed(_declared(view), view.state.code, [step.code for step in view.steps])
    return tuple(step for step in able if step.by in own and actor.may(step.needs))


def handled_sides(view: CaseView, sides: frozenset[Side], *, actor: Actor) -> frozenset[Side]:
    """Of the sides given those on which the official may take any step at all: who handles the case, now or later. Cost: none."""
    return frozenset(step.by for step in _declared(view).steps if step.by in sides and actor.may(step.needs))


def _declared(view: CaseView) -> Procedure:
    code, _slash, version = view.procedure.partition("/")
    return declared(code, int(version)).procedure


def _seen(case_id: int, actor: Actor, secret: str) -> tuple[Case, list[Party]]:
    """The rows of a case the actor may see. Cost: two queries. Raises: CaseUnknown."""
    row = Case.objects.filter(pk=case_id).first()
    parties = list(Party.objects.select_related("unit").filter(case_id=case_id).order_by("id")) if row else []
    if row is None or not _may_see(row, parties, actor, secret):
        raise CaseUnknown(case_id)
    return row, parties


def _may_see(row: Case, parties: Iterable[Party], actor: Actor, secret: str) -> bool:
    if secret and row.secret_hash and row.secret_hash == load.secret_hash(secret):
        return True
    if actor.on_behalf_of is not None:
        return any(acts_for(actor, party.subject_id) for party in parties)
    if not actor.may(READ):
        return False
    if actor.may("accounts.see_all_units"):
        return True
    paths = [party.unit.path for party in parties if party.unit is not None]
    return bool(actor.unit_path) and any(in_subtree(path, actor.unit_path) for path in paths)


def _view(row: Case, parties: Iterable[Party]) -> CaseView:
    procedure = declared(row.procedure, row.version).procedure
    clocks = list(RunningClock.objects.filter(case=row).order_by("id"))
    edition = edition_by_hash(row.edition)
    return CaseView(
        row.pk,
        row.number,
        procedure.key,
        procedure.name,
        procedure.state(row.state),
        row.seq,
        row.title,
        row.subject_id,
        row.opened_on,
        row.ended_on,
        row.escalated,
        row.edition,
        tuple(PartyDraft(Side(one.side), one.unit_id, one.subject_id) for one in parties),
        tuple(_clock(one, procedure, edition) for one in clocks),
        tuple(_step(one, procedure) for one in _steps(row)),
    )


def _steps(row: Case) -> Iterable[StepTaken]:
    return StepTaken.objects.filter(case=row).select_related("unit", "run").order_by("seq")


def _clock(row: RunningClock, procedure: Procedure, edition: Edition) -> ClockView:
    found = procedure.clock(row.clock)
    keys = row.limits.split(";")
    late = row.missed_on is not None or (
        row.ended_on is not None and row.deadline is not None and row.deadline < row.ended_on
    )
    return ClockView(
        row.clock,
        found.name,
        found.side,
        keys[0],
        "＋".join(edition.limit(key, row.since).words for key in keys),
        row.since,
        row.deadline,
        row.provisional,
        row.paused_on is not None,
        row.ended_on,
        late,
    )


def _step(row: StepTaken, procedure: Procedure) -> StepView:
    side = Side(row.side)
    return StepView(
        row.seq,
        row.step,
        procedure.step(row.step).name,
        side,
        row.unit.name if row.unit is not None else "",
        row.on,
        row.at,
        row.note,
        None if row.run.first is None else row.run.first + row.run_index,
    )
