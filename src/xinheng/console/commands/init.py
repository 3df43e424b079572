"""`xinheng init`: home directory, keys, tables; with `--region` the region's catalogue, units and first accounts.

Repeating it changes nothing that is there, but loads a newer catalogue of the package for the region the database belongs to.
One-time passwords go to standard error, once: standard output is what scripts keep, and a password must not lie in their logs.
"""

from argparse import Namespace
from pathlib import Path
from typing import Any

from django.conf import settings

from xinheng.accounts.values import PersonSeed
from xinheng.catalogue.door import load_profile
from xinheng.console import clock, output
from xinheng.console.installation import (
    Furnished,
    first_accounts,
    furnish,
    prepare,
    present_regions,
    refuse_other,
    region_of,
)

__all__ = ["prepare", "register", "run"]


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "init", help="建立数据目录、密钥、数据库表和地区的目录、单位、首批账号（可重复执行）"
    )
    parser.add_argument("--region", metavar="地区", help=f"装载哪个地区的配置；现有：{present_regions()}")


def run(args: Namespace) -> int:
    """Prepare this installation.

    Raises: RegionUnknown before anything is made; Conflict or Refused for a database of somebody else's.
    """
    if args.region is not None:
        load_profile(args.region)
    made = prepare(output.note)
    region = args.region or region_of()
    home = Path(settings.XINHENG_HOME)
    payload: dict[str, Any] = {"home": home, "keys_made": made, "region": region or None}
    if not region:
        hint = f"尚未选择地区：请运行 xinheng init --region 地区（现有：{present_regions()}）"
        output.emit(args, payload, [f"已就绪：{home}", hint])
        return output.DONE
    refuse_other(region)
    profile, now = load_profile(region), clock.now()
    accounts = first_accounts(profile)
    done = furnish(profile, accounts, now=now, say=output.note)
    _tell_passwords(accounts, done)
    payload |= {
        "edition": done.edition,
        "edition_new": done.edition_new,
        "units_made": done.units,
        "accounts_made": list(done.logins),
    }
    lines = [
        f"已就绪：{home}",
        f"地区：{profile.name}（{region}），目录：{done.edition}{'（新装载）' if done.edition_new else '（已是最新）'}",
        f"新建单位 {done.units} 个，新建账号 {len(done.logins)} 个",
    ]
    output.emit(args, payload, lines)
    return output.DONE


def _tell_passwords(accounts: tuple[PersonSeed, ...], done: Furnished) -> None:
    fresh = [account for account in accounts if account.login in done.logins and account.password is not None]
    if not fresh:
        return
    output.note("首批管理员的一次性口令（只显示这一次，首次登录须修改）：")
    for account in fresh:
        output.note(f"  {account.login}  {account.name}  {account.password}")
