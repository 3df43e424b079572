"""What only the market bureau and the centre know: rows rejected, rows that wait, records that are withheld, a natural person.

Every one of these carries a word that stands nowhere else, so a page that lets any of it through shows it.
"""

from dataclasses import dataclass
from datetime import timedelta

from intake.cast import LICENCE, Row, as_csv, licence, load, penalty, person
from world import INIT, PASSWORD, World, publish
from xinheng.accounts.door import install
from xinheng.accounts.values import InstallPlan, PersonSeed, Role
from xinheng.intake.door import held
from xinheng.jobs.door import enqueue
from xinheng.records.door import mark, of_batch
from xinheng.records.values import MarkKind

WORDS = ("隐岚", "隐石", "隐川", "隐某", "隐泽", "密件甲", "隐市监", "隐由")
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
STRANGERS = ("public", "reporter.tax", "supervisor.tax", "inspector.tax", "sysadmin", "secadmin")
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


def appoint(world: World) -> None:
    """One person for every role a person can have, the department's roles twice."""
    people = tuple(
        PersonSeed(login, f"职员{index}", world.unit_codes[unit], (role,), PASSWORD, must_change=False)
        for index, (login, unit, role) in enumerate(READERS)
        if login not in ("reporter.market", "reporter.tax", "operator", "reviewer", "auditor")
    )
    install(plan=InstallPlan((), people), actor=INIT, now=world.now)


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
    )
