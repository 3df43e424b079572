"""What the doctor looks at around the database: backups, clocks, settings that are unsafe where others can reach the site."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from xinheng.console.backups.operations import MADE
from xinheng.console.finding import Item
from xinheng.ledger.door import head, lag, last_done
from xinheng.storage.backup.marker import unfinished
from xinheng.storage.measures import database_time, takes_writes

BACKUP_EVERY = timedelta(days=2)
CLOCKS_APART = timedelta(seconds=5)
NUMBERED_WITHIN = timedelta(minutes=5)
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})


def restoring() -> Item:
    """Whether a restore was cut off."""
    if unfinished():
        return Item("restore", "fail", "上次恢复没有完成，数据不完整：请重新运行 xinheng restore 备份文件")
    return Item("restore", "ok", "没有未完成的恢复")


def backups(now: datetime) -> Item:
    """When the last backup was made; a platform without entries has nothing to lose yet."""
    try:
        last, numbered = last_done(MADE), head().numbered
    except DatabaseError:
        return Item("backup", "warn", "无法查看备份记录：数据库尚不可用")
    if last is None:
        if numbered == 0:
            return Item("backup", "ok", "还没有数据，不需要备份")
        return Item("backup", "warn", "从未备份：请运行 xinheng backup 文件，并另存密钥（见 docs/operations.md）")
    days = (now - last).days
    if now - last > BACKUP_EVERY:
        return Item("backup", "warn", f"最近一次备份在 {days} 天前（{last:%Y-%m-%d %H:%M} UTC）：请每天备份一次")
    return Item("backup", "ok", f"最近一次备份：{last:%Y-%m-%d %H:%M} UTC")


def writing() -> Item:
    """Whether the database takes writes."""
    try:
        if takes_writes():
            return Item("writing", "ok", "数据库可写")
    except DatabaseError:
        return Item("writing", "warn", "无法确认数据库可写：数据库尚不可用")
    return Item("writing", "fail", "数据库只读：请检查文件权限，或确认连接的是主库而不是备库")


def numbering(now: datetime) -> Item:
    """Whether what was committed gets its number."""
    try:
        found = lag()
    except DatabaseError:
        return Item("numbering", "warn", "无法查看账目编号：数据库尚不可用")
    if found.oldest_at is not None and now - found.oldest_at > NUMBERED_WITHIN:
        text = f"{found.waiting} 条账目自 {found.oldest_at:%Y-%m-%d %H:%M} UTC 起没有编号：请运行 xinheng serve 或 xinheng worker"
        return Item("numbering", "warn", text)
    return Item("numbering", "ok", f"账目已编号到 {found.numbered}")


def clocks() -> Item:
    """Whether this machine and the database's agree what time it is: terms and deadlines follow from it."""
    try:
        theirs = database_time()
    except DatabaseError:
        return Item("clock", "warn", "无法核对时钟：数据库尚不可用")
    apart = abs((datetime.now(UTC) - theirs).total_seconds()) if theirs else 0.0
    if apart > CLOCKS_APART.total_seconds():
        return Item("clock", "warn", f"本机与数据库服务器的时钟相差 {apart:.0f} 秒：请在两台机器上启用时间同步（NTP）")
    return Item("clock", "ok", "时钟一致")


def exposure() -> Item:
    """Settings that are fit for a machine of one's own only."""
    outside = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL]
    wrong = []
    if settings.DEBUG:
        wrong.append("XINHENG_DEBUG=yes 会把出错现场连同数据显示给任何人：请去掉")
    if "*" in settings.ALLOWED_HOSTS:
        wrong.append("XINHENG_HOSTS 含“*”，接受任何主机名：请改为网站自己的域名")
    if outside and not settings.XINHENG_HTTPS:
        wrong.append(f"网站以 {outside[0]} 对外，却没有 XINHENG_HTTPS=yes：口令和会话会明文传输，请经反向代理启用 TLS")
    if outside and settings.XINHENG_TODAY:
        wrong.append("XINHENG_TODAY 把日期改成了另一天，只供演示：请去掉")
    if wrong:
        return Item("exposure", "fail" if settings.DEBUG and outside else "warn", "；".join(wrong))
    where = "对外" if outside else "只在本机"
    return Item("exposure", "ok", f"设置适合{where}使用")


def private_files() -> Item:
    """Whether what lies beside the database is readable by its owner only."""
    if os.name != "posix":
        return Item("files", "ok", "本系统不按此方式管理权限")
    home = Path(settings.XINHENG_HOME)
    watched = [home / name for name in ("keys", "uploads", "db.sqlite3")]
    wide = [path.name for path in watched if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o007]
    # Behind a closed folder nobody gets at what is in it.
    if wide and stat.S_IMODE(home.stat().st_mode) & 0o007:
        return Item("files", "warn", f"{home} 中的 {'、'.join(wide)} 其他用户可读：请运行 chmod -R o-rwx {home}")
    return Item("files", "ok", "数据目录只有本账号可读")
