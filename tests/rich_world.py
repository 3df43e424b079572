"""The small world, enriched until every table the ledger speaks of has a row."""

from datetime import date, datetime, timedelta

from intake import cast
from laid import laid
from objections.contested import draft, shown_penalty
from repair.applying import applied
from world import INIT, PASSWORD, World, business_code, furnish, licence, penalty, publish
from xinheng.accounts.door import (
    AlertKind,
    TokenDraft,
    Watch,
    draw_due_samples,
    enrol,
    grant_role,
    issue_token,
    open_key,
    open_person,
    propose_key,
    register_query,
    set_factor_policy,
    set_watch,
)
from xinheng.accounts.operations.watching import raise_alert
from xinheng.accounts.rules.factor import code_at, step_of
from xinheng.accounts.rules.watching import Finding
from xinheng.accounts.values import PersonDraft, PersonKind, QueryDraft, QueryKind, Role
from xinheng.catalogue.door import load_edition
from xinheng.catalogue.readers.source import national_content
from xinheng.console.duties import WATCH
from xinheng.intake.batch.survey import survey
from xinheng.intake.door import contradictions, map_columns, note_contradiction, report_nil, set_duty
from xinheng.intake.values.duties import ContactDraft, ContradictionState, DutyDraft
from xinheng.kernel.actor import PUBLIC, Actor, system
from xinheng.ledger.door import checkpoint, sequence
from xinheng.objections.door import submit
from xinheng.records.door import enter, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import merge, register_subject
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind


def furnish_richly(now: datetime) -> World:
    """The small world enriched, its publications decided about, everything numbered; built once a run."""

    def build() -> World:
        made = enrich(furnish(now))
        publish(now)
        sequence()
        return made

    return laid(("rich", now), build)


def enrich(world: World) -> World:
    """Records, marks, a merge, a read of non-public data."""
    now, reporter = world.now, world.actor("reporter.market")
    fined = enter(fact=penalty(world), actor=reporter, now=now)
    enter(fact=licence(world), actor=reporter, now=now)
    mark(
        record_id=fined.record_id,
        kind=MarkKind.CONTESTED,
        reason="当事人提出异议",
        actor=world.actor("reviewer"),
        now=now,
        on=date(2026, 11, 21),
    )
    draft = SubjectDraft(
        SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(9), "示例区清岚食品有限公司（旧）", "示例区登记机关"
    )
    twin = register_subject(draft=draft, actor=INIT, now=now)
    merge(
        kept=world.subjects["清岚"],
        absorbed=twin.subject_id,
        reason="同一主体重复登记",
        actor=world.actor("operator"),
        now=now + timedelta(minutes=1),
    )
    query = QueryDraft(kind=QueryKind.VIEW, subject_id=world.subjects["云禾"], scope="信用档案")
    register_query(query=query, purposes={}, actor=world.actor("operator"), now=now)
    _issue_a_token(world)
    _hand_in(world)
    _owe(world)
    mapped = [("文号", "CF_WSH")]
    map_columns(unit_id=world.units["market"], item=cast.PENALTY, columns=mapped, actor=reporter, now=now)
    _contradict(world)
    _object(world)
    _apply(world)
    _end_a_permit(world)
    guard(world)
    return world


def _object(world: World) -> None:
    """Somebody objects to what is shown."""
    shown = shown_penalty(world, number="示市监罚〔2026〕77号")
    submit(draft=draft(shown), actor=PUBLIC, now=world.now)


def _apply(world: World) -> None:
    """A business acts for itself: it applies for the repair of a record."""
    applied(world)


