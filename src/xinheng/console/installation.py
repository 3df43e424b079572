"""Setting up an installation: folders, keys, tables, then the region's catalogue, calendar, units and first accounts.

Every step leaves alone what is there. A database belongs to the region whose edition was loaded into it; that is an entry of the
ledger, and stays.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from xinheng.accounts.door import install, people, unit_by_code
from xinheng.accounts.values import InstallPlan, PersonKind, PersonSeed, Role, UnitKind, UnitSeed
from xinheng.catalogue.door import editions, load_edition, regions, seed_calendar
from xinheng.catalogue.values.region import Profile
from xinheng.console.output import why
from xinheng.intake.door import never_owed, seed_duties
from xinheng.intake.values.duties import ContactDraft, DutyDraft
from xinheng.kernel.actor import system
from xinheng.kernel.errors import Conflict, Refused
from xinheng.ledger.door import head, sequence
from xinheng.storage.keys import make_keys, missing_keys

FOLDERS: Final = ("keys", "uploads", "checkpoints", "logs")
CONSOLE: Final = "console"
"""The service account in whose name commands act when nobody says `--as`."""
DEMO_REGION: Final = "demo"
RENEWABLE: Final = ("session",)
"""Keys that may be made anew beside data: everybody signs in again, and nothing is lost."""

INIT: Final = system(
    "init",
    "accounts.install",
    "accounts.read_people",
    "catalogue.manage",
    "calendar.import",
    "subjects.manage",
    "intake.manage_duties",
)

ADMINISTRATORS: Final = (
    ("system.admin", "系统管理员", Role.SYSTEM_ADMIN),
    ("security.admin", "安全管理员", Role.SECURITY_ADMIN),
    ("audit.admin", "审计管理员", Role.AUDIT_ADMIN),
)
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Without those that look alike: one-time passwords are read off a screen."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Furnished:
    """What an installation made; `logins` are the accounts that are new."""

    region: str
    edition: str
    edition_new: bool
    units: int
    logins: tuple[str, ...]


def prepare(say: Say) -> list[str]:
    """Make folders (0700), missing keys and tables; `say` hears each step. Returns the names of the keys made.

    Raises: Refused where no folder can be made, and where keys are missing whose data are there.
    """
    home = Path(settings.XINHENG_HOME)
    for folder in (home, *(home / name for name in FOLDERS)):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refused("console.home", f"无法建立数据目录 {folder}：{why(error)}") from None
    _refuse_lost_keys(home)
    made = make_keys(home)
    if made:
        say(f"已生成密钥：{'、'.join(made)}（{home / 'keys'}，请另行妥善备份）")
    say("正在建立数据库表 …")
    call_command("migrate", interactive=False, verbosity=0)
    return made


def _refuse_lost_keys(home: Path) -> None:
    """New keys would open nothing of what is stored, and find nobody again: whoever lost a key must be told, not helped along."""
    lost = [name for name in missing_keys(home) if name not in RENEWABLE]
    if lost and _holds_entries():
        raise Refused(
            "console.keys_lost",
            f"数据库里已有数据，却缺少密钥文件 {'、'.join(lost)}（应在 {home / 'keys'}）：新密钥打不开原有的数据。"
            "请从备份恢复原来的密钥文件；要另建一套，请另设 XINHENG_HOME 和 XINHENG_DATABASE",
        )


def _holds_entries() -> bool:
    with connection.cursor() as cursor:
        made = {"ledger_state", "catalogue_edition"} <= set(connection.introspection.table_names(cursor))
    # The catalogue is the first thing that is entered anywhere, and may have no number yet.
    return made and (head().numbered > 0 or bool(editions()))


def region_of() -> str:
    """The region this database belongs to, '' for none yet. Cost: one query."""
    return next((edition.region for edition in editions()), "")


def refuse_other(region: str) -> None:
    """Refuse a database of another region, and for the demonstration's region any that holds something already.

    Raises: Conflict, Refused.
    """
    found = region_of()
    if found and found != region:
        raise Conflict(
            "console.other_region",
            f"本库属于地区“{found}”，不能再装载地区“{region}”：一套安装只服务一个地区，"
            "请另设 XINHENG_HOME 或 XINHENG_DATABASE",
        )
    if not found and region == DEMO_REGION:
        sequence()
        if head().numbered:
            raise Refused(
                "console.not_demo",
                "本库已有不属于演示的数据（账本不为空，又没有演示地区的目录），不能用于演示："
                "请另设 XINHENG_HOME 或 XINHENG_DATABASE",
            )


def furnish(profile: Profile, accounts: tuple[PersonSeed, ...], *, now: datetime, say: Say) -> Furnished:
    """Load a region's catalogue, calendar, units and the accounts that are not there yet.

    Raises: CatalogueInvalid, CatalogueConflict, DraftInvalid.
    """
    say(f"正在装载地区“{profile.key}”（{profile.name}）的目录、节假日安排和单位 …")
    edition = load_edition(region=profile.key, actor=INIT, now=now)
    seed_calendar(actor=INIT, now=now)
    known = {person.login for person in people(INIT, now)}
    fresh = tuple(account for account in accounts if account.login not in known)
    done = install(plan=InstallPlan(units=units_of(profile), people=fresh), actor=INIT, now=now)
    # Done again it enters nothing.
    if duties := never_owed(duties_of(profile)):
        seed_duties(drafts=duties, actor=INIT, now=now)
    return Furnished(profile.key, edition.name, edition.new, done.units, tuple(account.login for account in fresh))


def units_of(profile: Profile) -> tuple[UnitSeed, ...]:
    """The profile's units as accounts wants them, parents before children."""
    codes = {unit.key: unit.code for unit in profile.units}
    return tuple(
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


def duties_of(profile: Profile) -> tuple[DutyDraft, ...]:
    """The profile's duties as intake wants them, one a unit and item; the units are there. Cost: one query a unit named."""
    codes = {unit.key: unit.code for unit in profile.units}
    ids = {key: unit_by_code(codes[key]).id for key in {seed.unit for seed in profile.duties}}
    return tuple(
        DutyDraft(
            ids[seed.unit],
            item,
            seed.since,
            ContactDraft(post=seed.leader),
            ContactDraft(post=seed.business),
            ContactDraft(post=seed.technical),
        )
        for seed in profile.duties
        for item in seed.items
    )


def centre_of(profile: Profile) -> str:
    """The code of the region's credit centre; every profile has exactly one."""
    return next(unit.code for unit in profile.units if unit.kind == UnitKind.CREDIT_CENTRE)


def console_account(profile: Profile) -> PersonSeed:
    """The service account of the command line."""
    return PersonSeed(
        CONSOLE, "命令行", centre_of(profile), (Role.CONSOLE_SERVICE,), kind=PersonKind.SERVICE, must_change=False
    )


def first_accounts(profile: Profile) -> tuple[PersonSeed, ...]:
    """The console's account and the three administrators, each with a one-time password."""
    centre = centre_of(profile)
    administrators = (
        PersonSeed(login, name, centre, (role,), password=one_time_password()) for login, name, role in ADMINISTRATORS
    )
    return (console_account(profile), *administrators)


def one_time_password() -> str:
    """Sixteen signs in four groups, about 93 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def present_regions() -> str:
    """The regions that have a profile, for messages."""
    return "、".join(regions()) or "无"
