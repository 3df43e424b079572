"""What only the market bureau and the centre know: rows rejected, rows that wait, records that are withheld, a natural person.

Every one of these carries a word that stands nowhere else, so a page that lets any of it through shows it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from intake.cast import LICENCE, PENALTY, Row, as_csv, licence, load, penalty, person
from members.agents import agent
from world import INIT, PASSWORD, World, publish
from xinheng.accounts.door import (
    AlertKind,
    TokenDraft,
    draw_sample,
    grant_role,
    install,
    issue_token,
    open_person,
    register_query,
    sampled_looks,
)
from xinheng.accounts.operations.watching import raise_alert
from xinheng.accounts.rules.watching import Finding
from xinheng.accounts.values import InstallPlan, PersonDraft, PersonKind, PersonSeed, QueryDraft, QueryKind, Role
from xinheng.console.duties import WATCH
from xinheng.intake.door import held, map_columns, report_nil, set_duty
from xinheng.intake.values.duties import ContactDraft, DutyDraft
from xinheng.jobs.door import enqueue
from xinheng.kernel.actor import PUBLIC, system
from xinheng.ledger.door import checkpoint, sequence
from xinheng.objections.door import submit
from xinheng.objections.values import About, ObjectionDraft
from xinheng.records.door import mark, of_batch
from xinheng.records.values import MarkKind

OFFICE = system("init", "accounts.manage_people", "accounts.grant_roles", "accounts.manage_tokens")
CERTIFICATE = "隐证JY506"
WORDS = ("隐岚", "隐石", "隐川", "隐某", "隐泽", "密件甲", "隐市监", "隐由", "隐证")
"""What nobody but the bureau and the centre may read anywhere."""

READERS: tuple[tuple[str, str, Role], ...] = (
    ("reporter.market", "market", Role.REPORTER),
    ("supervisor.market", "market", Role.SUPERVISOR),
    ("inspector.market", "market", Role.INSPECTOR),
    ("reporter.tax", "tax", Role.REPORTER),
    ("supervisor.tax", "tax", Role.SUPERVISOR),
    ("inspector.tax", "tax", Role.INSPECTOR),
    ("operator", "credit-centre", Role.CENTRE_OPERATOR),
    ("reviewer", "credit-centre", Role.REVIEWER),
    ("auditor", "credit-centre", Role.AUDITOR),
    ("sysadmin", "credit-centre", Role.SYSTEM_ADMIN),
    ("secadmin", "credit-centre", Role.SECURITY_ADMIN),
    ("auditadmin", "credit-centre", Role.AUDIT_ADMIN),
)
AGENT = "agent"
"""Somebody who acts for 清岚, a business that has nothing to do with the affair."""
STRANGERS = ("public", AGENT, "reporter.tax", "supervisor.tax", "inspector.tax", "sysadmin", "secadmin")
"""Who may not learn that any of it is there."""


@dataclass(frozen=True, slots=True)
class Affair:
    """The numbers of what there is."""

    batch: int
    held: int
    record: int
    withheld: int
    mark: int
    subject: int
    person: int
    code: str
    job: int
    duty: int
    token: int
    alert: int
    sample: int
    sampled: int
    case: int
    certificate: int
    certificate_number: str
    holder: str
    number: str


def appoint(world: World) -> None:
    """One person for every role a person can have, the department's roles twice."""
    people = tuple(
        PersonSeed(login, f"职员{index}", world.unit_codes[unit], (role,), PASSWORD, must_change=False)
        for index, (login, unit, role) in enumerate(READERS)
        if login not in ("reporter.market", "reporter.tax", "operator", "reviewer", "auditor")
    )
    install(plan=InstallPlan((), people), actor=INIT, now=world.now)
    agent(world, AGENT, subject="清岚")
    world.services = {unit: service_of(world, unit) for unit in ("market", "tax")}


def service_of(world: World, unit: str) -> int:
    """The service account of a unit, with its role."""
    draft = PersonDraft(f"system.{unit}", "业务系统", world.units[unit], PersonKind.SERVICE)
    opened = open_person(person=draft, actor=OFFICE, now=world.now).person_id
    grant_role(person_id=opened, role=Role.UNIT_SERVICE, actor=OFFICE, now=world.now)
    return opened


def rows_of_it(world: World) -> list[Row]:
    """One row of every kind."""
    return [
        # Withheld: its text holds a telephone number.
        penalty(
            world,
            501,
            CF_XDR_MC="示例区隐岚商贸有限公司",
            CF_WSH="隐市监罚〔2026〕501号",
            CF_SY="隐由：电话13800138000",
        ),
        # Rejected: no fine stands in its column.
        penalty(world, 502, CF_XDR_MC="示例区隐石商贸有限公司", CF_WSH="隐市监罚〔2026〕502号", CF_NR_FK=None),
        # Waits: the fine in the text is another.
        penalty(
            world,
            503,
            CF_XDR_MC="示例区隐川商贸有限公司",
            CF_WSH="隐市监罚〔2026〕503号",
            CF_NR="处以罚款人民币5000元。",
            CF_NR_FK="5000",
        ),
        person(world, 504, CF_XDR_MC="隐某某", CF_WSH="隐市监罚〔2026〕504号"),
    ]


