"""The small world, enriched until every table the ledger speaks of has a row."""

from datetime import date, timedelta

from intake import cast
from world import INIT, World, business_code, licence, penalty
from xinheng.accounts.door import register_query
from xinheng.accounts.values import QueryDraft, QueryKind
from xinheng.catalogue.door import load_edition
from xinheng.catalogue.readers.source import national_content
from xinheng.intake.batch.survey import survey
from xinheng.intake.door import contradictions, note_contradiction, report_nil, set_duty
from xinheng.intake.values import ContactDraft, ContradictionState, DutyDraft
from xinheng.records.door import enter, mark
from xinheng.records.values import MarkKind
from xinheng.subjects.door import merge, register_subject
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind


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
    _hand_in(world)
    _owe(world)
    _contradict(world)
    _end_a_permit(world)
    return world


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
