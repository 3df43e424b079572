"""`xinheng demo`: a whole working platform on this machine, with made-up data, and the main job before the reader's eyes."""

import os
import socket
import subprocess
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from django.conf import settings
from django.db import connections

from xinheng.catalogue.door import load_profile
from xinheng.console import clock, output
from xinheng.console.demo import job, marks, receipts
from xinheng.console.demo.building import Builder, Stages
from xinheng.console.demo.cast import LEAD
from xinheng.console.demo.people import PASSWORD, DemoAccount, accounts
from xinheng.console.demo.plan import DemoPlan
from xinheng.console.installation import DEMO_REGION, prepare, region_of
from xinheng.console.pages import ROOT
from xinheng.console.server import Place
from xinheng.kernel.dates import legal_date
from xinheng.kernel.errors import Conflict, Refused
from xinheng.ledger.door import head, sequence

SUBJECTS: Final = 20_000
SEED: Final = 1
_STAGES: Final = {
    "installation": "安装",
    "generation": "生成",
    "register": "登记主体",
    "loading": "入库",
    "ledger": "账本",
    "publicity": "公示",
    "accounts": "账号",
    "events": "事件",
}
_SQLITE_FILES: Final = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm")


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("demo", help="用虚构数据搭建一个可以操作的演示平台并启动")
    parser.add_argument("--region", default=DEMO_REGION, metavar="地区", help=f"用哪个地区的配置（默认 {DEMO_REGION}）")
    parser.add_argument("--subjects", type=int, metavar="N", help=f"经营主体数（默认 {SUBJECTS}）")
    parser.add_argument("--seed", type=int, metavar="N", help=f"随机种子（默认 {SEED}）；相同的种子得到相同的数据")
    parser.add_argument(
        "--today", type=_day, metavar="日期", help="把哪一天当作今天（默认当天；沿用旧库时用旧库的日期）"
    )
    parser.add_argument("--no-serve", action="store_true", help="准备好数据并办完示例业务后退出，不启动网站")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="网站端口（默认 8000）")


def run(args: Namespace) -> int:
    """Set up, run the main job, serve.

    Raises: RegionUnknown, Invalid for a plan that cannot be, Refused or Conflict for a database with other data.
    """
    profile = load_profile(args.region)
    wanted = _plan(args)
    if not args.no_serve:
        _require_port(args.port)
    begun = perf_counter()
    prepare(output.note)
    plan, stages = _data(args, wanted)
    set_clock(plan.today)
    now = clock.now()
    told = _main_job(plan, now)
    told |= {
        "status": "done",
        "plan": plan,
        "reused": stages is None,
        "stages": {name: round(seconds, 2) for name, seconds in stages.seconds.items()} if stages else {},
        "counts": dict(stages.counts) if stages else {},
        "accounts": [_account(one) for one in accounts(profile)],
        "seconds": round(perf_counter() - begun, 1),
        "url": None if args.no_serve else f"http://127.0.0.1:{args.port}/",
    }
    output.note(f"准备完毕，用时 {told['seconds']} 秒")
    if args.no_serve:
        output.emit(args, told, _closing(profile.name, accounts(profile), told))
        return output.DONE
    output.emit(args, told, _closing(profile.name, accounts(profile), told))
    return _serve(args.port)


def _serve(port: int) -> int:
    """Become the web server, with a worker beside it. A fresh program: what builds and loads must not lie in a web process."""
    command = [sys.executable, "-m", "xinheng", "serve", "--port", str(port)]
    connections.close_all()
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 - no shell is what we want
    return subprocess.call(command)  # noqa: S603 - own program


