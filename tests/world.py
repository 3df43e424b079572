"""A small world, built by calling operations: the demo region's catalogue and units, its people, two businesses, two records.

The cast
- the market supervision bureau (`market`) decided a penalty against 云禾商贸 and licensed 清岚食品;
- the tax bureau (`tax`) knows nothing of either; its reporter must never learn of them before they are public;
- 甲 reports for market, 乙 for tax, 丙 operates the credit centre, 丁 reviews there, 戊 audits.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from laid import laid
from xinheng.accounts.door import actor_by_login, install, unit_by_code
from xinheng.accounts.values import InstallPlan, PersonSeed, Role, UnitKind, UnitSeed
from xinheng.catalogue.door import choose_permit, load_edition, load_profile, permits, seed_calendar
from xinheng.catalogue.values.views import PermitDraft
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.identifiers import orgcode, uscc
from xinheng.publicity.batch import project
from xinheng.records.values import Core, Fact, PermitRef, Polarity
from xinheng.subjects.door import register_subject
from xinheng.subjects.values import Scheme, SubjectDraft, SubjectKind

INIT = system(
    "init",
    "accounts.install",
    "catalogue.manage",
    "calendar.import",
    "subjects.manage",
    "intake.manage_duties",
    "ledger.read",
)

PASSWORD = "Lantern-Bridge-47"

PEOPLE = (
    ("reporter.market", "填报员甲", "market", Role.REPORTER),
    ("reporter.tax", "填报员乙", "tax", Role.REPORTER),
    ("operator", "业务员丙", "credit-centre", Role.CENTRE_OPERATOR),
    ("reviewer", "复核员丁", "credit-centre", Role.REVIEWER),
    ("auditor", "审计员戊", "credit-centre", Role.AUDITOR),
)

NARROW = PermitDraft(
    "administrative-penalty",
    "administrative-penalty-law.publicity",
    "legal_person",
    date(2026, 1, 1),
    date(2026, 12, 31),
    authority="11990101990101037C",
)
"""A permit for penalties of one authority in one year."""


@dataclass
class World:
    """What there is, by name."""

    now: datetime
    units: dict[str, int] = field(default_factory=dict)
    unit_codes: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """The person of that login as an actor."""
        return actor_by_login(login, now=self.now)


def business_code(number: int, prefix: str = "91") -> str:
    """A synthetic code of a business in a division that does not exist."""
    body = f"{prefix}990101MA{number:06d}"
    body += orgcode.check_character(body[8:])
    return body + uscc.check_digit(body)


def furnish(now: datetime) -> World:
    """The region, its units and people, and two businesses."""
    return laid(("world", now), lambda: build(now))


def build(now: datetime) -> World:
    """The same by operations, each time anew."""
    world = World(now)
    load_edition(region="demo", actor=INIT, now=now)
    seed_calendar(actor=INIT, now=now)
    profile = load_profile("demo")
    codes = {unit.key: unit.code for unit in profile.units}
    units = tuple(
        UnitSeed(
            code=unit.code,
            name=unit.name,
            kind=UnitKind(unit.kind),
            parent_code=codes.get(unit.parent),
            address=unit.address,
            telephone=unit.telephone,
        )
        for unit in profile.units
    )
    people = tuple(
        PersonSeed(login=login, name=name, unit_code=codes[unit], roles=(role,), password=PASSWORD, must_change=False)
        for login, name, unit, role in PEOPLE
    )
    install(plan=InstallPlan(units=units, people=people), actor=INIT, now=now)
    for key, code in codes.items():
        world.units[key] = unit_by_code(code).id
        world.unit_codes[key] = code
    for number, name in enumerate(("云禾商贸有限公司", "清岚食品有限公司"), start=1):
        draft = SubjectDraft(
            SubjectKind.LEGAL_PERSON, Scheme.USCC, business_code(number), f"示例区{name}", "示例区登记机关"
        )
        world.subjects[name[:2]] = register_subject(draft=draft, actor=INIT, now=now).subject_id
    return world


def permit(item: str, kind: str, authority: str, on: date) -> PermitRef:
    """The strongest permit for an act."""
    found = choose_permit(permits(item), kind, authority, on)
    assert found is not None
    return PermitRef(found.id, int(found.rank), found.valid_from, found.valid_to)


def penalty(
    world: World,
    *,
    number: str = "示市监罚〔2026〕1号",
    on: date = date(2026, 11, 10),
    amount: int = 500_000,
    subject: str = "云禾",
) -> Fact:
    """A fine of market supervision, decided on a day; `amount` in cents."""
    code = world.unit_codes["market"]
    core = Core(
        authority_name="示例区市场监督管理局",
        authority_code=code,
        source_name="示例区市场监督管理局",
        source_code=code,
        document_number=number,
        act_date=on,
        valid_to=date(2099, 12, 31),
        kinds="罚款",
        amount_cents=amount,
    )
    content = {
        "CF_XDR_MC": f"示例区{subject}商贸有限公司",
        "CF_WSH": number,
        "CF_CFLB": "罚款",
        "CF_NR": f"罚款{amount // 100}元",
        "CF_NR_FK": str(amount / 1_000_000),
        "CF_JDRQ": on.isoformat(),
    }
    return Fact(
        item="administrative-penalty",
        polarity=Polarity.HARM,
        subject_id=world.subjects[subject],
        subject_kind="legal_person",
        unit_id=world.units["market"],
        key=(number, on.isoformat()),
        core=core,
        content=content,
        permit=permit("administrative-penalty", "legal_person", code, on),
    )


def licence(world: World, *, number: str = "示市监许〔2026〕1号", until: date = date(2027, 11, 9)) -> Fact:
    """A licence of market supervision."""
    code, on = world.unit_codes["market"], date(2026, 11, 10)
    core = Core(
        authority_name="示例区市场监督管理局",
        authority_code=code,
        source_name="示例区市场监督管理局",
        source_code=code,
        document_title="食品经营许可决定书",
        document_number=number,
        act_date=on,
        valid_from=on,
        valid_to=until,
        kinds="普通",
        state="1",
    )
    return Fact(
        item="administrative-licence",
        polarity=Polarity.NEUTRAL,
        subject_id=world.subjects["清岚"],
        subject_kind="legal_person",
        unit_id=world.units["market"],
        key=(number, ""),
        core=core,
        content={"XK_XKWS": "食品经营许可决定书", "XK_WSH": number, "XK_NR": "食品销售"},
    )


def publish(now: datetime) -> None:
    """Number what was committed and decide about its publication."""
    from xinheng.ledger.door import sequence

    sequence()
    project(now=now)
    sequence()
