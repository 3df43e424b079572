"""What the doctor looks at: each check is one function that returns one item and never raises."""

import os
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from xinheng.accounts.door import guard_faults
from xinheng.catalogue.door import calendar as current_calendar
from xinheng.console.finding import Item
from xinheng.console.standing_checks import backups, clocks, exposure, numbering, private_files, restoring, writing
from xinheng.jobs.door import open_count, workers
from xinheng.kernel.calendar_data import national_calendar
from xinheng.kernel.dates import legal_date
from xinheng.publicity.batch import pull_faults
from xinheng.records.batch import tokens_without_value
from xinheng.storage.keys import KeysMissing, read_keys
from xinheng.subjects.batch import index_faults, sealed_faults

LEAST_FREE_BYTES = 1 << 30


def examine(now: datetime, *, whole: bool = False) -> list[Item]:
    """All findings, in the order in which a person would mend them. `whole`: every row of what is otherwise sampled."""
    timely = [calendar(now), worker(now), numbering(now), backups(now)]
    return [*(check() for check in STANDING), *timely, *unbound(now, whole=whole)]


def python() -> Item:
    """The Python that runs us."""
    return Item("python", "ok", f"Python {sys.version.split()[0]}")


def database() -> Item:
    """Whether the database answers and has all tables."""
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    if connection.vendor == "sqlite" and not _file_there():
        return Item("database", "fail", "数据库文件不存在：请运行 xinheng init")
    try:
        missing = migrations_missing()
    except DatabaseError as error:
        return Item("database", "fail", f"{kind} 数据库无法连接（{type(error).__name__}）：请检查 XINHENG_DATABASE")
    if missing:
        return Item("database", "fail", f"{kind} 数据库表不是最新，缺 {len(missing)} 步：请运行 xinheng init")
    return Item("database", "ok", f"{kind} {_version()}，数据库表是最新的")


def keys() -> Item:
    """Whether the key files are there, whole, and readable by their owner alone."""
    home = Path(settings.XINHENG_HOME)
    try:
        read_keys(home)
    except KeysMissing as error:
        return Item("keys", "fail", error.message)
    mode = stat.S_IMODE((home / "keys").stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Item("keys", "warn", f"密钥目录权限是 {mode:04o}，建议改为 0700：{home / 'keys'}")
    return Item("keys", "ok", "密钥齐全，权限 0600")


def disk() -> Item:
    """Free space where the data lie."""
    place = Path(settings.XINHENG_HOME)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"数据目录 {settings.XINHENG_HOME} 所在磁盘剩余 {free / (1 << 30):.1f} GiB"
    return Item("disk", "ok" if free >= LEAST_FREE_BYTES else "warn", text)


def static_files() -> Item:
    """Whether the front-end files were built."""
    vendor = Path(__file__).resolve().parents[1] / "web" / "static" / "vendor"
    missing = [name for name in ("htmx.min.js", "icons.svg") if not (vendor / name).is_file()]
    if missing:
        return Item("static_files", "fail", f"缺少前端文件 {'、'.join(missing)}：请在源码目录运行一次 ./xinheng")
    return Item("static_files", "ok", "前端文件齐全")


def postgresql() -> Item:
    """Whether PostgreSQL programs are here, for the tests and for backups."""
    found = shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)
    if found is None and connection.vendor != "postgresql":
        return Item("postgresql", "warn", "未安装 PostgreSQL：使用 SQLite；./xinheng test 跳过 PostgreSQL 部分")
    return Item("postgresql", "ok", "PostgreSQL 可用")


def chromium() -> Item:
    """Whether a browser is here, for page tests and screenshots."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    if os.environ.get("XINHENG_CHROMIUM") or any(map(shutil.which, names)):
        return Item("chromium", "ok", "Chromium 可用")
    return Item("chromium", "warn", "未安装 Chromium：不能运行页面测试和截图（可用 XINHENG_CHROMIUM 指定）")


def node() -> Item:
    """Whether npm is here; without it the launcher takes Node from the Python package index."""
    if shutil.which("npm"):
        return Item("node", "ok", "npm 可用")
    return Item("node", "warn", "未安装 npm：更新前端文件时由启动器另行安装 Node")


def calendar(now: datetime) -> Item:
    """Whether the State Council's holiday notices of this and the next legal year are among the shipped or imported ones."""
    year = legal_date(now).year
    known = [national_calendar()]
    with suppress(DatabaseError):
        known.append(current_calendar())
    missing = [str(asked) for asked in (year, year + 1) if all(each.status(asked) != "official" for each in known)]
    if missing:
        text = f"{'、'.join(missing)} 年放假安排尚未导入：期限暂按法定节假日推算；公布后请在工作台的“工作日历”导入"
        return Item("calendar", "warn", text)
    return Item("calendar", "ok", f"{year}、{year + 1} 年放假安排齐全")


