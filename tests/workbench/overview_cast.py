"""What the tests of the overview pages build on: administrators, a correction, a person; and pages compared without their tokens."""

import re
from typing import Any

from world import INIT, PASSWORD, World, licence, penalty, publish
from xinheng.accounts.door import install
from xinheng.accounts.values import InstallPlan, PersonSeed, Role
from xinheng.kernel.identifiers import resident
from xinheng.records.door import enter, release_correction
from xinheng.records.values import Core, Fact, Polarity
from xinheng.subjects.door import enter_person
from xinheng.subjects.values import PersonDraft, Scheme

ADMINISTRATORS = (
    ("sysadmin", "管理员己", Role.SYSTEM_ADMIN),
    ("secadmin", "管理员庚", Role.SECURITY_ADMIN),
    ("auditadmin", "管理员辛", Role.AUDIT_ADMIN),
)


def administer(world: World) -> None:
    """Three administrators, one a role; they belong to the credit centre."""
    people = tuple(
        PersonSeed(login, name, world.unit_codes["credit-centre"], (role,), PASSWORD, must_change=False)
        for login, name, role in ADMINISTRATORS
    )
    install(plan=InstallPlan((), people), actor=INIT, now=world.now)


def corrected(world: World) -> int:
    """A published fine of 云禾, corrected from 5000 to 3000 yuan and published anew; the number of the record."""
    first = enter(fact=penalty(world), actor=world.actor("reporter.market"), now=world.now)
    publish(world.now)
    release_correction(
        fact=penalty(world, amount=300_000), reason="金额录入有误", actor=world.actor("reviewer"), now=world.now
    )
    publish(world.now)
    return first.record_id


def id_number() -> str:
    """A synthetic identity number in a division that does not exist."""
    body = "99010119900307217"
    return body + resident.check_character(body)


def person_with_record(world: World) -> int:
    """A natural person with one licence of market supervision; the number of the person."""
    reporter = world.actor("reporter.market")
    draft = PersonDraft(Scheme.ID18, id_number(), "赵样例", "市场监管")
    made = enter_person(draft=draft, actor=reporter, now=world.now).subject_id
    base = licence(world)
    fact = Fact(
        item=base.item,
        polarity=Polarity.NEUTRAL,
        subject_id=made,
        subject_kind="natural_person",
        unit_id=base.unit_id,
        key=("示市监许〔2026〕9号", ""),
        core=Core(
            **{name: getattr(base.core, name) for name in Core.__slots__} | {"document_number": "示市监许〔2026〕9号"}
        ),
        content={"XK_WSH": "示市监许〔2026〕9号"},
    )
    enter(fact=fact, actor=reporter, now=world.now)
    return made


def bare(answer: Any) -> bytes:
    """A page without its tokens and nonces, which differ from one answer to the next."""
    text = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", answer.content)
    text = re.sub(rb'"X-CSRFToken": "[^"]+"', b"", text)
    return re.sub(rb'nonce="[^"]*"', b"", text)


__all__ = ["administer", "bare", "corrected", "id_number", "person_with_record"]