def _issue_a_token(world: World) -> None:
    """The market bureau's system may hand in for it."""
    office = system("init", "accounts.manage_people", "accounts.grant_roles", "accounts.manage_tokens")
    draft = PersonDraft("system.rich", "执法系统", world.units["market"], PersonKind.SERVICE)
    opened = open_person(person=draft, actor=office, now=world.now)
    grant_role(person_id=opened.person_id, role=Role.UNIT_SERVICE, actor=office, now=world.now)
    token = TokenDraft(opened.person_id, "处罚信息上报", ("intake.load",), world.now + timedelta(days=90))
    issue_token(token=token, actor=office, now=world.now)


def guard(world: World) -> None:
    """A second factor and the rule for it, figures of the watch, an alert, the sample of the month before."""
    auditor, reporter = world.actor("auditor"), world.actor("reporter.tax")
    keeper = Actor(
        kind="person",
        id=auditor.id,
        login="keeper",
        name="保管员",
        permissions=frozenset({"accounts.set_factor_policy"}),
    )
    set_factor_policy(
        role=Role.SYSTEM_ADMIN, required=True, from_on=date(2026, 12, 1), reason="等保三级", actor=keeper, now=world.now
    )
    sealed = propose_key(actor=reporter)
    code = code_at(open_key(sealed, actor=reporter), step_of(world.now))
    enrol(sealed=sealed, password=PASSWORD, code=code, actor=reporter, now=world.now)
    set_watch(watch=Watch(), reason="沿用通行数值", actor=auditor, now=world.now)
    finding = Finding(AlertKind.DAY, "day/2026-11-20", date(2026, 11, 20), 201, 200, ())
    raise_alert(person_id=reporter.id or 0, finding=finding, actor=WATCH, now=world.now)
    look = QueryDraft(kind=QueryKind.VIEW, subject_id=world.subjects["云禾"], scope="信用档案")
    register_query(query=look, purposes={}, actor=world.actor("operator"), now=world.now - timedelta(days=30))
    sequence()
    checkpoint(now=world.now)
    draw_due_samples(actor=WATCH, now=world.now)


def _hand_in(world: World) -> None:
    """A file with a clean row and one that waits: its outer check digit alone is wrong."""
    row = cast.penalty(world, 1)
    code = cast.firm_code(2)
    waiting = cast.penalty(world, 2, CF_XDR_SHXYM=code[:-1] + ("0" if code[-1] != "0" else "1"))
    receipt = cast.load(world, cast.as_csv([row, waiting]))
    assert (receipt.counts.accepted, receipt.counts.held) == (1, 1)


def _owe(world: World) -> None:
    """A duty, and a month in which nothing was there to hand in."""
    market, operator = world.units["market"], world.actor("operator")
    posts = (ContactDraft(post="分管副局长"), ContactDraft(login="reporter.market"), ContactDraft(post="信息员"))
    set_duty(draft=DutyDraft(market, cast.PENALTY, date(2026, 9, 1), *posts), actor=operator, now=world.now)
    report_nil(unit_id=market, item=cast.PENALTY, month=date(2026, 10, 1), actor=operator, now=world.now)


def _contradict(world: World) -> None:
    """Two departments say different amounts of one decision, and the centre asks them."""
    for unit, amount in (("market", "0.5"), ("tax", "0.7")):
        row = cast.penalty(
            world, 5, unit=unit, CF_NR_FK=amount, CF_NR=f"处以罚款人民币{int(float(amount) * 10000)}元。"
        )
        cast.load(world, cast.as_csv([row]), unit=unit)
    survey(world.now)
    operator = world.actor("operator")
    for one in contradictions(operator).items[:1]:
        asked = ContradictionState.ASKED
        note_contradiction(contradiction_id=one.id, state=asked, reason="已发函", actor=operator, now=world.now)


def _end_a_permit(world: World) -> None:
    """A later edition in which one basis of the penalty has a last day."""
    content = national_content()
    content["bases"]["order-49"]["versions"][0]["in_force"]["to"] = "2026-12-31"
    done = load_edition(region="demo", national=content, actor=INIT, now=world.now + timedelta(minutes=2))
    assert done.permits_ended > 0