def _require_port(port: int) -> None:
    """Refuse a taken port before the long work, not after it. Raises: Conflict."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((Place().address, port))
        except (OSError, OverflowError):
            raise Conflict("console.port_taken", f"端口 {port} 已被占用或不可用：请用 --port 另选") from None


def set_clock(today: date) -> None:
    """Let this process, and those it starts, take `today` for today."""
    os.environ["XINHENG_TODAY"] = today.isoformat()
    settings.XINHENG_TODAY = today
    real = legal_date(clock.now() - settings.XINHENG_CLOCK_SHIFT)
    settings.XINHENG_CLOCK_SHIFT = timedelta(days=(today - real).days)


def _plan(args: Namespace) -> DemoPlan:
    """The demonstration asked for, with what was left open filled in."""
    return DemoPlan(
        args.region,
        SEED if args.seed is None else args.seed,
        SUBJECTS if args.subjects is None else args.subjects,
        args.today or legal_date(clock.now()),
    )


def _data(args: Namespace, wanted: DemoPlan) -> tuple[DemoPlan, Stages | None]:
    """Make the data, or take what an earlier start made. Returns the plan the data follow, and how long each stage took.

    Raises: Conflict, Refused.
    """
    found = marks.found()
    if found is not None and not found.whole:
        _start_over()
        found = None
    if found is not None:
        _refuse_other_plan(args, found.plan)
        output.note(
            f"沿用已有的演示数据（种子 {found.plan.seed}，{found.plan.subjects} 个主体，"
            f"生成日 {found.plan.today}；平台以这一天为今天）"
        )
        return found.plan, None
    _refuse_other_data(wanted.region)
    set_clock(wanted.today)
    stages = Builder(wanted, clock.now(), output.note).build()
    spent = (f"{_STAGES.get(name, name)} {seconds:.1f} 秒" for name, seconds in stages.seconds.items())
    output.note("各阶段用时：" + "，".join(spent))
    return wanted, stages


def _refuse_other_plan(args: Namespace, plan: DemoPlan) -> None:
    """What was not said on the command line follows the data that are there."""
    asked = {"region": args.region, "seed": args.seed, "subjects": args.subjects, "today": args.today}
    other = [name for name, value in asked.items() if value is not None and value != getattr(plan, name)]
    if other:
        said = "，".join(f"--{name} {getattr(plan, name)}" for name in asked)
        raise Conflict(
            "console.demo_other_plan",
            f"本库的演示数据是用 {said} 生成的，与这次要求的 {'、'.join('--' + name for name in other)} 不同："
            "请去掉这些参数以沿用，或另设 XINHENG_HOME（或 XINHENG_DATABASE）重新生成",
        )


def _refuse_other_data(region: str) -> None:
    sequence()
    if head().numbered or region_of():
        raise Refused(
            "console.not_demo",
            f"本库已有不是由演示生成的数据（地区“{region_of() or '未定'}”），演示“{region}”不会写入："
            "请另设 XINHENG_HOME 或 XINHENG_DATABASE",
        )


def _start_over() -> None:
    """An earlier demonstration was cut off. Its database holds nothing else, so on SQLite it is made anew.

    Raises: Refused on PostgreSQL, where the database is not ours to drop.
    """
    if connections["default"].vendor != "sqlite":
        raise Refused(
            "console.demo_unfinished",
            "上次生成演示数据时中断，数据不完整：请清空该 PostgreSQL 数据库（或另建一个）后重试",
        )
    output.note("上次生成演示数据时中断，正在重新生成 …")
    connections.close_all()
    for name in _SQLITE_FILES:
        (Path(settings.XINHENG_HOME) / name).unlink(missing_ok=True)
    prepare(output.note)


def _main_job(plan: DemoPlan, now: datetime) -> dict[str, Any]:
    """Check the sample file, load it, publish, sign; each step is told as it happens."""
    output.note("── 示例业务：市场监管部门报送一份行政处罚表 ──")
    output.note(f"示例文件：{job.sample_path()}")
    output.note("① 检查（不连数据库）")
    checked = job.check_sample(plan.region, now)
    _tell(receipts.lines(checked))
    output.note("② 入库")
    loaded = job.load_sample(LEAD, now, lambda done, total, text: output.note(f"  {text}"))
    output.note(f"  {loaded.unit}，批次 {loaded.receipt.get('batch')}：{receipts.counts(loaded.receipt)}")
    added = {_place(error) for error in loaded.receipt["errors"]} - {_place(error) for error in checked["errors"]}
    _tell(
        receipts.problem(error)
        for error in loaded.receipt["errors"]
        if error["effect"] in receipts.WEIGHTY and _place(error) in added
    )
    output.note("③ 公示")
    published = job.publish(now)
    output.note(f"  本次判断 {published.versions} 条，其中可以公示 {published.shown} 条，其余只入档")
    output.note("④ 签发账本检查点")
    signed = job.sign(now)
    output.note(f"  {signed.size} 条账目，根 {signed.root.hex()[:16]}…（{settings.XINHENG_HOME}/checkpoints）")
    return {
        "check": checked,
        "load": loaded.receipt,
        "published": published,
        "checkpoint": {"size": signed.size, "root": signed.root.hex(), "at": signed.at},
    }


def _place(error: Mapping[str, Any]) -> tuple[Any, ...]:
    return error["row"], error["field"], error["code"]


def _tell(some: Iterable[str]) -> None:
    for line in some:
        output.note(f"  {line}")


def _account(one: DemoAccount) -> dict[str, str]:
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role.value,
        "unit": one.unit,
        "unit_code": one.unit_code,
        "password": PASSWORD,
    }


def _closing(name: str, some: tuple[DemoAccount, ...], told: dict[str, Any]) -> list[str]:
    lines = [f"演示地区：{name}"]
    if told["url"]:
        lines += [
            f"公众网站：{told['url']}",
            f"工作台：  {told['url'].rstrip('/')}{ROOT}/",
            "按 Ctrl+C 停止（后台任务进程一同结束）",
        ]
    if settings.XINHENG_CLOCK_SHIFT:
        lines.append(f"平台以 {told['plan'].today} 为今天；另开终端运行命令时请先设 XINHENG_TODAY={told['plan'].today}")
    lines.append(f"演示账号（只存在于演示库，口令都是 {PASSWORD}）：")
    return [*lines, *(f"  {one.login:<22}{one.role.label}　{one.unit}　{one.unit_code}" for one in some)]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期“{text}”不对，应写成 2026-11-21 这样的形式") from None
