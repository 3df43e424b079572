"""The accounts of the demonstration: one for every role, all with one password that everybody may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from xinheng.accounts.values import PersonKind, PersonSeed, Role
from xinheng.catalogue.door import load_profile
from xinheng.catalogue.values.region import Profile
from xinheng.console.demo import marks
from xinheng.console.demo.acts import practices
from xinheng.console.installation import ADMINISTRATORS, centre_of

PASSWORD: Final = "Lantern-Demo-990101"  # noqa: S105 - printed on purpose; such accounts exist in demonstrations only

MEMBER: Final = "hanqiao.ruiting"
"""The login of the person who acts for two of the businesses of the demonstration."""

_WITH_REPORTER: Final = ("market", "tax", "approval")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account as it is printed; `unit` and `unit_code` are the name and the code of its unit."""

    login: str
    name: str
    role: Role
    unit_key: str
    unit: str
    unit_code: str


def accounts(profile: Profile) -> tuple[DemoAccount, ...]:
    """All accounts: reporters of a few departments, and one person for every other role."""
    units = {unit.key: unit for unit in profile.units}
    centre = next(unit for unit in profile.units if unit.code == centre_of(profile))
    handing = reporting(profile)
    found = [(reporter_of(key), "填报员", Role.REPORTER, key) for key in handing]
    found += [
        ("operator", "业务员", Role.CENTRE_OPERATOR, centre.key),
        ("reviewer", "复核员", Role.REVIEWER, centre.key),
        ("supervisor", "监管员", Role.SUPERVISOR, handing[0]),
        ("inspector", "检查员", Role.INSPECTOR, handing[0]),
        ("auditor", "审计员", Role.AUDITOR, centre.key),
    ]
    found += [(login, name, role, centre.key) for login, name, role in ADMINISTRATORS]
    return tuple(
        DemoAccount(login, f"演示{name}", role, key, units[key].name, units[key].code)
        for login, name, role, key in found
    )


def reporting(profile: Profile) -> tuple[str, ...]:
    """The units that have a reporter: each account costs a fifth of a second of hashing, so not all that hand something in."""
    handing = [unit.key for unit in profile.units if unit.key in practices()]
    return tuple(
        sorted(handing, key=lambda key: (key not in _WITH_REPORTER, handing.index(key)))[: len(_WITH_REPORTER)]
    )


def reporter_of(unit_key: str) -> str:
    """The login of a department's reporter."""
    return f"reporter.{unit_key}"


def seeds(some: Iterable[DemoAccount], profile: Profile) -> tuple[PersonSeed, ...]:
    """The accounts as an installation wants them."""
    codes = {unit.key: unit.code for unit in profile.units}
    return tuple(
        PersonSeed(one.login, one.name, codes[one.unit_key], (one.role,), password=PASSWORD, must_change=False)
        for one in some
    )


SYSTEM: Final = "system"
"""How the login of a department's system begins."""


def system_seed(unit_key: str, profile: Profile) -> PersonSeed:
    """The service account of a department's own system; it has no password."""
    code = next(unit.code for unit in profile.units if unit.key == unit_key)
    return PersonSeed(f"{SYSTEM}.{unit_key}", "演示执法系统", code, (Role.UNIT_SERVICE,), kind=PersonKind.SERVICE)


def members_shown() -> tuple[tuple[str, str, str], ...]:
    """Login, password and whom for, for the sign-in page of businesses in a demonstration; nothing anywhere else. Cost: two queries."""
    found = marks.found(numbering=False)
    return ((MEMBER, PASSWORD, "两家企业的经办人"),) if found is not None and found.whole else ()


def shown() -> tuple[tuple[str, str, str], ...]:
    """Login, password and role of every account, for the sign-in page of a demonstration; nothing anywhere else.

    Cost: two queries.
    """
    found = marks.found(numbering=False)
    if found is None or not found.whole:
        return ()
    return tuple((one.login, PASSWORD, one.role.label) for one in accounts(load_profile(found.plan.region)))