def worker(now: datetime) -> Item:
    """Whether a worker gave a sign of life lately, and how much waits for it."""
    try:
        last, waiting = next(iter(workers()), None), open_count()
    except DatabaseError:
        return Item("worker", "warn", "无法读取后台任务队列：数据库尚不可用")
    queue = f"待执行 {waiting} 项"
    if last is None:
        return Item("worker", "warn", f"后台任务进程从未运行：请运行 xinheng serve 或 xinheng worker；{queue}")
    if not last.alive(now):
        return Item("worker", "warn", f"后台任务进程没有运行（最后心跳 {last.beat_at:%Y-%m-%d %H:%M} UTC）；{queue}")
    return Item("worker", "ok", f"后台任务进程在运行；{queue}")


def unbound(now: datetime, *, whole: bool = False) -> list[Item]:
    """What no entry of the ledger binds, against what it follows from. Rows that entries bind are `ledger verify`'s."""
    found = []
    checks: list[tuple[str, Callable[[], Item]]] = [
        ("publicity", publicity),
        ("search", lambda: search(whole=whole)),
        ("sign_in", lambda: sign_in(now)),
    ]
    if whole:
        checks.append(("personal", personal))
    for name, check in checks:
        try:
            found.append(check())
        except DatabaseError:
            found.append(Item(name, "warn", "无法核对：数据库尚不可用"))
    return found


def publicity() -> Item:
    """Whether everything that publicity says it has read was decided about."""
    faults = pull_faults()
    wrong = [
        text
        for count, text in (
            (faults.beyond, "已处理编号超出账本末尾"),
            (faults.undecided, f"{faults.undecided} 条信息已被越过而从未作出公示决定"),
            (faults.stranded, f"{faults.stranded} 条公示决定不属于任何已完成的处理"),
            (faults.calendar_missed, f"{faults.calendar_missed} 条期限未按最新放假安排重算"),
        )
        if count
    ]
    if wrong:
        return Item("publicity", "fail", f"公示处理进度与账本不符，可能被直接改库：{'；'.join(wrong)}")
    return Item("publicity", "ok", "公示处理进度与账本一致")


def search(*, whole: bool) -> Item:
    """Whether the search table holds what the names make."""
    faults = index_faults(whole=whole)
    how = "逐行核对" if whole else "抽查"
    if faults.missing or faults.extra or faults.edited:
        text = (
            f"缺 {faults.missing} 行，多 {faults.extra} 行，{how} {faults.looked_at} 行中有 {faults.edited} 行内容不符"
        )
        return Item("search", "fail", f"搜索索引与主体名称不符，可能被直接改库：{text}")
    return Item("search", "ok", f"搜索索引与主体名称一致（{how} {faults.looked_at} 行）")


def sign_in(now: datetime) -> Item:
    """Whether the counts of failed sign-ins are there, possible, and hold the locks the ledger knows of."""
    faults = guard_faults(now)
    if faults.missing or faults.impossible or faults.lifted:
        text = f"{faults.missing} 个账号缺少计数，{faults.impossible} 个计数不可能出现，{faults.lifted} 个账号的锁定未经解锁而消失"
        return Item("sign_in", "fail", f"登录失败计数可能被直接改库：{text}")
    return Item("sign_in", "ok", "登录失败计数与账本一致")


def personal() -> Item:
    """Whether every sealed personal value opens, and none is gone but by an erasure."""
    try:
        faults = sealed_faults()
    except KeysMissing as error:
        return Item("personal", "fail", error.message)
    missing = faults.missing + tokens_without_value()
    wrong = [
        text
        for count, text in (
            (faults.unreadable, f"{faults.unreadable} 项无法解开（密文、密钥或标记被改动或调换过）"),
            (missing, f"{missing} 项被引用而已不存在，但其主体并未办理删除"),
            (faults.returned, f"{faults.returned} 个已删除的自然人又有了密钥"),
        )
        if count
    ]
    if wrong:
        return Item("personal", "fail", f"个人信息密文可能被直接改库：{'；'.join(wrong)}。请保留现场并从备份核对")
    return Item("personal", "ok", f"个人信息密文齐全，均能解开（逐项核对 {faults.looked_at} 个主体）")


def migrations_missing() -> list[str]:
    """Migrations not yet applied to the database, `app.name`. Raises: DatabaseError."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _file_there() -> bool:
    # Connecting would make an empty file; an in-memory database has none.
    name = str(connection.settings_dict["NAME"])
    return "memory" in name or Path(name).is_file()


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        return str(cursor.fetchone()[0])


STANDING: tuple[Callable[[], Item], ...] = (
    python,
    restoring,
    database,
    writing,
    clocks,
    keys,
    private_files,
    disk,
    exposure,
    static_files,
    postgresql,
    chromium,
    node,
)