def begin(world: World) -> Affair:
    """The affair: a file with rows of every kind, a licence that was withdrawn, and the decisions about their publication."""
    rows = rows_of_it(world)
    receipt = load(world, as_csv(rows), name="密件甲.csv")
    assert (receipt.counts.accepted, receipt.counts.held, receipt.counts.rejected) == (2, 1, 1), receipt.errors
    licensed = load(
        world,
        as_csv(
            [licence(world, 505) | {"XK_XDR_MC": "示例区隐泽食品有限公司", "XK_WSH": "隐市监许〔2026〕505号"}], LICENCE
        ),
        item=LICENCE,
        name="密件甲许可.csv",
    )
    assert licensed.counts.accepted == 1, licensed.errors
    reviewer = world.actor("reviewer")
    assert receipt.batch is not None
    assert licensed.batch is not None
    (granted,) = of_batch(licensed.batch, actor=reviewer)
    publish(world.now)
    case = objected(world, granted.record_id)
    done = mark(
        record_id=granted.record_id,
        kind=MarkKind.WITHDRAWN,
        reason="隐由：许可已撤回",
        actor=reviewer,
        now=world.now,
        on=world.now.date(),
    )
    publish(world.now)
    entered = {each.core.document_number: each for each in of_batch(receipt.batch, actor=reviewer)}
    firm, human = entered["隐市监罚〔2026〕501号"], entered["隐市监罚〔2026〕504号"]
    (row,) = held(reviewer).items
    certified = load(world, as_csv([certificate(world)], LICENCE), item=LICENCE, name="密件甲证照.csv")
    assert certified.counts.accepted == 1, certified.errors
    assert certified.batch is not None
    (kept,) = of_batch(certified.batch, actor=reviewer)
    publish(world.now)
    sample, sampled = looked_at(world, firm.subject_id)
    return Affair(
        batch=receipt.batch,
        held=row.id,
        record=granted.record_id,
        withheld=firm.record_id,
        mark=done.mark_id,
        subject=firm.subject_id,
        person=human.subject_id,
        code=str(rows[0]["CF_XDR_SHXYM"]),
        job=enqueue("ledger.verify", {}, not_before=world.now + timedelta(days=1)),
        duty=owed(world),
        token=tokened(world),
        alert=alarmed(world),
        sample=sample,
        sampled=sampled,
        case=case,
        certificate=kept.id,
        certificate_number=CERTIFICATE,
        holder=str(certificate(world)["XK_XDR_SHXYM"]),
        number=str(rows[3]["CF_XDR_ZJHM"]),
    )


def objected(world: World, record_id: int) -> int:
    """An objection to the licence, from before it was withdrawn."""
    said = ObjectionDraft(record_id, About.CONTENT, "隐由：许可内容有误", "隐由人", "13800138000")
    return submit(draft=said, actor=PUBLIC, now=world.now).case_id


def certificate(world: World) -> Row:
    """A licence that holds and is not published; it ends within thirty days."""
    until = world.now.date() + timedelta(days=9)
    return licence(world, 506) | {
        "XK_XDR_MC": "示例区隐泽食品有限公司",
        "XK_WSH": "隐市监许〔2026〕506号",
        "XK_XKZS": "食品经营许可证",
        "XK_XKBH": CERTIFICATE,
        "XK_YXQZI": f"{until:%Y/%m/%d}",
        "BZ": "申请人要求不公开",
    }


def owed(world: World) -> int:
    """A duty of the bureau, a month in which there was nothing, and how the bureau names its columns."""
    market, operator = world.units["market"], world.actor("operator")
    posts = (ContactDraft(post="隐由副局长"), ContactDraft(login="reporter.market"), ContactDraft(post="隐由信息员"))
    made = set_duty(draft=DutyDraft(market, PENALTY, date(2026, 9, 1), *posts), actor=operator, now=world.now)
    report_nil(unit_id=market, item=PENALTY, month=date(2026, 10, 1), actor=operator, now=world.now)
    reporter = world.actor("reporter.market")
    map_columns(unit_id=market, item=PENALTY, columns=[("隐由文号", "CF_WSH")], actor=reporter, now=world.now)
    return made.duty_id


def tokened(world: World) -> int:
    """A token of the bureau's system."""
    draft = TokenDraft(world.services["market"], "处罚上报", ("intake.load",), world.now + timedelta(days=90))
    return issue_token(token=draft, actor=OFFICE, now=world.now).token_id


def alarmed(world: World) -> int:
    """An alert about the bureau's reporter, who looked at too many."""
    finding = Finding(AlertKind.DAY, "day/2026-11-20", date(2026, 11, 20), 201, 200, ())
    about = world.actor("reporter.market").id or 0
    return raise_alert(person_id=about, finding=finding, actor=WATCH, now=world.now).alert_id


def looked_at(world: World, subject_id: int) -> tuple[int, int]:
    """The sample of the month before, and the one look in it: at a subject of the affair."""
    look = QueryDraft(kind=QueryKind.VIEW, subject_id=subject_id, scope="信用档案 隐岚")
    register_query(query=look, purposes={}, actor=world.actor("operator"), now=world.now - timedelta(days=30))
    sequence()
    checkpoint(now=world.now)
    made = draw_sample(month=date(2026, 10, 1), actor=WATCH, now=world.now)
    (only,) = sampled_looks(made.sample_id, world.actor("auditor"))
    return made.sample_id, only.id
